"""From possible futures to a decision: reorder point, quantity, reason, projected dates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from forecasting.restock import Incoming
from shop.ids import VariantId

Floats = NDArray[np.float64]
Reason = Literal["sold_out", "runs_out", "below_point", "covered", "enough", "no_demand"]
RuleName = Literal["equal", "worth", "power"]

SERVICE: Final = 0.95  # share of all demand that is to be served from the shelf
LEVELS: Final = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995)
FAN_LEVELS: Final = (0.1, 0.5, 0.9)
FAN_WEEKS: Final = 13
WEEKS: Final = 40  # how far paths go: the longest lead time, a review, and something to spare
REVIEW_DAYS: Final = 7  # the shop orders once a week
HOLDING_SHARE: Final = 0.25  # a year's holding cost of a piece, of its purchase price
PURCHASE_SHARE: Final = 0.5  # of the sales price; shops do not tell us what they pay
ORDER_COST: Final = 5.0  # handling one line of a purchase order, in the shop's currency
MOST_WEEKS: Final = 13.0  # an order never covers more than a quarter


@dataclass(frozen=True)
class StockPlan:
    """What is known and suggested about one variant.

    `protection` holds quantiles of the demand until an order placed next week would be there;
    `service` is the chance that the reorder point lasts that long; `lot` is how many are ordered
    at least; `stockout_probability` is that of running out before an
    order placed today arrives; `stockout_on` the day by which that has happened in half of the
    futures if nothing more is ordered. `fan` holds weekly quantiles and the mean.
    """

    variant_id: VariantId
    supplier_id: int | None
    made_at: datetime
    stock: int
    on_order: int
    waiting: int
    lead_days: int
    source: str
    weekly_mean: float
    service: float
    reorder_point: int
    lot: int
    quantity: int
    reason: Reason
    stockout_on: date | None
    stockout_probability: float
    restock_likely: date | None
    restock_surely: date | None
    restock_is_ordered: bool
    protection: dict[str, float]
    fan: dict[str, list[float]]

    @property
    def position(self) -> int:
        """On hand and on order."""
        return self.stock + self.on_order


@dataclass(frozen=True)
class TriedRule:
    """What a rule would have done in the newest weeks; costs in the shop's currency."""

    rule: RuleName
    worth: float
    fill_rate: float
    stock_cost: float
    lost_sales: float


@dataclass(frozen=True)
class NightRule:
    """The rule of a plan, and its proof over the newest `weeks` of some `variants`.

    Nothing was `tried` where the past is too short to replay.
    """

    rule: RuleName
    target: float
    variants: int
    weeks: int
    tried: tuple[TriedRule, ...]


@dataclass(frozen=True)
class Stocked:
    """What is there of a variant, what comes, who waits, and what it sells for."""

    variant_id: VariantId
    supplier_id: int | None
    lead_days: int
    stock: int
    coming: Sequence[Incoming]
    waiting: int
    price: float


@dataclass(frozen=True)
class Ahead:
    """What stock faces until an order of the next review is there, by variant: (variants,).

    `weekly` is mean demand a week; `mean` and `sd` are those of all demand over `weeks`, and
    `quantiles` (variants, `LEVELS`) its quantiles. `price` is what a piece sells for.
    """

    weekly: Floats
    weeks: Floats
    mean: Floats
    sd: Floats
    quantiles: Floats
    price: Floats


Decide = Callable[[Ahead], tuple[Floats, Floats]]  # whole reorder points and lots, (variants,)


def quantile_at(quantiles: Floats, levels: Floats) -> Floats:
    """Quantiles (variants,) at `levels` (variants,), between the kept ones, which bound them."""
    place = np.clip(np.searchsorted(LEVELS, levels), 1, len(LEVELS) - 1)
    kept, rows = np.asarray(LEVELS), np.arange(len(quantiles))
    share = np.clip((levels - kept[place - 1]) / (kept[place] - kept[place - 1]), 0.0, 1.0)
    return np.asarray(quantiles[rows, place - 1] * (1 - share) + quantiles[rows, place] * share)


def reorder_points(demand: Floats, service: float) -> Floats:
    """Whole reorder points from kept quantiles `demand` (variants, `LEVELS`), interpolated."""
    return np.asarray(np.ceil(quantile_at(demand, np.full(len(demand), service)) - 1e-9))


