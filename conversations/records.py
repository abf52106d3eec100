"""What other packages get to see of conversations and messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from conversations.cards import AnyCard, Button
from conversations.content import Asks, Reply

HandledBy = Literal["bot", "agent"]
Author = Literal["shopper", "bot", "agent", "system"]
PULLED_CHANNELS: Final = frozenset({"webchat"})
FileKind = Literal["picture", "document", "voice", "video"]


class ConversationNotFound(LookupError):
    """There is no conversation of this id."""


class WrongHandler(RuntimeError):
    """The bot or an agent tried to speak where the other one is in charge."""


class ForeignCustomer(RuntimeError):
    """The conversation already belongs to another customer."""


@dataclass(frozen=True)
class Conversation:
    """One thread with one shopper; `customer_id` is set only for a proven customer.

    `reply_path` is what its channel needs besides the contact to answer: a mail's subject.
    """

    id: str
    channel: str
    contact: str | None
    customer_id: str | None
    language: str
    handled_by: HandledBy
    agent_name: str | None
    created_at: datetime
    updated_at: datetime
    shopper_seen_id: int = 0
    agent_seen_id: int = 0
    reply_path: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_pulled(self) -> bool:
        """Whether its client fetches what is stored, so that nothing has to be sent."""
        return self.channel in PULLED_CHANNELS

    @property
    def is_lent(self) -> bool:
        """Whether the bot does a step for an agent who watches and takes over again."""
        return self.handled_by == "bot" and self.agent_name is not None


@dataclass(frozen=True)
class Message:
    """One message; `id` grows within its conversation and is what clients resume from."""

    id: int
    conversation_id: str
    author: Author
    author_name: str | None
    text: str
    buttons: tuple[Button, ...]
    cards: tuple[AnyCard, ...]
    image: str | None
    created_at: datetime
    client_message_id: str | None = None
    reply_to: int | None = None
    asks: Asks | None = None

    @property
    def reply(self) -> Reply:
        """What is shown of it."""
        return Reply(self.text, self.buttons, self.cards, self.image or "", self.asks)


@dataclass(frozen=True)
class Accepted:
    """A shopper's message that is stored; `is_new` is False for a repeated client id."""

    message: Message
    handled_by: HandledBy
    is_new: bool
    is_handled: bool


@dataclass(frozen=True)
class File:
    """A file that came with a message: where its channel keeps it, and what it says it is."""

    kind: FileKind
    reference: str
    size: int = 0


@dataclass(frozen=True)
class Work:
    """A claimed message and what the assistant must know to answer it."""

    message: Message
    conversation: Conversation
    text: str
    page: dict[str, Any] | None
    attempts: int
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class ConversationSummary:
    """A line of the desk's list of conversations."""

    conversation: Conversation
    last_text: str
    last_author: Author | None
    messages: int
