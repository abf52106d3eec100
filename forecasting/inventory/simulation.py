"""Replay demand against stock policies: what is served, and what it costs.

In each period, for all products at once: orders that are due arrive; where the stock position (on
hand and on order, less what is owed) is at or below the reorder level, an order raises it to the
order-up-to level; demand comes; what is left, what is short and what was ordered is paid for. An
order with lead time L can serve the demand of L periods later, with L = 0 that of its own period.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from forecasting.inventory.checks import BadPolicy

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """What stock costs and how orders must look; each array (products,).

    `holding_cost` and `stockout_cost` are money a unit and period (stockouts that are lost: a
    unit), `fixed_cost` an order of one product. Orders are at least `minimum_order` and come in
    multiples of `pack`. `supplier` numbers whoever delivers several products; its own
    `supplier_fixed_cost` is paid once an order, and it waits until an order reaches
    `supplier_minimum` units.
    """

    holding_cost: Floats
    stockout_cost: Floats
    fixed_cost: Floats
    is_lost: bool = True
    minimum_order: Floats | None = None
    pack: Floats | None = None
    supplier: Whole | None = None
    supplier_fixed_cost: Mapping[int, float] = field(default_factory=dict)
    supplier_minimum: Mapping[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse costs below zero and arrays of different lengths."""
        count = len(self.holding_cost)
        for one in fields(self):
            value = getattr(self, one.name)
            if not isinstance(value, np.ndarray):
                continue
            if value.shape != (count,):
                raise BadPolicy(one.name, f"has the shape {value.shape}", f"give {count} numbers")
            if one.name != "supplier" and not (np.isfinite(value).all() and (value >= 0).all()):
                raise BadPolicy(one.name, "has a value below 0", "give 0 or numbers above 0")
        if self.pack is not None and not (self.pack > 0).all():
            raise BadPolicy("pack", "has a value of 0", "a pack holds at least one unit")


@dataclass(frozen=True)
class Levels:
    """A policy's levels in each period, known before its demand: (periods, products)."""

    reorder: Floats
    order_up_to: Floats

    def __post_init__(self) -> None:
        """Refuse levels that are no numbers, or an upper below a lower one."""
        if self.reorder.shape != self.order_up_to.shape:
            raise BadPolicy("order_up_to", "has another shape than reorder", "give one a period")
        if not (np.isfinite(self.reorder).all() and np.isfinite(self.order_up_to).all()):
            raise BadPolicy("reorder", "has a value that is no number", "give finite levels")
        if (self.order_up_to < self.reorder).any():
            raise BadPolicy("order_up_to", "is below reorder", "order up to at least that level")


@dataclass(frozen=True)
class Simulated:
    """What happened in the periods that count, by product: (products,), money for the costs."""

    demand: Floats
    served: Floats
    orders: Floats
    cycles_short: Floats
    holding: Floats
    ordering: Floats
    stockout: Floats
    mean_stock: Floats

    @property
    def fill_rate(self) -> float:
        """Share of all demand that was served from the shelf; 1 where nothing was asked for."""
        total = float(self.demand.sum())
        return float(self.served.sum()) / total if total else 1.0

    @property
    def cycle_service(self) -> float:
        """Share of order cycles without a stockout; a product without an order is one cycle."""
        cycles = np.maximum(self.orders, 1)
        return 1 - float(np.minimum(self.cycles_short, cycles).sum() / cycles.sum())

    @property
    def cost(self) -> float:
        """Holding, ordering and stockouts of all products together."""
        return float(self.holding.sum() + self.ordering.sum() + self.stockout.sum())

    @property
    def stock_cost(self) -> float:
        """Holding and ordering alone: what a level of service was bought with."""
        return float(self.holding.sum() + self.ordering.sum())


def simulate(
    demand: Floats,
    levels: Levels,
    terms: Terms,
    lead_times: Whole,
    *,
    count_from: int = 0,
    opening: Floats | None = None,
) -> Simulated:
    """Replay `demand` (periods, products); what happens before `count_from` is warm-up.

    `lead_times` is (periods, products), that of an order placed in the period. `opening` is the
    stock on hand at first (the first order-up-to level where not given). Raises BadPolicy for
    demand or lead times that cannot be.
    """
    _check(demand, levels, lead_times)
    state = _State.opened(demand.shape[1], len(demand) + int(lead_times.max(initial=0)) + 1)
    state.on_hand[:] = np.floor(levels.order_up_to[0]) if opening is None else opening
    ledger = _Ledger.empty(demand.shape[1])
    for period, asked in enumerate(demand):
        counts = period >= count_from
        state.receive(period)
        quantity = _orders(state, levels, terms, period)
        state.place(quantity, period, lead_times[period])
        served = np.minimum(state.on_hand, asked)
        state.on_hand -= served
        short = asked - served
        if not terms.is_lost:
            state.owed += short
        if counts:
            ledger.note(asked, served, quantity, state, terms)
    return ledger.closed(len(demand) - count_from)


