"""Loss functions: how much demand is expected above a level, and how much stock stays below it.

n(x) = E[(D − x)⁺] and its complement n̄(x) = E[(x − D)⁺] = x − E[D] + n(x); the second-order loss is
n⁽²⁾(x) = ½ E[((D − x)⁺)²] (Snyder and Shen, appendix C.3).
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

from scipy.special import ndtr, pdtr

from forecasting.inventory.checks import finite, not_negative, positive


class Loss(NamedTuple):
    """n(x) and n̄(x), in units."""

    loss: float
    complement: float


def standard_normal_loss(z: float) -> Loss:
    """L(z) = φ(z) − z(1 − Φ(z)) (C.22)."""
    finite(z=z)
    loss = max(0.0, _density(z) - z * float(ndtr(-z)))
    return Loss(loss, max(0.0, z + loss))


def standard_normal_second_loss(z: float) -> float:
    """L⁽²⁾(z) = ½[(z² + 1)(1 − Φ(z)) − zφ(z)] (C.27)."""
    return max(0.0, 0.5 * ((z * z + 1) * float(ndtr(-z)) - z * _density(z)))


def normal_loss(level: float, mean: float, sd: float) -> Loss:
    """Loss of a normal demand; with sd 0 of a certain one."""
    if sd == 0:
        return Loss(max(0.0, mean - level), max(0.0, level - mean))
    standard = standard_normal_loss((level - mean) / sd)
    return Loss(sd * standard.loss, sd * standard.complement)


def normal_second_loss(level: float, mean: float, sd: float) -> float:
    """Second-order loss of a normal demand; with sd 0 of a certain one."""
    if sd == 0:
        return 0.5 * max(0.0, mean - level) ** 2
    return sd * sd * standard_normal_second_loss((level - mean) / sd)


def poisson_loss(level: float, mean: float) -> Loss:
    """n(x) = −(x − μ)(1 − F(x)) + μ f(x) for a whole x (C.41)."""
    not_negative(mean=mean)
    if level < 0:
        return Loss(mean - level, 0.0)
    above = 1.0 - float(pdtr(level, mean))
    mass = _poisson_mass(level, mean)
    loss = max(0.0, mean * mass - (level - mean) * above)
    return Loss(loss, max(0.0, level - mean + loss))


def lognormal_loss(level: float, mu: float, sigma: float) -> Loss:
    """n(x) = e^(μ+σ²/2) Φ((μ + σ² − ln x)/σ) − x(1 − Φ((ln x − μ)/σ)) (4.102)."""
    positive(sigma=sigma)
    mean = math.exp(mu + sigma * sigma / 2)
    if level <= 0:
        return Loss(mean - level, 0.0)
    log = math.log(level)
    loss = mean * float(ndtr((mu + sigma * sigma - log) / sigma)) - level * float(
        ndtr((mu - log) / sigma)
    )
    return Loss(max(0.0, loss), max(0.0, level - mean + loss))


def discrete_loss(level: float, masses: Mapping[float, float]) -> Loss:
    """Loss of a demand given by value → probability."""
    loss = sum(p * max(0.0, value - level) for value, p in masses.items())
    complement = sum(p * max(0.0, level - value) for value, p in masses.items())
    return Loss(loss, complement)


def _density(z: float) -> float:
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def _poisson_mass(value: float, mean: float) -> float:
    if mean == 0:
        return 1.0 if value == 0 else 0.0
    return math.exp(value * math.log(mean) - mean - math.lgamma(value + 1))
