"""From what a shopper writes to a query: every constraint with the words it comes from."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from catalogue_search.catalogue import Catalogue
from catalogue_search.degrees import read_degrees
from catalogue_search.facts import wider
from catalogue_search.lexicon import concepts, count_at, count_before, lexicon
from catalogue_search.measures import read_measures
from catalogue_search.message import Message, constraint_of, take_apart
from catalogue_search.occasions import read_occasions
from catalogue_search.people import read_people
from catalogue_search.query import Constraint, Query, place
from catalogue_search.tokens import STOPS, tokenize
from shop.ids import ProductId

# Topics whose values of one message are alternatives: black or blue.
_ALTERNATIVES: Final = frozenset({"colour", "season", "gender", "brand", "size", "kind"})
_NEAR: Final = 4  # tokens from the first kind to one that only goes with it


def parse(text: str, catalogue: Catalogue, shown: Sequence[ProductId] = ()) -> Query:
    """What `text`, in either language, asks of products.

    `shown` are the products that words such as "cheaper" and "not that brand" compare with: the
    list shown last, or the one product in focus.
    """
    message = take_apart(text, catalogue, tuple(shown))
    measures = read_measures(message)
    people = read_people(message)
    company = [(one.start, one.end) for one in people if one.attribute == "persons"]
    named = [
        one
        for one in (*_named(message), *_of_relations(message))
        if one.attribute != "gender" or not any(a <= one.start < b for a, b in company)
    ]
    found = [*named, *_brand_pointed_at(message), *measures, *people]
    degrees = read_degrees(message)
    # "Too expensive, 150 at most": the number says what the words before it left open.
    bounded = {one.attribute for one in measures}
    open_ones = [
        one
        for one in degrees.constraints
        if (one.operator not in {"below", "above"} or one.attribute not in bounded)
        and not (one.attribute == "capacity" and _is_size(one, measures))
    ]
    query = place(Query(), [*found, *open_ones])
    query = _merged(query, message)
    query = replace(
        query,
        order=degrees.order,
        compares=degrees.compares,
        for_whom=_for_whom(message),
        drops=message.scopes.drops,
        query_words=_left_over(message, query),
    )
    return read_occasions(message, query)


def _is_size(one: Constraint, measures: Sequence[Constraint]) -> bool:
    """Whether "small" is a size, and no wish for something small."""
    sizes = [size for size in measures if size.attribute == "size"]
    return any(size.start < one.end and one.start < size.end for size in sizes)


def _named(message: Message) -> list[Constraint]:
    """Kinds, colours, materials, features, seasons, genders and brands that are named."""
    found = []
    vague = {name for name, one in concepts()["features"].items() if one.get("soft")}
    kinds = [number for number, hit in enumerate(message.hits) if hit.sense("kind")]
    for number, hit in enumerate(message.hits):
        if number in message.scopes.dropped or hit.sense("nothing"):
            continue
        for topic in ("kind", "colour", "material", "feature", "season", "gender", "brand"):
            sense = hit.sense(topic)
            if sense is None or (topic == "kind" and _goes_with(message, kinds, number)):
                continue
            if topic == "season" and _is_of_a_day(message.text, hit.start, hit.end):
                continue
            one = constraint_of(message, number, topic, sense.values)
            soft = topic == "feature" and vague.intersection(sense.values)
            found.append(replace(one, strength="soft") if soft else one)
    return found


def _is_of_a_day(text: str, start: int, end: int) -> bool:
    """Whether a month is one day's, 12月21日 or "21 December": by then something is to be there."""
    before, after = _DAY_BEFORE.search(text[:start]), _DAY_AFTER.match(text[end:])
    return before is not None or after is not None


_DAY_BEFORE: Final = re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?(?: of)? $", re.IGNORECASE)
_DAY_AFTER: Final = re.compile(r" ?(?:the )?\d{1,2}(?:st|nd|rd|th|日|号)?(?!\d)", re.IGNORECASE)


def _goes_with(message: Message, kinds: Sequence[int], number: int) -> bool:
    """Whether a kind only tells what another is for: socks for hiking boots."""
    hit = message.hits[number]
    earlier = [message.hits[other] for other in kinds if other < number]
    if not earlier:
        return False
    beside = count_before(lexicon().cues["beside"], message.tokens, hit.first)
    return bool(beside) and hit.first - earlier[-1].last <= _NEAR


def _brand_pointed_at(message: Message) -> list[Constraint]:
    """The brands of what is shown: not that brand, another brand, only this brand."""
    found = []
    rows = message.catalogue.rows(message.shown)
    brands = tuple(
        name
        for name, mask in sorted(message.catalogue.brands.by_value.items())
        if any(mask[row] for row in rows)
    )
    for number, hit in enumerate(message.hits):
        if not brands:
            break
        if hit.sense("brand_here") and not message.scopes.drops:
            before = message.scopes.negated or count_before(
                lexicon().cues["negation.before"], message.tokens, hit.first
            )
            one = constraint_of(message, number, "brand", brands)
            found.append(replace(one, operator="is_not" if before else "is"))
        elif hit.sense("other_brand") and not any(one.sense("brand") for one in message.hits):
            one = constraint_of(message, number, "brand", brands)
            found.append(replace(one, operator="is_not"))
    return found


