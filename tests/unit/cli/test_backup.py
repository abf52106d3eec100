"""The drill: what was backed up while people wrote is all there after it was put back."""

import json
import tarfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

from concierge.app.backup import BackupError, make_backup, restore_backup
from concierge.app.database_copies import row_hashes
from conversations import accept_message, create_conversation
from kit.database import open_database, upgrade
from kit.settings import Settings, load_settings
from tests.databases import KINDS, fresh_url

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(params=KINDS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A shop with two conversations, a tracker database, a model and a job queue."""
    with fresh_url(request.param, tmp_path) as main, fresh_url(request.param, tmp_path) as tracker:
        made = load_settings({}, tmp_path)
        folder = made.data_dir
        if request.param == "postgresql":
            made = replace(made, database_url=main, tracker_database_url=tracker)
        fill(made)
        (folder / "models").mkdir()
        (folder / "models" / "a.tar.gz").write_bytes(b"a model")
        (folder / "models" / ".draft").mkdir()
        (folder / "models" / ".draft" / "half").write_text("x")
        yield made


def fill(settings: Settings) -> None:
    upgrade(settings.database_url)
    with closing(open_database(settings.database_url)) as database, database.session() as session:
        for name in ("Mia", "伟"):
            place = create_conversation(session, channel="webchat", language="en", now=NOW)
            for number in range(2):
                accept_message(
                    session,
                    place.id,
                    text=f"{name} {number}",
                    now=NOW,
                    client_message_id=str(number),
                    page={"product": "boots"},
                )
    for url in (settings.tracker_database_url, f"sqlite:///{settings.data_dir / 'queue.db'}"):
        with closing(open_database(url)) as database, database.session() as session:
            session.execute(text("CREATE TABLE events (id INTEGER PRIMARY KEY, data TEXT)"))
            session.execute(text("INSERT INTO events VALUES (1, 'one'), (2, '二')"))


def all_hashes(settings: Settings) -> list[object]:
    queue = f"sqlite:///{settings.data_dir / 'queue.db'}"
    urls = (settings.database_url, settings.tracker_database_url, queue)
    return [row_hashes(url) for url in urls]


def test_everything_is_back_row_by_row(settings: Settings, tmp_path: Path) -> None:
    before = all_hashes(settings)
    key = (settings.data_dir / "secret.key").read_bytes()
    target = tmp_path / "shop.tar.gz"
    made = make_backup(settings, target)
    assert made.rows["main"]["messages"][0] == 4
    assert made.rows["tracker"]["events"][0] == 2
    assert target.stat().st_mode & 0o777 == 0o600
    for url, table in (
        (settings.database_url, "messages"),
        (settings.tracker_database_url, "events"),
    ):
        with closing(open_database(url)) as database, database.session() as session:
            session.execute(text(f"DELETE FROM {table}"))
    (settings.data_dir / "models" / "a.tar.gz").write_bytes(b"another")
    (settings.data_dir / "secret.key").write_bytes(b"other" * 10)
    with pytest.raises(BackupError, match="holds data already; --replace keeps it beside"):
        restore_backup(settings, target)
    restored = restore_backup(settings, target, replace=True)
    assert all_hashes(settings) == before
    assert (restored.rows, restored.files) == (made.rows, made.files)
    assert (settings.data_dir / "secret.key").read_bytes() == key
    assert (settings.data_dir / "models" / "a.tar.gz").read_bytes() == b"a model"
    assert not (settings.data_dir / "models" / ".draft").exists()
    [kept] = tmp_path.glob("var.before-*")
    assert (kept / "models" / "a.tar.gz").read_bytes() == b"another"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_backup_beside_a_writer_is_of_one_moment(settings: Settings, tmp_path: Path) -> None:
    end, begun = Event(), Event()

    def write() -> None:
        with closing(open_database(settings.database_url)) as database:
            number = 0
            while not end.is_set():
                number += 1
                with database.session() as session:
                    place = create_conversation(session, channel="webchat", language="en", now=NOW)
                    accept_message(session, place.id, text="x", now=NOW, client_message_id="1")
                begun.set()

    writer = Thread(target=write)
    writer.start()
    assert begun.wait(10)
    try:
        rows = make_backup(settings, tmp_path / "shop.tar.gz").rows["main"]
    finally:
        end.set()
        writer.join()
    assert rows["messages"][0] - 4 == rows["conversations"][0] - 2
    restore_backup(settings, tmp_path / "shop.tar.gz", replace=True)
    assert row_hashes(settings.database_url) == rows


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    made = load_settings({}, tmp_path)
    fill(made)
    return made


def repack(source: Path, target: Path, change: str, content: bytes) -> None:
    """The same backup with another content for one of its files."""
    folder = target.with_suffix(".d")
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    (folder / change).write_bytes(content)
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, "")


def test_a_damaged_backup_changes_nothing(plain: Settings, tmp_path: Path) -> None:
    good = tmp_path / "good.tar.gz"
    make_backup(plain, good)
    before = all_hashes(plain)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(good.read_bytes()[:-200])
    with tarfile.open(good) as archive:
        manifest = json.loads(archive.extractfile("manifest.json").read())  # type: ignore[union-attr]
    manifest["rows"]["main"]["messages"] = [4, "0" * 64]
    other_rows, other_key = tmp_path / "rows.tar.gz", tmp_path / "key.tar.gz"
    repack(good, other_rows, "manifest.json", json.dumps(manifest).encode())
    repack(good, other_key, "data/secret.key", b"y" * 64)
    for source, says in (
        (cut, "not a whole backup"),
        (other_rows, "main database of the backup is damaged"),
        (other_key, "data/secret.key is not as it was packed"),
        (tmp_path / "nothing.tar.gz", "not a whole backup"),
    ):
        with pytest.raises(BackupError, match=says):
            restore_backup(plain, source, replace=True)
    assert all_hashes(plain) == before
    assert list(tmp_path.glob("var.before-*")) == []


def test_a_backup_does_not_overwrite_and_fits_its_database(plain: Settings, tmp_path: Path) -> None:
    target = tmp_path / "shop.tar.gz"
    make_backup(plain, target)
    with pytest.raises(BackupError, match="exists already"):
        make_backup(plain, target)
    other = replace(plain, database_url="postgresql+psycopg2://u@localhost/shop")
    with pytest.raises(BackupError, match="CONCIERGE_DATABASE_URL is of postgresql"):
        restore_backup(other, target, replace=True)
    moved = load_settings(
        {"CONCIERGE_DATABASE_URL": f"sqlite:///{tmp_path / 'else' / 'x.db'}"}, tmp_path / "new"
    )
    restore_backup(moved, target)
    assert row_hashes(moved.database_url) == row_hashes(plain.database_url)


def test_erased_words_are_not_in_a_backup(plain: Settings, tmp_path: Path) -> None:
    with closing(open_database(plain.database_url)) as database, database.session() as session:
        session.execute(text("DELETE FROM messages WHERE text LIKE 'Mia%'"))
    make_backup(plain, tmp_path / "shop.tar.gz")
    with tarfile.open(tmp_path / "shop.tar.gz") as archive:
        copied = archive.extractfile("databases/main").read()  # type: ignore[union-attr]
    assert b"Mia 1" not in copied
    assert "伟 1".encode() in copied
