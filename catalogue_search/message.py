"""A message taken apart once, for all that read constraints in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue_search.catalogue import Catalogue
from catalogue_search.lexicon import Hit, Sense, concepts, find, lexicon
from catalogue_search.numbers import Number, read_numbers
from catalogue_search.query import Constraint
from catalogue_search.scopes import Scopes, scopes_of
from catalogue_search.tokens import Token
from shop.ids import ProductId


@dataclass(frozen=True)
class Message:
    """The words of a message, its phrases and numbers, and what is denied.

    `shown` are the products that the message may compare with.
    """

    text: str
    tokens: tuple[Token, ...]
    hits: tuple[Hit, ...]
    numbers: tuple[Number, ...]
    scopes: Scopes
    catalogue: Catalogue
    shown: tuple[ProductId, ...]


def take_apart(text: str, catalogue: Catalogue, shown: tuple[ProductId, ...]) -> Message:
    """The message with its phrases in both languages and the catalogue's own."""
    tokens = catalogue.tokens_of(text)
    numbers = read_numbers(text, tokens)
    hits = [
        hit
        for hit in find([lexicon().phrases, catalogue.phrases], tokens)
        if not _is_part_of_number(hit, numbers)
    ]
    hits += _by_company(hits, tokens, catalogue, shown)
    hits = sorted([*hits, *_within_kinds(hits, tokens)], key=lambda hit: (hit.first, -hit.last))
    scopes = scopes_of(text, tokens, hits, numbers)
    return Message(text, tuple(tokens), tuple(hits), tuple(numbers), scopes, catalogue, shown)


def _by_company(
    hits: Sequence[Hit], tokens: Sequence[Token], catalogue: Catalogue, shown: Sequence[ProductId]
) -> list[Hit]:
    """Words that mean a kind beside others: the bag of "tent, bag and mat"."""
    known = lexicon().by_company
    free = [
        place
        for place, token in enumerate(tokens)
        if token.text in known and not any(one.first <= place < one.last for one in hits)
    ]
    if not free:
        return []
    near = {v for one in hits if (sense := one.sense("kind")) for v in sense.values}
    rows = catalogue.rows(shown)
    near |= {name for name, mask in catalogue.kinds.by_value.items() if any(mask[r] for r in rows)}
    found = []
    for place in free:
        kind, beside = known[tokens[place].text]
        if near & beside:
            token, sense = tokens[place], Sense("kind", (kind,))
            found.append(Hit(place, place + 1, token.start, token.end, (sense,)))
    return found


def _is_part_of_number(hit: Hit, numbers: Sequence[Number]) -> bool:
    """Whether a phrase lies within a number with its unit: the man of a two man tent."""
    inside = any(n.first <= hit.first and hit.last <= n.last for n in numbers)
    return inside and not hit.sense("season")


def _within_kinds(hits: Sequence[Hit], tokens: Sequence[Token]) -> list[Hit]:
    """Materials and seasons inside the name of a kind: down sleeping bag, 羊毛袜."""
    found = []
    for hit in hits:
        kinds = hit.sense("kind")
        if kinds is None or hit.last - hit.first < 2:
            continue
        implied = {one for kind in kinds.values for one in concepts()["implied"].get(kind, ())}
        for place in range(hit.first, hit.last):
            for last in range(hit.last if place > hit.first else hit.last - 1, place, -1):
                length, senses = lexicon().phrases.at(tokens[place:last], 0)
                told = tuple(
                    sense
                    for sense in senses
                    if sense.topic in {"material", "season"}
                    and not implied.intersection(sense.values)
                )
                if told:
                    end = place + length
                    found.append(Hit(place, end, tokens[place].start, tokens[end - 1].end, told))
                    break
    return found


def constraint_of(
    message: Message, number: int, attribute: str, values: tuple[str, ...]
) -> Constraint:
    """A constraint from the hit `number` with the scope it stands in."""
    hit, scopes = message.hits[number], message.scopes
    return Constraint(
        attribute=attribute,
        operator="is_not" if number in scopes.negated else "is",
        values=values,
        strength="soft" if number in scopes.softened else "hard",
        start=hit.start,
        end=hit.end,
        source=message.text[hit.start : hit.end],
    )
