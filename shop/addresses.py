"""Addresses of a customer: which one is the default."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ids import CustomerId
from shop.models import Address, Customer
from shop.orders import ADDRESS_LENGTH
from shop.typed import storable


@dataclass(frozen=True)
class AddressChange:
    """What came of a wish for another default address: `changed` now, or it was so before."""

    changed: bool
    refusal: Literal["unknown", "bad_address"] | None = None


def change_default_address(
    session: Session, customer_id: CustomerId, text: str, *, country: str = ""
) -> AddressChange:
    """Let a customer's default address be this one from now on. Orders keep theirs. Twice is once.

    The country stays where none is given. An address that is known already is not kept twice.
    """
    customer = session.get(Customer, customer_id, with_for_update=True)
    if customer is None or customer.erased_at is not None:
        return AddressChange(changed=False, refusal="unknown")
    text = storable(text).strip()
    if not 0 < len(text) <= ADDRESS_LENGTH:
        return AddressChange(changed=False, refusal="bad_address")
    mine = session.scalars(
        select(Address).where(Address.customer_id == customer_id).order_by(Address.id)
    ).all()
    before = next((one for one in mine if one.is_default), None)
    if before is not None and before.text == text:
        return AddressChange(changed=False)
    known = next((one for one in mine if one.text == text), None)
    if known is None:
        land = country or (before.country if before is not None else "")
        if not land:
            return AddressChange(changed=False, refusal="bad_address")
        known = Address(
            customer_id=customer_id,
            recipient=customer.name,
            text=text,
            country=land,
            is_default=False,
        )
        session.add(known)
    for one in mine:
        one.is_default = False
    known.is_default = True
    session.flush()
    return AddressChange(changed=True)
