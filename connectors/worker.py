"""The inbox's worker: one message at a time per conversation, to the assistant and back.

A message stays stored until its answer is. When the assistant is down the shopper is told so
after a few seconds, once, and offered a person; the answer follows when the assistant is back.
"""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from connectors.admission import Admission
from connectors.assistant import Answer, Assistant, AssistantFailed, AssistantUnavailable
from connectors.linking import answer_about_links, is_about_links
from connectors.metrics import Metrics
from connectors.notices import Notices
from connectors.outside import Outside
from connectors.people import (
    PERSON_INTENT,
    CallPerson,
    button_payload,
    identity_token,
    wants_person,
)
from connectors.sender import OutboxSender
from connectors.telling import answer_about_telling, is_about_telling
from conversations import (
    ClaimLost,
    LiveUpdates,
    Message,
    Reply,
    Work,
    claim_next,
    complete,
    count_waiting,
    get_conversation,
    give_back,
    hand_to_agent,
    has_due,
    post_bot_replies,
    post_delay_notice,
    release_claims,
    said_meanwhile,
    waiting_behind,
)
from desk.tickets import go_on, is_contact, is_for_desk, note_contact, press, solved_before
from kit import deadlines
from kit.clock import Clock
from kit.database import Database

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 1.0
NOTICE_AFTER: Final = timedelta(seconds=4)
FAILURES_TO_APOLOGISE: Final = 3
LONGEST_DELAY: Final = 5.0


