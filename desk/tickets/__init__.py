"""Tickets: conversations that need a person, and the people who take them.

Functions take a unit of work of `concierge.kit.database` first.
"""

from desk.tickets.hours import SERVICE_HOURS, ServiceHours
from desk.tickets.log import events_of
from desk.tickets.privacy import erase, export
from desk.tickets.queue import (
    View,
    count_tickets,
    finish,
    get_ticket,
    list_tickets,
    open_ticket,
    open_ticket_of,
    queue_position,
    release,
    release_all,
    reply,
    take,
)
from desk.tickets.records import (
    AccountRefused,
    Agent,
    AgentNotFound,
    Outcome,
    Priority,
    Role,
    TicketConflict,
    TicketEvent,
    TicketNotFound,
    TicketState,
    TicketView,
)

__all__ = [
    "SERVICE_HOURS",
    "AccountRefused",
    "Agent",
    "AgentNotFound",
    "Outcome",
    "Priority",
    "Role",
    "ServiceHours",
    "TicketConflict",
    "TicketEvent",
    "TicketNotFound",
    "TicketState",
    "TicketView",
    "View",
    "count_tickets",
    "erase",
    "events_of",
    "export",
    "finish",
    "get_ticket",
    "list_tickets",
    "open_ticket",
    "open_ticket_of",
    "queue_position",
    "release",
    "release_all",
    "reply",
    "take",
]
