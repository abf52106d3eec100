"""`concierge bench inventory`: policies on real demand, chosen on the past, proved on what follows.

Two public sets (`CONCIERGE_SHARED_DATA`, by default ../shared/data, no part of the project): weekly
demand of an online retailer and monthly demand of car parts. Everything is chosen (the price of
service by the fill rate, the forecast by cost) in the training part; the test part is replayed
once.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from forecasting.inventory.cases import read_cases, solve
from forecasting.inventory.policies import (
    Buying,
    Mean,
    Policy,
    Seen,
    last_mean,
    negative_binomial,
    pooled,
    power,
    price_for_fill_rate,
    replay,
    smoothed,
)
from forecasting.inventory.simulation import Floats, Simulated, Terms

RETAIL_TRAIN, RETAIL_END, RETAIL_START, RETAIL_CHOICE = 24, 28, 10, 16
PARTS_TRAIN, PARTS_END, PARTS_START, PARTS_CHOICE = 45, 51, 33, 36
LEAD: Final = 1
HOLDING_A_YEAR: Final = 0.25  # of a unit's price
ORDER_COST: Final = 2.0
MARGIN: Final = 0.4  # of a unit's price, lost with a sale
PARTS_RATIO: Final = 19.0  # a part that is missing costs 19 times a month's holding: 95 %
TARGETS: Final = (0.9, 0.95)
PRICES: Final = (0.02, 300.0)
MEANS: Final[dict[str, Mean]] = {
    "8-period mean": last_mean(8),
    "smoothing .1": smoothed(0.1),
    "smoothing .3": smoothed(0.3),
}
SEED: Final = 20261125
REFERENCE: Final = Path("inventory_reference/inventory_reference.json")


@dataclass(frozen=True)
class Case:
    """Demand (periods, products), what stock costs, and where choice and test begin."""

    demand: Floats
    terms: Terms
    start: int
    choice: int
    train: int
    end: int


class DataMissing(RuntimeError):
    """The public data sets are not here."""


def run(root: Path, data_dir: Path, stock: Path | None) -> dict[str, Any]:
    """Replay both sets, print the tables, give the figures."""
    folder = Path(os.environ.get("CONCIERGE_SHARED_DATA", root.parent / "shared" / "data"))
    if not (folder / "forecast").exists():
        raise DataMissing(f"{folder} is not there; point CONCIERGE_SHARED_DATA to the data sets")
    figures: dict[str, Any] = {}
    with Progress(transient=True) as progress:
        task = progress.add_task("replaying demand", total=len(TARGETS) + 1)
        retail = read_retail(folder)
        for target in TARGETS:
            figures |= fill_rates(retail, target)
            progress.advance(task)
        figures |= parts_costs(read_parts(folder))
        progress.advance(task)
    return figures


def cases(folder: Path) -> dict[str, Any]:
    """How many of the published cases in `folder` agree to their stated places."""
    found = [solve(case) for case in read_cases(folder / REFERENCE)]
    expected = [one for one in found if one.passed is not None]
    passed = sum(one.passed is True for one in expected)
    Console().print(f"{passed} of {len(expected)} published cases agree")
    return {"cases": len(expected), "passed": passed}


def read_retail(folder: Path) -> Case:
    """SKUs with at least three selling weeks in training, their prices from training days."""
    import pandas as pd

    weekly = pd.read_csv(folder / "forecast/online_retail/weekly_sku_demand.csv.gz")
    demand = weekly.iloc[:, 1 : RETAIL_END + 1].fillna(0).to_numpy(dtype=float)
    daily = pd.read_parquet(folder / "forecast/online_retail/daily_sku_demand.parquet")
    known = daily[pd.to_datetime(daily["date"]) < pd.Timestamp("2011-05-23")]
    price = known.groupby("StockCode")["price"].median().reindex(weekly["StockCode"]).to_numpy()
    chosen = ((demand[:, :RETAIL_TRAIN] > 0).sum(axis=1) >= 3) & np.isfinite(price)
    price = price[chosen]
    terms = Terms(HOLDING_A_YEAR / 52 * price, MARGIN * price, np.full(len(price), ORDER_COST))
    return Case(demand[chosen].T, terms, RETAIL_START, RETAIL_CHOICE, RETAIL_TRAIN, RETAIL_END)


def read_parts(folder: Path) -> Case:
    """Parts without gaps, with ten selling months, one of them among the first fifteen."""
    import pandas as pd

    demand = pd.read_csv(folder / "forecast/carparts/carparts.csv.gz").iloc[:, 1:].to_numpy().T
    chosen = (
        ~np.isnan(demand).any(axis=1)
        & ((demand > 0).sum(axis=1) >= 10)
        & ((demand[:, :15] > 0).sum(axis=1) >= 1)
    )
    ones = np.ones(int(chosen.sum()))
    terms = Terms(ones, PARTS_RATIO * ones, ones)
    return Case(demand[chosen].T, terms, PARTS_START, PARTS_CHOICE, PARTS_TRAIN, PARTS_END)


def fill_rates(case: Case, target: float) -> dict[str, Any]:
    """A target for the whole range, reached on later weeks, beside the power approximation."""
    began = time.perf_counter()
    terms = case.terms
    ratio = terms.holding_cost / terms.holding_cost.mean()

    def ours(mean: Mean) -> Callable[[float], Policy]:
        seen = Seen(mean, LEAD + 1)
        return lambda price: pooled(
            Buying(terms.holding_cost, terms.fixed_cost, LEAD, price), mean, seen
        )

    def peer(price: float) -> Policy:
        return power(Buying(terms.holding_cost, terms.fixed_cost, LEAD, price * ratio))

    name, price = chosen_mean(case, ours, target)
    textbook = target / (1 - target) * float(terms.holding_cost.mean())
    rows = {
        f"pooled, {name}": tested(case, ours(MEANS[name])(price)),
        "power approximation, same choice": tested(case, peer(priced(case, peer, target))),
        "power approximation, textbook ratio": tested(case, peer(textbook)),
    }
    _print(f"online retail, weekly, target {target:.0%}", rows)
    found = list(rows.values())
    low, high = interval(found[0])
    key = f"retail_{target * 100:.0f}"
    return {
        f"{key}_fill_rate": found[0].fill_rate,
        f"{key}_fill_rate_low": low,
        f"{key}_fill_rate_high": high,
        f"{key}_off_points": 100 * (found[0].fill_rate - target),
        f"{key}_stock_cost": found[0].stock_cost,
        f"{key}_cost": found[0].cost,
        f"{key}_power_fill_rate": found[1].fill_rate,
        f"{key}_power_stock_cost": found[1].stock_cost,
        f"{key}_power_cost": found[1].cost,
        f"{key}_textbook_fill_rate": found[2].fill_rate,
        f"{key}_textbook_stock_cost": found[2].stock_cost,
        f"{key}_textbook_cost": found[2].cost,
        f"{key}_seconds": time.perf_counter() - began,
    }


def chosen_mean(
    case: Case, family: Callable[[Mean], Callable[[float], Policy]], target: float
) -> tuple[str, float]:
    """The forecast whose calibrated policy held stock cheapest in the choice weeks."""
    best: tuple[float, str, float] | None = None
    for name, mean in MEANS.items():
        price = priced(case, family(mean), target)
        cost = tried(case, family(mean)(price)).stock_cost
        if best is None or cost < best[0]:
            best = (cost, name, price)
    assert best is not None
    return best[1], best[2]


def priced(case: Case, family: Callable[[float], Policy], target: float) -> float:
    """The price of service that reaches `target` in the choice weeks."""
    return price_for_fill_rate(
        family,
        case.demand[: case.train],
        case.terms,
        LEAD,
        target,
        start=case.start,
        count_from=case.choice,
        prices=PRICES,
    )


def tried(case: Case, policy: Policy) -> Simulated:
    """What a policy did in the choice periods."""
    return replay(
        case.demand[: case.train],
        policy,
        case.terms,
        LEAD,
        start=case.start,
        count_from=case.choice,
    )


def tested(case: Case, policy: Policy) -> Simulated:
    """What a policy does in the test periods, after the same warm-up."""
    return replay(
        case.demand[: case.end],
        policy,
        case.terms,
        LEAD,
        start=case.start,
        count_from=case.train,
    )


def parts_costs(case: Case) -> dict[str, Any]:
    """Cost of stocking car parts by each single forecast, and by what the training part chose."""
    terms = case.terms
    buying = Buying(terms.holding_cost, terms.fixed_cost, LEAD, terms.stockout_cost)
    singles = {name: negative_binomial(buying, mean) for name, mean in _statsforecast().items()}
    candidates = {
        f"{kind}, {name}": make(buying, mean)
        for name, mean in {**MEANS, "smoothing .05": smoothed(0.05)}.items()
        for kind, make in (("pooled", pooled), ("negative binomial", negative_binomial))
    }
    costs = {name: tried(case, policy).cost for name, policy in candidates.items()}
    chosen = min(costs, key=lambda name: costs[name])
    rows = {f"chosen: {chosen}": tested(case, candidates[chosen])}
    rows |= {name: tested(case, policy) for name, policy in singles.items()}
    rows["power approximation"] = tested(case, power(buying))
    _print("car parts, monthly, a missing part costs 19 months of holding", rows)
    found = list(rows.values())
    others = {name: one.cost for name, one in rows.items() if not name.startswith("chosen")}
    best = min(others, key=lambda name: others[name])
    return {
        "parts_cost": found[0].cost,
        "parts_fill_rate": found[0].fill_rate,
        "parts_best_single": best,
        "parts_best_single_cost": others[best],
        **{f"parts_cost_{name.lower().replace(' ', '_')}": cost for name, cost in others.items()},
    }


def _statsforecast() -> dict[str, Mean]:
    """Peers: each model's one-step mean, fitted again on every past, one series at a time."""
    from statsforecast.models import (
        ADIDA,
        IMAPA,
        TSB,
        CrostonClassic,
        CrostonOptimized,
        CrostonSBA,
        HistoricAverage,
        Naive,
        SimpleExponentialSmoothingOptimized,
        WindowAverage,
    )

    models = {
        "IMAPA": IMAPA(),
        "ADIDA": ADIDA(),
        "TSB": TSB(0.1, 0.1),
        "Croston": CrostonClassic(),
        "CrostonOptimized": CrostonOptimized(),
        "SBA": CrostonSBA(),
        "SES": SimpleExponentialSmoothingOptimized(),
        "HistoricAverage": HistoricAverage(),
        "WindowAverage(8)": WindowAverage(8),
        "Naive": Naive(),
    }
    return {name: _one_step(model) for name, model in models.items()}


