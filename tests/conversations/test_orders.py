"""Orders in both languages: status, parcels, cancelling, changing, invoices ; effects too."""

import re

import pytest
from sqlalchemy import select, update

from shop.models import Order, OrderLine, Variant
from tests.conversations.conftest import BOOTS, FLEECE, SHIRT, Shop

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("language", "asks", "expects"),
    [
        ("en", "any news on my parcel?", "DHL.*JD"),
        ("en", "when will my order get here", "DHL"),
        ("zh", "帮我查一下包裹到哪了", "DHL"),
        ("zh", "什么时候能收到我的订单", "DHL"),
    ],
)
def test_where_a_parcel_is(shop: Shop, language: str, asks: str, expects: str) -> None:
    talk = shop.chat("jonas", language)
    talk.say(asks, "10467")
    (card,) = talk.cards()
    assert re.search(expects, f"{card['carrier']} {card['tracking']}")


@pytest.mark.parametrize(
    ("language", "late", "lost", "yes", "started"),
    [
        (
            "en",
            "my tent should have been here last week",
            "it never came, I think it is lost",
            "yes please",
            "10401",
        ),
        ("zh", "我的订单怎么还没到，已经晚了好几天", "是不是寄丢了", "好的", "10401"),
    ],
)
def test_a_late_parcel_is_searched_for(
    shop: Shop, language: str, late: str, lost: str, yes: str, started: str
) -> None:
    with shop.database.session() as session:  # nobody looks for it yet
        found = update(Order).where(Order.number == "10401").values(lost_reported_at=None)
        session.execute(found)
    talk = shop.chat("amira", language)
    talk.say(late, "10401", "6 days|6 天")
    talk.say(lost, "10401")
    talk.say(yes, started)
    assert shop.value(Order.lost_reported_at, "10401") is not None


@pytest.mark.parametrize(
    ("language", "asks", "question", "yes", "done"),
    [
        ("en", "plz cancel {n}", "Cancel order {n}", "go ahead", "cancelled"),
        ("zh", "订单{n}我不想要了，帮我取消", "取消订单 {n}", "确认", "已取消"),
    ],
)
def test_cancelling_needs_a_yes_and_happens_once(
    shop: Shop, language: str, asks: str, question: str, yes: str, done: str
) -> None:
    number = shop.order("mia")
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number), question.format(n=number))
    assert shop.state(number) == "paid"
    talk.say(yes, done)
    assert shop.state(number) == "cancelled"
    talk.say(asks.format(n=number), number, "!\\?$")
    assert len([s for s in shop.mails("mia@fernweg.example") if number in s]) == 1


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        ("en", "cancel {n} please", "it's packed or on its way"),
        ("zh", "取消订单{n}", "打包|发出|退"),
    ],
)
def test_what_is_packed_cannot_be_cancelled(
    shop: Shop, language: str, asks: str, says: str
) -> None:
    number = shop.order("mia", "packed")
    shop.chat("mia", language).say(asks.format(n=number), says)
    assert shop.state(number) == "packed"


@pytest.mark.parametrize(
    ("language", "asks", "address", "yes", "done"),
    [
        (
            "en",
            "i moved! can {n} go to another address",
            "Elm Street 4, 20095 Hamburg",
            "yes",
            "Elm Street 4, 20095 Hamburg",
        ),
        (
            "zh",
            "订单{n}的收货地址写错了，想改一下",
            "汉堡市老城区花园路100号 20095",
            "对的",
            "花园路100号",
        ),
    ],
)
def test_another_address(
    shop: Shop, language: str, asks: str, address: str, yes: str, done: str
) -> None:
    number = shop.order("mia")
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number), "Old Road 1")
    talk.say(address, done, "!cannot find|!没有找到")
    assert shop.value(Order.address, number) == "Old Road 1, 20253 Hamburg"
    talk.say(yes, done)
    assert shop.value(Order.address, number) == address


@pytest.mark.parametrize(
    ("language", "asks", "yes", "done"),
    [
        ("en", "the boots in order {n} should be size 41, can you change that?", "yes", "41"),
        ("zh", "订单{n}里的登山鞋我想换成41码", "是的", "41"),
    ],
)
def test_another_size_before_shipping(
    shop: Shop, language: str, asks: str, yes: str, done: str
) -> None:
    number = shop.order("mia", "paid", BOOTS)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number), number, "41")
    talk.say(yes, done)
    with shop.database.reading() as session:
        line = select(Variant.size).join(OrderLine).join(Order).where(Order.number == number)
        assert session.scalar(line) == "41"


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        ("en", "could you mail me the invoice for {n}", "invoice"),
        ("zh", "给我开一下{n}的发票", "发票"),
    ],
)
def test_an_invoice_is_mailed(shop: Shop, language: str, asks: str, says: str) -> None:
    number = shop.order("noor", "delivered")
    shop.chat("noor", language).say(asks.format(n=number), says, number)
    assert any(number in subject for subject in shop.mails("noor@fernweg.example"))


@pytest.mark.parametrize(
    ("language", "asks", "second"),
    [("en", "i need an invoice", "the second one"), ("zh", "我要发票", "第二个")],
)
def test_one_of_several_orders_is_chosen(shop: Shop, language: str, asks: str, second: str) -> None:
    talk = shop.chat("mia", language)
    talk.say(asks)
    number = talk.buttons()[1][0].split()[0]
    talk.say(second, number)


