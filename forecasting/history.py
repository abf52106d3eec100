"""The shop's sales as a panel of weekly series, with prices, promotions and days without stock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from forecasting.panel import Floats, Panel
from forecasting.tables import StockOutDay
from shop.ids import VariantId
from shop.sales import (
    Campaign,
    VariantFacts,
    campaigns,
    price_changes,
    sold_pieces,
    variants_on_sale,
)
from shop.upsert import insert_once

STEP_DAYS: Final = 7
HISTORY_STEPS: Final = 104


@dataclass(frozen=True)
class ShopHistory:
    """`panel` has a row for each of `variants`; `start` is the first day that is not in it."""

    panel: Panel
    variants: tuple[VariantFacts, ...]
    start: date


def read_history(
    session: Session, *, today: date, horizon: int, steps: int = HISTORY_STEPS
) -> ShopHistory:
    """Weekly pieces of every variant on sale, the last week ending yesterday.

    A series begins when its product was added or first sold. Price is relative to the variant's
    mean price; promotion is the share off; both reach `horizon` steps beyond today.
    """
    variants = tuple(variants_on_sale(session))
    begin = today - timedelta(days=STEP_DAYS * steps)
    row_of = {variant.variant_id: row for row, variant in enumerate(variants)}
    pieces = np.zeros((len(variants), steps))
    sold_since: dict[int, int] = {}
    for variant_id, day, quantity in sold_pieces(session, since=begin, until=today):
        row = row_of.get(variant_id)
        if row is None:
            continue
        step = (day - begin).days // STEP_DAYS
        pieces[row, step] += quantity
        sold_since[row] = min(sold_since.get(row, step), step)
    for row, variant in enumerate(variants):
        added = (variant.created_on - begin).days // STEP_DAYS
        first = max(0, min(added, sold_since.get(row, steps), steps - 1))
        pieces[row, :first] = np.nan
    return ShopHistory(
        panel=Panel(
            ids=tuple(variant.sku for variant in variants),
            values=pieces,
            frequency="week",
            last_days=(today - timedelta(days=STEP_DAYS),) * len(variants),
            known={
                "price": _prices(session, variants, row_of, begin, steps + horizon),
                "promotion": _promotions(campaigns(session), variants, begin, steps + horizon),
            },
            censored=_stock_outs(session, row_of, begin, steps),
        ),
        variants=variants,
        start=today,
    )


def note_stock_outs(session: Session, *, today: date) -> int:
    """Write down which variants are out of stock today; how many. Running it twice is harmless."""
    empty = [variant for variant in variants_on_sale(session) if variant.stock == 0]
    for variant in empty:
        insert_once(
            session,
            StockOutDay,
            {"variant_id": variant.variant_id, "day": today},
            unique=["variant_id", "day"],
        )
    return len(empty)


def groups_of(
    variants: Sequence[VariantFacts], key: Callable[[VariantFacts], str]
) -> Mapping[str, list[int]]:
    """Rows by `key`, in the order in which keys first appear."""
    groups: dict[str, list[int]] = {}
    for row, variant in enumerate(variants):
        groups.setdefault(key(variant), []).append(row)
    return groups


def _prices(
    session: Session,
    variants: Sequence[VariantFacts],
    row_of: Mapping[VariantId, int],
    begin: date,
    steps: int,
) -> Floats:
    """Each step's price over the variant's mean; a price holds until the next one."""
    prices = np.repeat(
        np.array([float(variant.price) for variant in variants])[:, None], steps, axis=1
    )
    for variant_id, day, amount in price_changes(session):
        row = row_of.get(variant_id)
        step = max((day - begin).days // STEP_DAYS, 0)
        if row is not None and step < steps:
            prices[row, step:] = amount
    means = prices.mean(axis=1, keepdims=True)
    return np.asarray(prices / np.where(means > 0, means, 1.0))


def _promotions(
    known: Sequence[Campaign], variants: Sequence[VariantFacts], begin: date, steps: int
) -> Floats:
    """The largest share off in each step, weighted by the days on which it ran."""
    shares = np.zeros((len(variants), steps))
    categories = np.array([variant.category for variant in variants])
    for campaign in known:
        rows = np.flatnonzero(
            np.ones(len(variants), bool)
            if campaign.category is None
            else categories == campaign.category
        )
        for step in range(steps):
            first = begin + timedelta(days=STEP_DAYS * step)
            last = first + timedelta(days=STEP_DAYS - 1)
            days = (min(last, campaign.last_day) - max(first, campaign.first_day)).days + 1
            if days > 0:
                weighted = campaign.share * days / STEP_DAYS
                shares[rows, step] = np.maximum(shares[rows, step], weighted)
    return shares


def _stock_outs(
    session: Session, row_of: Mapping[VariantId, int], begin: date, steps: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Steps in which a variant was out of stock on half of the days or more."""
    days = np.zeros((len(row_of), steps))
    rows = session.execute(
        select(StockOutDay.variant_id, StockOutDay.day).where(StockOutDay.day >= begin)
    )
    for variant_id, day in rows:
        row, step = row_of.get(VariantId(variant_id)), (day - begin).days // STEP_DAYS
        if row is not None and step < steps:
            days[row, step] += 1
    return np.asarray(days * 2 >= STEP_DAYS)
