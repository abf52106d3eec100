"""What the demo shop's things are called: `nlu_data/<language>/demo_shop.yml`, by demo keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kit.database import PROJECT_ROOT
from kit.i18n import LANGUAGES


@dataclass(frozen=True)
class DemoTexts:
    """A language's words: by a shelf's slug, a series, a kind's noun, a promotion, a person.

    `product` says how a name and a description are put together of them.
    """

    product: Mapping[str, str]
    shelves: Mapping[str, str]
    series: Mapping[str, str]
    kinds: Mapping[str, Mapping[str, str]]
    promotions: Mapping[str, str]
    people: Mapping[str, str]

    def name(self, brand: str, series: str, number: str, noun: str) -> str:
        """A product's name; `number` is "" for most."""
        pattern = self.product["numbered" if number else "name"]
        words = {"series": self.series[series], "noun": self.kinds[noun]["name"]}
        return pattern.format(brand=brand, number=number, **words)

    def description(self, noun: str, attributes: Mapping[str, Any]) -> str:
        """A product's description, with its attributes filled in."""
        told = self.kinds[noun]["told"].format(**attributes)
        return self.product["description"].format(told=told, **attributes)


@cache
def demo_texts(root: Path = PROJECT_ROOT) -> Mapping[str, DemoTexts]:
    """The words of every language that has the demo shop's."""
    files = {one: root / "nlu_data" / one / "demo_shop.yml" for one in LANGUAGES}
    return {
        language: DemoTexts(**yaml.safe_load(path.read_text("utf-8")))
        for language, path in files.items()
        if path.exists()
    }
