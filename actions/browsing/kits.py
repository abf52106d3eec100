"""A kit: one product of each of several kinds, with how many of it and what it comes to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np

from actions.browsing.hearing import Heard
from catalogue_search.catalogue import Catalogue, Mask
from catalogue_search.facts import wider
from catalogue_search.message import take_apart
from catalogue_search.occasions import narrower
from catalogue_search.query import Constraint, Order, Query
from catalogue_search.refine import own_words, refine
from catalogue_search.search import search
from kit.numerals import small_number
from kit.phrases import spoken
from shop.ids import ProductId

MOST_KINDS: Final = 6
# One for each person; a tent is for all of them.
_EACH_THEIRS: Final = frozenset({"sleeping_bag", "sleeping_mat", "headlamp", "backpack"})
_EITHER: Final = re.compile(
    r"\bor\b|\bvs\b|\bversus\b|\bbetween\b|\bthan\b|\bdifferen|还是|或|区别|比|哪", re.IGNORECASE
)
_TOTAL: Final = re.compile(
    r"\b(?:in total|total|altogether|all together|together|sum|combined)\b"
    r"|\b(?:does|do|will|would) (?:it|that|they|this)(?: all)? (?:now )?come to\b"
    r"|\b(?:for|of|cost(?:s)?|is) (?:it all|all (?:of (?:it|them|that)|three|four|five|this)"
    r"|everything|the (?:lot|set|whole \w+))\b"
    r"|\b(?:set|kit|bundle|package|setup|set-up)\b"
    r"|一套|全套|整套|套装|总共|一共|合计|加起来|加一起|总价|全部|一起|都买|配齐|凑",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(
    r"[,，、+&/ ]+|\band\b|\bplus\b|\bas well as\b|和|跟|加|还有|以及|与", re.I
)
_LONGEST_GAP: Final = 24


@dataclass(frozen=True)
class Part:
    """One kind of a kit: what is searched, how many are needed, what was found."""

    query: Query
    count: int = 1
    product_id: ProductId | None = None

    def to_json(self) -> dict[str, Any]:
        """The part as plain dicts, for the conversation's notes."""
        return {"query": self.query.to_json(), "count": self.count, "product": self.product_id}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Part":
        """A part as `to_json` wrote it."""
        found = kept["product"]
        return cls(
            Query.from_json(kept["query"]),
            int(kept["count"]),
            None if found is None else ProductId(int(found)),
        )


def speaks_of_total(text: str) -> bool:
    """Whether a message asks what several things come to together."""
    return _TOTAL.search(text) is not None


def wants_each(text: str, kinds: Sequence[Constraint]) -> bool:
    """Whether one of each kind is wanted rather than a list of all of them."""
    return len(kinds) > MOST_LISTED or speaks_of_total(text) or _EACH.search(text) is not None


def things_wanted(text: str) -> int:
    """How many things a message wants of which it names none: two or three things, 两三样; 0 where
    it wants no number of them."""
    match = spoken("actions", "kits.things").search(text)
    if match is None:
        return 0
    said = match["count"].lower()
    return small_number(said) if said not in _SOME else SOME


SOME: Final = 3
_SOME: Final = frozenset({"few", "several", "some", "couple", "couple of", "几"})
MOST_LISTED: Final = 2
_EACH: Final = re.compile(
    r"\b(?:need|want|buy|get|buying|take)\b[^.?!]*\b(?:an?|one)\b[^.?!]*\b(?:an?|one)\b"
    r"|(?:想|要|得|需要?|打算)[买配入]|各[一来要]|一[个双件顶条套只][^，。]*一[个双件顶条套只]",
    re.IGNORECASE,
)