def quantities(position: Floats, points: Floats, lot: Floats, waiting: Floats) -> Floats:
    """Pieces to order: none above the point; else up to point and lot, and for all who wait."""
    is_low = ((position <= points) & (points > 0)) | (position < waiting)
    return np.asarray(np.where(is_low, np.maximum(points + lot, waiting) - position, 0.0))


def plan_variant(
    variant: Stocked,
    paths: Floats,
    *,
    source: str,
    decide: Decide,
    made_at: datetime,
    today: date,
    mean: Floats | None = None,
) -> StockPlan:
    """Decide by a rule for one variant from its demand `paths` (paths, weeks).

    `mean` (weeks,) is the forecast's own; without one the paths differ by chance only.
    """
    on_order = sum(one.quantity for one in variant.coming)
    daily = np.repeat(paths / 7.0, 7, axis=1)
    cumulative = np.cumsum(daily, axis=1)
    ahead = min(variant.lead_days + REVIEW_DAYS, cumulative.shape[1])
    protected = cumulative[:, ahead - 1]
    protection = {
        str(level): float(value)
        for level, value in zip(LEVELS, np.quantile(protected, LEVELS), strict=True)
    }
    weekly_mean = float(paths[:, :FAN_WEEKS].mean())
    points, lots = decide(
        Ahead(
            weekly=np.array([weekly_mean]),
            weeks=np.array([ahead / 7]),
            mean=np.array([float(protected.mean())]),
            sd=np.array([float(protected.std())]),
            quantiles=np.array([list(protection.values())]),
            price=np.array([variant.price]),
        )
    )
    position, waiting = (np.array([float(x)]) for x in (variant.stock + on_order, variant.waiting))
    point, quantity = int(points[0]), int(quantities(position, points, lots, waiting)[0])
    out_by = _share_out_by(variant, cumulative, today)
    until = min(variant.lead_days, len(out_by) - 1)
    half = np.flatnonzero(out_by >= 0.5)
    fan = {str(level): np.quantile(paths[:, :FAN_WEEKS], level, axis=0) for level in FAN_LEVELS}
    fan["mean"] = np.full(FAN_WEEKS, weekly_mean) if mean is None else mean[:FAN_WEEKS]
    return StockPlan(
        variant_id=variant.variant_id,
        supplier_id=variant.supplier_id,
        made_at=made_at,
        stock=variant.stock,
        on_order=on_order,
        waiting=variant.waiting,
        lead_days=variant.lead_days,
        source=source,
        weekly_mean=weekly_mean,
        service=round(float((protected <= point).mean()), 4),
        reorder_point=point,
        lot=int(lots[0]),
        quantity=quantity,
        reason=_reason(variant, on_order, quantity, float(out_by[until]), weekly_mean),
        stockout_on=today + timedelta(days=int(half[0])) if len(half) else None,
        stockout_probability=float(out_by[until]),
        restock_likely=None,
        restock_surely=None,
        restock_is_ordered=bool(variant.coming),
        protection=protection,
        fan={key: [round(float(value), 3) for value in line] for key, line in fan.items()},
    )


def _share_out_by(variant: Stocked, cumulative: Floats, today: date) -> Floats:
    """Share of futures that have run out by the end of day 0, 1, …, given what is ordered."""
    supply = np.full(cumulative.shape[1], float(variant.stock))
    for one in variant.coming:
        late = max(0, (one.arrival.expected_on - today).days)
        supply[late:] += one.quantity
    if variant.stock <= 0:
        return np.ones(cumulative.shape[1])
    is_out = np.maximum.accumulate(cumulative >= supply[None, :], axis=1)
    return np.asarray(is_out.mean(axis=0))


def holding_costs(price: Floats) -> Floats:
    """What a piece in stock costs a week."""
    return np.asarray(np.maximum(0.01, price * PURCHASE_SHARE * HOLDING_SHARE / 52.0))


def lots_of(weekly: Floats, price: Floats) -> Floats:
    """Whole economic order quantities, of at least a piece and at most a quarter's demand."""
    best = np.sqrt(2.0 * ORDER_COST * weekly / holding_costs(price))
    return np.asarray(np.maximum(1.0, np.rint(np.minimum(best, weekly * MOST_WEEKS))))


def _reason(
    variant: Stocked, on_order: int, quantity: int, out: float, weekly_mean: float
) -> Reason:
    if quantity > 0:
        if variant.stock == 0:
            return "sold_out"
        return "runs_out" if out >= 0.5 else "below_point"
    if on_order > 0:
        return "covered"
    return "no_demand" if weekly_mean < 1e-3 else "enough"
