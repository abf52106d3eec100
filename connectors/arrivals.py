"""Events of messengers, taken in: claimed, stored and answered for in one unit of work each.

A repeated delivery finds its claim and changes nothing. What is not a message is recorded with the
claim; the claim and what it stands for are committed together, so nothing is lost in between.
"""

import asyncio
import logging
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import aiohttp
from sqlalchemy.orm import Session

from connectors.base import SendFailed
from connectors.degrading import read_press
from connectors.intake import Intake, Said
from connectors.messenger import Call, Event, Messenger, body_id, message_of_reference
from connectors.validation import TEXT_BYTES, clean_text
from conversations import (
    Accepted,
    Conversation,
    claim_event,
    conversation_of_contact,
    conversation_with,
    cursor_of,
    edit_message,
    get_message,
    heard_lately,
    keep_cursor,
    keep_reply_path,
    post_bot_replies,
    pressed_button,
    rename_contact,
    typed_button,
    unsend_message,
)
from kit.clock import Clock
from kit.database import Database
from kit.i18n import Language, as_language
from understanding.language import detect_language

log = logging.getLogger(__name__)

TAKEN: Final = frozenset({"message", "edit", "unsend", "start", "moved", "undelivered"})
LONGEST_KIND: Final = 40
LONGEST_ID: Final = 128
HEARD_SECONDS: Final = 5.0
_UNKEPT: Final = re.compile("[\0\ud800-\udfff]")  # what no database takes in a text


