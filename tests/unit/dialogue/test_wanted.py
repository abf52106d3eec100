"""A wish for a person is heard whatever topic stands beside it."""

import pytest

from dialogue.wanted import asks_for_person, asks_the_same, declines_person, said_before_a_person


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password, talk to an agent",
        "human please, I have a question about a gift card",
        "my parcel is late, get me a person",
        "退款还没到，转人工",
        "no I don't want a search, I want a person",
    ],
)
def test_a_topic_hides_no_wish_for_a_person(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "are you a real person?",
        "I don't want to talk to an agent",
        "is this a real person",
        "am i talking to a real human here",
    ],
)
def test_other_words_about_persons_are_no_wish(text: str) -> None:
    assert not asks_for_person(text)


def test_who_wants_no_person_gets_none() -> None:
    assert declines_person("我不要人工 你直接告诉我")
    assert declines_person("I don't want to talk to a human")
    assert not declines_person("不要机器人，转人工")


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("yes go ahead, but call me as well", "yes go ahead"),
        ("好的 查吧 顺便给我打个电话", "好的 查吧"),
        ("yes but call me first", ""),
        ("call me", ""),
        ("yes and the driver should call me too", ""),
    ],
)
def test_a_call_wished_for_besides_leaves_the_yes_what_it_is(text: str, before: str) -> None:
    assert said_before_a_person(text) == before


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("and for newcomers?", True),
        ("what about students?", True),
        ("那新人呢", True),
        ("那会员呢？", True),
        ("and a colleague?", False),
        ("那人工呢", False),
        ("那我找谁呢", False),
        ("and then I waited for an hour", False),
    ],
)
def test_the_last_question_asked_of_others_wants_nobody(text: str, same: bool) -> None:
    assert asks_the_same(text) is same
