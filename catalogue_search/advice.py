"""Which size to take of a product: numbers and reasons, the words are others' business.

Shoes: a European size is the inner length in cm times 1.5 (Paris points); the inner length is the
foot and the room its use needs. Clothes: weight and height on the shop's scale, weight more, as it
decides the girth. Both only estimate, so the neighbour is named where it is close.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from catalogue_search.body import LETTERS, Body
from catalogue_search.facts import Facts, facts_of
from catalogue_search.lexicon import is_said, lexicon
from catalogue_search.tokens import tokenize
from shop.fit import FitReturns
from shop.views import ProductView

PARIS_POINT: Final = 1.5  # sizes to a centimetre
ROOM_CM: Final[Mapping[str, float]] = {"trail_shoe": 1.2, "hiking_boot": 1.0, "shoe": 1.0}
HALF: Final = 0.5
# Upper ends of XS, S, M, L and XL, in kg and cm.
WEIGHTS_KG: Final[Mapping[str, Sequence[float]]] = {
    "women": (48, 56, 65, 75, 87),
    "men": (58, 67, 78, 89, 101),
    "unisex": (52, 62, 74, 86, 98),
}
HEIGHTS_CM: Final[Mapping[str, Sequence[float]]] = {
    "women": (158, 164, 170, 176, 182),
    "men": (166, 173, 180, 187, 193),
    "unisex": (163, 170, 178, 185, 191),
}
CHESTS_CM: Final[Mapping[str, Sequence[float]]] = {
    "women": (82, 88, 95, 103, 112),
    "men": (90, 97, 105, 113, 121),
    "unisex": (86, 94, 102, 110, 118),
}
WEIGHT_SHARE: Final = 0.65  # the rest is the height's
LIKED: Final[Mapping[str, float]] = {"loose": 0.75, "snug": -0.5}  # sizes of clothes
CLOSE: Final = 0.3  # of a size: the neighbour fits as well
FEWEST_RETURNS: Final = 5
SHARE_OF_SALES: Final = 0.05
TIMES_THE_OTHER: Final = 2


@dataclass(frozen=True)
class SizeAdvice:
    """The size to take, a neighbour that may fit as well, and why.

    `reasons` are (code, value): foot_cm, usual_size, between_sizes, height_cm, weight_kg, chest_cm,
    room_cm, runs_small, runs_large, true_to_size, returns_too_small, returns_too_big (counts),
    wide_feet,
    narrow_feet, wide_last, thick_socks, likes_loose, likes_snug, slim_cut, relaxed_cut,
    takes_layers. `missing` is what to ask for when `size` is None. `exact` is the size before it
    was rounded to one that there is.
    """

    size: str | None
    alternative: str | None = None
    exact: float | None = None
    in_stock: bool = False
    reasons: tuple[tuple[str, float | str], ...] = ()
    missing: tuple[str, ...] = ()


Reasons = list[tuple[str, float | str]]


def size_advice(product: ProductView, body: Body, returns: FitReturns | None = None) -> SizeAdvice:
    """The size of `product` for a person; for goods that come in one size nothing is missing."""
    facts = facts_of(product)
    sizes = list(dict.fromkeys(variant.size for variant in product.variants if variant.size))
    if not sizes:
        return SizeAdvice(None)
    if all(is_number(size) for size in sizes):
        return _of_shoes(product, facts, sizes, body, returns)
    if all("-" in size for size in sizes):
        return _of_socks(product, sizes, body)
    if set(sizes) <= set(LETTERS) and "clothing" in facts.kinds:
        return _of_clothes(product, facts, sizes, body, returns)
    return (
        SizeAdvice(None, missing=("usual_size",))
        if not body.usual_size
        else SizeAdvice(
            body.usual_size if body.usual_size in sizes else None,
            in_stock=_in_stock(product, body.usual_size),
            reasons=(("usual_size", body.usual_size),),
        )
    )


def fit_bias(product: ProductView, returns: FitReturns | None = None) -> tuple[float, Reasons]:
    """How much larger to take (0.5) or smaller (-0.5), by the product's own word, else returns."""
    said = _said_fit(str(product.attributes.get("fit", "")))
    if said is not None:
        code = {HALF: "runs_small", -HALF: "runs_large", 0.0: "true_to_size"}[said]
        if said or returns is None:
            return said, [(code, said)]
    if returns is not None:
        small, big = returns.too_small, returns.too_big
        least = max(FEWEST_RETURNS, SHARE_OF_SALES * returns.sold)
        if small >= least and small >= TIMES_THE_OTHER * big:
            return HALF, [("returns_too_small", float(small))]
        if big >= least and big >= TIMES_THE_OTHER * small:
            return -HALF, [("returns_too_big", float(big))]
    return 0.0, [("true_to_size", 0.0)] if said == 0.0 else []


