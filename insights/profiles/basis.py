"""What all profiles of a night are made with: fifths, lifetime models, the shop's habits."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.stats import betabinom

from insights.lifetime.buying import FEWEST_REPEATERS, BuyingModel, fit_buying, fit_staying
from insights.lifetime.evaluation import DEPENDENT, evaluate, pace_of
from insights.lifetime.fitting import Estimate
from insights.lifetime.histories import Histories, Purchases, histories
from insights.lifetime.spending import SpendingModel, fit_spending
from insights.profiles.records import Habit, Proof
from insights.tables import BadData, Floats

AHEAD_WEEKS: Final = 26
SEED: Final = 20261201
FIFTHS: Final = (0.2, 0.4, 0.6, 0.8)
FEWEST_BUYERS: Final = 25  # that fifths are made of
FEWEST_LINES: Final = 50  # that the share on offer is told from
NEVER: Final = 1e-6  # of a: nobody is found to leave
STRENGTHS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0)


@dataclass(frozen=True)
class Basis:
    """Models and cuts; `notes` are codes of what could not be said and why.

    `fifths` are the four cuts of recency (days), frequency (buying days) and money.
    """

    currency: str
    today: dt.date
    fifths: Mapping[str, list[float]] = field(default_factory=dict)
    offers: Habit | None = None
    buying: BuyingModel | None = None
    spending: SpendingModel | None = None
    pace: float = 1.0
    proof: Proof | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the database."""
        return {**asdict(self), "today": self.today.isoformat(), "notes": list(self.notes)}


def basis_from(kept: Mapping[str, Any]) -> Basis:
    """What `as_json` gave."""
    buying, spending = kept["buying"], kept["spending"]
    return Basis(
        currency=kept["currency"],
        today=dt.date.fromisoformat(kept["today"]),
        fifths=kept["fifths"],
        offers=Habit(**kept["offers"]) if kept["offers"] else None,
        buying=BuyingModel(**{name: Estimate(**one) for name, one in buying.items()})
        if buying
        else None,
        spending=SpendingModel(
            Estimate(**spending["p"]),
            Estimate(**spending["q"]),
            Estimate(**spending["v"]),
            spending["dependence"],
        )
        if spending
        else None,
        pace=kept["pace"],
        proof=Proof(**kept["proof"]) if kept["proof"] else None,
        notes=tuple(kept["notes"]),
    )


def fifths_of(recency: Floats, frequency: Floats, money: Floats) -> dict[str, list[float]]:
    """The cuts between fifths of the buyers; empty for too few of them."""
    if len(recency) < FEWEST_BUYERS:
        return {}
    named = {"recency": recency, "frequency": frequency, "money": money}
    return {name: [float(one) for one in np.quantile(v, FIFTHS)] for name, v in named.items()}


def score(value: float, cuts: list[float], *, low_is_good: bool = False) -> int:
    """The fifth, 1 to 5, 5 being the best."""
    place = int(np.searchsorted(cuts, value, side="left"))
    return 5 - place if low_is_good else place + 1


def habit_of(counts: Iterable[tuple[int, int, int]]) -> Habit | None:
    """From (lines, of them so, customers): the likeliest strength for beta-binomial counts."""
    found = np.array(list(counts), dtype=np.float64).reshape(-1, 3)
    lines, hits, customers = found.T
    total, hit = float((lines * customers).sum()), float((hits * customers).sum())
    if total < FEWEST_LINES or not 0 < hit < total:
        return None
    share = hit / total

    def likelihood(strength: float) -> float:
        logs = betabinom.logpmf(hits, lines, share * strength, (1 - share) * strength)
        return float((customers * logs).sum())

    return Habit(share, max(STRENGTHS, key=likelihood))


@dataclass(frozen=True)
class Learned:
    """The lifetime part of a basis."""

    buying: BuyingModel | None = None
    spending: SpendingModel | None = None
    pace: float = 1.0
    proof: Proof | None = None
    notes: tuple[str, ...] = ()


def learn(bought: Purchases, today: dt.date) -> Learned:
    """Fit the lifetime models on what was bought and measure them on the newest weeks of it."""
    try:
        known = histories(bought, np.datetime64(today))
        if int((known.repeats > 0).sum()) < FEWEST_REPEATERS:
            return Learned(notes=("few_repeaters",))
        buying, notes = _fit(known), []
    except BadData:
        return Learned(notes=("no_fit",))
    if buying.a.value <= NEVER:
        notes.append("nobody_leaves")
    pace = pace_of(bought, known, AHEAD_WEEKS, SEED, _fit)
    spending = _spending(known)
    if spending is None:
        notes.append("no_spending")
    elif abs(spending.dependence) > DEPENDENT:
        notes.append("amounts_depend")
    proof = _proof(bought, today)
    if proof is None:
        notes.append("unproven")
    return Learned(buying, spending, pace, proof, tuple(notes))


def _fit(known: Histories) -> BuyingModel:
    """BG/NBD, or its limit without leaving where the purchases show none."""
    try:
        return fit_buying(known)
    except BadData:
        return fit_staying(known)


def _spending(known: Histories) -> SpendingModel | None:
    try:
        return fit_spending(known)
    except BadData:
        return None


def _proof(bought: Purchases, today: dt.date) -> Proof | None:
    """Measured on as many weeks as are foretold, or on a third of a shorter past."""
    first = bought.day.min().astype(dt.date)
    held_out = min(AHEAD_WEEKS * 7, (today - first).days // 3)
    frame = pd.DataFrame({"customer": bought.names[bought.customer], "day": bought.day})
    try:
        report = evaluate(
            frame,
            customer="customer",
            date="day",
            amount=None,
            split=(today - dt.timedelta(days=held_out)).isoformat(),
            today=today,
            seed=SEED,
            fit=_fit,
        )
    except BadData:
        return None
    return Proof(
        weeks=report.weeks,
        customers=report.customers,
        foretold=report.foretold,
        came=report.purchases,
        error=report.purchases_error,
        covered=report.covered,
    )
