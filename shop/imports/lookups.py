"""Look rows up by their keys, as many at a time as one statement takes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kit.database import Base

_KEYS: Final = 400  # bound parameters of one look-up; SQLite takes at least 999
M = TypeVar("M", bound=Base)
K = TypeVar("K", str, int)


def found(
    session: Session, model: type[M], column: InstrumentedAttribute[Any], keys: Iterable[str]
) -> dict[str, M]:
    """Rows whose `column` is one of `keys`, by that column."""
    return {
        getattr(row, column.key): row
        for part in parts(keys)
        for row in session.scalars(select(model).where(column.in_(part)))
    }


def values(session: Session, column: InstrumentedAttribute[Any], keys: Iterable[str]) -> set[str]:
    """Those of `keys` that `column` has."""
    return {
        value
        for part in parts(keys)
        for value in session.scalars(select(column).where(column.in_(part)))
    }


def parts(keys: Iterable[K]) -> Iterator[list[K]]:
    """Each key once, as many at a time as one statement takes."""
    wanted = sorted({key for key in keys if key})
    for start in range(0, len(wanted), _KEYS):
        yield wanted[start : start + _KEYS]


def change(row: Base, new: Mapping[str, Any]) -> bool:
    """Set what differs; True when anything did."""
    changed = {name: value for name, value in new.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)