def random_lead_times(rng: np.random.Generator, mean: Floats, sd: Floats, periods: int) -> Whole:
    """Whole lead times (periods, products), gamma with the given means and sds, at least 0."""
    shape = (periods, len(mean))
    certain = (sd <= 0) | (mean <= 0)
    k = np.where(certain, 1.0, mean**2 / np.where(certain, 1.0, sd) ** 2)
    scale = np.where(certain, 1.0, sd**2 / np.where(certain, 1.0, mean))
    drawn = rng.gamma(k, scale, shape)
    return np.asarray(np.rint(np.where(certain, mean, drawn)), dtype=np.int64)


def bootstrap(rng: np.random.Generator, history: Floats, periods: int, block: int = 1) -> Floats:
    """Demand (periods, products) drawn from `history` (past periods, products) in blocks.

    All products take the same past periods, so that what sells together stays together.
    """
    starts = rng.integers(0, max(1, len(history) - block + 1), -(-periods // block))
    rows = (starts[:, None] + np.arange(block)[None, :]).ravel()[:periods]
    return np.asarray(history[np.minimum(rows, len(history) - 1)])


@dataclass
class _State:
    """On hand, on order by the period of arrival, and owed."""

    on_hand: Floats
    owed: Floats
    arriving: Floats
    on_order: Floats
    is_short: NDArray[np.bool_]

    @classmethod
    def opened(cls, products: int, periods: int) -> "_State":
        return cls(
            np.zeros(products),
            np.zeros(products),
            np.zeros((periods, products)),
            np.zeros(products),
            np.zeros(products, dtype=bool),
        )

    def receive(self, period: int) -> None:
        came = self.arriving[period]
        self._take(came)
        self.is_short &= came == 0

    def place(self, quantity: Floats, period: int, lead_times: Whole) -> None:
        self.on_order += quantity
        products = np.flatnonzero(quantity)
        self.arriving[period + lead_times[products], products] += quantity[products]
        at_once = np.where(lead_times == 0, quantity, 0.0)
        if at_once.any():
            self.arriving[period] -= at_once
            self._take(at_once)

    def _take(self, came: Floats) -> None:
        self.on_order -= came
        paid = np.minimum(self.owed, came)
        self.owed -= paid
        self.on_hand += came - paid


def _orders(state: _State, levels: Levels, terms: Terms, period: int) -> Floats:
    position = state.on_hand + state.on_order - state.owed
    wanted = np.where(
        position <= levels.reorder[period],
        np.maximum(0.0, np.ceil(levels.order_up_to[period] - position)),
        0.0,
    )
    if terms.minimum_order is not None:
        wanted = np.where(wanted > 0, np.maximum(wanted, terms.minimum_order), 0.0)
    if terms.pack is not None:
        wanted = np.ceil(wanted / terms.pack) * terms.pack
    if terms.supplier is not None:
        for number, least in terms.supplier_minimum.items():
            of_supplier = terms.supplier == number
            if wanted[of_supplier].sum() < least:
                wanted[of_supplier] = 0.0
    return np.asarray(wanted)


@dataclass
class _Ledger:
    """Sums over the periods that count."""

    rows: dict[str, Floats]

    @classmethod
    def empty(cls, products: int) -> "_Ledger":
        return cls({one.name: np.zeros(products) for one in fields(Simulated)})

    def note(
        self, asked: Floats, served: Floats, quantity: Floats, state: _State, terms: Terms
    ) -> None:
        rows = self.rows
        rows["demand"] += asked
        rows["served"] += served
        rows["orders"] += quantity > 0
        short = (asked - served) > 0
        rows["cycles_short"] += short & ~state.is_short
        state.is_short |= short
        rows["holding"] += terms.holding_cost * state.on_hand
        rows["mean_stock"] += state.on_hand
        missing = asked - served if terms.is_lost else state.owed
        rows["stockout"] += terms.stockout_cost * missing
        rows["ordering"] += terms.fixed_cost * (quantity > 0) + _shared(quantity, terms)

    def closed(self, periods: int) -> Simulated:
        self.rows["mean_stock"] /= max(1, periods)
        return Simulated(**self.rows)


def _shared(quantity: Floats, terms: Terms) -> Floats:
    """The supplier's own fixed cost, spread over the products of its order."""
    spread = np.zeros(len(quantity))
    if terms.supplier is None:
        return spread
    for number, cost in terms.supplier_fixed_cost.items():
        ordered = (terms.supplier == number) & (quantity > 0)
        if ordered.any():
            spread[ordered] = cost / ordered.sum()
    return spread


def _check(demand: Floats, levels: Levels, lead_times: Whole) -> None:
    if demand.ndim != 2 or demand.size == 0:
        raise BadPolicy("demand", f"has the shape {demand.shape}", "give (periods, products)")
    if not np.isfinite(demand).all() or (demand < 0).any():
        raise BadPolicy("demand", "has a value below 0 or no number", "clean the sales first")
    if levels.reorder.shape != demand.shape:
        raise BadPolicy("levels", f"are {levels.reorder.shape}", f"give them as {demand.shape}")
    if lead_times.shape != demand.shape or (lead_times < 0).any():
        raise BadPolicy("lead_times", "are below 0 or too few", f"give them as {demand.shape}")
