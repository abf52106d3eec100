"""Orders as cards: the way, the day, what is possible now, and few words beside them."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from conversations import DoneCard, OrderCard, ProofCard
from kit.i18n import Language, length
from shop.models import Order, Return, ReturnLine
from tests.dialogues import LENA, MIA, NOW, TOM, Desk, Talk

MAIL = "mia@fernweg.example"
MOST: dict[Language, int] = {"en": 25, "zh": 50}


def card_of(talk: Talk) -> OrderCard:
    (card,) = (one for said in talk.replies for one in said.cards)
    assert isinstance(card, OrderCard)
    return card


def ask(desk: Desk, who: object, number: str, language: Language = "en") -> Talk:
    talk = desk.talk(who, language)  # type: ignore[arg-type]
    words = {"en": f"Where is order {number}?", "zh": f"订单{number}到哪了"}
    talk.say(words[language], "track_order")
    assert length(talk.text, language) <= MOST[language], talk.text
    return talk


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("who", "number", "states", "buttons"),
    [
        (
            MIA,
            "20001",
            ["now", "next", "next", "next"],
            ["cancel_order", "change_address", "change_item"],
        ),
        (TOM, "30002", ["done", "done", "now", "next"], []),
        (MIA, "20002", ["done", "done", "done", "done"], ["return_item", "exchange_item"]),
        (LENA, "40001", ["done", "ended"], []),
        (LENA, "40002", ["done", "now", "next", "next"], ["track_return"]),
    ],
)
def test_the_way_of_an_order_and_what_is_possible_now(
    desk: Desk, language: Language, who: object, number: str, states: list[str], buttons: list[str]
) -> None:
    card = card_of(ask(desk, who, number, language))
    assert number in card.title
    assert card.image.startswith("/media/products/")
    assert [step.state for step in card.steps] == states
    wanted = [f'/{intent}{{"order_number":"{number}"}}' for intent in buttons]
    assert [one.payload for one in card.buttons] == wanted


def test_a_late_parcel_is_said_so_with_a_link_to_its_carrier(desk: Desk) -> None:
    late = {"promised_on": (NOW - timedelta(days=6)).date()}
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == "30002").values(**late))
    card = card_of(ask(desk, TOM, "30002"))
    assert (card.tone, card.carrier, card.tracking) == ("late", "DHL", "JD30002")
    assert "6 days late" in card.day
    assert card.tracking_url.endswith("tracking-id=JD30002")


def test_a_pressed_button_of_a_card_begins_what_it_names(desk: Desk) -> None:
    talk = ask(desk, MIA, "20003")
    cancel = card_of(talk).buttons[0]
    assert talk.press_payload(cancel.payload) == ["utter_ask_cancel"]


def test_a_return_that_was_turned_down_is_none(desk: Desk) -> None:
    with desk.database.session() as session:
        session.execute(update(Return).values(state="rejected"))
    assert [step.state for step in card_of(ask(desk, LENA, "40002")).steps] == ["done"] * 4
    with desk.database.session() as session:
        session.execute(delete(ReturnLine))
        session.execute(delete(Return))
    titles = [one.payload for one in card_of(ask(desk, LENA, "40002")).buttons]
    assert titles[0].startswith("/return_item")


def test_orders_to_choose_from_are_cards_for_the_buttons(desk: Desk) -> None:
    talk = desk.talk(MIA)
    assert talk.say("I want to cancel an order", "cancel_order") == ["utter_ask_which_order"]
    (said,) = talk.replies
    cards = [card for card in said.cards if isinstance(card, OrderCard)]
    assert [card.picks for card in cards] == [title for title, _ in said.buttons]
    assert ["20001" in cards[0].title, "20003" in cards[1].title] == [True, True]
    assert all(not card.steps and not card.buttons and card.total for card in cards)


def way_of(card: OrderCard) -> list[str]:
    return [step.state for step in card.steps]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_comes_back_and_what_is_paid_back_have_steps(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    talk.say("return?", "track_return")
    assert way_of(card_of(talk)) == ["now", "next", "next"]
    assert card_of(talk).news
    assert length(talk.text, language) <= MOST[language], talk.text
    with desk.database.session() as session:
        session.execute(update(Return).values(state="refunded"))
    assert talk.say("refund?", "track_refund")
    (money,) = (one for said in talk.replies for one in said.cards if isinstance(one, OrderCard))
    assert len(money.steps) == 3


def test_a_search_is_seen_once_it_was_started(desk: Desk) -> None:
    talk = desk.talk(TOM)
    talk.say("order 30002 did not arrive", "report_lost_parcel")
    talk.press("Start the search")
    done, search = talk.replies[-1].cards
    assert done == DoneCard("Start the search")
    assert isinstance(search, OrderCard)
    assert way_of(search) == ["done", "now", "next"]
    assert talk.say("where is order 30002?", "track_order") == ["utter_status_searched"]
    assert card_of(talk).title == search.title
    assert length(talk.text, "en") <= MOST["en"]
    assert card_of(ask(desk, TOM, "30003")).title == "Order 30003"


def test_a_new_address_can_be_undone_after_another_yes(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("send order 20001 to New Street 9, 20095 Hamburg", "change_address")
    talk.press("Send it there")
    (done,) = talk.replies[-1].cards
    assert isinstance(done, DoneCard)
    assert talk.press_payload(done.buttons[0].payload) == ["utter_ask_change_address"]
    talk.press("Send it there")
    with desk.database.reading() as session:
        found = session.scalar(select(Order.address).where(Order.number == "20001"))
        other = session.scalar(select(Order.address).where(Order.number == "20003"))
    assert found == other == "Old Road 1, 20253 Hamburg"


def test_a_guest_gets_one_form_for_the_order_and_one_for_the_code(desk: Desk) -> None:
    talk = desk.talk(None)
    talk.say("where is my order?", "track_order")
    (form,) = talk.replies[-1].cards
    assert isinstance(form, ProofCard)
    assert [one.name for one in form.fields] == ["order_number", "email"]
    talk.say("20001, mia@fernweg.example", "inform", order_number="20001", email=MAIL)
    (code,) = talk.replies[-1].cards
    assert isinstance(code, ProofCard)
    assert [one.name for one in code.fields] == ["code"]
    assert [(one.name, one.value) for one in code.other] == [
        ("order_number", "20001"),
        ("email", ""),
    ]
    assert (code.wait, code.buttons[0].payload) == (30, "/report_no_code")
