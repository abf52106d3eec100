"""Which products a message names: by parts of names, short forms and with slips.

A name's words are its brand, its series or number, and its type. A stretch of the message is a
mention when all its words stand in one product's name and one of them is the name's own (neither
brand nor type), or when they are the whole of a longer name. How sure it is: the share of the name
that is said, rare words counting more, and how many other products it would be as well.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from catalogue_search.facts import kinds_of
from catalogue_search.lexicon import find, lexicon, near_words, spellings
from catalogue_search.tokens import STOPS, Token, tokenize, words_of
from kit.i18n import Language
from shop.ids import ProductId
from shop.views import ProductView

LEAST_SCORE: Final = 0.3
MOST_AT_ONCE: Final = 12
MOST_MEANT: Final = 100  # a word of more products than this names none of them
SLIP: Final = 0.85  # what a misspelt word counts of a right one
_NUMBER: Final = re.compile(r"\d+(?![\d.,]*\s*(?:[a-z€%]|[\u3400-\u9fff]))", re.IGNORECASE)
_SIGNS: Final = re.compile(r"[\u3400-\u9fff]")
_LONGEST_SERIES: Final = 4
_LONGEST_GAP: Final = 2  # words in between that no name has
_FUZZY_FROM: Final = 4
_WHOLE_FROM: Final = 3  # a whole name of so many words is a mention, however common they are
_FEW: Final = 2  # a brand and a type name a product when no more than these are both
_SURE_LENGTH: Final = 5  # a misspelt word alone must be longer
_FEWEST_OF_A_TYPE: Final = 2


@dataclass(frozen=True)
class ProductMatch:
    """A product that signs `start` to `end` of a text name; `score` is 1 for a full, single name.

    Several products with the same place are what a short name may mean.
    """

    product_id: ProductId
    score: float
    start: int
    end: int


@dataclass(frozen=True)
class NameIndex:
    """The words of all names; `build_names` makes it, once for a catalogue.

    `postings` are products by word, `names` the words of a product's name in each language, `own`
    words that are no brand and no type. `signs` are Chinese words by their first sign, the
    longest first, `series` Chinese words of their own by their length, `similar` for slips.
    """

    postings: Mapping[str, frozenset[ProductId]]
    weight: Mapping[str, float]
    names: Mapping[ProductId, Mapping[str, frozenset[str]]]
    own: frozenset[str]
    brands: frozenset[str]
    signs: Mapping[str, tuple[str, ...]]
    series: Mapping[int, tuple[str, ...]]
    similar: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Piece:
    """A word of the message that names know; `is_slip` when it had to be corrected."""

    word: str
    start: int
    end: int
    is_slip: bool = False


def build_names(products: Iterable[ProductView]) -> NameIndex:
    """The index of names in every language that they are written in."""
    views = list(products)
    types = _types([name for view in views for name in view.names.all if _SIGNS.search(name)])
    postings: dict[str, set[ProductId]] = defaultdict(set)
    names: dict[ProductId, Mapping[str, frozenset[str]]] = {}
    by_kind: dict[str, set[ProductId]] = defaultdict(set)
    common: set[str] = set()
    series: set[str] = set()
    for view in views:
        brand = set(words_of(view.brand))
        shelf = set(words_of(view.category.replace("-", " ")))
        common |= brand | shelf
        own_names = {}
        for language, name in view.names.by_language:
            if not _SIGNS.search(name):
                common |= _type_words(name)
                own_names[language] = frozenset(words_of(name))
                continue
            own_words, kind_word = _split_chinese(name, types)
            signs = [word for word in own_words if not word.isascii()]
            series.update(signs)
            heads = {word[:size] for word in signs for size in range(2, len(word))}
            tails = {kind_word[place:] for place in range(len(kind_word))}
            common |= tails
            own_names[language] = frozenset({*own_words, *brand, *heads, *tails})
        names[view.product_id] = own_names
        for word in shelf.union(*own_names.values()):
            postings[word].add(view.product_id)
        for kind in kinds_of(view):
            by_kind[kind].add(view.product_id)
    common |= _add_kind_words(postings, by_kind)
    own = frozenset(word for word in set(postings) - common if not word[0].isdigit())
    brands = frozenset(word for view in views for word in words_of(view.brand))
    count = max(1, len(views))
    weight = {word: math.log(1.0 + count / len(ids)) for word, ids in postings.items()}
    return NameIndex(
        postings={word: frozenset(ids) for word, ids in postings.items()},
        weight=weight,
        names=names,
        own=own,
        brands=brands,
        signs=_by_first_sign([word for word in postings if not word.isascii()]),
        series=_by_length(series),
        similar=spellings({word for word in (own | brands) if word.isascii()}),
    )


def _add_kind_words(
    postings: dict[str, set[ProductId]], by_kind: Mapping[str, set[ProductId]]
) -> set[str]:
    """Let words for kinds (tee, rucksack, 书包) stand for every product of them; these words."""
    found = set()
    for word, kinds in _kind_words().items():
        for kind in kinds & by_kind.keys():
            postings[word] |= by_kind[kind]
            found.add(word)
    return found


def find_products(
    text: str, language: Language, index: NameIndex, among: Collection[ProductId] | None = None
) -> list[ProductMatch]:
    """The products that `text` names, the surest first; several of one place when it is unclear.

    `among` are products that are meant rather than others: looked at, shown or ordered ones.
    Of equals the one whose name in `language` says more of the words wins.
    """
    near = frozenset(among or ())
    found: dict[tuple[ProductId, int], ProductMatch] = {}
    for pieces in _mentions(text, index):
        other = _other_number(text, pieces)
        for match in _scored(pieces, index, language, near, other):
            found.setdefault((match.product_id, match.start), match)
    return sorted(found.values(), key=lambda one: (-one.score, one.start, one.product_id))


def _scored(
    pieces: Sequence[_Piece],
    index: NameIndex,
    language: Language,
    near: frozenset[ProductId],
    other_number: bool,
) -> list[ProductMatch]:
    ids = frozenset.intersection(*(index.postings[piece.word] for piece in pieces))
    if other_number:
        ids = frozenset(one for one in ids if not _numbered(index.names[one]))
    meant = ids & near
    ids = meant or ids
    if len(ids) > MOST_MEANT:
        return []
    start, end = pieces[0].start, max(piece.end for piece in pieces)
    doubt = SLIP if any(piece.is_slip for piece in pieces) else 1.0
    said = {piece.word for piece in pieces}
    matches = []
    for product_id in ids:
        share = _share(said, product_id, index, language)
        score = doubt * (0.5 * share + 0.5 / len(ids))
        if score >= LEAST_SCORE:
            matches.append(ProductMatch(product_id, round(score, 4), start, end))
    matches.sort(key=lambda one: (-one.score, one.product_id))
    return matches[:MOST_AT_ONCE]


def _other_number(text: str, pieces: Sequence[_Piece]) -> bool:
    """Whether a number goes with a name that is not the name's own: ridge 99 backpack."""
    if _has_number(piece.word for piece in pieces):
        return False
    start, end = pieces[0].start, pieces[-1].end
    return bool(_NUMBER.search(text[start:end]) or _NUMBER.match(text[end:].lstrip()))


