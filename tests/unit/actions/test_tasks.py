"""Every task: everything said at once, corrected, doubted, confirmed, interrupted, left."""

import copy
import dataclasses
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from actions.server import import_actions
from actions.tasks.definitions import load_tasks
from actions.tasks.registry import check_names
from dialogue.message import Part
from dialogue.polarity import lexicon, read_polarity
from kit.i18n import LANGUAGES, Catalogue, Language
from shop.models import Order
from tests.dialogues import (
    BOOTS_41,
    BOOTS_42,
    BOOTS_43,
    FLEECE_M,
    LINE,
    MIA,
    NOW,
    ROOT,
    SHIRT_M,
    TOM,
    Desk,
    Talk,
    changes,
)
from tests.unit.actions.cases import BOOTS, CASES, CONFIRMED, CORRECTED, Case
from tests.unit.actions.test_items_of_an_order import PLAYED
from tests.unit.dialogue.test_polarity import CLEAR_NO, NO_CLEAR_YES

YES: dict[Language, str] = {"en": "yes please", "zh": "确认"}
each_language = pytest.mark.parametrize("language", LANGUAGES)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
each_confirmed = pytest.mark.parametrize("case", CONFIRMED, ids=lambda case: case.task)


def opened(desk: Desk, case: Case, language: Language) -> Talk:
    """The case after its first message."""
    talk = desk.talk(case.who, language)
    talk.say(case.opening[language], case.intent, **case.named)
    return talk


def test_there_is_a_case_for_every_task_and_every_task_is_sound() -> None:
    import_actions()
    tasks = load_tasks(ROOT / "nlu_data" / "tasks")
    assert {case.task for case in CASES} | PLAYED == set(tasks)
    for task in tasks.values():
        check_names(task)


@each_language
def test_the_words_of_every_button_that_confirms_are_a_yes(language: Language) -> None:
    said = Catalogue.load("actions").messages[language]
    tasks = load_tasks(ROOT / "nlu_data" / "tasks")
    read = {
        task: read_polarity(said[f"yes.{task}"], language, task).kind
        for task in tasks
        if f"yes.{task}" in said
    }
    assert len(read) >= 13
    assert set(read.values()) == {"yes"}, read


@each_language
@each_case
def test_what_the_first_message_says_is_not_asked(
    desk: Desk, case: Case, language: Language
) -> None:
    talk = opened(desk, case, language)
    assert talk.said == [case.asks]
    assert "{" not in talk.text
    frame = talk.state.frame
    known = {} if frame is None else {name: frame.slots.get(name) for name in case.knows}
    assert known == case.knows


@pytest.mark.parametrize("case", [case for case in CASES if not case.done], ids=lambda c: c.task)
def test_what_needs_no_yes_is_done_at_once(desk: Desk, case: Case) -> None:
    before = desk.rows()
    talk = opened(desk, case, "en")
    assert changes(before, desk.rows()) == list(case.effect)
    assert talk.state.frame is None


@each_confirmed
def test_a_clear_yes_does_exactly_what_was_asked_and_does_it_once(desk: Desk, case: Case) -> None:
    before = desk.rows()
    talk = opened(desk, case, "en")
    assert changes(before, desk.rows()) == []
    asked = talk.replies[-1]
    assert talk.say("yes please", "affirm") == [case.done]
    assert changes(before, desk.rows()) == list(case.effect)
    assert (talk.state.frame, talk.state.question) == (None, None)
    assert [one.task for one in talk.state.done] == [case.task]
    after = desk.rows()
    talk.say("yes", "affirm")
    talk.press_payload(asked.buttons[0][1])
    assert changes(after, desk.rows()) == []


@each_confirmed
def test_a_clear_yes_in_chinese(desk: Desk, case: Case) -> None:
    before = desk.rows()
    talk = opened(desk, case, "zh")
    assert talk.say("确认", "affirm") == [case.done]
    assert len(changes(before, desk.rows())) == len(case.effect)


@each_language
@pytest.mark.parametrize("case", CORRECTED, ids=lambda case: case.task)
def test_a_correction_changes_the_frame_and_the_confirmation(
    desk: Desk, case: Case, language: Language
) -> None:
    before = desk.rows()
    talk = opened(desk, case, language)
    first = talk.replies[-1]
    talk.say(case.correction[language], "deny", **case.correction_named)
    frame = talk.state.frame
    assert {name: frame.slots.get(name) for name in case.corrected} == case.corrected
    assert case.anew in talk.text
    assert talk.text != first.text
    assert talk.state.question.kind == "confirm"
    talk.press_payload(first.buttons[0][1])
    assert changes(before, desk.rows()) == []
    talk.say(YES[language], "affirm")
    done = changes(before, desk.rows())
    assert done
    if language == "en":
        assert done != list(case.effect)


