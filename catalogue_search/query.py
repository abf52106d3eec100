"""What is looked for, as data: constraints with the words they come from, and back from JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final, Literal, Self

Operator = Literal[
    "is",  # has one of the values
    "is_not",  # has none of the values
    "at_most",
    "at_least",
    "about",  # between low and high; the middle is meant
    "between",
    "below",  # strictly less than high, which something shown has
    "above",
    "little",  # rather little of it: less than most of its kind
    "much",
]
Strength = Literal["hard", "soft"]
Direction = Literal["least", "most"]
# Constraints on one variant at a time: blue and size M must hold of the same one.
OF_VARIANTS: Final = frozenset({"colour", "size", "price", "stock"})


@dataclass(frozen=True)
class Constraint:
    """One thing that is asked of a product.

    `attribute` is kind, colour, material, feature, season, gender, size, brand, stock or a quantity
    of concepts.yml; `values` are ids for the former, `low` and `high` bounds in the quantity's unit
    (g, l, °C, the shop's currency …) for the latter. `source` is what was typed at `start` to
    `end`; a constraint that follows from an occasion has the occasion's words.
    """

    attribute: str
    operator: Operator = "is"
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    strength: Strength = "hard"
    start: int = 0
    end: int = 0
    source: str = ""

    @property
    def is_hard(self) -> bool:
        """Whether a product that does not meet it does not fit."""
        return self.strength == "hard"


@dataclass(frozen=True)
class Order:
    """A superlative: the least or the most of a quantity, after everything else holds."""

    quantity: str
    direction: Direction
    start: int = 0
    end: int = 0
    source: str = ""


@dataclass(frozen=True)
class Query:
    """Everything a message asks of products.

    A product must be one of `kinds` (empty: any), meet every hard constraint of `must`, `must_not`
    and `ranges`, and should meet the soft ones. `order` sorts what fits. `drops` are attributes
    whose earlier constraints no longer matter ("any brand"). `query_words` are what nothing else
    explains, to be looked for in the products' texts. `compares` is the quantity and direction of
    a question such as "which is lighter".
    """

    kinds: tuple[Constraint, ...] = ()
    must: tuple[Constraint, ...] = ()
    must_not: tuple[Constraint, ...] = ()
    ranges: tuple[Constraint, ...] = ()
    order: tuple[Order, ...] = ()
    for_whom: str | None = None
    occasion: str | None = None
    days: int | None = None
    query_words: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    compares: Order | None = None

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """All but the kinds, in the order in which they were said."""
        return tuple(sorted((*self.must, *self.must_not, *self.ranges), key=lambda c: c.start))

    @property
    def hard(self) -> tuple[Constraint, ...]:
        """Constraints that a fitting product meets."""
        return tuple(one for one in self.constraints if one.is_hard)

    @property
    def soft(self) -> tuple[Constraint, ...]:
        """Constraints that decide which fitting product comes first."""
        return tuple(one for one in self.constraints if not one.is_hard)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked of products at all."""
        return not (self.kinds or self.constraints or self.order or self.occasion or self.drops)

    def kind_values(self) -> tuple[str, ...]:
        """Ids of every kind that is looked for."""
        return tuple(value for one in self.kinds for value in one.values)

    def to_json(self) -> dict[str, Any]:
        """The query as plain lists and dicts, with what is empty left out."""
        found: dict[str, Any] = {}
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if value:
                found[name] = _as_json(value)
        return found

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """A query as `to_json` wrote it; raises ValueError for a field that there is not."""
        unknown = set(kept) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"query: unknown fields {sorted(unknown)}; use what to_json wrote")
        values: dict[str, Any] = dict(kept)
        for name in ("kinds", "must", "must_not", "ranges"):
            values[name] = tuple(_constraint(one) for one in kept.get(name) or ())
        values["order"] = tuple(Order(**one) for one in kept.get("order") or ())
        values["compares"] = Order(**kept["compares"]) if kept.get("compares") else None
        for name in ("query_words", "drops"):
            values[name] = tuple(kept.get(name) or ())
        return cls(**values)


def _as_json(value: Any) -> Any:
    if isinstance(value, Constraint | Order):
        empty = ("", None, (), 0)
        plain = {k: _as_json(v) for k, v in asdict(value).items()}
        return {k: v for k, v in plain.items() if k in {"start", "low", "high"} or v not in empty}
    return [_as_json(one) for one in value] if isinstance(value, tuple) else value


def _constraint(kept: Mapping[str, Any]) -> Constraint:
    return Constraint(**{**kept, "values": tuple(kept.get("values") or ())})


def place(query: Query, constraints: Iterable[Constraint]) -> Query:
    """`query` with constraints put where they belong by their attribute and operator."""
    for one in constraints:
        if one.attribute == "kind" and one.operator == "is":
            query = replace(query, kinds=(*query.kinds, one))
        elif one.operator == "is":
            query = replace(query, must=(*query.must, one))
        elif one.operator == "is_not":
            query = replace(query, must_not=(*query.must_not, one))
        else:
            query = replace(query, ranges=(*query.ranges, one))
    return query
