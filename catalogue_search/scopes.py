"""Which words of a message are negated, no longer minded, or only wished for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue_search.lexicon import Hit, count_at, count_before, lexicon
from catalogue_search.numbers import Number
from catalogue_search.tokens import STOPS, Token

# Topics that a negation word can turn into an exclusion.
EXCLUDED: Final = frozenset({"colour", "material", "feature", "brand", "season", "gender"})
_JOINS: Final = "、/"
_AFTER: Final = 4  # tokens behind an attribute that say that it does not matter
_REACH: Final = 7  # tokens from a negation word to the first thing it denies


@dataclass(frozen=True)
class Scopes:
    """Hits by what is said about them, as places in the list of hits, and what is dropped."""

    negated: frozenset[int]
    softened: frozenset[int]
    dropped: frozenset[int]
    drops: tuple[str, ...]


def scopes_of(
    text: str, tokens: Sequence[Token], hits: Sequence[Hit], numbers: Sequence[Number] = ()
) -> Scopes:
    """What negation and indifference reach in a message."""
    measured = {
        place
        for one in numbers
        for place, token in enumerate(tokens)
        if one.quantity is not None and one.start <= token.start and token.end <= one.end
    }
    covered = _covered(hits) | measured
    drops, dropped, drop_tokens = _drops(text, tokens, hits, covered)
    negated = set()
    for first, last in _negations(text, tokens, covered, drop_tokens):
        negated |= _reached(text, tokens, hits, first, last)
    negated |= _denied_after(text, tokens, hits)
    softened = {
        place for place, hit in enumerate(hits) if is_softened(text, tokens, hit.first, hit.last)
    }
    return Scopes(frozenset(negated - dropped), frozenset(softened), frozenset(dropped), drops)


def _covered(hits: Sequence[Hit]) -> frozenset[int]:
    """Tokens within a phrase; a negation word there is part of it (not bad, 不闷)."""
    return frozenset(
        place for hit in hits for place in range(hit.first, hit.last) if not hit.sense("degree")
    )


def _negations(
    text: str, tokens: Sequence[Token], covered: frozenset[int], taken: frozenset[int]
) -> list[tuple[int, int]]:
    """Tokens of negation words, without those that ask (没有黑色吗, don't you have)."""
    cues = lexicon().cues
    found = []
    place = 0
    while place < len(tokens):
        asks = count_at(cues["negation.asks"], tokens, place)
        if asks:
            place += asks
            continue
        length = _cue_length(tokens, place, covered)
        if length and place + length - 1 not in taken:
            askable = count_at(cues["negation.askable"], tokens, place) == length
            if not (askable and _ends_asking(text, tokens, place)):
                found.append((place, place + length))
        place += max(1, length)
    return found


def _cue_length(tokens: Sequence[Token], place: int, covered: frozenset[int]) -> int:
    """How long a negation word at a token is without what belongs to a phrase: 不 of 不带帽子."""
    cues = lexicon().cues["negation.before"]
    if count_at(lexicon().cues["negation.answers"], tokens, place):
        return 0  # "no, a jacket" typed without its comma
    free = next((p for p in range(place, len(tokens)) if p in covered), len(tokens))
    return count_at(cues, tokens[:free], place)


def _ends_asking(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether the clause of a token ends in a word that makes it a question."""
    cues = lexicon().cues["negation.asks_end"]
    last = place
    while last + 1 < len(tokens) and not _breaks(text, tokens, last):
        last += 1
    return bool(count_before(cues, tokens, last + 1))


def _reached(
    text: str, tokens: Sequence[Token], hits: Sequence[Hit], first: int, last: int
) -> set[int]:
    """Hits that a negation word at tokens `first` to before `last` denies."""
    cues = lexicon().cues
    found: set[int] = set()
    kinds: set[int] = set()
    is_content = False
    place = last
    by_start = {hit.first: number for number, hit in enumerate(hits)}
    while place < len(tokens) and (found or place - last < _REACH):
        if place > first and _breaks(text, tokens, place - 1):
            break
        number = by_start.get(place)
        hit = hits[number] if number is not None else None
        if hit is None or not _is_deniable(hit):
            if found and not count_at(cues["negation.keeps"], tokens, place) and place > last:
                if hit is None and _is_filler(tokens[place]):
                    place += 1
                    continue
                break
            if place > last and count_at(cues["negation.ends"], tokens, place):
                break
            is_content = is_content or (hit is None and _is_content(tokens, place))
            place = hit.last if hit is not None else place + 1
            continue
        assert number is not None
        if hit.sense("kind"):
            kinds |= set() if is_content else {number}  # 不带绒的鞋 may well be a shoe
            break
        found.add(number)
        place = hit.last
    return found or kinds


def _is_deniable(hit: Hit) -> bool:
    return any(sense.topic in EXCLUDED | {"kind", "adjective", "occasion"} for sense in hit.senses)


def _is_filler(token: Token) -> bool:
    return count_at(lexicon().cues["filler"], [token], 0) > 0


def _is_content(tokens: Sequence[Token], place: int) -> bool:
    """Whether a token says something that no phrase knows."""
    cues = lexicon().cues
    return not count_at(cues["filler"], tokens, place) and not count_at(cues["stop"], tokens, place)


def _denied_after(text: str, tokens: Sequence[Token], hits: Sequence[Hit]) -> set[int]:
    """Hits right before a word that denies them: leather-free, 皮的不要, 红色除外."""
    cues = lexicon().cues["negation.after"]
    found = {n for n, hit in enumerate(hits) if hit.sense("kind") and _is_had(text, tokens, hit)}
    for number, hit in enumerate(hits):
        excludes = any(sense.topic in EXCLUDED for sense in hit.senses)
        if not excludes or not count_at(cues, tokens, hit.last):
            continue
        gap = text[hit.end : tokens[hit.last].start]
        length = count_at(cues, tokens, hit.last)
        if any(
            _breaks(text, tokens, place) for place in range(hit.last - 1, hit.last + length - 1)
        ):
            continue
        after = tokens[hit.last + length].text if hit.last + length < len(tokens) else ""
        # 红色不要紧 and "free shipping" deny nothing: the word must end there.
        ended = not after or _breaks(text, tokens, hit.last + length - 1) or gap == "-"
        ended = ended or tokens[hit.last].is_latin
        starts_next = any(other.first == hit.last for other in hits)
        if (ended or not starts_next) and not _starts_other(tokens, hits, hit.last + length):
            found.add(number)
    return found


def _is_had(text: str, tokens: Sequence[Token], hit: Hit) -> bool:
    """Whether a kind of thing is ruled out by words before it, or at the end of its clause: he has
    already poles, 袜子也不要."""
    if count_before(lexicon().cues["negation.has"], tokens, hit.first):
        return True
    cues = lexicon().cues["negation.had"]
    last = hit.last - 1
    while last + 1 < len(tokens) and not _breaks(text, tokens, last):
        last += 1
    return last - hit.last < _REACH and bool(count_before(cues, tokens, last + 1))


def _starts_other(tokens: Sequence[Token], hits: Sequence[Hit], place: int) -> bool:
    """Whether a Chinese thing follows at once, which the denial then belongs to (红色不要皮的)."""
    following = any(
        hit.first == place and (_is_deniable(hit) or hit.sense("degree")) for hit in hits
    )  # (太 of 黑色 不要太薄)
    return following and place < len(tokens) and not tokens[place].is_latin


def _drops(
    text: str, tokens: Sequence[Token], hits: Sequence[Hit], covered: frozenset[int]
) -> tuple[tuple[str, ...], frozenset[int], frozenset[int]]:
    """Attributes that do not matter any more, hits that only name them, and the tokens."""
    cues = lexicon().cues
    names = {key.removeprefix("attributes."): key for key in cues if key.startswith("attributes.")}
    drops: list[str] = []
    dropped: set[int] = set()
    used: set[int] = set()
    by_start = {hit.first: number for number, hit in enumerate(hits)}
    for place in range(len(tokens)):
        joined = place > 0 and not _breaks(text, tokens, place - 1)
        before = count_before(cues["indifferent.before"], tokens, place) if joined else 0
        for name, key in names.items():
            length = count_at(cues[key], tokens, place)
            after = length and _is_after(text, tokens, place + length)
            if length and (before or after):
                drops.append(name)
                used |= set(range(place - before, place + length + (_AFTER if after else 0)))
        number = by_start.get(place)
        sense = hits[number].sense("feature") if number is not None else None
        if number is None or sense is None:
            continue
        strict = count_before(cues["indifferent.strict"], tokens, place) if joined else 0
        after = _is_after(text, tokens, hits[number].last)
        if (strict and place - 1 not in covered) or after:
            drops += [f"feature:{value}" for value in sense.values]
            dropped.add(number)
            used |= set(range(place - strict, hits[number].last + (_AFTER if after else 0)))
    return tuple(dict.fromkeys(drops)), frozenset(dropped), frozenset(used)


def _is_after(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether words of indifference stand at a token or up to two later, in the same clause."""
    cues = lexicon().cues["indifferent.after"]
    for skipped in range(3):
        if place + skipped < len(tokens) and count_at(cues, tokens, place + skipped):
            return True
        if place + skipped - 1 < len(tokens) and _breaks(text, tokens, place + skipped - 1):
            return False
    return False


def is_softened(text: str, tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the clause of some tokens says that they are only wished for."""
    while first > 0 and not _breaks(text, tokens, first - 1):
        first -= 1
    while last < len(tokens) and not _breaks(text, tokens, last - 1):
        last += 1
    cues = lexicon().cues

    def says(name: str) -> bool:
        return any(count_at(cues[name], tokens[:last], place) for place in range(first, last))

    return says("softly") and not says("firmly")


def _breaks(text: str, tokens: Sequence[Token], place: int) -> bool:
    """Whether a clause ends behind a token; a list's comma joins."""
    end = tokens[place + 1].start if place + 1 < len(tokens) else len(text)
    gap = text[tokens[place].end : end]
    return any(sign in STOPS and sign not in _JOINS for sign in gap)
