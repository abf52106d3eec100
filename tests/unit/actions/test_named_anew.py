"""What points back to the matter of an article is called by its name."""

from typing import Any, cast

import pytest

from actions.answers.named_anew import named_anew
from actions.wording import Words
from kit.i18n import Catalogue, Language
from shop.policy_file import shop_policy
from shop.terms import terms


class Said:
    """A chat with a message and words."""

    def __init__(self, text: str, language: Language) -> None:
        self.turn = self
        self.text, self.language = text, language
        self.words = cast(Any, Words.__new__(Words))
        self.words.language = language
        self.words._words = Catalogue.load("actions", terms("Fernweg", shop_policy()))


@pytest.mark.parametrize(
    ("language", "topic", "text", "meant"),
    [
        ("en", "gift_cards", "can I pay with two of them", "can I pay with two gift cards"),
        ("en", "gift_cards", "does it run out", "does the gift card run out"),
        ("en", "loyalty", "how can I get more", "how can I get more points"),
        ("en", "loyalty", "I spent more than that", "I spent more than that"),
        ("en", "loyalty", "do my points expire", "do my points expire"),
        ("en", "delivery", "and if I miss it?", "and if I miss the parcel?"),
        ("en", None, "does it run out", "does it run out"),
        ("zh", "gift_cards", "它会过期吗", "礼品卡会过期吗"),
        ("zh", "gift_cards", "怎么用", "怎么用"),
    ],
)
def test_the_matter_takes_the_place_of_what_points_to_it(
    language: Language, topic: str | None, text: str, meant: str
) -> None:
    assert named_anew(cast(Any, Said(text, language)), topic) == meant
