"""Gamma-Gamma: what a customer spends on a purchase.

Amounts vary around a customer's own mean (gamma: p), the means vary between customers (gamma: q,
v). Fader, Hardie: The Gamma-Gamma Model of Monetary Value (2013).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import gammaln

from insights.lifetime.fitting import Estimate, estimates
from insights.lifetime.histories import Histories
from insights.tables import BadData, Floats

FEWEST_SPENDERS: Final = 30


@dataclass(frozen=True)
class SpendingModel:
    """Parameters with intervals; `dependence` correlates how often with how much.

    The model holds them to be independent, so a correlation far from 0 is a warning.
    """

    p: Estimate
    q: Estimate
    v: Estimate
    dependence: float


def fit_spending(known: Histories) -> SpendingModel:
    """Fit to customers with a repeat purchase of some value; raises BadData when they are few."""
    spent = (known.repeats > 0) & (known.value > 0)
    if int(spent.sum()) < FEWEST_SPENDERS:
        raise BadData(
            f"--amount: {int(spent.sum())} customers came back and spent more than 0, "
            f"{FEWEST_SPENDERS} are needed; check the column or leave --amount out"
        )
    x, z = known.repeats[spent], known.value[spent]
    if float(np.ptp(z)) == 0:
        raise BadData("--amount: every customer spends the same; leave --amount out")
    scale = float(np.median(z))  # so that the starts suit any currency

    def likelihood(parameters: Floats) -> float:
        p, q, v = parameters
        return float(_log_likelihood(x, z, p, q, v).sum())

    p, q, v = estimates(likelihood, [(1.0, 2.0, scale), (5.0, 4.0, scale / 2)], "Gamma-Gamma")
    dependence = float(np.corrcoef(x, z)[0, 1]) if float(np.ptp(x)) > 0 else 0.0
    return SpendingModel(p, q, v, dependence)


def _log_likelihood(x: Floats, z: Floats, p: float, q: float, v: float) -> Floats:
    """(customers,) log-likelihoods of mean amounts `z` over `x` purchases, equation (1a)."""
    found: Floats = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(v)
        + (p * x - 1) * np.log(z)
        + p * x * np.log(x)
        - (p * x + q) * np.log(x * z + v)
    )
    return found
