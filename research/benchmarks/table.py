"""One way to print figures beside a peer's, and to measure one set after the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """A figure of ours, the peer's, and the ratio to stay under (None: no target)."""

    name: str
    ours: float
    peer: float
    at_most: float | None

    @property
    def ratio(self) -> float:
        """Ours over the peer's."""
        return self.ours / self.peer if self.peer else float("nan")


def print_table(title: str, peer: str, rows: Sequence[Row]) -> None:
    """Print `rows` with their ratios and whether each target is met."""
    table = Table(title=title)
    for heading in ("figure", "ours", peer, "ratio", "target", ""):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for row in rows:
        target = "" if row.at_most is None else f"≤ {row.at_most:.2f}"
        met = "" if row.at_most is None else ("✓" if row.ratio <= row.at_most else "✗")
        table.add_row(
            row.name, f"{row.ours:.1f}", f"{row.peer:.1f}", f"{row.ratio:.2f}", target, met
        )
    Console(width=110).print(table)


def measure_each(
    only: Sequence[str], known: Iterable[str], measure: Callable[[str], Mapping[str, Any]]
) -> dict[str, Any]:
    """Figures of the sets in `only` (all by default) as `<set>_<figure>`.

    Raises typer.BadParameter for a name that is none.
    """
    names = tuple(known)
    check_names(only, names)
    return {
        f"{name}_{key}": value for name in only or names for key, value in measure(name).items()
    }


def check_names(given: Iterable[str], known: Sequence[str]) -> None:
    """Raises typer.BadParameter for the first name that is none of the known."""
    for name in given:
        if name not in known:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
