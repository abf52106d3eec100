"""One act on many tickets, each in its own unit of work: one conflict stops nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from desk.tickets import (
    TicketConflict,
    TicketView,
    finish,
    get_ticket,
    labels_of,
    release,
    set_labels,
    set_priority,
    snooze,
    take,
)
from desk.web.access import access_ticket, current_agent
from desk.web.desk import DESK
from desk.web.errors import Refused

ACTS = ("take", "release", "close", "label", "priority", "snooze")


async def apply_to_many(
    request: web.Request, ids: list[int], act: str, form: Mapping[str, Any]
) -> tuple[int, int]:
    """How many were done, and how many were left because somebody acted first."""
    if act not in ACTS:
        raise Refused(422, "bad_act", field="act")
    done = left = 0
    for number in ids:
        try:
            found = await request.app[DESK].database.writes.run(_one, request, number, act, form)
        except TicketConflict:
            left += 1
            continue
        done += 1
        request.app[DESK].live.publish(found.conversation_id)
    return done, left


def _one(request: web.Request, number: int, act: str, form: Mapping[str, Any]) -> TicketView:
    desk, agent = request.app[DESK], current_agent(request)
    now = desk.clock.now()
    value = str(form.get("value", ""))
    with desk.database.session() as session:
        access_ticket(session, number)
        version = get_ticket(session, number).version
        if act == "take":
            return take(session, number, agent, version=version, now=now)
        if act == "release":
            return release(session, number, agent, version=version, now=now)
        if act == "close":
            return finish(session, number, agent, "solved", version=version, now=now)
        if act == "label":
            labels = [*labels_of(session, [number]).get(number, []), value]
            return set_labels(session, number, agent, labels, version=version, now=now)
        if act == "priority":
            return set_priority(session, number, agent, value, version=version, now=now)
        hours = int(value) if value.isascii() and value.isdigit() and len(value) < 5 else 0
        if not hours:
            raise Refused(422, "bad_hours", field="value")
        until = now + timedelta(hours=hours)
        return snooze(session, number, agent, until, version=version, now=now)
