"""The database: one base, engines for SQLite and PostgreSQL, units of work, migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    event,
    make_url,
)
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from kit.money import to_cents

BUSY_TIMEOUT_MS: Final = 10_000
PROJECT_ROOT: Final = Path(__file__).resolve().parents[1]

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every ORM class; its metadata is what migrations compare with."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite keeps it without offset so that text order is time order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; pass an aware one")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Minor(TypeDecorator[Decimal]):
    """A decimal amount with two places, stored exactly as a whole number of cents."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Cents from the amount."""
        return None if value is None else int(to_cents(Decimal(value)) * 100)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The amount from cents."""
        return None if value is None else Decimal(value).scaleb(-2)


def create_database_engine(url: str) -> Engine:
    """An engine for `url`; SQLite gets WAL, foreign keys and a busy timeout."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sqlalchemy_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below replaces the driver's late one
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Begin as a writer where the unit of work asks for it, so that two writers queue up.

    A deferred transaction that reads first and writes later fails at once with "database is
    locked" when another writer came between; `execution_options(writes=True)` avoids that.
    """
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@dataclass(frozen=True)
class Database:
    """An engine and the units of work on it; safe to share between threads."""

    engine: Engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One unit of work that may write: committed on success, rolled back on any error."""
        with sessionmaker(self.engine, expire_on_commit=False).begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One unit of work that only reads and never waits for writers."""
        reader = self.engine.execution_options(writes=False)
        with sessionmaker(reader, expire_on_commit=False)() as session:
            yield session

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """A database at `url`; nothing is created or migrated."""
    return Database(create_database_engine(url))


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema at `url` up to `revision`."""
    _alembic("upgrade", url, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema at `url` down to `revision`."""
    _alembic("downgrade", url, revision)


def _alembic(verb: str, url: str, revision: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(PROJECT_ROOT / "migrations"))
    config.attributes["url"] = url
    getattr(command, verb)(config, revision)
