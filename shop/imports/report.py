"""What an import did: counts, rules, and a file with every row that was left out."""

import csv
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from shop.imports.rows import Rejected


class Report:
    """Counts as the import goes; rejected rows go to `rejects` at once, first one makes the file.

    The file is readable by its owner only: rows hold personal data.
    """

    def __init__(self, rejects: Path) -> None:
        self.rejects = rejects
        self.read = 0
        self.counts: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.rejected = 0
        self._file: TextIO | None = None

    def reject(self, number: int, row: Mapping[str, str], problem: Rejected) -> None:
        """Count a row under its rule and write it down with its number and the reason."""
        self.rejected += 1
        self.rules[problem.rule] += 1
        if self._file is None:
            self.rejects.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.rejects, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(("row", "rule", "field", "reason", "values"))
        values = json.dumps(dict(row), ensure_ascii=False)
        csv.writer(self._file).writerow(
            (number, problem.rule, problem.field, problem.reason, values)
        )

    def repaired(self, rule: str) -> None:
        """Count something that was put right."""
        self.rules[rule] += 1

    def count(self, what: str, how: str, number: int = 1) -> None:
        """`what` is customers, products, …; `how` is new, updated or unchanged."""
        self.counts[f"{what} {how}"] += number

    @property
    def changed(self) -> int:
        """Rows written or changed."""
        return sum(number for name, number in self.counts.items() if not name.endswith("unchanged"))

    def close(self) -> None:
        """Finish the file of rejected rows; a stale one of an earlier run goes."""
        if self._file is not None:
            self._file.close()
        else:
            self.rejects.unlink(missing_ok=True)