def unclear(language: Language) -> list[str]:
    """What is no clear yes, whatever an intent says; in both languages, as chats mix them."""
    words = lexicon(language)
    yes = YES[language]
    hedged = [f"{yes}, {word}" for word in (*words.hedges[:6], *words.waits[:6])]
    return [*NO_CLEAR_YES, *CLEAR_NO, *hedged]


@each_confirmed
def test_what_is_no_clear_yes_changes_nothing(desk: Desk, case: Case) -> None:
    before = desk.rows()
    language: Language = "en" if CONFIRMED.index(case) % 2 else "zh"
    at_confirmation = opened(desk, case, language).player
    answers = unclear(language)
    assert len(answers) >= 60
    for text in answers:
        player = dataclasses.replace(at_confirmation, slots=copy.deepcopy(at_confirmation.slots))
        talk = Talk(player)
        talk.say(text, "affirm")
        assert [one.task for one in talk.state.done] == [], text
        assert 1 <= len(talk.replies) <= 4, text
    # "Yes if I get all of it back" names both lines, and two wrong ones are for a person.
    called = ["+ tickets policy"] if case.task == "report_wrong" else []
    assert changes(before, desk.rows()) == called


@each_confirmed
def test_a_question_is_put_twice_then_a_person_is_offered(desk: Desk, case: Case) -> None:
    talk = opened(desk, case, "en")
    assert talk.say("hm") == [case.asks]
    assert talk.say("hmm") == ["utter_stuck"]
    assert "/talk_to_person" in [payload for _, payload in talk.replies[-1].buttons]
    assert talk.say("yes please", "affirm") == [case.done]


@pytest.mark.parametrize(
    ("intent", "question"),
    [
        ("return_item", "utter_ask_which_order"),
        ("cancel_order", "utter_ask_which_order"),
        ("report_damaged_item", "utter_ask_which_order"),
    ],
)
def test_a_choice_is_put_twice_then_a_person_is_offered(
    desk: Desk, intent: str, question: str
) -> None:
    talk = desk.talk(MIA)
    assert talk.say("I need help with my things", intent) == [question]
    assert talk.say("hm") == [question]
    assert talk.say("hmm") == ["utter_stuck"]
    talk.say("20002")
    assert talk.state.frame is None or talk.state.frame.slots["order"] == "20002"


@each_confirmed
def test_a_digression_is_answered_and_the_question_comes_back(desk: Desk, case: Case) -> None:
    before = desk.rows()
    talk = opened(desk, case, "en")
    asked = talk.replies[-1]
    assert talk.say("are you a robot?", "bot_challenge") == ["utter_i_am_a_bot", case.asks]
    assert talk.replies[-1].text == asked.text
    said = talk.say("do you have a shop in Hamburg?", "ask_store_info")
    assert case.asks not in said[:1]
    assert changes(before, desk.rows()) == []
    assert talk.say("ok do it", "affirm") == [case.done]
    assert changes(before, desk.rows()) == list(case.effect)


@each_language
@each_confirmed
def test_stop_and_no_end_it_without_effect(desk: Desk, case: Case, language: Language) -> None:
    before = desk.rows()
    for text, intent in (("forget it", "stop"), ("no", "deny"), ("不用了", "deny")):
        talk = opened(desk, case, language)
        talk.say(text, intent)
        assert (talk.state.frame, talk.state.question) == (None, None)
        talk.say(YES[language], "affirm")
    assert changes(before, desk.rows()) == []


