"""The understanding component of the pipeline: language, intent and entities in one go."""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.importer import FOLDER
from bot.model_card import CARD
from encoders.onnx import OnnxEncoder
from encoders.shared import ensure_exports, shared_encoders
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language, as_language
from kit.settings import load_settings
from understanding import assistant, ngrams, swearing, two_requests
from understanding import language as language_rules
from understanding.assistant import FALLBACK, Understanding
from understanding.entities import patterns
from understanding.entities.patterns import as_rasa, collect_names
from understanding.intents import linear
from understanding.intents.linear import SEED
from understanding.language import detect_language
from understanding.tuning.assistant import tune_into, tuned_from
from understanding.tuning.plan import TuningPlan

log = logging.getLogger(__name__)
SOURCES: Final = (
    assistant,
    ngrams,
    linear,
    patterns,
    language_rules,
    swearing,
    two_requests,
)


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER,
        DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR,
    ],
    is_trainable=True,
)
class ShopUnderstanding(GraphComponent):  # type: ignore[misc]
    """`understanding.assistant.Understanding` as a component of Rasa's graph.

    A message that breaks it becomes a fallback with confidence 0, never an error.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._understanding = Understanding(shared_encoders(load_settings().data_dir))

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ShopUnderstanding":
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "ShopUnderstanding":
        """The component as it was trained; untrained when nothing was stored."""
        component = cls(config, model_storage, resource)
        try:
            with model_storage.read_from(resource) as folder:
                component._understanding = Understanding.load(
                    folder, component._understanding.encoders, tuned_from(folder)
                )
        except ValueError:
            log.warning("understanding was never trained")
            return component
        component._understanding.warm()
        return component

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`tuning` are options of `TuningPlan`, for the English encoder."""
        return {"tuning": {}}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Changes with the modules that this class builds on and with the catalogue."""
        digest = hashlib.sha256()
        for module in SOURCES:
            digest.update(Path(str(module.__file__)).read_bytes())
        digest.update(json.dumps(sorted(catalogue_names().items()), ensure_ascii=False).encode())
        return digest.hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn intents per language and the names of things; store both."""
        ensure_exports(load_settings().data_dir)
        examples: dict[Language, list[tuple[str, str]]] = {language: [] for language in LANGUAGES}
        for message in training_data.intent_examples:
            text, intent = message.get("text"), message.get("intent")
            if text and intent:
                language = detect_language(text, message.get(FOLDER)) or DEFAULT_LANGUAGE
                examples[language].append((text, intent))
        self._understanding.entities = collect_names(
            _annotations(training_data.entity_examples),
            training_data.entity_synonyms,
            {
                table["name"]: table["elements"]
                for table in training_data.lookup_tables
                if isinstance(table["elements"], list)
            },
            catalogue_names(),
        )
        plan = TuningPlan.from_config(self._config.get("tuning") or {})

        def tuned(pairs: Sequence[tuple[str, str]]) -> OnnxEncoder:
            with self._storage.write_to(self._resource) as folder:
                return tune_into(folder, list(pairs), plan, log.info)

        self._understanding.learn(examples, None if plan.gear == "frozen" else tuned)
        with self._storage.write_to(self._resource) as folder:
            self._understanding.save(folder)
            (folder / CARD).write_text(json.dumps(self._card(plan)), "utf-8")
        return self._resource

    def _card(self, plan: TuningPlan) -> dict[str, Any]:
        return {
            "what": "intents, entities and language of shoppers' messages",
            "data": "nlu_data/<language>/{nlu,lookups} and the catalogue's names",
            "method": "logistic regression on n-grams and sentence vectors; patterns and names",
            "english_encoder": plan.gear,
            "seed": SEED,
            "names": len(self._understanding.entities.names),
            "metrics": self._understanding.card(),
        }

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking, entities and language of each message."""
        for message in messages:
            text = message.get("text") or ""
            if text.startswith("/"):
                continue
            try:
                self._understand(message, text)
            except Exception:
                log.exception("understanding failed", extra={"length": len(text)})
                _set_intent(message, [(FALLBACK, 0.0)])
        return messages

    def _understand(self, message: Message, text: str) -> None:
        hint = as_language((message.get("metadata") or {}).get("language"))
        understood = self._understanding.read(text, hint)
        name = type(self).__name__
        entities = as_rasa(understood.entities, name)
        entities.append(
            {
                "entity": "language",
                "value": understood.language,
                "start": 0,
                "end": 0,
                "extractor": name,
            }
        )
        message.set("entities", entities, add_to_output=True)
        if understood.parts:
            parts = [
                {"text": part.text, "intent": part.intent, "confidence": part.confidence}
                for part in understood.parts
            ]
            message.set("parts", parts, add_to_output=True)
        _set_intent(message, understood.ranking)


def _set_intent(message: Message, ranking: Sequence[tuple[str, float]]) -> None:
    shown = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    message.set("intent", shown[0], add_to_output=True)
    message.set("intent_ranking", shown, add_to_output=True)


def _annotations(messages: Iterable[Message]) -> Iterable[tuple[str, str, str]]:
    for message in messages:
        text = message.get("text") or ""
        for entity in message.get("entities") or ():
            surface = text[entity["start"] : entity["end"]]
            yield surface, entity["entity"], str(entity.get("value", surface))


def catalogue_names() -> dict[str, tuple[str, str]]:
    """Brands, categories and product names of the shop, both languages; empty without a shop."""
    from sqlalchemy.exc import SQLAlchemyError

    from kit.database import open_database
    from shop.catalogue import name_table

    database = open_database(load_settings().database_url)
    try:
        with database.reading() as session:
            return name_table(session)
    except SQLAlchemyError:
        return {}
    finally:
        database.close()
