"""The search so far with what a new message changes."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from catalogue_search.facts import wider
from catalogue_search.lexicon import concepts
from catalogue_search.query import Constraint, Query

# What a shopper keeps when looking for something else.
KEPT: Final = frozenset({"size", "gender", "price"})
# Of these a thing of a query has one: what is black is not pink anyway.
_ONE_OF: Final = frozenset({"colour", "brand"})
# What "bigger" and "smaller" may say otherwise.
_HOLDS: Final = frozenset({"volume"})
_UPPER: Final = frozenset({"at_most", "below"})
_LOWER: Final = frozenset({"at_least", "above"})


def refine(previous: Query, addition: Query, drop: Collection[str] = ()) -> Query:
    """`previous` changed by `addition`.

    What the addition says replaces what was said of the same attribute; what it drops, and `drop`
    (attributes, or `feature:waterproof` for one value), is gone; another kind of product is a new
    search that keeps size, gender and budget.
    """
    dropped = {*addition.drops, *drop}
    if addition.kinds and not _is_narrower(addition, previous):
        previous = _carried(previous, addition)
    old = [
        kept
        for one in previous.constraints
        if not _is_dropped(one, dropped) and (kept := _unless_replaced(one, addition)) is not None
    ]
    keeps_occasion = addition.occasion is None
    if not keeps_occasion:
        # What the earlier occasion suggested goes with it.
        old = [one for one in old if one.is_hard or not is_suggested(one, previous)]
    constraints = [*old, *addition.constraints]
    kinds = _left_of(addition.kinds or previous.kinds, constraints)
    return Query(
        kinds=() if "kind" in dropped else kinds,
        must=tuple(one for one in constraints if one.operator == "is"),
        must_not=tuple(one for one in constraints if one.operator == "is_not"),
        ranges=tuple(one for one in constraints if one.operator not in {"is", "is_not"}),
        order=addition.order or tuple(one for one in previous.order if one.quantity not in dropped),
        for_whom=addition.for_whom or (None if "gender" in dropped else previous.for_whom),
        occasion=previous.occasion if keeps_occasion else addition.occasion,
        days=addition.days or previous.days,
        query_words=tuple(dict.fromkeys((*previous.query_words, *addition.query_words))),
    )


def _left_of(
    kinds: Sequence[Constraint], constraints: Sequence[Constraint]
) -> tuple[Constraint, ...]:
    """Kinds without what is ruled out: of poles and socks, with no socks, the poles."""
    denied = {v for o in constraints if o.operator == "is_not" for v in o.values}
    left = [
        replace(one, values=tuple(v for v in one.values if not _is_of(v, denied))) for one in kinds
    ]
    return tuple(one for one in left if one.values) or tuple(kinds)


def _is_of(kind: str, denied: Collection[str]) -> bool:
    names = {kind, kind.removeprefix("category:").replace("-", "_")}
    names |= {name.removesuffix("s") for name in names}
    return any(set(wider(name, "kinds")) & set(denied) for name in names)


def _is_narrower(addition: Query, previous: Query) -> bool:
    """Whether the new kinds are the old ones, or kinds of them: backpacks, then daypacks."""
    old = set(previous.kind_values())
    new = addition.kind_values()
    above = {w for kind in new for w in wider(kind, "kinds")}
    below = {w for kind in old for w in wider(kind, "kinds")}
    return not old or bool(above & old) or bool(below & set(new))


def _carried(previous: Query, addition: Query) -> Query:
    """What of an earlier search still holds for another kind of product."""
    sized = _sizes_alike(previous.kind_values(), addition.kind_values())
    kept = [
        one
        for one in previous.constraints
        if one.attribute in KEPT
        and one.operator in {"is", "at_most", "at_least", "between", "about"}
        and (one.attribute != "size" or sized)
    ]
    return Query(
        must=tuple(one for one in kept if one.operator == "is"),
        ranges=tuple(one for one in kept if one.operator != "is"),
        for_whom=previous.for_whom,
    )


def _sizes_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether both kinds come in sizes of one system: shoes, or clothes."""
    known = concepts()["kinds"]
    tops = [{wider(kind, "kinds")[-1] for kind in kinds if kind in known} for kinds in (old, new)]
    return bool(tops[0] & tops[1])


def _is_dropped(one: Constraint, dropped: Collection[str]) -> bool:
    named = {f"{one.attribute}:{value}" for value in one.values}
    return one.attribute in dropped or bool(named & set(dropped))


def is_suggested(one: Constraint, query: Query) -> bool:
    """Whether a wish came from the query's occasion rather than from words of its own."""
    if query.occasion is None:
        return False
    prefers = concepts()["occasions"][query.occasion]["prefers"]
    return any(
        wish["attribute"] == one.attribute and (wish.get("value") in (None, *one.values))
        for wish in prefers
    )


def _unless_replaced(one: Constraint, addition: Query) -> Constraint | None:
    """An earlier constraint, or what is left of it; None when the addition says otherwise."""
    for new in addition.constraints:
        if new.attribute == "capacity" and one.attribute in _HOLDS:
            return None  # "smaller" than about 40 litres
        if new.attribute != one.attribute:
            continue
        if one.operator in {"is", "is_not"}:
            if new.operator not in {"is", "is_not"}:
                continue
            if new.operator == one.operator == "is":
                if one.attribute != "feature" or set(new.values) & set(one.values):
                    return None  # another colour or material instead of the first
                continue
            if new.operator == one.operator:
                continue  # neither leather nor down
            left = tuple(value for value in one.values if value not in new.values)
            widens = one.attribute in _ONE_OF and left == one.values and one.operator == "is"
            if not left or widens:
                return None  # "anything but pink" said of black ones lets all others in
            one = replace(one, values=left)
        elif not _leaves_side(one, new):
            return None
    return one


def _leaves_side(one: Constraint, new: Constraint) -> bool:
    """Whether an earlier bound stays beside a new one: over 50 beside under 100."""
    if new.operator in {"little", "much"}:
        return one.operator not in {"little", "much"}
    if one.operator in _UPPER and new.operator in _LOWER:
        return one.high is not None and new.low is not None and new.low <= one.high
    if one.operator in _LOWER and new.operator in _UPPER:
        return one.low is not None and new.high is not None and one.low <= new.high
    return False


def own_words(query: Query) -> Query:
    """Without what a use lets one prefer: a tent for two is no tent for six because of camping."""
    return replace(
        query,
        occasion=None,
        must=tuple(one for one in query.must if one.is_hard or not is_suggested(one, query)),
        ranges=tuple(one for one in query.ranges if one.is_hard or not is_suggested(one, query)),
    )
