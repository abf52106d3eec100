"""What other programs hear of: tickets and messages, queued once per address, retried with care.

A ticket's log and the messages of its conversation are the record; this only remembers how far each
address has heard. Nothing is queued twice: the pair of address and event is unique.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from conversations import Message, get_message, last_message_id, messages_since
from desk.tickets.models import TicketEventRow, TicketRow
from desk.tickets.queue import get_ticket
from desk.tickets.records import TicketNotFound, TicketView
from desk.tickets.setup import SetupRefused
from desk.tickets.sign_in import hash_token
from desk.tickets.work_models import ApiTokenRow, WebhookDeliveryRow, WebhookRow
from desk.tickets.work_models import WebhookDeliveryRow as Row

KINDS: Final = ("webhook", "zammad", "chatwoot")
QUIET: Final = frozenset(
    {"left", "noted", "labels", "priority", "reviewed"}
)  # the desk's own business
BATCH: Final = 200
MOST_ATTEMPTS: Final = 10
FIRST_DELAY: Final = timedelta(seconds=2)
LONGEST_DELAY: Final = timedelta(minutes=30)
LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Webhook:
    """An address that hears of tickets."""

    id: int
    kind: str
    url: str
    is_active: bool
    waiting: int = 0
    dead: int = 0


@dataclass(frozen=True)
class Outgoing:
    """One event to be told now; `remote_id` is the other side's number of the ticket."""

    id: int
    webhook_id: int
    kind: str
    url: str
    secret: str
    event: str
    body: dict[str, Any]
    attempts: int
    remote_id: str | None


def add_webhook(
    session: Session, kind: str, url: str, secret: str | None, *, now: datetime
) -> tuple[Webhook, str]:
    """Add an address and give its secret, which is shown once; raises SetupRefused."""
    if kind not in KINDS:
        raise SetupRefused(f"kind: must be one of {', '.join(KINDS)}")
    if not _is_web_address(url):
        raise SetupRefused("url: must be an address like https://help.example.com/hook")
    if len(url) > 500:
        raise SetupRefused("url: may have 500 characters")
    if kind != "webhook" and not secret:
        raise SetupRefused("secret: the other system's API token is needed")
    chosen = secret or secrets.token_urlsafe(32)
    newest = session.scalar(select(func.max(TicketEventRow.id))) or 0
    row = WebhookRow(
        kind=kind,
        url=url,
        secret=chosen[:200],
        is_active=True,
        created_at=now,
        last_event_id=newest,
    )
    session.add(row)
    session.flush()
    # A first delivery that is already done marks from which message on this address hears.
    session.add(
        Row(
            webhook_id=row.id,
            event_id=-last_message_id(session),
            ticket_id=0,
            event="start",
            state="sent",
            available_at=now,
        )
    )
    session.flush()
    return Webhook(row.id, kind, url, True), chosen


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("https", "http") and bool(parts.hostname)
        return named and not parts.username and parts.port != 0 and url.isprintable()
    except ValueError:  # a port out of range, an address in brackets that is none
        return False


def list_webhooks(session: Session) -> list[Webhook]:
    """All addresses with how much waits and how much was given up."""
    counted = session.execute(
        select(Row.webhook_id, Row.state, func.count()).group_by(Row.webhook_id, Row.state)
    )
    counts = {(place, state): count for place, state, count in counted}
    return [
        Webhook(
            row.id,
            row.kind,
            row.url,
            row.is_active,
            counts.get((row.id, "waiting"), 0),
            counts.get((row.id, "dead"), 0),
        )
        for row in session.scalars(select(WebhookRow).order_by(WebhookRow.id))
    ]


def delete_webhook(session: Session, webhook_id: int) -> None:
    """Stop telling an address; safe to repeat."""
    row = session.get(WebhookRow, webhook_id)
    if row is not None:
        session.query(WebhookDeliveryRow).filter_by(webhook_id=webhook_id).delete()
        session.delete(row)


