"""Pages that show: the inbox, a ticket, the team; and the parts that live updates fetch."""

import asyncio
from typing import Any, Final

from aiohttp import web
from sqlalchemy.orm import Session

from desk.conversations import ConversationSummary, list_conversations, messages_after, transcript
from desk.tickets import (
    SERVICE_HOURS,
    Agent,
    TicketView,
    View,
    count_tickets,
    events_of,
    list_agents,
    list_tickets,
)
from desk.web.access import access_customer_id, access_ticket, current_agent
from desk.web.customer import CustomerPanel
from desk.web.desk import DESK
from desk.web.rendering import language_of, last_id, page, render

VIEWS: Final[tuple[View, ...]] = ("waiting", "mine", "all")
RECENT: Final = 200


async def inbox(request: web.Request) -> web.Response:
    """Who waits, what is mine, everything."""
    values = await asyncio.to_thread(_list_values, request, _view(request))
    return page(request, "inbox.html", **values)


async def rows(request: web.Request) -> web.Response:
    """The list alone, for live updates."""
    values = await asyncio.to_thread(_list_values, request, _view(request))
    current = request.query.get("current", "")
    values["current_id"] = int(current) if current.isascii() and current.isdigit() else None
    return web.json_response(
        {"html": render(request, "_rows.html", **values), "counts": values["counts"]}
    )


async def ticket(request: web.Request) -> web.Response:
    """One conversation with everything needed to help."""

    def read() -> dict[str, Any]:
        desk = request.app[DESK]
        with desk.database.reading() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            messages = transcript(session, conversation.id)
            customer_id = access_customer_id(found, conversation)
            return {
                "ticket": found,
                "conversation": conversation,
                "messages": messages,
                "last_id": last_id(messages),
                "customer": _customer(request, session, customer_id),
                "events": events_of(session, found.id),
            }

    values = await asyncio.to_thread(read)
    listed = await asyncio.to_thread(_list_values, request, _list_view(request, values["ticket"]))
    return page(request, "ticket.html", **{**listed, **values, "current_id": values["ticket"].id})


async def live(request: web.Request) -> web.Response:
    """What is new in a ticket since message `after`, and how it stands now."""
    raw = request.query.get("after", "0")
    after = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 16 else 0

    def read() -> dict[str, Any]:
        with request.app[DESK].database.reading() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            return {
                "ticket": found,
                "conversation": conversation,
                "messages": messages_after(session, conversation.id, after),
                "events": events_of(session, found.id),
            }

    values = await asyncio.to_thread(read)
    return web.json_response(ticket_state(request, values, after))


def ticket_state(request: web.Request, values: dict[str, Any], after: int) -> dict[str, Any]:
    """A ticket's new parts, as scripts put them into the page."""
    found = values["ticket"]
    return {
        "messages": render(request, "_messages.html", messages=values["messages"]),
        "last_id": last_id(values["messages"]) or after,
        "bar": render(request, "_bar.html", **values),
        "log": render(request, "_log.html", **values),
        "version": found.version,
        "state": found.state,
        "can_reply": found.state == "assigned" and found.agent_id == current_agent(request).id,
    }


async def team(request: web.Request) -> web.Response:
    """Who is at the desk, and how much each has to do; for supervisors."""

    def read() -> list[tuple[Agent, int]]:
        with request.app[DESK].database.reading() as session:
            return [
                (person, count_tickets(session, agent_id=person.id)["mine"])
                for person in list_agents(session)
            ]

    people = await asyncio.to_thread(read)
    counts = await asyncio.to_thread(_counts, request)
    return page(request, "team.html", people=people, counts=counts, view="team")


async def asset(request: web.Request) -> web.Response:
    """A style sheet or script."""
    return request.app[DESK].assets.response(request.match_info["name"])


def ticket_id(request: web.Request) -> int:
    """The id in the address; the route lets digits through only."""
    return int(request.match_info["ticket_id"])


def _view(request: web.Request) -> View:
    asked = request.query.get("view", "waiting")
    return asked if asked in VIEWS else "waiting"


def _list_view(request: web.Request, found: TicketView) -> View:
    """The list to show beside a ticket: the one the agent came from, else where it belongs."""
    if request.query.get("view") in VIEWS:
        return _view(request)
    if found.state == "waiting":
        return "waiting"
    return "mine" if found.agent_id == current_agent(request).id and found.is_open else "all"


def _counts(request: web.Request) -> dict[View, int]:
    with request.app[DESK].database.reading() as session:
        return count_tickets(session, agent_id=current_agent(request).id)


def _list_values(request: web.Request, view: View) -> dict[str, Any]:
    desk, agent = request.app[DESK], current_agent(request)
    with desk.database.reading() as session:
        tickets = list_tickets(session, view, agent_id=agent.id)
        last = _last_words(session, view)
        counts = count_tickets(session, agent_id=agent.id)
        names = _names(request, session, tickets)
    now = desk.clock.now()
    return {
        "view": view,
        "views": VIEWS,
        "tickets": tickets,
        "names": names,
        "last": last,
        "counts": counts,
        "now": now,
        "is_open": SERVICE_HOURS.is_open(now),
        "next_opening": SERVICE_HOURS.next_opening(now),
        "current_id": None,
    }


def _last_words(session: Session, view: View) -> dict[str, ConversationSummary]:
    """What was said last, by conversation; who waits is shown with the reason instead."""
    if view == "waiting":
        return {}
    found = (
        list_conversations(session, handled_by="agent", limit=RECENT)
        if view == "mine"
        else list_conversations(session, limit=RECENT)
    )
    return {summary.conversation.id: summary for summary in found}


def _names(request: web.Request, session: Session, tickets: list[TicketView]) -> dict[str, str]:
    read_names = request.app[DESK].read_names
    return read_names(session, {item.customer_id for item in tickets if item.customer_id})


def _customer(
    request: web.Request, session: Session, customer_id: str | None
) -> CustomerPanel | None:
    if customer_id is None:
        return None
    desk = request.app[DESK]
    return desk.read_customer(session, customer_id, language_of(request), desk.clock.now())