def _numbered(names: Mapping[str, frozenset[str]]) -> bool:
    return any(_has_number(words) for words in names.values())


def _has_number(words: Iterable[str]) -> bool:
    return any(word[0].isdigit() for word in words)


def _share(
    said: Collection[str], product_id: ProductId, index: NameIndex, language: Language
) -> float:
    """How much of the fullest of a product's names is said; the given language's wins ties."""
    shares = []
    for spoken, name in index.names[product_id].items():
        total = sum(index.weight[word] for word in name if not _is_part(word, name))
        held = sum(index.weight[word] for word in said if word in name)
        shares.append(min(1.0, held / total if total else 0.0) - 1e-6 * (spoken != language))
    return max(shares, default=0.0)


def _is_part(word: str, name: Collection[str]) -> bool:
    """Whether a Chinese word is only a beginning or an end of another one of the name."""
    return not word.isascii() and any(
        other != word and (other.startswith(word) or other.endswith(word)) for other in name
    )


def _mentions(text: str, index: NameIndex) -> list[list[_Piece]]:
    """Stretches of words that one product's name has, those with a word of its own."""
    closes = lexicon().cues["separators"].phrases
    pieces = _pieces(text, index)
    found: list[list[_Piece]] = []
    current: list[_Piece] = []
    ids: frozenset[ProductId] = frozenset()
    for piece in pieces:
        more = ids & index.postings[piece.word] if current else index.postings[piece.word]
        gap = text[current[-1].end : piece.start] if current else ""
        words = words_of(gap)
        apart = len(words) > _LONGEST_GAP or any((word,) in closes for word in words)
        apart = apart or any(sign in STOPS for sign in gap)
        if current and (not more or apart or piece.word in {one.word for one in current}):
            found.append(current)
            current, more = [], index.postings[piece.word]
        current, ids = [*current, piece], more
    return [one for one in (*found, current) if one and _names_something(one, index)]


def _names_something(pieces: Sequence[_Piece], index: NameIndex) -> bool:
    own = [piece for piece in pieces if piece.word in index.own]
    if len(pieces) == 1 and pieces[0].word in lexicon().ordinary:
        return False  # the "me" of the Drink Me Mug
    if own:
        sure = not all(piece.is_slip for piece in own) or len(pieces) > 1
        return sure or len(own[0].word) > _SURE_LENGTH
    few = frozenset.intersection(*(index.postings[piece.word] for piece in pieces))
    said = {piece.word for piece in pieces}
    if len(said) >= _WHOLE_FROM and any(
        words <= said for one in few for words in index.names[one].values()
    ):
        return True
    if not said & index.brands or len(pieces) < 2:
        return False
    return _has_number(piece.word for piece in pieces) or len(few) <= _FEW


