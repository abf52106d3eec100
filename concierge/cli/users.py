"""`concierge users`: the people who may sign in to the desk."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from concierge.app.preparation import migrated_database
from desk.tickets import (
    AccountRefused,
    AgentNotFound,
    add_agent,
    disable_agent,
    list_agents,
    set_password,
)
from kit.clock import SystemClock
from kit.database import Database
from kit.settings import load_settings

app = typer.Typer(no_args_is_help=True)
GivenPassword = Annotated[
    str | None,
    typer.Option(
        envvar="CONCIERGE_NEW_PASSWORD", help="The password; a random one is shown without it."
    ),
]


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="The address to sign in with.")],
    role: Annotated[str, typer.Option(help="agent, supervisor or admin.")],
    name: Annotated[str | None, typer.Option(help="The name that shoppers see.")] = None,
    password: GivenPassword = None,
) -> None:
    """Add a person to the desk."""
    chosen = password or secrets.token_urlsafe(12)
    with _database() as database, database.session() as session:
        agent = add_agent(
            session,
            email=email,
            name=name or email.partition("@")[0].title(),
            role=role,
            password=chosen,
            now=SystemClock().now(),
        )
    typer.echo(f"{agent.email} can sign in as {agent.role}.")
    if password is None:
        typer.echo(f"Password (shown once): {chosen}")


@app.command("list")
def list_people() -> None:
    """List everybody who has an account."""
    table = Table("e-mail", "name", "role", "active")
    with _database() as database, database.reading() as session:
        for agent in list_agents(session):
            table.add_row(agent.email, agent.name, agent.role, "yes" if agent.is_active else "no")
    Console().print(table)


@app.command()
def disable(email: Annotated[str, typer.Argument(help="Whose account ends.")]) -> None:
    """End an account: signed out at once, open tickets back in the queue."""
    with _database() as database, database.session() as session:
        agent = disable_agent(session, email, now=SystemClock().now())
    typer.echo(f"{agent.email} can no longer sign in.")


@app.command()
def password(
    email: Annotated[str, typer.Argument(help="Whose password is set.")],
    password: GivenPassword = None,
) -> None:
    """Set a new password and sign the person out everywhere."""
    chosen = password or secrets.token_urlsafe(12)
    with _database() as database, database.session() as session:
        set_password(session, email, chosen)
    typer.echo(f"The password of {email} was changed.")
    if password is None:
        typer.echo(f"Password (shown once): {chosen}")


@contextmanager
def _database() -> Iterator[Database]:
    """The migrated database; what cannot be done ends with exit code 2 and one clear line."""
    try:
        with migrated_database(load_settings()) as database:
            yield database
    except AccountRefused as error:
        typer.echo(f"concierge users: {error}", err=True)
        raise typer.Exit(2) from error
    except AgentNotFound as error:
        typer.echo(f"concierge users: email: nobody has the address {error}", err=True)
        raise typer.Exit(2) from error
