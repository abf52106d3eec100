"""Button payloads as signed tokens, so that a shopper cannot type an intent of their own."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from kit.signing import BadSignature, sign, verify

PREFIX: Final = "btn."


@dataclass(frozen=True)
class Button:
    """What a pressed button means to the assistant, and what its face said."""

    payload: str
    title: str


def _place(conversation_id: str) -> str:
    return hashlib.sha256(conversation_id.encode()).hexdigest()[:12]


def button_token(payload: str, title: str, conversation_id: str, key: bytes) -> str:
    """A token for one button of one conversation; it begins with `btn.`."""
    return PREFIX + sign(
        {"p": payload, "t": title, "c": _place(conversation_id)}, key=key, purpose="button"
    )


def is_button(text: str) -> bool:
    """Whether `text` claims to be a button token; its signature is not checked."""
    return text.startswith(PREFIX)


def read_button(token: str, conversation_id: str, key: bytes) -> Button:
    """The button behind `token`; raises BadSignature for a foreign or made-up one."""
    if not is_button(token):
        raise BadSignature("the token is not a button")
    body = verify(
        token[len(PREFIX) :], key=key, purpose="button", now=datetime.fromtimestamp(0, UTC)
    )
    if body.get("c") != _place(conversation_id):
        raise BadSignature("the button belongs to another conversation")
    return Button(payload=str(body["p"]), title=str(body["t"]))
