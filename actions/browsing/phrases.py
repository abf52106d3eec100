"""Constraints and values as words: waterproof, under €100, for 3 people, 1.5 kg."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from actions.wording import Words
from catalogue_search.query import Constraint, Query
from kit.i18n import Language, join_words
from kit.money import Money
from shop.views import ProductView

MOST_PHRASES: Final = 5
KILOGRAM: Final = 1000
LITRE: Final = 1.0
# Quantities whose number means nothing to anybody: they are told in words.
WORDLESS: Final = frozenset({"warmth", "capacity", "waterproofness", "popularity"})


class Phrases:
    """Words for constraints in one language; prices are in `currency`."""

    def __init__(self, words: Words, currency: str = "EUR") -> None:
        self._words = words
        self._currency = currency

    @property
    def language(self) -> Language:
        """The language that it speaks."""
        return self._words.language

    def text(self, key: str, **values: object) -> str:
        """A message of the language's texts/actions.json."""
        return self._words.text(key, **values)

    def name(self, group: str, value: str, default: str | None = None) -> str:
        """The word for an id of a group such as feature or material."""
        try:
            return self._words.text(f"{group}.{value}")
        except ValueError:
            return value.replace("_", " ") if default is None else default

    def kind(self, query: Query) -> str:
        """The kinds that are looked for, as a plural; a general word where none is."""
        found = []
        for one in query.kinds:
            for value in one.values:
                if value.startswith("category:"):
                    found.append(self.name("category", value.removeprefix("category:")))
                else:
                    found.append(self.name("kind", value, one.source or value))
        if not found:
            return self._words.text("kind.any")
        return self._words.text("or").join(dict.fromkeys(found))

    def all_of(self, constraints: Iterable[Constraint]) -> str:
        """Several constraints joined; each once."""
        said = list(dict.fromkeys(self.of(one) for one in constraints))[:MOST_PHRASES]
        return join_words(said, self._words.language)

    def of(self, one: Constraint) -> str:
        """One constraint as what a product "is"."""
        if one.operator in {"is", "is_not"}:
            return self._valued(one)
        if one.attribute in WORDLESS or one.operator in {"little", "much"}:
            group = {"below": "little", "above": "much"}.get(one.operator, one.operator)
            return self.name("degree", f"{one.attribute}.{group}", one.source)
        return self._bounded(one)

    def _valued(self, one: Constraint) -> str:
        group = one.attribute
        # A band of sizes was not said, only the size that it holds.
        said = [value for value in one.values if group != "size" or "-" not in value] or one.values
        words = [self._value_word(group, value) for value in said]
        joined = self._words.text("or").join(words)
        if group == "feature":
            if one.operator == "is":
                return joined
            if joined.startswith("有"):
                return f"没{joined}"
            return (
                self._words.text("not_so", phrase=joined)
                if not joined.startswith("with ")
                else joined.replace("with ", "without ", 1)
            )
        if group == "brand" and one.operator == "is_not" and len(words) > 1:
            return self._words.text("other_brands")
        return self._words.text(f"{one.operator}.{group}", value=joined)

    def _value_word(self, group: str, value: str) -> str:
        if group == "kind":
            return self.name("kind", value)
        if group == "brand":
            return " ".join(part[:1].upper() + part[1:] for part in value.split(" "))
        return value if group == "size" else self.name(group, value)

    def _bounded(self, one: Constraint) -> str:
        low = None if one.low is None else self.quantity(one.attribute, one.low)
        high = None if one.high is None else self.quantity(one.attribute, one.high)
        if one.operator == "about" and one.low is not None and one.high is not None:
            middle = self.quantity(one.attribute, round((one.low + one.high) / 2, 1))
            return self._words.text("bound.about", value=middle)
        if one.attribute == "persons" and low is not None:
            return self._words.text("bound.persons", value=low)
        if one.attribute == "comfort" and high is not None:
            return self._words.text("bound.comfort", value=high)
        if low is not None and high is not None:
            return self._words.text("bound.between", low=low, high=high)
        return self._words.text(f"bound.{one.operator}", value=high if low is None else low)

    def quantity(self, name: str, value: float) -> str:
        """A number in its unit: 1.5 kg, €100, −10 °C."""
        if name == "price":
            told = self._words.money(Money(Decimal(str(round(value, 2))), self._currency))
            return told.removesuffix(".00")
        if name == "weight" and abs(value) >= KILOGRAM:
            return self._words.text("unit.weight_kg", value=f"{value / KILOGRAM:g}")
        if name == "volume" and 0 < value < LITRE:
            return self._words.text("unit.volume_ml", value=f"{value * 1000:g}")
        value = round(value, 1) if name == "rating" else value
        shown = f"{value:g}".replace("-", "\u2212")
        try:
            return self._words.text(f"unit.{name}", value=shown)
        except ValueError:
            return shown

    def reason(self, values: Sequence[tuple[str, object]], limit: int = 3) -> str:
        """Values of a product in short, for its card: 45 l · waterproof."""
        found = []
        for name, value in values:
            text = self.value(name, value)
            if text and name not in {"price", "popularity"}:
                found.append(text)
        return " · ".join(dict.fromkeys(found[:limit]))

    def beside(self, name: str, value: object) -> str:
        """A value that stands behind its attribute's name, which it does not say again."""
        told, topic = self.value(name, value), self.name("topic", name)
        named = rf"\s*(?<![a-z]){re.escape(topic)}(?![a-z])\s*"
        return re.sub(named, "", told, flags=re.IGNORECASE) or told

    def value(self, name: str, value: object) -> str:
        """One attribute's value in words; empty where there is nothing to tell."""
        if isinstance(value, bool):
            word = self.name("feature", name)
            return word if value else self._words.text("not_so", phrase=word)
        if isinstance(value, int | float):
            return "" if name in WORDLESS else self.quantity(name, float(value))
        parts = [part.strip() for part in str(value).split(",")]
        group = name if name in {"material", "season", "gender", "care"} else None
        if group is None:
            return str(self._words.attribute(str(value)))
        return self._words.text("comma").join(self.name(group, part, part) for part in parts)


def phrases_of(words: Words, products: Sequence[ProductView] = ()) -> Phrases:
    """Phrases with the shop's currency."""
    return Phrases(words, products[0].price.currency if products else "EUR")
