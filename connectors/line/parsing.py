"""LINE's webhook events in our words. One-to-one chats are answered; groups are recorded."""

from collections.abc import Mapping
from typing import Any, Final

from connectors.messenger import Event, body_id, part_of
from conversations import File, FileKind

_FILES: Final[Mapping[str, FileKind]] = {
    "image": "picture",
    "video": "video",
    "audio": "voice",
    "file": "document",
}
_KINDS: Final = {
    "follow": "start",
    "unfollow": "leave",
    "join": "join",
    "leave": "leave",
    "memberJoined": "join",
    "memberLeft": "leave",
}


def event_of(raw: Mapping[str, Any]) -> Event:
    """One event; what is not understood becomes `unknown:` and its name."""
    event_id, kind = raw.get("webhookEventId"), str(raw.get("type", "empty"))
    found = str(event_id) if isinstance(event_id, str) and event_id else body_id(raw)
    source = part_of(raw, "source")
    if source.get("type") != "user":
        name = str(_KINDS.get(kind, kind))
        return Event(found, f"group:{name}", str(source.get("groupId", source.get("roomId", ""))))
    contact = str(source.get("userId", ""))
    if raw.get("mode") == "standby":  # another program has the chat
        return Event(found, "standby", contact)
    if kind in _KINDS:
        return Event(found, _KINDS[kind], contact)
    if kind == "postback":
        data = str(part_of(raw, "postback").get("data", ""))
        return Event(found, "message", contact, message_id=found, pressed=data or "none")
    if kind == "unsend":
        message_id = str(part_of(raw, "unsend").get("messageId", ""))
        return Event(found, "unsend", contact, message_id=message_id)
    if kind in ("message", "messageEdited"):
        return _message(found, "edit" if kind == "messageEdited" else kind, contact, raw)
    return Event(found, f"unknown:{kind}", contact)


def _message(event_id: str, kind: str, contact: str, raw: Mapping[str, Any]) -> Event:
    message = part_of(raw, "message")
    what, number = str(message.get("type", "empty")), str(message.get("id", event_id))
    text = _words(what, message)
    files = _files(what, number, message)
    if not text and not files:
        return Event(event_id, f"unknown:{what}", contact)
    return Event(event_id, kind, contact, message_id=number, text=text, files=files)


def _words(what: str, message: Mapping[str, Any]) -> str:
    """What was written, or what stands for words: a sticker's meaning, a place."""
    if what == "location":
        return (
            f"📍 {message.get('address', '')} {message.get('latitude')}, {message.get('longitude')}"
        )
    if what == "sticker":
        keywords = message.get("keywords")
        first = keywords[0] if isinstance(keywords, list) and keywords else "🙂"
        return str(message.get("text") or first)
    return str(message["text"]) if isinstance(message.get("text"), str) else ""


def _files(what: str, number: str, message: Mapping[str, Any]) -> tuple[File, ...]:
    """The file by its message's id; what another server keeps is not fetched."""
    if what not in _FILES:
        return ()
    is_theirs = part_of(message, "contentProvider").get("type") == "external"
    size = message.get("fileSize")
    return (File(_FILES[what], "" if is_theirs else number, size if isinstance(size, int) else 0),)
