"""`python -m bot.training`: train the assistant and build the knowledge index."""

import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Final

from bot.light_imports import HEAVY, needs_the_real_ones, stand_in
from bot.model_card import card_files, write_model_card
from bot.server import silence_structlog
from kit.logs import configure_logging
from kit.settings import Settings, load_settings

log = logging.getLogger(__name__)
# Training our component needs the real scikit-learn.
NOT_NEEDED: Final = HEAVY - {"sklearn"}
KEPT_MODELS: Final = 3


def main() -> None:
    """Train; the last line printed is the model's file name."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    settings = load_settings()
    configure_logging(settings, "train")
    silence_structlog()
    if not needs_the_real_ones(settings.root / "config.yml"):
        stand_in(NOT_NEEDED)
    sys.stdout.write(f"{train_assistant(settings).name}\n")


def train_assistant(settings: Settings) -> Path:
    """Train understanding and dialogue and build the knowledge index; the model's path.

    Raises RuntimeError when Rasa refuses the data; its reasons were logged.
    """
    from dialogue.training import train_dialogue
    from encoders.shared import ensure_exports, shared_encoders
    from kit.database import open_database
    from knowledge.building import build_index

    began = time.perf_counter()
    ensure_exports(settings.data_dir)
    shared_encoders(settings.data_dir).use_threads(os.cpu_count() or 1)
    database = open_database(settings.database_url)
    index = build_index(
        settings.root / "nlu_data", settings.data_dir, settings.knowledge_dir, database
    )
    database.close()
    acts = train_dialogue(settings.root / "nlu_data", settings.data_dir)
    log.info("the dialogue has learned", extra=acts)
    model = _train_rasa(settings)
    write_model_card(
        model, settings.root / "nlu_data", settings.data_dir, index, time.perf_counter() - began
    )
    _forget_old(settings.models_dir)
    return model


def _train_rasa(settings: Settings) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from rasa.model_training import train

        settings.models_dir.mkdir(parents=True, exist_ok=True)
        result = train(
            domain=str(settings.root / "domain.yml"),
            config=str(settings.root / "config.yml"),
            training_files=str(settings.root / "nlu_data" / "rules"),
            output=str(settings.models_dir),
        )
    if result.model is None:
        raise RuntimeError("Rasa could not train with this data")
    return Path(result.model)


def _forget_old(folder: Path) -> None:
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    for old in models[:-KEPT_MODELS]:
        old.unlink()
        for card in card_files(old):
            card.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
