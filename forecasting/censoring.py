"""Demand behind sales that stopped because stock was out."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from forecasting.panel import Floats, Panel

Places = npt.NDArray[np.int64]


def without_stock_outs(panel: Panel) -> Panel:
    """The panel with steps without stock lifted to the demand expected there.

    Expected is the mean of the steps with stock before and after, weighted by nearness, and never
    less than what was sold. Series that were never in stock keep their sales: nothing is known.
    Nahmias (1994), Naval Research Logistics 41(6), on why leaving them at zero lowers every
    forecast and so keeps the shelf empty.
    """
    censored = panel.censored
    if censored is None or not censored.any():
        return panel
    values = panel.values.copy()
    for row in np.flatnonzero(censored.any(axis=1)):
        out = censored[row] & ~np.isnan(values[row])
        seen = ~censored[row] & ~np.isnan(values[row])
        if seen.any() and out.any():
            expected = _near_mean(values[row], np.flatnonzero(seen), np.flatnonzero(out))
            values[row, out] = np.maximum(values[row, out], expected)
    return replace(panel, values=values)


def _near_mean(values: Floats, seen: Places, wanted: Places, fade: float = 8.0) -> Floats:
    """Means of the `seen` steps around each wanted one, weights fading over `fade` steps."""
    distance = np.abs(wanted[:, None] - seen[None, :])
    weights = np.exp(-distance / fade)
    return np.asarray(weights @ values[seen] / weights.sum(axis=1))
