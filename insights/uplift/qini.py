"""Qini: what is gained by treating those first who are foretold to answer most.

Radcliffe: Using Control Groups to Target on Predicted Lift (Direct Marketing Analytics Journal,
2007). Gains are in units of the outcome a customer of the whole population.
"""

import numpy as np

from insights.tables import Floats


def qini_curve(effect: Floats, treated: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """(share treated, gain a customer) from nobody to all, in order of foretold effect.

    At each share the outcome of the treated among them, less that of the controls among them scaled
    to the same number.
    """
    # Equal effects, but for noise in the last digits, stand in an order that says nothing.
    level = np.round(effect / (float(np.std(outcome)) or 1.0), 9)
    order = np.lexsort((np.random.default_rng(0).random(len(level)), -level))
    on, gained = treated[order], outcome[order]
    count_on, count_off = np.cumsum(on), np.cumsum(1 - on)
    sum_on, sum_off = np.cumsum(on * gained), np.cumsum((1 - on) * gained)
    scaled = np.divide(
        count_on * sum_off, count_off, out=np.zeros_like(sum_off), where=count_off > 0
    )
    gain = (sum_on - scaled) / max(float(on.sum()), 1.0)
    share = np.arange(len(order) + 1) / len(order)
    return share, np.r_[0.0, gain]


def qini(effect: Floats, treated: Floats, outcome: Floats) -> float:
    """The area between the curve and the straight line of treating at random; 0 is no better."""
    share, gain = qini_curve(effect, treated, outcome)
    above = gain - share * gain[-1]
    return float(((above[1:] + above[:-1]) / 2 * np.diff(share)).sum())
