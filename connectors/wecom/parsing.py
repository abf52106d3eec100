"""What WeCom hands out when its messages are fetched, in our words."""

from collections.abc import Mapping
from typing import Any, Final

from connectors.messenger import Event, body_id, part_of
from conversations import File, FileKind

SHOPPER: Final = 3  # who a message is from; 4 the system, 5 a colleague in WeCom's own app
_FILES: Final[Mapping[str, FileKind]] = {
    "image": "picture",
    "voice": "voice",
    "video": "video",
    "file": "document",
}


def event_of(told: Mapping[str, Any]) -> Event:
    """One fetched message or event; what is not understood becomes `unknown:` and its name."""
    event_id = _word(told, "msgid") or body_id(told)
    contact, kind = _word(told, "external_userid"), _word(told, "msgtype")
    if kind == "event":
        return _happening(part_of(told, "event"), event_id)
    if told.get("origin") != SHOPPER:
        return Event(event_id, "unknown:colleague", contact)
    content = part_of(told, kind)
    pressed = _word(content, "menu_id") if kind == "text" else ""
    text = _words(kind, content)
    files: tuple[File, ...] = ()
    if kind in _FILES:
        files = (File(_FILES[kind], _word(content, "media_id")),)
    if not (text or files or pressed):
        return Event(event_id, f"unknown:{kind or 'empty'}", contact)
    return Event(
        event_id, "message", contact, message_id=event_id, text=text, files=files, pressed=pressed
    )


def _happening(told: Mapping[str, Any], event_id: str) -> Event:
    name, contact = _word(told, "event_type"), _word(told, "external_userid")
    if name == "enter_session":
        code = _word(told, "welcome_code")  # there is one for who may be welcomed
        return Event(event_id, "start" if code else "enter", contact, reference=code)
    if name == "user_recall_msg":
        return Event(event_id, "unsend", contact, message_id=_word(told, "recall_msgid"))
    if name == "msg_send_fail":
        return Event(event_id, "undelivered", contact, reference=_word(told, "fail_msgid"))
    return Event(event_id, f"unknown:{name or 'event'}", contact)


def _words(kind: str, told: Mapping[str, Any]) -> str:
    if kind == "text":
        return _word(told, "content")
    if kind == "location":
        place = " ".join(filter(None, (_word(told, "name"), _word(told, "address"))))
        return f"📍 {place} {told.get('latitude', '')}, {told.get('longitude', '')}"
    if kind == "link":
        return "\n".join(filter(None, (_word(told, "title"), _word(told, "url"))))
    if kind in ("channels_shop_product", "channels_shop_order"):
        shown = (_word(told, name) for name in ("title", "product_titles", "order_id"))
        return " ".join(filter(None, shown))
    return ""


def _word(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""
