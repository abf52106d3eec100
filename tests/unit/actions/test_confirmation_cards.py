"""Confirmations as cards: what changes, the money, and two buttons that name the act."""

from pathlib import Path

import pytest

from actions.tasks.definitions import load_tasks
from conversations import Change, ConfirmationCard, DoneCard
from kit.i18n import LANGUAGES, Catalogue, Language
from tests.dialogues import MIA, TOM, Desk, Talk

each_language = pytest.mark.parametrize("language", LANGUAGES)

ROOT = Path(__file__).resolve().parents[3]


def card_of(talk: Talk) -> ConfirmationCard:
    (card,) = (one for one in talk.replies[-1].cards if isinstance(one, ConfirmationCard))
    return card


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_confirmation_names_its_act_on_both_buttons(language: Language) -> None:
    words = Catalogue.load("actions")
    plain = {words.text(language, "yes"), words.text(language, "no")}
    confirms = [
        (task.name, step)
        for task in load_tasks(ROOT / "nlu_data/tasks").values()
        for step in task.steps
        if step.kind == "confirm"
    ]
    assert len(confirms) > 10
    for task, step in confirms:
        act = step.when.get("remedy", task)
        titles = {words.text(language, f"{answer}.{act}") for answer in ("yes", "no")}
        assert len(titles) == 2
        assert not titles & plain


def test_a_cancellation_is_dangerous_and_says_what_comes_back(desk: Desk) -> None:
    talk = desk.talk(MIA)
    assert talk.say("cancel order 20003", "cancel_order") == ["utter_ask_cancel"]
    card = card_of(talk)
    assert (card.title, card.tone) == ("Cancel order 20003", "danger")
    assert card.changes == (Change("Items", "4 items"),)
    assert card.money == (Change("Back by PayPal", "€279.80"),)
    assert [title for title, _ in talk.replies[-1].buttons] == ["Cancel the order", "Keep it"]
    assert talk.press("Cancel the order") == ["utter_cancelled"]
    assert talk.replies[-1].cards == (DoneCard("Cancel the order"),)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "send order 20003 to New Street 9, 20095 Hamburg"),
        ("zh", "订单20003改送到 New Street 9, 20095 Hamburg"),
    ],
)
def test_a_change_stands_beside_what_it_was(desk: Desk, language: Language, says: str) -> None:
    talk = desk.talk(MIA, language)
    talk.say(says, "change_address", address="New Street 9, 20095 Hamburg")
    (change,) = card_of(talk).changes
    assert (change.old, change.new) == ("Old Road 1, 20253 Hamburg", "New Street 9, 20095 Hamburg")
    assert card_of(talk).tone == ""


@each_language
@pytest.mark.parametrize(
    ("remedy", "done"),
    [
        ("replacement", "utter_replacement_sent_missing"),
        ("refund", "utter_missing_refunded"),
    ],
)
def test_the_words_on_the_buttons_of_a_remedy_can_be_written(
    desk: Desk, language: Language, remedy: str, done: str
) -> None:
    words = {
        "replacement": {"en": "send it again", "zh": "补发"},
        "refund": {"en": "I want a refund", "zh": "请退款"},
    }
    missing = {"en": "the fleece of 20002 is missing", "zh": "20002里少了抓绒夹克"}[language]
    for answer, wanted in ((1, []), (0, [done])):
        talk = desk.talk(MIA, language)
        talk.say(f"{missing}, {words[remedy][language]}", "report_missing_item")
        assert card_of(talk).changes or remedy == "refund"
        title = talk.replies[-1].buttons[answer][0]
        said = talk.say(title)
        assert [one for one in said if one == done] == wanted, said


def test_a_search_names_whom_it_asks(desk: Desk) -> None:
    talk = desk.talk(TOM)
    talk.say("order 30002 never came", "report_lost_parcel")
    assert card_of(talk).changes == (Change("Carrier", "DHL"),)
    assert card_of(talk).money == ()
