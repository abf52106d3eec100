"""One reply as the messages that a channel can show: decided once, from a table of capabilities."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from connectors.messenger import Capabilities, Part, Press
from conversations import AnyCard, Button, Card, Message, OrderCard, as_lines, buttons_below

_DATA: Final = re.compile(r"b([0-9]{1,12})\.([0-9]{1,3})")
_BREAKS: Final = ("\n\n", "\n", ". ", "。", " ")


def press_data(message_id: int, number: int) -> str:
    """What a button carries: which button of which message it is, and nothing of its meaning.

    17 bytes at most; the shortest that any messenger keeps with a button are Telegram's 64.
    """
    return f"b{message_id}.{number}"


def read_press(data: str) -> tuple[int, int] | None:
    """Message and number of a pressed button; None for data that is none of ours."""
    found = _DATA.fullmatch(data)
    return (int(found[1]), int(found[2])) if found else None


def parts_of(message: Message, can: Capabilities, base: str, lead: str = "") -> list[Part]:
    """The messages to send for one of ours; `lead` comes first, `base` completes addresses.

    Cards follow the text; buttons stand below the text they belong to.
    """
    below = _presses(message, can)
    pressed = [(card, tuple(islice(below, len(card.buttons)))) for card in message.cards]
    presses = list(below)
    told = [(card, keys) for card, keys in pressed if as_lines(card)]
    cards = [_card(card, can, base, keys) for card, keys in told[: can.cards]]
    rest = "\n".join(_line(card, base) for card, _ in told[can.cards :])
    text = "\n\n".join(filter(None, (lead, message.text.strip())))
    parts = [Part(piece) for piece in pieces(text, can.text, in_bytes=can.in_bytes)]
    picture = image_address(message.image or "", base) if can.caption is not None else ""
    if picture:
        parts.append(Part(picture=picture))
    elif message.image and not parts:
        parts.append(Part(image_address(message.image, base, keep=True)))
    if presses and can.buttons:
        parts = parts or [Part("…")]
        parts[-1] = replace(parts[-1], buttons=tuple(presses[: can.buttons]))
        presses = presses[can.buttons :]
    if presses:  # no room for them: their words are typed instead
        written = "\n".join(f"• {press.title}" for press in presses)
        parts.extend(Part(piece) for piece in pieces(written, can.text, in_bytes=can.in_bytes))
    parts.extend(part for card in cards for part in card)
    parts.extend(Part(piece) for piece in pieces(rest, can.text, in_bytes=can.in_bytes))
    return parts


def _presses(message: Message, can: Capabilities) -> Iterator[Press]:
    for number, button in enumerate(buttons_below(message)):
        yield Press(_face(button, can.button_title), press_data(message.id, number))


def _face(button: Button, longest: int) -> str:
    if units(button.title) <= longest:
        return button.title
    return _cut(button.title, longest - 1)[0].rstrip() + "…"


def _card(card: AnyCard, can: Capabilities, base: str, keys: tuple[Press, ...]) -> list[Part]:
    """A card as a picture with its text and link below, or as text alone."""
    presses = keys[: can.buttons]
    url = card.url if isinstance(card, Card) else ""
    text = "\n".join(filter(None, (*as_lines(card), absolute(url, base))))
    image = card.image if isinstance(card, Card | OrderCard) else ""
    picture = image_address(image, base) if can.caption is not None else ""
    if picture and units(text) <= (can.caption or 0):
        return [Part(text, picture, presses)]
    found = [Part(piece) for piece in pieces(text, can.text, in_bytes=can.in_bytes)]
    found[-1] = replace(found[-1], buttons=presses)
    return [Part(picture=picture), *found] if picture else found


def _line(card: AnyCard, base: str) -> str:
    """A card in one line, without the picture and all but the most telling words."""
    if not isinstance(card, Card):
        return as_lines(card)[0]
    return " · ".join(filter(None, (card.title, card.price, absolute(card.url, base))))


def absolute(address: str, base: str) -> str:
    """An address that works outside of our pages; empty for none and for other schemes."""
    if address.startswith("/") and not address.startswith("//"):
        return base + address
    return address if address.startswith(("https://", "http://")) else ""


def image_address(address: str, base: str, *, keep: bool = False) -> str:
    """A picture's address for messengers, which show no SVG: products' drawings exist as PNG.

    Empty for other drawings, unless they are to be kept.
    """
    path, mark, query = address.partition("?")
    if path.startswith("/media/products/") and path.endswith(".svg"):
        return absolute(f"{path.removesuffix('.svg')}.png{mark}{query}", base)
    return absolute(address, base) if keep or not path.endswith(".svg") else ""


def units(text: str) -> int:
    """Length in UTF-16 units: what messengers count, and never less than characters."""
    return len(text.encode("utf-16-le", "replace")) // 2


def pieces(text: str, longest: int, *, in_bytes: bool = False) -> list[str]:
    """The text in pieces of at most `longest` units, cut between paragraphs, lines or words."""
    found, rest = [], text.strip()
    while _size(rest, in_bytes) > longest:
        head, _ = _cut(rest, longest, in_bytes)
        at = max((head.rfind(mark) + len(mark) for mark in _BREAKS if mark in head), default=0)
        for mark in _BREAKS:  # the widest break that leaves no stump
            place = head.rfind(mark) + len(mark) if mark in head else 0
            if place * 2 >= len(head):
                at = place
                break
        head = head[: at or len(head)]
        found.append(head.strip())
        rest = rest[len(head) :].strip()
    return [*found, rest] if rest else found


def _size(text: str, in_bytes: bool) -> int:
    return len(text.encode("utf-8", "replace")) if in_bytes else units(text)


def _cut(text: str, longest: int, in_bytes: bool = False) -> tuple[str, str]:
    """The longest beginning of at most `longest` units, and what follows it."""
    used = 0
    for at, sign in enumerate(text):
        used += _size(sign, in_bytes)
        if used > longest:
            return text[:at], text[at:]
    return text, ""
