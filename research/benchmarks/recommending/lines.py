"""One measured figure, its interval and its target."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """A figure of one task and competitor; a negative target is one to stay under."""

    task: str
    who: str
    figure: str
    value: float
    low: float | None = None
    high: float | None = None
    target: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.target >= 0 else self.value <= -self.target


def print_lines(title: str, lines: Sequence[Line]) -> None:
    """Print figures as a table."""
    table = Table(title=title)
    for heading in ("competitor", "figure", "value", "95 % interval", "target", ""):
        table.add_column(
            heading, justify="left" if heading in {"competitor", "figure"} else "right"
        )
    for line in lines:
        interval = "" if line.low is None else f"{line.low:.4f} – {line.high:.4f}"
        target = ""
        if line.target is not None:
            target = f"{'≥' if line.target >= 0 else '≤'} {abs(line.target):g}"
        met = {None: "", True: "✓", False: "✗"}[line.is_met]
        table.add_row(line.who, line.figure, f"{line.value:.4f}", interval, target, met)
    Console(width=120).print(table)


def lines_path(out: Path, task: str) -> Path:
    """Where a task's lines are kept."""
    return out / f"{task}.json"


def read_lines(out: Path, task: str) -> list[Line]:
    """The lines of a task that is done."""
    rows = json.loads(lines_path(out, task).read_text(encoding="utf-8"))
    return [Line(**row) for row in rows]


def markdown(lines: Sequence[Line]) -> str:
    """A table a task: a row for each competitor, a column for each figure; met targets are bold."""
    return "\n".join(
        _table([line for line in lines if line.task == task], task)
        for task in dict.fromkeys(line.task for line in lines)
    )


def _table(lines: Sequence[Line], corner: str) -> str:
    names = list(dict.fromkeys(line.figure for line in lines))
    at = {(line.who, line.figure): line for line in lines}
    rows = [f"| {corner} | " + " | ".join(name.replace("_", " ") for name in names) + " |"]
    rows.append("|---" * (len(names) + 1) + "|")
    for who in dict.fromkeys(line.who for line in lines):
        cells = (_cell(at.get((who, name))) for name in names)
        rows.append(f"| {who} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _cell(line: Line | None) -> str:
    if line is None:
        return ""
    value = _short(line.value)
    if line.low is not None and line.high is not None:
        value += f" ({_short(line.low)} – {_short(line.high)})"
    if line.target is None:
        return value
    side = "≥" if line.target >= 0 else "≤"
    told = f"{value}, target {side} {abs(line.target):g}"
    return f"**{told}**" if line.is_met else f"{told}: missed"


def _short(value: float) -> str:
    """Four digits after the point below one, fewer above."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 1.5:
        return f"{value:.2f}"
    return f"{value:.4f}".replace("0.", ".", 1)


def flat_lines(lines: Sequence[Line]) -> dict[str, float]:
    """Flat figures `task.competitor.figure` with `_low` and `_high` for intervals."""
    figures: dict[str, float] = {}
    for line in lines:
        name = f"{line.task}.{line.who}.{line.figure}".replace(" ", "_")
        figures[name] = line.value
        if line.low is not None and line.high is not None:
            figures |= {f"{name}_low": line.low, f"{name}_high": line.high}
    return figures
