"""How recommending goes: what was shown and opened, how wide it reaches, whether habits changed."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from recommender.serving.tables import RecommendationRequest
from shop.events import count_by_product, purchases_by_category
from shop.sales import popularity_in_stock

Z: Final = 1.959964
DRIFT_DAYS: Final = 28
DRIFTED: Final = 0.25


@dataclass(frozen=True)
class Rate:
    """Lists shown, lists that led to something, and the 95 % interval of that share (Wilson)."""

    lists: int
    rewarded: float

    @property
    def share(self) -> float:
        """The part of lists that led to something."""
        return self.rewarded / self.lists if self.lists else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval; (0, 1) without lists."""
        if not self.lists:
            return 0.0, 1.0
        n, p = self.lists, self.share
        middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Report:
    """`drift` is the population stability index of categories bought lately against the model's
    data: under 0.1 nothing has changed, above 0.25 it is time to look."""

    strategies: Mapping[str, Rate]
    groups: Mapping[str, Rate]
    slots: Mapping[str, Rate]
    refused: int
    coverage: float
    shown_products: int
    sellable_products: int
    tail_share: float
    drift: float | None


def make_report(
    session: Session, *, now: datetime, days: int = 30, trained_on: Mapping[str, float]
) -> Report:
    """The figures of the last `days`; `trained_on` are the category shares of the model's card."""
    since = now - timedelta(days=days)
    strategies: dict[str, list[float]] = defaultdict(list)
    groups: dict[str, list[float]] = defaultdict(list)
    slots: dict[str, list[float]] = defaultdict(list)
    for strategy, group, slot, reward in session.execute(
        select(
            RecommendationRequest.strategy,
            RecommendationRequest.group,
            RecommendationRequest.slot,
            RecommendationRequest.reward,
        ).where(RecommendationRequest.at >= since, RecommendationRequest.at <= now)
    ):
        strategies[strategy].append(reward)
        groups[group].append(reward)
        slots[slot].append(reward)
    shown = count_by_product(session, "recommendation_shown", since=since)
    sellable = popularity_in_stock(session)
    reached = set(shown) & set(sellable)
    tail = set(sorted(sellable, key=lambda key: sellable[key])[: len(sellable) // 2])
    in_tail = sum(count for key, count in shown.items() if key in tail)
    return Report(
        strategies=_rates(strategies),
        groups=_rates(groups),
        slots=_rates(slots),
        refused=count_by_product(session, "recommendation_refused", since=since).total(),
        coverage=len(reached) / max(1, len(sellable)),
        shown_products=len(shown),
        sellable_products=len(sellable),
        tail_share=in_tail / max(1, sum(shown.values())),
        drift=_drift(session, trained_on, now) if trained_on else None,
    )


def as_figures(report: Report, card: Mapping[str, Any]) -> dict[str, Any]:
    """Flat figures for `--json`."""
    figures: dict[str, Any] = {
        "coverage": round(report.coverage, 4),
        "shown_products": report.shown_products,
        "sellable_products": report.sellable_products,
        "tail_share": round(report.tail_share, 4),
        "refused": report.refused,
        "drift": None if report.drift is None else round(report.drift, 4),
        "hit_rate": card.get("hit_rate"),
        "hit_rate_popular": card.get("hit_rate_popular"),
    }
    for kind, table in (
        ("strategy", report.strategies),
        ("group", report.groups),
        ("slot", report.slots),
    ):
        for name, rate in table.items():
            low, high = rate.interval
            figures |= {
                f"{kind}_{name}_lists": rate.lists,
                f"{kind}_{name}_rate": round(rate.share, 4),
                f"{kind}_{name}_rate_low": round(low, 4),
                f"{kind}_{name}_rate_high": round(high, 4),
            }
    return figures


def _rates(table: Mapping[str, list[float]]) -> dict[str, Rate]:
    return {name: Rate(len(rewards), sum(rewards)) for name, rewards in sorted(table.items())}


def _drift(session: Session, trained_on: Mapping[str, float], now: datetime) -> float | None:
    """Population stability index over categories; None without purchases lately."""
    since = now - timedelta(days=DRIFT_DAYS)
    lately = purchases_by_category(session, since=since, until=now)
    whole = sum(lately.values())
    if not whole:
        return None
    least = 0.5 / whole
    total = 0.0
    for name in set(lately) | set(trained_on):
        new = max(lately.get(name, 0) / whole, least)
        old = max(trained_on.get(name, 0.0), least)
        total += (new - old) * math.log(new / old)
    return total
