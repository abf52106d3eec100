"""Words that ask for a person are heard without the assistant, and no others."""

import pytest

from desk.tickets.wishes import asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a person",
        "can I speak with a real human?",
        "human please",
        "put me through to an agent",
        "connect me to customer service",
        "agent",
        "OPERATOR!!",
        "get me a manager",
        "I need a human",
        "is anyone there?",
        "let me chat with someone",
        "could you transfer me to one of your colleagues",
        "ｔａｌｋ ｔｏ ａ ｈｕｍａｎ",
        "a real person, now",
        "转人工",
        "我要找人工客服",
        "接真人",
        "人工",
        "请帮我联系客服",
        "有人吗",
        "我想和真人说话",
    ],
)
def test_who_asks_for_a_person_is_heard(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "where is my order?",
        "I don't want to talk to an agent",
        "no need to call a manager",
        "a tent for one person",
        "is it for 2 persons",
        "I talked with my wife about the boots",
        "does the jacket need washing",
        "service hours?",
        "what is your return policy",
        "我的包裹到哪了",
        "不用转人工",
        "别找客服",
        "两个人的帐篷",
        "",
    ],
)
def test_nobody_else_is_taken_for_one(text: str) -> None:
    assert not asks_for_person(text)
