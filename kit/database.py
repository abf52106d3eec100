"""The database: one base, engines for SQLite and PostgreSQL, units of work, migrations."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Index,
    MetaData,
    TypeDecorator,
    bindparam,
    event,
    make_url,
    text,
)
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from kit import postgres
from kit.deadlines import Deadline
from kit.folding import fold
from kit.money import to_cents
from kit.threads import Threads

log = logging.getLogger(__name__)

WRITER_SECONDS: Final = 10.0  # how long a unit of work waits for SQLite's only writer
READERS: Final = 12
WRITERS: Final = 6
READER_PATIENCE: Final = 10.0
WRITER_PATIENCE: Final = 2.0
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


def is_one_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of these values, so said that an index of just those rows serves.

    Values that are bound tell a planner nothing: it may read every row there ever was instead.
    """
    return cast(
        "ColumnElement[bool]",
        column.in_(bindparam(None, tuple(values), expanding=True, literal_execute=True)),
    )


def index_where(name: str, *columns: str, **states: Sequence[str]) -> Index:
    """An index of the few rows whose column has one of some values (see `is_one_of`)."""
    ((column, values),) = states.items()
    where = text(f"{column} IN ({', '.join(map(repr, values))})")
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def create_database_engine(url: str, writer_seconds: float = WRITER_SECONDS) -> Engine:
    """An engine for `url`; errors never quote the values of a statement.

    SQLite gets WAL, foreign keys, a limit to waiting for its writer, and overwrites what is erased.
    PostgreSQL is asked no more often than needed (see `kit.postgres`).
    """
    parsed = make_url(url)
    options: dict[str, Any] = {
        "hide_parameters": True,
        "pool_size": READERS + WRITERS,
        "pool_timeout": READER_PATIENCE,
        "pool_use_lifo": True,
    }
    if parsed.get_backend_name() != "sqlite":
        return postgres.create_engine(parsed, **options)
    if not parsed.database or parsed.database == ":memory:":
        options = {"hide_parameters": True}
    else:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy_engine(parsed, connect_args={"timeout": writer_seconds}, **options)
    event.listen(engine, "connect", partial(_prepare_sqlite, writer_seconds))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(writer_seconds: float, connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below replaces the driver's late one
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={round(writer_seconds * 1000)}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.create_function("fold", 1, fold, deterministic=True)


def _begin_sqlite(connection: Any) -> None:
    """Begin as a writer where the unit of work asks for it, so that two writers queue up.

    A deferred transaction that reads first and writes later fails at once with "database is
    locked" when another writer came between; `execution_options(writes=True)` avoids that.
    """
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@dataclass(frozen=True)
class Database:
    """An engine and the units of work on it; safe to share between threads.

    `reads` and `writes` are the threads for units of work that only read, and for the others.
    Nothing is committed after `deadline`, where there is one. `info` is what every unit of work
    brings along in its `session.info`, such as the rules of the shop whose database it is.
    """

    engine: Engine
    deadline: Deadline | None = None
    info: Mapping[str, Any] = field(default_factory=dict, compare=False)
    reads: Threads = field(
        default_factory=lambda: Threads("readers", READERS, READER_PATIENCE), compare=False
    )
    writes: Threads = field(
        default_factory=lambda: Threads("writers", WRITERS, WRITER_PATIENCE), compare=False
    )

    def until(self, deadline: Deadline) -> "Database":
        """The same database for units of work that must be committed before the deadline."""
        return replace(self, deadline=deadline)

    def with_info(self, **info: Any) -> "Database":
        """The same database for units of work that bring this along, too."""
        return replace(self, info={**self.info, **info})

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One unit of work that may write: committed on success, rolled back on any error.

        Raises DeadlinePassed, and keeps nothing, when the deadline passed before the commit.
        """
        with self._sessions(self.engine).begin() as session:
            yield session
            session.flush()
            if self.deadline is not None:
                with self.deadline.committing():
                    session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One unit of work that only reads and never waits for writers."""
        reader = self.engine.execution_options(writes=False)
        with self._sessions(reader)() as session:
            yield session

    def _sessions(self, engine: Engine) -> sessionmaker[Session]:
        return sessionmaker(engine, expire_on_commit=False, info=dict(self.info))

    def forget(self) -> None:
        """Bring what was erased out of SQLite's journal beside the file, too.

        PostgreSQL's VACUUM does this by itself in time.
        """
        if self.engine.dialect.name != "sqlite":
            return
        connection = self.engine.raw_connection()  # outside of any transaction
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            is_busy = row is not None and bool(row[0])
        finally:
            connection.close()
        if is_busy:
            log.warning("erased words stay in the journal until its last reader has ended")

    def close(self) -> None:
        """Let the threads end and close every pooled connection."""
        self.reads.close()
        self.writes.close()
        self.engine.dispose()


def open_database(url: str, writer_seconds: float = WRITER_SECONDS) -> Database:
    """A database at `url`; nothing is created or migrated."""
    return Database(create_database_engine(url, writer_seconds))


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