def kinds_joined(text: str, heard: Heard) -> list[Constraint]:
    """Kinds that are wanted together, one constraint for each; empty where they are alternatives
    or fewer than two."""
    wanted, use = set(heard.query.kind_values()), heard.query.occasion
    if len(wanted) < 2 or _EITHER.search(text):
        return []
    found: dict[tuple[str, ...], Constraint] = {}
    for hit in take_apart(text, heard.catalogue, ()).hits:
        sense = hit.sense("kind")
        named = () if sense is None else sense.values
        if use is not None:  # shoes to run in
            named = tuple(one for value in named for one in narrower(value, use))
        if named and set(named) <= wanted:
            source = text[hit.start : hit.end]
            kind = Constraint("kind", "is", named, start=hit.start, end=hit.end, source=source)
            found.setdefault(named, kind)
    kinds = list(found.values())[:MOST_KINDS]
    gaps = [text[a.end : b.start] for a, b in pairwise(kinds)]
    joined = all(_JOINED.search(gap) or not gap for gap in gaps)
    near = all(len(gap) <= _LONGEST_GAP for gap in gaps)
    return kinds if len(kinds) > 1 and joined and near else []


def parts_of(text: str, heard: Heard, kinds: Sequence[Constraint]) -> list[Part]:
    """A part for each kind, with what is asked where such things can be so."""
    query = own_words(replace(heard.query, kinds=(), query_words=(), compares=None))
    persons = [one.low for one in query.ranges if one.attribute == "persons" and one.low]
    count = int(persons[0]) if persons else 1
    return [
        Part(
            _for_kind(query, kind, heard.catalogue),
            _said_before(text, kind) or (count if _is_each(kind) else 1),
        )
        for kind in kinds
    ]


_COUNT: Final = re.compile(
    r"(?<![\d.,€$£])(?<!size )(?P<n>\d{1,2}|two|three|four|five|six|(?<!第)[两二三四五六])\s*"
    r"(?:x|pairs? of|pcs|个|双|顶|件|条|只|副|对)?\s*$",
    re.IGNORECASE,
)


def several_of_it(text: str) -> int:
    """How many of the thing spoken of are meant: three of them, 三件; 1 where nothing is said."""
    match = spoken("actions", "kits.of_it").search(text)
    return 1 if match is None else small_number(match["count"])


def _said_before(text: str, kind: Constraint) -> int:
    """How many of a kind are named right before it: 3 pairs of gloves; 0 where none."""
    match = _COUNT.search(text[: kind.start])
    return 0 if match is None else small_number(match["n"])


def _as_cheapest(query: Query) -> Query:
    """ "Can you go cheaper" of a whole kit: the cheapest of each."""
    cheaper = [o for o in query.ranges if o.attribute == "price" and o.operator in _CHEAPER]
    if not cheaper:
        return query
    ranges = tuple(one for one in query.ranges if one not in cheaper)
    return replace(query, ranges=ranges, order=query.order or (Order("price", "least"),))


_CHEAPER: Final = frozenset({"below", "little"})


def _is_each(kind: Constraint) -> bool:
    return bool(_EACH_THEIRS & {w for value in kind.values for w in wider(value, "kinds")})


def _for_kind(query: Query, kind: Constraint, catalogue: Catalogue) -> Query:
    of_kind = catalogue.kinds.any_of(kind.values)

    def can(one: Constraint) -> bool:
        return can_be(one, catalogue, of_kind)

    return replace(
        query,
        kinds=(kind,),
        occasion=None,
        must=tuple(filter(can, query.must)),
        must_not=tuple(filter(can, query.must_not)),
        ranges=tuple(filter(can, query.ranges)),
    )


def can_be(one: Constraint, catalogue: Catalogue, of_kind: Mask) -> bool:
    """Whether anything of a kind is told of what a constraint asks; its total budget aside."""
    if one.attribute == "price" and one.operator in {"at_most", "about", "between"}:
        return False
    if one.attribute in {"price", "stock", "rating", "popularity", "weight", "brand", "material"}:
        return True
    if one.attribute in {"colour", "size"}:
        variants = catalogue.variants
        known = variants.has_colour if one.attribute == "colour" else variants.has_size
        return bool((variants.products(known, len(catalogue)) & of_kind).any())
    if one.attribute == "feature":
        return catalogue.tells(one.values, of_kind)
    if one.operator in {"is", "is_not"}:
        told = {"gender": catalogue.genders, "season": catalogue.seasons}.get(one.attribute)
        return told is not None and bool((told.is_known & of_kind).any())
    return not bool(np.isnan(catalogue.quantity(one.attribute)[of_kind]).all())


