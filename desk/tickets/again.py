"""A shopper writes after "solved": their ticket goes on, with the person who had it."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.tickets.accounts import agent_of
from desk.tickets.inbox import labels_of
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.notices import tell_shopper
from desk.tickets.passing import open_following
from desk.tickets.queue import get_ticket, open_ticket_of, take
from desk.tickets.records import TicketView
from desk.tickets.routing import Why
from desk.tickets.setup import hours_of
from desk.tickets.work_models import LabelRow

WITHIN: Final = timedelta(hours=4)
_POLITE: Final = frozenset(
    """
    a all alright and appreciate appreciated awesome bye cheers cool day evening
    everything excellent fine for good goodbye got great have i is it it's its kind lot
    lovely many much nice night no nope now ok okay perfect please so solved super sure thank
    thanks that that's thats the thx too ty very was weekend well wonderful works yay yep yes
    you your
    """.split()  # noqa: SIM905
)
_POLITE_CHINESE: Final = re.compile(
    r"(?:非常|十分|太|多|真的|真)?(?:谢谢|感谢|多谢|谢|辛苦|好|棒|行|可以|嗯|哦|噢|再见|拜拜|没有|没问题|没|不用|不需要"
    r"|解决|明白|知道|清楚|收到|满意|是|对|了|您|你|们|啦|啊|呀|呢|哈|的|吧|都|已经|(?<=[谢的])(?:客服|帮助|大家))+"
)
_STILL_OPEN: Final = re.compile(r"没有?(?:真的|完全)?(?:解决|收到|好|明白|清楚|满意|可以|行)")


def is_thanks(text: str) -> bool:
    """Whether the words only thank, agree or say goodbye; points for the help count, too."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    words = re.findall(r"[a-z']+|[\u3400-\u9fff]+|[0-9]+", plain)
    if "?" in plain or _STILL_OPEN.search(plain):
        return False
    return all(
        one in _POLITE or bool(_POLITE_CHINESE.fullmatch(one)) or one in "12345" for one in words
    )


def solved_before(
    session: Session, conversation_id: str, text: str, *, now: datetime
) -> int | None:
    """The ticket, solved a short while ago, that the words go on with; for a look without a write.

    None for thanks, and outside the desk's hours: then the assistant answers.
    """
    if is_thanks(text):
        return None
    last = session.execute(
        select(TicketRow.id, TicketRow.outcome, TicketRow.closed_at)
        .where(TicketRow.conversation_id == conversation_id)
        .order_by(TicketRow.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.outcome != "solved" or last.closed_at <= now - WITHIN:
        return None
    return last.id if hours_of(session).is_open(now) else None


def go_on(session: Session, conversation_id: str, text: str, *, now: datetime) -> TicketView | None:
    """Open a ticket that goes on from one solved a short while ago; None where nothing is open.

    It has the old one's priority, labels and, while the desk is open, the person who had it,
    where they are in. Outside the desk's hours the assistant answers.
    """
    number = solved_before(session, conversation_id, text, now=now)
    if number is None or open_ticket_of(session, conversation_id) is not None:
        return None
    before = get_ticket(session, number)
    ticket = open_following(session, before, "not_solved", now=now, priority=before.priority)
    labels = labels_of(session, [before.id]).get(before.id, [])
    session.add_all(LabelRow(ticket_id=ticket.id, label=one) for one in labels)
    had_it = None if before.agent_id is None else session.get(AgentRow, before.agent_id)
    if had_it is None or not had_it.is_active or had_it.presence == "offline":
        tell_shopper(session, ticket, "released", "", now)
        return ticket
    tell_shopper(session, ticket, "reopened", had_it.name, now)
    why = (Why("knows_shopper"),)
    return take(session, ticket.id, agent_of(had_it), version=ticket.version, now=now, why=why)
