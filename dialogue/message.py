"""One message of a shopper as the dialogue reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kit.i18n import Language


@dataclass(frozen=True)
class Part:
    """A clause that surely asks for something of its own."""

    text: str
    intent: str
    confidence: float


@dataclass(frozen=True)
class Message:
    """What was said and what was understood of it by itself.

    `entities` are canonical values by name, in the order said. `ranking` are the likeliest intents
    with probabilities, best first. A pressed button has no words: its intent is certain and
    `payload` holds its values.
    """

    text: str
    language: Language
    intent: str = "nlu_fallback"
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    is_button: bool = False
    mood: Mapping[str, Any] = field(default_factory=dict)

    def first(self, entity: str) -> str | None:
        """The first value of an entity."""
        values = self.entities.get(entity)
        return values[0] if values else None

    def probability(self, *intents: str) -> float:
        """How likely the message means one of `intents`, by itself."""
        return sum(value for name, value in self.ranking if name in intents)

    def without(self, intent: str) -> "Message":
        """The message as one that does not mean `intent`."""
        ranking = tuple(one for one in self.ranking if one[0] != intent)
        if self.intent != intent:
            return replace(self, ranking=ranking)
        return replace(self, ranking=ranking, intent="nlu_fallback", confidence=0.0)

    def clause(self, part: Part) -> "Message":
        """The message cut down to one of its parts; entities that the part does not name are kept
        where the part names none of their kind, so that a second wish inherits from the first."""
        numbers = self.entities.get("order_number", ())
        own = tuple(number for number in numbers if number in part.text)
        entities = {**self.entities, "order_number": own} if own else self.entities
        return replace(
            self,
            entities=entities,
            text=part.text,
            intent=part.intent,
            confidence=part.confidence,
            ranking=((part.intent, part.confidence),),
            parts=(),
        )
