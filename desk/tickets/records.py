"""What other packages get to see of tickets and agents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

Role = Literal["agent", "supervisor", "admin"]
ROLES: Final[tuple[Role, ...]] = ("agent", "supervisor", "admin")
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: Final[tuple[Priority, ...]] = ("low", "normal", "high", "urgent")
TicketState = Literal["waiting", "assigned", "closed"]
Outcome = Literal["solved", "handed_back"]


class TicketNotFound(LookupError):
    """There is no such ticket, or not for the one who asks."""


class TicketConflict(RuntimeError):
    """Somebody else acted on the ticket first; look again before acting."""


class AgentNotFound(LookupError):
    """There is no account with this e-mail address."""


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
