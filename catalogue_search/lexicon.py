"""The words of both languages for what a search can speak of, found in a text by longest match."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from catalogue_search.tokens import Token, words_of
from kit.languages import LANGUAGES, words
from kit.spelling import one_slip

_FOLDER: Final = Path(__file__).parent
# Which sections of a language file hold phrases for ids, and what such a phrase is.
_SECTIONS: Final = {
    "kinds": "kind",
    "colours": "colour",
    "materials": "material",
    "features": "feature",
    "seasons": "season",
    "people": "gender",
    "relations": "relation",
    "occasions": "occasion",
    "degrees": "degree",
}
# Sections with plain lists of phrases, among the things a phrase can be.
_LISTS: Final = ("nothing", "brand_here", "other_brand", "detail")
LONGEST: Final = 9
FUZZY_FROM: Final = 5


@dataclass(frozen=True)
class Sense:
    """What a phrase says: a topic ("colour", "kind", "adjective" …) and its values."""

    topic: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A phrase in a text: tokens `first` to before `last`, at signs `start` to `end`."""

    first: int
    last: int
    start: int
    end: int
    senses: tuple[Sense, ...]

    def sense(self, topic: str) -> Sense | None:
        """What it says of a topic; None when nothing."""
        return next((sense for sense in self.senses if sense.topic == topic), None)


@dataclass
class Phrases:
    """Phrases with their senses, as a tree of tokens."""

    root: dict[str, Any] = field(default_factory=dict)
    vocabulary: set[str] = field(default_factory=set)

    def add(self, phrase: str, sense: Sense) -> None:
        """Take a phrase up; one with several senses keeps them all."""
        words = words_of(phrase)
        if not words:
            return
        node = self.root
        for word in words:
            node = node.setdefault(word, {})
            self.vocabulary.add(word)
        senses = node.setdefault("", [])
        if sense not in senses:
            senses.append(sense)

    def items(self) -> Iterator[tuple[tuple[str, ...], list[Sense]]]:
        """Every phrase as its words, with its senses."""
        stack: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), self.root)]
        while stack:
            words, node = stack.pop()
            for word, inner in node.items():
                if word == "":
                    yield words, node[""]
                else:
                    stack.append(((*words, word), inner))

    def at(self, tokens: Sequence[Token], place: int) -> tuple[int, tuple[Sense, ...]]:
        """The longest phrase that begins at a token: its length, 0 for none, and its senses."""
        node: dict[str, Any] | None = self.root
        best, senses = 0, ()
        for length, token in enumerate(tokens[place : place + LONGEST], 1):
            node = node.get(token.text) if node is not None else None
            if node is None:
                break
            if "" in node:
                best, senses = length, tuple(node[""])
        return best, senses


def find(phrases: Sequence[Phrases], tokens: Sequence[Token]) -> list[Hit]:
    """Phrases in a text that do not overlap, the longest from the left first."""
    hits = []
    place = 0
    while place < len(tokens):
        matches = [one.at(tokens, place) for one in phrases]
        length = max(found for found, _ in matches)
        if not length:
            place += 1
            continue
        senses = tuple(s for found, kinds in matches if found == length for s in kinds)
        end = place + length
        hits.append(Hit(place, end, tokens[place].start, tokens[end - 1].end, senses))
        place = end
    return hits


class Cues:
    """Cue words of one sort, found by their first and by their last token."""

    def __init__(self, phrases: Iterable[tuple[str, ...]] = ()) -> None:
        self.phrases = frozenset(phrases)
        self._by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._by_last: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for phrase in sorted(self.phrases, key=len, reverse=True):
            self._by_first[phrase[0]].append(phrase)
            self._by_last[phrase[-1]].append(phrase)

    def count_at(self, tokens: Sequence[Token], place: int) -> int:
        """How many tokens from `place` on are one of these, the longest; 0 for none."""
        if not 0 <= place < len(tokens):
            return 0
        for phrase in self._by_first.get(tokens[place].text, ()):
            if _are(tokens, place, phrase):
                return len(phrase)
        return 0

    def count_before(self, tokens: Sequence[Token], place: int) -> int:
        """How many tokens right before `place` are one of these, the longest; 0 for none."""
        if not 0 < place <= len(tokens):
            return 0
        for phrase in self._by_last.get(tokens[place - 1].text, ()):
            if len(phrase) <= place and _are(tokens, place - len(phrase), phrase):
                return len(phrase)
        return 0


def _are(tokens: Sequence[Token], place: int, phrase: tuple[str, ...]) -> bool:
    if place + len(phrase) > len(tokens):
        return False
    return all(tokens[place + n].text == word for n, word in enumerate(phrase))


def count_at(cues: Cues, tokens: Sequence[Token], place: int) -> int:
    """How many tokens from `place` on are one of `cues`; 0 for none."""
    return cues.count_at(tokens, place)


def count_before(cues: Cues, tokens: Sequence[Token], place: int) -> int:
    """How many tokens right before `place` are one of `cues`; 0 for none."""
    return cues.count_before(tokens, place)


def is_said(cues: Cues, tokens: Sequence[Token]) -> bool:
    """Whether one of `cues` stands anywhere among the tokens."""
    return any(cues.count_at(tokens, place) for place in range(len(tokens)))


