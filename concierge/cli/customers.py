"""`concierge customers`: a customer's right to a copy of their data, and to have it erased."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from sqlalchemy import column, delete, inspect, table
from sqlalchemy.orm import Session

import conversations
from concierge.app.preparation import migrated_database
from desk import tickets
from insights.profiles import privacy as profiles
from kit.clock import SystemClock
from kit.database import open_database
from kit.settings import Settings, load_settings
from recommender.serving import feedback
from shop import privacy
from shop.ids import CustomerId

app = typer.Typer(no_args_is_help=True)
# Rasa's table in the tracker store's database; importing Rasa for it would take seconds.
EVENTS: Final = table("events", column("sender_id"))
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
            kept = conversations.conversation_ids(session, str(customer_id))
            is_known = erase(session, customer_id)
        forget_trackers(load_settings(), kept)
        with migrated_database(load_settings()) as database:
            database.forget()
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
        "recommendations": feedback.export(session, CustomerId(customer_id)),
        "profile": profiles.export(session, CustomerId(customer_id)),
        "tickets": tickets.export(session, customer_id)["tickets"],
    }


def erase(session: Session, customer_id: int) -> bool:
    """Erase in every package, or in none; False when nobody knew the customer."""
    is_known = privacy.erase(session, CustomerId(customer_id), now=SystemClock().now())
    feedback.erase(session, CustomerId(customer_id))
    profiles.erase(session, CustomerId(customer_id))
    gone = tickets.erase(session, customer_id)
    gone += conversations.erase(session, str(customer_id))
    return is_known or gone > 0


def forget_trackers(settings: Settings, conversation_ids: Sequence[str]) -> int:
    """Delete what the assistant remembers of these conversations; how many rows that were."""
    database = open_database(settings.tracker_database_url)
    try:
        with database.session() as session:
            if not inspect(session.connection()).has_table(EVENTS.name):
                return 0
            gone = sum(
                session.execute(delete(EVENTS).where(EVENTS.c.sender_id == one)).rowcount  # type: ignore[attr-defined]
                for one in conversation_ids
            )
        database.forget()
        return gone
    finally:
        database.close()


@contextmanager
def _session() -> Iterator[Session]:
    with migrated_database(load_settings()) as database, database.session() as session:
        yield session
