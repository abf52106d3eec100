"""Service talk in context: what is the shopper's own, what was just said, done and asked."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from dialogue.instead import asks_for, taken_instead
from dialogue.state import Question
from kit.i18n import LANGUAGES, Language
from shop.ids import CustomerId
from shop.models import Customer, Order, OrderLine, ReturnLine
from tests.dialogues import (
    BOOTS_42,
    FLEECE_M,
    LENA,
    LINE,
    MIA,
    NOW,
    SHIRT_M,
    SHIRT_S,
    TOM,
    Desk,
    Talk,
    changes,
    understood,
)

each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_rules_asked_of_ones_own_goods_begin_the_task_and_change_nothing(
    desk: Desk, language: Language
) -> None:
    before, talk = desk.rows(), desk.talk(MIA, language)
    own = {"en": "can I return the fleece?", "zh": "抓绒夹克可以退吗"}
    ranking = (("ask_return_policy", 0.6), ("return_item", 0.35))
    _say_unsure(talk, own[language], ranking)
    assert talk.state.frame.task == "return"
    assert changes(before, desk.rows()) == []
    talk = desk.talk(MIA, language)
    rules = {"en": "who pays if I return the fleece?", "zh": "抓绒夹克退货运费谁出"}
    _say_unsure(talk, rules[language], ranking)
    assert talk.state.frame is None


def _say_unsure(talk: Talk, text: str, ranking: tuple[tuple[str, float], ...]) -> None:
    intent, confidence = ranking[0]
    message = understood(text, intent, talk.player.language)
    talk.player.send(replace(message, confidence=confidence, ranking=ranking))


@each_language
def test_the_line_that_a_status_was_asked_by_is_not_asked_for_again(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    where = {"en": "where is my fleece of 20002?", "zh": "20002的抓绒夹克到哪了"}
    back = {"en": "I want to send it back", "zh": "我想把它退了"}
    talk.say(where[language], "track_order")
    assert talk.say(back[language], "return_item") == ["utter_ask_reason"]
    assert talk.state.frame.slots["lines"] == [LINE["20002", FLEECE_M]]


@each_language
def test_everything_means_every_line_of_the_order(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    says = {"en": "I want to return everything from 20002", "zh": "20002全部退货"}
    talk.say(says[language], "return_item")
    assert talk.state.frame.slots["lines"] == [LINE["20002", FLEECE_M], LINE["20002", SHIRT_M]]


@pytest.mark.parametrize(
    ("task", "text", "language", "taken"),
    [
        ("return", "actually no, exchange them instead", "en", "exchange"),
        ("exchange", "actually a refund is better", "en", "return"),
        ("exchange", "no refund, I'd rather have the blue one", "en", None),
        ("return", "不退了，换一个吧", "zh", "exchange"),
        ("cancel_order", "no, exchange it", "en", None),
    ],
)
def test_one_task_takes_the_place_of_its_kin(
    task: str, text: str, language: Language, taken: str | None
) -> None:
    assert taken_instead(task, text, language) == taken


def test_a_question_about_what_is_offered_asks_for_nothing() -> None:
    assert asks_for("report_lost_parcel", "so can you search for it", "en")
    assert not asks_for("report_lost_parcel", "how long does the search take", "en")
    assert not asks_for("report_lost_parcel", "查一下要多久", "zh")


def test_ok_then_another_wish_agrees_to_nothing(desk: Desk) -> None:
    before, talk = desk.rows(), desk.talk(MIA)
    talk.say("cancel 20001", "cancel_order", order_number="20001")
    talk.say("ok then I want to return the fleece", "return_item")
    assert changes(before, desk.rows()) == []


def test_what_is_named_in_a_yes_is_all_that_is_agreed_to(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("take the boots out of order 20001", "cancel_item")
    assert talk.say("yes just the boots", "affirm") == ["utter_item_cancelled"]
    before, talk = desk.rows(), desk.talk(MIA)
    talk.say("20003", "cancel_order", order_number="20003")
    assert talk.say("yes just the fleece", "affirm") == ["utter_ask_cancel_item"]
    assert changes(before, desk.rows()) == []
    question = Question("confirm", values={"names": "Pine Beanie", "kept": "Pine Shirt"})
    assert "beanie" in question.named()
    assert not {"shirt", "pine"} & set(question.named()[2:])


@each_language
def test_who_lives_outside_the_union_is_promised_no_free_way_back(
    desk: Desk, language: Language
) -> None:
    with desk.database.session() as session:
        for order in session.query(Order).filter(Order.customer_id == MIA):
            order.country = "GB"
    talk = desk.talk(MIA, language)
    says = {"en": "Return the fleece of 20002, it is too small", "zh": "20002的抓绒夹克太小要退"}
    talk.say(says[language], "return_item", reason="too_small")
    costs = {"en": "who pays for the postage?", "zh": "运费谁出"}
    assert talk.say(costs[language], "ask_delivery")[0].endswith("_abroad")
    yes = {"en": "yes", "zh": "确认"}
    assert talk.say(yes[language], "affirm")[0] == "utter_return_started_abroad"


def test_what_has_not_left_is_changed_and_not_reported_wrong(desk: Desk) -> None:
    talk = desk.talk(MIA)
    said = talk.say("20001: I need the shirt in S, not M", "report_wrong_item", size="S")
    assert said == ["utter_ask_change_item"]
    assert talk.state.frame.slots["variant"] == SHIRT_S


def test_a_clause_with_not_says_what_is_missing(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("20002: only the shirt came, the fleece is not in the box", "report_missing_item")
    assert talk.state.frame.slots["lines"] == [LINE["20002", FLEECE_M]]


def test_an_invoice_title_said_before_the_order_is_kept(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("can I get an invoice with my company name", "request_invoice")
    assert talk.say("20002", "inform", order_number="20002") == ["utter_invoice_title"]


@each_language
def test_after_a_refusal_a_person_is_offered_and_goods_are_not_searched_for(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    talk.say("40001", "cancel_order", order_number="40001")
    more = {"en": "but I never even used it", "zh": "可是我根本没用过"}
    assert talk.say(more[language]) == ["utter_sorry_offer"]


@each_language
def test_what_follows_an_effect_as_a_condition_asks_of_it(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    talk.say("30002", "report_lost_parcel", order_number="30002")
    talk.say({"en": "yes", "zh": "好的，查吧"}[language], "affirm")
    what_if = {"en": "and if they don't find it?", "zh": "如果找不到呢"}
    assert talk.say(what_if[language], "report_lost_parcel") == ["utter_lost_details"]


def test_a_no_that_was_not_meant_is_taken_back_by_the_wish(desk: Desk) -> None:
    talk = desk.talk(TOM)
    talk.say("30002", "report_lost_parcel", order_number="30002")
    assert talk.say("no I asked the neighbours", "deny") == ["utter_nothing_changed"]
    assert talk.say("yes please search") == ["utter_ask_report_lost"]


def test_a_postcode_is_no_order(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("change the boots of order 20001 to size 43", "change_item", size="43")
    said = talk.say(
        "and send it to Elm Street 5, 20095 Hamburg", "change_address", order_number="20095"
    )
    assert said == ["utter_ask_change_address"]
    assert [one.task for one in talk.state.parked] == ["change_item"]


def test_number_and_mail_told_once_go_along_to_another_wish(desk: Desk) -> None:
    talk = desk.talk(None)
    talk.say("20002", "track_order", order_number="20002")
    assert talk.say("can I cancel it without logging in", "cancel_order") == ["utter_ask_email"]


def test_what_an_order_cost_is_told_from_the_order(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("where is 20002", "track_order", order_number="20002")
    assert talk.say("how much was it", "ask_price") == ["utter_order_facts"]


@each_language
def test_who_has_bought_nothing_wishes_all_the_same_and_asks_of_the_rules(
    desk: Desk, language: Language
) -> None:
    with desk.services.database.session() as session:
        session.add(Customer(id=9, email="new@fernweg.example", name="New", created_at=NOW))
    wish = {"en": "I want to send something back", "zh": "我要退货"}
    asks = {"en": "can I send something back?", "zh": "可以退货吗？"}
    talk = desk.talk(CustomerId(9), language)
    assert talk.say(wish[language], "return_item") == ["utter_nothing_to_return"]
    talk = desk.talk(CustomerId(9), language)
    assert talk.say(asks[language], "return_item") == ["utter_no_article"]


@each_language
def test_a_bare_question_is_of_the_order_just_told(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    first = {"en": "where is 20004", "zh": "20004到了吗"}
    assert talk.say(first[language], "track_order") == ["utter_status_delivered"]
    bare = {"en": ("and what day", "nlu_fallback"), "zh": ("哪天呢", "track_order")}
    talk.say(*bare[language])
    assert talk.state.focus.order == "20004"


@each_language
def test_goods_the_order_has_none_of_are_asked_after(desk: Desk, language: Language) -> None:
    """The one line that could be meant is not taken for other goods."""
    with desk.services.database.session() as session:
        gone = LINE["20002", FLEECE_M]
        session.execute(delete(OrderLine).where(OrderLine.id == gone))
    before, talk = desk.rows(), desk.talk(MIA, language)
    broken = {"en": "the tent of 20002 is broken", "zh": "20002的帐篷坏了"}
    said = talk.say(broken[language], "report_damaged_item", category="tents")
    assert said == ["utter_ask_which_damaged"]
    assert len(talk.replies[0].buttons) == 2, "the item, and a person"
    assert changes(before, desk.rows()) == []
    talk = desk.talk(MIA, language)
    broken = {"en": "the shirt of 20002 is torn", "zh": "20002的T恤破了"}
    talk.say(broken[language], "report_damaged_item", category="t-shirts")
    assert talk.state.frame.slots["lines"] == [LINE["20002", SHIRT_M]]


@each_language
def test_a_size_that_is_refused_is_not_wanted(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    asks = {
        "en": "swap something from 20002 for size S please, not M",
        "zh": "20002 给 Mia 换 S 码的，不是 M 码",
    }
    message = understood(asks[language], "exchange_item", language)
    talk.player.send(replace(message, entities={**message.entities, "size": ("S", "M")}))
    assert talk.state.frame.slots["wanted"] == {"size": "S"}


@each_language
def test_what_is_late_after_a_refund_is_the_money_unless_a_button_says_the_order(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(TOM, language)
    talk.say({"en": "where is my refund?", "zh": "我的退款呢"}[language], "track_refund")
    waits = {"en": "it has been a week", "zh": "都一个星期了"}[language]
    assert talk.say(waits, "report_late_order") == ["utter_no_refunds"]
    assert talk.state.last.intent == "track_refund"
    assert talk.press_payload("/report_late_order") == ["utter_ask_which_order"]
    assert talk.state.last.intent == "report_late_order"


@each_language
def test_who_does_not_know_the_number_is_proved_by_the_mailbox(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(None, language)
    assert talk.say("?", "track_order") == ["utter_ask_order_number"]
    lost = {"en": "no idea what the number is", "zh": "不知道订单号"}[language]
    assert talk.say(lost) == ["utter_ask_email_alone"]
    address = "lena@fernweg.example"
    assert talk.say(address, "inform", email=address) == ["utter_ask_code_of_mailbox"]
    talk = desk.talk(None, language)
    talk.say("?", "track_order")
    talk.say(lost)
    neither = {"en": "I forgot that too", "zh": "邮箱也忘了"}[language]
    assert talk.say(neither) == ["utter_no_proof"]


@each_language
def test_who_only_tells_of_a_dented_box_is_thanked_and_asked_nothing(
    desk: Desk, language: Language
) -> None:
    before, talk = desk.rows(), desk.talk(LENA, language)
    box = {"en": "the box of 40002 was squashed", "zh": "40002的包装压扁了"}[language]
    talk.say(box, "report_damaged_item", order_number="40002")
    fine = {"en": "nothing is broken, just letting you know", "zh": "东西没坏，就是跟你们说一声"}
    assert talk.say(fine[language]) == ["utter_thanks_for_telling"]
    assert talk.state.frame is None
    assert changes(before, desk.rows()) == []


@each_language
def test_the_variant_asked_about_is_taken(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    swap = {"en": "swap the fleece of 20002 for size S", "zh": "20002的抓绒夹克换S码"}[language]
    talk.say(swap, "exchange_item", order_number="20002", size="S")
    small = {"en": "too big", "zh": "太大了"}[language]
    assert talk.say(small, "inform", reason="too_big") == ["utter_ask_exchange"]
    takes = {"en": "okay I'll take the S", "zh": "好的 就要S吧"}[language]
    assert talk.say(takes, size="S")[:1] == ["utter_exchange_started"]


def test_a_name_and_a_phone_number_are_no_address(desk: Desk) -> None:
    for language, new in (("en", "Jane Doe +49 170 1234567"), ("zh", "王芳 13911112222")):
        talk = desk.talk(MIA, language)
        talk.say("20001", "change_address", order_number="20001")
        assert talk.say(new) == ["utter_ask_address_again"]
        assert "address" not in talk.state.frame.slots


@each_language
def test_an_order_named_after_a_refusal_is_refused_with_its_reason(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    assert talk.say("?", "cancel_order")[-1:] == ["utter_nothing_to_cancel"]
    named = {"en": "the fleece", "zh": "抓绒夹克"}[language]
    assert talk.say(named) == ["utter_refused_already_delivered"]
    assert talk.state.last.did == "refused"
    assert talk.state.shown.kind != "products"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "那退了吧"),
        ("zh", "直接退款吧"),
        ("en", "then just refund me"),
        ("en", "ok return it"),
    ],
)
def test_the_verb_of_another_way_is_no_yes_to_this_one(
    desk: Desk, language: Language, text: str
) -> None:
    talk = desk.talk(MIA, language)
    swap = {"en": "swap the fleece of 20002 for size S", "zh": "20002的抓绒夹克换S码"}[language]
    talk.say(swap, "exchange_item", order_number="20002", size="S")
    small = {"en": "too big", "zh": "太大了"}[language]
    before = desk.rows()
    talk.say(small, "inform", reason="too_big")
    assert talk.say(text, "return_item") == ["utter_ask_return"]
    assert changes(before, desk.rows()) == []


@each_language
def test_half_of_a_pair_is_what_is_missing(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    half = {"en": "I only got one boot in 20004", "zh": "20004的登山鞋只有一只"}[language]
    talk.say(half, "report_missing_item", order_number="20004")
    assert talk.state.frame.slots["lines"] == [LINE["20004", BOOTS_42]]
    other = {"en": "send me the other one", "zh": "把另外那只补发给我"}[language]
    talk.say(other)
    assert talk.state.frame.slots["order"] == "20004"


def test_what_came_days_ago_is_not_late(desk: Desk) -> None:
    talk = desk.talk(LENA, "zh")
    talk.say("40002的抓绒夹克有个洞", "report_damaged_item", order_number="40002")
    assert talk.say("刚收到三天", "report_late_order")[-1:] == ["utter_ask_remedy_damaged"]


@each_language
def test_an_address_said_of_an_order_on_its_way_is_to_change_it(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say("20001", "track_order", order_number="20001")
    there = {
        "en": "can you send it to Hauptstr. 5, 20095 Hamburg",
        "zh": "能送到 Hauptstr. 5, 20095 Hamburg 吗",
    }[language]
    talk.say(there)
    assert talk.state.frame.task == "change_address"
    assert "address" in talk.state.frame.slots


@each_language
def test_what_is_told_while_a_person_is_awaited_is_for_them(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say("?", "talk_to_person")
    told = {"en": "I bought it in September", "zh": "九月份买的"}[language]
    assert talk.say(told) == ["utter_added_for_colleague"]


@each_language
def test_what_was_paid_is_told_of_what_was_bought(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    inside = {"en": "what's in order 20004?", "zh": "20004里面有什么"}[language]
    assert talk.say(inside, "list_orders", order_number="20004") == ["utter_order_facts"]
    paid = {"en": "how much were the boots", "zh": "登山鞋当时多少钱"}[language]
    assert talk.say(paid, "ask_price") == ["utter_line_paid"]
    assert "20004" in talk.text
    other = {"en": "and the shirt?", "zh": "那T恤呢"}[language]
    assert talk.say(other, "report_missing_item") == ["utter_line_paid"]
    assert "20004" in talk.text


@each_language
def test_a_no_that_lets_it_be_ends_the_question(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    change = {"en": "change the colour of something in 20001", "zh": "20001里换个颜色"}[language]
    assert talk.say(change, "change_item", order_number="20001") == ["utter_ask_which_item"]
    fine = {"en": "no navy is fine, leave it", "zh": "不用 藏青色就行 不换了"}[language]
    talk.say(fine, colour="navy")
    assert talk.state.frame is None


def test_the_invoice_for_somebody_else_is_a_colleagues(desk: Desk) -> None:
    talk = desk.talk(MIA)
    assert talk.say("the invoice of 20002", "request_invoice", order_number="20002") == [
        "utter_invoice_sent"
    ]
    assert talk.say("with our company name, Lindqvist AB") == ["utter_invoice_title"]


def test_a_person_is_not_called_by_ok_then_return_it(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("the fleece of 20002 has a hole", "report_damaged_item", order_number="20002")
    assert talk.say("take 20% off and I keep it", "ask_compensation") == ["utter_compensation"]
    talk.say("ok then return it", "return_item")
    assert not talk.state.person_wanted
    assert talk.state.frame.slots["remedy"] == "refund"


@each_language
def test_less_for_a_faulty_thing_is_no_question_on_offers(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    torn = {"en": "the fleece of 20002 has a hole", "zh": "20002的抓绒夹克破了"}
    talk.say(torn[language], "report_damaged_item", order_number="20002")
    less = {"en": "can I get something off the price?", "zh": "不想退 能便宜点吗"}
    assert talk.say(less[language], "ask_promotions") == ["utter_compensation"]
    talk = desk.talk(MIA, language)
    assert "utter_compensation" not in talk.say(less[language], "ask_promotions")


@each_language
def test_a_friends_broken_leg_is_no_fault_of_the_boots(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    story = {
        "en": "the trip is off, my friend broke her leg, I don't need the boots of 20004 anymore, "
        "never worn",
        "zh": "旅行取消了，20004的登山鞋不需要了，全新没穿过",
    }[language]
    talk.say(story, order_number="20004", reason="damaged")
    assert talk.state.frame.task == "return"
    assert talk.state.frame.slots["reason"] == "changed_mind"


@each_language
def test_another_size_says_why_it_is_exchanged(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    swap = {"en": "swap the fleece of 20002 for size S", "zh": "20002的抓绒夹克换S码"}[language]
    assert talk.say(swap, "exchange_item", order_number="20002", size="S") == ["utter_ask_exchange"]
    assert talk.state.frame.slots["reason"] == "too_big"


@pytest.mark.parametrize(
    ("language", "text", "intent", "task"),
    [
        (
            "en",
            "I think I ordered the wrong size, the fleece of 20002",
            "report_wrong_item",
            "exchange",
        ),
        ("zh", "20002的抓绒夹克我拍错了", "report_wrong_item", "exchange"),
        ("en", "the fleece of 20002 in another colour", "change_item", "exchange"),
        ("zh", "20002的抓绒夹克想换个颜色", "change_item", "exchange"),
        ("en", "not a return, an exchange of the fleece of 20002", "nlu_fallback", "exchange"),
        ("zh", "不是退货 是换货 20002的抓绒夹克", "nlu_fallback", "exchange"),
    ],
)
def test_what_is_meant_of_what_has_arrived(
    desk: Desk, language: Language, text: str, intent: str, task: str
) -> None:
    talk = desk.talk(MIA, language)
    talk.say(text, intent, order_number="20002")
    assert talk.state.frame.task == task


@each_language
def test_a_search_is_begun_where_a_person_was_offered(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    talk.say("30002", "track_order", order_number="30002")
    talk.say({"en": "hurry it up", "zh": "催一下"}[language], "urge_dispatch")
    search = {"en": "fine, start the search then", "zh": "那帮我查件吧"}[language]
    assert talk.say(search) == ["utter_ask_report_lost"]
    assert not talk.state.person_wanted


def test_what_shall_be_changed_of_an_account_is_heard(desk: Desk) -> None:
    talk = desk.talk(MIA)
    assert talk.say("change my number", "change_account_details") == ["utter_account_change_noted"]
    assert talk.say("+47 912 34 567", "inform") == ["utter_added_for_colleague"]


@each_language
def test_who_lost_the_mailbox_is_helped_by_a_person(desk: Desk, language: Language) -> None:
    talk = desk.talk(None, language)
    address = "lena@fernweg.example"
    talk.say(f"40002 {address}", "track_order", order_number="40002", email=address)
    assert talk.said == ["utter_ask_code"]
    lost = {"en": "I don't have access to that mailbox any more", "zh": "那个邮箱登不上了"}
    assert talk.say(lost[language]) == ["utter_not_proved"]


@each_language
def test_what_is_in_the_order_listed_first_is_told(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    assert talk.say("?", "list_orders") == ["utter_orders"]
    inside = {"en": "the second one, what's in it?", "zh": "第二个里面有什么"}[language]
    assert talk.say(inside, ordinal="2") == ["utter_order_facts"]
    assert talk.state.shown.keys[1] in talk.text


def test_a_change_of_the_account_that_is_told_whole_is_not_asked_for(desk: Desk) -> None:
    talk = desk.talk(MIA)
    said = talk.say("my new number is +49 170 1234567", "change_account_details")
    assert said == ["utter_account_change_passed"]


@each_language
def test_the_size_wanted_says_why_whatever_fell_apart_before(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    story = {
        "en": "my old ones fell apart, swap the boots of 20004 for a 43",
        "zh": "旧的坏了，20004的登山鞋换43码",
    }[language]
    named = {"order_number": "20004", "size": "43", "reason": "damaged"}
    assert talk.say(story, "exchange_item", **named) == ["utter_ask_exchange"]
    assert talk.state.frame.slots["reason"] == "too_small"


@each_language
def test_what_was_ordered_is_sent_again_not_what_came(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    wrong = {"en": "the fleece of 20002 came in the wrong size", "zh": "20002的抓绒夹克发错码了"}
    talk.say(wrong[language], "report_wrong_item", order_number="20002")
    told = {"en": "I ordered M, you sent S", "zh": "我要M码 你们发了S码"}[language]
    talk.say(told, size="S")
    talk.say({"en": "send it again", "zh": "重新发"}[language])
    assert talk.state.frame.slots["variant"] == FLEECE_M


@each_language
def test_a_size_in_a_no_to_the_money_is_an_exchange(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    back = {"en": "return the fleece of 20002, too big", "zh": "20002的抓绒夹克退货 太大了"}
    talk.say(back[language], "return_item", order_number="20002", reason="too_big")
    smaller = {"en": "no, I want it in S", "zh": "不是 我要小的S码"}[language]
    assert talk.say(smaller, size="S") == ["utter_ask_exchange"]


@each_language
def test_where_the_label_is_and_until_when(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    back = {"en": "return the fleece of 20002, too big", "zh": "20002的抓绒夹克退货 太大了"}
    talk.say(back[language], "return_item", order_number="20002", reason="too_big")
    talk.say({"en": "yes", "zh": "是"}[language], "affirm")
    label = {"en": "where do I find the label", "zh": "退货单在哪下载"}[language]
    assert talk.say(label) == ["utter_return_label_where"]
    until = {"en": "how long have i got to send it", "zh": "几天内要寄出"}[language]
    assert talk.say(until) == ["utter_return_deadline"]


def test_a_parcel_is_what_the_carrier_has(desk: Desk) -> None:
    with desk.services.database.session() as session:
        session.execute(update(Order).where(Order.number == "30003").values(state="paid"))
    talk = desk.talk(TOM)
    talk.say("where is my parcel", "track_parcel")
    assert "30002" in talk.text


@each_language
def test_a_question_before_the_yes_asks_once_more(desk: Desk, language: Language) -> None:
    before, talk = desk.rows(), desk.talk(MIA, language)
    talk.say("20001", "cancel_order", order_number="20001")
    then = {"en": "not shipped yet? then cancel it", "zh": "还没发货？那就取消吧"}[language]
    message = understood(then, "urge_dispatch", language)
    talk.player.send(replace(message, confidence=0.6))
    assert changes(before, desk.rows()) == []
    assert talk.state.question.kind == "confirm"
    assert talk.say({"en": "yes", "zh": "确定"}[language], "affirm") == ["utter_cancelled"]


@each_language
def test_money_wanted_for_ones_own_goods_goes_the_orders_way(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    with desk.database.session() as session:  # the fleece goes back no more
        session.execute(delete(ReturnLine))
    refund = {"en": "refund me for the fleece", "zh": "把抓绒夹克给我退款"}[language]
    assert talk.say(refund) == ["utter_ask_reason"]
    assert talk.state.frame.task == "return"
    assert talk.state.shown.kind != "products"


@each_language
def test_no_number_said_before_it_is_asked_for_is_heard(desk: Desk, language: Language) -> None:
    talk = desk.talk(None, language)
    said = {
        "en": "I want to return something but don't have the order number",
        "zh": "我要退货 但是没有订单号",
    }[language]
    assert talk.say(said, "return_item") == ["utter_ask_email_alone"]


@each_language
def test_a_day_asked_beside_a_yes_is_of_the_order(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    change = {"en": "change the boots of 20001 to 43", "zh": "20001的登山鞋换成43码"}[language]
    talk.say(change, "change_item", order_number="20001", size="43")
    yes = {"en": "yes please, and does it still come on Thursday?", "zh": "好的，另外周四能到吗？"}[
        language
    ]
    said = talk.say(yes, "affirm")
    assert said[0] == "utter_item_changed"
    assert talk.state.last.did == "status"


def test_where_an_order_goes_is_told_where_goods_stand_on_several_shelves(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("where is order 20002?", "track_order", order_number="20002")
    said = talk.say("what address does that order go to?", "change_address")
    assert said == ["utter_order_address"]


def test_another_order_asked_for_after_a_matter_was_let_be(desk: Desk) -> None:
    talk = desk.talk(MIA)
    talk.say("I want to return the fleece", "return_item")
    assert talk.state.frame.slots["order"] == "20002"
    said = talk.say("never mind. where is my other order?", "track_order")
    assert said == ["utter_ask_which_order"]
    assert talk.state.frame.task == "order_status"


@each_language
def test_a_lost_label_is_mailed_once_more(desk: Desk, language: Language) -> None:
    lost = {"en": "I can't find the return label", "zh": "退货标签找不到了 再发我一份呗"}
    before, talk = desk.rows(), desk.talk(LENA, language)
    for _ in range(2):
        assert talk.say(lost[language], "return_item")[0] == "utter_label_sent_again"
    assert [one.split()[:2] for one in changes(before, desk.rows())] == [["+", "mail"]]


@each_language
def test_how_long_one_way_takes_chooses_none(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    torn = {"en": "the fleece of 20002 is torn", "zh": "20002的抓绒夹克破了"}
    talk.say(torn[language], "report_damaged_item", order_number="20002")
    asks = {"en": "how long would a replacement take?", "zh": "补发要多久啊"}
    said = talk.say(asks[language])
    assert said == ["utter_trouble_costs", "utter_ask_remedy_damaged"]
    assert "remedy" not in talk.state.frame.slots


@each_language
def test_what_alone_shall_go_is_all_that_goes(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    both = {"en": "return the shirt and the fleece", "zh": "T恤和抓绒都退"}
    talk.say(f"20002 {both[language]}", "return_item", order_number="20002")
    assert len(talk.state.frame.slots["lines"]) == 2
    only = {"en": "the fleece is fine, only return the shirt", "zh": "抓绒还行 就退T恤吧"}
    talk.say(only[language], "inform")
    assert talk.state.frame.slots["lines"] == [LINE["20002", SHIRT_M]]


def test_what_was_told_for_an_invoice_adds_up(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("能开发票吗", "request_invoice")
    for told in ("抬头开远行科技有限公司", "税号91310000MA1K35"):
        assert talk.say(told)[-1] == "utter_ask_which_order"
    assert "远行科技" in talk.state.frame.slots["title"]
    assert "91310000MA1K35" in talk.state.frame.slots["title"]
    talk = desk.talk(MIA, "zh")
    talk.say("能开发票吗", "request_invoice")
    talk.say("个人抬头就行")
    assert "title" not in talk.state.frame.slots


def test_what_becomes_of_points_deletes_no_account(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("注销账号积分会没吗", "delete_account")
    assert talk.state.frame is None
    assert talk.say("帮我注销账号", "delete_account") == ["utter_ask_delete_account"]


@each_language
def test_how_long_the_warranty_lasts_is_asked_of_no_task(desk: Desk, language: Language) -> None:
    asked = {"en": "how long is the warranty", "zh": "保修多久"}[language]
    talk = desk.talk(MIA, language)
    talk.say({"en": "return the fleece", "zh": "退抓绒夹克"}[language], "return_item")
    assert not {"utter_return_refund", "utter_return_amount"} & set(talk.say(asked, "ask_warranty"))


@each_language
def test_where_a_return_is_comes_from_the_return(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say({"en": "return the fleece", "zh": "退抓绒夹克"}[language], "return_item")
    talk.say({"en": "changed my mind", "zh": "不想要了"}[language], "inform", reason="changed_mind")
    assert talk.say({"en": "yes", "zh": "确认"}[language], "affirm") == ["utter_return_started"]
    asked = {"en": "is my return there yet?", "zh": "我的退货到了吗"}[language]
    assert "utter_return_label_where" not in talk.say(asked, "track_return")
