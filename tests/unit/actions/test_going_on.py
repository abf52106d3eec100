"""Which messages go on from the article just told, by their words."""

import pytest

from actions.answers.articles import leans_on_it
from actions.answers.offers import asks_of_offers
from actions.browsing.asked import says


@pytest.mark.parametrize(
    "text",
    [
        "or with my neighbour",
        "is that covered",
        "how do I send it in then",
        "那花呗呢",
        "这个能保吗",
    ],
)
def test_what_leans_on_the_article_just_told(text: str) -> None:
    assert leans_on_it(text)


@pytest.mark.parametrize(
    "text",
    [
        "where do I find the invoice of my last order",
        "我的订单什么时候发货",
        "do you sell crampons",
    ],
)
def test_what_stands_alone(text: str) -> None:
    assert not leans_on_it(text)


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
