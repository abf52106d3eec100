"""Insert a row once, whoever else is inserting it at the same time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kit.database import Base


def insert_once(
    session: Session, model: type[Base], values: Mapping[str, Any], *, unique: Sequence[str]
) -> bool:
    """Insert `values` unless a row with the same `unique` columns exists; True when inserted."""
    table = model.__table__
    assert isinstance(table, Table)
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    statement = insert.values(**values).on_conflict_do_nothing(index_elements=list(unique))
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
