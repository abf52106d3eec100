"""Does a parcel arrive in time? From how long parcels of this shop really took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from forecasting.lateness import SURE
from kit.i18n import local_day
from shop.deliveries import days_taken, usual_country

WINDOW_DAYS: Final = 180  # parcels older than that say little about today's carriers
ENOUGH: Final = 8  # fewer parcels than that are no ground for a promise
MOST: Final = 2000


@dataclass(frozen=True)
class Promise:
    """P(there by the day asked for), the likely day, the day for `SURE`, and from how many."""

    probability: float | None
    likely: date
    surely: date
    parcels: int
    country: str


def promise_for_new(
    session: Session,
    *,
    now: datetime,
    by: date | None,
    country: str | None = None,
    language: str | None = None,
) -> Promise | None:
    """For an order placed now to `country`; without one to where most parcels of customers go who
    speak `language`.

    None while there are too few delivered parcels to say anything.
    """
    since = now - timedelta(days=WINDOW_DAYS)
    chosen = country or usual_country(session, since=since, language=language)
    if chosen is None:
        return None
    taken = days_taken(session, chosen, since=since, newest=MOST)
    return _promise(taken, local_day(now), 0, by, chosen)


def promise_for_order(
    session: Session, *, placed_at: datetime, country: str, now: datetime, by: date | None
) -> Promise | None:
    """For an order that was placed at `placed_at` and is not there yet."""
    elapsed = (local_day(now) - local_day(placed_at)).days
    since = now - timedelta(days=WINDOW_DAYS)
    taken = days_taken(session, country, since=since, newest=MOST)
    return _promise(taken, local_day(now), elapsed, by, country)


def _promise(
    taken: Sequence[int], today: date, elapsed: int, by: date | None, country: str
) -> Promise | None:
    """Parcels that took at least as long as this one has: what became of them."""
    left = np.sort(np.asarray([days - elapsed for days in taken if days >= elapsed]))
    if len(left) < ENOUGH:
        return None
    # Laplace: no promise is certain, and none is hopeless, on a finite number of parcels.
    chance = None
    if by is not None:
        reached = int(np.searchsorted(left, (by - today).days, side="right"))
        chance = 0.0 if by < today else (reached + 1) / (len(left) + 2)
    return Promise(
        chance,
        today + timedelta(days=int(np.quantile(left, 0.5, method="higher"))),
        today + timedelta(days=int(np.quantile(left, SURE, method="higher"))),
        len(left),
        country,
    )