def test_no_the_other_one(shop: Shop) -> None:
    first, other = shop.order("sofia"), shop.order("sofia", "paid", FLEECE)
    talk = shop.chat("sofia")
    talk.say(f"cancel order {first}", f"Cancel order {first}")
    talk.say(f"no sorry, i meant {other}", f"Cancel order {other}")
    talk.say("yes", other)
    assert (shop.state(first), shop.state(other)) == ("paid", "cancelled")


@pytest.mark.parametrize(
    ("language", "status", "cancel", "yes"),
    [
        ("en", "what about order {n}", "then cancel it", "yes"),
        ("zh", "订单{n}到哪一步了", "那帮我取消它吧", "确认"),
    ],
)
def test_it_means_the_order_just_spoken_of(
    shop: Shop, language: str, status: str, cancel: str, yes: str
) -> None:
    number = shop.order("mia")
    talk = shop.chat("mia", language)
    talk.say(status.format(n=number), number)
    talk.say(cancel, number)
    talk.say(yes)
    assert shop.state(number) == "cancelled"


@pytest.mark.parametrize(
    ("language", "ask", "stop"),
    [("en", "cancel {n}", "stop, forget it"), ("zh", "取消{n}这个订单", "算了")],
)
def test_stop_ends_a_form_without_effect(shop: Shop, language: str, ask: str, stop: str) -> None:
    number = shop.order("mia")
    talk = shop.chat("mia", language)
    talk.say(ask.format(n=number), number)
    talk.say(stop, f"!{number}")
    assert shop.state(number) == "paid"


def test_both_languages_in_one_conversation(shop: Shop) -> None:
    number = shop.order("chenwei")
    talk = shop.chat("chenwei", "zh")
    talk.say(f"取消订单{number}", "取消订单")
    talk.say("wait, how long does delivery to germany take?", "working days")
    talk.say("确认", number)
    assert shop.state(number) == "cancelled"


def test_a_signed_in_shopper_sees_only_own_orders(shop: Shop) -> None:
    number = shop.order("mia")
    unknown = shop.chat("tom").say("where is order 99999")
    foreign = shop.chat("tom").say(f"where is order {number}")
    assert foreign.text.replace(number, "99999") == unknown.text
    shop.chat("tom").say(f"cancel order {number}")
    assert shop.state(number) == "paid"


def test_what_was_ordered(shop: Shop) -> None:
    number = shop.order("lina", "delivered", SHIRT)
    shop.chat("lina", "zh").say("我都买过什么", number)
    shop.chat("lina", "en").say("show me my past orders", number)


def test_wrong_codes_end_at_a_person(shop: Shop) -> None:
    number = shop.order("jonas")
    talk = shop.chat()
    talk.say(f"cancel order {number}", "email")
    talk.say("jonas@fernweg.example", "code")
    right = shop.code("jonas@fernweg.example")
    wrong = [code for code in ("111111", "222222", "333333", "444444") if code != right][:3]
    for code in wrong[:2]:
        talk.say(code, "didn't work")
    talk.say(wrong[2])
    assert any("person" in title.lower() for title, _ in talk.buttons())
    talk.say(right)
    assert shop.state(number) == "paid"


def test_the_second_of_the_listed_orders_and_no_the_other_one(shop: Shop) -> None:
    older, newer = shop.order("tom", "shipped"), shop.order("tom", "paid")
    chat = shop.chat("tom")
    listed = re.findall(r"• (\d+)", chat.say("list my orders", older, newer).text)
    chat.say("what's the status of the second one?", listed[1])
    chat.say(f"cancel order {newer}", f"Cancel order {newer}")
    chat.say("no, the other one", "Which order")
    chat.press(older, older, "!Done")
    assert (shop.state(older), shop.state(newer)) == ("shipped", "paid")


@pytest.mark.parametrize(
    ("language", "wish", "yes"),
    [("en", "can you hurry up and ship my order", "yes please"), ("zh", "帮我催一下发货", "好的")],
)
def test_a_yes_to_the_offer_of_a_person_fetches_one(
    shop: Shop, language: str, wish: str, yes: str
) -> None:
    shop.order("noor")
    chat = shop.chat("noor", language)
    chat.say(wish)
    assert [payload for _, payload in chat.buttons()]
    chat.say(yes)
    assert shop.tickets(chat.client.conversation_id or "") == ["asked_for_person"]


def test_what_explains_itself_is_explained_once(shop: Shop) -> None:
    chat = shop.chat()
    chat.say("cancel order 10482")
    chat.say("mia@fernweg.example", "15 minutes")
    chat.say("do you ship to switzerland?", "Switzerland", "six-digit code", "!15 minutes")
    chat.say("no thanks", "stopped")


def test_the_shoes_are_the_boots_and_a_reason_given_early_is_kept(shop: Shop) -> None:
    number = shop.order("noor", "delivered", BOOTS, SHIRT)
    chat = shop.chat("noor")
    chat.say(f"I want to send something back from order {number}", "Which item")
    chat.say("they are too small", "Which item")
    chat.say("the shoes", "boots", "too small")
