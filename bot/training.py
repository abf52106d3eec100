"""`python -m bot.training`: train the assistant and build the knowledge index."""

import logging
import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bot.light_imports import prepare_for
from bot.model_card import write_model_card
from bot.models import put_in_place
from bot.server import silence_structlog
from kit.groups import MissingGroup, explained
from kit.locks import only_writer
from kit.logs import configure_logging
from kit.settings import Settings, load_settings

log = logging.getLogger(__name__)
DRAFT: Final = ".draft"


def main() -> None:
    """Train; the last line printed is the model's file name.

    With `index` only what the actions need is made: the knowledge index and the acts. With `draft`
    and a folder the model is put there and serves nobody. Exits with 1 and one line when the
    configuration wants a group that is not installed.
    """
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    settings = load_settings()
    configure_logging(settings, "train")
    if sys.argv[1:] == ["index"]:
        build_knowledge(settings)
        learn_acts(settings)
        return
    silence_structlog()
    try:
        prepare_for(settings.root / "config.yml", needed={"sklearn"})
        draft = Path(sys.argv[2]) if sys.argv[1:2] == ["draft"] else None
        model = train_assistant(settings) if draft is None else train_draft(settings, draft)
    except (MissingGroup, ModuleNotFoundError) as error:
        said = str(error) if isinstance(error, MissingGroup) else explained(error, "this training")
        if said is None:
            raise
        raise SystemExit(said) from error
    sys.stdout.write(f"{model.name}\n")


def build_knowledge(settings: Settings) -> dict[str, Any]:
    """Export the encoders that are missing and build the knowledge index; the index's card."""
    from encoders.shared import ensure_exports, shared_encoders
    from kit.database import open_database
    from knowledge.building import build_index

    ensure_exports(settings.data_dir)
    shared_encoders(settings.data_dir).use_threads(os.cpu_count() or 1)
    database = open_database(settings.database_url)
    try:
        return build_index(
            settings.root / "nlu_data", settings.data_dir, settings.knowledge_dir, database
        )
    finally:
        database.close()


def learn_acts(settings: Settings) -> None:
    """Learn what shoppers do with a message in a dialogue."""
    from dialogue.training import train_dialogue

    acts = train_dialogue(settings.root / "nlu_data", settings.data_dir)
    log.info("the dialogue has learned", extra=acts)


def train_assistant(settings: Settings) -> Path:
    """Train understanding and dialogue and build the knowledge index; the model's path.

    The model is made in a folder beside the others and moved among them when it is whole.
    Raises RuntimeError when Rasa refuses the data; its reasons were logged.
    """
    began = time.perf_counter()
    index = build_knowledge(settings)
    learn_acts(settings)
    with draft_folder(settings.models_dir) as folder:
        draft = _train_rasa(settings, folder)
        seconds = time.perf_counter() - began
        write_model_card(draft, settings.root / "nlu_data", settings.data_dir, index, seconds)
        return put_in_place(draft, settings.models_dir)


def train_draft(settings: Settings, folder: Path) -> Path:
    """Train understanding and put the model with its cards into `folder`; what serves stays.

    Articles are live anyway, and the acts are not learned here. Raises RuntimeError as above.
    """
    from encoders.shared import ensure_exports

    began = time.perf_counter()
    ensure_exports(settings.data_dir)
    draft = _train_rasa(settings, folder)
    seconds = time.perf_counter() - began
    write_model_card(draft, settings.root / "nlu_data", settings.data_dir, {}, seconds)
    return draft


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """A folder inside of `folder` for what is being made; what an earlier one left is removed."""
    with only_writer(folder):
        place = folder / DRAFT
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)


def _train_rasa(settings: Settings, target: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.model_training import train

        result = train(
            domain=str(settings.root / "domain.yml"),
            config=str(settings.root / "config.yml"),
            training_files=str(settings.root / "nlu_data" / "rules"),
            output=str(target),
        )
    if result.model is None:
        raise RuntimeError("Rasa could not train with this data")
    return Path(result.model)


if __name__ == "__main__":
    main()