def refined(text: str, parts: Sequence[Part], heard: Heard) -> list[Part] | None:
    """The kit with what a message changes: of the kind it names, else of all; None where it
    changes nothing of it or names something else that is not added."""
    query = own_words(replace(heard.query, query_words=(), compares=None))
    named = set(query.kind_values())
    unwanted = {v for one in query.must_not if one.attribute == "kind" for v in one.values}
    if unwanted and (left := [part for part in parts if not _overlaps(unwanted, part)]):
        return left if len(left) < len(parts) else None
    if named and not any(_overlaps(named, part) for part in parts):
        return _with_more(parts, heard, query) if _ADDS.search(text) else None
    if not named:
        query = _as_cheapest(query)
    changes = bool(query.constraints or query.order or query.drops)
    if not changes:
        return None
    places = [n for n, part in enumerate(parts) if not named or _overlaps(named, part)]
    if not places:
        return None
    found = list(parts)
    for place in places:
        part = parts[place]
        addition = _for_kind(query, part.query.kinds[0], heard.catalogue)
        wanted = [one for one in query.constraints if one.attribute == "price"]
        if named and wanted:  # a budget that is said of one kind is that kind's
            addition = replace(addition, ranges=(*addition.ranges, *wanted))
        if addition.constraints or addition.order or addition.drops:
            found[place] = replace(part, query=refine(part.query, addition), product_id=None)
    return found if found != list(parts) else None


_ADDS: Final = re.compile(
    r"\b(?:add|also|plus|and|too|as well|with|another)\b"
    r"|再加|加[个一上]|还要|还需要|再来|也要|再配|外加",
    re.I,
)


def _with_more(parts: Sequence[Part], heard: Heard, query: Query) -> list[Part] | None:
    """The kit and another kind of thing; None where it is large enough."""
    if len(parts) >= MOST_KINDS:
        return None
    count = max(part.count for part in parts)
    more = [
        Part(
            _for_kind(replace(query, kinds=()), kind, heard.catalogue),
            count if _is_each(kind) else 1,
        )
        for kind in query.kinds
    ]
    return [*parts, *more]


def _overlaps(named: set[str], part: Part) -> bool:
    own = {w for value in part.query.kind_values() for w in wider(value, "kinds")}
    above = {w for value in named for w in wider(value, "kinds")}
    return bool(named & own or above & set(part.query.kind_values()))


def chosen(parts: Sequence[Part], catalogue: Catalogue, budget: float | None) -> list[Part]:
    """The parts with the best product of each, and the one it has already where it has one; with
    a budget cheaper ones until it is kept."""
    offers = [_offers(part, catalogue) for part in parts]
    held = [[one for one, _ in offer] for offer in offers]
    places = [
        ids.index(part.product_id) if part.product_id in ids else 0
        for part, ids in zip(parts, held, strict=True)
    ]

    def price(part: int, place: int) -> float:
        return parts[part].count * (catalogue.value("price", offers[part][place][1]) or 0.0)

    def total() -> float:
        return sum(price(n, place) for n, place in enumerate(places) if offers[n])

    while budget is not None and total() > budget:
        savings = [
            (price(n, places[n]) - price(n, place), n, place)
            for n in range(len(parts))
            for place in range(len(offers[n]))
        ]
        saved, part, place = max(savings, default=(0.0, 0, 0))
        if saved <= 0.0:
            break
        over = total() - budget
        enough = [one for one in savings if one[0] >= over]
        saved, part, place = min(enough) if enough else (saved, part, place)
        places[part] = place
    return [
        replace(part, product_id=offers[n][places[n]][0] if offers[n] else None)
        for n, part in enumerate(parts)
    ]


def _offers(part: Part, catalogue: Catalogue) -> list[tuple[ProductId, int]]:
    found = search(part.query, catalogue, limit=60)
    ids = found.ids if found.is_exact else ()
    return [(one, catalogue.row_of[one]) for one in ids]
