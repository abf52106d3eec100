"""A customer's own profile: give it, or make it gone."""

from typing import Any

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from insights.profiles.tables import ProfileRow
from shop.ids import CustomerId


def export(session: Session, customer_id: CustomerId) -> dict[str, Any]:
    """All columns, by their names; empty when there is no profile."""
    row = session.scalar(select(ProfileRow).where(ProfileRow.customer_id == customer_id))
    if row is None:
        return {}
    return {one.key: getattr(row, one.key) for one in inspect(ProfileRow).column_attrs}


def erase(session: Session, customer_id: CustomerId) -> int:
    """Delete the profile; lists of customers are made from profiles and hold nobody else."""
    found = session.execute(delete(ProfileRow).where(ProfileRow.customer_id == customer_id))
    return int(found.rowcount)  # type: ignore[attr-defined]
