"""Signed tokens and buttons: what passes, what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import signing
from kit.button import button_token, is_button, read_button
from kit.signing import BadSignature, Expired, process_secret, sign, verify

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


def test_a_token_holds_until_its_second() -> None:
    token = sign({"customer": 7}, key=KEY, purpose="identity", expires_at=NOW)
    before = NOW - timedelta(seconds=1)
    assert verify(token, key=KEY, purpose="identity", now=before) == {"customer": 7}
    assert "=" not in token


@pytest.mark.parametrize("payload", ["[]", "7", "null"])
def test_what_is_signed_and_no_payload_is_refused(payload: str) -> None:
    packed = signing._encode(payload.encode())
    token = f"{packed}.{signing._encode(signing._signature(packed, KEY, 'identity'))}"
    with pytest.raises(BadSignature):
        verify(token, key=KEY, purpose="identity", now=NOW)


def test_each_pair_of_processes_has_its_own_secret() -> None:
    secrets = {process_secret(key, name) for key in (KEY, b"x" * 32) for name in ("rasa", "desk")}
    assert {len(one) for one in secrets} == {64}
    assert len(secrets) == 4
    assert process_secret(KEY, "rasa") == process_secret(KEY, "rasa")


def test_a_button_is_told_by_its_beginning_only() -> None:
    token = button_token("/x", "X", "a", KEY)
    assert is_button(token)
    assert not is_button(token.removeprefix("btn."))
    with pytest.raises(BadSignature):
        read_button(token.removeprefix("btn."), "a", KEY)
    other = sign({"p": "/x", "t": "X"}, key=KEY, purpose="button")
    with pytest.raises(BadSignature):
        read_button(f"btn.{other}", "a", KEY)
