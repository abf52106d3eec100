"""Everything that a shop must not lose, in one file: both databases and the data folder.

A backup is made while the system runs and is proved when it is put back: every file by its hash,
every table by its rows. What was there before is kept beside it.
"""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from concierge.app.database_copies import (
    CopyError,
    Rows,
    copy_in,
    copy_out,
    copy_sqlite,
    is_whole,
    kind_of,
    row_hashes,
    sqlite_path,
)
from kit.clock import SystemClock
from kit.settings import KEY_FILE, PREFIX, Settings

LAYOUT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASES: Final = {"main": "DATABASE_URL", "tracker": "TRACKER_DATABASE_URL"}
_LIVE: Final = ("-wal", "-shm", "-journal")
_SQLITE: Final = b"SQLite format 3\0"


class BackupError(RuntimeError):
    """A backup cannot be made, read or put back; the message says why. Nothing was changed."""


@dataclass(frozen=True)
class Backup:
    """What a backup holds: how many files, and rows by database and table."""

    files: int
    rows: dict[str, Rows]

    @property
    def row_count(self) -> int:
        """Rows of all tables."""
        return sum(count for tables in self.rows.values() for count, _ in tables.values())


def make_backup(settings: Settings, target: Path) -> Backup:
    """Write everything into `target`, which only its owner may read; raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists already; choose another name")
    if not target.parent.is_dir():
        raise BackupError(f"{target.parent} is not a folder")
    draft = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as place:
            rows = _copy_databases(settings, Path(place))
            files = _pack(settings, Path(place), rows, draft)
        os.replace(draft, target)
    except (CopyError, OSError) as error:
        raise BackupError(f"no backup was made: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return Backup(files, rows)


def restore_backup(settings: Settings, source: Path, *, replace: bool = False) -> Backup:
    """Put a backup in place of what is there, whole or not at all; raises BackupError.

    Without `replace` nothing may be there. With it, the old data folder stays beside the new one.
    """
    if not replace and not _is_empty(settings):
        raise BackupError(f"{settings.data_dir} holds data already; --replace keeps it beside")
    beside = settings.data_dir.parent
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
        place = Path(name)
        manifest = _unpack(source, place)
        backup = _proved(settings, place, manifest)
        try:
            for database in backup.rows:
                _put_database(settings, database, place)
            _put_folder(settings, place / "data")
        except (CopyError, OSError) as error:
            raise BackupError(f"the backup could not be put in place: {error}") from error
    return backup


def _url(settings: Settings, database: str) -> str:
    return settings.database_url if database == "main" else settings.tracker_database_url


def _copy_databases(settings: Settings, place: Path) -> dict[str, Rows]:
    (place / "databases").mkdir()
    rows = {}
    for name in DATABASES:
        path = sqlite_path(_url(settings, name))
        if path is None or path.exists():
            rows[name] = copy_out(_url(settings, name), place / "databases" / name)
    if "main" not in rows:
        raise CopyError("there is no database yet; `concierge up` makes one")
    return rows


def _pack(settings: Settings, place: Path, rows: dict[str, Rows], draft: Path) -> int:
    hashes: dict[str, str] = {}
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "wb") as file,
        tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as archive,
    ):
        for path in sorted((place / "databases").iterdir()):
            hashes[f"databases/{path.name}"] = _add(archive, path, f"databases/{path.name}")
        for path in _data_files(settings):
            name = f"data/{path.relative_to(settings.data_dir).as_posix()}"
            copied = place / "copy"
            if path.suffix == ".db" and _is_sqlite(path):  # a queue that is in use
                copy_sqlite(path, copied)
            else:
                shutil.copyfile(path, copied)  # so that it cannot change while it is packed
            hashes[name] = _add(archive, copied, name)
            copied.unlink()
        manifest = place / MANIFEST
        facts = {
            "layout": LAYOUT,
            "made_at": SystemClock().now().isoformat(timespec="seconds"),
            "databases": {name: kind_of(_url(settings, name)) for name in rows},
            "rows": rows,
            "files": hashes,
        }
        manifest.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        _add(archive, manifest, MANIFEST)
    return len(hashes)


def _data_files(settings: Settings) -> Iterator[Path]:
    """What lies in the data folder, but for databases that are copied apart and for drafts."""
    apart = {sqlite_path(_url(settings, name)) for name in DATABASES}
    for path in sorted(settings.data_dir.rglob("*")):
        inside = path.relative_to(settings.data_dir)
        is_draft = any(part.startswith(".") for part in inside.parts)
        is_apart = path in apart or path.name.endswith(_LIVE)
        if path.is_file() and not is_draft and not is_apart:
            yield path


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _add(archive: tarfile.TarFile, path: Path, name: str) -> str:
    archive.add(path, name, recursive=False)
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack(source: Path, place: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(place, filter="data")
        manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{source} is not a whole backup: {error}") from error
    if manifest.get("layout") != LAYOUT:
        raise BackupError(f"{source} is of layout {manifest.get('layout')}, not of {LAYOUT}")
    for name, digest in files.items():
        path = place / name
        if not path.is_file() or _digest(path) != digest:
            raise BackupError(f"{source} is damaged: {name} is not as it was packed")
    return manifest


def _proved(settings: Settings, place: Path, manifest: dict[str, Any]) -> Backup:
    """The backup, when its databases are whole and fit the settings."""
    rows = {
        database: {table: (int(count), str(digest)) for table, (count, digest) in tables.items()}
        for database, tables in manifest["rows"].items()
    }
    for database, kind in manifest["databases"].items():
        wanted = kind_of(_url(settings, database))
        if kind != wanted:
            raise BackupError(
                f"the backup is of {kind}, but {PREFIX}{DATABASES[database]} is of {wanted}"
            )
        path = place / "databases" / database
        if kind == "sqlite" and not (
            is_whole(path) and row_hashes(f"sqlite:///{path}") == rows[database]
        ):
            raise BackupError(f"the {database} database of the backup is damaged")
    return Backup(len(manifest["files"]), rows)


def _is_empty(settings: Settings) -> bool:
    """Whether there is nothing but the key that settings make by themselves."""
    folder = settings.data_dir
    return not folder.is_dir() or {path.name for path in folder.iterdir()} <= {KEY_FILE}


def _put_database(settings: Settings, database: str, place: Path) -> None:
    copied, url = place / "databases" / database, _url(settings, database)
    path = sqlite_path(url)
    if path is None:
        copy_in(copied, url)
        return
    (place / "data").mkdir(exist_ok=True)
    if path.is_relative_to(settings.data_dir):
        target = place / "data" / path.relative_to(settings.data_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(copied, target)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("", *_LIVE):
        old = path.with_name(path.name + ending)
        if old.exists():
            os.replace(old, old.with_name(f"{path.name}.before-{_now()}{ending}"))
    shutil.move(copied, path)


def _put_folder(settings: Settings, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    key = folder / KEY_FILE
    if key.exists():
        key.chmod(0o600)
    if settings.data_dir.is_dir():
        os.replace(
            settings.data_dir,
            settings.data_dir.with_name(f"{settings.data_dir.name}.before-{_now()}"),
        )
    os.replace(folder, settings.data_dir)


def _now() -> str:
    return SystemClock().now().strftime("%Y%m%d-%H%M%S")
