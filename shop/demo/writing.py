"""Rows on their way into the database, in large batches, with keys given here."""

from collections import defaultdict
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kit.database import Base

BATCH: Final = 5000


class Tables:
    """Collects rows by model and writes them in the order in which models were first used."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._rows: dict[type[Base], list[dict[str, Any]]] = {}
        self._last: dict[type[Base], int] = defaultdict(int)

    def add(self, model: type[Base], **values: Any) -> int:
        """Keep a row for writing; its key."""
        self._last[model] += 1
        key = self._last[model]
        self._rows.setdefault(model, []).append({"id": key, **values})
        return key

    def put(self, model: type[Base], **values: Any) -> None:
        """Keep a row whose key is among its values."""
        self._rows.setdefault(model, []).append(values)

    def kept(self, model: type[Base]) -> list[dict[str, Any]]:
        """The rows of a model that are not written yet; what is changed in them is written so."""
        return self._rows.get(model, [])

    def flush(self) -> None:
        """Write everything that is kept."""
        for model, rows in self._rows.items():
            for start in range(0, len(rows), BATCH):
                self.session.execute(insert(model), rows[start : start + BATCH])
            rows.clear()
