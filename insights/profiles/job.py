"""The nightly run: read the shop in steps of customers, write a profile of each."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from insights.lifetime.histories import Purchases, histories, purchases
from insights.profiles.basis import (
    Basis,
    Learned,
    basis_from,
    fifths_of,
    habit_of,
    learn,
)
from insights.profiles.making import profile_rows
from insights.profiles.orders import purchases_of
from insights.profiles.tables import ProfileRow, ProfileRunRow
from insights.profiles.tastes import Shelf, shelf_of
from insights.tables import Floats
from kit.database import Database
from kit.i18n import SHOP_ZONE, local_day
from shop import customer_rows

log = logging.getLogger(__name__)

MADE_HOUR: Final = 4  # after the night's forecasts, plan and refit
STEP: Final = 5_000  # customer ids at a time
SAMPLED: Final = 20_000  # customers that the models learn from
CHANGED_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Refreshed:
    """What a run did."""

    customers: int
    buyers: int
    basis: Basis


def profiles_are_due(session: Session, *, now: datetime) -> bool:
    """Whether no run was made since the last `MADE_HOUR` o'clock where the shop is."""
    local = now.astimezone(SHOP_ZONE)
    since = local.replace(hour=MADE_HOUR, minute=0, second=0, microsecond=0)
    if since > local:
        since -= timedelta(days=1)
    made_at = session.scalar(select(func.max(ProfileRunRow.made_at)))
    return made_at is None or made_at < since


def refresh(
    database: Database, *, now: datetime, tell: Callable[[float], None] = lambda _: None
) -> Refreshed:
    """Make every profile anew, a step in a transaction of its own; the same shop, the same rows.

    Memory holds a step, a sample of purchases and three figures of each buyer.
    """
    today = local_day(now)
    with database.reading() as session:
        last = session.execute(customer_rows.last_customer()).scalar() or 0
        currency = next((row[0] for row in session.execute(customer_rows.currencies())), "")
        basis, buyers = _basis(session, currency, last, today, lambda part: tell(part / 3))
        shelf = _shelf(session)
    made = 0
    for first in range(0, last + 1, STEP):
        made += _write(database, basis, shelf, first, min(first + STEP, last + 1), now)
        tell(1 / 3 + 2 / 3 * (first + STEP) / (last + 1))
    with database.session() as session:
        session.execute(delete(ProfileRow).where(ProfileRow.customer_id > last))
        session.execute(delete(ProfileRunRow))
        session.add(
            ProfileRunRow(
                made_at=now,
                updated_at=now,
                customers=made,
                currency=currency,
                basis=basis.as_json(),
            )
        )
    log.info("profiles made", extra={"count": made})
    return Refreshed(made, buyers, basis)


def refresh_changed(database: Database, *, now: datetime) -> int:
    """Make the profiles of those anew who ordered or cancelled since; how many.

    Models and cuts stay those of the night.
    """
    with database.reading() as session:
        run = session.scalars(select(ProfileRunRow)).one_or_none()
        if run is None:
            return 0
        ids = list(_changed(session, run.updated_at))
        shelf = _shelf(session) if ids else None
    if shelf is None:
        return 0
    basis = replace(basis_from(run.basis), today=local_day(now))
    for one in ids:
        _write(database, basis, shelf, one, one + 1, now)
    with database.session() as session:
        session.execute(
            update(ProfileRunRow).where(ProfileRunRow.id == run.id).values(updated_at=now)
        )
    return len(ids)


def _changed(session: Session, since: datetime) -> Iterator[int]:
    after = 0
    while True:
        statement = customer_rows.changed_customers(since, after, CHANGED_AT_ONCE)
        found = list(session.execute(statement).scalars())
        yield from found
        if len(found) < CHANGED_AT_ONCE:
            return
        after = found[-1]


def _write(
    database: Database, basis: Basis, shelf: Shelf, first: int, last: int, now: datetime
) -> int:
    with database.reading() as session:
        rows = profile_rows(session, basis, shelf, first, last, now)
    with database.session() as session:
        session.execute(
            delete(ProfileRow).where(ProfileRow.customer_id >= first, ProfileRow.customer_id < last)
        )
        # Who was erased or refused while the step was reckoned gets no row.
        may = set(session.execute(customer_rows.customer_rows(first, last)).scalars())
        kept = [row for row in rows if row["customer_id"] in may]
        if kept:
            session.execute(insert(ProfileRow), kept)
    return len(kept)


def _basis(
    session: Session, currency: str, last: int, today: dt.date, tell: Callable[[float], None]
) -> tuple[Basis, int]:
    every = max(1, last // SAMPLED)
    recency: list[Floats] = []
    frequency: list[Floats] = []
    money: list[Floats] = []
    sampled: list[tuple[Any, ...]] = []
    for first, bought in _steps(session, currency, last):
        known = histories(bought, np.datetime64(today))
        recency.append((known.age - known.recency) * 7)
        frequency.append(known.repeats + 1)
        assert bought.amount is not None
        money.append(np.bincount(bought.customer, bought.amount)[known.place].astype(np.float64))
        names = bought.names[bought.customer]
        part = names % every == 0
        sampled.append((names[part], bought.day[part], bought.amount[part]))
        tell((first + STEP) / (last + 1))
    learned = Learned(notes=("few_repeaters",))
    if sampled:
        names, days, amounts = (np.concatenate(one) for one in zip(*sampled, strict=True))
        if len(names):
            learned = learn(purchases(names, days, amounts), today)
    basis = Basis(
        currency,
        today,
        fifths_of(*(_joined(one) for one in (recency, frequency, money))),
        habit_of((row[0], row[1], row[2]) for row in session.execute(customer_rows.offer_counts())),
        learned.buying,
        learned.spending,
        learned.pace,
        learned.proof,
        learned.notes,
    )
    return basis, sum(len(one) for one in recency)


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.empty(0)


def _steps(session: Session, currency: str, last: int) -> Iterator[tuple[int, Purchases]]:
    """The purchases of each step in which somebody bought."""
    for first in range(0, last + 1, STEP):
        rows = session.execute(customer_rows.order_rows(first, first + STEP, currency)).all()
        found = purchases_of(rows)
        if found is not None:
            yield first, found


def _shelf(session: Session) -> Shelf:
    return shelf_of(
        (tuple(row) for row in session.execute(customer_rows.shelf_prices())),
        (tuple(row) for row in session.execute(customer_rows.shelf_sales())),
    )
