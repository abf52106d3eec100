"""Measure a media mix: error on the periods after a day, contributions, a better split."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from insights.mix.model import Mix, Shape, fit_mixes, fit_weights
from insights.mix.weeks import Weeks
from insights.tables import Floats

REDRAWN: Final = 10  # outcomes redrawn a kept shape
BLOCK: Final = 8  # periods in a row whose errors are kept together
STEPS: Final = 200  # portions that a budget is given out in


@dataclass(frozen=True)
class Channel:
    """A channel's mean contribution a period, and what one more unit of spend brings, with 95 %."""

    name: str
    contribution: tuple[float, float, float]
    marginal: tuple[float, float, float]
    share_now: float
    share_better: float


@dataclass(frozen=True, eq=False)
class MixReport:
    """Absolute errors after the split as shares of the outcome, of ours and of two baselines.

    `error_seasonal` is of trend, season and controls without channels, `error_last_year` of the
    same period a year before; `covered` is the share within 95 % intervals. `gain` is the outcome
    of the better split of the same budget over that of the present one, in the fitted model.
    """

    periods: int
    error: float
    error_seasonal: float
    error_last_year: float
    covered: float
    channels: tuple[Channel, ...]
    gain: float


def evaluate(
    one: Weeks, *, seed: int = 0, tell: Callable[[str], None] = lambda _: None
) -> MixReport:
    """Fit up to the split; what is said of channels is of the periods learned from."""
    rng = np.random.default_rng(seed)
    tell("looking for shapes")
    mixes = fit_mixes(one, rng)
    foretold = np.mean([mix.foretold(one) for mix in mixes], axis=0)
    tell("drawing intervals")
    redrawn = [mix for kept in mixes for mix in _redrawn(one, kept, rng)]
    after = slice(one.learned, None)
    noise = (one.outcome - foretold)[: one.learned]
    paths = np.array([mix.foretold(one)[after] for mix in redrawn])
    paths += rng.choice(noise, paths.shape) * np.sqrt(1 + one.base.shape[1] / one.learned)
    low, high = np.quantile(paths, [0.025, 0.975], axis=0)
    actual = one.outcome[after]
    weights = np.linalg.lstsq(one.base[: one.learned], one.outcome[: one.learned], rcond=None)[0]
    mean_spend = one.spend[: one.learned].mean(axis=0)
    better = _better_split(mixes, mean_spend)
    now_value, better_value = (_steady_value(mixes, spend) for spend in (mean_spend, better))
    return MixReport(
        len(actual),
        _percentage(actual, foretold[after]),
        _percentage(actual, (one.base @ weights)[after]),
        _percentage(actual, _last_year(one)),
        float(((low <= actual) & (actual <= high)).mean()),
        _channels(one, mixes, redrawn, mean_spend, better),
        better_value / now_value - 1 if now_value else 0.0,
    )


def _redrawn(one: Weeks, mix: Mix, rng: np.random.Generator) -> list[Mix]:
    """The shape fitted anew to outcomes with errors redrawn block by block."""
    fitted = mix.foretold(one)[: one.learned]
    wrong = one.outcome[: one.learned] - fitted
    found = []
    for _ in range(REDRAWN):
        starts = rng.integers(0, one.learned - BLOCK + 1, one.learned // BLOCK + 1)
        blocks = np.concatenate([wrong[start : start + BLOCK] for start in starts])
        again = fitted + blocks[: one.learned]
        found.append(fit_weights(one, mix.shape, one.learned, again))
    return found


def _channels(
    one: Weeks, mixes: list[Mix], redrawn: list[Mix], now: Floats, better: Floats
) -> tuple[Channel, ...]:
    def contributions(some: list[Mix]) -> Floats:
        return np.array(
            [
                (mix.shape.reached(one.spend)[: one.learned] * mix.channels).mean(axis=0)
                for mix in some
            ]
        )

    def marginals(some: list[Mix]) -> Floats:
        return np.array([_slope(mix.shape, now) * mix.channels for mix in some])

    given = []
    for measured in (contributions, marginals):
        drawn = np.quantile(measured(redrawn), [0.025, 0.975], axis=0)
        given.append(np.vstack([measured(mixes).mean(axis=0), drawn]).T)
    return tuple(
        Channel(
            name,
            (float(part[0]), float(part[1]), float(part[2])),
            (float(more[0]), float(more[1]), float(more[2])),
            float(now[place] / now.sum()),
            float(better[place] / better.sum()),
        )
        for place, (name, part, more) in enumerate(zip(one.channels, *given, strict=True))
    )


def _slope(shape: Shape, spend: Floats) -> Floats:
    found: Floats = shape.half / (spend + shape.half) ** 2
    return found


def _steady_value(mixes: list[Mix], spend: Floats) -> float:
    return float(np.mean([mix.shape.steady(spend) @ mix.channels for mix in mixes]))


def _better_split(mixes: list[Mix], now: Floats) -> Floats:
    """The same budget, each portion given where it brings most; no channel more than thrice."""
    portion, spend = now.sum() / STEPS, np.zeros(len(now))
    for _ in range(STEPS):
        slopes = np.mean([_slope(mix.shape, spend) * mix.channels for mix in mixes], axis=0)
        slopes[spend + portion > 3 * now] = -1.0  # further than that nothing was ever seen
        spend[int(np.argmax(slopes))] += portion
    return spend


def _last_year(one: Weeks) -> Floats:
    """Each later period as the same one a year before, as far as that is known."""
    places = np.arange(one.learned, len(one.outcome))
    while (places >= one.learned).any():
        places = np.where(places >= one.learned, places - one.year, places)
    found: Floats = one.outcome[np.maximum(places, 0)]
    return found


def _percentage(actual: Floats, foretold: Floats) -> float:
    return float(np.abs(actual - foretold).sum() / np.abs(actual).sum())
