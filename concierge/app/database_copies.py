"""Copies of whole databases while they are in use, and what proves that a copy is the same.

SQLite is copied by itself, without what was erased; PostgreSQL by its own pg_dump and pg_restore.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

Rows = dict[str, tuple[int, str]]
MODULUS: Final = 2**256
BATCH: Final = 1000
WAIT_SECONDS: Final = 30.0


class CopyError(RuntimeError):
    """A database could not be copied; the message says why and what to do."""


def kind_of(url: str) -> str:
    """`sqlite` or `postgresql`."""
    return make_url(url).get_backend_name()


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite database; None for another kind."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database is not None
    return Path(str(parsed.database)) if is_file else None


def copy_out(url: str, target: Path) -> Rows:
    """Write a consistent copy of the database into the file `target`; its rows, hashed.

    Raises CopyError.
    """
    path = sqlite_path(url)
    if path is None:
        return _dump(make_url(url), target)
    copy_sqlite(path, target)
    return row_hashes(f"sqlite:///{target}")


def copy_in(source: Path, url: str) -> None:
    """Put a copy of a PostgreSQL database in place of what is there; raises CopyError."""
    parsed = make_url(url)
    _run(
        parsed,
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={_address(parsed)}",
        str(source),
    )


def copy_sqlite(path: Path, target: Path) -> None:
    """A copy of a SQLite file that others may be writing to; raises CopyError."""
    try:
        with _sqlite(path) as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
    except SQLAlchemyError as error:
        raise CopyError(f"{path.name} cannot be copied: {getattr(error, 'orig', error)}") from error


def row_hashes(url: str) -> Rows:
    """For each table how many rows it has and a hash of them that knows no order."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _hashes(connection)
    finally:
        engine.dispose()


def is_whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file."""
    try:
        with _sqlite(path) as connection:
            return connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    except SQLAlchemyError:
        return False


@contextmanager
def _sqlite(path: Path) -> Iterator[Connection]:
    """A connection that leaves the file as it is, without journal or transaction of ours."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": WAIT_SECONDS},
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _hashes(connection: Connection) -> Rows:
    quote = connection.dialect.identifier_preparer.quote
    found: Rows = {}
    for table in sorted(inspect(connection).get_table_names()):
        count, total = 0, 0
        rows = connection.execution_options(yield_per=BATCH).execute(
            text(f"SELECT * FROM {quote(table)}")  # noqa: S608 (a name of the database's own)
        )
        for row in rows:
            count += 1
            total += int.from_bytes(hashlib.sha256(repr(tuple(map(_plain, row))).encode()).digest())
        found[table] = (count, f"{total % MODULUS:064x}")
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _dump(url: URL, target: Path) -> Rows:
    """Rows are hashed in the very snapshot that is dumped."""
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            rows = _hashes(connection)
            _run(
                url,
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={target}",
                f"--dbname={_address(url)}",
            )
            return rows
    finally:
        engine.dispose()


def _address(url: URL) -> str:
    """The database's address without the password, which programs get by their environment."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(url: URL, program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise CopyError(
            f"{program} is not installed; install PostgreSQL's client programs of the server's "
            "version, or use your server's own backup"
        )
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PGPASSWORD": str(url.password or "")}
    done = subprocess.run(
        [str(shutil.which(program)), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CopyError(f"{program} failed: {(done.stderr or done.stdout).strip()[-600:]}")