@dataclass(frozen=True)
class Lexicon:
    """The phrases and cue words of all languages together; shoppers mix them."""

    phrases: Phrases
    cues: Mapping[str, Cues]
    units: Mapping[tuple[str, ...], tuple[str, float]]
    numerals: Mapping[tuple[str, ...], float]
    sizes: Mapping[tuple[str, ...], str]
    single_after: frozenset[str]
    signs: Mapping[str, int]
    sign_units: Mapping[str, int]
    half: frozenset[str]
    joins: frozenset[str]
    either: frozenset[str]
    pairs: frozenset[str]
    fuzzy: Mapping[str, tuple[str, ...]]
    ordinary: frozenset[str]
    by_company: Mapping[str, tuple[str, frozenset[str]]]

    def corrected(self, tokens: Sequence[Token], known: Container[str]) -> list[Token]:
        """The tokens with misspelt words of the lexicon put right; words in `known` are left."""
        return [self._correct(token, known) for token in tokens]

    def _correct(self, token: Token, known: Container[str]) -> Token:
        word = token.text
        if len(word) < FUZZY_FROM or not token.is_latin:
            return token
        if word in self.phrases.vocabulary or word in self.ordinary or word in known:
            return token
        same_head = [other for other in near_words(word, self.fuzzy) if other[0] == word[0]]
        return replace(token, text=same_head[0]) if same_head else token


@cache
def concepts() -> Mapping[str, Any]:
    """What concepts.yml says."""
    found: Mapping[str, Any] = yaml.safe_load((_FOLDER / "concepts.yml").read_text("utf-8"))
    return found


@cache
def lexicon() -> Lexicon:
    """The words of all languages, read once."""
    phrases = Phrases()
    cues: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    units: dict[tuple[str, ...], tuple[str, float]] = {}
    numerals: dict[tuple[str, ...], float] = {}
    sizes: dict[tuple[str, ...], str] = {}
    signs: dict[str, Any] = {"digits": {}, "units": {}, "half": "", "pairs": ""}
    single_after: set[str] = set()
    by_company: dict[str, tuple[str, frozenset[str]]] = {}
    for language in LANGUAGES:
        data = words(language, "search")
        _read_phrases(phrases, data)
        for name, phrases_of in _cues_of(data):
            cues[name] |= phrases_of
        for quantity, table in data.get("units", {}).items():
            for word, factor in table.items():
                units[words_of(word)] = (quantity, float(factor))
        numerals |= {
            words_of(word): float(value) for word, value in data.get("numerals", {}).items()
        }
        sizes |= {
            words_of(word): size for word, size in data.get("size", {}).get("words", {}).items()
        }
        for word, meant in data.get("by_company", {}).items():
            for kind, beside in meant.items():
                by_company[word] = (kind, frozenset(beside.split("|")))
        single_after |= set(data.get("single_after", ""))
        signs |= data.get("number_signs", {})
    ordinary = frozenset(word for cue in cues.values() for phrase in cue for word in phrase)
    return Lexicon(
        phrases=phrases,
        cues=defaultdict(Cues, {name: Cues(cue) for name, cue in cues.items()}),
        units=units,
        numerals=numerals,
        sizes=sizes,
        single_after=frozenset(single_after),
        signs=signs["digits"],
        sign_units=signs["units"],
        half=frozenset(signs["half"]),
        either=frozenset("".join(phrase) for phrase in cues["bounds.either"]),
        joins=frozenset("".join(phrase) for phrase in cues["separators"]),
        pairs=frozenset(signs["pairs"]),
        fuzzy=spellings(phrases.vocabulary),
        ordinary=ordinary,
        by_company=by_company,
    )


def _read_phrases(phrases: Phrases, data: Mapping[str, Any]) -> None:
    for section, topic in _SECTIONS.items():
        for name, said in data.get(section, {}).items():
            for word in _split(said):
                phrases.add(word, Sense(topic, tuple(name.split("|"))))
    for quantity, degrees in data.get("adjectives", {}).items():
        for degree, said in degrees.items():
            for word in _split(said):
                phrases.add(word, Sense("adjective", (quantity, degree)))
    for section in _LISTS:
        for word in _split(data.get(section)):
            phrases.add(word, Sense(section, ()))


def _cues_of(data: Mapping[str, Any]) -> Iterator[tuple[str, set[tuple[str, ...]]]]:
    """Every list of cue words by its path, such as `bounds.at_most.before`."""
    for section in (
        "negation",
        "indifferent",
        "softly",
        "firmly",
        "attributes",
        "bounds",
        "other_units",
        "currency_before",
        "size",
        "stop",
        "body",
        "wide",
        "narrow",
        "thick_socks",
        "minus",
        "prefers_loose",
        "prefers_snug",
        "ordinary",
        "fit_words",
        "filler",
        "separators",
        "beside",
        "which",
        "persons_before",
        "uk_sizes",
        "us_sizes",
        "differs",
        "exclaimed",
        "verbs",
    ):
        yield from _paths(section, data.get(section, ""))


def _paths(path: str, value: Any) -> Iterator[tuple[str, set[tuple[str, ...]]]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name != "words":
                yield from _paths(f"{path}.{name}", inner)
    else:
        yield path, {words for phrase in _split(value) if (words := words_of(phrase))}


def _split(words: str | None) -> list[str]:
    return [word.strip() for word in (words or "").split(",") if word.strip()]


def spellings(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words of five letters or more by what is left of them without one letter, and themselves."""
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) >= FUZZY_FROM - 1 and word.isalpha() and word[0] < "\u3400":
            for key in _shortened(word):
                found[key].add(word)
    return {key: tuple(sorted(group)) for key, group in found.items()}


def _shortened(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def near_words(word: str, known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Words of `known`, as `spellings` made it, that are one slip away from `word`."""
    found = {other for key in _shortened(word) for other in known.get(key, ())}
    return sorted(other for other in found if one_slip(word, other))
