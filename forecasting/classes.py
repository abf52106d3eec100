"""What kind of demand a series is: how often something sells, and how evenly."""

from typing import Final, Literal

import numpy as np

from forecasting.panel import Floats, Panel

DemandClass = Literal["smooth", "erratic", "intermittent", "lumpy", "seasonal", "new"]

# Syntetos, Boylan and Croston (2005), J. Oper. Res. Soc. 56(5).
MOST_INTERVAL: Final = 1.32
MOST_VARIATION: Final = 0.49
NEW_STEPS: Final = 8  # with fewer observations, nothing is learned from a series alone
SEASONAL_STRENGTH: Final = 0.3


def classify(panel: Panel, season: int) -> tuple[DemandClass, ...]:
    """The class of each series; seasonal needs two full seasons and a repeating shape."""
    strength = seasonal_strength(panel.values, season)
    return tuple(
        _class_of(panel.series(row), float(strength[row])) for row in range(len(panel.ids))
    )


def _class_of(values: Floats, strength: float) -> DemandClass:
    if len(values) < NEW_STEPS:
        return "new"
    sold = values[values != 0]
    if not len(sold):
        return "intermittent"
    often = len(values) / len(sold) <= MOST_INTERVAL
    even = (sold.std() / abs(sold.mean())) ** 2 <= MOST_VARIATION if sold.mean() else False
    if often and strength >= SEASONAL_STRENGTH:
        return "seasonal"
    if often:
        return "smooth" if even else "erratic"
    return "intermittent" if even else "lumpy"


def seasonal_strength(values: Floats, season: int) -> Floats:
    """Correlation of the changes over half a season with those one season before; (series,).

    0 where a series has less than two seasons. Differences take a trend out, which would look
    like a season otherwise.
    """
    half = max(season // 2, 1)
    strength = np.zeros(len(values))
    if season < 2 or values.shape[1] < 2 * season + half:
        return strength
    change = values[:, half:] - values[:, :-half]
    now, before = change[:, season:], change[:, :-season]
    both = ~np.isnan(now) & ~np.isnan(before)
    now, before = np.where(both, now, 0.0), np.where(both, before, 0.0)
    size = np.sqrt((now**2).sum(axis=1) * (before**2).sum(axis=1))
    enough = both.sum(axis=1) >= season
    return np.where(enough & (size > 0), (now * before).sum(axis=1) / np.maximum(size, 1e-12), 0.0)
