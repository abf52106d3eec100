"""Products side by side: what differs, which is better at what, and which one to take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue_search.facts import Facts, facts_of
from catalogue_search.lexicon import concepts
from catalogue_search.occasions import preference, preferences_of
from catalogue_search.query import Constraint, Direction, Order, Query
from shop.ids import ProductId
from shop.views import ProductView

Value = str | float | bool
# Quantities in the order in which they are told, and which end is better by itself, if any.
SIDES: Final[Mapping[str, Direction | None]] = {
    "price": "least",
    "rating": "most",
    "weight": "least",
    "volume": None,
    "persons": None,
    "comfort": None,
    "warmth": None,
    "water_column": "most",
    "insulation": "most",
    "brightness": "most",
    "depth": "most",
}
# Attributes of the catalogue that are told as they stand.
TOLD: Final = ("material", "season", "fit", "care", "gender")
# What counts when nothing else was asked: two stars as much as costing or weighing nothing.
_SHARES: Final = ("price", "weight")
# What a reason weighs: asked for outright, a value that a use needs (1), and rather light or warm.
_ASKED: Final = 2.0
_LEANING: Final = 0.6
_RATING_DIFFERS: Final = 0.25  # stars; less is chance


@dataclass(frozen=True)
class Row:
    """An attribute of all products, in their order; None where it is not known.

    `better` are the places of the best, empty when all are alike or none is better by itself.
    `gap` is by how much the best number leads the next.
    """

    attribute: str
    values: tuple[Value | None, ...]
    better: tuple[int, ...] = ()
    gap: float | None = None


@dataclass(frozen=True)
class Advice:
    """The product to take and why, as (attribute, its value); the first reason weighs most."""

    product_id: ProductId
    reasons: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Comparison:
    """Rows that differ come first. `advice` is None when nothing known decides."""

    products: tuple[ProductId, ...]
    rows: tuple[Row, ...]
    advice: Advice | None
    criterion: Order | None = None
    occasion: str | None = None

    def row(self, attribute: str) -> Row | None:
        """The row of an attribute; None when no product says anything of it."""
        return next((one for one in self.rows if one.attribute == attribute), None)


def compare(
    products: Sequence[ProductView],
    *,
    criterion: Order | None = None,
    occasion: str | None = None,
    wishes: Sequence[Constraint] = (),
) -> Comparison:
    """Two or more products side by side; raises ValueError for fewer.

    The advice goes by `criterion` ("which is lighter") if there is one, else by what `occasion`
    and `wishes` prefer, else by ratings, price and weight.
    """
    if len(products) < 2:
        raise ValueError(f"products: two or more are needed to compare, got {len(products)}")
    facts = [facts_of(one) for one in products]
    rows = _rows(products, facts, criterion)
    ids = tuple(one.product_id for one in products)
    advice = _advised(products, facts, rows, criterion, occasion, wishes)
    return Comparison(ids, rows, advice, criterion, occasion)


def criterion_of(query: Query) -> Order | None:
    """What a message wants compared: which is lighter, the lighter one, the cheapest of them."""
    if query.compares is not None:
        return query.compares
    if query.order:
        return query.order[0]
    for one in query.ranges:
        if one.operator in {"below", "little"} or one.operator in {"above", "much"}:
            least = one.operator in {"below", "little"}
            return Order(
                one.attribute, "least" if least else "most", one.start, one.end, one.source
            )
    return None


def _rows(
    products: Sequence[ProductView], facts: Sequence[Facts], criterion: Order | None
) -> tuple[Row, ...]:
    sides = dict(SIDES)
    if criterion is not None:
        sides = {criterion.quantity: criterion.direction, **sides}
        sides[criterion.quantity] = criterion.direction
    rows = [
        _number_row(name, [fact.quantities.get(name) for fact in facts], side)
        for name, side in sides.items()
    ]
    for name in TOLD:
        told = tuple(_told(one.attributes.get(name)) for one in products)
        rows.append(Row(name, told))
    for name in concepts()["features"]:
        held = tuple(fact.features.get(name) for fact in facts)
        sure = [place for place, value in enumerate(held) if value]
        rows.append(Row(name, held, tuple(sure) if False in held else ()))
    known = [row for row in rows if any(value is not None for value in row.values)]
    first = criterion.quantity if criterion is not None else ""
    known.sort(key=lambda row: (row.attribute != first, len(set(row.values)) == 1))
    return tuple(known)


def _told(value: object) -> Value | None:
    return value if isinstance(value, str | int | float | bool) else None


def _number_row(name: str, values: Sequence[float | None], side: Direction | None) -> Row:
    held = sorted({value for value in values if value is not None})
    if side is None or len(held) < 2:
        return Row(name, tuple(values))
    best, following = (held[0], held[1]) if side == "least" else (held[-1], held[-2])
    places = tuple(place for place, value in enumerate(values) if value == best)
    return Row(name, tuple(values), places, round(abs(best - following), 6))


def _advised(
    products: Sequence[ProductView],
    facts: Sequence[Facts],
    rows: Sequence[Row],
    criterion: Order | None,
    occasion: str | None,
    wishes: Sequence[Constraint],
) -> Advice | None:
    if criterion is not None:
        row = next((one for one in rows if one.attribute == criterion.quantity), None)
        if row is None or len(row.better) != 1:
            return None
        best = row.better[0]
        value = row.values[best]
        assert value is not None
        return Advice(products[best].product_id, ((criterion.quantity, value),))
    wanted = [*wishes]
    if occasion is not None:
        wanted += [preference(one) for one in preferences_of(occasion)]
    reasons = [_reasons(wanted, place, facts, products) for place in range(len(products))]
    return _best(products, facts, reasons)


Reasons = list[tuple[float, str, Value]]


def _best(
    products: Sequence[ProductView], facts: Sequence[Facts], reasons: Sequence[Reasons]
) -> Advice | None:
    """The product with the weightiest reasons; of equals the one that is generally better than
    the other equals."""
    scores = [_weight(mine) for mine in reasons]
    first = [place for place, score in enumerate(scores) if score == max(scores)]
    general: dict[int, Reasons] = {}
    if len(first) > 1:
        rows = _rows([products[one] for one in first], [facts[one] for one in first], None)
        general = {place: _general(rows, number) for number, place in enumerate(first)}
    better = [_weight(general.get(place, [])) for place in first]
    if better.count(max(better)) > 1:
        return None
    place = first[better.index(max(better))]
    # Cheaper than the other equals may be dearer than the rest, and is then no reason to say.
    of_all = general[place] if len(first) == len(products) else []
    told = sorted([*reasons[place], *of_all], key=lambda one: -one[0])
    pairs = dict.fromkeys((name, value) for _, name, value in told)
    return Advice(products[place].product_id, tuple(pairs))


def _weight(reasons: Reasons) -> float:
    return sum(weight for weight, *_ in reasons)


def _reasons(
    wanted: Sequence[Constraint],
    place: int,
    facts: Sequence[Facts],
    products: Sequence[ProductView],
) -> Reasons:
    """What is wanted and one product has; what all of them have is no reason."""
    found: Reasons = []
    for one in wanted:
        met = [_meets(one, number, facts, products) for number in range(len(products))]
        if not met[place] or all(met):
            continue
        value = _value(one, facts[place], products[place])
        if value is not None:
            soft = _LEANING if one.operator in {"little", "much"} else 1.0
            found.append((_ASKED if one.is_hard else soft, *value))
    return found


def _meets(
    one: Constraint, place: int, facts: Sequence[Facts], products: Sequence[ProductView]
) -> bool:
    mine = facts[place]
    if one.operator in {"little", "much"}:
        held = [fact.quantities.get(one.attribute) for fact in facts]
        known = [value for value in held if value is not None]
        value = held[place]
        if value is None or len(known) < 2:
            return False
        return value == (min(known) if one.operator == "little" else max(known))
    if one.operator in {"is", "is_not"}:
        has = has_value(one, mine, products[place])
        return has is (one.operator == "is")
    number = mine.quantities.get(one.attribute)
    return number is not None and _is_within(number, one)


def _is_within(number: float, one: Constraint) -> bool:
    above = one.low is None or number > one.low or (number == one.low and one.operator != "above")
    below = (
        one.high is None or number < one.high or (number == one.high and one.operator != "below")
    )
    return above and below


def has_value(one: Constraint, facts: Facts, product: ProductView) -> bool | None:
    """Whether a product has one of a constraint's values; None when that is not known."""
    if one.attribute == "feature":
        states = [facts.features.get(value) for value in one.values]
        return True if True in states else (None if None in states else False)
    held: dict[str, frozenset[str] | None] = {
        "kind": facts.kinds,
        "material": facts.materials,
        "season": facts.seasons,
        "gender": facts.genders,
        "brand": frozenset({product.brand.lower()}),
        "colour": frozenset(facts.colours),
        "size": frozenset(variant.size for variant in product.variants if variant.size),
    }
    values = held.get(one.attribute)
    return None if values is None else bool(values & set(one.values))


def _value(one: Constraint, facts: Facts, product: ProductView) -> tuple[str, Value] | None:
    """What to say of a product that meets a constraint: its own value where it has one."""
    if one.attribute == "feature":
        return one.values[0], one.operator == "is"
    told = _told(product.attributes.get(one.attribute))
    if told is not None and one.operator in {"is", "is_not"}:
        return one.attribute, told
    if one.operator in {"is", "is_not"}:
        return one.attribute, ", ".join(one.values)
    number = facts.quantities.get(one.attribute)
    return None if number is None else (one.attribute, number)


def _general(rows: Sequence[Row], place: int) -> Reasons:
    """Where a product leads of itself: better rated, cheaper, lighter."""
    found: Reasons = []
    for row in rows:
        value, gap = row.values[place], row.gap or 0.0
        if place not in row.better or value is None:
            continue
        if row.attribute == "rating" and gap >= _RATING_DIFFERS:
            found.append((gap / 2, row.attribute, value))
        elif row.attribute in _SHARES:
            held = [one for one in row.values if isinstance(one, float)]
            found.append((gap / max(held), row.attribute, value))
    return found
