"""What a message can carry besides text: buttons, cards, a picture, what it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversations.cards import (
    AnyCard,
    Button,
    buttons_from_json,
    buttons_to_json,
    cards_from_json,
    cards_to_json,
    words_of,
)


@dataclass(frozen=True)
class Asks:
    """Which answer a message waits for, so that a channel can offer a fitting keyboard.

    `kind` is "confirm", "choose" or the name of a value (email, code, ...); `options` are the
    titles to choose from.
    """

    kind: str
    slot: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """One bubble of an answer; at least one of its parts is filled."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    cards: tuple[AnyCard, ...] = ()
    image: str = ""
    asks: Asks | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.text or self.buttons or self.cards or self.image)


def asks_from_json(value: object) -> Asks | None:
    """What is asked for, from its JSON form; None where the kind or the slot is missing."""
    if not isinstance(value, Mapping) or not value.get("kind") or not value.get("slot"):
        return None
    options = value.get("options")
    titles = tuple(words_of(title) for title in options) if isinstance(options, list) else ()
    return Asks(words_of(value["kind"]), words_of(value["slot"]), titles)


def asks_to_json(asks: Asks | None) -> dict[str, Any] | None:
    """What is asked for in its JSON form; None where nothing is."""
    if asks is None:
        return None
    return {"kind": asks.kind, "slot": asks.slot, "options": list(asks.options)}


def reply_from_json(value: Mapping[str, Any]) -> Reply:
    """A reply from the assistant's or the API's JSON form."""
    return Reply(
        text=words_of(value.get("text")),
        buttons=buttons_from_json(value.get("buttons")),
        cards=cards_from_json(value.get("cards")),
        image=words_of(value.get("image")),
        asks=asks_from_json(value.get("asks")),
    )


def reply_to_json(reply: Reply) -> dict[str, Any]:
    """A reply in the API's JSON form, every part present."""
    return {
        "text": reply.text,
        "buttons": buttons_to_json(reply.buttons),
        "cards": cards_to_json(reply.cards),
        "image": reply.image or None,
        "asks": asks_to_json(reply.asks),
    }
