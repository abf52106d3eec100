"""The mood of each message, in the pipeline: `sentiment` of its parse data.

It is there for routing and the people at the desk; no answer of the assistant depends on it. The
examples are nlu_data/<language>/sentiment/*.csv, never a public data set.
"""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.model_card import CARD
from encoders.shared import ensure_exports, shared_encoders
from kit.i18n import LANGUAGES, Language, as_language
from kit.settings import load_settings
from understanding import sentiment
from understanding.language import detect_language
from understanding.sentiment.assistant import example_files, fit_sentiment, read_examples
from understanding.sentiment.model import Sentiment, SentimentModel

log = logging.getLogger(__name__)
LONGEST: Final = 600
# What is said of a message that cannot be read: nothing, and that with no confidence.
UNKNOWN: Final = Sentiment("neutral", 0.0, 0.0)
# All that reads moods, as files: importing every module would load torch.
SOURCES: Final = sorted(Path(str(sentiment.__file__)).parent.glob("*.py"))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ShopSentiment(GraphComponent):  # type: ignore[misc]
    """Sets `sentiment` with label, score and urgency; a message that breaks it is UNKNOWN."""

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._models: dict[Language, SentimentModel] = {}
        self._encoders = shared_encoders(load_settings().data_dir)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ShopSentiment":
        """An untrained component."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ShopSentiment":
        """The component as it was trained; untrained when nothing was stored."""
        component = cls(model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                for language in LANGUAGES:
                    if (folder / f"{language}.sentiment.json").exists():
                        component._models[language] = SentimentModel.load(folder, language)
        except ValueError:
            log.warning("sentiment was never trained")
        return component

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing to set: what there is to choose is learned."""
        return {}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Changes with the modules that learn and with the examples."""
        digest = hashlib.sha256()
        for source in SOURCES:
            digest.update(source.read_bytes())
        for language in LANGUAGES:
            for path in example_files(language):
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the labelled examples of each language that has some.

        Raises BadExamples, which names the file and the row.
        """
        ensure_exports(load_settings().data_dir)
        card: dict[str, Any] = {
            "what": "mood and urgency of shoppers' messages",
            "data": "nlu_data/<language>/sentiment, written for this assistant",
            "method": "hashed runs weighed by likelihood ratio, and sentence vectors, stacked",
            "metrics": {},
        }
        for language, examples in read_examples().items():
            model = fit_sentiment(examples, self._encoders, language)
            self._models[language] = model
            card["metrics"][language] = {
                f"{kind}_{name}": value
                for kind, reader in (("mood", model.mood), ("urgency", model.urgency))
                for name, value in reader.facts.items()
            }
        with self._storage.write_to(self._resource) as folder:
            for language, model in self._models.items():
                model.save(folder, language)
            (folder / CARD).write_text(json.dumps(card), "utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the sentiment of each message that somebody wrote."""
        for message in messages:
            text = message.get("text") or ""
            if text.startswith("/"):
                continue  # a button
            try:
                found = self._judge(message, text)
            except Exception:
                log.exception("sentiment failed", extra={"length": len(text)})
                found = UNKNOWN
            message.set("sentiment", found.as_dict(), add_to_output=True)
        return messages

    def _judge(self, message: Message, text: str) -> Sentiment:
        hint = as_language((message.get("metadata") or {}).get("language"))
        language = detect_language(text, hint) or hint
        model = self._models.get(language)
        if model is None or not text.strip():
            return UNKNOWN
        text = text[:LONGEST]
        vector = self._encoders.encode([text], language)[0]
        if not model.reads_tokens:
            return model.judge(text, vector)
        return model.judge(
            text, vector, [one for _, one in self._encoders.hidden([text], language)]
        )
