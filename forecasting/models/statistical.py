"""Models of statsforecast, series by series: dearer, so only where a series is long and even.

AutoETS, complex exponential smoothing, the dynamic optimised theta method and MSTL; on request also
AutoARIMA, AutoTheta, Croston's method and ADIDA.
"""

from typing import Any, Final

import numpy as np

from forecasting.panel import Floats

MOST_STEPS: Final = 520  # older ones cost time and change nothing
LEAST_STEPS: Final = 12


def model_of(name: str, season: int) -> Any:
    """A fresh model by name, looking for `season` (1: none) where it can."""
    from statsforecast import models

    plain = {
        "croston": models.CrostonClassic,
        "croston_optimized": models.CrostonOptimized,
        "adida": models.ADIDA,
    }
    if name in plain:
        return plain[name]()
    made = {
        "ets": models.AutoETS,
        "ces": models.AutoCES,
        "dot": models.DynamicOptimizedTheta,
        "mstl": models.MSTL,
        "arima": models.AutoARIMA,
        "theta": models.AutoTheta,
    }
    return made[name](season_length=season)


def statistical(values: Floats, horizon: int, name: str, season: int) -> Floats:
    """(series, horizon), NaN rows for series too short for the season and where a fit fails."""
    model = model_of(name, season)
    least = max(LEAST_STEPS, 2 * season if season > 1 else 0)
    out = np.full((len(values), horizon), np.nan)
    for row, line in enumerate(values):
        series = line[~np.isnan(line)][-MOST_STEPS:]
        if len(series) < least or series.min() == series.max():
            continue
        try:
            said = np.asarray(model.forecast(y=series, h=horizon)["mean"], dtype=np.float64)
        except (ValueError, ArithmeticError, np.linalg.LinAlgError, RuntimeError):
            continue
        if np.isfinite(said).all():
            out[row] = said
    return out
