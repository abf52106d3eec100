"""Units of work: committed whole or not at all; times and amounts survive the round trip."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import MetaData, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kit.database import Database, Minor, UtcDateTime, open_database


class LocalBase(DeclarativeBase):
    metadata = MetaData()


class Row(LocalBase):
    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    amount: Mapped[Decimal] = mapped_column(Minor)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database(f"sqlite:///{tmp_path / 'deep' / 'test.db'}")
    LocalBase.metadata.create_all(opened.engine)
    return opened


def test_values_survive(database: Database) -> None:
    berlin = timezone(timedelta(hours=2))
    with database.session() as session:
        session.add(Row(id=1, at=datetime(2026, 7, 1, 2, tzinfo=berlin), amount=Decimal("0.10")))
    with database.reading() as session:
        row = session.scalars(select(Row)).one()
    assert row.at == datetime(2026, 7, 1, tzinfo=UTC)
    assert row.at.tzinfo is UTC
    assert row.amount == Decimal("0.10")


def test_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive"), database.session() as session:
        session.add(Row(id=1, at=datetime(2026, 7, 1), amount=Decimal(0)))  # noqa: DTZ001


def test_an_error_leaves_nothing(database: Database) -> None:
    def add_and_fail() -> None:
        with database.session() as session:
            session.add(Row(id=1, at=None, amount=Decimal(1)))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with database.reading() as session:
        assert session.scalars(select(Row)).all() == []


def test_two_writers_queue_up_instead_of_failing(database: Database) -> None:
    with database.session() as session:
        session.add(Row(id=1, at=None, amount=Decimal(0)))

    def add_one() -> None:
        for _ in range(20):
            with database.session() as session:
                row = session.get_one(Row, 1)
                row.amount += 1

    threads = [Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get_one(Row, 1).amount == Decimal(80)


def test_sqlite_checks_foreign_keys(database: Database) -> None:
    with database.reading() as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_erased_words_are_gone_from_the_files(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    words = [f"secret-{number}-" + "words " * 400 for number in range(20)]
    with database.session() as session:
        session.execute(text("CREATE TABLE said (id INTEGER PRIMARY KEY, words TEXT)"))
        for word in words:
            session.execute(text("INSERT INTO said (words) VALUES (:w)"), {"w": word})
    with database.session() as session:
        session.execute(text("UPDATE said SET words = 'gone' WHERE id = 3"))
        session.execute(text("DELETE FROM said WHERE id <> 3"))
    database.forget()
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"gone" in left
    assert b"secret-" not in left


def test_errors_do_not_quote_values(database: Database) -> None:
    insert = text("INSERT INTO row (id, amount) VALUES (:i, :a), (:i, :a)")
    with database.session() as session, pytest.raises(IntegrityError) as error:
        session.execute(insert, {"i": 1, "a": 77})
    assert "77" not in str(error.value)
