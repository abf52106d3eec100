"""What the commands of `concierge insights` share: progress, refusals, tables, figures in JSON."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markup import escape
from rich.table import Table

from concierge.app.preparation import console

DataFile = Annotated[
    Path, typer.Option("--data", help="csv, tsv or parquet; gz allowed; without header 0, 1, 2 …")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
Seed = Annotated[int, typer.Option(help="Fixes every random draw.")]
WITH_INTERVAL: Final = ("value", "95 % from", "to")  # headings


def add_evaluation(app: typer.Typer, name: str, summary: str, command: Callable[..., None]) -> None:
    """Add `name evaluate` to the commands of `concierge insights`."""
    group = typer.Typer(no_args_is_help=True, help=summary)
    group.callback()(_group)
    group.command("evaluate")(command)
    app.add_typer(group, name=name)


def _group() -> None:
    """Keeps `evaluate` a word of its own in a group with one command."""


@contextmanager
def measuring(name: str, data: Path) -> Iterator[tuple[Any, Callable[[str], None]]]:
    """The table in a file, and a function that shows progress.

    Data that cannot be used end `name evaluate` with exit code 2.
    """
    from insights.tables import BadData, read_table

    try:
        with console.status("reading …") as status:
            yield read_table(data), lambda what: status.update(f"{what} …")
    except BadData as error:
        typer.echo(f"insights {name} evaluate: {error}", err=True)
        raise typer.Exit(2) from error


def names_in(text: str) -> list[str]:
    """The names in a list such as `a,b`."""
    return [name.strip() for name in text.split(",") if name.strip()]


def say_notes(notes: Sequence[str]) -> None:
    """Print what the reader should know before the figures."""
    for note in notes:
        console.print(f"note: {note}", style="yellow", markup=False)


def print_rows(title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table; the first column is text, the others are numbers."""
    table = Table(title=escape(title))
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    for row in rows:
        table.add_row(*(escape(_cell(value)) for value in row))
    console.print(table)


def _cell(value: Any) -> str:
    if value is None or value != value:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4f}" if abs(value) < 1000 else f"{value:,.1f}"
    return str(value)


def write_json(path: Path | None, figures: Mapping[str, Any]) -> None:
    """Write the figures; what is not a number becomes null."""
    if path is not None:
        text = json.dumps(_sound(figures), indent=2, allow_nan=False, ensure_ascii=False)
        path.write_text(f"{text}\n", encoding="utf-8")


def _sound(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _sound(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(one) for one in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    return value
