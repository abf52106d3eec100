"""Turns of a talk on orders that were taken for something else."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kit.i18n import LANGUAGES, Language
from shop.models import Order
from tests.dialogues import LINE, MIA, NOW, SHIRT_M, TOM, Desk, changes

each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_what_is_faulty_goes_back_free_of_charge(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    wish = {
        "en": "I want a refund for the fleece of 20002, it smells weird",
        "zh": "20002的抓绒夹克有股怪味 退款",
    }
    talk.say(wish[language], "return_item", order_number="20002")
    assert talk.state.frame.task == "report_damaged"
    assert talk.state.frame.slots["remedy"] == "refund"


def test_no_replacement_at_a_refund_is_the_refund(desk: Desk) -> None:
    talk = desk.talk(MIA)
    report = "the fleece of 20002 is torn, money back please"
    talk.say(report, "report_damaged_item", order_number="20002")
    assert talk.say("no i dont want a replacement", "deny") == ["utter_ask_return_faulty"]


@pytest.mark.parametrize(
    ("language", "text", "lines"),
    [
        ("en", "the fleece of 20002 is too big, the shirt is fine", ["20002"]),
        ("zh", "20002的抓绒夹克太大了 T恤没问题", ["20002"]),
    ],
)
def test_what_is_fine_is_not_meant(
    desk: Desk, language: Language, text: str, lines: list[str]
) -> None:
    talk = desk.talk(MIA, language)
    talk.say(text, "return_item", order_number="20002", reason="too_big")
    assert LINE["20002", SHIRT_M] not in talk.state.frame.slots["lines"]


@each_language
def test_a_parcel_on_its_way_can_be_refused(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    talk.say("where is 30002", "track_order", order_number="30002")
    ask = {"en": "can i refuse it at the door", "zh": "拒收可以吗"}[language]
    assert talk.say(ask, "ask_payment") == ["utter_refuse_parcel"]
    money = {"en": "and my money?", "zh": "钱会自动退吗"}[language]
    assert talk.say(money, "track_refund")[0] == "utter_refuse_parcel"


def test_another_day_is_no_other_variant(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("20001能改成后天送吗", order_number="20001")
    assert talk.state.frame is None or talk.state.frame.task != "change_item"


def test_a_house_number_that_was_right_is_no_address(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == "20003").values(state="cancelled"))
    talk.say("地址写错门牌号了 是12号不是21号", "change_address")
    assert talk.said == ["utter_ask_address"]
    talk.say("哦本来就是12号 没事了", "inform")
    assert talk.state.frame is None


def test_a_paper_named_at_a_return_is_no_yes_to_it(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    back = "退20002的抓绒夹克"
    talk.say(back, "return_item", order_number="20002", reason="too_big")
    before = desk.rows()
    talk.say("退货单没收到", "track_return")
    assert changes(before, desk.rows()) == []


def test_no_fit_is_a_reason(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("退20002的抓绒夹克", "return_item", order_number="20002")
    assert talk.say("不合适", "deny") == ["utter_ask_return"]


def test_which_day_exactly_asks_of_what_was_told(desk: Desk) -> None:
    talk = desk.talk(TOM, "zh")
    first = talk.say("30003到哪了", "track_order", order_number="30003")
    with desk.database.session() as session:
        session.execute(update(Order).values(promised_on=(NOW + timedelta(days=3)).date()))
    talk.say("具体几号", "ask_size_advice")
    assert first[0].startswith("utter_status")
    assert talk.said[0].startswith("utter_status")


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "not everything, only cancel the shirt"), ("zh", "不是全部 只要取消T恤")],
)
def test_what_alone_is_to_go_is_not_what_stays(desk: Desk, language: Language, text: str) -> None:
    talk = desk.talk(MIA, language)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    talk.say(text, "cancel_item")
    assert talk.state.frame.slots["lines"] == [LINE["20001", SHIRT_M]]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the shirt of 20002 never arrived with the fleece"),
        ("zh", "20002的T恤没和抓绒夹克一起到"),
    ],
)
def test_what_something_should_have_come_with_is_not_missing(
    desk: Desk, language: Language, text: str
) -> None:
    talk = desk.talk(MIA, language)
    talk.say(text, "report_missing_item", order_number="20002")
    assert talk.state.frame.slots["lines"] == [LINE["20002", SHIRT_M]]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "and keep the boots right?"), ("zh", "登山鞋还会发吧")]
)
def test_what_stays_after_a_cancellation_is_told(desk: Desk, language: Language, text: str) -> None:
    talk = desk.talk(MIA, language)
    talk.say("take the shirt out of 20001", "cancel_item", order_number="20001")
    talk.say({"en": "yes", "zh": "好的"}[language], "affirm")
    before = desk.rows()
    assert talk.say(text, "cancel_item")[0].startswith("utter_status")
    assert talk.state.frame is None
    assert changes(before, desk.rows()) == []


@pytest.mark.parametrize(("language", "text"), [("en", "oh it just arrived"), ("zh", "哦收到了")])
def test_a_parcel_that_turns_up_is_not_searched_for(
    desk: Desk, language: Language, text: str
) -> None:
    talk = desk.talk(TOM, language)
    talk.say("30002 is lost", "report_lost_parcel", order_number="30002")
    before = desk.rows()
    talk.say(text, "affirm")
    assert talk.state.frame is None
    assert changes(before, desk.rows()) == []


@each_language
def test_whether_it_is_done_is_told_again(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    change = {"en": "change the boots of 20001 to 43", "zh": "20001的登山鞋换成43码"}
    talk.say(change[language], "change_item", order_number="20001", size="43")
    talk.say({"en": "yes", "zh": "好的"}[language], "affirm")
    assert talk.said == ["utter_item_changed"]
    ask = {"en": "did you change it?", "zh": "改好了吗"}[language]
    assert talk.say(ask) == ["utter_item_changed"]
    assert "{" not in talk.text


@each_language
def test_what_is_not_sent_yet_is_told_to_who_asks_why(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == "20003").values(state="cancelled"))
    ask = {"en": "has it not shipped yet?", "zh": "昨天下的单怎么还没发"}[language]
    intent = {"en": "track_order", "zh": "nlu_fallback"}[language]
    assert talk.say(ask, intent)[0].startswith("utter_status")


def test_meant_otherwise_after_the_effect_hears_what_can_be_undone(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("cancel everything in 20001 except the shirt", "cancel_item", order_number="20001")
    talk.say("yes", "affirm")
    assert talk.said == ["utter_item_cancelled"]
    before = desk.rows()
    talk.say("oh no i meant except the boots")
    assert not any(one.startswith("utter_products") for one in talk.said)
    assert changes(before, desk.rows()) == []


def test_a_new_one_by_its_name_is_the_remedy(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("the fleece of 20002 is scratched", "report_damaged_item", order_number="20002")
    talk.say("new fleece pls", "search_product")
    assert talk.state.frame.slots["remedy"] == "replacement"


def test_to_start_is_a_yes_to_a_search(desk: Desk) -> None:
    talk = desk.talk(TOM)
    talk.say("30002 is lost", "report_lost_parcel", order_number="30002")
    assert talk.say("yes start", "affirm") == ["utter_lost_reported"]


@pytest.mark.parametrize(("language", "text"), [("en", "no wait it's 24"), ("zh", "不对 是24号")])
def test_a_bare_number_puts_the_address_right(desk: Desk, language: Language, text: str) -> None:
    talk = desk.talk(MIA, language)
    new = "20001: Hafenstr. 22, 20359 Hamburg"
    talk.say(new, "change_address", order_number="20001")
    assert talk.state.question.kind == "confirm"
    talk.say(text, "deny")
    assert "24" in talk.state.question.values["address"]


@each_language
def test_how_the_old_ones_go_back_after_an_exchange(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    swap = {"en": "swap the boots of 20004 for 43", "zh": "20004的登山鞋换成43码"}
    talk.say(swap[language], "exchange_item", order_number="20004", size="43", reason="too_small")
    talk.say({"en": "yes", "zh": "好的"}[language], "affirm")
    ask = {"en": "how do i send the old ones back", "zh": "旧的怎么寄回去"}[language]
    assert talk.say(ask, "return_item") == ["utter_return_where"]
    assert talk.state.frame is None


def test_the_same_for_another_number_is_the_same_wish(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("an invoice for 20002 please", "request_invoice", order_number="20002")
    assert talk.say("and for 20004 too", order_number="20004") == ["utter_invoice_sent"]
