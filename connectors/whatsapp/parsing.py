"""WhatsApp's webhooks in our words. One-to-one chats of our number are answered.

A contact is known by the business-scoped id that Meta gives it, by the phone number where there is
none. Only Meta's own word joins two ids (`moved`): numbers go to other people in time.
"""

from collections.abc import Mapping
from typing import Any, Final

from connectors.graph import entries
from connectors.messenger import Event, body_id, objects, part_of
from conversations import File, FileKind

_FILES: Final[Mapping[str, FileKind]] = {
    "image": "picture",
    "video": "video",
    "audio": "voice",
    "document": "document",
}
_CHANGED: Final = frozenset({"user_changed_number", "user_changed_user_id"})
_ASIDE: Final = {  # fields of a change, and what is recorded of each of its entries
    "smb_message_echoes": ("message_echoes", "own"),
    "message_echoes": ("message_echoes", "own"),
    "calls": ("calls", "call"),
    "user_preferences": ("user_preferences", "preference"),
}


def events_of(body: Any, number: str) -> list[Event]:
    """All events of a webhook; raises ValueError for what is none."""
    found: list[Event] = []
    for entry in entries(body):
        for change in objects(entry.get("changes")):
            found += _change(change, number, body_id([entry.get("id"), entry.get("time"), change]))
    return found


def _change(change: Mapping[str, Any], number: str, own_id: str) -> list[Event]:
    field, value = str(change.get("field", "empty")), part_of(change, "value")
    metadata = part_of(value, "metadata")
    if metadata and str(metadata.get("phone_number_id")) != number:
        return [Event(own_id, "elsewhere")]  # another number of the same app
    if field == "standby":  # another program has the chat: nothing to say
        return [Event(own_id, "standby")]
    found = [_status(one) for one in objects(value.get("statuses"))]
    if field == "messages":
        found += [_message(one, value) for one in objects(value.get("messages"))]
    elif field in _ASIDE:
        name, kind = _ASIDE[field]
        found += [Event(f"{kind}:{body_id(one)}", kind) for one in objects(value.get(name))]
    return found or [Event(own_id, f"unknown:{field}")]


def _status(status: Mapping[str, Any]) -> Event:
    state = str(status.get("status", "empty")).lower()
    event_id = f"status:{state}:{status.get('id')}"
    if state != "failed":
        return Event(event_id, f"status:{state}")
    contact = str(status.get("recipient_user_id") or status.get("recipient_id", ""))
    reference = str(status.get("biz_opaque_callback_data", ""))
    return Event(event_id, "undelivered", contact, reference=reference)


def _message(message: Mapping[str, Any], value: Mapping[str, Any]) -> Event:
    kind = str(message.get("type", "empty"))
    event_id = str(message["id"]) if message.get("id") else body_id(message)
    contact = _contact(message, value)
    if message.get("group_id"):
        return Event(event_id, "group:message", contact)
    if kind == "system":
        return _system(event_id, message)
    if kind == "revoke":
        gone = str(part_of(message, "revoke").get("original_message_id", ""))
        return Event(event_id, "unsend", contact, message_id=gone)
    if kind == "edit":
        edit = part_of(message, "edit")
        changed, _ = _content(part_of(edit, "message"))
        was = str(edit.get("original_message_id", ""))
        return Event(event_id, "edit", contact, message_id=was, text=changed)
    if kind == "request_welcome":
        return Event(event_id, "start", contact)
    if kind == "reaction":
        return Event(event_id, "reaction", contact)
    pressed = _pressed(part_of(message, "interactive"))
    text, files = _content(message)
    if not text and not files and not pressed:
        inner = part_of(message, kind).get("type")
        return Event(event_id, f"unknown:{inner or kind}", contact)
    return Event(
        event_id, "message", contact, message_id=event_id, text=text, files=files, pressed=pressed
    )


def _contact(message: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """Whom it is from; the list of contacts names the id of each phone number."""
    if message.get("from_user_id"):
        return str(message["from_user_id"])
    phone, known = str(message.get("from", "")), objects(value.get("contacts"))
    for one in known:
        if one.get("user_id") and (len(known) == 1 or str(one.get("wa_id")) == phone):
            return str(one["user_id"])
    return phone


def _system(event_id: str, message: Mapping[str, Any]) -> Event:
    system = part_of(message, "system")
    kind = str(system.get("type", "empty"))
    if kind not in _CHANGED:
        return Event(event_id, f"system:{kind}")
    old = system.get("previous_user_id") or message.get("from")
    new = system.get("user_id") or message.get("from_user_id") or system.get("wa_id")
    return Event(event_id, "moved", str(new or ""), formerly=str(old or ""))


def _pressed(interactive: Mapping[str, Any]) -> str:
    for name in ("button_reply", "list_reply"):
        reply = part_of(interactive, name)
        if reply:
            return str(reply.get("id") or "none")
    return ""


def _content(message: Mapping[str, Any]) -> tuple[str, tuple[File, ...]]:
    """What was written, or what stands for words, and the file."""
    kind = str(message.get("type", ""))
    part = part_of(message, kind)
    if kind in _FILES:
        reference, caption = str(part.get("id", "")), part.get("caption")
        return str(caption or ""), (File(_FILES[kind], reference),)
    return _words(kind, part, message), ()


def _words(kind: str, part: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    if kind == "text":
        return part["body"] if isinstance(part.get("body"), str) else ""
    if kind == "button":  # of a template: the shop's own words
        return str(part.get("text") or "")
    if kind == "sticker":
        return "🙂"
    if kind == "location":
        place = (part.get("name"), part.get("address"))
        named = " ".join(str(one) for one in place if one)
        return f"📍 {named} {part.get('latitude')}, {part.get('longitude')}".replace("  ", " ")
    if kind == "contacts":
        phones = [
            phone for one in objects(message.get(kind)) for phone in objects(one.get("phones"))
        ]
        return ", ".join(str(phone.get("phone", "")) for phone in phones)
    if kind == "order":
        items = objects(part.get("product_items"))
        lines = [f"{one.get('quantity')} × {one.get('product_retailer_id')}" for one in items]
        return "\n".join(filter(None, (str(part.get("text") or ""), "🛒 " + ", ".join(lines))))
    return ""
