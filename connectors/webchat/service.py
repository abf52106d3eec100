"""What can be done in a web chat, shared by its HTTP and its WebSocket API."""

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from connectors.errors import Refusal, bad_field, busy, not_found, unauthorised
from connectors.intake import Intake, Said
from connectors.notices import Notices
from connectors.people import wants_person
from connectors.webchat.identity import read_identity
from conversations import (
    Accepted,
    Button,
    Conversation,
    ConversationNotFound,
    ForeignCustomer,
    LiveUpdates,
    Message,
    Outcome,
    attach_customer,
    create_conversation,
    get_conversation,
    is_known,
    mark_seen,
    messages_after,
    outcome_of,
    post_notice,
    reply_to_json,
    set_language,
    unseen_agent_messages,
)
from kit.button import is_button, read_button
from kit.clock import Clock
from kit.database import Database
from kit.signing import BadSignature, sign, verify
from kit.threads import Threads

NAME: Final = "webchat"  # its browsers fetch what is stored; there is nothing to send
TOKEN_LIFETIME: Final = timedelta(days=30)
T = TypeVar("T")
_TOKEN_SHAPE: Final = re.compile(r"btn\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True)
class Chat:
    """The web chat's operations; each is its own unit of work, run in a thread."""

    database: Database
    clock: Clock
    updates: LiveUpdates
    notices: Notices
    intake: Intake
    key: bytes

    def token(self, conversation_id: str) -> str:
        """A token that opens this one conversation."""
        return sign(
            {"c": conversation_id},
            key=self.key,
            purpose="conversation",
            expires_at=self.clock.now() + TOKEN_LIFETIME,
        )

    def authorise(self, token: str, conversation_id: str | None = None) -> str:
        """The conversation a token opens: 401 for a bad token, 404 for a foreign conversation."""
        try:
            body = verify(token, key=self.key, purpose="conversation", now=self.clock.now())
        except BadSignature as error:
            raise unauthorised() from error
        opened = str(body.get("c"))
        if conversation_id is not None and opened != conversation_id:
            raise not_found()
        return opened

    async def customer_of(self, identity: object) -> str | None:
        """The customer a page vouches for by a signed identity; None without one."""
        if identity is None:
            return None
        if not isinstance(identity, str):
            raise bad_field("identity", "identity must be a signed token.")

        def work() -> str:
            with self.database.reading() as session:
                return read_identity(session, identity, self.key, self.clock.now())

        try:
            return await self.database.reads.run(work)
        except BadSignature as error:
            raise Refusal(
                401, "unauthorised", "The identity is not valid any more.", field="identity"
            ) from error

    async def judge(self, conversation_id: str, *, is_helpful: bool) -> None:
        """The shopper said whether this helped; it stands in the conversation, for all to read."""
        conversation, _ = await self.read(conversation_id, limit=0)
        answer = "yes" if is_helpful else "no"
        text = self.notices.text(conversation, f"chat.helpful.{answer}")

        def work() -> None:
            with self.database.session() as session:
                post_notice(session, conversation_id, text, now=self.clock.now())

        await self.database.writes.run(work)
        self.intake.metrics.helpful.labels(answer).inc()
        self.updates.publish(conversation_id)

    async def start(self, language: str, customer_id: str | None) -> Conversation:
        """A new conversation."""

        def work() -> Conversation:
            with self.database.session() as session:
                return create_conversation(
                    session,
                    channel=NAME,
                    language=language,
                    customer_id=customer_id,
                    now=self.clock.now(),
                )

        return await self.database.writes.run(work)

    async def read(
        self, conversation_id: str, after: int = 0, limit: int = 200
    ) -> tuple[Conversation, list[Message]]:
        """The conversation and its messages after an id."""

        def work() -> tuple[Conversation, list[Message]]:
            with self.database.reading() as session:
                # Messages first: who is in charge is then never older than what they say.
                messages = messages_after(session, conversation_id, after, limit)
                return get_conversation(session, conversation_id), messages

        return await _found(self.database.reads, work)

    async def seen(self, conversation_id: str, message_id: int) -> None:
        """The shopper had the messages up to this one before their eyes.

        Fetched is not seen: an open page fetches while its chat is closed.
        """

        def unseen() -> list[int]:
            with self.database.reading() as session:
                found = unseen_agent_messages(session, conversation_id, 0)
            return [one.id for one in found if one.id <= message_id]

        def work(shown: int) -> None:
            with self.database.session() as session:
                mark_seen(session, conversation_id, shown, by="shopper")

        shown = max(await self.database.reads.run(unseen), default=0)
        if shown:
            await self.database.writes.run(work, shown)

    async def attach(self, conversation_id: str, customer_id: str) -> Conversation:
        """Give a guest's conversation to the customer; 409 when it is another customer's."""

        def work() -> Conversation:
            with self.database.session() as session:
                return attach_customer(session, conversation_id, customer_id)

        try:
            return await _found(self.database.writes, work)
        except ForeignCustomer as error:
            raise Refusal(
                409,
                "other_customer",
                "This conversation belongs to somebody else; start a new one.",
                field="identity",
            ) from error

    async def speak(self, conversation_id: str, language: str) -> None:
        """The shopper chose the language of the chat."""

        def work() -> None:
            with self.database.session() as session:
                set_language(session, conversation_id, language)

        await self.database.writes.run(work)

    async def accept(
        self,
        conversation_id: str,
        text: str,
        client_id: str,
        page: dict[str, Any] | None,
        picture: bytes | None = None,
    ) -> Accepted:
        """Store a message, then wake who answers it; a repeated client id changes nothing.

        Refused with 503, and when to come back, while too much waits for the assistant.
        `picture` is what `text` is about: a colleague who is answering gets it to see; the
        assistant gets `text` alone, and nothing is kept.
        """
        shown, meant = self._meaning(text, conversation_id)
        if not wants_person(text, conversation_id, self.key):
            await self._admit(conversation_id, client_id)
        said = Said(shown, client_id, meant, page, picture)

        def work() -> Accepted:
            with self.database.session() as session:
                return self.intake.store(session, conversation_id, said)

        with self.intake.admission.storing():
            accepted = await _found(self.database.writes, work)
        self.intake.announce(NAME, accepted)
        return accepted

    async def person_button(self, conversation_id: str) -> str:
        """The token that asks for a person in this conversation, titled in its language."""
        conversation, _ = await self.read(conversation_id, limit=0)
        return self.notices.person_button(conversation).payload

    async def signed_in_button(self, conversation_id: str) -> Button:
        """What goes on with the question that a guest was asked, now that they have signed in."""
        conversation, _ = await self.read(conversation_id, limit=0)
        return self.notices.signed_in_button(conversation)

    async def picture_button(self, conversation_id: str, looks: Sequence[str] | None) -> str:
        """The token by which a picture that was sent asks the assistant for products like it."""
        conversation, _ = await self.read(conversation_id, limit=0)
        return self.notices.picture_button(conversation, looks).payload

    async def wait_for_answer(
        self,
        conversation_id: str,
        text: str,
        client_id: str,
        page: Any,
        seconds: float,
        picture: bytes | None = None,
    ) -> tuple[Accepted, Outcome]:
        """Accept a message and wait for its answer, or for the notice that it takes longer."""
        async with self.updates.subscribe(conversation_id) as news:
            accepted = await self.accept(conversation_id, text, client_id, page, picture)
            is_open = accepted.is_new and not accepted.is_handled
            if is_open:
                news.forget()  # the news of its own arrival
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while True:
                        if is_open:
                            await news.next()
                        outcome = await self.database.reads.run(self._outcome, accepted)
                        if not outcome.is_pending or outcome.messages:
                            return accepted, outcome
                        is_open = True
            return accepted, await self.database.reads.run(self._outcome, accepted)

    def _outcome(self, accepted: Accepted) -> Outcome:
        with self.database.reading() as session:
            return outcome_of(session, accepted.message)

    def _meaning(self, text: str, conversation_id: str) -> tuple[str, str | None]:
        """What people read and, for a pressed button, what the assistant gets."""
        if not is_button(text):
            return text, None
        try:
            return read_button(text, conversation_id, self.key).title, text
        except BadSignature as error:
            if _TOKEN_SHAPE.fullmatch(text):
                raise bad_field(
                    "text", "This button does not belong here.", error="unknown_button"
                ) from error
            return text, None

    async def _admit(self, conversation_id: str, client_id: str) -> None:
        """Refuse what the assistant cannot answer soon; people and repeats are not kept waiting."""
        seconds = self.intake.come_back_in()
        if seconds is None:
            return

        def is_for_bot() -> bool:
            with self.database.reading() as session:
                handled_by = get_conversation(session, conversation_id).handled_by
                return handled_by == "bot" and not is_known(session, conversation_id, client_id)

        if await _found(self.database.reads, is_for_bot):
            self.intake.metrics.shed.inc()
            raise busy(seconds)


async def _found(threads: Threads, work: Callable[[], T]) -> T:
    try:
        return await threads.run(work)
    except ConversationNotFound as error:
        raise not_found() from error


def message_to_json(message: Message) -> dict[str, Any]:
    """A message as the API gives it; a reply is a message with its author."""
    return {
        "id": message.id,
        "author": message.author,
        "author_name": message.author_name,
        "created_at": message.created_at.isoformat(),
        "client_message_id": message.client_message_id,
        **reply_to_json(message.reply),
    }
