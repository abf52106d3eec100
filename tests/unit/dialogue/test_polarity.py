"""A yes counts only when every word of it is explained."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.polarity import Kind, lexicon, read_polarity
from kit.i18n import Language

CLEAR_YES = (
    "yes",
    "YES!!",
    "yesss",
    "yep go ahead",
    "y",
    "ok",
    "fine",
    "sure thing",
    "do it now!!",
    "cancel it",
    "ok cancel",
    "yes please cancel it",
    "fine, cancel order 10482",
    "👍🏽",
    "👌",
    "why not",
    "yes that's the one, cancel everything",
    "go ahead thanks",
    "go for it mate",
    "是",
    "是的",
    "嗯嗯",
    "好的",
    "行",
    "对的",
    "没错就这样",
    "确认取消",
    "取消吧",
    "那就取消吧谢谢",
    "OK",
    "不是不可以",
    "好的 谢谢亲",
)
CLEAR_NO = (
    "no",
    "nope",
    "no thanks",
    "never mind",
    "not yet",
    "please don't cancel",
    "don't cancel it",
    "leave it as it is",
    "i changed my mind",
    "hmm ok then leave it",
    "ok fine, never mind",
    "yes, keep it",
    "ok don't do it then",
    "wait, don't cancel it",
    "等等 别取消",
    "嗯那算了吧",
    "好吧 不用了",
    "不用了",
    "算了",
    "先不取消",
    "别取消",
    "不用了谢谢",
    "还是算了",
    "我不",
    "不不不",
)
NO_CLEAR_YES = (
    "?",
    ".",
    "-",
    "oh",
    "ah",
    "uh",
    "um",
    "hm",
    "hmm",
    "huh",
    "so?",
    "ok?",
    "sure?",
    "yes?",
    "maybe",
    "perhaps",
    "ok wait",
    "yes wait",
    "yes but not now",
    "yes no",
    "no yes",
    "yes, but keep the other item",
    "yes what happens then?",
    "sure thing, do not cancel",
    "yes, cancel 10391 instead",
    "i guess",
    "i think so",
    "yes if i get all of it back",
    "ok so how long does that take",
    "only the beanie",
    "will i get my money back",
    "是吗？",
    "也许",
    "哦",
    "好的，但是先等等",
    "可以 不过帽子留着",
    "嗯？",
    "能不能只取消一件",
    "等等",
    "是的，钱什么时候退",
    "行不",
    "取消不",
    "对不",
)


def kind(text: str) -> Kind:
    language = "zh" if any("\u3400" <= one <= "\u9fff" for one in text) else "en"
    return read_polarity(text, language, "cancel_order", ("10482",)).kind


@pytest.mark.parametrize("text", CLEAR_YES)
def test_a_clear_yes(text: str) -> None:
    assert kind(text) == "yes"


@pytest.mark.parametrize("text", CLEAR_NO)
def test_a_clear_no(text: str) -> None:
    assert kind(text) == "no"


@pytest.mark.parametrize("text", NO_CLEAR_YES)
def test_noise_hedges_questions_and_conditions_are_no_clear_yes(text: str) -> None:
    assert kind(text) != "yes"


@pytest.mark.parametrize("text", ["不要了", "不想要了", "不要了谢谢"])
def test_not_wanted_may_mean_the_order_or_the_cancelling(text: str) -> None:
    assert kind(text) == "unclear"
    assert read_polarity(text, "zh", "change_address").kind == "no"


def test_another_number_than_the_one_asked_about_is_no_clear_yes() -> None:
    assert read_polarity("yes, 10482", "en", "cancel_order", ("10482",)).kind == "yes"
    assert read_polarity("yes, 10391", "en", "cancel_order", ("10482",)).kind == "yes_and"


def test_the_verb_of_another_effect_is_no_yes() -> None:
    assert read_polarity("退货", "zh", "return").kind == "yes"
    assert read_polarity("退货", "zh", "change_address").kind == "none"
    assert read_polarity("return it", "en", "change_address").kind == "none"


YES = st.sampled_from([word for name in ("en", "zh") for word in lexicon(name).yes])
DOUBTS = st.sampled_from(
    [word for name in ("en", "zh") for word in (*lexicon(name).hedges, *lexicon(name).waits)]
)
CONDITIONS = st.sampled_from(
    [
        "but keep the hat",
        "only if it is free",
        "except the socks",
        "unless it shipped",
        "不过先留一件",
        "但是帽子不退",
        "除了袜子",
    ]
)


@settings(deadline=None)
@given(YES, st.one_of(DOUBTS, CONDITIONS))
def test_a_yes_with_a_doubt_or_a_condition_is_never_a_clear_yes(yes: str, doubt: str) -> None:
    assert read_polarity(f"{yes}, {doubt}", "en", "cancel_order").kind != "yes"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_gets_a_reading(text: str) -> None:
    assert read_polarity(text, "en", "cancel_order").kind in {
        "yes",
        "no",
        "yes_and",
        "no_and",
        "unclear",
        "none",
    }


def test_a_wait_that_says_something_is_no_noise() -> None:
    said = read_polarity("等等 只取消帽子", "zh", "cancel_order", ("10482",))
    assert (said.kind, said.waits, said.turns) == ("none", True, True)
    assert read_polarity("等等", "zh", "cancel_order").kind == "unclear"
    assert read_polarity("我再想想", "zh", "cancel_order").kind == "unclear"


def test_what_cannot_be_done_is_no_refusal_of_it() -> None:
    assert read_polarity("查不到怎么办", "zh", "report_lost").kind == "none"
    assert read_polarity("查不查都行", "zh", "report_lost").kind != "yes"


def test_a_size_that_the_question_named_is_no_hum() -> None:
    assert read_polarity("yes M", "en", "report_damaged", ("size M", "M")).kind == "yes"
    assert read_polarity("yes, m", "en", "report_damaged", ()).kind == "unclear"


@pytest.mark.parametrize("text", ["还没发货？那就取消吧", "not shipped yet? then cancel it"])
def test_a_question_before_the_verb_is_no_clear_yes(text: str) -> None:
    assert kind(text) != "yes"


@pytest.mark.parametrize("text", ["不能跟快递说一声吗", "不可以改吗？", "不用寄回去吗"])
def test_a_question_that_begins_with_a_not_is_no_refusal(text: str) -> None:
    assert read_polarity(text, "zh").kind == "none"
    assert read_polarity(f"不，{text[1:]}", "zh").kind == "no_and"


@pytest.mark.parametrize(
    ("text", "language"), [("点错了不好意思 不取消", "zh"), ("oops, don't cancel it", "en")]
)
def test_a_slip_before_a_no_hides_it_not(text: str, language: Language) -> None:
    assert read_polarity(text, language, "cancel_order").kind == "no"
