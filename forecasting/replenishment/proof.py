"""Which rule the night plans by: replayed on the shop's own weeks, chosen on the older of them.

Each rule's number is set so that it would have served the target in the choice weeks; the rule that
held stock cheapest then is chosen, and all are replayed once more over the newest weeks, from
which nothing is chosen. At most `MOST_REPLAYED` variants take part, so that the time is bounded
whatever the size of the shop; nothing is drawn, so a night repeats itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom

from forecasting.censoring import without_stock_outs
from forecasting.inventory.checks import BadPolicy
from forecasting.inventory.policies import Policy, price_for_fill_rate, replay
from forecasting.inventory.simulation import Floats, Simulated, Terms, Whole
from forecasting.panel import Panel
from forecasting.replenishment.demand import weekly_rates
from forecasting.replenishment.plan import (
    LEVELS,
    ORDER_COST,
    PURCHASE_SHARE,
    REVIEW_DAYS,
    Ahead,
    NightRule,
    RuleName,
    TriedRule,
    holding_costs,
)
from forecasting.replenishment.rules import RULES, Rule
from forecasting.replenishment.sources import ShopState

MOST_REPLAYED: Final = 1000
PROOF_WEEKS: Final = 13
CHOICE_WEEKS: Final = 26
WARM_UP: Final = 8  # weeks in which the first stock is used up and the first orders arrive
LEAST_PAST: Final = 4  # weeks that the first levels are made from
LEAST_WEEKS: Final = 26
LEAST_VARIANTS: Final = 20
LEAST_PIECES: Final = 200  # in the choice weeks: fewer say nothing about a fill rate
WORTHS: Final = (0.02, 300.0)


@dataclass(frozen=True)
class Replayed:
    """Demand (weeks, variants) with its terms; weeks before `choice` warm up, from `proof` prove.

    `ahead` holds what each week from `start` on could know.
    """

    demand: Floats
    terms: Terms
    lead_weeks: Whole
    start: int
    choice: int
    proof: int
    ahead: dict[int, Ahead]

    def run(self, rule: Rule, *, count_from: int, end: int) -> Simulated:
        """The weeks from `count_from` to `end` under a rule."""
        return replay(
            self.demand[:end],
            self.policy(rule),
            self.terms,
            self.lead_weeks,
            start=self.start,
            count_from=count_from,
        )

    def policy(self, rule: Rule) -> Policy:
        """The rule as the simulator asks for it, from what was known in each week."""

        def levels(past: Floats) -> tuple[Floats, Floats]:
            points, lots = rule(self.ahead[len(past)])
            # The plan orders nothing for a point of zero, the simulator at or below its level.
            points = np.where(points > 0, points, -1.0)
            return points, np.maximum(points, 0.0) + lots

        return levels


def choose_rule(state: ShopState, target: float) -> tuple[Rule, NightRule]:
    """The rule for tonight and its proof; one level for all where the past says too little."""
    plain = Rule("equal", target / (1.0 - target))
    replayed = _replayed(state)
    tuned = [] if replayed is None else [_tuned(replayed, name, target) for name in RULES]
    rules = [rule for rule in tuned if rule is not None]
    if replayed is None or not rules:
        return plain, NightRule(plain.name, target, 0, 0, ())
    before = [replayed.run(rule, count_from=replayed.choice, end=replayed.proof) for rule in rules]
    chosen = rules[int(np.argmin([one.stock_cost for one in before]))]
    weeks, variants = replayed.demand.shape
    tried = []
    for rule in rules:
        seen = replayed.run(rule, count_from=replayed.proof, end=weeks)
        lost = float(seen.stockout.sum())
        tried.append(TriedRule(rule.name, rule.worth, seen.fill_rate, seen.stock_cost, lost))
    return chosen, NightRule(chosen.name, target, variants, weeks - replayed.proof, tuple(tried))


def _tuned(replayed: Replayed, name: RuleName, target: float) -> Rule | None:
    """The rule with the least number that served the target in the choice weeks, if one does."""
    family: Callable[[float], Policy] = lambda worth: replayed.policy(Rule(name, worth))  # noqa: E731
    try:
        worth = price_for_fill_rate(
            family,
            replayed.demand[: replayed.proof],
            replayed.terms,
            replayed.lead_weeks,
            target,
            start=replayed.start,
            count_from=replayed.choice,
            prices=WORTHS,
        )
    except BadPolicy:
        return None
    return Rule(name, worth)


def _replayed(state: ShopState) -> Replayed | None:
    """The newest weeks of variants that were on sale all along; None where they say too little."""
    sold = state.sales.any(axis=0)
    weeks = state.sales.shape[1] - int(np.argmax(sold)) if sold.any() else 0
    if weeks < LEAST_WEEKS:
        return None
    proof, choice = min(PROOF_WEEKS, weeks // 5), min(CHOICE_WEEKS, weeks // 3)
    begin = max(0, weeks - proof - choice - WARM_UP)
    start = max(begin, LEAST_PAST)
    there = state.is_known[:, -weeks:]
    rows = np.flatnonzero(there[:, :start].any(axis=1) & (there[:, start:].mean(axis=1) >= 0.5))
    if len(rows) > MOST_REPLAYED:
        rows = rows[np.linspace(0, len(rows) - 1, MOST_REPLAYED).astype(int)]
    sales, known = state.sales[rows, -weeks:], there[rows]
    pieces = sales[:, weeks - proof - choice : weeks - proof].sum()
    if len(rows) < LEAST_VARIANTS or pieces < LEAST_PIECES:
        return None
    variants = [state.variants[row] for row in rows]
    demand = _wanted(sales, known)
    price = np.array([one.price for one in variants])
    terms = Terms(
        holding_costs(price), (1.0 - PURCHASE_SHARE) * price, np.full(len(price), ORDER_COST)
    )
    lead_days = np.array([one.lead_days for one in variants])
    groups = [state.categories[row] for row in rows]
    ahead = {
        week: _ahead(sales[:, :week], known[:, :week], groups, lead_days, price)
        for week in range(start, weeks)
    }
    lead_weeks = np.asarray(np.ceil(lead_days / 7), dtype=np.int64)
    return Replayed(
        demand.T, terms, lead_weeks, start, weeks - proof - choice, weeks - proof, ahead
    )


def _wanted(sales: Floats, known: NDArray[np.bool_]) -> Floats:
    """Sales with weeks without stock lifted to what would have been asked for, in whole pieces."""
    panel = Panel(tuple(map(str, range(len(sales)))), sales, "week", censored=~known)
    return np.rint(without_stock_outs(panel).values)


def _ahead(
    sales: Floats,
    known: NDArray[np.bool_],
    groups: list[str],
    lead_days: NDArray[np.int64],
    price: Floats,
) -> Ahead:
    """What a week's past says of the demand until the next order would be there."""
    shape, seen = weekly_rates(sales, known, groups)
    # Whole weeks, as in the replay: an order takes its lead time and waits for the review.
    weeks = np.ceil(lead_days / 7) + REVIEW_DAYS / 7
    mean = shape / seen * weeks
    chance = seen / (seen + weeks)
    quantiles = nbinom.ppf(np.array(LEVELS), shape[:, None], chance[:, None])
    return Ahead(
        weekly=shape / seen,
        weeks=weeks,
        mean=mean,
        sd=np.sqrt(mean / chance),
        quantiles=np.asarray(quantiles),
        price=price,
    )
