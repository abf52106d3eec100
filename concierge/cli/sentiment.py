"""`concierge sentiment evaluate`: how well moods are told apart on labelled files."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from concierge.app.preparation import console
from concierge.cli.spoken import ONE_OF
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, as_language
from kit.settings import load_settings

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def sentiment() -> None:
    """Measure how well moods are told apart."""


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option(help="Texts to learn from: CSV text,sentiment.")],
    test: Annotated[Path, typer.Option(help="Texts to measure on.")],
    language: Annotated[str, typer.Option(help=ONE_OF)] = DEFAULT_LANGUAGE,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    plots: Annotated[
        Path | None,
        typer.Option(help="Write confusion.png and reliability.png into this folder."),
    ] = None,
) -> None:
    """Learn from one file, measure on another; nothing is ever chosen by the test file.

    Sentiment is positive, neutral or negative; .gz is allowed.
    """
    from encoders.shared import ensure_exports, shared_encoders
    from encoders.sources import EncoderError
    from understanding.evaluation.examples import BadExamples
    from understanding.evaluation.plots import write_plots
    from understanding.evaluation.sentiment import evaluate as measure
    from understanding.sentiment.examples import read_labelled

    if language not in LANGUAGES:
        typer.echo(f"sentiment evaluate: --language must be en or zh, got {language!r}", err=True)
        raise typer.Exit(2)
    settings, chosen = load_settings(), as_language(language)
    try:
        known, asked = read_labelled(train), read_labelled(test)
        with console.status("learning and measuring …") as status:
            ensure_exports(settings.data_dir)
            encoders = shared_encoders(settings.data_dir)
            figures, outcome = measure(
                known,
                asked,
                lambda texts: encoders.encode(texts, chosen),
                status.update,
                partial(encoders.hidden, language=chosen)
                if encoders.shows_tokens(chosen)
                else None,
            )
    except BadExamples as error:
        typer.echo(f"sentiment evaluate: {error}", err=True)
        raise typer.Exit(2) from error
    except EncoderError as error:
        typer.echo(f"sentiment evaluate: {error}", err=True)
        raise typer.Exit(1) from error
    table = Table(title=f"{test.name} after {train.name}", show_header=False)
    for name, value in figures.items():
        table.add_row(name, str(value))
    console.print(table)
    if plots is not None:
        for path in write_plots(outcome, plots, "Moods"):
            typer.echo(f"wrote {path}")
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
