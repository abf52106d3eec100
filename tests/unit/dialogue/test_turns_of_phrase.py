"""Turns of phrase: what puts something off, and what only sounds like it."""

import pytest

from dialogue.turns_of_phrase import ends_it, lets_be, puts_off, worries

PUTS_OFF = (
    "fine, I'll wait then",
    "ok i'll think about it",
    "Hmm let me think it over",
    "maybe later",
    "i want to sleep on it first",
    "I'll ask my wife",
    "not in a hurry",
    "thanks, I'll look around",
    "好吧 我考虑一下",
    "我再想想",
    "那我再等等吧",
    "先看看再说",
    "不着急",
    "以后再说吧",
    "算了 等吧",
    "行，再考虑考虑",
)
SAYS_MORE = (
    "wait",
    "等等",
    "等一下",
    "I'll wait for the L in blue",
    "let me see your tents",
    "我想看看登山鞋",
    "i want to see my orders",
    "I'll ask for a refund",
    "再等等就退款",
    "等几天到货",
    "let me see",
)


@pytest.mark.parametrize("text", PUTS_OFF)
def test_what_is_put_off_takes_nothing(text: str) -> None:
    assert puts_off(text)


@pytest.mark.parametrize("text", SAYS_MORE)
def test_a_moment_or_another_wish_puts_nothing_off(text: str) -> None:
    assert not puts_off(text)


def test_what_is_feared_ends_nothing() -> None:
    assert worries("不会丢了吧")
    assert worries("it's not lost?")
    assert not worries("不会再来了")
    assert lets_be("算了随便吧")
    assert ends_it("都发了啊 那算了")
    assert not ends_it("算了 退了吧")
