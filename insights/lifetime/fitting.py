"""Maximum likelihood for models whose parameters are all positive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from insights.tables import BadData, Floats

LogLikelihood = Callable[[Floats], float]
_Z95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """A positive parameter with its 95 % interval."""

    value: float
    low: float
    high: float


def estimates(
    log_likelihood: LogLikelihood, starts: Sequence[Sequence[float]], what: str
) -> list[Estimate]:
    """Parameters at the highest likelihood, found on the log scale from several starts.

    Intervals come from the curvature there (Wald, on the log scale). Raises BadData when the
    likelihood has no top, which `what` says of which data.
    """

    def cost(logs: Floats) -> float:
        if np.abs(logs).max() > 25:
            return 1e12
        found = log_likelihood(np.exp(logs))
        return -found if np.isfinite(found) else 1e12

    options = {"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-7, "fatol": 1e-8}
    best = min(
        (minimize(cost, np.log(start), method="Nelder-Mead", options=options) for start in starts),
        key=lambda one: float(one.fun),
    )
    if not best.success or np.abs(best.x).max() > 15:
        raise BadData(f"{what}: no parameters fit; the data say too little, give more of them")
    curvature = _hessian(cost, best.x)
    variances = np.diag(np.linalg.pinv(curvature))
    spread = _Z95 * np.sqrt(np.maximum(variances, 0))
    return [
        Estimate(float(np.exp(x)), float(np.exp(x - s)), float(np.exp(min(x + s, 50))))
        for x, s in zip(best.x, spread, strict=True)
    ]


def _hessian(function: Callable[[Floats], float], at: Floats, step: float = 1e-3) -> Floats:
    """Second derivatives by central differences."""
    size = len(at)
    found = np.empty((size, size))
    steps = np.eye(size) * step
    for i in range(size):
        for j in range(size):
            found[i, j] = (
                function(at + steps[i] + steps[j])
                - function(at + steps[i] - steps[j])
                - function(at - steps[i] + steps[j])
                + function(at - steps[i] - steps[j])
            ) / (4 * step**2)
    return found