@each_confirmed
def test_a_second_wish_is_done_after_the_first(desk: Desk, case: Case) -> None:
    before = desk.rows()
    talk = opened(desk, case, "en")
    said = talk.say("yes, and show me my orders", "list_orders")
    assert said[0] == case.done
    assert said[-1] in {"utter_orders", "utter_no_orders"}
    assert changes(before, desk.rows()) == list(case.effect)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.who is MIA and "order" in case.knows],
    ids=lambda case: case.task,
)
def test_a_foreign_order_is_as_unknown_as_one_that_does_not_exist(desk: Desk, case: Case) -> None:
    before = desk.rows()
    number = str(case.knows["order"])
    texts = []
    for other in ("30001", "99999"):
        talk = desk.talk(MIA)
        talk.say(case.opening["en"].replace(number, other), case.intent, **case.named)
        assert talk.said[0] == "utter_order_not_found"
        texts.append(talk.text.replace(other, "…"))
        talk.say("yes", "affirm")
    assert texts[0] == texts[1]
    assert changes(before, desk.rows()) == []


def test_a_guest_learns_nothing_of_an_order_before_the_proof(desk: Desk) -> None:
    texts = []
    for number in ("20001", "99999"):
        talk = desk.talk(None)
        assert talk.say(f"Please cancel order {number}", "cancel_order") == ["utter_ask_email"]
        said = talk.text
        assert talk.say("mia@fernweg.example", "inform") == ["utter_ask_code"]
        texts.append((said + talk.text).replace(number, "…"))
    assert texts[0] == texts[1]


def test_two_tasks_wait_for_each_other(desk: Desk) -> None:
    before = desk.rows()
    talk = desk.talk(MIA)
    talk.say("Please cancel order 20001", "cancel_order")
    assert talk.say("unsubscribe me from the newsletter first", "unsubscribe") == [
        "utter_ask_unsubscribe"
    ]
    said = talk.say("yes", "affirm")
    assert said[0] == "utter_unsubscribed"
    assert said[-1] == "utter_back_to_task"
    assert talk.say("yes", "affirm") == ["utter_ask_cancel"]
    assert changes(before, desk.rows()) == ["consent 1 newsletter: granted True → False"]
    assert talk.say("yes", "affirm") == ["utter_cancelled"]


def test_tom_cannot_press_mias_button(desk: Desk) -> None:
    mia, tom = desk.talk(MIA), desk.talk(TOM)
    mia.say("Please cancel order 20001", "cancel_order")
    tom.say("Please cancel order 30001", "cancel_order")
    before = desk.rows()
    tom.press_payload(mia.replies[-1].buttons[0][1])
    assert changes(before, desk.rows()) == []


@each_language
def test_what_the_last_words_of_a_task_offer_can_be_accepted(
    desk: Desk, language: Language
) -> None:
    with desk.database.session() as session:
        late = {"promised_on": (NOW - timedelta(days=6)).date()}
        session.execute(update(Order).where(Order.number == "30002").values(**late))
    talk = desk.talk(TOM, language)
    assert talk.say("30002", "track_order") == ["utter_status_late"]
    assert talk.say(YES[language], "affirm") == ["utter_ask_report_lost"]
    assert talk.state.frame.slots["order"] == "30002"
    assert talk.say("no", "deny") == ["utter_nothing_changed"]
    assert talk.state.question is None


