"""What fits a query, what of it is known, and what stands in the way when nothing fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from catalogue_search.catalogue import Catalogue, Floats, Mask
from catalogue_search.checks import Check, check, distance, together
from catalogue_search.facts import wider
from catalogue_search.lexicon import concepts
from catalogue_search.query import Constraint, Query
from shop.ids import ProductId

SHOWN: Final = 20
NEAREST: Final = 3
SAID: Final = 3.0  # times what an occasion prefers
BOUND: Final = 2.0  # the same of its bounds
MOST_CONSTRAINTS: Final = 8  # of which every subset is tried; more are taken by their importance
MOST_IN_THE_WAY: Final = 3
IN_STOCK: Final = Constraint("stock", "is", ("in_stock",))
_VALUED: Final = ("price", "rating")

Value = str | float | bool


@dataclass(frozen=True)
class Found:
    """A product with what is known of each constraint, and the values to say.

    `values` are (attribute, value) of what the query speaks of: numbers in the quantity's unit,
    ids of materials and seasons, True or False for features.
    """

    product_id: ProductId
    met: tuple[Constraint, ...] = ()
    unknown: tuple[Constraint, ...] = ()
    unmet: tuple[Constraint, ...] = ()
    values: tuple[tuple[str, Value], ...] = ()

    @property
    def fits(self) -> bool:
        """Whether every hard constraint is met for sure."""
        return not any(one.is_hard for one in (*self.unknown, *self.unmet))


@dataclass(frozen=True)
class Blocking:
    """Hard constraints without which something fits, and the nearest products then."""

    constraints: tuple[Constraint, ...]
    nearest: tuple[Found, ...]
    total: int


@dataclass(frozen=True)
class Result:
    """What a search found.

    With `is_exact` all `products` fit, `total` of them in the shop. Otherwise `products` are those
    of which something asked for is not known but nothing is against them, and `blocking` says
    which smallest sets of constraints stand in the way. `kinds` are those that were searched.
    """

    products: tuple[Found, ...]
    total: int
    is_exact: bool
    blocking: tuple[Blocking, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[ProductId, ...]:
        """The products in their order."""
        return tuple(one.product_id for one in self.products)


@dataclass(frozen=True)
class _Search:
    """A query prepared: its checks over the catalogue, among products of its kinds."""

    query: Query
    catalogue: Catalogue
    kinds: tuple[str, ...]
    of_kind: Mask
    hard: tuple[Check, ...]
    soft: tuple[Check, ...]
    seen: Mask


def search(
    query: Query,
    catalogue: Catalogue,
    shown: Sequence[ProductId] = (),
    *,
    limit: int = SHOWN,
    in_stock: bool = True,
) -> Result:
    """The products that fit `query`, the best first.

    `shown` come last among equals. With `in_stock` the very variant that fits must be in stock.
    """
    prepared = _prepare(query, catalogue, shown, in_stock=in_stock)
    exact = together(prepared.hard, catalogue, prepared.of_kind, strict=True)
    if exact.any():
        rows = _spread(prepared, _ordered(prepared, exact))
        found = tuple(_found(prepared, row) for row in rows[:limit])
        return Result(found, int(exact.sum()), True, kinds=prepared.kinds)
    possible = together(prepared.hard, catalogue, prepared.of_kind, strict=False)
    rows = _ordered(prepared, possible, by_unknown=True)
    found = tuple(_found(prepared, row) for row in rows[:limit])
    return Result(found, int(possible.sum()), False, _blocking(prepared), prepared.kinds)


def _prepare(
    query: Query, catalogue: Catalogue, shown: Sequence[ProductId], *, in_stock: bool
) -> _Search:
    kinds = query.kind_values()
    if not kinds and query.occasion is not None:
        kinds = tuple(concepts()["occasions"][query.occasion]["kinds"])
    everything: Mask = np.ones(len(catalogue), dtype=bool)
    of_kind = catalogue.kinds.any_of(kinds) if kinds else everything
    constraints = [*query.hard, *([IN_STOCK] if in_stock else [])]
    seen: Mask = np.zeros(len(catalogue), dtype=bool)
    seen[catalogue.rows(shown)] = True
    hard = tuple(check(one, catalogue, of_kind) for one in constraints)
    # Light is what is light among those that come into question: of tents for three.
    fits = together(hard, catalogue, of_kind, strict=True)
    return _Search(
        query=query,
        catalogue=catalogue,
        kinds=kinds,
        of_kind=of_kind,
        hard=hard,
        soft=tuple(check(one, catalogue, fits if fits.any() else of_kind) for one in query.soft),
        seen=seen,
    )


def _ordered(prepared: _Search, mask: Mask, *, by_unknown: bool = False) -> list[int]:
    """Rows of `mask`, best first: superlatives, persons, wishes, bounds, words, unseen, popular."""
    rows = np.flatnonzero(mask)
    keys: list[Floats] = [rows.astype(np.float64), prepared.seen[rows].astype(np.float64)]
    keys.append(-_relevance(prepared)[rows])
    keys.append(_closeness(prepared)[rows])
    wishes = [
        weight * (one.met[rows].astype(float) - (~one.met & ~one.unknown)[rows])
        for one, weight in zip(prepared.soft, _weights(prepared.soft), strict=True)
    ]
    keys.append(-np.sum(wishes, axis=0) if wishes else np.zeros(len(rows)))
    keys.append(_spare(prepared)[rows])
    if by_unknown:
        keys.append(np.sum([one.unknown[rows] for one in prepared.hard], axis=0).astype(float))
    for one in reversed(prepared.query.order):
        values = prepared.catalogue.quantity(one.quantity)[rows]
        signed = -values if one.direction == "most" else values
        keys.append(np.where(np.isnan(signed), np.inf, signed))
    return [int(row) for row in rows[np.lexsort(keys)]]


def _weights(soft: Sequence[Check]) -> list[float]:
    """What is said outright counts more than what a use lets one prefer: a warm jacket for a hike.

    An occasion's preferences stand for the same words, several of them; of these a bound decides
    before what is only better: a pack for a trek has its litres first, and is then a light one.
    """
    spans = [(one.constraint.start, one.constraint.end) for one in soft]
    return [
        SAID if spans.count(span) == 1 else BOUND if _is_bound(check.constraint) else 1.0
        for check, span in zip(soft, spans, strict=True)
    ]


def _is_bound(one: Constraint) -> bool:
    return one.low is not None or one.high is not None


def _closeness(prepared: _Search) -> Floats:
    """(products,) how far it is off the number that was said."""
    far = np.zeros(len(prepared.catalogue))
    for one in prepared.query.ranges:
        values = prepared.catalogue.quantity(one.attribute)
        if one.operator == "about" and one.low is not None and one.high is not None:
            middle = (one.low + one.high) / 2
            far += np.nan_to_num(np.abs(values - middle) / max(1.0, abs(middle)))
        elif one.operator in {"below", "above"}:
            bound = one.high if one.operator == "below" else one.low
            share = np.abs(values - (bound or 0.0)) / max(1.0, abs(bound or 0.0))
            far += 1e-3 * np.nan_to_num(share)  # cheaper, but no more than needed
    return far


def _spare(prepared: _Search) -> Floats:
    """(products,) for how many more than asked it is: for three persons three beat five, whatever
    the use prefers."""
    far = np.zeros(len(prepared.catalogue))
    for one in prepared.query.ranges:
        if one.attribute == "persons" and one.low is not None:
            far += np.nan_to_num(np.abs(prepared.catalogue.quantity("persons") - one.low))
    return far


def _relevance(prepared: _Search) -> Floats:
    """(products,) how many of the unexplained words its texts have, rare ones counting more."""
    points = np.zeros(len(prepared.catalogue))
    for word in prepared.query.query_words:
        pairs = [word] if word.isascii() else [word[p : p + 2] for p in range(len(word) - 1)]
        for part in pairs:
            rows = prepared.catalogue.postings.get(part)
            if rows is not None:
                points[rows] += 1.0 / (len(pairs) * (1.0 + len(rows) / 50.0))
    return points


def _spread(prepared: _Search, rows: list[int]) -> list[int]:
    """For an occasion without a kind, for several kinds, or for whom alone ("something for dad"),
    the best of each in turn."""
    query, by_value = prepared.query, prepared.catalogue.kinds.by_value
    kinds = prepared.kinds
    if not kinds and query.for_whom and not query.query_words:
        kinds = tuple(name for name in by_value if name.startswith("category:"))
    if query.order or len(kinds) < 2:
        return rows
    groups: dict[str, list[int]] = {kind: [] for kind in prepared.kinds}
    for row in rows:
        kind = next(k for k in kinds if k in by_value and by_value[k][row])
        groups.setdefault(kind, []).append(row)
    longest = max(map(len, groups.values()), default=0)
    return [group[n] for n in range(longest) for group in groups.values() if n < len(group)]


def _found(prepared: _Search, row: int) -> Found:
    states: dict[str, list[Constraint]] = {"met": [], "unknown": [], "unmet": []}
    for one in (*prepared.hard, *prepared.soft):
        states[one.state(row)].append(one.constraint)
    return Found(
        prepared.catalogue.ids[row],
        tuple(states["met"]),
        tuple(states["unknown"]),
        tuple(states["unmet"]),
        _values(prepared, row),
    )


def _values(prepared: _Search, row: int) -> tuple[tuple[str, Value], ...]:
    """What a reply can say of a product: the values that the query speaks of."""
    catalogue, query = prepared.catalogue, prepared.query
    names = [one.quantity for one in query.order] + [one.attribute for one in query.constraints]
    said: dict[str, Value] = {}
    for name in (*names, *_VALUED):
        value = catalogue.value(name, row)
        if value is not None and name in concepts()["quantities"]:
            said.setdefault(name, value)
    for one in query.constraints:
        if one.attribute == "feature":
            for value_name in one.values:
                state = catalogue.features.get(value_name)
                if state is not None and state[row]:
                    said[value_name] = bool(state[row] > 0)
        elif one.attribute in {"material", "season", "gender"}:
            column = {
                "material": catalogue.materials,
                "season": catalogue.seasons,
                "gender": catalogue.genders,
            }[one.attribute]
            held = {name for name, mask in column.by_value.items() if mask[row]}
            if one.attribute == "material":  # nubuck says more than leather
                held -= {above for name in held for above in wider(name, "materials")[1:]}
            if held:
                said[one.attribute] = ", ".join(sorted(held))
    return tuple(said.items())


def _blocking(prepared: _Search) -> tuple[Blocking, ...]:
    """The smallest sets of hard constraints without which something fits."""
    if not prepared.of_kind.any():
        return _without_kind(prepared)
    tried = prepared.hard[:MOST_CONSTRAINTS]
    rest = prepared.hard[MOST_CONSTRAINTS:]
    for size in range(1, len(tried) + 1):
        found = []
        for left_out in combinations(range(len(tried)), size):
            kept = [one for place, one in enumerate(tried) if place not in left_out]
            mask = together([*kept, *rest], prepared.catalogue, prepared.of_kind, strict=True)
            if mask.any():
                out = tuple(tried[place] for place in left_out)
                found.append(_blocked(prepared, out, mask))
        if found:
            found.sort(key=lambda one: -one.total)
            return tuple(found[:MOST_IN_THE_WAY])
    return ()


def _blocked(prepared: _Search, out: tuple[Check, ...], mask: Mask) -> Blocking:
    """The nearest products without some constraints: those least far off them."""
    far = np.zeros(len(prepared.catalogue))
    for one in out:
        if one.constraint.operator not in {"is", "is_not"}:
            far += distance(one.constraint, prepared.catalogue.quantity(one.constraint.attribute))
        else:
            far += np.where(one.unknown, 0.5, 1.0) * ~one.met
    place = {row: number for number, row in enumerate(_ordered(prepared, mask))}
    rows = sorted(place, key=lambda row: (round(float(far[row]), 6), place[row]))
    nearest = tuple(_found(prepared, row) for row in rows[:NEAREST])
    return Blocking(tuple(one.constraint for one in out), nearest, int(mask.sum()))


def _without_kind(prepared: _Search) -> tuple[Blocking, ...]:
    """The shop has nothing of the kind: the next wider kind that it has, or the nearest."""
    nearest = concepts()["nearest"]
    above = [
        parent
        for kind in prepared.kinds
        for parent in (*wider(kind, "kinds")[1:], nearest.get(kind, ""))
        if parent in prepared.catalogue.kinds.by_value
    ]
    if not above:
        return (Blocking(prepared.query.kinds, (), 0),)
    query = replace(prepared.query, kinds=(Constraint("kind", "is", (above[0],), source=above[0]),))
    wide = search(query, prepared.catalogue)
    if not wide.is_exact:  # nothing near is as is asked either
        wide = search(Query(kinds=query.kinds), prepared.catalogue)
    return (Blocking(prepared.query.kinds, wide.products[:NEAREST], wide.total),)
