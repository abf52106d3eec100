"""What the assistant understands of one message: language, intent, entities, its parts.

`Understanding` is what answers shoppers. Rasa's component wraps it, tests and the dialogue's own
player use it without Rasa, so what is measured is what serves.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from encoders.onnx import OnnxEncoder, Vectors
from encoders.shared import Encoders
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language
from kit.intents import near
from understanding.entities.denied import without_denied
from understanding.entities.patterns import Entity, EntityModel, masked
from understanding.intents.linear import Foreign, IntentModel, train_intents
from understanding.language import detect_language
from understanding.swearing import without_swearing
from understanding.two_requests import SURE, Part, understood_parts

log = logging.getLogger(__name__)
FALLBACK: Final = "nlu_fallback"
RANKED: Final = 5
LONGEST: Final = 600
# A language with so many examples needs none of another language.
# The language with the most examples: others learn from them, too, an encoder may be tuned on them.
TUNED: Final = DEFAULT_LANGUAGE
ENOUGH: Final = 4000
_DATA: Final = frozenset({"order_number", "email", "code", "tracking_number"})


@dataclass(frozen=True)
class Understood:
    """A message as understood; `ranking` are the likeliest intents and probabilities, best first.

    `parts` are the clauses that each surely ask for something of their own, two or more, else none.
    """

    language: Language
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def intent(self) -> str:
        """The likeliest intent, `nlu_fallback` where none is likely enough."""
        return self.ranking[0][0]


@dataclass
class Understanding:
    """Intent models by language, names and patterns, and the encoders they read."""

    encoders: Encoders
    models: dict[Language, IntentModel] = field(default_factory=dict)
    entities: EntityModel = field(default_factory=lambda: EntityModel({}))
    tuned: OnnxEncoder | None = None

    @classmethod
    def load(cls, folder: Path, encoders: Encoders, tuned: OnnxEncoder | None) -> "Understanding":
        """Read what `save` wrote."""
        models = {
            language: IntentModel.load(folder, language)
            for language in LANGUAGES
            if (folder / f"{language}.json").exists()
        }
        return cls(encoders, models, EntityModel.load(folder), tuned)

    def save(self, folder: Path) -> None:
        """Write names and models."""
        self.entities.save(folder)
        for language, model in self.models.items():
            model.save(folder, language)

    def warm(self) -> None:
        """Load the encoders now, not in the first shopper's message."""
        for language in self.models:
            if language != TUNED or self.tuned is None:
                self.encoders.warm(language)

    def learn(
        self,
        examples: Mapping[Language, Sequence[tuple[str, str]]],
        tune: Callable[[Sequence[tuple[str, str]]], OnnxEncoder] | None = None,
    ) -> None:
        """Learn intents per language from (text, intent); names must be set before.

        `tune` makes an encoder of its own for English from masked texts and intents.
        """
        texts = {
            language: [masked(text, self.entities.extract(text), language) for text, _ in pairs]
            for language, pairs in examples.items()
        }
        labels = {language: [intent for _, intent in pairs] for language, pairs in examples.items()}
        if tune is not None:
            self.tuned = tune(list(zip(texts[TUNED], labels[TUNED], strict=True)))
        fitted: dict[Language, Future[IntentModel]] = {}
        # One language is fitted on one core while the next is encoded on the others.
        with ThreadPoolExecutor(1) as fitting:
            for language, intents in labels.items():
                if len(set(intents)) < 2:
                    continue
                foreign = None
                if language != TUNED and TUNED in texts and len(intents) < ENOUGH:
                    # English ones as the multilingual encoder sees them.
                    foreign = Foreign(labels[TUNED], self.encoders.encode(texts[TUNED], language))
                vectors = self.encode(texts[language], language)
                fitted[language] = fitting.submit(
                    train_intents, texts[language], intents, vectors, foreign
                )
        for language, one in fitted.items():
            model = self.models[language] = one.result()
            log.info("intents learned", extra={"language": language, **model.metrics})

    def read(self, text: str, hint: Language) -> Understood:
        """Understand a message; `hint` is its language where the words do not tell."""
        language = detect_language(text, hint) or hint
        text = without_swearing(text[:LONGEST])
        found = self.entities.extract(text)
        model = self.models.get(language) or next(iter(self.models.values()), None)
        if model is None or not text.strip():
            return Understood(language, ((FALLBACK, 0.0),), without_denied(text, found))
        meant = masked(text, found, language)
        probabilities = model.probabilities(meant, self.encode([meant], language)[0])
        best = probabilities.argsort()[::-1][:RANKED]
        ranking = [(model.labels[place], float(probabilities[place])) for place in best]
        if is_bare_data(text, found):
            ranking = [("inform", 0.99), *[pair for pair in ranking if pair[0] != "inform"]]
        elif sum(p for name, p in ranking if name in near(ranking[0][0])) < model.threshold:
            ranking = [(FALLBACK, 1.0 - ranking[0][1]), *ranking]
        parts = understood_parts(text, lambda part: self._best(part, language, model), near)
        doubtful = ranking[0][0] == FALLBACK
        names = [part.intent for part in parts]
        kin = near(ranking[0][0])
        if not doubtful and (len(parts) < 2 or not kin & set(names)):
            parts = ()  # the whole says it better than its parts
        if parts:
            sure = max(dict(ranking).get(names[0], 0.0), SURE)
            ranking = [(names[0], sure), *[pair for pair in ranking if pair[0] != names[0]]]
        entities = without_denied(text, found)
        return Understood(language, tuple(ranking), entities, parts if len(parts) > 1 else ())

    def encode(self, texts: Sequence[str], language: Language) -> Vectors:
        """Vectors of the model's own encoder where it has one, else of the shared one."""
        if language == TUNED and self.tuned is not None:
            return self.tuned.encode(texts)
        return self.encoders.encode(texts, language)

    def _best(self, text: str, language: Language, model: IntentModel) -> tuple[str, float]:
        """The likeliest intent of a text, and the probability of it and its kin."""
        meant = masked(text, self.entities.extract(text), language)
        found = model.probabilities(meant, self.encode([meant], language)[0])
        best = model.labels[int(found.argmax())]
        kin = near(best)
        return best, float(sum(found[at] for at, name in enumerate(model.labels) if name in kin))

    def card(self) -> dict[str, Any]:
        """What was learned, per language."""
        return {
            language: {
                "intents": len(model.labels),
                **{name: round(value, 4) for name, value in model.metrics.items()},
                "threshold": round(model.threshold, 4),
            }
            for language, model in self.models.items()
        }


def is_bare_data(text: str, found: Iterable[Entity]) -> bool:
    """Whether the message is nothing but an order number, an e-mail or a code."""
    rest = text
    for entity in sorted(found, key=lambda one: -one.start):
        if entity.entity in _DATA:
            rest = rest[: entity.start] + rest[entity.end :]
    return len(rest.strip(" .,!#，。！:：")) <= 1 and rest != text
