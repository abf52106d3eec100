"""The events of a signed webhook, by the form that docs/how-to/open-webhook.md describes."""

from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from connectors.messenger import Event
from conversations import File, FileKind

KINDS: Final = frozenset({"message", "edit", "unsend", "start", "moved"})
FILE_KINDS: Final = frozenset(get_args(FileKind))


def events_of(body: Any) -> list[Event]:
    """All events; raises ValueError naming the field that is missing or of another form."""
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        raise ValueError("events must be a list")
    return [_event(one) for one in body["events"]]


def _event(one: Any) -> Event:
    if not isinstance(one, Mapping):
        raise ValueError("an event must be an object")
    event_id, contact = _text(one, "id"), _text(one, "contact", "")
    if not event_id:
        raise ValueError("id must be a text of its own for every event")
    kind = _text(one, "kind", "message")
    if kind not in KINDS:
        return Event(event_id, f"unknown:{kind}", contact)
    if not contact:
        raise ValueError("contact must be a text")
    text, pressed, files = _text(one, "text", ""), _text(one, "button", ""), _files(one)
    if kind == "message" and not text and not pressed and not files:
        return Event(event_id, "unknown:empty", contact)
    return Event(
        event_id,
        kind,
        contact,
        message_id=_text(one, "message_id", event_id),
        text=text,
        pressed=pressed,
        files=files,
        language=_text(one, "language", "") or None,
        formerly=_text(one, "formerly", ""),
    )


def _text(one: Mapping[str, Any], name: str, default: str | None = None) -> str:
    found = one.get(name, default)
    if not isinstance(found, str):
        raise ValueError(f"{name} must be a text")
    return found


def _files(one: Mapping[str, Any]) -> tuple[File, ...]:
    given = one.get("files", [])
    if not isinstance(given, list) or not all(isinstance(file, Mapping) for file in given):
        raise ValueError("files must be a list of objects")
    found = []
    for file in given:
        kind, size = _text(file, "kind", "document"), file.get("size", 0)
        if kind not in FILE_KINDS or not isinstance(size, int):
            raise ValueError(f"a file's kind must be one of {', '.join(sorted(FILE_KINDS))}")
        found.append(File(cast(FileKind, kind), _text(file, "url", ""), size))
    return tuple(found)