def _pieces(text: str, index: NameIndex) -> list[_Piece]:
    """The words of a text that stand in names, in their order."""
    tokens = tokenize(text)
    found: list[_Piece] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        length, word = _word_at(tokens, place, index)
        if word:
            last = tokens[place + length - 1]
            slip = word.isascii() and word != token.text
            found.extend(_slip_before(tokens, place, word, index, found))
            found.append(_Piece(word, token.start, last.end, slip))
        place += max(1, length)
    return found


def _word_at(tokens: Sequence[Token], place: int, index: NameIndex) -> tuple[int, str]:
    token = tokens[place]
    if token.text in index.postings and token.text.isascii():
        return 1, token.text
    if token.is_latin:
        return 1, _corrected(token.text, index)
    if token.text < "\u3400":
        return 1, ""
    ahead = "".join(one.text for one in tokens[place : place + 12])
    for word in index.signs.get(token.text, ()):
        if ahead.startswith(word):
            return len(word), word
    return 1, ""


def _corrected(word: str, index: NameIndex) -> str:
    words = lexicon()
    if len(word) < _FUZZY_FROM or word in words.phrases.vocabulary or word in words.ordinary:
        return ""
    near = [other for other in near_words(word, index.similar) if other[0] == word[0]]
    return near[0] if near else ""


def _slip_before(
    tokens: Sequence[Token], place: int, word: str, index: NameIndex, found: Sequence[_Piece]
) -> list[_Piece]:
    """A series with one wrong sign right before a type or number that goes with it."""
    if word in index.own or word in index.brands:
        return []
    taken = found[-1].end if found else 0
    for size, series in sorted(index.series.items(), reverse=True):
        first = place - size
        if first < 0 or tokens[first].start < taken:
            continue
        text = "".join(token.text for token in tokens[first:place])
        if text.isascii() or len(text) != size:
            continue
        near = [
            one
            for one in series
            if sum(a != b for a, b in zip(one, text, strict=True)) == 1
            and index.postings[one] & index.postings[word]
        ]
        if len(near) == 1:
            return [_Piece(near[0], tokens[first].start, tokens[place - 1].end, True)]
    return []


@cache
def _kind_words() -> Mapping[str, frozenset[str]]:
    """Words that stand for kinds in either language: tee, rucksack, 书包."""
    found: dict[str, set[str]] = defaultdict(set)
    for phrase, senses in lexicon().phrases.items():
        kinds = {kind for sense in senses if sense.topic == "kind" for kind in sense.values}
        word = phrase[0] if len(phrase) == 1 else "".join(phrase)
        if kinds and (len(phrase) == 1 or not word.isascii()):
            found[word] |= kinds
    return {word: frozenset(kinds) for word, kinds in found.items()}


def _type_words(name: str) -> set[str]:
    """The words of an English name that say what it is: its last one, and known kinds."""
    tokens = tokenize(name)
    hits = find([lexicon().phrases], tokens)
    kinds = {t.text for hit in hits if hit.sense("kind") for t in tokens[hit.first : hit.last]}
    return kinds | {tokens[-1].text} if tokens else set()


def _types(names: Sequence[str]) -> frozenset[str]:
    """Ends of Chinese names that several share after different beginnings, the types of goods."""
    runs = [run for name in names if (run := _last_run(name))]
    ends: dict[str, set[str]] = defaultdict(set)
    for run in runs:
        for size in range(1, len(run)):
            ends[run[-size:]].add(run[:-size])
    alone = Counter(runs)
    return frozenset(
        {end for end, heads in ends.items() if len(heads) >= _FEWEST_OF_A_TYPE}
        | {run for run, number in alone.items() if number >= _FEWEST_OF_A_TYPE}
    )


def _last_run(name: str) -> str:
    run = ""
    for token in tokenize(name):
        run = run + token.text if token.text >= "\u3400" else ""
    return run


def _split_chinese(name: str, types: frozenset[str]) -> tuple[list[str], str]:
    """A Chinese name's own words and numbers, and its type."""
    run = _last_run(name)
    runs: list[str] = []
    current = ""
    for token in tokenize(name):
        if token.text >= "\u3400":
            current += token.text
            continue
        if current:
            runs.append(current)
            current = ""
        if token.is_number or token.is_latin:
            runs.append(token.text)
    if not run:
        return runs, ""
    kinds = [hit for hit in find([lexicon().phrases], tokenize(run)) if hit.sense("kind")]
    if kinds and kinds[-1].end == len(run) and kinds[-1].start != 1:
        own = [run[: kinds[-1].start]] if kinds[-1].start else []
        return [*runs, *own], run[kinds[-1].start :]
    # The longest end that others share, leaving a series of two signs or more.
    for size in range(len(run) - 2, 0, -1):
        if run[-size:] in types:
            return [*runs, run[:-size]], run[-size:]
    if run in types:
        return runs, run
    return [*runs, run], ""


def _by_first_sign(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        found[word[0]].append(word)
    return {sign: tuple(sorted(group, key=len, reverse=True)) for sign, group in found.items()}


def _by_length(words: Collection[str]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        if 2 <= len(word) <= _LONGEST_SERIES:
            found[len(word)].append(word)
    return {size: tuple(group) for size, group in found.items()}
