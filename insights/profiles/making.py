"""Profiles of one step of customers, from the shop's rows and the night's basis."""

import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
from sqlalchemy.orm import Session

from insights.lifetime.buying import alive_probability, futures, next_purchase
from insights.lifetime.histories import Histories, histories
from insights.lifetime.worth import worth
from insights.profiles.basis import AHEAD_WEEKS, SEED, Basis, score
from insights.profiles.orders import Bought, Orders, bought_of, purchases_of
from insights.profiles.segments import Standing, marks_of, segment_of
from insights.profiles.tastes import (
    Shelf,
    Taste,
    categories_of,
    count_tastes,
    level_of,
    offers_of,
    sizes_of,
)
from insights.tables import Floats
from shop import customer_rows
from shop.events import EventKind

LOOKED_DAYS: Final = 365
KINDS: Final[tuple[EventKind, ...]] = ("view", "cart")
DRAWS: Final = 500
WAITS: Final = {"next_days": 0.5, "next_days_low": 0.1, "next_days_high": 0.9}
FEWEST_DAYS_FOR_GAP: Final = 3

FORETOLD: Final = (
    "alive",
    *WAITS,
    "purchases_ahead",
    "purchases_low",
    "purchases_high",
    "value_ahead",
    "value_low",
    "value_high",
    "value_deviation",
)

Row = dict[str, Any]


def profile_rows(
    session: Session, basis: Basis, shelf: Shelf, first: int, last: int, now: datetime
) -> list[Row]:
    """Rows for the table of everybody who may be analysed among `first <= id < last`."""
    customers = list(session.execute(customer_rows.customer_rows(first, last)).scalars())
    orders = session.execute(customer_rows.order_rows(first, last, basis.currency)).all()
    refunds = dict(
        tuple(row)
        for row in session.execute(customer_rows.refund_rows(first, last, basis.currency))
    )
    bought = bought_of(orders, refunds)
    tastes = count_tastes(
        shelf,
        (tuple(row) for row in session.execute(customer_rows.bought_rows(first, last))),
        (
            tuple(row)
            for row in session.execute(
                customer_rows.looked_rows(first, last, KINDS, now - timedelta(days=LOOKED_DAYS))
            )
        ),
    )
    ahead = _ahead(basis, orders, first)
    return [
        {
            "customer_id": one,
            "made_at": now,
            **_profile(basis, shelf, bought.get(one), tastes.get(one), ahead.get(one)),
        }
        for one in customers
    ]


def _ahead(basis: Basis, orders: Orders, first: int) -> dict[int, Row]:
    """The lifetime models' figures by customer."""
    bought = purchases_of(orders)
    if basis.buying is None or bought is None:
        return {}
    known = histories(bought, np.datetime64(basis.today))
    rng = np.random.default_rng([SEED, basis.today.toordinal(), first])
    figures: dict[str, Any] = {"alive": alive_probability(basis.buying, known)}
    for name, share in WAITS.items():
        figures[name] = 7 * next_purchase(basis.buying, known, share, pace=basis.pace)
    if basis.spending is None:
        count = futures(basis.buying, known, AHEAD_WEEKS, rng, pace=basis.pace, draws=DRAWS)
    else:
        count, money = worth(
            basis.buying, basis.spending, known, AHEAD_WEEKS, rng, pace=basis.pace, draws=DRAWS
        )
        figures |= {
            "value_ahead": money.mean,
            "value_low": money.low,
            "value_high": money.high,
            "value_deviation": money.deviation,
        }
    figures |= {
        "purchases_ahead": count.mean,
        "purchases_low": count.low,
        "purchases_high": count.high,
        "gap": _usual_gap(known),
    }
    names = bought.names[known.place].tolist()
    columns = {name: values.tolist() for name, values in figures.items()}
    return {
        one: {name: values[place] for name, values in columns.items()}
        for place, one in enumerate(names)
    }


def _usual_gap(known: Histories) -> Floats:
    """(customers,) days between a customer's purchases, NaN for those with fewer than three."""
    gap = np.full(len(known.repeats), np.nan)
    often = known.repeats >= FEWEST_DAYS_FOR_GAP - 1
    np.divide(7 * known.recency, known.repeats, out=gap, where=often)
    return gap


def _profile(
    basis: Basis, shelf: Shelf, bought: Bought | None, taste: Taste | None, ahead: Row | None
) -> Row:
    """One customer's columns; None wherever nothing can be said."""
    taste = taste or Taste()
    scores = _scores(basis, bought)
    gap = (ahead or {}).get("gap")
    standing = Standing(
        buying_days=bought.days if bought else 0,
        first_days=(basis.today - bought.first_on).days if bought else None,
        recency_days=(basis.today - bought.last_on).days if bought else None,
        frequency=scores["frequency_score"],
        money=scores["money_score"],
        alive=(ahead or {}).get("alive"),
        usual_gap=None if gap is None or math.isnan(gap) else gap,
    )
    level = level_of(taste) or (None, None, None)
    offers = offers_of(taste, basis.offers) if basis.offers and taste.lines else (None, None, None)
    return {
        "segment": segment_of(standing),
        "marks": _words(
            marks_of(
                standing,
                offer_low=offers[1],
                offers_in_shop=basis.offers.share if basis.offers else None,
                price_low=level[1],
                price_high=level[2],
            )
        ),
        "orders": bought.orders if bought else 0,
        "buying_days": bought.days if bought else 0,
        "spent": bought.spent if bought else Decimal(0),
        "first_on": bought.first_on if bought else None,
        "last_on": bought.last_on if bought else None,
        **scores,
        **{name: (ahead or {}).get(name) for name in FORETOLD},
        **dict(zip(("offer_share", "offer_low", "offer_high"), offers, strict=True)),
        **dict(zip(("price_level", "price_low", "price_high"), level, strict=True)),
        "pieces": sum(taste.pieces.values()),
        "categories": categories_of(taste, shelf),
        "sizes": sizes_of(taste),
    }


def _scores(basis: Basis, bought: Bought | None) -> dict[str, int | None]:
    names = ("recency_score", "frequency_score", "money_score")
    if bought is None or not basis.fifths:
        return dict.fromkeys(names)
    since = (basis.today - bought.last_on).days
    return {
        "recency_score": score(since, basis.fifths["recency"], low_is_good=True),
        "frequency_score": score(bought.days, basis.fifths["frequency"]),
        "money_score": score(float(bought.spent), basis.fifths["money"]),
    }


def _words(marks: list[str]) -> str:
    return f" {' '.join(marks)} " if marks else ""