@dataclass
class Arrivals:
    """Takes in what messengers tell."""

    database: Database
    clock: Clock
    intake: Intake
    http: aiohttp.ClientSession
    default_language: Language
    _told: set[asyncio.Task[None]] = field(default_factory=set)
    _fetching: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def take(self, messenger: Messenger, event: Event) -> None:
        """Take one event in; it is stored, or known already, when this returns.

        Raises SendFailed, OSError and TimeoutError where it has to be fetched and cannot be now.
        """
        if event.kind == "fetch":
            await self._fetch(messenger, event)
            return
        stored = await self.database.writes.run(self._take, messenger, event)
        if isinstance(stored, Accepted):
            self.intake.announce(messenger.name, stored)
        elif stored is not None:
            self.intake.updates.publish(stored)
            self.intake.wake_sender()
        call = messenger.heard(event)
        if call is not None:  # its loss is harmless: a spinner that turns a while longer
            task = asyncio.create_task(self._tell(messenger, call))
            self._told.add(task)
            task.add_done_callback(self._told.discard)

    async def _fetch(self, messenger: Messenger, event: Event) -> None:
        """Take in what there is to fetch; where it was left off is stored page by page.

        Two fronts that fetch at once read the same pages, and each event is claimed once.
        """
        more = True
        async with self._fetching.setdefault(messenger.name, asyncio.Lock()):
            while more:
                cursor = await asyncio.to_thread(self._cursor, messenger.name)
                page = await messenger.fetch_page(self.http, event, cursor)
                for one in page.events:
                    await self.take(messenger, one)
                moved = page.cursor not in ("", cursor)
                if moved:
                    await self.database.writes.run(self._keep_cursor, messenger.name, page.cursor)
                more = page.more and moved

    def _cursor(self, channel: str) -> str:
        with self.database.reading() as session:
            return cursor_of(session, channel)

    def _keep_cursor(self, channel: str, cursor: str) -> None:
        with self.database.session() as session:
            keep_cursor(session, channel, cursor)

    async def stop(self) -> None:
        """Let what providers are being told end."""
        if self._told:
            await asyncio.wait(self._told, timeout=HEARD_SECONDS)

    def _take(self, messenger: Messenger, event: Event) -> Accepted | str | None:
        """The stored message, the conversation that changed otherwise, or None."""
        channel, event = messenger.name, _kept(event)
        count = self.intake.metrics.events.labels
        with self.database.session() as session:
            if event.kind == "message" and self._is_loop(session, messenger, event):
                event = Event(event.id, "loop")
            if not claim_event(session, channel, event.id, self.clock.now(), kind=event.kind):
                count(channel, "repeated").inc()
                return None
            stored = self._store(session, messenger, event) if event.kind in TAKEN else None
        count(channel, "recorded" if stored is None else "taken").inc()
        return stored

    def _is_loop(self, session: Session, messenger: Messenger, event: Event) -> bool:
        """Whether a contact writes more in an hour than any shopper does."""
        most = messenger.can.most_heard
        if most is None:
            return False
        head, mark, _ = event.contact.rpartition("/")
        since = self.clock.now() - timedelta(hours=1)
        return heard_lately(session, messenger.name, head + mark or event.contact, since) >= most

    def _store(self, session: Session, messenger: Messenger, event: Event) -> Accepted | str | None:
        channel, text = messenger.name, _text(event.text)
        if event.kind in ("edit", "unsend"):
            return self._change(session, channel, event, text)
        if event.kind == "moved":
            return self._move(session, channel, event)
        if event.kind == "undelivered":
            return self._undelivered(session, channel, event)
        known = conversation_of_contact(session, channel, event.contact)
        if event.afresh and known is not None and known.reply_path.get("read"):
            event, known = replace(event, contact=event.afresh), None
        if known is None and event.title:
            text = _text(f"{event.title}\n\n{event.text}")
        hint = as_language(event.language, self.default_language)
        place = conversation_with(
            session,
            channel=channel,
            contact=event.contact,
            language=detect_language(text, hint) or hint,
            now=self.clock.now(),
        )
        if event.path:
            keep_reply_path(session, place.id, event.path)
        if event.kind == "start":
            if place.handled_by == "bot":
                welcome = self.intake.notices.welcome(place)
                post_bot_replies(session, place.id, [welcome], now=self.clock.now())
            return place.id
        said = self._said(session, messenger, place, event, text)
        return None if said is None else self.intake.store(session, place.id, said)

    def _said(
        self,
        session: Session,
        messenger: Messenger,
        place: Conversation,
        event: Event,
        text: str,
    ) -> Said | None:
        typed = typed_button(session, place.id, text) if messenger.can.typed and text else None
        if typed is not None:
            return Said(typed.title, event.message_id, payload=typed.payload)
        if event.pressed:
            which = read_press(event.pressed)
            button = pressed_button(session, place.id, *which) if which else None
            if button is None:
                log.warning("a button of another message", extra={"conversation": place.id})
                return None
            return Said(button.title, event.message_id, payload=button.payload)
        if event.files and not text:
            text = self.intake.notices.file_title(place, event.files[0].kind)
        return Said(text, event.message_id, files=event.files) if text else None

    def _change(self, session: Session, channel: str, event: Event, text: str) -> str | None:
        """An edit, or a message taken back: the conversation that changed, None where none did."""
        place = conversation_of_contact(session, channel, event.contact)
        if place is None:
            return None
        now = self.clock.now()
        if event.kind == "unsend":
            shown = self.intake.notices.text(place, "chat.unsent")
            is_done = unsend_message(session, place.id, event.message_id, shown, now=now)
            return place.id if is_done else None
        done = edit_message(session, place.id, event.message_id, text, now=now) if text else None
        if done == "kept":
            self.intake.notices.note_edit(session, place, text, now)
        return None if done is None else place.id

    def _move(self, session: Session, channel: str, event: Event) -> str | None:
        """The contact has a new id: the conversation goes with them, unless they began another."""
        place = conversation_of_contact(session, channel, event.formerly)
        if place is None or event.formerly == event.contact:
            return None
        if not rename_contact(session, place.id, event.contact):
            self.intake.notices.note_two(session, place, self.clock.now())
        return place.id

    def _undelivered(self, session: Session, channel: str, event: Event) -> str | None:
        """What the provider took did not arrive: the desk is told, where it was said to them."""
        place = conversation_of_contact(session, channel, event.contact)
        message_id = message_of_reference(event.reference)
        if place is None or message_id is None:
            return None
        try:
            message = get_message(session, message_id)
        except LookupError:
            return None
        if message.conversation_id != place.id:
            return None
        self.intake.notices.note_undelivered(session, place, message, self.clock.now())
        return place.id

    async def _tell(self, messenger: Messenger, call: Call) -> None:
        try:
            async with asyncio.timeout(HEARD_SECONDS):
                await messenger.send(self.http, call, "")
        except (SendFailed, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.info("not told", extra={"channel": messenger.name, "error": type(error).__name__})


def _kept(event: Event) -> Event:
    """The event as the database can keep it; nobody's, where nobody can be answered."""
    contact, kind = event.contact, _UNKEPT.sub("\ufffd", event.kind)[:LONGEST_KIND]
    is_somebody = 0 < len(contact) <= LONGEST_ID and not _UNKEPT.search(contact + event.formerly)
    if kind in TAKEN and not is_somebody:
        return Event(_kept_id(event.id), "unknown:nobody")
    is_new = 0 < len(event.afresh) <= LONGEST_ID
    return replace(
        event,
        id=_kept_id(event.id),
        message_id=_kept_id(event.message_id),
        kind=kind,
        title=_UNKEPT.sub("", event.title),
        path={name: _UNKEPT.sub("", value) for name, value in event.path.items()},
        afresh=event.afresh if is_new else "",
    )


def _kept_id(given: str) -> str:
    """An id as it is, or its hash: the ends of long ones tell them apart."""
    return body_id(given) if len(given) > LONGEST_ID or _UNKEPT.search(given) else given


def _text(words: str) -> str:
    """The words, cleaned, and no longer than the assistant reads."""
    raw = clean_text(words).encode("utf-8")[:TEXT_BYTES]
    return raw.decode("utf-8", "ignore")
