"""WeChat's messages and events in our words, from XML that may hold no definitions of its own."""

from collections.abc import Mapping
from typing import Any, Final
from xml.parsers import expat

from connectors.messenger import Event, body_id
from conversations import File, FileKind

_FILES: Final[Mapping[str, FileKind]] = {
    "image": "picture",
    "voice": "voice",
    "video": "video",
    "shortvideo": "video",
    "file": "document",
}
_EVENTS: Final = {"subscribe": "start", "unsubscribe": "leave", "SCAN": "scan"}
DEEPEST: Final = 16


class _Reader:
    """Builds objects of an XML's elements; texts at the leaves, a repeated name becomes a list."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if len(self.stack) > DEEPEST:
            raise ValueError("nested too deeply")
        self.stack.append((name, {}, []))

    def text(self, told: str) -> None:
        self.stack[-1][2].append(told)

    def end(self, _name: str) -> None:
        name, inner, told = self.stack.pop()
        value: Any = inner or "".join(told).strip()
        outer = self.stack[-1][1]
        before = outer.get(name)
        if isinstance(before, list):
            before.append(value)
        else:
            outer[name] = value if before is None else [before, value]


def read_xml(raw: bytes) -> dict[str, Any]:
    """The content of <xml>; raises ValueError for anything else.

    A document type is refused, and with it every entity: no file is read, nothing grows. It is
    UTF-8, whatever it says of itself.
    """
    reader, parser = _Reader(), expat.ParserCreate("utf-8")

    def refuse(*_told: object) -> None:
        raise ValueError("a document type is not allowed")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise ValueError(f"no XML: {error}") from error
    found = reader.stack[0][1].get("xml")
    if not isinstance(found, dict):
        raise ValueError("the outermost element must be xml, with elements in it")
    return found


def event_of(told: Mapping[str, Any]) -> Event:
    """One message or event; what is not understood becomes `unknown:` and its name."""
    contact, kind = _word(told, "FromUserName"), _word(told, "MsgType")
    name = _word(told, "Event")
    if kind == "event" or name:
        return _happening(told, contact, name)
    number = _word(told, "MsgId")
    event_id = number or body_id(told)
    pressed = _word(told, "bizmsgmenuid")
    text = _words(kind, told)
    files: tuple[File, ...] = ()
    if kind in _FILES:
        files = (File(_FILES[kind], _word(told, "MediaId")),)
    if not text and not files and not pressed:
        return Event(event_id, f"unknown:{kind or 'empty'}", contact)
    return Event(
        event_id, "message", contact, message_id=event_id, text=text, files=files, pressed=pressed
    )


def _happening(told: Mapping[str, Any], contact: str, name: str) -> Event:
    """WeChat numbers no events: who, when and what tell one from another."""
    key = _word(told, "EventKey")
    event_id = f"{contact}:{_word(told, 'CreateTime')}:{name}:{key}"
    if name == "CLICK" and key:  # of the account's menu: the key is what is said
        return Event(event_id, "message", contact, message_id=event_id, text=key)
    return Event(event_id, _EVENTS.get(name, f"unknown:{name or 'event'}"), contact)


def _words(kind: str, told: Mapping[str, Any]) -> str:
    if kind == "text":
        return _word(told, "Content")
    if kind == "location":
        place = (_word(told, "Label"), _word(told, "Location_X"), _word(told, "Location_Y"))
        return f"📍 {place[0]} {place[1]}, {place[2]}"
    if kind == "link":
        return "\n".join(filter(None, (_word(told, "Title"), _word(told, "Url"))))
    return ""


def _word(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""
