"""What of a product a question asks: its weight, whether it is waterproof, how to wash it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

import yaml

from catalogue_search.lexicon import concepts
from catalogue_search.query import Constraint, Query

# Topics in the order in which they are looked for, and how people ask for them.
FILE: Final = Path(__file__).parent / "asked.yml"


@cache
def patterns() -> tuple[Mapping[str, re.Pattern[str]], Mapping[str, re.Pattern[str]]]:
    """Topics by name in their order, and the other ways of asking by name."""
    data = yaml.safe_load(FILE.read_text("utf-8"))
    topics = {name: _any_of(one) for name, one in data.pop("topics").items()}
    return topics, {name: _any_of(one) for name, one in data.items()}


def _any_of(wordings: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(wordings), re.IGNORECASE)


def says(way: str, text: str) -> bool:
    """Whether a text asks in a way of asked.yml: haggling, beginner, fit …"""
    return bool(patterns()[1][way].search(text))


@dataclass(frozen=True)
class Asked:
    """What is asked: topics, constraints to say yes or no to, an occasion to be good for."""

    topics: tuple[str, ...] = ()
    checks: tuple[Constraint, ...] = ()
    occasion: str | None = None
    wants_detail: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing in particular is asked."""
        return not (self.topics or self.checks or self.occasion)


_TOPIC_OF: Final = {"capacity": "volume", "waterproofness": "water_column"}


class Hears(Protocol):
    """What was heard in a message, of which only the query counts here."""

    @property
    def query(self) -> Query:
        """What is searched for."""


def asked_of(text: str, heard: Hears) -> Asked:
    """What a message asks of a product."""
    topics = [name for name, pattern in patterns()[0].items() if pattern.search(text)]
    query = heard.query
    outright = [one for one in query.constraints if one.strength == "hard" or not query.occasion]
    checks = [
        one
        for one in outright
        if one.attribute
        in {
            "feature",
            "material",
            "season",
            "gender",
            "kind",
            "brand",
            "persons",
            "weight",
            "volume",
            "comfort",
            "price",
            "water_column",
            "brightness",
        }
        and one.operator not in {"little", "much", "above", "below"}
    ]
    if says("of_oneself", text):  # "is it hard to pitch? I'm a woman on my own" asks of no range
        checks = [one for one in checks if one.attribute != "gender"]
    if says("how_long", text):  # "how long to boil 1 litre" asks for no volume
        checks = [one for one in checks if one.operator in {"is", "is_not"}]
        topics = [name for name in topics if name not in concepts()["quantities"]]
    if says("how_many_hours", text):  # "keeps hot how long?" asks for hours, not whether it does
        checks = [one for one in checks if one.attribute != "feature"]
    if not topics and says("of_it", text) and not says("of_others", text):
        # "Are they heavy?" asks for the weight, "is it thick?" how warm it is.
        topics = [
            _TOPIC_OF.get(one.attribute, one.attribute)
            for one in query.ranges
            if one.operator in {"little", "much"} and one.source
        ]
        topics = [name for name in topics if name in patterns()[0]] if not query.occasion else []
    if "care" in topics:
        topics = ["care"]
        checks = [one for one in checks if one.attribute != "material"]  # "does merino shrink?"
    elif any(one.attribute in {"feature", "material"} for one in checks):
        topics = [name for name in topics if name not in {"material", "warmth", "season"}]
    if any(one.attribute == "comfort" for one in checks):
        topics = [name for name in topics if name != "warmth"]
    if "depth" in topics:  # how deep, not whether
        checks = [one for one in checks if "waterproof" not in one.values]
        topics = ["depth"]
    wants = says("detail", text) and not says("tell", text)
    return Asked(tuple(topics[:2]), tuple(checks), query.occasion, wants)
