"""Proving an identity by what only the customer should know, where the shop's rules allow it.

Wrong answers are counted for what was claimed and for the conversation; over the limit a right one
counts for nothing either. A wrong answer is wrong as a whole: which part of it, nobody learns.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.folding import fold, says
from shop.ids import CustomerId
from shop.models import Address, Customer, Order, VerificationCode
from shop.policy import ProofWay
from shop.policy_file import policy_of
from shop.typed import lookup_key, storable
from shop.verification import COUNTED_FOR, counted_lately, keyed_hash, queue_up

SHORTEST_POSTCODE: Final = 4
_HAN: Final = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True)
class Told:
    """What a guest has said of themselves; "" where they have not."""

    email: str = ""
    name: str = ""
    postcode: str = ""
    number: str = ""
    digits: str = ""

    def claim(self, way: ProofWay) -> str:
        """Whom or what a proof is about; "" while something lacks."""
        if way == "email":
            return storable(self.email).lower()
        if way == "name_and_postcode":
            return " ".join(_words(self.name)) if self.postcode else ""
        return lookup_key(self.number) if way == "phone_digits" and self.digits else ""


def prove(
    session: Session,
    way: ProofWay,
    told: Told,
    *,
    conversation: str,
    key: bytes,
    now: datetime,
) -> CustomerId | Literal["wrong", "too_many"]:
    """The customer whom the facts prove.

    Raises ValueError for a way that the shop's rules do not have, or that needs a code.
    """
    proof = policy_of(session).proof
    if way not in proof.ways or way == "mail_code":
        raise ValueError(f"no proof by facts: {way}")
    claimed = keyed_hash(key, "claim", way, told.claim(way))
    here = keyed_hash(key, "conversation", conversation)
    for counted in sorted((claimed, here)):
        queue_up(session, counted)
    before = counted_lately(session, here, now)
    if before >= proof.tries or counted_lately(session, claimed, now) >= proof.tries_per_hour:
        return "too_many"
    found = _found(session, way, told, proof.phone_digits)
    if found is not None:
        return found
    for counted in (claimed, here):
        session.add(
            VerificationCode(
                order_number="",
                email_hash=counted,
                code_hash="",
                customer_id=None,
                created_at=now,
                expires_at=now + COUNTED_FOR,
            )
        )
    session.flush()
    return "too_many" if before + 1 >= proof.tries else "wrong"


def _found(session: Session, way: ProofWay, told: Told, digits: int) -> CustomerId | None:
    if way == "email":
        return _by_email(session, told.email)
    if way == "phone_digits":
        return _by_phone(session, told, digits)
    return _by_postcode(session, told)


def _by_email(session: Session, email: str) -> CustomerId | None:
    found = session.scalar(
        select(Customer.id).where(
            func.lower(Customer.email) == storable(email).lower(), Customer.erased_at.is_(None)
        )
    )
    return None if found is None else CustomerId(found)


def _by_phone(session: Session, told: Told, digits: int) -> CustomerId | None:
    """The customer of the order whose phone number ends so."""
    row = session.execute(
        select(Customer.id, Customer.phone)
        .join(Order, Order.customer_id == Customer.id)
        .where(Order.number == lookup_key(told.number), Customer.erased_at.is_(None))
    ).one_or_none()
    if row is None or len(told.digits) != digits:
        return None
    phone = re.sub(r"\D", "", row[1] or "")
    return CustomerId(row[0]) if len(phone) > digits and phone.endswith(told.digits) else None


def _by_postcode(session: Session, told: Told) -> CustomerId | None:
    """The only customer of this name with an address of this postcode."""
    postcode = re.sub(r"[\s-]", "", storable(told.postcode)).upper()
    words = _words(told.name)
    if len(postcode) < SHORTEST_POSTCODE or not postcode.isalnum() or not words:
        return None
    named = "".join(words) if _HAN.search(words[0]) else max(words, key=len)
    rows = session.execute(
        select(Customer.id, Customer.name, Address.text, Order.address)
        .outerjoin(Address, Address.customer_id == Customer.id)
        .outerjoin(Order, Order.customer_id == Customer.id)
        .where(
            Customer.erased_at.is_(None),
            says(Customer.name, named, session.get_bind().dialect.name),
        )
        .distinct()
    )
    spaced = r"[\s-]?".join(postcode)
    written = re.compile(rf"(?<![A-Z0-9]){spaced}(?![A-Z0-9])")
    found = {
        customer
        for customer, name, home, sent_to in rows
        if _is_called(name, told.name)
        and any(written.search(one.upper()) for one in (home, sent_to) if one)
    }
    return CustomerId(found.pop()) if len(found) == 1 else None


def _words(name: str) -> list[str]:
    """A name as it is compared: its words folded, of Chinese its characters."""
    folded = fold(storable(name))
    if _HAN.search(folded):
        return _HAN.findall(folded)
    return re.findall(r"[\w'’-]+", folded)


def _is_called(name: str, told: str) -> bool:
    """Whether somebody of this name says so: the whole name, first or last name first."""
    own, said = _words(name), _words(told)
    if not own or _HAN.search(own[0]):
        return bool(own) and own == said
    return sorted(own) == sorted(said)
