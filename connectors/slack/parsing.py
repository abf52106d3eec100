"""Slack's events in our words. Direct messages are answered; channels are recorded."""

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from connectors.messenger import Event, body_id, objects, part_of
from conversations import File, FileKind

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_LINK: Final = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_KINDS: Final = {
    "app_mention": "group:message",
    "member_joined_channel": "group:join",
    "member_left_channel": "group:leave",
    "reaction_added": "reaction",
    "reaction_removed": "reaction",
}


def events_of(body: Mapping[str, Any]) -> list[Event]:
    """One request as events; what is not understood becomes `unknown:` and its name."""
    kind = str(body.get("type", "empty"))
    if kind == "url_verification":
        return [Event(body_id(body), kind)]
    if kind == "block_actions":
        return _presses(body)
    if kind != "event_callback":
        return [Event(body_id(body), f"unknown:{kind}")]
    given = body.get("event_id")
    event_id = str(given) if given else body_id(body)
    return [_event(event_id, part_of(body, "event"))]


def _event(event_id: str, event: Mapping[str, Any]) -> Event:
    kind, contact = str(event.get("type", "empty")), str(event.get("channel", ""))
    if kind == "app_home_opened" and event.get("tab") == "messages":
        return Event(f"start:{contact}", "start", contact)  # told each time, welcomed once
    if kind != "message":
        return Event(event_id, _KINDS.get(kind, f"unknown:{kind}"))
    if event.get("channel_type") != "im":
        return Event(event_id, "group:message", contact)
    changed, before = part_of(event, "message"), part_of(event, "previous_message")
    subtype = event.get("subtype")
    if any(one.get("bot_id") for one in (event, changed, before)) or subtype == "bot_message":
        return Event(event_id, "own", contact)
    if subtype == "message_changed":
        if changed.get("text") == before.get("text"):  # a link got its preview
            return Event(event_id, "edit:same", contact)
        message_id, text = str(changed.get("ts", "")), words(changed.get("text"))
        return Event(event_id, "edit", contact, message_id=message_id, text=text)
    if subtype == "message_deleted":
        return Event(event_id, "unsend", contact, message_id=str(event.get("deleted_ts", "")))
    text, files = words(event.get("text")), _files(event)
    if subtype not in (None, "file_share", "me_message") or (not text and not files):
        return Event(event_id, f"unknown:{subtype or 'message'}", contact)
    message_id = str(event.get("ts", event_id))
    return Event(event_id, "message", contact, message_id=message_id, text=text, files=files)


def _presses(body: Mapping[str, Any]) -> list[Event]:
    channel = part_of(body, "channel")
    contact, given = str(channel.get("id", "")), body.get("trigger_id")
    event_id = str(given) if given else body_id(body)
    if channel.get("name") != "directmessage":
        return [Event(event_id, "group:press", contact)]
    first = next(iter(objects(body.get("actions"))), {})
    data = str(first.get("value") or "none")
    return [Event(event_id, "message", contact, message_id=event_id, pressed=data)]


def words(text: Any) -> str:
    """What a person wrote: Slack puts links and names into angles, and escapes three signs."""
    return html.unescape(_LINK.sub(_plain, text)).strip() if isinstance(text, str) else ""


def _plain(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target.startswith("@"):
        return ""  # a mention of somebody, mostly of us
    if target.startswith(("#", "!")):
        return label or ""
    if target.startswith(("mailto:", "tel:")):
        return label or target.partition(":")[2]
    return target


def _files(event: Mapping[str, Any]) -> tuple[File, ...]:
    first = next(iter(objects(event.get("files"))), None)
    if first is None:
        return ()
    mime, size = str(first.get("mimetype", "")), first.get("size")
    kinds: dict[str, FileKind] = {"audio": "voice", "video": "video"}
    kind = "picture" if mime in PICTURES else kinds.get(mime.partition("/")[0], "document")
    url = first.get("url_private_download") or first.get("url_private")
    is_here = not first.get("is_external") and isinstance(url, str)
    return (File(kind, str(url) if is_here else "", size if isinstance(size, int) else 0),)
