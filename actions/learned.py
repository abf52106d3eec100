"""What `concierge desk train` has learned: what requests are about, and who will need a person.

Learning goes on while people write, so a model is read again when its file has changed.
"""

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from desk.tickets import NeedModel, Topic, TopicModel
from kit.i18n import LANGUAGES, Language

log = logging.getLogger(__name__)
Model = TypeVar("Model")
SURE: Final = 0.6


def learned_topic(data_dir: Path, text: str, language: Language) -> Topic | None:
    """The topic of a text when the model is sure of it; None otherwise or without a model."""
    from encoders.shared import shared_encoders

    model = _current(_topics, data_dir / "desk" / language, "topics.json")
    if model is None or not text.strip():
        return None
    found = model.topic(text, shared_encoders(data_dir).encode([text], language)[0])
    return found if found.probability >= SURE else None


def need_model(data_dir: Path) -> NeedModel | None:
    """The model of earlier handovers, None where none was learned yet."""
    return _current(_need, data_dir / "desk", "need.json")


def _current(load: Callable[[Path, int], Model], folder: Path, card: str) -> Model | None:
    """The model as written last; nobody waits for a person because one cannot be read."""
    try:
        return load(folder, (folder / card).stat().st_mtime_ns)  # the card is written last
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        log.exception("a learned model cannot be read", extra={"path": card})
        return None


@lru_cache(maxsize=len(LANGUAGES))
def _topics(folder: Path, _changed: int) -> TopicModel:
    return TopicModel.load(folder)


@lru_cache(maxsize=1)
def _need(folder: Path, _changed: int) -> NeedModel:
    return NeedModel.load(folder)
