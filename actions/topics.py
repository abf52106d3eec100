"""What a request is about by its words, where `concierge desk train` has learned it."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from concierge.kit.i18n import Language
from desk.tickets import Topic, TopicModel

SURE: Final = 0.6


def learned_topic(data_dir: Path, text: str, language: Language) -> Topic | None:
    """The topic of a text when the model is sure of it; None otherwise or without a model."""
    model, encoders = _loaded(data_dir, language)
    if model is None or not text.strip():
        return None
    found: Topic = model.topic(text, encoders.encode([text], language)[0])
    return found if found.probability >= SURE else None


@cache
def _loaded(data_dir: Path, language: Language) -> tuple[Any, Any]:
    from knowledge.encoders import Encoders

    try:
        return TopicModel.load(data_dir / "desk" / language), Encoders(data_dir)
    except FileNotFoundError:
        return None, None
