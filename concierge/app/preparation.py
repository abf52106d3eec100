"""What must exist before the processes start: the schema, the demo shop, a trained assistant."""

import hashlib
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from kit.clock import SystemClock
from kit.database import Database, open_database, upgrade
from kit.settings import Settings

if TYPE_CHECKING:
    from recommender.serving.refit import RefitReport

console = Console(highlight=False)
TRAINED_FROM: Final = (
    "nlu_data", "domain.yml", "config.yml", "bot", "dialogue", "understanding", "encoders",
)  # fmt: skip


class PreparationError(RuntimeError):
    """Something needed before the start could not be made; the message says what and why."""


def prepare_database(settings: Settings) -> None:
    """Bring the schema up to date.

    Raises PreparationError when the database cannot be reached or is locked.
    """
    from sqlalchemy.exc import SQLAlchemyError

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        upgrade(settings.database_url)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise PreparationError(
            f"the database cannot be used ({reason}). Is another program holding it, "
            "and is CONCIERGE_DATABASE_URL right?"
        ) from error


@contextmanager
def migrated_database(settings: Settings) -> Iterator[Database]:
    """The database at the newest migration, closed afterwards; for one command."""
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


def prepare_demo_shop(settings: Settings) -> bool:
    """Make the demo shop when demo mode is on and the shop is empty; True when it was made."""
    if not settings.demo:
        return False
    from shop.demo import demo_exists, make_demo

    database = open_database(settings.database_url)
    try:
        if demo_exists(database):
            return False
        with progress_bar() as progress:
            task = progress.add_task("making the demo shop (synthetic data)", total=1.0)
            make_demo(
                database,
                now=SystemClock().now(),
                progress=lambda share: progress.update(task, completed=share),
            )
            progress.update(task, completed=1.0)
        return True
    finally:
        database.close()


def train_assistant_if_needed(settings: Settings, *, force: bool = False) -> Path:
    """The current model, trained now when there is none or its sources have changed.

    Training runs in a process of its own, so that its memory is given back.
    Raises PreparationError with the trainer's last words when it fails.
    """
    wanted = source_hash(settings.root)
    current = current_model(settings)
    if current is not None and not force and _trained_hash(settings) == wanted:
        return current
    if current is not None:
        console.print("· the training data has changed: training again")
    with progress_bar() as progress:
        task = progress.add_task("training the assistant", total=None)
        run = subprocess.run(
            [sys.executable, "-m", "bot.training"],
            cwd=settings.root,
            capture_output=True,
            text=True,
            check=False,
        )
        progress.update(task, total=1, completed=1)
    model = current_model(settings)
    if run.returncode != 0 or model is None:
        last_words = "\n".join((run.stderr or run.stdout).strip().splitlines()[-15:])
        raise PreparationError(f"training the assistant failed:\n{last_words}")
    (settings.models_dir / "trained.json").write_text(
        json.dumps({"sources": wanted, "model": model.name}), encoding="utf-8"
    )
    return model


def train_recommender(settings: Settings, *, force: bool = False) -> "RefitReport":
    """Learn the shop's recommenders from its events and put them in place; shows the step.

    Raises RefitRefused when the new model is clearly worse than the one that serves.
    """
    from recommender.serving.refit import run_refit

    database = open_database(settings.database_url)
    try:
        with console.status("training the recommender …"):
            return run_refit(
                database, settings.recommender_dir, now=SystemClock().now(), force=force
            )
    finally:
        database.close()


def train_recommender_if_missing(settings: Settings) -> bool:
    """Train the recommenders of a shop that has none yet; an empty shop goes without."""
    from recommender.artefacts import current_version
    from recommender.base import NothingToLearn

    if current_version(settings.recommender_dir / "complements") is not None:
        return False
    try:
        train_recommender(settings)
    except NothingToLearn:
        return False
    return True


def current_model(settings: Settings) -> Path | None:
    """The newest readable model; a corrupt archive is reported, set aside and skipped."""
    for path in sorted(
        settings.models_dir.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, reverse=True
    ):
        if is_readable_model(path):
            return path
        console.print(f"[yellow]· the model {path.name} is corrupt; it was set aside[/yellow]")
        path.rename(path.with_suffix(".corrupt"))
    return None


def is_readable_model(path: Path) -> bool:
    """Whether `path` is a complete gzip tar archive with metadata in it."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            names = archive.getnames()
    except (tarfile.TarError, OSError, EOFError):
        return False
    return any(name.endswith("metadata.json") for name in names)


def source_hash(root: Path) -> str:
    """A hash of everything the assistant is trained from."""
    digest = hashlib.sha256()
    for name in TRAINED_FROM:
        place = root / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if file.is_file() and file.suffix in {".py", ".yml", ".md", ".txt"}:
                digest.update(str(file.relative_to(root)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _trained_hash(settings: Settings) -> str | None:
    try:
        record = json.loads((settings.models_dir / "trained.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(record.get("sources"))


def progress_bar(*more: ProgressColumn) -> Progress:
    """How long work is shown; `more` columns where the whole is known."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        *more,
        console=console,
    )
