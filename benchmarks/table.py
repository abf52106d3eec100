"""One way to print figures beside a peer's."""

from collections.abc import Sequence
from dataclasses import dataclass

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
