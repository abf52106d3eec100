"""What a message can carry besides text: buttons, product cards, a picture, what it asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

CARD_FIELDS: Final = ("title", "subtitle", "image", "url", "price", "old_price", "stock", "reason")


@dataclass(frozen=True)
class Button:
    """A suggested answer: what its face says and what is sent when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True)
class Card:
    """One product (or order) shown as a picture card; amounts arrive ready to read."""

    title: str
    subtitle: str = ""
    image: str = ""
    url: str = ""
    price: str = ""
    old_price: str = ""
    stock: str = ""
    reason: str = ""
    sku: str = ""
    buttons: tuple[Button, ...] = ()


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
    cards: tuple[Card, ...] = ()
    image: str = ""
    asks: Asks | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.text or self.buttons or self.cards or self.image)


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _items(value: object) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def buttons_from_json(value: object) -> tuple[Button, ...]:
    """Buttons from their JSON list; what is not a button is left out."""
    return tuple(
        Button(_words(item.get("title")), _words(item.get("payload")))
        for item in _items(value)
        if item.get("title") and item.get("payload")
    )


def buttons_to_json(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Buttons as a JSON list."""
    return [{"title": button.title, "payload": button.payload} for button in buttons]


def cards_from_json(value: object) -> tuple[Card, ...]:
    """Cards from their JSON list; what has no title is left out."""
    return tuple(
        Card(
            **{name: _words(item.get(name)) for name in (*CARD_FIELDS, "sku")},
            buttons=buttons_from_json(item.get("buttons")),
        )
        for item in _items(value)
        if item.get("title")
    )


def cards_to_json(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Cards as a JSON list; empty optional parts are left out."""
    found = []
    for card in cards:
        values: dict[str, Any] = {name: getattr(card, name) for name in (*CARD_FIELDS, "sku")}
        body = {name: value for name, value in values.items() if value or name == "title"}
        if card.buttons:
            body["buttons"] = buttons_to_json(card.buttons)
        found.append(body)
    return found


def asks_from_json(value: object) -> Asks | None:
    """What is asked for, from its JSON form; None where the kind or the slot is missing."""
    if not isinstance(value, Mapping) or not value.get("kind") or not value.get("slot"):
        return None
    options = value.get("options")
    titles = tuple(_words(title) for title in options) if isinstance(options, list) else ()
    return Asks(_words(value["kind"]), _words(value["slot"]), titles)


def asks_to_json(asks: Asks | None) -> dict[str, Any] | None:
    """What is asked for in its JSON form; None where nothing is."""
    if asks is None:
        return None
    return {"kind": asks.kind, "slot": asks.slot, "options": list(asks.options)}


def reply_from_json(value: Mapping[str, Any]) -> Reply:
    """A reply from the assistant's or the API's JSON form."""
    return Reply(
        text=_words(value.get("text")),
        buttons=buttons_from_json(value.get("buttons")),
        cards=cards_from_json(value.get("cards")),
        image=_words(value.get("image")),
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
