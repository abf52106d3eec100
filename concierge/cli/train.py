"""`concierge train`: train what the shop's assistant needs."""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from kit.logs import configure_logging
from kit.settings import Settings, load_settings


def command(
    what: Annotated[str, typer.Argument(help="assistant, forecasts or all")] = "assistant",
    force: Annotated[bool, typer.Option(help="Train even when nothing has changed.")] = False,
) -> None:
    """Train the assistant from nlu_data/ and the catalogue, or forecast demand from the orders."""
    if what not in {*TRAINERS, "all"}:
        names = ", ".join(TRAINERS)
        typer.echo(f"train: WHAT must be one of {names} or all, got {what!r}", err=True)
        raise typer.Exit(2)
    settings = load_settings()
    configure_logging(settings, "train")
    for name, train in TRAINERS.items():
        if what in {name, "all"}:
            train(settings, force)


def _assistant(settings: Settings, force: bool) -> None:
    from concierge.app.preparation import train_assistant_if_needed

    model = train_assistant_if_needed(settings, force=force)
    typer.echo(f"model: {model.name}")


def _forecasts(settings: Settings, _force: bool) -> None:
    from concierge.app.preparation import console
    from forecasting.distributed import NoSpark, forecaster_at
    from forecasting.job import forecast_demand
    from kit.clock import SystemClock
    from kit.database import open_database

    try:
        forecaster = forecaster_at(settings.spark_master)
    except NoSpark as error:
        typer.echo(f"train forecasts: CONCIERGE_SPARK_MASTER: {error}", err=True)
        raise typer.Exit(2) from error
    database = open_database(settings.database_url)
    try:
        with console.status("forecasting …") as status:
            result = forecast_demand(
                database,
                now=SystemClock().now(),
                forecaster=forecaster,
                tell=lambda what: status.update(f"forecasting: {what}"),
            )
    finally:
        database.close()
    rows = ", ".join(f"{count} {level}" for level, count in result.rows.items())
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(result.classes.items()))
    typer.echo(f"forecasts: {rows or 'none, the shop is empty'}")
    if kinds:
        typer.echo(f"demand: {kinds}")


def _recommender(settings: Settings, force: bool) -> None:
    from concierge.app.preparation import train_recommender
    from recommender.serving.refit import RefitRefused

    try:
        report = train_recommender(settings, force=force)
    except RefitRefused as refused:
        typer.echo(f"train recommender: {refused}", err=True)
        raise typer.Exit(1) from refused
    typer.echo(
        f"recommender: {report.events} events of {report.users} shoppers on {report.items} products"
    )
    typer.echo(
        f"next purchase among ten offers: {report.hit_rate:.1%}, "
        f"popular products {report.hit_rate_popular:.1%}"
    )


TRAINERS: Final[dict[str, Callable[[Settings, bool], None]]] = {
    "assistant": _assistant,
    "recommender": _recommender,
    "forecasts": _forecasts,
}