def _one_step(model: Any) -> Mean:
    known: dict[int, Floats] = {}

    def mean(past: Floats) -> Floats:
        if len(past) not in known:
            made = [float(model.forecast(y=one, h=1)["mean"][0]) for one in past.T]
            known[len(past)] = np.maximum(np.nan_to_num(np.array(made)), 0.0)
        return known[len(past)]

    return mean


def interval(found: Simulated, draws: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of the fill rate over products."""
    rng = np.random.default_rng(SEED)
    picks = rng.integers(0, len(found.demand), (draws, len(found.demand)))
    rates = found.served[picks].sum(axis=1) / found.demand[picks].sum(axis=1)
    return float(np.quantile(rates, 0.025)), float(np.quantile(rates, 0.975))


def _print(title: str, rows: dict[str, Simulated]) -> None:
    table = Table(title=title)
    headings: Sequence[str] = (
        "policy",
        "fill rate",
        "cycles served",
        "holding",
        "ordering",
        "lost",
        "total",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "policy" else "right")
    for name, one in rows.items():
        table.add_row(
            name,
            f"{one.fill_rate:.2%}",
            f"{one.cycle_service:.2%}",
            f"{one.holding.sum():,.0f}",
            f"{one.ordering.sum():,.0f}",
            f"{one.stockout.sum():,.0f}",
            f"{one.cost:,.0f}",
        )
    Console(width=120).print(table)
