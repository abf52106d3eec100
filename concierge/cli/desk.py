"""`concierge desk`: what the desk learns from the shop's own words and handovers."""

from pathlib import Path
from typing import Annotated

import typer

from concierge.app.desk_learning import (
    LEAST_CONVERSATIONS,
    LEAST_HANDED_OVER,
    train_need_of,
    train_topics_of,
)
from kit.settings import load_settings

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """What the desk learns."""


@app.command()
def train(
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Learn topics from nlu_data/ and the need for a person from the shop's own tickets."""
    import json

    settings = load_settings()
    figures = train_topics_of(settings)
    found = train_need_of(settings)
    if found is None:
        typer.echo(
            f"need for a person: not learned, {LEAST_CONVERSATIONS} conversations with "
            f"{LEAST_HANDED_OVER} handovers are needed"
        )
    figures |= found or {}
    for name, value in figures.items():
        typer.echo(f"{name}: {value:.4g}")
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
