"""One act on many tickets, each in its own unit of work: one conflict stops nothing."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from aiohttp import web

from desk.tickets import (
    PRIORITIES,
    SetupRefused,
    TicketConflict,
    TicketView,
    ask_rating,
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
from desk.web.dispatcher import DISPATCHER
from desk.web.errors import Refused

ACTS: Final = ("take", "release", "close", "label", "priority", "snooze")
_HOURS: Final = re.compile(r"[1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440")  # up to 60 days


async def apply_to_many(
    request: web.Request, ids: list[int], act: str, form: Mapping[str, str]
) -> tuple[int, int]:
    """How many were done, and how many were left because somebody acted first, or has them.

    Raises Refused for a value that no ticket could get, before anything is done.
    """
    if act not in ACTS:
        raise Refused(422, "bad_act", field="act")
    value = _value(act, form)
    done = left = 0
    for number in ids:
        try:
            found = await request.app[DESK].database.writes.run(_one, request, number, act, value)
        except TicketConflict:  # (a colleague's ticket is one, too)
            left += 1
            continue
        except SetupRefused as error:
            raise Refused(422, "refused_because", field=str(error)) from error
        done += 1
        request.app[DESK].live.publish(found.conversation_id)
    request.app[DISPATCHER].wake()
    return done, left


def _value(act: str, form: Mapping[str, str]) -> str:
    """What the act needs: its own field of the form, or the field `value`."""
    value = form.get(act) or form.get("value", "")
    if act == "priority" and value not in PRIORITIES:
        raise Refused(422, "bad_priority", field="priority")
    if act == "snooze" and not _HOURS.fullmatch(value):
        raise Refused(422, "bad_hours", field="snooze")
    if act == "label" and not value.strip():
        raise Refused(422, "bad_label", field="label")
    return value


def _one(request: web.Request, number: int, act: str, value: str) -> TicketView:
    desk, agent = request.app[DESK], current_agent(request)
    now = desk.clock.now()
    with desk.database.session() as session:
        access_ticket(session, number)
        version = get_ticket(session, number).version
        if act == "take":
            return take(session, number, agent, version=version, now=now)
        if act == "release":
            return release(session, number, agent, version=version, now=now)
        if act == "close":
            ended = finish(session, number, agent, "solved", version=version, now=now)
            ask_rating(session, ended, key=desk.settings.secret_key, now=now)
            return ended
        if act == "label":
            labels = [*labels_of(session, [number]).get(number, []), value]
            return set_labels(session, number, agent, labels, version=version, now=now)
        if act == "priority":
            return set_priority(session, number, agent, value, version=version, now=now)
        until = now + timedelta(hours=int(value))
        return snooze(session, number, agent, until, version=version, now=now)
