"""Fresh databases for contract tests: SQLite always, PostgreSQL where `make test` started one."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

POSTGRES = "CONCIERGE_TEST_POSTGRES_URL"
KINDS = (
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres),
)


@contextmanager
def fresh_url(kind: str, folder: Path, like: str | None = None) -> Iterator[str]:
    """The address of an empty database of that kind, removed afterwards.

    It is a copy where the address of another one, which nobody has open, is given as `like`.
    """
    if kind == "sqlite":
        path = folder / "test.db"
        if like is not None:
            shutil.copy(str(make_url(like).database), path)
        yield f"sqlite:///{path}"
        return
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"no PostgreSQL: {POSTGRES} is not set (make test starts one)")
    name = f"t_{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        copied = "" if like is None else f' TEMPLATE "{make_url(like).database}"'
        connection.execute(text(f'CREATE DATABASE "{name}"{copied}'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()
