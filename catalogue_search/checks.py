"""Whether products meet a constraint: met, not met, or not known; columns at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from catalogue_search.catalogue import Catalogue, Floats, Mask
from catalogue_search.query import OF_VARIANTS, Constraint
from catalogue_search.texts import TEXT, told_by_texts

State = Literal["met", "unknown", "unmet"]
_MOST: Final = 0.75
_CLOSE: Final = 1e-9


@dataclass(frozen=True)
class Check:
    """A constraint over all products: `met` and `unknown` (products,); `variants` that meet it.

    `variants` (variants,) is there for what holds of one size and colour at a time.
    """

    constraint: Constraint
    met: Mask
    unknown: Mask
    variants: Mask | None = None

    def state(self, row: int) -> State:
        """What is known of one product."""
        if self.met[row]:
            return "met"
        return "unknown" if self.unknown[row] else "unmet"


def check(constraint: Constraint, catalogue: Catalogue, among: Mask) -> Check:
    """The constraint looked up for every product; little and much are relative to `among`."""
    if constraint.attribute in OF_VARIANTS and constraint.operator not in {"little", "much"}:
        return _of_variants(constraint, catalogue)
    if constraint.attribute == TEXT:
        return _of_texts(constraint, catalogue)
    if constraint.operator in {"is", "is_not"}:
        has, is_known = _property(constraint, catalogue)
        met = has if constraint.operator == "is" else ~has & is_known
        return Check(constraint, met, ~is_known)
    values = catalogue.quantity(constraint.attribute)
    unknown = np.isnan(values)
    return Check(constraint, within(values, constraint, among), unknown & _may(values, catalogue))


def _may(values: Floats, catalogue: Catalogue) -> Mask:
    """(products,) on which shelves a quantity is known of anything; no sandal sleeps three."""
    found: Mask = np.zeros(len(catalogue), dtype=bool)
    for name, mask in catalogue.kinds.by_value.items():
        if name.startswith("category:") and not np.isnan(values[mask]).all():
            found |= mask
    return found if found.any() else ~found


def _property(constraint: Constraint, catalogue: Catalogue) -> tuple[Mask, Mask]:
    """(products,) which have one of the values, and of which that is known."""
    name, values = constraint.attribute, constraint.values
    if name == "feature":
        none = np.zeros(len(catalogue), dtype=np.int8)
        held = [catalogue.features.get(value, none) for value in values]
        has: Mask = np.any([one == 1 for one in held], axis=0)
        return has, has | np.all([one != 0 for one in held], axis=0)
    column = {
        "kind": catalogue.kinds,
        "material": catalogue.materials,
        "season": catalogue.seasons,
        "gender": catalogue.genders,
        "brand": catalogue.brands,
    }[name]
    return column.any_of(values), column.is_known


def _of_texts(constraint: Constraint, catalogue: Catalogue) -> Check:
    """What a text does not say may be so all the same."""
    told = [told_by_texts(one, catalogue.postings, len(catalogue)) for one in constraint.values]
    said: Mask = np.any(told, axis=0)
    if constraint.operator == "is":
        return Check(constraint, said, ~said)
    return Check(constraint, ~said, np.zeros(len(catalogue), dtype=bool))


def _of_variants(constraint: Constraint, catalogue: Catalogue) -> Check:
    variants, count = catalogue.variants, len(catalogue)
    everything: Mask = np.ones(len(variants.row), dtype=bool)
    known = everything
    if constraint.attribute == "stock":
        mask = variants.in_stock
    elif constraint.attribute == "price":
        mask = within(variants.price, constraint, everything)
    else:
        is_colour = constraint.attribute == "colour"
        table = variants.colours if is_colour else variants.sizes
        known = variants.has_colour if is_colour else variants.has_size
        mask = np.zeros(len(variants.row), dtype=bool)
        for value in constraint.values:
            mask |= table.get(value if is_colour else value.upper(), ~everything)
        if constraint.operator == "is_not":
            mask = ~mask & known
    met = variants.products(mask, count)
    unknown = ~variants.products(known, count) & ~met
    return Check(constraint, met, unknown, mask)


def within(values: Floats, constraint: Constraint, among: Mask) -> Mask:
    """(values,) True where a value is within the bounds; NaN never is."""
    found: Mask
    if constraint.operator in {"little", "much"}:
        held = values[among & ~np.isnan(values)]
        if not held.size:
            return np.zeros(len(values), dtype=bool)
        sign = -1.0 if constraint.operator == "little" else 1.0
        middle = float(np.median(held)) * sign
        # Where most have the middle value it tells nobody from another: warm is what is warmer.
        is_plain = (held * sign >= middle).mean() > _MOST and (held * sign > middle).any()
        found = values * sign > middle if is_plain else values * sign >= middle
        return found
    found = ~np.isnan(values)
    if constraint.low is not None:
        above = constraint.operator == "above"
        found &= values > constraint.low + _CLOSE if above else values >= constraint.low - _CLOSE
    if constraint.high is not None:
        below = constraint.operator == "below"
        found &= values < constraint.high - _CLOSE if below else values <= constraint.high + _CLOSE
    return found


def together(checks: Sequence[Check], catalogue: Catalogue, among: Mask, *, strict: bool) -> Mask:
    """(products,) which of `among` meet all checks, those on variants by one and the same variant.

    Without `strict` what is not known counts as met.
    """
    found: Mask = among.copy()
    variants: Mask = np.ones(len(catalogue.variants.row), dtype=bool)
    for one in checks:
        found &= one.met if strict else one.met | one.unknown
        if one.variants is not None:
            # A product that has no sizes at all is judged by its other constraints alone.
            open_ones = (
                np.zeros(len(variants), dtype=bool)
                if strict
                else one.unknown[catalogue.variants.row]
            )
            variants &= one.variants | open_ones
    found &= catalogue.variants.products(variants, len(catalogue))
    return found


def distance(constraint: Constraint, values: Floats) -> Floats:
    """(values,) how far off the bounds, as a share of them; 0 within, 1 where it is not known."""
    far = np.zeros(len(values))
    for bound, sign in ((constraint.low, -1.0), (constraint.high, 1.0)):
        if bound is not None:
            far = np.maximum(far, sign * (values - bound) / max(1.0, abs(bound)))
    return np.where(np.isnan(far), 1.0, np.maximum(far, 0.0))
