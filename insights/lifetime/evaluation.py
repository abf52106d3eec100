"""Measure lifetime models: learn up to a day, look at what was bought after it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from insights.lifetime.buying import BuyingModel, Futures, fit_buying, futures
from insights.lifetime.histories import (
    Histories,
    Purchases,
    histories,
    later_purchases,
    purchases,
    weeks_between,
)
from insights.lifetime.spending import SpendingModel, fit_spending
from insights.tables import BadData, Floats, a_day, column, dates, numbers

FEWEST_FOR_PACE: Final = 100  # purchases after the inner split that a change of pace is told from
DEPENDENT: Final = 0.3

Fit = Callable[[Histories], BuyingModel]


@dataclass(frozen=True, eq=False)
class LifetimeReport:
    """What was fitted and how well it foretold; `pace` is the change of rate that was applied.

    `purchases_error` is (foretold − actual) / actual over all customers. `mae` takes each
    customer's median, which is what least absolute error asks for, `mae_of_means` their mean.
    """

    buying: BuyingModel
    spending: SpendingModel | None
    customers: int
    weeks: float
    pace: float
    purchases: float
    foretold: float
    purchases_error: float
    mae: float
    mae_of_means: float
    mae_of_rates: float
    covered: float
    notes: tuple[str, ...]


def evaluate(
    frame: Any,
    *,
    customer: str,
    date: str,
    amount: str | None,
    split: str,
    today: dt.date,
    seed: int = 0,
    tell: Callable[[str], None] = lambda _: None,
    fit: Fit = fit_buying,
) -> LifetimeReport:
    """Learn from purchases up to and including the day `split`, measure on those after it.

    `fit` gives the model of purchases. Raises BadData when the columns, the day or the amount of
    data do not allow it.
    """
    day = a_day(split, "--split")
    named = column(frame, customer, "--customer")
    nameless = int(named.isna().sum())
    if nameless:
        frame = frame[named.notna()]
    notes = [f"{nameless} rows without {customer!r} were left out"] if nameless else []
    if frame.empty:
        raise BadData(f"--customer {customer!r}: no row has a value")
    days = dates(frame, date, "--date", today)
    amounts = None if amount is None else numbers(frame, amount, "--amount")
    if amounts is not None and (amounts < 0).any():
        notes.append(f"{int((amounts < 0).sum())} rows of {amount!r} below 0 (returns) left out")
        kept = amounts >= 0
        if not kept.any():
            raise BadData(f"--amount {amount!r}: every row is below 0; turn the sign")
        frame, days, amounts = frame[kept], days[kept], amounts[kept]
    bought = purchases(frame[customer], days, amounts)
    last = days.max()
    if not days.min() < day < last:
        raise BadData(
            f"--split {split}: {date!r} runs from {days.min()} to {last}; choose a day within"
        )
    known = histories(bought, day)
    tell("fitting BG/NBD")
    model = fit(known)
    weeks = weeks_between(day, last)
    tell("looking for a change of pace")
    pace = pace_of(bought, known, weeks, seed, fit)
    tell("drawing futures")
    ahead = futures(model, known, weeks, np.random.default_rng(seed), pace=pace)
    spending = None
    if amounts is not None:
        tell("fitting Gamma-Gamma")
        spending = fit_spending(known)
        if abs(spending.dependence) > DEPENDENT:
            notes.append(
                f"{amount!r} depends on how often customers buy (correlation "
                f"{spending.dependence:.2f}), which Gamma-Gamma does not allow for"
            )
    actual = later_purchases(bought, known, last)
    if not actual.sum():
        raise BadData(f"--split {split}: no known customer bought after it; choose an earlier day")
    return _report(model, spending, known, actual, ahead, weeks, pace, notes)


def _report(
    model: BuyingModel,
    spending: SpendingModel | None,
    known: Histories,
    actual: Floats,
    ahead: Futures,
    weeks: float,
    pace: float,
    notes: list[str],
) -> LifetimeReport:
    foretold = float(ahead.mean.sum())
    naive = np.divide(
        known.repeats * weeks, known.age, out=np.zeros_like(known.age), where=known.age > 0
    )
    return LifetimeReport(
        buying=model,
        spending=spending,
        customers=len(actual),
        weeks=weeks,
        pace=pace,
        purchases=float(actual.sum()),
        foretold=foretold,
        purchases_error=foretold / float(actual.sum()) - 1,
        mae=float(np.abs(ahead.median - actual).mean()),
        mae_of_means=float(np.abs(ahead.mean - actual).mean()),
        mae_of_rates=float(np.abs(naive - actual).mean()),
        covered=float(((ahead.low <= actual) & (actual <= ahead.high)).mean()),
        notes=tuple(notes),
    )


def pace_of(
    bought: Purchases, known: Histories, weeks: float, seed: int, fit: Fit = fit_buying
) -> float:
    """How much faster customers bought than foretold, within the time that is learned from.

    The learning time is split once more in the proportion of the outer split; the ratio of actual
    to foretold purchases after that inner day is carried over, less what chance explains of it
    (James, Stein, positive part). BG/NBD holds rates to be steady, and forecasts of real shops run
    low or high together (season, growth). 1 where data are few.
    """
    start = bought.day.min()
    learned = weeks_between(start, known.end)
    inner = start + np.timedelta64(round(learned**2 / (learned + weeks) * 7), "D")
    within = bought.until(known.end)
    try:
        before = histories(within, inner)
        model = fit(before)
    except BadData:
        return 1.0
    actual = later_purchases(within, before, known.end)
    if actual.sum() < FEWEST_FOR_PACE:
        return 1.0
    span = weeks_between(inner, known.end)
    ahead = futures(model, before, span, np.random.default_rng(seed), draws=200)
    change = actual.sum() / ahead.mean.sum() - 1
    noise = np.sqrt(((actual - ahead.mean) ** 2).sum()) / ahead.mean.sum()
    kept = max(0.0, 1 - (noise / change) ** 2) if change else 0.0
    return float(np.clip(1 + kept * change, 0.5, 2.0))
