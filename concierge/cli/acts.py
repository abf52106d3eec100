"""`concierge acts evaluate`: how well acts are told apart in context, on labelled files."""

import json
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
def acts() -> None:
    """Measure how well acts are told apart in their context."""


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option(help="Messages with context to learn from.")],
    test: Annotated[Path, typer.Option(help="Messages to measure on.")],
    language: Annotated[str, typer.Option(help=ONE_OF)] = DEFAULT_LANGUAGE,
    limit: Annotated[int, typer.Option(help="Learn from so many rows only; 0 is all.")] = 0,
    encoder: Annotated[
        bool, typer.Option("--encoder/--no-encoder", help="Read sentence vectors too.")
    ] = True,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Learn from one file, measure on another; nothing is ever chosen by the test file.

    JSONL as `{"system", "system_acts", "user", "acts"}` or `{"question", "answer", "label"}`, or
    CSV with question, answer and label; .gz is allowed.
    """
    from dialogue.acts_data import BadActs
    from dialogue.evaluation import Labelled, read_file
    from dialogue.evaluation import evaluate as measure
    from encoders.shared import ensure_exports, shared_encoders

    if language not in LANGUAGES:
        typer.echo(f"acts evaluate: --language must be en or zh, got {language!r}", err=True)
        raise typer.Exit(2)
    try:
        known, asked = read_file(train), read_file(test)
    except BadActs as error:
        typer.echo(f"acts evaluate: {error}", err=True)
        raise typer.Exit(2) from error
    if limit:
        known = Labelled(known.examples[:limit], known.single)
    with console.status("learning and measuring …"):
        if encoder:
            data_dir = load_settings().data_dir
            ensure_exports(data_dir)
            encoders, chosen = shared_encoders(data_dir), as_language(language)
            both = [
                encoders.encode([one.text for one in part.examples], chosen)
                for part in (known, asked)
            ]
            figures = measure(known, asked, both[0], both[1])
        else:
            figures = measure(known, asked)
    table = Table(title=f"{test.name} after {train.name}", show_header=False)
    for name, value in figures.items():
        table.add_row(name, f"{value:.4g}")
    console.print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
