"""Deadlines nest, and a unit of work is committed in time or not at all."""

from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from kit import deadlines
from kit.database import Database, open_database
from kit.deadlines import Deadline, DeadlinePassed


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    with opened.session() as session:
        session.execute(text("CREATE TABLE kept (word TEXT)"))
    return opened


def words(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT word FROM kept ORDER BY word")))


def write(database: Database, word: str) -> None:
    with database.session() as session:
        session.execute(text("INSERT INTO kept VALUES (:word)"), {"word": word})


def test_each_time_ends_inside_the_one_above_it() -> None:
    assert list(deadlines.NESTED) == sorted(deadlines.NESTED, reverse=True)
    assert len(set(deadlines.NESTED)) == len(deadlines.NESTED)
    assert deadlines.NESTED[:5] == (15.0, 10.0, 9.0, 4.5, 4.0)
    assert deadlines.ACTION_CALL < deadlines.PERSON < deadlines.ASSISTANT


def test_nothing_is_committed_after_the_deadline(database: Database) -> None:
    now = 100.0
    deadline = Deadline(4.0, monotonic=lambda: now)
    write(database.until(deadline), "in time")
    now = 104.0
    with pytest.raises(DeadlinePassed):
        write(database.until(deadline), "late")
    write(database, "without one")
    assert words(database) == ["in time", "without one"]


def test_who_gave_up_hears_of_no_later_commit(database: Database) -> None:
    deadline = Deadline(60.0)
    unit = database.until(deadline).session()
    session = unit.__enter__()
    session.execute(text("INSERT INTO kept VALUES ('x')"))
    assert deadline.give_up()
    with pytest.raises(DeadlinePassed):
        unit.__exit__(None, None, None)
    assert (words(database), deadline.seconds_left) == ([], 0.0)


def test_a_commit_that_runs_is_not_given_up_on() -> None:
    deadline, begun, end = Deadline(60.0), Event(), Event()

    def commit() -> None:
        with deadline.committing():
            begun.set()
            end.wait(5)

    thread = Thread(target=commit)
    thread.start()
    assert begun.wait(5)
    assert not deadline.give_up()
    end.set()
    thread.join()
    assert deadline.give_up()
