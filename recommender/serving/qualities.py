"""Warmer, lighter, bigger, brighter: comparing products by what their attributes say.

A quality is a number that can be read off a product's attributes; products that say nothing about
it are not compared. Attributes are those of the shop's catalogue (`weight_g`, `comfort_c`, …).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.serving.labels import Mask

Attributes = Mapping[str, Any]
Values = npt.NDArray[np.float64]

# How warm a season's thing is, and what a material adds.
_SEASONS: Final = {
    "winter": 3.0,
    "autumn": 2.0,
    "3 seasons": 1.5,
    "all year": 1.0,
    "spring": 1.0,
    "summer": 0.0,
}
_WARM_MATERIALS: Final = {"down": 2.0, "merino": 1.0, "wool": 1.0, "fleece": 1.0, "flannel": 0.5}


def warmth(attributes: Attributes) -> float | None:
    """By the comfort temperature where there is one, else by season and material."""
    comfort = _number(attributes, "comfort_c")
    if comfort is not None:
        return -comfort
    seasons = [
        _SEASONS[part]
        for part in (word.strip() for word in str(attributes.get("season", "")).lower().split(","))
        if part in _SEASONS
    ]
    if not seasons:
        return None
    material = str(attributes.get("material", "")).lower()
    added = max((value for word, value in _WARM_MATERIALS.items() if word in material), default=0.0)
    return sum(seasons) / len(seasons) + added


def _number(attributes: Attributes, name: str) -> float | None:
    value = attributes.get(name)
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def _first(*names: str) -> Callable[[Attributes], float | None]:
    def read(attributes: Attributes) -> float | None:
        found = (_number(attributes, name) for name in names)
        return next((value for value in found if value is not None), None)

    return read


QUALITIES: Final[Mapping[str, Callable[[Attributes], float | None]]] = {
    "warm": warmth,
    "heavy": _first("weight_g"),
    "waterproof": _first("waterproof_mm", "water_m"),
    "roomy": _first("volume_l", "persons", "volume_ml"),
    "bright": _first("lumens"),
}


def differs(held: Values, than: float, sign: int) -> Mask:
    """(products,) True where there is clearly more (sign 1) or less (-1); NaN is never either."""
    more: Mask = (held - than) * sign > 1e-9
    return more
