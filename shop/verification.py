"""Proving an identity by e-mail and a code sent there, with an order number or without.

The answer to a wrong pair of order and e-mail is the same as to a right one: a row is written and
counted, only no mail leaves. Codes are kept as keyed hashes, expire and allow few tries.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from kit.i18n import as_language
from shop.ids import CustomerId
from shop.mail import queue_mail
from shop.models import Customer, Order, VerificationCode
from shop.policy_file import policy_of
from shop.typed import lookup_key, storable

Start = Literal["sent", "too_many"]
COUNTED_FOR: Final = timedelta(hours=1)


def start_verification(
    session: Session, order_number: str | None, email: str, *, key: bytes, now: datetime
) -> Start:
    """Send a code if the order belongs to the e-mail; say the same when it does not.

    Who does not know a number proves with the code that the mailbox is theirs: that is enough.
    """
    any_order = order_number is None
    order_number, email = lookup_key(order_number or ""), storable(email).lower()
    email_hash = keyed_hash(key, "email", email)
    queue_up(session, email_hash)
    proof = policy_of(session).proof
    if counted_lately(session, email_hash, now) >= proof.codes_per_hour:
        return "too_many"
    owner = select(Customer).join(Order, Order.customer_id == Customer.id)
    owner = owner.where(func.lower(Customer.email) == email)
    owner = owner if any_order else owner.where(Order.number == order_number)
    customer = session.scalar(owner.limit(1))
    code = f"{secrets.randbelow(10**6):06d}"
    row = VerificationCode(
        order_number=order_number,
        email_hash=email_hash,
        code_hash=keyed_hash(key, order_number, email, code),
        customer_id=None if customer is None else customer.id,
        created_at=now,
        expires_at=now + timedelta(minutes=proof.code_minutes),
    )
    session.add(row)
    session.flush()
    savepoint = session.begin_nested()  # the same statements either way, so the same time
    queue_mail(
        session,
        key=f"code:{row.id}",
        recipient="" if customer is None else customer.email,
        template="verification_code",
        language=as_language(customer and customer.language),
        values={"code": code, "minutes": str(proof.code_minutes)},
        now=now,
    )
    if customer is None:
        savepoint.rollback()
    else:
        savepoint.commit()
    return "sent"


def counted_lately(session: Session, counted: str, now: datetime) -> int:
    """How often something was counted in the last hour: codes sent, wrong proofs."""
    recent = select(func.count()).where(
        VerificationCode.email_hash == counted, VerificationCode.created_at > now - COUNTED_FOR
    )
    return session.scalar(recent) or 0


def queue_up(session: Session, counted: str) -> None:
    """Let requests for the same count one after the other (SQLite has one writer anyway)."""
    if session.get_bind().dialect.name == "postgresql":
        number = int(counted[:15], 16)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def confirm_code(
    session: Session, order_number: str | None, email: str, code: str, *, key: bytes, now: datetime
) -> CustomerId | None:
    """The customer whom the newest code proves, or None. Each call is a try; a code works once."""
    order_number, email = lookup_key(order_number or ""), storable(email).lower()
    row = session.scalar(
        select(VerificationCode)
        .where(
            VerificationCode.email_hash == keyed_hash(key, "email", email),
            VerificationCode.order_number == order_number,
        )
        .order_by(VerificationCode.id.desc())
        .limit(1)
    )
    given = keyed_hash(key, order_number, email, storable(code))
    if row is None:
        return None
    counted = session.execute(
        update(VerificationCode)
        .where(
            VerificationCode.id == row.id,
            VerificationCode.tries < policy_of(session).proof.code_tries,
            VerificationCode.used_at.is_(None),
            VerificationCode.expires_at > now,
        )
        .values(tries=VerificationCode.tries + 1)
    )
    right = hmac.compare_digest(given, row.code_hash) and row.customer_id is not None
    if not counted.rowcount or not right:  # type: ignore[attr-defined]
        return None
    session.execute(
        update(VerificationCode).where(VerificationCode.id == row.id).values(used_at=now)
    )
    assert row.customer_id is not None
    return CustomerId(row.customer_id)


def delete_expired_codes(session: Session, *, before: datetime) -> int:
    """Forget codes that expired before that moment; how many."""
    done = session.execute(delete(VerificationCode).where(VerificationCode.expires_at < before))
    return int(done.rowcount)  # type: ignore[attr-defined]


def keyed_hash(key: bytes, *parts: str) -> str:
    """A hash that only we can make, of what is not to be kept as it was typed."""
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()
