"""Tickets: conversations that need a person, and the people who take them.

Functions take a unit of work of `concierge.kit.database` first.
"""

from desk.tickets.accounts import add_agent, disable_agent, list_agents, set_password
from desk.tickets.demo import DemoAccess, ensure_demo_agents
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
from desk.tickets.sign_in import SignIn, SignInRefused, TooManyTries

__all__ = [
    "SERVICE_HOURS",
    "AccountRefused",
    "Agent",
    "AgentNotFound",
    "DemoAccess",
    "Outcome",
    "Priority",
    "Role",
    "ServiceHours",
    "SignIn",
    "SignInRefused",
    "TicketConflict",
    "TicketEvent",
    "TicketNotFound",
    "TicketState",
    "TicketView",
    "TooManyTries",
    "View",
    "add_agent",
    "count_tickets",
    "disable_agent",
    "ensure_demo_agents",
    "erase",
    "events_of",
    "export",
    "finish",
    "get_ticket",
    "list_agents",
    "list_tickets",
    "open_ticket",
    "open_ticket_of",
    "queue_position",
    "release",
    "release_all",
    "reply",
    "set_password",
    "take",
]
