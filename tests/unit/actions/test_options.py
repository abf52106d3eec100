"""A shop that tells variants apart by more than size and colour: named, kept, asked, changed."""

import pytest

from kit.i18n import Language
from shop.models import Variant
from tests.dialogues import BOOTS_41, BOOTS_42, BOOTS_43, MIA, Desk, changes

LACED = {  # what the boots of order 20001 are, and their sisters
    BOOTS_42: ("42", "laces", "felt"),
    BOOTS_41: ("42", "dial", "felt"),
    BOOTS_43: ("42", "dial", "cork"),
}
OPENING = {
    "en": "Change the boots of order 20001 to ones with {} please",
    "zh": "20001的登山鞋换成{}的",
}


@pytest.fixture
def laced(desk: Desk) -> Desk:
    with desk.database.session() as session:
        for key, (size, closing, insole) in LACED.items():
            variant = session.get_one(Variant, key)
            variant.size, variant.stock = size, 9
            variant.options = {"Size": size, "closing": closing, "insole": insole}
    return desk


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_value_named_is_changed_and_all_else_stays(laced: Desk, language: Language) -> None:
    talk = laced.talk(MIA, language)
    talk.say(OPENING[language].format("dial"), "change_item")
    assert talk.said == ["utter_ask_change_item"]
    assert talk.state.frame.slots["variant"] == BOOTS_41
    assert "dial" in talk.text
    before = laced.rows()
    talk.say("no, cork" if language == "en" else "不对，cork 的", "deny")
    assert talk.state.frame.slots["variant"] == BOOTS_43
    assert "cork" in talk.text
    assert changes(before, laced.rows()) == []
    talk.say("yes please" if language == "en" else "确认", "affirm")
    done = changes(before, laced.rows())
    assert any(one.endswith(f"variant_id {BOOTS_42} → {BOOTS_43}") for one in done)


def test_what_could_be_two_is_asked_with_its_options(laced: Desk) -> None:
    with laced.database.session() as session:
        options = {"Size": "42", "closing": "zip", "insole": "cork"}
        session.get_one(Variant, BOOTS_43).options = options
        session.get_one(Variant, BOOTS_41).options = options | {"closing": "dial"}
    talk = laced.talk(MIA, "en")
    talk.say(OPENING["en"].format("cork"), "change_item")
    assert talk.said[-1] == "utter_ask_variant"
    titles = [title for one in talk.replies for title, _ in one.buttons]
    assert any("closing: zip" in title for title in titles)