def queue_news(session: Session, *, now: datetime) -> int:
    """Queue what happened since each address last heard; returns how many deliveries."""
    queued = 0
    for hook in session.scalars(select(WebhookRow).where(WebhookRow.is_active.is_(True))):
        events = session.scalars(
            select(TicketEventRow)
            .where(TicketEventRow.id > hook.last_event_id)
            .order_by(TicketEventRow.id)
            .limit(BATCH)
        ).all()
        for event in events:
            hook.last_event_id = event.id
            if event.kind not in QUIET and event.kind != "replied":
                queued += _queue(
                    session, hook.id, event.id, event.ticket_id, f"ticket.{event.kind}", now
                )
        heard = session.scalar(select(func.min(Row.event_id)).where(Row.webhook_id == hook.id)) or 0
        for message in messages_since(
            session, -heard, BATCH, among=select(TicketRow.conversation_id)
        ):
            ticket_id = session.scalar(
                select(TicketRow.id)
                .where(TicketRow.conversation_id == message.conversation_id)
                .order_by(TicketRow.id.desc())
                .limit(1)
            )
            if ticket_id is not None:
                queued += _queue(session, hook.id, -message.id, ticket_id, "message.created", now)
    session.flush()
    return queued


def claim_outgoing(
    session: Session, *, now: datetime, busy: Collection[int] = ()
) -> Outgoing | None:
    """Take the next due delivery; events of one ticket reach an address in their order.

    Addresses whose ids are in `busy` get nothing further now.
    """
    is_due = or_(
        Row.available_at <= now,
        Row.attempts == 0,
        Row.available_at > now + LONGEST_DELAY,  # the clock was set back
    )
    row = session.scalar(
        select(Row)
        .where(Row.state == "waiting", is_due, Row.webhook_id.not_in(busy))
        .order_by(Row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    earlier = session.scalar(
        select(func.min(Row.id)).where(
            Row.webhook_id == row.webhook_id, Row.ticket_id == row.ticket_id, Row.state == "waiting"
        )
    )
    if earlier is not None and earlier != row.id:
        first = session.get_one(Row, earlier)
        row.available_at = max(first.available_at, now) + timedelta(seconds=1)
        return None
    hook = session.get_one(WebhookRow, row.webhook_id)
    try:
        body = body_of(session, row.event, row.event_id, row.ticket_id)
    except (TicketNotFound, LookupError):  # erased meanwhile
        row.state = "sent"
        return None
    row.attempts += 1
    row.available_at = now + LEASE
    return Outgoing(
        row.id,
        row.webhook_id,
        hook.kind,
        hook.url,
        hook.secret,
        row.event,
        body,
        row.attempts,
        _remote_id(session, row.webhook_id, row.ticket_id),
    )


def mark_told(session: Session, outgoing_id: int, remote_id: str | None = None) -> None:
    """The other side took it."""
    session.execute(
        update(Row)
        .where(Row.id == outgoing_id)
        .values(state="sent", last_error=None, remote_id=remote_id)
    )


def mark_not_told(session: Session, outgoing: Outgoing, error: str, *, now: datetime) -> bool:
    """Try later, or give up after many tries (then False)."""
    is_final = outgoing.attempts >= MOST_ATTEMPTS
    delay = min(FIRST_DELAY * 2 ** (outgoing.attempts - 1), LONGEST_DELAY)
    session.execute(
        update(Row)
        .where(Row.id == outgoing.id)
        .values(
            state="dead" if is_final else "waiting",
            available_at=now + delay,
            last_error=error[:200],
        )
    )
    return not is_final


def body_of(session: Session, event: str, event_id: int, ticket_id: int) -> dict[str, Any]:
    """What is told; raises TicketNotFound or LookupError when it was erased."""
    ticket = get_ticket(session, ticket_id)
    body: dict[str, Any] = {"event": event, "ticket": ticket_json(ticket)}
    if event_id < 0:
        body["message"] = message_json(get_message(session, -event_id))
    else:
        row = session.get(TicketEventRow, event_id)
        if row is None:
            raise LookupError(event_id)
        body["at"] = row.at.isoformat()
    body["id"] = f"evt_{event_id}" if event_id > 0 else f"msg_{-event_id}"
    return body


def ticket_json(ticket: TicketView) -> dict[str, Any]:
    """A ticket as the API and the webhooks give it."""

    def moment(value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "customer_id": ticket.customer_id,
        "state": ticket.state,
        "outcome": ticket.outcome,
        "priority": ticket.priority,
        "topic": ticket.topic,
        "reason": ticket.reason,
        "language": ticket.language,
        "channel": ticket.channel,
        "sentiment": ticket.sentiment,
        "summary": ticket.summary,
        "team": ticket.team_name,
        "agent": ticket.agent_name,
        "order_number": ticket.order_number,
        "version": ticket.version,
        "opened_at": ticket.opened_at.isoformat(),
        "updated_at": ticket.updated_at.isoformat(),
        "closed_at": moment(ticket.closed_at),
        "first_due_at": moment(ticket.first_due_at),
        "resolve_due_at": moment(ticket.resolve_due_at),
    }


def message_json(message: Message) -> dict[str, Any]:
    """A message as the API and the webhooks give it."""
    return {
        "id": message.id,
        "author": message.author,
        "author_name": message.author_name,
        "text": message.text,
        "at": message.created_at.isoformat(),
    }


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The header X-Concierge-Signature: `t=SECONDS,v1=HEX` over `SECONDS.BODY` (HMAC-SHA256)."""
    told = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={told}"


def add_token(session: Session, name: str, *, can_write: bool, now: datetime) -> str:
    """A new API token, shown once; raises SetupRefused."""
    if not 1 <= len(name.strip()) <= 60:
        raise SetupRefused("name: must have 1 to 60 characters")
    if session.scalar(select(ApiTokenRow.id).where(ApiTokenRow.name == name.strip())):
        raise SetupRefused("name: there is a token of this name")
    token = f"cdk_{secrets.token_urlsafe(32)}"
    session.add(
        ApiTokenRow(
            name=name.strip(), token_hash=hash_token(token), can_write=can_write, created_at=now
        )
    )
    session.flush()
    return token


def token_named(session: Session, token: str) -> tuple[str, bool, datetime | None] | None:
    """Whose token it is, whether it may write, when it was last used; None for an unknown one."""
    row = session.scalar(select(ApiTokenRow).where(ApiTokenRow.token_hash == hash_token(token)))
    return None if row is None else (row.name, row.can_write, row.used_at)


def note_token_used(session: Session, token: str, *, now: datetime) -> None:
    """Remember that a token was used."""
    session.execute(
        update(ApiTokenRow).where(ApiTokenRow.token_hash == hash_token(token)).values(used_at=now)
    )


def list_tokens(session: Session) -> list[tuple[int, str, bool, datetime | None]]:
    """Id, name, whether it writes, and when it was last used."""
    rows = session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.name))
    return [(row.id, row.name, row.can_write, row.used_at) for row in rows]


def delete_token(session: Session, token_id: int) -> None:
    """End a token; safe to repeat."""
    session.query(ApiTokenRow).filter_by(id=token_id).delete()


def _queue(
    session: Session, hook_id: int, event_id: int, ticket_id: int, event: str, now: datetime
) -> int:
    known = session.scalar(
        select(Row.id).where(Row.webhook_id == hook_id, Row.event_id == event_id)
    )
    if known is not None:
        return 0
    session.add(
        Row(
            webhook_id=hook_id,
            event_id=event_id,
            ticket_id=ticket_id,
            event=event,
            state="waiting",
            available_at=now,
        )
    )
    return 1


def _remote_id(session: Session, webhook_id: int, ticket_id: int) -> str | None:
    return session.scalar(
        select(Row.remote_id)
        .where(Row.webhook_id == webhook_id, Row.ticket_id == ticket_id, Row.remote_id.is_not(None))
        .order_by(Row.id.desc())
        .limit(1)
    )
