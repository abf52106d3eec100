"""What the commands of `concierge insights` share: progress, refusals, tables, figures in JSON."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from concierge.app.preparation import console

DataFile = Annotated[
    Path, typer.Option("--data", help="csv, tsv or parquet; gz allowed; without header 0, 1, 2 …")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
Seed = Annotated[int, typer.Option(help="Fixes every random draw.")]


@contextmanager
def measuring(name: str) -> Iterator[Callable[[str], None]]:
    """Show progress by the yielded function; data that cannot be used end with exit code 2."""
    from insights.tables import BadData

    try:
        with console.status("reading …") as status:
            yield lambda what: status.update(f"{what} …")
    except BadData as error:
        typer.echo(f"insights {name}: {error}", err=True)
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