def _said_fit(text: str) -> float | None:
    """What the first words of a fit attribute say; what is behind a comma is a condition."""
    tokens = tokenize(text.partition(",")[0])
    cues = lexicon().cues
    for name, value in (("small", HALF), ("large", -HALF), ("as_usual", 0.0)):
        if is_said(cues[f"fit_words.{name}"], tokens):
            return value
    return None


def _cut(text: str) -> str:
    """Whether a fit attribute says slim or relaxed; "" for neither."""
    tokens, cues = tokenize(text), lexicon().cues
    for name in ("slim", "relaxed"):
        if is_said(cues[f"fit_words.{name}"], tokens):
            return name
    return ""


def is_number(size: str) -> bool:
    return size.replace(".", "", 1).isdigit()


def _in_stock(product: ProductView, size: str | None) -> bool:
    return any(one.size == size and one.stock > 0 for one in product.variants)


def _of_shoes(
    product: ProductView, facts: Facts, sizes: Sequence[str], body: Body, returns: FitReturns | None
) -> SizeAdvice:
    room = _room(facts)
    if body.foot_cm is not None:
        exact = math.ceil((body.foot_cm + room) * PARIS_POINT * 2 - 1e-6) / 2
        reasons: Reasons = [("foot_cm", body.foot_cm), ("room_cm", room)]
    elif body.usual_size is not None and is_number(body.usual_size):
        exact = float(body.usual_size)
        reasons = [("usual_size", body.usual_size)]
    elif body.between_sizes is not None and body.between_sizes[0].isdigit():
        ends = [float(one) for one in body.between_sizes.split("/")]
        exact, reasons = sum(ends) / 2, [("between_sizes", body.between_sizes)]
    else:
        return SizeAdvice(None, missing=("foot_cm", "usual_size"))
    bias, why = fit_bias(product, returns)
    exact, reasons = exact + bias, [*reasons, *why]
    if body.has_wide_feet:
        if facts.features.get("wide_fit"):
            reasons.append(("wide_last", 0.0))
        else:
            exact, reasons = exact + HALF, [*reasons, ("wide_feet", HALF)]
    if body.has_narrow_feet:
        reasons.append(("narrow_feet", 0.0))
    if body.wears_thick_socks:
        exact, reasons = exact + HALF, [*reasons, ("thick_socks", HALF)]
    ordered = sorted(sizes, key=float)
    size = next((one for one in ordered if float(one) >= exact - 1e-6), None)
    below = next((one for one in reversed(ordered) if float(one) < exact), None)
    near = below if size is not None and float(size) - exact >= HALF else None
    return SizeAdvice(size, near, exact, _in_stock(product, size), tuple(reasons))


def _of_socks(product: ProductView, sizes: Sequence[str], body: Body) -> SizeAdvice:
    """Socks come in bands of shoe sizes."""
    if body.usual_size is not None and is_number(body.usual_size):
        exact = float(body.usual_size)
        reasons: Reasons = [("usual_size", body.usual_size)]
    elif body.foot_cm is not None:
        exact = (body.foot_cm + ROOM_CM["shoe"]) * PARIS_POINT
        reasons = [("foot_cm", body.foot_cm)]
    else:
        return SizeAdvice(None, missing=("usual_size",))
    for size in sizes:
        low, _, high = size.partition("-")
        if float(low) - HALF <= exact < float(high) + 1:
            return SizeAdvice(size, None, exact, _in_stock(product, size), tuple(reasons))
    return SizeAdvice(None, None, exact, False, tuple(reasons))


