"""Plain words of service talk in both languages, whatever the models make of them."""

import pytest

from kit.i18n import LANGUAGES, Language
from tests.dialogues import BOOTS_42, FLEECE_S, LENA, LINE, MIA, TOM, Desk, changes

each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_a_yes_with_another_matter_beside_it_does_both(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "cancel 20001", "zh": "取消20001"}[language], "cancel_order", order_number="20001"
    )
    beside = {"en": "yes, also do you sell gift cards?", "zh": "嗯没错,另外有礼品卡吗"}[language]
    said = talk.say(beside, "ask_gift_card")
    assert said[0] == "utter_cancelled"
    assert len(said) == 2


@each_language
def test_beside_a_yes_a_colour_of_what_is_changed_is_no_yes(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "20001 boots in size 43", "zh": "20001的登山鞋换成43码"}[language],
        "change_item",
        size="43",
    )
    before = desk.rows()
    beside = {"en": "ok btw is it there in black?", "zh": "好的 另外有黑色的吗"}[language]
    talk.say(beside, "check_stock", colour="black")
    assert changes(before, desk.rows()) == []


@each_language
@pytest.mark.parametrize("intent", ["report_damaged_item", "exchange_item"])
def test_goods_named_without_a_word_of_trouble_are_looked_for(
    desk: Desk, language: Language, intent: str
) -> None:
    talk = desk.talk(None, language)
    wish = {"en": "boots i can wear in snow, brown", "zh": "登山鞋 棕色的"}[language]
    assert talk.say(wish, intent)[0].startswith("utter_products")
    talk = desk.talk(None, language)
    trouble = {"en": "the boots have a hole", "zh": "登山鞋破了个洞"}[language]
    assert not talk.say(trouble, "report_damaged_item")[0].startswith("utter_products")


