"""Pages that show: the inbox and a ticket; and the parts that live updates fetch."""

import re
from dataclasses import replace
from typing import Any, Final, cast, get_args
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import Message, last_words, mark_seen
from desk.tickets import (
    PRIORITIES,
    STEPS,
    InboxView,
    Note,
    Query,
    TicketView,
    count_views,
    events_of,
    find_tickets,
    has_unseen_mention,
    hours_of,
    known_labels,
    labels_of,
    list_agents,
    list_macros,
    list_teams,
    notes_of,
    others_of,
    saved_views,
    see_mentions,
    unanswered_of,
    understood_of,
)
from desk.tickets.places import messages_of, places_of, transcript_of
from desk.web.access import access_customer_id, access_ticket, current_agent
from desk.web.customer import CustomerPanel
from desk.web.desk import DESK
from desk.web.rendering import language_of, last_id, page, render
from kit import deadlines

_NUMBER: Final = re.compile(r"[0-9]{1,15}")
VIEWS: Final[tuple[InboxView, ...]] = get_args(InboxView)
SAID: Final = frozenset(
    f"{prefix}{act}"
    for act in ("cancel", "refund", "resend", "address")
    for prefix in ("", "already_")
)
TOPICS: Final = (
    "orders",
    "delivery",
    "returns",
    "refunds",
    "products",
    "payment",
    "account",
    "complaint",
    "privacy",
    "warranty",
    "general",
)


async def inbox(request: web.Request) -> web.Response:
    """Who waits, what is mine, everything; filtered, searched, a page at a time."""
    values = await request.app[DESK].database.reads.run(_list_values, request, read_query(request))
    return page(request, "inbox.html", **values)


async def rows(request: web.Request) -> web.Response:
    """The list alone, for live updates."""
    values = await request.app[DESK].database.reads.run(_news_values, request, read_query(request))
    current = request.query.get("current", "")
    values["current_id"] = int(current) if _NUMBER.fullmatch(current) else None
    unanswered, newest = values["unanswered"]
    return web.json_response(
        {
            "html": render(request, "_rows.html", **values),
            "counts": values["counts"],
            "unanswered": unanswered,
            "newest": newest,
        }
    )


async def ticket(request: web.Request) -> web.Response:
    """One conversation with everything needed to help."""
    values = await request.app[DESK].database.reads.run(_ticket_values, request)
    found = values["ticket"]
    query = replace(read_query(request), view=_list_view(request, found))
    listed = await request.app[DESK].database.reads.run(_list_values, request, query)
    await _mark_seen(request, values)
    if values["is_named"]:
        writes = request.app[DESK].database.writes
        await writes.aside(deadlines.ASIDE, _see_mentions, request, found.id)
    return page(request, "ticket.html", **{**listed, **values, "current_id": found.id})


async def live(request: web.Request) -> web.Response:
    """What is new in a ticket since message `after` and note `notes`, and how it stands now."""
    after, noted = number_of(request, "after"), number_of(request, "notes")

    def read() -> dict[str, Any]:
        with request.app[DESK].database.reading() as session:
            return ticket_parts(request, session, ticket_id(request), after, noted)

    values = await request.app[DESK].database.reads.run(read)
    await _mark_seen(request, values)
    return web.json_response(ticket_state(request, values, after, noted))


def ticket_parts(
    request: web.Request, session: Session, number: int, after: int, noted: int
) -> dict[str, Any]:
    """What `ticket_state` needs, read in one unit of work."""
    found, conversation = access_ticket(session, number)
    return {
        "ticket": found,
        "conversation": conversation,
        "chats": places_of(session, found),
        "items": thread(
            messages_of(session, found, after),
            [note for note in notes_of(session, number) if note.id > noted],
        ),
        "events": events_of(session, number),
        "labels": labels_of(session, [number]).get(number, []),
        "now": request.app[DESK].clock.now(),
    }


def ticket_state(
    request: web.Request, values: dict[str, Any], after: int, noted: int
) -> dict[str, Any]:
    """A ticket's new parts, as scripts put them into the page."""
    found, conversation = values["ticket"], values["conversation"]
    messages = [item for item in values["items"] if not isinstance(item, Note)]
    notes = [item for item in values["items"] if isinstance(item, Note)]
    agent = current_agent(request)
    return {
        "messages": render(request, "_messages.html", **values),
        "last_id": last_id(messages) or after,
        "last_note": notes[-1].id if notes else noted,
        "bar": render(request, "_bar.html", **values),
        "log": render(request, "_log.html", **values),
        "version": found.version,
        "state": found.state,
        "customer": access_customer_id(found, conversation) or "",
        "seen": conversation.shopper_seen_id,
        "can_reply": found.state == "assigned" and found.agent_id == agent.id,
    }


def thread(messages: list[Any], notes: list[Note]) -> list[Any]:
    """Messages and notes in the order they were written."""
    items: list[Any] = [*messages, *notes]
    return sorted(items, key=lambda one: one.at if isinstance(one, Note) else one.created_at)


async def asset(request: web.Request) -> web.Response:
    """A style sheet or script."""
    return request.app[DESK].assets.response(request.match_info["name"])


def ticket_id(request: web.Request) -> int:
    """The id in the address; the route lets digits through only."""
    return int(request.match_info["ticket_id"])


def number_of(request: web.Request, name: str) -> int:
    """A number of the address, 0 where there is none."""
    return whole(request.query.get(name, "0"))


