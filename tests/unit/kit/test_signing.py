"""Signed tokens and buttons: what passes, what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.button import button_token, read_button
from kit.signing import BadSignature, Expired, sign, verify

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = b"k" * 32


def test_token_gives_its_payload_back() -> None:
    token = sign({"customer": 7}, key=KEY, purpose="identity", expires_at=NOW + timedelta(hours=1))
    assert verify(token, key=KEY, purpose="identity", now=NOW) == {"customer": 7}


def test_token_expires() -> None:
    token = sign({"customer": 7}, key=KEY, purpose="identity", expires_at=NOW)
    with pytest.raises(Expired):
        verify(token, key=KEY, purpose="identity", now=NOW)


@pytest.mark.parametrize(("key", "purpose"), [(b"x" * 32, "identity"), (KEY, "desk")])
def test_other_key_or_purpose_is_refused(key: bytes, purpose: str) -> None:
    token = sign({"customer": 7}, key=KEY, purpose="identity")
    with pytest.raises(BadSignature):
        verify(token, key=key, purpose=purpose, now=NOW)


@given(st.integers(min_value=0), st.characters())
def test_any_changed_character_is_refused(position: int, replacement: str) -> None:
    token = sign({"customer": 7}, key=KEY, purpose="identity")
    position %= len(token)
    changed = token[:position] + replacement + token[position + 1 :]
    if changed == token:
        return
    try:
        payload = verify(changed, key=KEY, purpose="identity", now=NOW)
    except BadSignature:
        return
    # The last base64 digit of the signature carries unused bits; the payload can never differ.
    assert payload == {"customer": 7}


@given(st.text())
def test_any_text_is_refused_without_another_error(text: str) -> None:
    with pytest.raises(BadSignature):
        verify(text, key=KEY, purpose="identity", now=NOW)


def test_button_belongs_to_its_conversation() -> None:
    token = button_token('/affirm{"x":"1"}', "Yes, cancel", "conversation-a", KEY)
    assert read_button(token, "conversation-a", KEY).title == "Yes, cancel"
    assert read_button(token, "conversation-a", KEY).payload == '/affirm{"x":"1"}'
    with pytest.raises(BadSignature):
        read_button(token, "conversation-b", KEY)
    with pytest.raises(BadSignature):
        read_button("/affirm", "conversation-a", KEY)