@each_language
def test_the_word_for_the_other_remedy_is_no_yes(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    talk.say(
        {"en": "the fleece of 40002 has a hole", "zh": "40002的抓绒夹克有个洞"}[language],
        "report_damaged_item",
    )
    either = {"en": "replace it or refund me, whatever", "zh": "无语 要么换要么退"}[language]
    assert talk.say(either) == ["utter_ask_remedy_damaged"]
    replace = {"en": "a new one", "zh": "换新的"}[language]
    assert talk.say(replace) == ["utter_ask_replacement"]
    before = desk.rows()
    refund = {"en": "refund me", "zh": "退吧"}[language]
    assert talk.say(refund) == ["utter_ask_return_faulty"]
    assert changes(before, desk.rows()) == []


@each_language
def test_part_of_the_money_is_a_colleagues_to_give(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    talk.say(
        {"en": "the fleece of 40002 has a hole", "zh": "40002的抓绒夹克有个洞"}[language],
        "report_damaged_item",
    )
    half = {"en": "give me half the money and i keep it", "zh": "退一半钱行吗 我就不退货了"}[
        language
    ]
    assert talk.say(half)[0] == "utter_compensation"


@pytest.mark.parametrize(
    ("who", "said", "first"),
    [
        (LENA, "我那抓绒夹克买大了", "utter_return_already_returned"),
        (LENA, "my fleece is too big", "utter_return_already_returned"),
        (LENA, "my T-shirt is too big", "utter_ask_variant"),
        (LENA, "那个抓绒夹克没穿几次拉链就坏了", "utter_ask_remedy_damaged"),
        (LENA, "the zip of my fleece broke", "utter_ask_remedy_damaged"),
        (TOM, "那个包裹让快递放门口行不", "utter_"),
        (TOM, "T恤和抓绒夹克我都不想要了", "utter_"),
    ],
)
def test_what_is_said_of_ones_own_goods_searches_for_nothing(
    desk: Desk, who: int, said: str, first: str
) -> None:
    talk = desk.talk(who, "en" if said.isascii() else "zh")
    heard = talk.say(said)
    assert heard[0].startswith(first)
    assert not {"utter_found", "utter_found_kind", "utter_nearest"} & set(heard)


@each_language
def test_who_says_that_nothing_is_there_of_what_is_under_way_hears_where_it_is(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(TOM, language)
    asks = {"en": "where are my boots, you said last week", "zh": "我的登山鞋呢？上周就说到了"}
    said = talk.say(asks[language], "report_missing_item")
    assert "remedy" not in "".join(said)
    assert any(one.startswith("utter_status") for one in said)


@each_language
def test_what_becomes_of_the_old_one_is_told_while_the_new_one_waits(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    talk.say(
        {"en": "the fleece of 40002 has a hole", "zh": "40002的抓绒夹克有个洞"}[language],
        "report_damaged_item",
    )
    talk.say({"en": "a new one", "zh": "换新的"}[language])
    old = {"en": "what about the old one?", "zh": "旧的怎么处理"}[language]
    assert talk.say(old, "report_damaged_item")[0] == "utter_trouble_old_one"


@each_language
def test_a_colour_asked_while_an_item_is_changed_is_that_items(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "change the boots of 20001", "zh": "20001的登山鞋想换一个"}[language], "change_item"
    )
    asks = {"en": "is there black?", "zh": "有黑的吗"}[language]
    assert talk.say(asks, colour="black")[0] == "utter_no_such_variant"


@each_language
def test_anybody_there_while_a_person_is_awaited_tells_when_they_come(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    first = talk.say({"en": "I want to file a complaint", "zh": "我要投诉"}[language])
    assert first[0].startswith("utter_handover")
    asks = {"en": "anybody there?", "zh": "有人吗？？？"}[language]
    assert talk.say(asks, "greet")[0].startswith("utter_handover")


@each_language
def test_why_after_a_refusal_and_what_then_offer_a_person(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    talk.say(
        {"en": "cancel 30002", "zh": "取消30002"}[language], "cancel_order", order_number="30002"
    )
    assert talk.state.last.did == "refused"
    said = talk.say({"en": "why?", "zh": "为啥"}[language], "ask_why")
    assert said == ["utter_why_refused"]
    helps = {"en": "is there anything you can do?", "zh": "那还有别的办法吗"}[language]
    assert talk.say(helps, "ask_help") == ["utter_offer_person_again"]


@each_language
def test_a_company_said_before_the_order_is_kept_for_the_invoice(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    before = desk.rows()
    talk.say({"en": "an invoice please", "zh": "发票开一下"}[language], "request_invoice")
    company = {"en": "our company name is Cloud Ltd", "zh": "抬头 上海云杉贸易有限公司"}[language]
    assert talk.say(company) == ["utter_noted", "utter_ask_which_order"]
    assert talk.say("20002", "inform", order_number="20002") == ["utter_invoice_title"]
    assert [one for one in changes(before, desk.rows()) if "mail" in one] == []


@each_language
def test_never_mind_just_do_it_is_a_yes_and_a_bare_never_mind_a_no(
    desk: Desk, language: Language
) -> None:
    opening = {"en": "cancel 20001", "zh": "取消20001"}[language]
    talk = desk.talk(MIA, language)
    talk.say(opening, "cancel_order", order_number="20001")
    never_mind = {"en": "never mind", "zh": "那算了"}[language]
    assert talk.say(never_mind) == ["utter_nothing_changed"]
    talk.say(opening, "cancel_order", order_number="20001")
    after_all = {"en": "never mind, just cancel it", "zh": "那算了 还是取消吧"}[language]
    assert talk.say(after_all)[0] == "utter_cancelled"


@each_language
def test_a_count_of_times_chooses_no_place(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    talk.say(
        {"en": "the fleece of 40002 has a hole", "zh": "40002的抓绒夹克有个洞"}[language],
        "report_damaged_item",
    )
    worn = {"en": "worn 2 times only", "zh": "才穿两回"}[language]
    before = {"en": ["utter_noted"], "zh": []}[language]
    assert talk.say(worn, ordinal="2") == [*before, "utter_ask_remedy_damaged"]


def test_another_floor_is_a_correction_of_the_address(desk: Desk) -> None:
    talk = desk.talk(MIA, "zh")
    talk.say("订单20001改寄到汉堡市老城区花园路100号恒生大厦20楼", "change_address")
    assert talk.say("不对 是18楼") == ["utter_ask_change_address"]
    assert "100号恒生大厦18楼" in talk.text


@each_language
def test_what_is_wanted_in_place_of_the_wrong_one_is_sent(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    wrong = {"en": "you sent the wrong fleece in 40002", "zh": "40002的抓绒夹克发错了"}[language]
    talk.say(wrong, "report_wrong_item", colour="green")
    right = {"en": "send me the S", "zh": "换S码的"}[language]
    assert talk.say(right, size="S") == ["utter_ask_replacement"]
    assert talk.state.frame is not None
    assert talk.state.frame.slots["variant"] == FLEECE_S


@each_language
def test_how_long_after_a_person_was_called_is_asked_of_them(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say({"en": "get me a person", "zh": "转人工"}[language])
    how_long = {"en": "how long will it take?", "zh": "要等多久"}[language]
    assert talk.say(how_long, "ask_delivery")[0].startswith("utter_handover")


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("对 只退T恤", "utter_item_cancelled"),
        ("yes, only the shirt", "utter_item_cancelled"),
        ("对 只换T恤", "no"),
        ("对 只留T恤", "no"),
        ("yes, just keep the shirt", "no"),
    ],
)
def test_a_yes_that_says_only_what_is_asked_anew_is_one(desk: Desk, said: str, first: str) -> None:
    talk = desk.talk(MIA, "en" if said.isascii() else "zh")
    talk.say(
        "cancel the shirt of 20001" if said.isascii() else "把20001里的T恤取消掉", "cancel_item"
    )
    before = desk.rows()
    heard = talk.say(said)
    if first == "no":
        assert changes(before, desk.rows()) == []
    else:
        assert heard[0] == first


@each_language
def test_one_character_no_list_knows_is_no_yes(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "cancel 20001", "zh": "取消20001"}[language], "cancel_order", order_number="20001"
    )
    before = desk.rows()
    talk.say({"en": "hm", "zh": "紧"}[language])
    assert changes(before, desk.rows()) == []


@each_language
def test_too_adds_to_what_goes_back(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "return the fleece of 20002, changed my mind", "zh": "20002的抓绒夹克退了，不喜欢"}[
            language
        ],
        "return_item",
        reason="changed_mind",
    )
    talk.say({"en": "the shirt too", "zh": "T恤也退了吧"}[language], "return_item")
    assert talk.state.frame is not None
    assert len(talk.state.frame.slots["lines"]) == 2


@each_language
def test_i_see_takes_no_offer(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "will you pay me something for that?", "zh": "那你们赔我"}[language],
        "ask_compensation",
    )
    said = talk.say({"en": "i see", "zh": "好吧 了解"}[language])
    assert said == ["utter_nod"]


@each_language
def test_sent_yet_is_asked_of_the_order_while_it_waits(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "20001 boots in size 43", "zh": "20001的登山鞋换成43码"}[language],
        "change_item",
        size="43",
    )
    asks = {"en": "it hasn't been sent yet?", "zh": "还没发吧"}[language]
    said = talk.say(asks, "cancel_order")
    assert said[0].startswith("utter_status")
    assert talk.state.frame is not None
    assert talk.state.frame.task == "change_item"


@each_language
def test_trouble_with_ones_own_searches_for_nothing_and_is_seen_to(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    told = {"en": "the fleece scratches my neck raw", "zh": "那件抓绒夹克扎脖子扎得难受"}[language]
    assert talk.say(told, category="fleece-jackets") == ["utter_own_trouble"]
    back = {"en": "then it goes back", "zh": "那退了吧"}[language]
    assert talk.say(back, "return_item") == ["utter_ask_reason"]  # of that very thing


@each_language
def test_what_can_i_do_about_ones_own_searches_for_nothing(desk: Desk, language: Language) -> None:
    talk = desk.talk(LENA, language)
    told = {
        "en": "the fleece i got scratches my neck raw, what can i do",
        "zh": "买的抓绒夹克扎脖子扎得难受怎么办",
    }[language]
    assert talk.say(told, category="fleece-jackets") == ["utter_own_trouble"]


@each_language
def test_a_size_that_one_thing_only_comes_in_says_which_is_meant(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    asks = {"en": "could I exchange them for a 43? 20004", "zh": "20004能换个43码的吗"}[language]
    assert talk.say(asks, "exchange_item", size="43") == ["utter_ask_exchange"]
    assert talk.state.frame.slots["lines"] == [LINE["20004", BOOTS_42]]


@each_language
def test_what_one_gets_back_is_told_from_the_confirmation(desk: Desk, language: Language) -> None:
    talk = desk.talk(MIA, language)
    talk.say({"en": "cancel 20001", "zh": "取消20001"}[language], "cancel_order")
    asks = {"en": "ok and what do I get back", "zh": "那能退多少"}[language]
    assert talk.say(asks, "ask_compensation") == ["utter_amount", "utter_ask_cancel"]


@each_language
def test_a_method_named_for_a_return_is_told_where_money_goes(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(MIA, language)
    talk.say(
        {"en": "return the boots of 20004", "zh": "退掉20004的登山鞋"}[language],
        "return_item",
        category="hiking-boots",
    )
    asks = {"en": "paypal please", "zh": "退到支付宝吧"}[language]
    assert talk.say(asks, "ask_payment")[0] == "utter_refund_to_original"


@each_language
def test_an_address_by_itself_says_whose_orders_are_meant(desk: Desk, language: Language) -> None:
    """A shop's own name in it names no brand to search for."""
    talk = desk.talk(None, language)
    told = {"en": "i used mia@fernweg.example", "zh": "我用的是 mia@fernweg.example"}[language]
    assert talk.say(told, brand="Fernweg") == ["utter_ask_code_of_mailbox"]


@each_language
def test_whether_and_how_one_paid_is_told_from_the_order(desk: Desk, language: Language) -> None:
    talk = desk.talk(TOM, language)
    asks = {"en": "did my payment go through", "zh": "我付款成功了吗"}[language]
    assert talk.say(asks, "ask_payment") == ["utter_order_facts"]
    which = {"en": "which card did I use", "zh": "用的哪张卡"}[language]
    assert talk.say(which, "ask_gift_card")[0] == "utter_order_facts"
    assert "PayPal" in talk.text


@each_language
def test_a_question_beside_a_yes_to_a_person_is_answered_too(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(TOM, language)
    talk.say({"en": "cancel 30002", "zh": "取消30002"}[language], "cancel_order")
    talk.say({"en": "why?", "zh": "为啥"}[language], "ask_why")
    both = {"en": "yes please, and do you sell gift cards?", "zh": "好的，另外有礼品卡吗"}[language]
    said = talk.say(both, "ask_gift_card")
    assert said[0].startswith("utter_handover")
    assert "utter_no_article" in said


@each_language
def test_the_only_thing_left_is_not_taken_for_what_it_is_not(
    desk: Desk, language: Language
) -> None:
    talk = desk.talk(LENA, language)
    told = {"en": "my tent has a hole", "zh": "我的帐篷破了个洞"}[language]
    first = talk.say(told, "report_damaged_item", category="tents")
    price = {"en": "it was about 100 euros", "zh": "大概100欧"}[language]
    talk.say(price)
    assert first == ["utter_ask_which_damaged"]
    assert "lines" not in talk.state.frame.slots
