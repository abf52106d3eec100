"""`concierge train`: train what the shop's assistant needs."""

from typing import Annotated

import typer

from concierge.kit.logs import configure_logging
from concierge.kit.settings import load_settings


def command(
    what: Annotated[str, typer.Argument(help="assistant or all")] = "assistant",
    force: Annotated[bool, typer.Option(help="Train even when nothing has changed.")] = False,
) -> None:
    """Train the assistant from nlu_data/ and the catalogue, and build the knowledge index."""
    if what not in {"assistant", "all"}:
        typer.echo(f"train: WHAT must be assistant or all, got {what!r}", err=True)
        raise typer.Exit(2)
    from concierge.cli.preparation import train_assistant_if_needed

    settings = load_settings()
    configure_logging(settings, "train")
    model = train_assistant_if_needed(settings, force=force)
    typer.echo(f"model: {model.name}")