def _of_relations(message: Message) -> list[Constraint]:
    """Whom it is for as the range it comes from: a jacket for my wife is a women's one.

    What is anybody's has no range, and only what is said for somebody counts: "my wife says hello"
    asks for nothing.
    """
    found = []
    for number, hit in enumerate(message.hits):
        sense = hit.sense("relation")
        if sense is None or number in message.scopes.dropped:
            continue
        before = {one.text for one in message.tokens[max(hit.first - _NEAR, 0) : hit.last]}
        if before & _FOR and not before & _JOINED:
            found.append(constraint_of(message, number, "gender", sense.values))
    return found


_FOR: Final = frozenset({"for", "给", "送", "为", "帮"})
# "For me and my son" is for both.
_JOINED: Final = frozenset({"me", "us", "and", "with", "和", "跟"})


def _for_whom(message: Message) -> str | None:
    for topic in ("gender", "relation"):
        for hit in message.hits:
            sense = hit.sense(topic)
            if sense is not None:
                return sense.values[0]
    return None


def _merged(query: Query, message: Message) -> Query:
    """Values of one attribute that are alternatives become one constraint."""
    denied = {value for one in query.must_not if one.attribute == "kind" for value in one.values}
    # "No clothes, he has clothes enough": named again beside the no, it is not asked for.
    kinds = [one for one in query.kinds if not denied.issuperset(one.values)]
    # "Not wool, wool itches": what is excluded is not asked for by being named again.
    out = {(one.attribute, v) for one in query.must_not for v in one.values}
    must = [one for one in query.must if not out.issuperset((one.attribute, v) for v in one.values)]
    return replace(
        query,
        kinds=tuple(_narrowest(one) for one in _together(kinds, message)),
        must=_together(must, message),
        must_not=_together(query.must_not, message),
    )


def _narrowest(kinds: Constraint) -> Constraint:
    """Without kinds that are only the wider ones of others: a jacket, a rain jacket."""
    above = {w for value in kinds.values for w in wider(value, "kinds")[1:]}
    return replace(kinds, values=tuple(value for value in kinds.values if value not in above))


def _together(constraints: Sequence[Constraint], message: Message) -> tuple[Constraint, ...]:
    found: list[Constraint] = []
    for one in constraints:
        twin = next((n for n, o in enumerate(found) if _are_alternatives(o, one, message)), None)
        if twin is None:
            found.append(one)
            continue
        other = found[twin]
        if set(one.values) <= set(other.values):
            continue  # said twice, in the names of two products
        values = tuple(dict.fromkeys((*other.values, *one.values)))
        start, end = min(other.start, one.start), max(other.end, one.end)
        found[twin] = replace(
            other, values=values, start=start, end=end, source=message.text[start:end]
        )
    return tuple(found)


def _are_alternatives(one: Constraint, other: Constraint, message: Message) -> bool:
    """Whether either of two constraints is enough; what is excluded is excluded together."""
    left = (one.attribute, one.operator, one.strength)
    if left != (other.attribute, other.operator, other.strength):
        return False
    if one.attribute in _ALTERNATIVES or one.operator == "is_not" or one.values == other.values:
        return True
    between = tokenize(message.text[one.end : other.start])
    keeps = lexicon().cues["negation.keeps"]
    return one.attribute == "material" and len(between) == 1 and count_at(keeps, between, 0) == 1


def _left_over(message: Message, query: Query) -> tuple[str, ...]:
    """Words that nothing explains, each once: Latin words, and runs of Chinese signs."""
    taken = {
        place
        for hit in message.hits
        for place in range(hit.first, hit.last)
        if not hit.sense("detail")
    }
    taken |= {place for one in message.numbers for place in range(one.first, one.last)}
    found: list[str] = []
    run = ""
    for number, token in enumerate(message.tokens):
        covered = any(one.start <= token.start < one.end for one in query.constraints)
        stop = _stop_at(message, number)
        taken |= set(range(number, number + stop))
        if number in taken or covered or token.is_number or token.text in STOPS:
            found, run = [*found, run], ""
        elif token.is_latin:
            found, run = [*found, run, token.text if len(token.text) > 2 else ""], ""
        elif token.text >= "\u3400":
            run += token.text
    found = [_COUNTED.sub("", word) for word in (*found, run)]
    run = ""
    return tuple(dict.fromkeys(word for word in (*found, run) if len(word) > 1))


# 两顶, 两三样: so many of something.
_COUNTED: Final = re.compile(r"^[一二两三四五六七八九十几]+[个件双条顶款只副套样把支瓶块种张]")


def _stop_at(message: Message, number: int) -> int:
    """How many tokens from here on say nothing of products."""
    cues = lexicon().cues
    names = (
        "stop",
        "negation.before",
        "negation.after",
        "beside",
        "which",
        "softly",
        "firmly",
        "bounds.at_most.before",
        "indifferent.before",
        "indifferent.after",
        "size.before",
    )
    known = [*names, *(name for name in cues if name.startswith("attributes."))]
    return max(count_at(cues[name], message.tokens, number) for name in known)
