"""Echelon base stock of a serial chain, exact (Clark and Scarf 1960; Chen and Zheng 1994).

Stage 1 faces the customer, stage N buys from outside; the echelon of a stage is its own stock and
all below it. Demand a period is normal and independent (Snyder and Shen, section 6.2).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar
from scipy.special import ndtr, ndtri

from forecasting.inventory.checks import BadPolicy, not_negative, positive
from forecasting.inventory.guaranteed import PerStage, by_stage

POINTS = 1600  # of the grid on which a stage's cost is kept
REACH = 9.0  # standard deviations of demand that are looked at; beyond is less than 1e-18

Cost = Callable[[NDArray[np.float64]], NDArray[np.float64]]


class EchelonBaseStock(NamedTuple):
    """Echelon base-stock level of each stage by its number, and expected cost a period."""

    levels: dict[str, float]
    cost: float


def base_stock(
    stages: int,
    lead_time: PerStage,
    stockout_cost: float,
    demand_mean: float,
    demand_sd: float,
    echelon_holding_cost: PerStage | None = None,
    local_holding_cost: PerStage | None = None,
) -> EchelonBaseStock:
    """The best levels, by g_j(y) = E[h_j(y − D_j) + g_{j−1}(min(S_{j−1}, y − D_j))] upwards.

    g_0(x) = (p + Σh)x⁻, D_j the demand of stage j's lead time. Stage 1 has a closed form; further
    expectations are Gauss–Legendre integrals of a spline, exact to about 1e-8.
    """
    holding = _echelon_holding(stages, echelon_holding_cost, local_holding_cost)
    times = _stages("lead_time", lead_time, stages)
    positive(stockout_cost=stockout_cost, demand_mean=demand_mean)
    not_negative(demand_sd=demand_sd)
    penalty = stockout_cost + sum(holding)
    levels: dict[str, float] = {}
    cost = 0.0
    below: _Stage | None = None
    for place, (rate, time) in enumerate(zip(holding, times, strict=True)):
        mean, sd = demand_mean * time, demand_sd * math.sqrt(time)
        stage = (
            _first(rate, penalty, mean, sd)
            if below is None
            else _next(below, rate, sum(holding[: place + 1]) - penalty, mean, sd)
        )
        levels[str(place + 1)] = stage.level
        cost, below = stage.cost, stage
    return EchelonBaseStock(levels, cost)


class _Stage(NamedTuple):
    """A stage's best level, the cost there, the cost of any level, and the demand so far."""

    level: float
    cost: float
    of: Cost
    mean: float
    sd: float


def _first(rate: float, penalty: float, mean: float, sd: float) -> _Stage:
    def of(levels: NDArray[np.float64]) -> NDArray[np.float64]:
        if sd == 0:
            losses = np.maximum(0.0, mean - levels)
        else:
            z = (levels - mean) / sd
            density = np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
            losses = sd * (density - z * ndtr(-z))
        return np.asarray(rate * (levels - mean) + penalty * losses)

    level = mean + (sd * float(ndtri(1 - rate / penalty)) if sd else 0.0)
    return _Stage(level, float(of(np.array([level]))[0]), of, mean, sd)


def _next(below: _Stage, rate: float, slope: float, mean: float, sd: float) -> _Stage:
    total_mean, total_sd = below.mean + mean, math.hypot(below.sd, sd)
    if total_sd == 0:
        level = below.level + mean

        def certain(levels: NDArray[np.float64]) -> NDArray[np.float64]:
            left = levels - mean
            return np.asarray(rate * left + below.of(np.minimum(below.level, left)))

        return _Stage(level, float(certain(np.array([level]))[0]), certain, total_mean, 0.0)
    nodes, weights = _normal_nodes(mean, sd)

    def expected(levels: NDArray[np.float64]) -> NDArray[np.float64]:
        left = levels[:, None] - nodes[None, :]
        passed = below.of(np.minimum(below.level, left).ravel()).reshape(left.shape)
        return np.asarray(rate * (levels - mean) + passed @ weights)

    low = total_mean - REACH * total_sd
    high = max(total_mean, below.level + mean) + REACH * total_sd
    grid = np.linspace(low, high, POINTS)
    values = expected(grid)
    spline = CubicSpline(grid, values)

    def of(levels: NDArray[np.float64]) -> NDArray[np.float64]:
        inside = np.clip(levels, low, high)
        return np.asarray(spline(inside) + slope * np.minimum(0.0, levels - low))

    best = int(np.argmin(values))
    found = minimize_scalar(
        lambda y: float(expected(np.array([y]))[0]),
        bounds=(grid[max(0, best - 1)], grid[min(POINTS - 1, best + 1)]),
        method="bounded",
        options={"xatol": 1e-9},
    )
    return _Stage(float(found.x), float(found.fun), of, total_mean, total_sd)


def _normal_nodes(mean: float, sd: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points and weights of E[f(D)]: composite Gauss–Legendre over ±`REACH` sd."""
    if sd == 0:
        return np.array([mean]), np.array([1.0])
    points, weights = np.polynomial.legendre.leggauss(8)  # type: ignore[no-untyped-call]
    edges = np.linspace(-REACH, REACH, 37)
    half = np.diff(edges)[:, None] / 2
    z = ((edges[1:] + edges[:-1])[:, None] / 2 + half * points[None, :]).ravel()
    mass = (half * weights[None, :]).ravel() * np.exp(-0.5 * z * z)
    return mean + sd * z, mass / mass.sum()


def _echelon_holding(stages: int, echelon: PerStage | None, local: PerStage | None) -> list[float]:
    if stages < 1:
        raise BadPolicy("stages", f"is {stages}", "give at least 1")
    if echelon is None and local is None:
        raise BadPolicy("echelon_holding_cost", "is missing", "give it, or local_holding_cost")
    given = None if echelon is None else _stages("echelon_holding_cost", echelon, stages)
    if local is not None:
        rates = _stages("local_holding_cost", local, stages)
        steps = [rate - up for rate, up in zip(rates, [*rates[1:], 0.0], strict=True)]
        if given is not None and not np.allclose(given, steps, atol=1e-6):
            raise BadPolicy(
                "echelon_holding_cost",
                "does not fit local_holding_cost",
                "it is a stage's local cost less that of the stage above; give one of them",
            )
        given = given or steps
    assert given is not None
    for place, value in enumerate(given):
        if value <= 0:
            raise BadPolicy(
                f"echelon_holding_cost[{place}]", f"is {value:g}", "goods gain value downstream"
            )
    return given


def _stages(field: str, values: PerStage, stages: int) -> list[float]:
    found = by_stage(field, values)
    if len(found) != stages:
        raise BadPolicy(field, f"has {len(found)} values", f"give {stages}, one for each stage")
    return found
