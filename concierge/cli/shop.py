"""`concierge shop`: make the demo shop."""

from typing import Annotated

import typer

from concierge.cli.preparation import prepare_database
from concierge.kit.clock import SystemClock
from concierge.kit.database import open_database
from concierge.kit.settings import load_settings
from shop.demo.making import SEED, DemoError, make_demo

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def shop() -> None:
    """The shop's data."""


@app.command()
def demo(
    customers: Annotated[int, typer.Option(help="How many customers.")] = 5000,
    products: Annotated[int, typer.Option(help="How many products.")] = 2000,
    days: Annotated[int, typer.Option(help="How many days of history.")] = 730,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = SEED,
) -> None:
    """Make the synthetic demo shop in an empty database; dates are relative to now."""
    settings = load_settings()
    prepare_database(settings)
    database = open_database(settings.database_url)
    try:
        make_demo(
            database,
            now=SystemClock().now(),
            seed=seed,
            customers=customers,
            products=products,
            days=days,
        )
    except DemoError as error:
        typer.echo(f"shop demo: {error}", err=True)
        raise typer.Exit(2) from error
    finally:
        database.close()
    typer.echo(f"the demo shop is ready: {products} products, {customers} customers")
