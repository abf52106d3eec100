"""`concierge forecast`: measure forecasts on files, and read what the shop's forecasts say."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from concierge.app.preparation import console
from kit.clock import SystemClock
from kit.settings import load_settings

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def forecast() -> None:
    """Forecasts of demand."""


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option(help="History: M4 wide CSV, or long unique_id,ds,y.")],
    test: Annotated[Path, typer.Option(help="What came after, in the same form.")],
    season: Annotated[int, typer.Option(help="Steps of the season that MASE and OWA scale by.")],
    model: Annotated[str, typer.Option(help="best, or one model's name")] = "best",
    allow_negative: Annotated[
        bool, typer.Option("--allow-negative", help="Values below zero are meant.")
    ] = False,
    lstm: Annotated[
        Path | None,
        typer.Option(help="Let the LSTM compete too; TensorBoard logs into this folder."),
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(help="Draw forecasts and calibration into this folder.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Forecast from one file and measure on another, from which nothing is ever chosen."""
    from forecasting.evaluation import evaluate as measure
    from forecasting.series_checks import BadSeries
    from forecasting.series_files import read_files

    try:
        files = read_files(
            train, test, today=SystemClock().today(), negative_allowed=allow_negative
        )
        for note in files.notes:
            console.print(f"[yellow]{note}[/yellow]")
        with console.status("forecasting …") as status:
            result = measure(
                files,
                season,
                model,
                network_logs=lstm,
                tell=lambda what: status.update(f"forecasting: {what}"),
            )
    except BadSeries as error:
        typer.echo(f"forecast evaluate: {error}", err=True)
        raise typer.Exit(2) from error
    if plots is not None:
        from forecasting.plots import draw

        for path in draw(files, result.forecast, plots):
            console.print(f"drawn: {path}")
    _show(f"{test.name} after {train.name}", result.figures)
    if json_file is not None:
        json_file.write_text(json.dumps(result.figures, indent=2) + "\n", encoding="utf-8")


@app.command()
def sku(
    sku: Annotated[str, typer.Argument(help="A SKU of the shop.")],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the forecast to this file.")
    ] = None,
) -> None:
    """What the newest nightly forecast says about one SKU, week by week."""
    from forecasting.reading import demand_forecast
    from kit.database import open_database

    database = open_database(load_settings().database_url)
    try:
        with database.reading() as session:
            found = demand_forecast(session, sku)
    finally:
        database.close()
    if found is None:
        typer.echo(
            f"forecast sku: no forecast of {sku!r}: no such SKU, or `concierge train forecasts` "
            "has not run yet",
            err=True,
        )
        raise typer.Exit(2)
    table = Table(title=f"{sku}: {found.demand_class}, {found.model}")
    for heading in ("week of", "expected", "80 % sure to be below", "95 % sure to be below"):
        table.add_column(heading, justify="right")
    for step, mean in enumerate(found.mean):
        day = found.start.fromordinal(found.start.toordinal() + step * found.step_days)
        limits = [f"{found.quantiles[level][step]:.1f}" for level in (0.8, 0.95)]
        table.add_row(day.isoformat(), f"{mean:.2f}", *limits)
    console.print(table)
    if json_file is not None:
        figures = {
            "sku": sku,
            "start": found.start.isoformat(),
            "step_days": found.step_days,
            "model": found.model,
            "demand_class": found.demand_class,
            "mean": list(found.mean),
            **{f"quantile_{level:g}": list(steps) for level, steps in found.quantiles.items()},
        }
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _show(title: str, figures: dict[str, Any]) -> None:
    table = Table(title=title, show_header=False)
    for name, value in figures.items():
        table.add_row(name, "–" if value is None else str(value))
    console.print(table)
