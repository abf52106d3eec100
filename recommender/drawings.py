"""Simple SVG drawings as pixels: enough of SVG for flat product pictures."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image, ImageColor, ImageDraw

STEPS: Final = 8
ELEMENT: Final = re.compile(r"<(rect|ellipse|circle|path)\b([^>]*)/?>")
ATTRIBUTE: Final = re.compile(r'([\w:-]+)="([^"]*)"')
TOKEN: Final = re.compile(r"[MmLlHhVvQqCcZz]|-?\d*\.?\d+(?:e-?\d+)?")
TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "Z": 0}
Point = tuple[float, float]


def drawn(svg: str, size: int) -> Image.Image:
    """The drawing as an RGB picture of `size` pixels, on white.

    Rectangles, circles, ellipses and paths of lines and curves are drawn in order with their fill
    or stroke and opacity; gradients and rotations are left out. Raises ValueError without a
    viewBox.
    """
    box = re.search(r'viewBox="([\d.\s-]+)"', svg)
    if box is None:
        raise ValueError("the SVG has no viewBox")
    left, top, width, height = (float(part) for part in box.group(1).split())
    scale = size / max(width, height)
    picture = Image.new("RGB", (size, size), "white")
    for kind, text in ELEMENT.findall(svg):
        given = dict(ATTRIBUTE.findall(text))
        layer = Image.new("L", (size, size), 0)
        pen = ImageDraw.Draw(layer)
        fill, stroke = given.get("fill", "#000"), given.get("stroke", "none")
        outlines = _path(given["d"]) if kind == "path" else [_outline(kind, given)]
        placed = [[((x - left) * scale, (y - top) * scale) for x, y in one] for one in outlines]
        colour = fill if _is_colour(fill) else stroke
        if not _is_colour(colour):
            continue
        thickness = max(1, round(float(given.get("stroke-width", 1)) * scale))
        for points in placed:
            if _is_colour(fill) and len(points) > 2:
                pen.polygon(points, fill=255)
            elif len(points) > 1:
                pen.line(points, fill=255, width=thickness, joint="curve")
        opacity = float(given.get("opacity", 1))
        layer = layer.point(lambda value, by=opacity: int(value * by))
        picture.paste(Image.new("RGB", (size, size), ImageColor.getrgb(colour)), mask=layer)
    return picture


def _is_colour(text: str) -> bool:
    return text != "none" and not text.startswith("url")


def _outline(kind: str, given: dict[str, str]) -> list[Point]:
    value = {name: float(given[name]) for name in given if _is_number(given[name])}
    if kind == "rect":
        x, y = value.get("x", 0.0), value.get("y", 0.0)
        right, bottom = x + value["width"], y + value["height"]
        return [(x, y), (right, y), (right, bottom), (x, bottom)]
    across = value["r"] if kind == "circle" else value["rx"]
    down = value["r"] if kind == "circle" else value["ry"]
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return [
        (value.get("cx", 0.0) + across * np.cos(t), value.get("cy", 0.0) + down * np.sin(t))
        for t in turns
    ]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _path(text: str) -> list[list[Point]]:
    """The path's outlines as points; curves become short lines."""
    outlines: list[list[Point]] = []
    for command, numbers in _commands(text):
        here = outlines[-1][-1] if outlines and outlines[-1] else (0.0, 0.0)
        relative = command.islower()
        kind = command.upper()
        if kind in "HV":
            along = numbers[0] + ((here[0] if kind == "H" else here[1]) if relative else 0)
            points = [(along, here[1]) if kind == "H" else (here[0], along)]
        else:
            base = here if relative else (0.0, 0.0)
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            points = [(base[0] + x, base[1] + y) for x, y in pairs]
        if kind == "M":
            outlines.append(points)
        elif kind == "Z":
            outlines[-1].append(outlines[-1][0])
        elif kind in "QC":
            outlines[-1] += _curve([here, *points])
        else:
            outlines[-1] += points
    return outlines


def _commands(text: str) -> Iterator[tuple[str, list[float]]]:
    """(letter, numbers) one at a time; repeated numbers repeat the letter (after M, L)."""
    tokens = TOKEN.findall(text)
    at, letter = 0, "M"
    while at < len(tokens):
        if tokens[at].isalpha():
            letter = tokens[at]
            at += 1
        count = TAKES[letter.upper()]
        yield letter, [float(token) for token in tokens[at : at + count]]
        at += count
        if letter in "Mm":
            letter = "L" if letter == "M" else "l"


def _curve(points: list[Point]) -> list[Point]:
    """Points along a Bézier curve, without its start (de Casteljau)."""
    found = []
    for step in range(1, STEPS + 1):
        share, row = step / STEPS, points
        while len(row) > 1:
            row = [
                (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
                for a, b in itertools.pairwise(row)
            ]
        found.append(row[0])
    return found