def whole(raw: str) -> int:
    """A number that was sent; 0 for what is none."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 16 else 0


def read_query(request: web.Request) -> Query:
    """What the list shall show; what cannot be read narrows nothing."""
    asked = request.query
    team = asked.get("team", "")
    return Query(
        view=cast(InboxView, asked["view"]) if asked.get("view") in VIEWS else "waiting",
        text=asked.get("q", "")[:80],
        team_id=int(team) if team.isascii() and team.isdigit() and len(team) < 9 else None,
        label=asked.get("label", "")[:40],
        priority=asked.get("priority", "")[:8],
        language=asked.get("language", "")[:2],
        topic=asked.get("topic", "")[:60],
        page=max(1, number_of(request, "page")),
    )


def query_string(query: Query, **changes: Any) -> str:
    """The query as the end of an address, without its empty parts."""
    query = replace(query, **changes)
    parts = {
        "view": query.view,
        "q": query.text,
        "team": query.team_id or "",
        "label": query.label,
        "priority": query.priority,
        "language": query.language,
        "topic": query.topic,
        "page": query.page if query.page > 1 else "",
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _list_view(request: web.Request, found: TicketView) -> InboxView:
    """The list to show beside a ticket: the one the agent came from, else where it belongs."""
    if request.query.get("view") in VIEWS:
        return cast(InboxView, request.query["view"])
    if found.state == "waiting":
        return "waiting"
    return "mine" if found.agent_id == current_agent(request).id and found.is_open else "all"


def _list_values(request: web.Request, query: Query) -> dict[str, Any]:
    """The list with all that stands around it."""
    desk, agent = request.app[DESK], current_agent(request)
    rows = _row_values(request, query)
    with desk.database.reading() as session:
        hours = hours_of(session)
        around = {
            "all_labels": known_labels(session),
            "teams": list_teams(session),
            "kept": saved_views(session, agent.id),
        }
    return {
        **rows,
        **around,
        "views": VIEWS,
        "topics": TOPICS,
        "priorities": PRIORITIES,
        "is_open": hours.is_open(rows["now"]),
        "next_opening": hours.next_opening(rows["now"]),
        "current_id": None,
    }


def _news_values(request: web.Request, query: Query) -> dict[str, Any]:
    """The list for live updates, and what of one's own waits for an answer."""
    desk, agent = request.app[DESK], current_agent(request)
    rows = _row_values(request, query)
    with desk.database.reading() as session:
        waits = unanswered_of(session, agent_id=agent.id, now=rows["now"])
    return {**rows, "unanswered": waits}


def _row_values(request: web.Request, query: Query) -> dict[str, Any]:
    """One page of the list."""
    desk, agent = request.app[DESK], current_agent(request)
    now = desk.clock.now()
    with desk.database.reading() as session:
        found = find_tickets(
            session, query, agent_id=agent.id, now=now, on_a_page=desk.settings.desk_page
        )
        return {
            "found": found,
            "tickets": found.tickets,
            "counts": count_views(session, agent_id=agent.id, now=now),
            "last": last_words(session, {one.conversation_id for one in found.tickets}),
            "names": desk.read_names(
                session, {one.customer_id for one in found.tickets if one.customer_id}
            ),
            "row_labels": labels_of(session, [one.id for one in found.tickets]),
            "query": query,
            "view": query.view,
            "address": query_string,
            "now": now,
        }


def _ticket_values(request: web.Request) -> dict[str, Any]:
    desk, agent = request.app[DESK], current_agent(request)
    with desk.database.reading() as session:
        found, conversation = access_ticket(session, ticket_id(request))
        messages = transcript_of(session, found, desk.settings.desk_messages)
        notes = notes_of(session, found.id)
        customer_id = access_customer_id(found, conversation)
        return {
            "ticket": found,
            "conversation": conversation,
            "items": thread(messages, notes),
            "last_id": last_id(messages),
            "last_note": notes[-1].id if notes else 0,
            "customer": _customer(request, session, customer_id),
            "events": events_of(session, found.id),
            "labels": labels_of(session, [found.id]).get(found.id, []),
            "others": others_of(session, found),
            "understood": understood_of(session, found.id),
            "colleagues": [one for one in list_agents(session) if one.is_active],
            "macros": list_macros(session),
            "steps": STEPS,
            "is_named": has_unseen_mention(session, found.id, agent.id),
            "said": request.query.get("said", "") if request.query.get("said") in SAID else "",
            "now": desk.clock.now(),
        }


async def _mark_seen(request: web.Request, values: dict[str, Any]) -> None:
    """Tell the shopper that who is in charge has their words on the screen."""
    found, conversation = values["ticket"], values["conversation"]
    said = [one for one in values["items"] if isinstance(one, Message) and one.author == "shopper"]
    newest = {one.conversation_id: one.id for one in sorted(said, key=lambda one: one.id)}
    if newest.get(conversation.id, 0) <= conversation.agent_seen_id:
        newest.pop(conversation.id, None)
    is_mine = found.state == "assigned" and found.agent_id == current_agent(request).id
    if not is_mine or not newest:
        return
    desk = request.app[DESK]

    def work() -> list[str]:
        with desk.database.session() as session:
            return [
                place
                for place, last in newest.items()
                if mark_seen(session, place, last, by="agent")
            ]

    for place in await desk.database.writes.aside(deadlines.ASIDE, work) or ():
        desk.live.publish(place)


def _see_mentions(request: web.Request, number: int) -> None:
    desk = request.app[DESK]
    with desk.database.session() as session:
        see_mentions(session, number, current_agent(request).id, now=desk.clock.now())


def _customer(
    request: web.Request, session: Session, customer_id: str | None
) -> CustomerPanel | None:
    if customer_id is None:
        return None
    desk = request.app[DESK]
    return desk.read_customer(session, customer_id, language_of(request), desk.clock.now())
