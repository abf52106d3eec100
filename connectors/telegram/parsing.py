"""Telegram's updates in our words. Private chats are answered; groups are recorded."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from connectors.messenger import LARGEST_FILE, Event, body_id, part_of
from conversations import File, FileKind, link_code_in

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
GONE: Final = frozenset({"kicked", "left"})
_ENVELOPE: Final = frozenset(
    {"message_id", "from", "chat", "date", "sender_chat", "reply_to_message", "message_thread_id"}
)
_FILES: Final[Mapping[str, FileKind]] = {
    "document": "document",
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
}


def event_of(update: Mapping[str, Any], bot: str) -> Event:
    """One update as an event; what is not understood becomes `unknown:` and its name."""
    number = update.get("update_id")
    event_id = f"{bot}:{number}" if isinstance(number, int) else body_id(update)
    for name, value in update.items():
        if name != "update_id" and isinstance(value, Mapping):
            reader = {
                "message": _message,
                "edited_message": _edit,
                "callback_query": _press,
                "my_chat_member": _member,
            }.get(name)
            return reader(event_id, value) if reader else Event(event_id, f"unknown:{name}")
    return Event(event_id, "unknown:empty")


def _message(event_id: str, message: Mapping[str, Any]) -> Event:
    chat, sender = part_of(message, "chat"), part_of(message, "from")
    contact = str(chat.get("id", ""))
    if chat.get("type") != "private":
        return Event(event_id, _in_group(message), contact)
    if sender.get("is_bot"):
        return Event(event_id, "own", contact)
    text = _words(message)
    begun = text == "/start" or text.startswith("/start ")
    if begun and link_code_in(text) is not None:  # t.me/bot?start=LINK-…
        text = text.removeprefix("/start").strip()
    elif begun:
        return Event(event_id, "start", contact, language=_language(sender))
    files = _files(message)
    if not text and not files:
        what = next((name for name in message if name not in _ENVELOPE), "empty")
        return Event(event_id, f"unknown:{what}", contact)
    return Event(
        event_id,
        "message",
        contact,
        message_id=str(message.get("message_id", event_id)),
        text=text,
        files=files,
        language=_language(sender),
    )


def _edit(event_id: str, message: Mapping[str, Any]) -> Event:
    changed = _message(event_id, message)
    if changed.kind != "message":
        return Event(event_id, f"edit:{changed.kind}", changed.contact)
    return Event(
        event_id, "edit", changed.contact, message_id=changed.message_id, text=changed.text
    )


def _press(event_id: str, query: Mapping[str, Any]) -> Event:
    chat = part_of(part_of(query, "message"), "chat")
    reference, data = str(query.get("id", "")), query.get("data")
    contact = str(chat.get("id", ""))
    if chat.get("type") != "private" or not isinstance(data, str):
        return Event(event_id, "group:press", contact, reference=reference)
    return Event(
        event_id,
        "message",
        contact,
        message_id=f"q{reference}",
        pressed=data,
        language=_language(part_of(query, "from")),
        reference=reference,
    )


def _member(event_id: str, change: Mapping[str, Any]) -> Event:
    """The bot was stopped or started by a contact, or put into a group or out of it."""
    chat = part_of(change, "chat")
    kind = "leave" if part_of(change, "new_chat_member").get("status") in GONE else "join"
    where = "" if chat.get("type") == "private" else "group:"
    return Event(event_id, where + kind, str(chat.get("id", "")))


def _in_group(message: Mapping[str, Any]) -> str:
    if message.get("new_chat_members"):
        return "group:join"
    return "group:leave" if message.get("left_chat_member") else "group:message"


def _words(message: Mapping[str, Any]) -> str:
    """What was written, or what stands for words: a sticker's sign, a place, a number."""
    for name in ("text", "caption"):
        if isinstance(message.get(name), str):
            return str(message[name])
    place = part_of(message, "location")
    if place:
        return f"📍 {place.get('latitude')}, {place.get('longitude')}"
    return str(
        part_of(message, "sticker").get("emoji")
        or part_of(message, "contact").get("phone_number", "")
    )


def _files(message: Mapping[str, Any]) -> tuple[File, ...]:
    sizes = message.get("photo")
    if isinstance(sizes, Sequence) and not isinstance(sizes, str):
        found = [one for one in map(_picture, sizes) if one is not None]
        small = [one for one in found if one.size <= LARGEST_FILE]
        return tuple((small or found)[-1:])  # the last one is the largest
    for name, kind in _FILES.items():
        given = part_of(message, name)
        if isinstance(given.get("file_id"), str):
            shown: FileKind = "picture" if given.get("mime_type") in PICTURES else kind
            return (File(shown, given["file_id"], _size(given)),)
    return ()


def _picture(size: Any) -> File | None:
    if not isinstance(size, Mapping) or not isinstance(size.get("file_id"), str):
        return None
    return File("picture", size["file_id"], _size(size))


def _size(given: Mapping[str, Any]) -> int:
    size = given.get("file_size")
    return size if isinstance(size, int) else 0


def _language(sender: Mapping[str, Any]) -> str | None:
    code = sender.get("language_code")
    return code if isinstance(code, str) else None
