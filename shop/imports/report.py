"""What an import did: each row kept, repaired or refused, and a file with every refused one."""

import csv
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TextIO, TypeVar

from shop.imports.problems import Note, Rejected

R = TypeVar("R")
_EXAMPLES: Final = 3  # of each rule and field, in the summary


@dataclass(frozen=True)
class Numbered(Generic[R]):
    """A cleaned row with its number, its words for the file of refused rows, and its repairs."""

    number: int
    raw: Mapping[str, str]
    row: R
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Example:
    """A row that a rule refused or repaired: its line, the field, what was done or is wanted."""

    line: int
    field: str
    text: str


class Tally:
    """What became of some rows. It can be thrown away when the database takes them back."""

    def __init__(self) -> None:
        self.kept = 0
        self.repaired_rows = 0
        self.refused: list[tuple[int, Mapping[str, str], Rejected]] = []
        self.counts: Counter[str] = Counter()
        self.notes: list[tuple[int, Note]] = []

    def keep(self, item: Numbered[Any], *more: Note) -> None:
        """The row is in the shop, as it was or repaired."""
        notes = (*item.notes, *more)
        self.notes.extend((item.number, note) for note in notes)
        if notes:
            self.repaired_rows += 1
        else:
            self.kept += 1

    def reject(self, number: int, row: Mapping[str, str], problem: Rejected) -> None:
        """The row is not in the shop."""
        self.refused.append((number, row, problem))

    def count(self, what: str, how: str, number: int = 1) -> None:
        """`what` is customers, products, …; `how` is new, updated or unchanged."""
        self.counts[f"{what} {how}"] += number


class Report:
    """Counts as the import goes; refused rows go to `rejects` at once, first one makes the file.

    Every row that is read is kept, repaired or refused. The file is readable by its owner only:
    rows hold personal data.
    """

    def __init__(
        self, rejects: Path, named: Callable[[Mapping[str, str]], Mapping[str, str]] = dict
    ) -> None:
        self.rejects = rejects
        self.system = ""
        self.is_dry_run = False
        self.remarks: list[str] = []
        self.unused: Sequence[str] = ()
        self.absent: Sequence[str] = ()
        self.read = self.kept = self.repaired = self.refused = 0
        self.counts: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.examples: dict[tuple[str, str], list[Example]] = defaultdict(list)
        self._named = named
        self._file: TextIO | None = None

    def absorb(self, tally: Tally) -> None:
        """Count for good what became of these rows."""
        self.kept += tally.kept
        self.repaired += tally.repaired_rows
        self.counts += tally.counts
        for number, note in tally.notes:
            self._show(note.rule, Example(number, note.field, note.how))
        for refused in tally.refused:
            self.reject(*refused)

    def reject(self, number: int, row: Mapping[str, str], problem: Rejected) -> None:
        """Count a row under its rule and write it down with its number and the reason."""
        self.refused += 1
        self._show(problem.rule, Example(number, problem.field, problem.reason))
        if self._file is None:
            self.rejects.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.rejects, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(("row", "rule", "field", "reason", "values"))
        values = json.dumps(dict(self._named(row)), ensure_ascii=False)
        csv.writer(self._file).writerow(
            (number, problem.rule, problem.field, problem.reason, values)
        )

    def put_right(self, number: int, note: Note) -> None:
        """Count a row that was passed over with good reason as repaired."""
        self.repaired += 1
        self._show(note.rule, Example(number, note.field, note.how))

    def _show(self, rule: str, example: Example) -> None:
        self.rules[rule] += 1
        shown = self.examples[rule, example.field]
        if len(shown) < _EXAMPLES:
            shown.append(example)

    @property
    def changed(self) -> int:
        """Rows written or changed."""
        return sum(number for name, number in self.counts.items() if not name.endswith("unchanged"))

    def close(self) -> None:
        """Finish the file of refused rows; a stale one of an earlier run goes."""
        if self._file is not None:
            self._file.close()
        else:
            self.rejects.unlink(missing_ok=True)
