"""One customer on several channels: joined by a proof alone, and let go of again.

Whoever is signed in at the shop gets a code; who writes it in a chat shows that both are the same
person. A typed name, an address or a number is no proof. What was said while a chat was connected
belongs to the customer's data for good: export and erasure cover it after the end, too.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from conversations.models import ConversationRow, CustomerLinkRow, LinkCodeRow
from conversations.records import Conversation, ForeignCustomer
from conversations.store import attach_customer, lock
from conversations.telling import end_consents

Linked = Literal["linked", "unknown", "other"]

CODE_LIFETIME: Final = timedelta(minutes=15)
SIGNS: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that looks like another
_GROUPS: Final = 3
_OF: Final = 4
_CODE: Final = re.compile(
    r"(?<![A-Za-z0-9])LINK" + rf"[-–— ]?([{SIGNS}]{{{_OF}}})" * _GROUPS + r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LinkCode:
    """A code that connects one chat, once, for a short time."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class CustomerLink:
    """A chat that a customer connected; `ended_at` once it is connected no more."""

    id: int
    conversation_id: str
    channel: str
    linked_at: datetime
    ended_at: datetime | None


def make_link_code(session: Session, customer_id: str, *, now: datetime) -> LinkCode:
    """A code for a customer who has proved who they are; it ends the one before."""
    groups = ["".join(secrets.choice(SIGNS) for _ in range(_OF)) for _ in range(_GROUPS)]
    code, ends = "-".join(["LINK", *groups]), now + CODE_LIFETIME
    session.execute(
        delete(LinkCodeRow).where(
            (LinkCodeRow.customer_id == customer_id) | (LinkCodeRow.expires_at <= now)
        )
    )
    session.add(LinkCodeRow(code_hash=_hash(code), customer_id=customer_id, expires_at=ends))
    session.flush()
    return LinkCode(code, ends)


def link_code_in(text: str) -> str | None:
    """The code that a message holds, as it was made; None for none."""
    found = _CODE.search(text)
    return "-".join(["LINK", *found.groups()]).upper() if found else None


def link_by_code(
    session: Session,
    conversation_id: str,
    code: str,
    *,
    now: datetime,
    since: datetime | None = None,
) -> Linked:
    """Connect a conversation to the customer whom the code was made for; the code is used up.

    `since` is when it was written: what was said from then on is the customer's.
    "other" where it is somebody else's already, which costs no code: two people never become one.
    """
    row = session.get(LinkCodeRow, _hash(code))
    if row is None or row.expires_at <= now:
        return "unknown"
    customer = row.customer_id
    conversation = lock(session, conversation_id)
    if conversation.customer_id not in (None, customer):
        return "other"
    used = session.execute(delete(LinkCodeRow).where(LinkCodeRow.code_hash == row.code_hash))
    if not cast("CursorResult[Any]", used).rowcount:
        return "unknown"  # somebody was faster
    try:
        attach_customer(session, conversation_id, customer)
    except ForeignCustomer:
        return "other"
    if conversation.reply_path is not None:  # from now on proofs alone lead in
        conversation.reply_path = {**conversation.reply_path, "read": "yes"}
    if _open_link(session, conversation_id) is None:
        session.add(
            CustomerLinkRow(
                conversation_id=conversation_id, customer_id=customer, linked_at=since or now
            )
        )
    session.flush()
    return "linked"


def links_of(session: Session, customer_id: str) -> list[CustomerLink]:
    """All chats that a customer ever connected, the oldest first."""
    rows = session.execute(
        select(CustomerLinkRow, ConversationRow.channel)
        .join(ConversationRow, ConversationRow.id == CustomerLinkRow.conversation_id)
        .where(CustomerLinkRow.customer_id == str(customer_id))
        .order_by(CustomerLinkRow.id)
    )
    return [
        CustomerLink(row.id, row.conversation_id, channel, row.linked_at, row.ended_at)
        for row, channel in rows
    ]


def is_linked(session: Session, conversation_id: str) -> bool:
    """Whether a conversation was connected by a code and is still."""
    return _open_link(session, conversation_id) is not None


def end_link(session: Session, link_id: int, customer_id: str, *, now: datetime) -> str | None:
    """The customer lets go of a chat; its conversation, None where there is no such link of theirs.

    What the chat says from now on is a guest's again.
    """
    row = session.get(CustomerLinkRow, link_id)
    if row is None or row.customer_id != str(customer_id):
        return None
    return row.conversation_id if unlink(session, row.conversation_id, now=now) else None


def unlink(session: Session, conversation_id: str, *, now: datetime) -> bool:
    """Let go of a connected chat, whoever asks in it; False where it is not connected."""
    conversation = lock(session, conversation_id)
    row = _open_link(session, conversation_id)
    if row is None:
        return False
    ended = session.execute(
        update(CustomerLinkRow)
        .where(CustomerLinkRow.id == row.id, CustomerLinkRow.ended_at.is_(None))
        .values(ended_at=now)
    )
    if conversation.customer_id == row.customer_id:
        conversation.customer_id = None
    end_consents(session, conversation_id)
    return bool(cast("CursorResult[Any]", ended).rowcount)


def may_be_linked(conversation: Conversation) -> bool:
    """Whether a code may connect a conversation: not the web chat's, where pages sign in."""
    return not conversation.is_pulled


def _open_link(session: Session, conversation_id: str) -> CustomerLinkRow | None:
    return session.scalar(
        select(CustomerLinkRow).where(
            CustomerLinkRow.conversation_id == conversation_id, CustomerLinkRow.ended_at.is_(None)
        )
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
