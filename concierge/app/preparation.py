"""What must exist before the processes start: the schema, the demo shop, a trained assistant."""

import hashlib
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
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

from bot.models import is_readable_model, models
from bot.trained import Trained, trained_record, write_record
from kit.clock import SystemClock
from kit.database import Database, open_database, upgrade
from kit.settings import PREFIX, Settings

if TYPE_CHECKING:
    from recommender.serving.refit import RefitReport

console = Console(highlight=False)
TRAINED_FROM: Final = (
    "nlu_data",
    "domain.yml",
    "config.yml",
    "bot",
    "dialogue",
    "understanding",
    "encoders",
)


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


def refuse_taken_ports(settings: Settings) -> None:
    """Raises PreparationError when a port of ours is in use: the system runs, or another does."""
    for name, host, port in (
        ("PORT", settings.host, settings.port),
        ("RASA_PORT", "127.0.0.1", settings.rasa_port),
        ("ACTIONS_PORT", "127.0.0.1", settings.actions_port),
    ):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise PreparationError(
                    f"port {port} is taken by another program; "
                    f"choose a free one with {PREFIX}{name}"
                    + (" or --port" if name == "PORT" else "")
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


def export_encoders_meanwhile(settings: Settings) -> None:
    """Begin to export encoders that are missing, while other steps go on; training waits for them.

    What fails here fails again in training, which says why.
    """
    from encoders.shared import ensure_exports
    from encoders.sources import EncoderError

    def export() -> None:
        with suppress(EncoderError, OSError):
            ensure_exports(settings.data_dir)

    Thread(target=export, name="encoders", daemon=True).start()


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

    A model that was published on the studio's page is kept while only what admins edit has changed:
    that goes live by the page, after its judgement. Training runs in a process of its own, so that
    its memory is given back. Raises PreparationError with the trainer's last words when it fails.
    """
    wanted = source_hash(settings.root)
    current = current_model(settings)
    record = trained_record(settings.models_dir)
    if current is not None and not force:
        if record.sources == wanted:
            return current
        if record.is_published and record.code == code_hash(settings.root):
            console.print("· what the assistant learns has changed: publish it at /studio/publish")
            return current
    if current is not None:
        console.print("· the training data has changed: training again")
    failed = _run_beside(settings, "training the assistant", "bot.training")
    model = current_model(settings)
    if failed is not None or model is None:
        raise PreparationError(f"training the assistant failed:\n{failed or 'no model'}")
    write_record(settings.models_dir, Trained(wanted, code_hash(settings.root), model.name))
    return model


def assistant_for_start(settings: Settings) -> Path:
    """The model to start with: one that fits its sources, else the one before, which is said.

    Raises PreparationError when there is none at all.
    """
    try:
        return train_assistant_if_needed(settings)
    except PreparationError as error:
        model = current_model(settings)
        if model is None:
            raise
        console.print(f"[yellow]· {error}\n· going on with the model before[/yellow]")
        return model


def build_knowledge_if_needed(settings: Settings) -> bool:
    """Build the knowledge index when it is missing, damaged or of another encoder; True if so.

    Raises PreparationError when it cannot be built.
    """
    if knowledge_is_usable(settings):
        return False
    failed = _run_beside(settings, "building the knowledge index", "bot.training", "index")
    if failed is not None:
        raise PreparationError(f"building the knowledge index failed:\n{failed}")
    return True


def knowledge_is_usable(settings: Settings) -> bool:
    """Whether the actions have all that they read: index, exported encoders, learned acts."""
    from dialogue.training import has_learned
    from encoders.shared import Encoders
    from knowledge.snapshot import IndexMissing, read

    encoders = Encoders(settings.data_dir)
    try:
        _, snapshot = read(settings.knowledge_dir)
        if not has_learned(settings.root / "nlu_data", settings.data_dir):
            return False
        return all(encoders.fingerprint(one) == mark for one, mark in snapshot.encoders.items())
    except (IndexMissing, OSError):  # a missing encoder has no card
        return False


def _run_beside(settings: Settings, what: str, *module: str) -> str | None:
    """Run a module in a process of its own, so that its memory is given back.

    None when it went well, else its last words.
    """
    with progress_bar() as progress:
        task = progress.add_task(what, total=None)
        run = subprocess.run(
            [sys.executable, "-m", *module],
            cwd=settings.root,
            capture_output=True,
            text=True,
            check=False,
        )
        progress.update(task, total=1, completed=1)
    if run.returncode == 0:
        return None
    return "\n".join((run.stderr or run.stdout).strip().splitlines()[-15:]) or "it said nothing"


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
    """Train the recommenders where none are there or one is damaged; an empty shop goes without."""
    from recommender.artefacts import ArtefactError, current_version, read_card
    from recommender.base import NothingToLearn

    version = current_version(settings.recommender_dir / "complements")
    try:
        if version is not None:
            read_card(settings.recommender_dir / "complements" / version)
            return False
    except ArtefactError as error:
        console.print(f"[yellow]· {error}[/yellow]")
    try:
        train_recommender(settings, force=version is not None)
    except NothingToLearn:
        return False
    return True


def current_model(settings: Settings) -> Path | None:
    """The newest readable model; a corrupt archive is reported, set aside and skipped."""
    for path in models(settings.models_dir):
        if is_readable_model(path):
            return path
        console.print(f"[yellow]· the model {path.name} is corrupt; it was set aside[/yellow]")
        path.rename(path.with_suffix(".corrupt"))
    return None


def source_hash(root: Path) -> str:
    """A hash of everything the assistant is trained from."""
    return _hash(root, TRAINED_FROM)


def code_hash(root: Path) -> str:
    """A hash of what the assistant is trained by, without what admins edit."""
    return _hash(root, TRAINED_FROM[1:])


def _hash(root: Path, names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        place = root / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if file.is_file() and file.suffix in {".py", ".yml", ".md", ".txt"}:
                digest.update(str(file.relative_to(root)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


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
