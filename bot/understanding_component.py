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

from bot.model_card import CARD
from encoders.onnx import OnnxEncoder, Vectors
from encoders.shared import ensure_exports, shared_encoders
from kit.i18n import LANGUAGES, Language, as_language
from kit.settings import load_settings
from understanding import language as language_rules
from understanding import ngrams, two_requests
from understanding.entities import patterns
from understanding.entities.patterns import EntityModel, as_rasa, collect_names, masked
from understanding.intents import linear
from understanding.intents.linear import SEED, Foreign, IntentModel, train_intents
from understanding.language import detect_language
from understanding.tuning.assistant import tune_into, tuned_from
from understanding.tuning.plan import TuningPlan
from understanding.two_requests import SURE, wishes_of

log = logging.getLogger(__name__)
FALLBACK: Final = "nlu_fallback"
RANKED: Final = 5
LONGEST: Final = 600
SOURCES: Final = (ngrams, linear, patterns, language_rules, two_requests)


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER,
        DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR,
    ],
    is_trainable=True,
)
class ShopUnderstanding(GraphComponent):  # type: ignore[misc]
    """A linear model per language on sentence vectors and n-grams; patterns and names.

    A message that breaks it becomes a fallback with confidence 0, never an error.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._models: dict[Language, IntentModel] = {}
        self._tuned: OnnxEncoder | None = None
        self._entities = EntityModel({})
        self._encoders = shared_encoders(load_settings().data_dir)

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
                component._entities = EntityModel.load(folder)
                for language in LANGUAGES:
                    if (folder / f"{language}.json").exists():
                        component._models[language] = IntentModel.load(folder, language)
                component._tuned = tuned_from(folder)
        except ValueError:
            log.warning("understanding was never trained")
            return component
        for language in component._models:
            if language != "en" or component._tuned is None:
                component._encoders.warm(language)
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
                examples[detect_language(text) or "en"].append((text, intent))
        self._entities = collect_names(
            _annotations(training_data.entity_examples),
            training_data.entity_synonyms,
            {table["name"]: table["elements"] for table in training_data.lookup_tables
             if isinstance(table["elements"], list)},
            catalogue_names(),
        )  # fmt: skip
        texts = {
            language: [masked(text, self._entities.extract(text), language) for text, _ in pairs]
            for language, pairs in examples.items()
        }
        intents = {language: [intent for _, intent in examples[language]] for language in examples}
        plan = TuningPlan.from_config(self._config.get("tuning") or {})
        if plan.gear != "frozen":
            pairs = list(zip(texts["en"], intents["en"], strict=True))
            with self._storage.write_to(self._resource) as folder:
                self._tuned = tune_into(folder, pairs, plan, log.info)
        for language, labels in intents.items():
            if len(set(labels)) < 2:
                continue
            vectors = self._encode(texts[language], language)
            foreign = None
            if language == "zh":  # English examples as the multilingual encoder sees them
                foreign = Foreign(intents["en"], self._encoders.encode(texts["en"], "zh"))
            self._models[language] = train_intents(texts[language], labels, vectors, foreign)
            log.info(
                "intents learned", extra={"language": language, **self._models[language].metrics}
            )
        with self._storage.write_to(self._resource) as folder:
            self._entities.save(folder)
            for language, model in self._models.items():
                model.save(folder, language)
            (folder / CARD).write_text(json.dumps(self._card(plan)), "utf-8")
        return self._resource

    def _card(self, plan: TuningPlan) -> dict[str, Any]:
        return {
            "what": "intents, entities and language of shoppers' messages",
            "data": "nlu_data/<language>/{nlu,lookups} and the catalogue's names",
            "method": "logistic regression on n-grams and sentence vectors; patterns and names",
            "english_encoder": plan.gear,
            "seed": SEED,
            "names": len(self._entities.names),
            "metrics": {
                language: {
                    "intents": len(model.labels),
                    **{name: round(value, 4) for name, value in model.metrics.items()},
                    "threshold": round(model.threshold, 4),
                }
                for language, model in self._models.items()
            },
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
        language = detect_language(text) or hint
        text = text[:LONGEST]
        found = self._entities.extract(text)
        entities = as_rasa(found, type(self).__name__)
        entities.append(
            {"entity": "language", "value": language, "start": 0, "end": 0,
             "extractor": type(self).__name__}
        )  # fmt: skip
        message.set("entities", entities, add_to_output=True)
        model = self._models.get(language) or next(iter(self._models.values()), None)
        if model is None or not text.strip():
            _set_intent(message, [(FALLBACK, 0.0)])
            return
        meant = masked(text, found, language)
        probabilities = model.probabilities(meant, self._encode([meant], language)[0])
        best = probabilities.argsort()[::-1][:RANKED]
        ranking = [(model.labels[place], float(probabilities[place])) for place in best]
        named = {entity["entity"] for entity in entities}
        if is_bare_data(text, entities) and named - {"language"}:
            ranking = [("inform", 0.99), *[pair for pair in ranking if pair[0] != "inform"]]
        elif sum(p for name, p in ranking if name in kin_of(ranking[0][0])) < model.threshold:
            ranking = [(FALLBACK, 1.0 - ranking[0][1]), *ranking]
        wishes = wishes_of(text, lambda part: self._best(part, language, model), kin_of)
        doubtful = ranking[0][0] == FALLBACK
        if len(wishes) == 2 and (doubtful or ranking[0][0] in wishes):
            message.set("wishes", list(wishes), add_to_output=True)
        elif not doubtful:  # the whole says it better than its parts
            wishes = ()
        if wishes:
            sure = max(dict(ranking).get(wishes[0], 0.0), SURE)
            ranking = [(wishes[0], sure), *[pair for pair in ranking if pair[0] != wishes[0]]]
        _set_intent(message, ranking)

    def _encode(self, texts: Sequence[str], language: Language) -> Vectors:
        """Vectors of the model's own encoder where it has one, else of the shared one."""
        if language == "en" and self._tuned is not None:
            return self._tuned.encode(texts)
        return self._encoders.encode(texts, language)

    def _best(self, text: str, language: Language, model: IntentModel) -> tuple[str, float]:
        """The likeliest intent of a text, and the probability of it and its kin."""
        meant = masked(text, self._entities.extract(text), language)
        found = model.probabilities(meant, self._encode([meant], language)[0])
        best = model.labels[int(found.argmax())]
        kin = kin_of(best)
        return best, float(sum(found[at] for at, name in enumerate(model.labels) if name in kin))