@each_language
def test_two_wishes_of_which_the_first_asks_put_its_question_once_and_last(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    parts = (
        Part("cancel my order", "cancel_order", 0.9),
        Part("are you open", "ask_store_info", 0.9),
    )
    said = talk.say("cancel my order and are you open", "cancel_order", parts=parts)
    assert said.count("utter_ask_which_order") == 1
    assert said[-1] == "utter_ask_which_order"


@each_language
def test_no_the_other_one_asks_which_where_several_are_meant(
    desk: Desk, language: Language
) -> None:
    before = desk.rows()
    text = {"en": "no, the other one", "zh": "不，是另一个"}[language]
    talk = desk.talk(TOM, language)
    talk.say("30001", "cancel_order")
    assert talk.say(text, "choose_option") == ["utter_ask_which_order"]
    assert talk.say("30002", "inform") == ["utter_refused_already_packed"]
    assert changes(before, desk.rows()) == []


@each_language
def test_an_order_does_not_change_its_country(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    asks = {
        "en": "Send order 20001 to 10 High Street, 1010 Vienna, Austria",
        "zh": "订单20001改寄到上海市黄浦区南京东路100号",
    }
    before = desk.rows()
    talk.say(asks[language], "change_address")
    assert talk.said == ["utter_ask_address_same_country"]
    talk.say(YES[language], "affirm")
    assert changes(before, desk.rows()) == []


@each_language
def test_the_cost_of_a_return_is_told_while_its_reason_is_asked(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    asks = {"en": "I want to send the fleece of 20002 back", "zh": "20002的抓绒夹克想退"}
    costs = {"en": "who pays for the postage?", "zh": "运费谁出"}
    assert talk.say(asks[language], "return_item") == ["utter_ask_reason"]
    said = talk.say(costs[language], "ask_delivery")
    assert said[0] == "utter_return_costs"
    assert said[1:] == ["utter_ask_reason"]
    place = {"en": "how much is delivery to Austria?", "zh": "寄到奥地利多少钱"}
    assert "utter_return_costs" not in talk.say(place[language], "ask_delivery")


@each_language
def test_it_is_the_order_spoken_of_though_others_are_under_way(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say("20002", "track_order")
    asks = {"en": "when exactly was it delivered?", "zh": "它是哪天送到的"}
    assert talk.say(asks[language], "track_order")[0] == "utter_status_delivered"


@each_language
def test_only_who_asks_how_we_are_hears_it(desk: Desk, language: Language) -> None:
    talk = desk.talk(None, language)
    asks = {
        "en": ("how are you?", "whats your favourite mountain"),
        "zh": ("你最近怎么样", "你最喜欢哪座山"),
    }
    said = [talk.say(text, "small_talk")[0] for text in asks[language]]
    assert said == ["utter_small_talk", "utter_small_talk_other"]


@each_language
def test_a_company_on_the_invoice_is_a_colleagues_to_write(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    asks = {
        "en": "invoice for 20002 please, with our company and VAT DE123456789 on it",
        "zh": "20002开发票，抬头写我们公司，税号稍后给",
    }
    before = desk.rows()
    assert talk.say(asks[language], "request_invoice") == ["utter_invoice_title"]
    assert talk.state.question is not None
    assert (talk.state.question.kind, talk.state.question.slot) == ("offer", "person")
    assert [one for one in changes(before, desk.rows()) if "mail" in one] == []


@each_language
def test_a_yes_after_what_should_be_different_is_no_yes_to_the_question_before(
    desk: Desk, language: Language
) -> None:
    asks = {
        "en": "Send order 20001 to Elm Street 4, 20095 Hamburg",
        "zh": "订单20001改寄到汉堡市老城区花园路100号",
    }
    but = {"en": "yes but ring at Schmidt", "zh": "好的 但是要放门口"}
    before = desk.rows()
    talk = desk.talk(MIA, language)
    talk.say(asks[language], "change_address")
    assert talk.say(but[language], "affirm") == ["utter_what_instead"]
    assert talk.say(YES[language], "affirm") == ["utter_ask_change_address"]
    assert changes(before, desk.rows()) == []
    assert talk.say(YES[language], "affirm") == ["utter_address_changed"]


@pytest.mark.parametrize(
    ("language", "text", "gone"),
    [
        ("en", "no, just the boots", BOOTS),
        ("en", "yes but keep the shirt", BOOTS),
        ("zh", "不，只取消登山鞋", BOOTS),
        ("zh", "好的，但是T恤留着", BOOTS),
    ],
)
def test_a_part_of_the_order_is_cancelled_where_a_part_is_named(
    desk: Desk, language: Language, text: str, gone: str
) -> None:
    talk = desk.talk(MIA, language)
    talk.say("20001", "cancel_order")
    assert talk.say(text, "deny") == ["utter_ask_cancel_item"]
    assert talk.state.frame.slots["lines"] == [LINE["20001", gone]]
    assert talk.say(YES[language], "affirm") == ["utter_item_cancelled"]


@each_language
def test_what_them_means_goes_along_to_another_task(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    asks = {"en": "I want to send the fleece of 20002 back", "zh": "20002的抓绒夹克想退"}
    swap = {"en": "actually can i swap it for S instead", "zh": "算了 这个换成S码吧"}
    talk.say(asks[language], "return_item")
    said = talk.say(swap[language], "exchange_item", size="S")
    assert "utter_ask_which_item" not in said
    assert talk.state.frame.task == "exchange"
    assert talk.state.frame.slots["lines"] == [LINE["20002", FLEECE_M]]
    assert talk.state.parked == []


@each_language
def test_who_asks_when_they_hear_of_it_is_told(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say("delete my account", "delete_account")
    talk.say(YES[language], "affirm")
    asks = {"en": "how will i know its done?", "zh": "怎么知道删好了没"}
    assert talk.say(asks[language], "track_order") == ["utter_later_deletion"]


@each_language
def test_without_a_refund_a_return_is_offered(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    assert talk.say("i want a refund", "track_refund") == ["utter_no_refunds"]
    name = {"en": "for the fleece", "zh": "抓绒夹克"}[language]
    assert talk.say(name, "choose_option", category="fleece-jackets") == ["utter_ask_reason"]
    assert talk.state.frame.slots["order"] == "20002"  # 20003 has one, too, which has not come


def test_another_way_to_settle_the_same_goods_takes_over_what_is_known(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say(
        "I want to return the boots of order 20004, too small",
        "return_item",
        order_number="20004",
        reason="too_small",
    )
    known = dict(talk.state.frame.slots)
    talk.say("can I swap them instead?", "exchange_item")
    frame = talk.state.frame
    assert (frame.task, talk.state.parked) == ("exchange", [])
    assert {name: frame.slots[name] for name in ("order", "lines", "reason")} == {
        name: known[name] for name in ("order", "lines", "reason")
    }


def test_a_size_bigger_is_the_next_one_and_says_why(desk: Desk) -> None:
    talk = desk.talk(MIA)
    assert talk.say(
        "exchange the boots of 20004 for a size bigger", "exchange_item", order_number="20004"
    ) == ["utter_ask_exchange"]
    assert "43" in talk.text
    assert talk.state.frame.slots["reason"] == "too_small"


def test_after_a_replacement_it_is_the_new_parcel_that_is_asked_for(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("the fleece of 20002 is torn", "report_damaged_item", order_number="20002")
    talk.say("a new one please")
    assert talk.say("do I pay for that?", "ask_price") == [
        "utter_trouble_costs",
        "utter_ask_replacement",
    ]
    talk.say("yes")
    assert talk.say("do I pay for that?", "ask_price") == ["utter_trouble_costs"]
    assert talk.say("when will it arrive?", "track_order") == ["utter_status_undated"]
    assert "20002-R" in talk.text


def test_a_yes_with_a_question_does_both_in_order(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    said = talk.say("yes, and where is my other parcel", "track_order")
    assert said[0] == "utter_cancelled"
    assert len(said) == 2
    assert talk.state.done[-1].task == "cancel_order"


def test_another_wish_first_parks_the_task(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    assert talk.say("stop the newsletter first", "unsubscribe") == ["utter_ask_unsubscribe"]
    assert [one.task for one in talk.state.parked] == ["cancel_order"]
    assert talk.say("yes")[-1] == "utter_back_to_task"
    assert talk.say("yes") == ["utter_ask_cancel"]


def test_displeasure_is_met_with_regret_and_changes_nothing(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    before = desk.rows()
    assert talk.say("great, just great", "affirm") == ["utter_sorry_short", "utter_ask_cancel"]
    assert changes(before, desk.rows()) == []


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("you forgot the fleece, only the shirt in the parcel", FLEECE_M),
        ("there was only the shirt in the box", FLEECE_M),
        ("盒子里只有T恤", FLEECE_M),
        ("打开就一件抓绒夹克", SHIRT_M),
        ("只有T恤没收到", SHIRT_M),
        ("only the shirt is missing", SHIRT_M),
        ("盒子里就T恤，抓绒没有", FLEECE_M),
        ("the shirt is there but the fleece is missing", FLEECE_M),
    ],
)
def test_what_alone_was_in_the_box_is_not_missing(desk: Desk, said: str, missing: int) -> None:
    language: Language = "en" if said.isascii() else "zh"
    talk = desk.talk(MIA, language)
    talk.say("20002少了东西" if language == "zh" else "20002 is incomplete", "report_missing_item")
    talk.say(said, "report_missing_item")
    assert talk.state.frame.slots["lines"] == [LINE["20002", missing]]
    other = desk.talk(MIA, language)
    assert other.say(f"20002 {said}", "report_missing_item") == ["utter_ask_remedy_missing"]
    assert other.state.frame.slots["lines"] == [LINE["20002", missing]]


@pytest.mark.parametrize(
    ("said", "language"),
    [("wait, only the boots", "en"), ("等等 只取消登山鞋", "zh"), ("yes but keep the shirt", "en")],
)
def test_only_one_of_an_order_is_not_the_whole_order(
    desk: Desk, said: str, language: Language
) -> None:
    before = desk.rows()
    talk = desk.talk(MIA, language)
    talk.say("cancel order 20001", "cancel_order")
    assert talk.say(said, "nlu_fallback") == ["utter_ask_cancel_item"]
    assert talk.state.frame.slots["lines"] == [LINE["20001", BOOTS_42]]
    assert changes(before, desk.rows()) == []
    assert talk.say(YES[language], "affirm") == ["utter_item_cancelled"]
    assert "- order_line 1 5 2 169.95" in changes(before, desk.rows())


def test_what_is_asked_of_another_size_is_put_anew_and_said_again_it_is_a_yes(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("20001的登山鞋换成43码", "change_item", size="43")
    assert talk.say("有41码的吗", "check_stock", size="41") == ["utter_ask_change_item"]
    assert talk.state.frame.slots["variant"] == BOOTS_41
    assert talk.say("嗯，41码", "inform", size="41") == ["utter_item_changed"]


def test_an_exchange_in_place_of_a_return_is_of_the_same_thing(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("20004的登山鞋太大，我要退货", "return_item", reason="too_big")
    talk.say("不退了，换41码", "exchange_item", size="41")
    assert talk.said == ["utter_ask_exchange"]
    assert talk.state.frame.slots["lines"] == [LINE["20004", BOOTS_42]]
    assert talk.state.parked == []


def test_the_second_of_the_orders_listed_is_cancelled_by_its_place(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("我都买过什么", "list_orders")
    second = talk.state.shown.keys[1]
    assert talk.say("第二个取消吧", ordinal="2") == ["utter_ask_cancel"]
    assert talk.state.frame.slots["order"] == second


def test_money_back_for_what_is_on_its_way_is_no_question_on_a_refund(desk: Desk) -> None:
    talk = desk.talk(TOM, "zh")
    talk.say("订单30002到哪了", "track_order")
    assert talk.say("不等了 退钱", "track_refund") == ["utter_refused_already_packed"]


def test_a_size_bigger_is_the_next_size_and_any_words_are_a_reason(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    assert talk.say("20004的靴子想换大一码", "exchange_item") == ["utter_ask_exchange"]
    assert talk.state.frame.slots["variant"] == BOOTS_43
    assert talk.state.frame.slots["reason"] == "too_small"
    own = desk.talk(MIA, "zh")
    assert own.say("20004的靴子想退", "return_item") == ["utter_ask_reason"]
    assert own.say("磨脚") == ["utter_ask_return"]
    assert own.state.frame.slots["reason"] == "other"
    other = desk.talk(MIA, "zh")
    other.say("20004的登山鞋大了一号，想换", "exchange_item", reason="too_big")
    assert other.said == ["utter_ask_variant"]


def test_a_yes_to_the_search_that_was_offered_starts_it(desk: Desk) -> None:
    with desk.database.session() as session:
        late = (NOW - timedelta(days=6)).date()
        session.execute(update(Order).where(Order.number == "30002").values(promised_on=late))
    talk = desk.talk(TOM, "zh")
    assert talk.say("订单30002到哪了", "track_order") == ["utter_status_late"]
    assert talk.say("好 帮我查件", "track_order") == ["utter_ask_report_lost"]
    assert talk.say("那行 查吧") == ["utter_lost_reported"]


def test_money_that_was_just_given_back_is_told_when_it_comes(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("20002里少了抓绒夹克，请退款", "report_missing_item")
    talk.say("确认", "affirm")
    assert talk.say("多久到账", "track_order") == ["utter_refund_pending"]


def test_a_question_picks_no_remedy_by_one_word(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("the fleece of 20002 is torn", "report_damaged_item", order_number="20002")
    talk.say("can i send a photo somewhere", "ask_store_info")
    assert talk.state.frame.slots.get("remedy") is None


def test_words_before_a_colon_are_no_part_of_an_address(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("20001", "change_address")
    talk.say("its going to my office: Elm Street 4, 20095 Hamburg")
    assert talk.state.frame.slots["address"] == "Elm Street 4, 20095 Hamburg"


@each_language
def test_an_exchange_promises_no_refund(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    asks = {"en": "exchange the boots of 20004 for a size bigger", "zh": "20004的靴子想换大一码"}
    assert talk.say(asks[language], "exchange_item") == ["utter_ask_exchange"]
    talk.say(YES[language], "affirm")
    assert talk.say("how far is it", "track_return") == ["utter_return_status"]
    assert not re.search("refund|退款", talk.text)
