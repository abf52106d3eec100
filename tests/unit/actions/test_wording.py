"""Facts as words: what tells a variant from its sisters."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from actions.browsing.phrases import Phrases
from actions.services import Services
from actions.turn import Turn
from actions.wording import Words
from catalogue_search.lexicon import concepts
from kit.i18n import Catalogue, Language
from kit.money import Money
from kit.settings import Settings, load_settings
from shop.ids import VariantId
from shop.options import Options
from shop.views import VariantView

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Spoken:
    """A turn's language and moment."""

    language: Language
    now: datetime = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass
class Speaking:
    """The catalogues and the settings."""

    words: Catalogue
    settings: Settings = field(default_factory=lambda: load_settings({}))


def words(language: Language) -> Words:
    catalogue = Catalogue.load("actions")
    return Words(cast(Turn, Spoken(language)), cast(Services, Speaking(catalogue)))


def variant(size: str, colour: str, options: Options = ()) -> VariantView:
    return VariantView(VariantId(1), "K1", size, colour, Money(Decimal(9), "EUR"), 1, None, options)


@pytest.mark.parametrize(
    ("options", "english", "chinese"),
    [
        ((), "navy, size M", "藏青色，M 码"),
        ((("Größe", "M"), ("Farbe", "Dunkelblau")), "size M, navy", "M 码，藏青色"),
        (
            (("screen size", "15-inch"), ("color", "black")),
            "screen size: 15-inch, black",
            "screen size：15-inch，黑色",
        ),
        ((("switch type", "clicky"),), "switch type: clicky", "switch type：clicky"),
    ],
)
def test_a_variant_is_told_by_all_its_options(options: Options, english: str, chinese: str) -> None:
    one = variant("M", "navy", options)
    assert words("en").variant(one) == english
    assert words("zh").variant(one) == chinese


@pytest.mark.parametrize("occasion", concepts()["occasions"])
def test_every_occasion_is_named_in_both_languages(occasion: str) -> None:
    assert Phrases(words("en")).name("occasion", occasion, "") != ""
    assert not Phrases(words("zh")).name("occasion", occasion).isascii()