def _of_clothes(
    product: ProductView, facts: Facts, sizes: Sequence[str], body: Body, returns: FitReturns | None
) -> SizeAdvice:
    place, reasons = _clothes_place(facts, body)
    if place is None:
        lacking = [name for name in ("height_cm", "weight_kg") if getattr(body, name) is None]
        return SizeAdvice(None, missing=tuple(lacking))
    bias, why = fit_bias(product, returns)
    cut = _cut(str(product.attributes.get("fit", "")))
    place, reasons = place + bias, [*reasons, *why]
    if body.likes is not None:
        place = max(0.0, place + LIKED[body.likes])
        reasons.insert(0, (f"likes_{body.likes}", 0.0))
    larger = "jacket" in facts.kinds or bias > 0
    if "jacket" in facts.kinds:
        reasons.append(("takes_layers", 0.0))
    if cut:
        reasons.append((f"{cut}_cut", 0.0))
        larger = larger or cut == "slim"
    whole, part = math.floor(place), place - math.floor(place)
    up = whole + 1 if part > 1 - CLOSE or (part >= HALF - CLOSE / 2 and larger) else whole
    if part >= HALF and not larger and "base_layer" not in facts.kinds and cut != "relaxed":
        up = whole + 1
    index = min(max(up, 0), len(LETTERS) - 1)
    other = index - 1 if up > whole else index + 1
    near = CLOSE < part < 1 - CLOSE and 0 <= other < len(LETTERS)
    size = LETTERS[index] if LETTERS[index] in sizes else None
    alternative = LETTERS[other] if near and LETTERS[other] in sizes else None
    return SizeAdvice(size, alternative, round(place, 2), _in_stock(product, size), tuple(reasons))


def scale_of(facts: Facts) -> str:
    """Whose measures a product's letters stand for."""
    genders = facts.genders or frozenset({"unisex"})
    scale = next(iter(genders)) if len(genders) == 1 else "unisex"
    return scale if scale in WEIGHTS_KG else "unisex"


def longest_foot(size: float, facts: Facts) -> float:
    """The longest foot, in cm, that has the room it needs in a shoe of this size."""
    return math.floor((size / PARIS_POINT - _room(facts)) * 10 + 1e-6) / 10


def _room(facts: Facts) -> float:
    return next(cm for kind, cm in ROOM_CM.items() if kind in facts.kinds or kind == "shoe")


def _clothes_place(facts: Facts, body: Body) -> tuple[float | None, Reasons]:
    """Where a body stands on the scale of letters: 0 is the middle of XS, 1 of S."""
    scale = scale_of(facts)
    if body.usual_size in LETTERS:
        return float(LETTERS.index(str(body.usual_size))), [("usual_size", str(body.usual_size))]
    if body.weight_kg is not None and body.height_cm is not None:
        heavy = _on_scale(body.weight_kg, WEIGHTS_KG[scale])
        tall = _on_scale(body.height_cm, HEIGHTS_CM[scale])
        place = WEIGHT_SHARE * heavy + (1 - WEIGHT_SHARE) * tall
        return place, [("height_cm", body.height_cm), ("weight_kg", body.weight_kg)]
    if body.chest_cm is not None:
        return _on_scale(body.chest_cm, CHESTS_CM[scale]), [("chest_cm", body.chest_cm)]
    if body.between_sizes is not None and body.between_sizes.split("/")[0] in LETTERS:
        ends = [LETTERS.index(one) for one in body.between_sizes.split("/")]
        return sum(ends) / 2, [("between_sizes", body.between_sizes)]
    return None, []


def _on_scale(value: float, ends: Sequence[float]) -> float:
    """A place on the scale; the end of a size lies half a size above its middle."""
    steps = [ends[0] - (ends[1] - ends[0]), *ends, ends[-1] + (ends[-1] - ends[-2])]
    for place, (low, high) in enumerate(pairwise(steps)):
        if value <= high or place == len(steps) - 2:
            return max(0.0, min(place - HALF + (value - low) / (high - low), len(steps) - 2.0))
    return 0.0
