"""Bar charts as SVG, drawn on the server: no scripts, good for screen readers, light and dark."""

from collections.abc import Sequence
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


def shown(value: float) -> str:
    """A figure without needless digits."""
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.1f}"


def _axis() -> Markup:
    return Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, BASE, BASE)


def _picture(
    title: str, points: Sequence[tuple[str, float]], unit: str, height: int, body: Markup
) -> Markup:
    told = "; ".join(f"{label} {shown(value)}{unit}" for label, value in points)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, escape(f"{title}: {told}"), body
    )