# Intents that lead to the same answer or the same form: doubt between them is no doubt.
_KIN: Final = (
    frozenset({"exchange_item", "change_item"}),
    frozenset({"ask_restock_date", "notify_restock"}),
    frozenset({"check_stock", "search_product", "ask_product_details"}),
    frozenset({"recommend_products", "search_product", "refine_search"}),
    frozenset({"recommend_products", "ask_complements"}),
    frozenset({"refine_search", "refuse_product"}),
    frozenset({"track_order", "track_parcel", "report_late_order", "list_orders"}),
    frozenset({"thank", "praise"}),
)


def kin_of(intent: str) -> frozenset[str]:
    """The intent and those that cost little when taken for it."""
    return frozenset({intent}).union(*(group for group in _KIN if intent in group))


def is_bare_data(text: str, entities: Iterable[dict[str, Any]]) -> bool:
    """Whether the message is nothing but an order number, an e-mail or a code."""
    rest = text
    for entity in sorted(entities, key=lambda e: -int(e["start"])):
        if entity["entity"] in {"order_number", "email", "code", "tracking_number"}:
            rest = rest[: entity["start"]] + rest[entity["end"] :]
    return len(rest.strip(" .,!#，。！:：")) <= 1 and rest != text


def _set_intent(message: Message, ranking: list[tuple[str, float]]) -> None:
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
