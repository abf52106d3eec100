"""Which messages go on from the article just told, by their words, and what they then find."""

from dataclasses import replace
from typing import Any, cast

import pytest

from actions.answers.articles import leans_on_it
from actions.answers.offers import asks_of_offers
from actions.browsing.asked import says
from knowledge.articles import Article, make_article
from knowledge.index import Hit
from tests.dialogues import Desk


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "or with my neighbour"),
        ("en", "is that covered"),
        ("en", "how do I send it in then"),
        ("zh", "那花呗呢"),
        ("zh", "这个能保吗"),
    ],
)
def test_what_leans_on_the_article_just_told(language: str, text: str) -> None:
    assert leans_on_it(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "where do I find the invoice of my last order"),
        ("zh", "我的订单什么时候发货"),
        ("en", "do you sell crampons"),
    ],
)
def test_what_stands_alone(language: str, text: str) -> None:
    assert not leans_on_it(text, language)


@pytest.mark.parametrize(
    "text", ["can you change the delivery day?", "deliver it on another day", "能改一下派送时间吗"]
)
def test_another_day_is_no_other_address(text: str) -> None:
    assert says("other_day", text)


def test_another_address_is_no_other_day() -> None:
    assert not says("other_day", "can you change the delivery address")
    assert not says("other_day", "改一下收货地址")


@pytest.mark.parametrize("text", ["and for first orders?", "有没有满减", "双十二有活动吗"])
def test_a_kind_of_offer_is_heard(text: str) -> None:
    assert asks_of_offers(text)


def test_what_becomes_of_points_is_no_question_for_the_balance() -> None:
    assert says("points_of", "how many points would I get back?")
    assert not says("points_of", "how many points do I have")
    assert says("points_count", "how many points do I have")


@pytest.mark.parametrize(
    "text", ["会不会太大", "M码会不会紧了", "won't it be too tight", "会偏大吗"]
)
def test_whether_the_size_that_was_advised_fits_is_asked_on(text: str) -> None:
    assert says("will_fit", text)


@pytest.mark.parametrize("text", ["有没有大一点的", "太大了想退", "is there a bigger one"])
def test_another_size_is_no_question_on_the_one_advised(text: str) -> None:
    assert not says("will_fit", text)


def _article(slug: str, title: str, topic: str) -> Article:
    return make_article(
        slug, "zh", title=title, topic=topic, questions=["问"], body=f"{title}的第一句。"
    )


DOWN = _article("care-down", "羽绒保养", "products")
BOOTS = _article("care-boots", "登山鞋保养", "products")
WAYS = _article("payment-methods", "支付方式", "payment")
WALLETS = _article("alipay", "支付宝与微信支付", "payment")


class Shelf:
    """Articles found by exactly these texts: what, how surely, which sentence."""

    def __init__(self, found: dict[str, tuple[Article, float, str]]) -> None:
        self._found = found

    def article(self, slug: str, *_: Any) -> Article | None:
        return next((one for one, _, _ in self._found.values() if one.slug == slug), None)

    def search(self, text: str, *_: Any, **__: Any) -> list[Hit]:
        if text not in self._found:
            return []
        article, score, said = self._found[text]
        sure, likely = score >= 0.5, score >= 0.3
        return [Hit(article, score, sure, said, place=len(said), is_likely=likely)]

    suggest = articles = search


def _told(desk: Desk, shelf: Shelf, *turns: tuple[str, str]) -> str:
    talk = Desk(replace(desk.services, knowledge=cast(Any, shelf)), desk.texts).talk(None, "zh")
    for text, intent in turns:
        talk.say(text, intent)
    return talk.text


def test_a_fragment_is_read_on_from_the_article_told(desk: Desk) -> None:
    shelf = Shelf(
        {
            "羽绒服怎么保养": (DOWN, 0.9, "用羽绒洗涤剂。"),
            "能用洗衣机吗": (BOOTS, 0.7, "鞋子不要机洗。"),
            "羽绒保养 能用洗衣机吗": (DOWN, 0.8, "选轻柔模式机洗。"),
            "羽绒服怎么保养 能用洗衣机吗": (DOWN, 0.8, "用羽绒洗涤剂。"),
        }
    )
    care = ("羽绒服怎么保养", "ask_warranty")
    assert "选轻柔模式机洗。" in _told(desk, shelf, care, ("能用洗衣机吗", "ask_product_details"))


def test_what_the_words_surely_find_by_themselves_comes_first(desk: Desk) -> None:
    shelf = Shelf(
        {
            "能用微信吗": (WALLETS, 0.9, "可以的，支持微信。"),
            "能分期不": (WAYS, 0.95, "我们不提供分期。"),
            "支付宝与微信支付 能分期不": (WALLETS, 0.8, "扫码付款。"),
            "能用微信吗 能分期不": (WALLETS, 0.9, "可以的，支持微信。"),
        }
    )
    asked = ("能用微信吗", "ask_payment"), ("能分期不", "nlu_fallback")
    assert "我们不提供分期。" in _told(desk, shelf, *asked)


@pytest.mark.parametrize(
    ("text", "intent"), [("你叫什么名字", "small_talk"), ("我想买个帐篷", "search_product")]
)
def test_what_speaks_of_something_else_is_not_read_on(desk: Desk, text: str, intent: str) -> None:
    shelf = Shelf(
        {
            "能用微信吗": (WALLETS, 0.9, "可以的，支持微信。"),
            f"支付宝与微信支付 {text}": (WALLETS, 0.8, "扫码付款。"),
            f"能用微信吗 {text}": (WALLETS, 0.8, "可以的，支持微信。"),
        }
    )
    told = _told(desk, shelf, ("能用微信吗", "ask_payment"), (text, intent))
    assert "微信" not in told
    assert "扫码" not in told
