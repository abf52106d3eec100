"""Counts what a piece of work asks of its databases, over all engines of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Asked:
    """Statements in their order, with their values, and the transactions around them.

    `idle_writes` are transactions that might have written and did not.
    """

    statements: list[tuple[str, Any]] = field(default_factory=list)
    transactions: int = 0
    writes: int = 0
    idle_writes: int = 0

    def __str__(self) -> str:
        lines = [" ".join(text.split())[:160] for text, _ in self.statements]
        counts = f"{len(lines)} statements, {self.transactions} transactions, {self.writes} writing"
        return "\n".join([counts, *lines])


@contextmanager
def counted() -> Iterator[Asked]:
    """What is asked inside, by whatever thread."""
    asked = Asked()
    wrote: dict[int, bool] = {}

    def begin(connection: Any) -> None:
        asked.transactions += 1
        if connection.get_execution_options().get("writes", True):
            asked.writes += 1
            wrote[id(connection)] = False

    def execute(
        connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        if statement.startswith("BEGIN"):
            return
        asked.statements.append((statement, values))
        if not statement.lstrip().upper().startswith("SELECT") and id(connection) in wrote:
            wrote[id(connection)] = True

    def end(connection: Any) -> None:
        asked.idle_writes += wrote.pop(id(connection), True) is False

    listeners = (
        ("begin", begin),
        ("before_cursor_execute", execute),
        ("commit", end),
        ("rollback", end),
    )
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield asked
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)
