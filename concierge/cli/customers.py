"""`concierge customers`: a customer's right to a copy of their data, and to have it erased."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from concierge.kit.clock import SystemClock
from concierge.kit.database import open_database, upgrade
from concierge.kit.settings import load_settings
from desk import conversations, tickets
from shop import privacy
from shop.ids import CustomerId

app = typer.Typer(no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The customer's id.", min=1)]


@app.command("export")
def export_customer(
    customer_id: Id,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write to this file instead of the screen.")
    ] = None,
) -> None:
    """Everything that is kept about a customer, as JSON."""
    with _session() as session:
        found = collect(session, customer_id)
    if not any(found.values()):
        typer.echo(f"concierge customers: ID: there is no customer {customer_id}", err=True)
        raise typer.Exit(2)
    text = json.dumps(found, ensure_ascii=False, indent=2, default=str)
    if json_file is None:
        typer.echo(text)
    else:
        json_file.write_text(text + "\n", encoding="utf-8")
        typer.echo(f"Written to {json_file}.")


@app.command("erase")
def erase_customer(
    customer_id: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a customer: tickets, conversations, and everything personal in the shop."""
    if not yes:
        typer.confirm(f"Erase all personal data of customer {customer_id}?", abort=True)
    try:
        with _session() as session:
            is_known = erase(session, customer_id)
    except privacy.OpenOrdersError as error:
        typer.echo(f"concierge customers: nothing was erased: {error}", err=True)
        raise typer.Exit(1) from error
    if not is_known:
        typer.echo(f"concierge customers: ID: there is no customer {customer_id}", err=True)
        raise typer.Exit(2)
    typer.echo(f"Customer {customer_id} was erased.")


def collect(session: Session, customer_id: int) -> dict[str, Any]:
    """What each package keeps, by package."""
    return {
        "shop": privacy.export(session, CustomerId(customer_id)),
        "conversations": conversations.export(session, str(customer_id))["conversations"],
        "tickets": tickets.export(session, customer_id)["tickets"],
    }


def erase(session: Session, customer_id: int) -> bool:
    """Erase in every package, or in none; False when nobody knew the customer."""
    is_known = privacy.erase(session, CustomerId(customer_id), now=SystemClock().now())
    gone = tickets.erase(session, customer_id)
    gone += conversations.erase(session, str(customer_id))
    return is_known or gone > 0


@contextmanager
def _session() -> Iterator[Session]:
    settings = load_settings()
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    try:
        with database.session() as session:
            yield session
    finally:
        database.close()
