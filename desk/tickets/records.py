"""What other packages get to see of tickets and agents."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from desk.tickets.permissions import BY_ROLE, IMPLIED, Permission
from kit.i18n import LANGUAGES

Role = Literal["agent", "supervisor", "admin"]
ROLES: Final[tuple[Role, ...]] = ("agent", "supervisor", "admin")
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: Final[tuple[Priority, ...]] = ("low", "normal", "high", "urgent")
TicketState = Literal["waiting", "assigned", "closed"]
Outcome = Literal["solved", "handed_back", "merged"]
MOOD: Final = 0.5
Presence = Literal["online", "away", "offline"]


class TicketNotFound(LookupError):
    """There is no such ticket, or not for the one who asks."""


class TicketConflict(RuntimeError):
    """Somebody else acted on the ticket first; look again before acting."""


class NotYours(TicketConflict):
    """The ticket is a colleague's, and this person may not act on colleagues' tickets."""


class AgentNotFound(LookupError):
    """There is no account with this e-mail address."""


class AgentOffline(AgentNotFound):
    """This person is not at the desk: what they got now would wait unseen."""


class AccountRefused(ValueError):
    """An account cannot be made or changed like this; the message names the field."""


@dataclass(frozen=True)
class Agent:
    """A person at the desk."""

    id: int
    email: str
    name: str
    role: Role
    is_active: bool
    permissions: frozenset[str] | None = None
    presence: Presence = "offline"
    languages: tuple[str, ...] = LANGUAGES
    skills: tuple[str, ...] = ()
    capacity: int = 4

    def may(self, permission: Permission) -> bool:
        """Whether the role allows it, or the permissions chosen for this person where there are."""
        own = BY_ROLE[self.role] if self.permissions is None else self.permissions
        return permission in own or not IMPLIED.get(permission, frozenset()).isdisjoint(own)

    def is_at_least(self, role: Role) -> bool:
        """Whether this role, or one above it, is held."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class TicketView:
    """A ticket as agents, actions and tests see it; `position` counts from 1 while it waits."""

    id: int
    conversation_id: str
    customer_id: str | None
    reason: str
    topic: str
    language: str
    summary: str
    priority: Priority
    state: TicketState
    outcome: Outcome | None
    agent_id: int | None
    agent_name: str | None
    version: int
    opened_at: datetime
    updated_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    position: int | None = None
    channel: str = "webchat"
    team_id: int | None = None
    team_name: str | None = None
    skills: tuple[str, ...] = ()
    sentiment: str | None = None
    moods: tuple[float, ...] = ()
    urgency: float | None = None
    customer_value: Decimal | None = None
    order_number: str | None = None
    order_value: Decimal | None = None
    first_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    first_reply_at: datetime | None = None
    breached_at: datetime | None = None
    snoozed_until: datetime | None = None
    callback_at: datetime | None = None
    callback_phone: str | None = None
    mail_to: str | None = None
    merged_into_id: int | None = None
    follows_id: int | None = None

    @property
    def mood_names(self) -> tuple[str, ...]:
        """Moods of the shopper's messages before the handover: negative, neutral or positive."""
        return tuple(
            "negative" if one <= -MOOD else "positive" if one >= MOOD else "neutral"
            for one in self.moods
        )

    @property
    def due_at(self) -> datetime | None:
        """What the clock runs to now: the first reply, then the end; None once closed."""
        if not self.is_open:
            return None
        return self.first_due_at if self.first_reply_at is None else self.resolve_due_at

    @property
    def is_open(self) -> bool:
        """Whether a person still has to do something."""
        return self.state != "closed"


@dataclass(frozen=True)
class TicketEvent:
    """One line of a ticket's log."""

    id: int
    at: datetime
    kind: str
    agent_name: str | None
    detail: dict[str, Any]