@dataclass
class InboxWorker:
    """Answers what waits until it is stopped; `wake` makes it look at once."""

    database: Database
    clock: Clock
    assistant: Assistant
    updates: LiveUpdates
    sender: OutboxSender
    notices: Notices
    metrics: Metrics
    call_person: CallPerson
    key: bytes
    name: str
    admission: Admission
    outside: Outside
    notice_after: timedelta = NOTICE_AFTER
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _arrivals: int = 0
    _turns: set[asyncio.Task[None]] = field(default_factory=set)
    _timers: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _failures: dict[int, int] = field(default_factory=dict)

    def wake(self) -> None:
        """There is something to answer."""
        self._arrivals += 1
        self._news.set()

    async def run(self) -> None:
        """Answer for ever; end it by cancelling, then call `stop`."""
        is_released = False
        while True:
            try:
                if not is_released:
                    await self.database.writes.run(self._release)
                    is_released = True
                while len(self._turns) < self.admission.turns_at_once and await self._start_next():
                    pass
            except Exception:
                log.exception("the inbox could not be read; trying again")
                await asyncio.sleep(IDLE_SECONDS)
            # Not wait_for: until Python 3.12 it loses a cancellation that comes with the news.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._news.wait()
            self._news.clear()

    async def stop(self, patience: float = 12.0) -> None:
        """Let the turns in hand end, then give back what is left."""
        for timer in self._timers.values():
            timer.cancel()
        if self._turns:
            _, late = await asyncio.wait(self._turns, timeout=patience)
            for turn in late:
                turn.cancel()
        try:
            await self.database.writes.run(self._release)
        except Exception:
            log.exception("claims could not be given back; their leases will end")

    async def _start_next(self) -> bool:
        """Take a message that waits. What has just come is taken without looking first."""
        arrivals = self._arrivals
        if self.admission.wants_count():
            before = self.admission.ever_entered
            waiting, is_due = await self.database.reads.run(self._look)
            self.admission.counted(waiting, before)
        elif arrivals or not self.admission.waiting:
            is_due = arrivals > 0
        else:
            _, is_due = await self.database.reads.run(self._look)
        work = await self.database.writes.run(self._claim) if is_due else None
        self._arrivals -= arrivals if work is None else min(arrivals, 1)
        if work is None:
            return False
        self.admission.begun()
        turn = asyncio.create_task(self._handle(work))
        self._turns.add(turn)
        turn.add_done_callback(self._turn_ended)
        return True

    def _turn_ended(self, turn: asyncio.Task[None]) -> None:
        self._turns.discard(turn)
        if self.admission.waiting:  # for a free turn, or behind the message that was answered
            self._news.set()

    async def _handle(self, work: Work) -> None:
        self._start_timer(work)
        try:
            await self._answer(work)
        except ClaimLost:
            log.info("another worker took the message", extra={"message_id": work.message.id})
        except Exception:
            log.exception("a turn failed; the message is tried again")
            with contextlib.suppress(Exception):
                await self.database.writes.run(self._retry_later, work)

    async def _answer(self, work: Work) -> None:
        started = time.perf_counter()
        if work.files:
            read = await self.outside.read(work, self.name)
            if read is None:
                self._told(work)
                return
            work = read
        if work.conversation.handled_by == "agent" or is_for_desk(self._payload(work)):
            await self._finish(work, self._press, work)
            return
        who, meanwhile = await self.database.reads.run(self._read_up, work)
        if who == "contact":
            await self._finish(work, self._note_contact, work)
            return
        if who in ("link", "telling"):
            said = answer_about_links if who == "link" else answer_about_telling
            await self._finish(work, self._answer_here, work, said)
            return
        if who == "solved" and await self.database.writes.run(self._goes_on, work):
            self._told(work)
            return
        wish = wants_person(work.text, work.conversation.id, self.key)
        self.outside.show_typing(work)
        try:
            answer = await self.assistant.ask(
                sender=work.conversation.id,
                text=work.text,
                message_id=str(work.message.id),
                metadata=self._metadata(work, meanwhile),
                seconds=deadlines.PERSON if wish else deadlines.ASSISTANT,
            )
        except AssistantUnavailable as error:
            self._count("unavailable", work, error)
            behind = await self.database.reads.run(self._wish_behind, work)
            if wish or behind is not None:
                await self._finish(work, self._hand_over, work)
            else:
                await self.database.writes.run(self._retry_later, work)
            return
        except AssistantFailed as error:
            self._count("failed", work, error)
            if wish:
                await self._finish(work, self._hand_over, work)
            else:
                await self._after_failure(work)
            return
        if answer.is_trouble and (wish or answer.intent == PERSON_INTENT):
            self._count("trouble", work)
            await self._finish(work, self._hand_over, work)
            return
        self._count("answered", work)
        await self._finish(work, self._store_answer, work, answer)
        seconds = time.perf_counter() - started
        self.metrics.turn_seconds.observe(seconds)
        self.admission.answered(seconds)

    async def _after_failure(self, work: Work) -> None:
        failures = self._failures.get(work.message.id, 0) + 1
        if failures < FAILURES_TO_APOLOGISE:
            self._failures[work.message.id] = failures
            await self.database.writes.run(self._retry_later, work)
            return
        await self._finish(work, self._apologise, work)

    async def _finish(self, work: Work, store: Any, *arguments: Any) -> None:
        """Store an answer of whatever kind, then tell everybody who waits for it."""
        await self.database.writes.run(store, *arguments)
        self._told(work)

    def _told(self, work: Work) -> None:
        """The answer is stored: tell everybody who waits for it."""
        self._failures.pop(work.message.id, None)
        timer = self._timers.pop(work.message.id, None)
        if timer is not None:
            timer.cancel()
        self.updates.publish(work.conversation.id)
        if not work.conversation.is_pulled:
            self.sender.wake()

    def _metadata(self, work: Work, meanwhile: Sequence[Message]) -> dict[str, Any]:
        conversation = work.conversation
        metadata: dict[str, Any] = {
            "channel": conversation.channel,
            "language": conversation.language,
            "message_id": str(work.message.id),
        }
        if conversation.customer_id is not None:
            metadata["identity"] = identity_token(conversation, self.key, self.clock.now())
        if work.page is not None:
            metadata["page"] = work.page
        if meanwhile:
            metadata["meanwhile"] = [
                {"id": one.id, "author": one.author, "text": one.text} for one in meanwhile
            ]
        return metadata

    def _payload(self, work: Work) -> str | None:
        return button_payload(work.text, work.conversation.id, self.key)

    # -- units of work, each run in a thread ------------------------------------------------

    def _release(self) -> None:
        with self.database.session() as session:
            released = release_claims(session, worker=self.name, now=self.clock.now())
        if released:
            log.info("taking up messages again", extra={"count": released})

    def _look(self) -> tuple[int, bool]:
        """How many messages wait, and whether one may be taken."""
        with self.database.reading() as session:
            return count_waiting(session), has_due(session, self.clock.now())

    def _claim(self) -> Work | None:
        with self.database.session() as session:
            return claim_next(session, worker=self.name, now=self.clock.now())

    def _wish_behind(self, work: Work) -> int | None:
        """The message behind this one, if any, that asks for a person."""
        with self.database.reading() as session:
            behind = waiting_behind(session, work.message)
        place = work.conversation.id
        return next((one for one, text in behind if wants_person(text, place, self.key)), None)

    def _retry_later(self, work: Work) -> None:
        delay = min(0.5 * 2 ** min(work.attempts - 1, 6), LONGEST_DELAY)
        delay *= 0.75 + random.random() / 2  # noqa: S311 (spreads retries, guards nothing)
        with self.database.session() as session:
            until = self.clock.now() + timedelta(seconds=delay)
            give_back(session, work.message.id, worker=self.name, until=until)

    def _store_answer(self, work: Work, answer: Answer) -> None:
        now = self.clock.now()
        replies = answer.replies
        with self.database.session() as session:
            if not replies and not answer.is_handover:
                conversation = get_conversation(session, work.conversation.id)
                if conversation.handled_by == "bot":
                    replies = (self.notices.failed(conversation),)
            complete(
                session,
                work.message.id,
                replies,
                worker=self.name,
                now=now,
                language=answer.language,
                intent=answer.intent,
                confidence=answer.confidence,
            )
            if answer.is_handover:
                self.call_person(session, work.conversation.id, now=now)
            elif answer.active_form is None:
                conversation = get_conversation(session, work.conversation.id)
                if conversation.is_lent:  # the step is done: the agent who watched goes on
                    hand_to_agent(session, conversation.id, now=now)

    def _press(self, work: Work) -> None:
        """A button of the desk's own; any other in an agent's conversation is just said.

        A message tried again here called a person itself, and was cut off before it could say so.
        """
        now, payload = self.clock.now(), self._payload(work)
        with self.database.session() as session:
            text = press(session, work.conversation.id, payload, now=now)
            replies = [Reply(text)] if text else []
            if work.attempts > 1 and not is_for_desk(payload):
                replies.append(self.notices.person_called(work.conversation))
            complete(session, work.message.id, replies, worker=self.name, now=now)

    def _read_up(self, work: Work) -> tuple[str | None, Sequence[Message]]:
        """Whom a message is for, and what was said since the assistant's last turn.

        "contact" where words answer the desk's question for an address or a number, "link" where
        they connect the chat to an account or end that, "telling" where they ask to be told things
        or nothing more, "solved" where they go on with a ticket solved a short while ago; else it
        is the assistant's.
        """
        place, text, now = work.conversation.id, work.message.text, self.clock.now()
        with self.database.reading() as session:
            if self._payload(work) is None:
                if is_about_links(session, place, text):
                    return "link", ()
                if is_about_telling(session, place, text):
                    return "telling", ()
                if is_contact(session, place, text):
                    return "contact", ()
                if solved_before(session, place, text, now=now) is not None:
                    return "solved", said_meanwhile(session, place, work.message.id)
            return None, said_meanwhile(session, place, work.message.id)

    def _note_contact(self, work: Work) -> None:
        now = self.clock.now()
        with self.database.session() as session:
            text = note_contact(session, work.conversation.id, work.message.text, now=now)
            replies = [Reply(text)] if text else []
            complete(session, work.message.id, replies, worker=self.name, now=now)

    def _answer_here(self, work: Work, answer: Any) -> None:
        with self.database.session() as session:
            said = answer(session, work.message, self.notices, self.clock)
            now = self.clock.now()
            complete(session, work.message.id, [Reply(said)], worker=self.name, now=now)

    def _goes_on(self, work: Work) -> bool:
        """Open a ticket that goes on from the solved one: a person reads this message."""
        now = self.clock.now()
        with self.database.session() as session:
            if go_on(session, work.conversation.id, work.message.text, now=now) is None:
                return False
            complete(session, work.message.id, [], worker=self.name, now=now)
            return True

    def _hand_over(self, work: Work) -> None:
        """Call a person without the assistant, for this message or for one that waits behind it."""
        now, place = self.clock.now(), work.conversation.id
        asked = self._wish_behind(work) or work.message.id
        with self.database.session() as session:
            complete(session, work.message.id, [], worker=self.name, now=now)
            reply = self.notices.person_called(work.conversation)
            post_bot_replies(session, place, [reply], now=now, reply_to=asked)
            self.call_person(session, place, now=now)

    def _apologise(self, work: Work) -> None:
        with self.database.session() as session:
            reply = self.notices.failed(work.conversation)
            complete(session, work.message.id, [reply], worker=self.name, now=self.clock.now())

    def _notify(self, work: Work) -> bool:
        reply: Reply = self.notices.delayed(work.conversation)
        with self.database.session() as session:
            told = post_delay_notice(session, work.message.id, reply, now=self.clock.now())
        return told is not None

    # -- the "this takes longer" notice ------------------------------------------------------

    def _start_timer(self, work: Work) -> None:
        if work.message.id in self._timers:
            return
        due = work.message.created_at + self.notice_after
        seconds = max(0.0, (due - self.clock.now()).total_seconds())
        if work.attempts == 1 and seconds == 0.0:
            seconds = min(1.0, self.notice_after.total_seconds())
        # The clock may have been set back since the message came.
        seconds = min(seconds, self.notice_after.total_seconds())
        self._timers[work.message.id] = asyncio.create_task(self._notify_after(work, seconds))

    async def _notify_after(self, work: Work, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            if await self.database.writes.run(self._notify, work):
                self.metrics.notices.inc()
                self.updates.publish(work.conversation.id)
                self.sender.wake()
        except Exception:
            log.exception("the delay notice could not be stored")

    def _count(self, outcome: str, work: Work, error: Exception | None = None) -> None:
        self.metrics.assistant_calls.labels(outcome).inc()
        self.metrics.assistant_up.set(1 if self.assistant.is_up else 0)
        if error is not None:
            log.warning(
                "the assistant did not answer",
                extra={
                    "message_id": work.message.id,
                    "attempt": work.attempts,
                    "reason": str(error),
                },
            )
