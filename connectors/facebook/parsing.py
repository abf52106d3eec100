"""Messaging events of Meta's pages and professional accounts in our words.

Facebook Messenger and Instagram tell the same things in the same form.
"""

from collections.abc import Mapping
from typing import Any, Final

from connectors.graph import entries
from connectors.messenger import Event, body_id, objects, part_of
from conversations import File, FileKind

STARTED: Final = "start"  # the payload of the button that opens a chat
LIKES: Final = frozenset({"369239263222822", "369239343222814", "369239383222810"})
_FILES: Final[Mapping[str, FileKind]] = {
    "image": "picture",
    "video": "video",
    "audio": "voice",
    "file": "document",
}
_RECORDED: Final = ("read", "delivery", "reaction", "optin", "referral", "account_linking")


def events_of(body: Any, kind: str) -> list[Event]:
    """All events of a webhook of this kind of object; raises ValueError for what is none."""
    found: list[Event] = []
    for entry in entries(body):
        if body.get("object") != kind:  # the app's other products
            found.append(Event(body_id(entry), "elsewhere"))
            continue
        told = objects(entry.get("messaging"))
        aside = objects(entry.get("standby"))  # another program has the chat
        found += [_event(one) for one in told]
        found += [Event(_id(one, "standby"), "standby", _contact(one)) for one in aside]
        if not told and not aside:
            what = "changes" if entry.get("changes") else "empty"
            found.append(Event(body_id(entry), f"unknown:{what}"))
    return found


def _event(one: Mapping[str, Any]) -> Event:
    contact = _contact(one)
    if isinstance(one.get("message"), Mapping):
        return _message(one, contact, part_of(one, "message"))
    if isinstance(one.get("postback"), Mapping):
        return _postback(one, contact, part_of(one, "postback"))
    if isinstance(one.get("message_edit"), Mapping):
        edit = part_of(one, "message_edit")
        mid, text = str(edit.get("mid", "")), edit.get("text")
        event_id = f"edit:{edit.get('num_edit', '')}:{mid}"
        return Event(event_id, "edit", contact, message_id=mid, text=str(text or ""))
    for name in _RECORDED:
        if name in one:
            return Event(_id(one, name), name, contact)
    known = ("sender", "recipient", "timestamp")
    what = next((name for name in one if name not in known), "empty")
    return Event(_id(one, what), f"unknown:{what}", contact)


def _message(one: Mapping[str, Any], contact: str, message: Mapping[str, Any]) -> Event:
    mid = str(message.get("mid") or body_id(one))
    if message.get("is_echo"):  # what we, or people in Meta's own inbox, said
        return Event(f"own:{mid}", "own", contact)
    if message.get("is_deleted"):
        return Event(f"unsend:{mid}", "unsend", contact, message_id=mid)
    pressed = part_of(message, "quick_reply").get("payload")
    attached = objects(message.get("attachments"))
    text, files = _content(message, attached)
    if not text and not files and not pressed:
        what = str(attached[0].get("type", "attachment")) if attached else "message"
        return Event(mid, f"unknown:{what}", contact)
    return Event(
        mid, "message", contact, message_id=mid, text=text, files=files, pressed=str(pressed or "")
    )


def _postback(one: Mapping[str, Any], contact: str, postback: Mapping[str, Any]) -> Event:
    event_id = str(postback.get("mid") or _id(one, "postback"))
    payload = str(postback.get("payload") or "none")
    if payload == STARTED:
        return Event(event_id, "start", contact)
    return Event(event_id, "message", contact, message_id=event_id, pressed=payload)


def _content(
    message: Mapping[str, Any], attached: list[Mapping[str, Any]]
) -> tuple[str, tuple[File, ...]]:
    """What was written, or what stands for words, and the first file.

    A sticker came as an image until August 2026; a shared post is its address.
    """
    text = message["text"] if isinstance(message.get("text"), str) else ""
    first = attached[0] if attached else {}
    kind, payload = str(first.get("type", "")), part_of(first, "payload")
    sticker = payload.get("sticker_id") or message.get("sticker_id")
    if sticker:
        return text or ("👍" if str(sticker) in LIKES else "🙂"), ()
    url = payload.get("url")
    if kind in _FILES:
        return text, (File(_FILES[kind], url if isinstance(url, str) else ""),)
    place = part_of(payload, "coordinates")
    if place:
        return text or f"📍 {place.get('lat')}, {place.get('long')}", ()
    return text or (url if isinstance(url, str) else ""), ()


def _contact(one: Mapping[str, Any]) -> str:
    return str(part_of(one, "sender").get("id", ""))


def _id(one: Mapping[str, Any], name: str) -> str:
    """An id for what has none of its own: who, when and what."""
    return f"{name}:{body_id(one)}"
