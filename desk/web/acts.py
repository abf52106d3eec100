"""What an agent does to a ticket beyond taking, answering and ending it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import get_conversation
from desk.tickets import (
    Agent,
    TicketView,
    add_note,
    ask_rating,
    filled,
    finish,
    follow_up,
    get_ticket,
    lend,
    list_macros,
    merge,
    reply,
    set_labels,
    set_priority,
    snooze,
    take_over,
    transfer_to_agent,
    transfer_to_team,
)
from desk.web.access import access_customer_id, access_ticket
from desk.web.desk import DESK, Desk
from desk.web.errors import Refused, not_found
from desk.web.forms import act_on_ticket, check_finished, clean_text, form_of, go, version_of
from kit.i18n import as_language

MOST_AT_ONCE: Final = 100
_DIGITS: Final = re.compile(r"\d{1,9}")
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
Change = Callable[[Session, Agent, int, int, datetime, Mapping[str, str], Desk], TicketView]


def act(change: Change) -> Handle:
    """A handler that does one change on the version the page showed."""

    async def handle(request: web.Request) -> web.StreamResponse:
        form, version = await form_of(request), await version_of(request)
        desk = request.app[DESK]
        now = desk.clock.now()
        return await act_on_ticket(
            request,
            lambda session, agent, number: change(session, agent, number, version, now, form, desk),
        )

    return handle


def _priority(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    return set_priority(session, number, agent, form.get("priority", ""), version=version, now=now)


def _labels(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    labels = form.get("labels", "").replace("，", ",").split(",")
    return set_labels(session, number, agent, labels, version=version, now=now)


def _snooze(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    hours = form.get("hours", "")
    if not (hours.isascii() and hours.isdigit() and len(hours) < 5):
        raise Refused(422, "bad_hours", field="hours")
    until = now + timedelta(hours=int(hours)) if int(hours) else None
    return snooze(session, number, agent, until, version=version, now=now)


def _transfer(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    kind, _, raw = form.get("to", "").partition(":")
    if kind not in ("agent", "team") or not _DIGITS.fullmatch(raw):
        raise Refused(422, "bad_target", field="to")
    if kind == "agent":
        return transfer_to_agent(session, number, agent, int(raw), version=version, now=now)
    return transfer_to_team(session, number, agent, int(raw), version=version, now=now)


def _lend(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    desk: Desk,
) -> TicketView:
    step = form.get("step", "")
    found, conversation = access_ticket(session, number)
    labels = desk.catalogue.messages[as_language(conversation.language)]
    return lend(
        session,
        found.id,
        agent,
        step,
        labels.get(f"step.{step}", step),
        version=version,
        key=desk.settings.secret_key,
        now=now,
    )


def _take_over(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    _form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    return take_over(session, number, agent, version=version, now=now)


def _merge(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    into = form.get("into", "").lstrip("#")
    if not _DIGITS.fullmatch(into):
        raise Refused(422, "bad_ticket", field="into")
    access_ticket(session, int(into))
    return merge(session, number, int(into), agent, version=version, now=now)


def _follow_up(
    session: Session,
    agent: Agent,
    number: int,
    _version: int,
    now: datetime,
    _form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    return follow_up(session, number, agent, now=now)


def _note(
    session: Session,
    agent: Agent,
    number: int,
    _version: int,
    now: datetime,
    form: Mapping[str, str],
    _desk: Desk,
) -> TicketView:
    add_note(session, number, agent, clean_text(form.get("text", "")), now=now)
    return get_ticket(session, number)


def _macro(
    session: Session,
    agent: Agent,
    number: int,
    version: int,
    now: datetime,
    form: Mapping[str, str],
    desk: Desk,
) -> TicketView:
    macro = next((one for one in list_macros(session) if str(one.id) == form.get("macro")), None)
    if macro is None:
        raise not_found()
    found = get_ticket(session, number)
    for place, (kind, value) in enumerate(macro.steps):
        if kind == "reply":
            text = filled(value, variables(session, found, agent, desk))
            check_finished(text)
            found, _ = reply(
                session,
                number,
                agent,
                text=text,
                version=version,
                now=now,
                client_message_id=f"macro-{macro.id}-{version}-{place}",
            )
        elif kind == "label":
            found = set_labels(session, number, agent, value.split(","), version=version, now=now)
        elif kind == "priority":
            found = set_priority(session, number, agent, value, version=version, now=now)
        elif kind == "snooze_hours":
            until = now + timedelta(hours=int(value))
            found = snooze(session, number, agent, until, version=version, now=now)
        else:
            outcome = "solved" if kind == "close" else "handed_back"
            found = finish(session, number, agent, outcome, version=version, now=now)  # type: ignore[arg-type]
            if outcome == "solved":
                ask_rating(session, found, key=desk.settings.secret_key, now=now)
        version = found.version
    return found


def variables(session: Session, found: TicketView, agent: Agent, desk: Desk) -> dict[str, str]:
    """What fills the gaps of ready-made replies."""
    conversation = get_conversation(session, found.conversation_id)
    customer_id = access_customer_id(found, conversation)
    names = desk.read_names(session, {customer_id} if customer_id else set())
    return {
        "customer": names.get(customer_id or "", ""),
        "agent": agent.name,
        "shop": desk.settings.shop_name,
        "order": found.order_number or "",
        "ticket": f"#{found.id}",
    }


change_priority = act(_priority)
change_labels = act(_labels)
snooze_ticket = act(_snooze)
transfer = act(_transfer)
lend_step = act(_lend)
take_over_again = act(_take_over)
merge_tickets = act(_merge)
follow_up_ticket = act(_follow_up)
write_note = act(_note)
run_macro = act(_macro)


async def bulk(request: web.Request) -> web.StreamResponse:
    """One act on many tickets of a list; what others changed meanwhile is left and counted."""
    from desk.web.bulk import apply_to_many

    form = await request.post()
    ids = [int(raw) for raw in map(str, form.getall("ticket", [])) if _DIGITS.fullmatch(raw)]
    if not ids or len(ids) > MOST_AT_ONCE:
        raise Refused(422, "bad_selection", field="ticket")
    done, left = await apply_to_many(request, ids, str(form.get("act", "")), await form_of(request))
    if "application/json" in request.headers.get("Accept", ""):
        return web.json_response({"done": done, "left": left})
    return go("/desk")
