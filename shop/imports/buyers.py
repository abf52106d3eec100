"""Write customers, and find or make those whom orders name."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shop.imports.goods import Batch
from shop.imports.keys import latin
from shop.imports.lookups import change, found
from shop.imports.problems import Rejected
from shop.imports.report import Numbered
from shop.imports.shapes import CustomerRow, OrderRow
from shop.models import Address, Customer

_NOWHERE = "import.invalid"  # nothing can be delivered there (RFC 2606)


def no_address(key: str) -> str:
    """The address of a customer who gave none: one for each key, where nothing arrives."""
    return f"customer-{latin(key, 50)}@{_NOWHERE}"


def write_customers(session: Session, rows: Sequence[Numbered[CustomerRow]], batch: Batch) -> None:
    """Customers by their key or their e-mail; a known one gets the file's name and phone."""
    by_email = found(session, Customer, Customer.email, (item.row.email for item in rows))
    by_key = found(session, Customer, Customer.external_id, (item.row.key for item in rows))
    for item in rows:
        row = item.row
        known = (by_key.get(row.key) if row.key else None) or by_email.get(row.email)
        if known is None:
            customer = _customer(row, batch)
            session.add(customer)
            by_email[customer.email] = customer
            if row.key:
                by_key[row.key] = customer
            batch.report.keep(item)
            batch.report.count("customers", "new")
            continue
        if row.email and known.email != row.email and row.email in by_email:
            reason = "another customer has this e-mail address; give each their own"
            batch.report.reject(item.number, item.raw, Rejected("duplicate", "email", reason))
            continue
        batch.report.keep(item)
        new = {"name": row.name, "phone": row.phone or known.phone}
        if row.email:
            new["email"] = row.email
        batch.report.count("customers", "updated" if change(known, new) else "unchanged")


def _customer(row: CustomerRow, batch: Batch) -> Customer:
    customer = Customer(
        external_id=row.key or None,
        email=row.email or no_address(row.key),
        name=row.name,
        phone=row.phone or None,
        language=row.language,
        created_at=row.created_at or batch.now,
    )
    if row.address:
        customer.addresses.append(
            Address(recipient=row.name, text=row.address, country=row.country, is_default=True)
        )
    return customer


def customers_by_key(session: Session, keys: Sequence[str]) -> dict[str, Customer]:
    """Customers by their e-mail address or the other shop's key."""
    return {
        **found(session, Customer, Customer.email, (key for key in keys if "@" in key)),
        **found(session, Customer, Customer.external_id, keys),
    }


def order_customers(
    session: Session, lines: Sequence[Numbered[OrderRow]], batch: Batch
) -> dict[str, Customer]:
    """Everybody who ordered, by key or e-mail; who is new is made from what the order says."""
    known = customers_by_key(session, [item.row.customer or item.row.email for item in lines])
    emails = (item.row.email for item in lines if item.row.email)
    by_email = found(session, Customer, Customer.email, emails)
    for item in lines:
        row = item.row
        key = row.customer or row.email
        if key in known:
            continue
        customer = by_email.get(row.email)
        if customer is None:
            is_guest = row.customer.startswith(("guest:", "phone:"))
            customer = Customer(
                external_id=row.customer or None,
                email=row.email or no_address(row.customer),
                name=row.name or row.recipient or _called(row, is_guest=is_guest),
                phone=row.phone or None,
                created_at=row.placed_at,
            )
            session.add(customer)
            by_email[customer.email] = customer
            batch.report.count("customers", "new")
        known[key] = customer
    session.flush()
    return known


def _called(row: OrderRow, *, is_guest: bool) -> str:
    """What to call somebody whose name is not given."""
    before_at, _, _ = row.email.partition("@")
    return before_at or ("Guest" if is_guest else f"Customer {row.customer}")
