"""Returns, exchanges and refunds in both languages."""

import pytest

from tests.conversations.conftest import BOOTS, FLEECE, SHIRT, Shop

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("language", "asks", "reason", "yes", "done"),
    [
        (
            "en",
            "the fleece from {n} has to go back",
            "not warm enough, changed my mind",
            "yes",
            "label",
        ),
        ("zh", "{n}里的抓绒衣我要退掉", "不想要了", "确认", "退货已登记"),
    ],
)
def test_one_item_goes_back(
    shop: Shop, language: str, asks: str, reason: str, yes: str, done: str
) -> None:
    number = shop.order("mia", "delivered", FLEECE, BOOTS)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number))
    talk.say(reason, number)
    assert shop.returned(number) is None
    talk.say(yes, done)
    assert shop.returned(number) == ("refund", "label_sent")
    talk.say("is my return there yet?" if language == "en" else "我的退货到了吗", number)


@pytest.mark.parametrize(
    ("language", "asks", "reason", "yes"),
    [
        ("en", "can I swap the boots of order {n} for size 41", "too big", "yes"),
        ("zh", "订单{n}的登山鞋能换41码吗", "太大了", "确认"),
    ],
)
def test_an_exchange(shop: Shop, language: str, asks: str, reason: str, yes: str) -> None:
    number = shop.order("mia", "delivered", BOOTS)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number))
    talk.say(reason, "41")
    talk.say(yes)
    assert shop.returned(number) == ("exchange", "label_sent")


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [("en", "can i still return {n}?", "30 days"), ("zh", "{n}还能退吗", "30 天")],
)
def test_the_window_is_over(shop: Shop, language: str, asks: str, says: str) -> None:
    number = shop.order("tom", "delivered", SHIRT, delivered=45)
    shop.chat("tom", language).say(asks.format(n=number), says)
    assert shop.returned(number) is None


@pytest.mark.parametrize(
    ("language", "asks", "says"),
    [
        ("en", "have you paid my money back yet?", r"€89\.95.*10290"),
        ("zh", "我的退款到哪一步了", "10290.*€89.95"),
    ],
)
def test_where_a_refund_is(shop: Shop, language: str, asks: str, says: str) -> None:
    shop.chat("lina", language).say(asks, says)


@pytest.mark.parametrize(
    ("language", "asks", "no"),
    [
        ("en", "return the shirt from {n}, it is too small", "no, leave it"),
        ("zh", "{n}的T恤太小了，退货", "不用了"),
    ],
)
def test_no_means_no(shop: Shop, language: str, asks: str, no: str) -> None:
    number = shop.order("mia", "delivered", SHIRT)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number), "59.95")
    talk.say(no)
    assert shop.returned(number) is None


@pytest.mark.parametrize(
    ("language", "asks"),
    [("en", "the jacket of {n} arrived with a broken zip"), ("zh", "{n}收到的衣服拉链是坏的")],
)
def test_something_came_broken(shop: Shop, language: str, asks: str) -> None:
    number = shop.order("mia", "delivered", FLEECE)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number))
    talk.press("money|退款", r"€\d+\.\d\d")
    assert shop.returned(number) is None
    talk.say(talk.buttons()[0][1])
    assert shop.returned(number) == ("refund", "label_sent")


@pytest.mark.parametrize(
    ("language", "asks", "yes"),
    [
        ("en", "the fleece was not in the parcel {n}, please send it again", "yes please"),
        ("zh", "{n}少发了抓绒衣，给我补发一件", "好的"),
    ],
)
def test_something_missing_is_sent_again_once(
    shop: Shop, language: str, asks: str, yes: str
) -> None:
    number = shop.order("mia", "delivered", BOOTS, FLEECE)
    talk = shop.chat("mia", language)
    talk.say(asks.format(n=number), number)
    assert shop.state(f"{number}-R2") is None
    talk.say(yes, f"{number}-R2")
    assert shop.state(f"{number}-R2") == "paid"
