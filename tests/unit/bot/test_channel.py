"""What reaches Rasa from outside: never a command, always a named problem or a text."""

import json
import unicodedata
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.channel import _problem, harmless, merged

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(("sender", "message_id", "text", "metadata", "x")), inner)
    ),
    max_leaves=12,
)


@given(st.text(max_size=200))
def test_no_text_becomes_a_command(text: str) -> None:
    clean = harmless(text)
    assert not clean.startswith(("/", "\uff0f", "\u2044", "\u2215"))
    assert all(c in "\n\t" or unicodedata.category(c) != "Cc" for c in clean)
    assert harmless(clean) == clean


def test_hidden_slashes_are_found() -> None:
    for text in ("/greet", " /greet", "\u200b/greet", "//greet", "\uff0fgreet", "\x00/greet"):
        assert harmless(text) == "greet"
    assert harmless("either/or 1/2") == "either/or 1/2"


@given(JSON)
def test_any_body_is_taken_or_its_field_is_named(body: Any) -> None:
    body = json.loads(json.dumps(body))
    problem = _problem(body)
    assert problem in {None, "body", "sender", "message_id", "text", "metadata"}
    if problem is None:
        assert isinstance(body["text"], str)


def test_parts_of_one_utterance_come_together() -> None:
    empty: dict[str, Any] = {"cards": [], "buttons": []}
    parts = [
        {**empty, "text": "Look:"},
        {**empty, "cards": [1]},
        {**empty, "buttons": [2]},
        {**empty, "text": "More?"},
    ]
    assert merged(parts) == [
        {"text": "Look:", "cards": [1], "buttons": [2]},
        {"text": "More?", "cards": [], "buttons": []},
    ]
