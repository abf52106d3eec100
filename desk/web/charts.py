"""Charts as SVG, drawn on the server: no scripts, good for screen readers, light and dark."""

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup, escape

WIDTH: Final = 440
HEIGHT: Final = 160
BASE: Final = 128
TOP: Final = 16


def columns(title: str, points: Sequence[tuple[str, float]], unit: str = "") -> Markup:
    """Upright bars over a time axis; only as many labels as fit."""
    highest = max((value for _, value in points), default=0) or 1
    step = WIDTH / max(1, len(points))
    every = max(1, -(-len(points) // 7))
    parts = []
    for place, (label, value) in enumerate(points):
        height = (BASE - TOP) * value / highest
        x = place * step + step * 0.12
        parts.append(
            Markup(
                '<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2">'
                "<title>{}: {}{}</title></rect>"
            ).format(x, BASE - height, step * 0.76, height, label, shown(value), unit)
        )
        if place % every == 0:
            parts.append(Markup('<text x="{:.1f}" y="146">{}</text>').format(place * step, label))
    body = Markup("").join(parts)
    top = Markup('<text class="value" x="0" y="11">{}{}</text>').format(shown(highest), unit)
    return _picture(title, points, unit, HEIGHT, _axis() + top + body)


def rows(title: str, points: Sequence[tuple[str, float]], unit: str = "") -> Markup:
    """Lying bars with their names, the largest first as given."""
    highest = max((value for _, value in points), default=0) or 1
    parts = []
    for place, (label, value) in enumerate(points):
        y = place * 26
        width = 1 + 200 * value / highest
        parts.append(
            Markup(
                '<text x="0" y="{:.0f}">{}</text>'
                '<rect class="bar" x="170" y="{:.0f}" width="{:.1f}" height="16" rx="3"/>'
                '<text class="value" x="{:.1f}" y="{:.0f}">{}{}</text>'
            ).format(y + 15, label[:26], y + 3, width, 176 + width, y + 15, shown(value), unit)
        )
    return _picture(title, points, unit, max(26, 26 * len(points)), Markup("").join(parts))


def ranges(
    title: str,
    points: Sequence[tuple[str, float, float, float]],
    written: Callable[[float], str],
) -> Markup:
    """Lying bars with their names and, across each end, the interval (value, low, high)."""
    highest = max((high for *_, high in points), default=0) or 1
    parts = []
    for place, (label, value, low, high) in enumerate(points):
        y, scale = place * 30, 190 / highest
        told = f"{written(value)} ({written(low)} – {written(high)})"
        parts.append(
            Markup(
                '<text x="0" y="{0:.0f}">{1}</text>'
                '<rect class="bar estimate" x="130" y="{2:.0f}" width="{3:.1f}" height="16" rx="3">'
                "<title>{1}: {9}</title></rect>"
                '<path class="interval" d="M{4:.1f} {5:.0f}H{6:.1f}M{4:.1f} {7:.0f}v10'
                'M{6:.1f} {7:.0f}v10"/>'
                '<text class="value" x="{8:.1f}" y="{0:.0f}">{10}</text>'
            ).format(
                y + 16,
                label[:20],
                y + 4,
                1 + value * scale,
                131 + low * scale,
                y + 12,
                131 + high * scale,
                y + 7,
                140 + high * scale,
                told,
                written(value),
            )
        )
    named = "; ".join(
        f"{label} {written(value)} ({written(low)} – {written(high)})"
        for label, value, low, high in points
    )
    return _framed(f"{title}: {named}", max(30, 30 * len(points)), Markup("").join(parts))


def interval(value: float, low: float, high: float, highest: float, told: str) -> Markup:
    """One estimate as a dot on its interval, small, for a cell of a table."""
    scale = 96 / (highest or 1)
    return Markup(
        '<svg class="whisker" viewBox="0 0 100 14" role="img" aria-label="{}">'
        '<path class="interval" d="M{:.1f} 7H{:.1f}"/><circle cx="{:.1f}" cy="7" r="4"/></svg>'
    ).format(told, 2 + low * scale, 2 + high * scale, 2 + min(value, highest) * scale)


def shown(value: float) -> str:
    """A figure without needless digits."""
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.1f}"


def _axis() -> Markup:
    return Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, BASE, BASE)


def _picture(
    title: str, points: Sequence[tuple[str, float]], unit: str, height: int, body: Markup
) -> Markup:
    told = "; ".join(f"{label} {shown(value)}{unit}" for label, value in points)
    return _framed(f"{title}: {told}", height, body)


def _framed(told: str, height: int, body: Markup) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, escape(told), body
    )
