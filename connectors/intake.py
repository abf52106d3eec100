"""The way in of every channel: what a shopper says, stored and given to who answers it.

Web chat and messengers alike end here: one unit of work stores the message and everything that
belongs to it, or nothing; then whoever waits for it is woken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from connectors.admission import Admission
from connectors.assistant import Assistant
from connectors.linking import answer_about_links, is_about_links
from connectors.metrics import Metrics
from connectors.notices import Notices
from connectors.people import CallPerson, wants_person
from connectors.telling import answer_about_telling, is_about_telling
from conversations import (
    Accepted,
    File,
    LiveUpdates,
    Message,
    Reply,
    accept_message,
    get_conversation,
    open_since,
    post_bot_replies,
    show_image,
)
from desk.tickets import keep_file, note_address
from kit.clock import Clock


@dataclass(frozen=True)
class Said:
    """What a shopper said: `text` is what people read, `payload` a pressed button's own token.

    `key` is the same when the message comes again. `picture` is what a button is about, `files`
    what the worker has to fetch.
    """

    text: str
    key: str
    payload: str | None = None
    page: dict[str, Any] | None = None
    picture: bytes | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Intake:
    """Takes in what shoppers say.

    Who asks for a person while an earlier message has been without an answer for `patience` gets
    one at once.
    """

    clock: Clock
    updates: LiveUpdates
    notices: Notices
    metrics: Metrics
    assistant: Assistant
    call_person: CallPerson
    wake_worker: Callable[[], None]
    wake_sender: Callable[[], None]
    admission: Admission
    patience: timedelta
    key: bytes

    def store(self, session: Session, conversation_id: str, said: Said) -> Accepted:
        """Store a message in the caller's unit of work; a repeated key changes nothing.

        A colleague who is answering gets a picture to see; the assistant gets the payload alone,
        and nothing is kept.
        """
        is_wish = wants_person(said.payload or said.text, conversation_id, self.key)
        is_for_agent = said.picture is not None and (
            get_conversation(session, conversation_id).handled_by == "agent"
        )
        payload = None if is_for_agent else said.payload
        accepted = accept_message(
            session,
            conversation_id,
            text=said.text,
            payload=payload,
            client_message_id=said.key,
            page=said.page,
            files=said.files,
            now=self.clock.now(),
        )
        if is_wish and self._is_stuck(session, accepted):
            self._call_person(session, accepted.message)
            return Accepted(accepted.message, "agent", True, True)
        if said.picture is not None and is_for_agent and accepted.is_new:
            return self._with_picture(session, accepted, said.picture)
        if accepted.is_new and accepted.handled_by == "agent" and payload is None:
            self._answer_beside(session, accepted.message)
        return accepted

    def come_back_in(self) -> int | None:
        """None while there is time for a message, else the seconds after which there is."""
        return self.admission.come_back_in(is_up=self.assistant.is_up)

    def announce(self, channel: str, accepted: Accepted) -> None:
        """The message is stored: wake who answers it, tell who watches."""
        if not accepted.is_new:
            self.metrics.repeated.labels(channel).inc()
            return
        self.metrics.accepted.labels(channel, accepted.handled_by).inc()
        self.updates.publish(accepted.message.conversation_id)
        if accepted.is_handled:
            self.wake_sender()
        else:
            self.admission.entered()
            self.wake_worker()

    def _is_stuck(self, session: Session, accepted: Accepted) -> bool:
        """Whether the assistant is down, or an earlier message waits for it for too long."""
        if not accepted.is_new or accepted.is_handled:
            return False
        message = accepted.message
        since = open_since(session, message.conversation_id, message.id)
        is_late = since is not None and self.clock.now() - since >= self.patience
        return is_late or not self.assistant.is_up

    def _call_person(self, session: Session, message: Message) -> None:
        now = self.clock.now()
        place = message.conversation_id
        reply = self.notices.person_called(get_conversation(session, place))
        post_bot_replies(session, place, [reply], now=now, reply_to=message.id)
        self.call_person(session, place, now=now)

    def _with_picture(self, session: Session, accepted: Accepted, picture: bytes) -> Accepted:
        message = accepted.message
        kept = keep_file(
            session, message.conversation_id, "picture.png", picture, now=self.clock.now()
        )
        return replace(accepted, message=show_image(session, message.id, kept.address))

    def _answer_beside(self, session: Session, message: Message) -> None:
        """What the house answers while a colleague has the conversation."""
        now, place = self.clock.now(), message.conversation_id
        if is_about_links(session, place, message.text):
            text: str | None = answer_about_links(session, message, self.notices, self.clock)
        elif is_about_telling(session, place, message.text):
            text = answer_about_telling(session, message, self.notices, self.clock)
        else:
            text = note_address(session, place, message.text, now=now)
        if text is not None:
            post_bot_replies(session, place, [Reply(text)], now=now, reply_to=message.id)
