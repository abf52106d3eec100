"""Read profiles for pages, chat and exports; nobody who has refused since is shown."""

import math
from collections.abc import Collection
from typing import Any, Final, Literal, get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from insights.profiles.records import Habit, Profile, Proof, Range, Run, SegmentSum
from insights.profiles.segments import SEGMENTS
from insights.profiles.tables import ProfileRow, ProfileRunRow
from kit.money import Money
from shop.customer_rows import named_customers, who_refused
from shop.ids import CustomerId

Sort = Literal["value", "spent", "lately", "often"]
SORTS: Final[tuple[Sort, ...]] = get_args(Sort)
_ORDER: Final = {
    "value": ProfileRow.value_ahead,
    "spent": ProfileRow.spent,
    "lately": ProfileRow.last_on,
    "often": ProfileRow.buying_days,
}
_Z95: Final = 1.96


def read_run(session: Session) -> Run | None:
    """The newest run, None before the first."""
    row = session.scalars(select(ProfileRunRow)).one_or_none()
    if row is None:
        return None
    proof, offers = row.basis["proof"], row.basis["offers"]
    return Run(
        made_at=row.made_at,
        customers=row.customers,
        currency=row.currency,
        proof=Proof(**proof) if proof else None,
        offers=Habit(**offers) if offers else None,
        notes=tuple(row.basis["notes"]),
    )


def read_profile(session: Session, customer_id: CustomerId) -> Profile | None:
    """One customer's; None when there is none, or the customer has refused since."""
    found = list_profiles(session, among=[customer_id], limit=1)
    return found[0] if found else None


def list_profiles(
    session: Session,
    *,
    segment: str | None = None,
    mark: str | None = None,
    among: Collection[int] | None = None,
    sort: Sort = "value",
    limit: int | None = 50,
    offset: int = 0,
) -> list[Profile]:
    """Profiles of a segment, a mark, or of some customers; the largest first."""
    run = read_run(session)
    if run is None:
        return []
    people = named_customers()
    column = _ORDER[sort]
    statement = (
        _chosen(segment, mark, among)
        .join(people, people.c.id == ProfileRow.customer_id)
        .add_columns(people.c.name, people.c.email, people.c.language)
        .order_by(column.desc().nulls_last(), ProfileRow.customer_id)
        .limit(limit)
        .offset(offset)
    )
    return [
        _profile(row[0], row[1], row[2], row[3], run.currency) for row in session.execute(statement)
    ]


def count_profiles(
    session: Session,
    *,
    segment: str | None = None,
    mark: str | None = None,
    among: Collection[int] | None = None,
) -> int:
    """How many `list_profiles` would give without a limit."""
    chosen = _chosen(segment, mark, among).subquery()
    return session.scalar(select(func.count()).select_from(chosen)) or 0


def segment_sums(session: Session) -> list[SegmentSum]:
    """Every segment that has somebody in it, in the order of the rules' list.

    The interval of a sum takes chance (customers are independent of each other) and, on top, the
    error that the same models had on the weeks that they were proven on.
    """
    run = read_run(session)
    if run is None:
        return []
    kept = select(ProfileRow).where(ProfileRow.customer_id.not_in(who_refused())).subquery()
    rows = session.execute(
        select(
            kept.c.segment,
            func.count(),
            func.sum(kept.c.orders),
            func.sum(kept.c.spent),
            func.sum(kept.c.value_ahead),
            func.sum(kept.c.value_deviation * kept.c.value_deviation),
        ).group_by(kept.c.segment)
    )
    error = abs(run.proof.error) if run.proof else 0.0
    found = {row[0]: row for row in rows}
    return [
        SegmentSum(
            name,
            found[name][1],
            found[name][2],
            Money(found[name][3], run.currency),
            _summed(found[name][4], found[name][5], error),
        )
        for name in SEGMENTS
        if name in found
    ]


def mark_counts(session: Session, marks: Collection[str]) -> dict[str, int]:
    """How many customers each mark is set for."""
    return {one: count_profiles(session, mark=one) for one in marks}


def _summed(value: float | None, variance: float | None, error: float) -> Range | None:
    if value is None or variance is None:
        return None
    half = _Z95 * math.sqrt(variance) + error * value
    return Range(value, max(0.0, value - half), value + half)


def _chosen(segment: str | None, mark: str | None, among: Collection[int] | None) -> Select[Any]:
    statement = select(ProfileRow).where(ProfileRow.customer_id.not_in(who_refused()))
    if segment is not None:
        statement = statement.where(ProfileRow.segment == segment)
    if mark is not None:
        statement = statement.where(ProfileRow.marked(mark))
    if among is not None:
        statement = statement.where(ProfileRow.customer_id.in_(among))
    return statement


def _profile(row: ProfileRow, name: str, email: str, language: str, currency: str) -> Profile:
    scores = (row.recency_score, row.frequency_score, row.money_score)
    return Profile(
        customer_id=row.customer_id,
        name=name,
        email=email,
        language=language,
        made_at=row.made_at,
        segment=row.segment,
        marks=tuple(row.marks.split()),
        orders=row.orders,
        buying_days=row.buying_days,
        pieces=row.pieces,
        spent=Money(row.spent, currency or "EUR"),
        first_on=row.first_on,
        last_on=row.last_on,
        scores=None if None in scores else scores,  # type: ignore[arg-type]
        alive=row.alive,
        purchases_ahead=_range(row.purchases_ahead, row.purchases_low, row.purchases_high),
        value_ahead=_range(row.value_ahead, row.value_low, row.value_high),
        next_days=_range(row.next_days, row.next_days_low, row.next_days_high),
        offers=_range(row.offer_share, row.offer_low, row.offer_high),
        price_level=_range(row.price_level, row.price_low, row.price_high),
        categories=tuple(row.categories),
        sizes=tuple(row.sizes),
    )


def _range(value: float | None, low: float | None, high: float | None) -> Range | None:
    return None if value is None or low is None or high is None else Range(value, low, high)
