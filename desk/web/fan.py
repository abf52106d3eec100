"""A variant's weeks as SVG: what was sold, and what will be asked for with its uncertainty."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 760
HEIGHT: Final = 250
LEFT: Final = 36
TOP: Final = 14
BASE: Final = 214


def fan_chart(
    title: str,
    first_day: date,
    past: Sequence[float],
    fan: Mapping[str, Sequence[float]],
    day: Callable[[date], str],
) -> Markup:
    """Bars for the past weeks; a band from the 10 % to the 90 % quantile and a line for the mean.

    `fan` holds lists by the names "0.1", "0.9" and "mean"; `day` writes a date.
    """
    low, high, mean = (list(fan.get(key, ())) for key in ("0.1", "0.9", "mean"))
    weeks = len(past) + len(mean)
    highest = max([1.0, *past, *high, *mean])
    step = (WIDTH - LEFT) / max(1, weeks)

    def x(week: float) -> float:
        return LEFT + week * step

    def y(value: float) -> float:
        return BASE - (BASE - TOP) * value / highest

    parts = [_grid(highest, y)]
    for week, value in enumerate(past):
        parts.append(
            Markup(
                '<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">'
                "<title>{}: {:g}</title></rect>"
            ).format(
                x(week + 0.1),
                y(value),
                step * 0.8,
                BASE - y(value),
                _week(first_day, week, day),
                value,
            )
        )
    if mean:
        middles = [x(len(past) + week + 0.5) for week in range(len(mean))]
        edge = [*zip(middles, map(y, high), strict=False)]
        edge += reversed([*zip(middles, map(y, low), strict=False)])
        parts.append(Markup('<polygon class="band" points="{}"/>').format(_points(edge)))
        line = _points([*zip(middles, map(y, mean), strict=True)])
        parts.append(Markup('<polyline class="mean" points="{}"/>').format(line))
        parts.append(
            Markup('<line class="now" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>').format(
                x(len(past)), TOP, BASE
            )
        )
    parts += [
        Markup('<text x="{:.1f}" y="{}">{}</text>').format(
            x(week), BASE + 20, _week(first_day, week, day)
        )
        for week in range(0, weeks, max(1, -(-weeks // 6)))
    ]
    told = ", ".join(f"{value:g}" for value in past)
    ahead = ", ".join(f"{value:.1f}" for value in mean)
    return Markup(
        '<svg class="fan" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, escape(f"{title}: {told} → {ahead}"), Markup("").join(parts))


def _week(first_day: date, week: int, day: Callable[[date], str]) -> str:
    return day(first_day + timedelta(weeks=week))


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{left:.1f},{top:.1f}" for left, top in pairs)


def _grid(highest: float, y: Callable[[float], float]) -> Markup:
    lines = []
    for share in (0.0, 0.5, 1.0):
        value = highest * share
        lines.append(
            Markup(
                '<line class="axis" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/>'
                '<text class="value" x="{}" y="{t:.1f}" text-anchor="end">{v}</text>'
            ).format(
                LEFT,
                WIDTH,
                LEFT - 6,
                y=y(value),
                t=y(value) + 4,
                v=f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.1f}",
            )
        )
    return Markup("").join(lines)
