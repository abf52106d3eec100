"""Wishes that no attribute tells: looked for in the products' own texts, in both languages."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from catalogue_search.catalogue import Ints, Mask
from catalogue_search.lexicon import Hit, count_before, lexicon
from catalogue_search.query import Constraint
from catalogue_search.tokens import STOPS, Token

TEXT: Final = "text"  # the attribute of a constraint on what texts say
ENOUGH: Final = 0.5  # so much of a phrase, rare words counting more, is said by a text
MOST_WORDS: Final = 4
_SHORTEST_ROOT: Final = 4
_ENDINGS: Final = (
    "ations",
    "ation",
    "ated",
    "ating",
    "ates",
    "ate",
    "ments",
    "ment",
    "ings",
    "ing",
    "able",
    "ible",
    "ness",
    "ions",
    "ion",
    "ives",
    "ive",
    "ers",
    "er",
    "ed",
    "es",
    "al",
    "ly",
    "e",
    "y",
)
_BEHIND: Final = re.compile(
    r"^(?:with|that|which|having|have|has|featuring|made|i can|you can|we can)\b"
    r"|^(?:要|得|能|可以|带|有|是|最好)",
    re.IGNORECASE,
)


def root(word: str) -> str:
    """An English word without its ending: ventilated and ventilation are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            return word[: -len(ending)]
    return word


def parts_of(phrase: str) -> list[str]:
    """Words of a phrase for looking up: Latin ones, and pairs of neighbouring Chinese signs."""
    found: list[str] = []
    for run in re.findall(r"[a-zà-öø-ÿ]+|[\u3400-\u9fff]+", phrase.lower()):
        found += [run] if run.isascii() or len(run) < 2 else [a + b for a, b in pairwise(run)]
    return found


def told_by_texts(phrase: str, postings: Mapping[str, Ints], count: int) -> Mask:
    """(products,) True where a product's texts say enough of `phrase`."""
    parts = parts_of(phrase)
    points, whole = np.zeros(count), 0.0
    for part in parts:
        rows = _rows(part, postings)
        weight = 1.0 / (1.0 + len(rows) / 50.0)
        whole += weight
        points[rows] += weight
    found: Mask = points >= ENOUGH * whole - 1e-9 if whole else np.zeros(count, dtype=bool)
    return found & (points > 0.0)


def touched_by_texts(phrase: str, postings: Mapping[str, Ints], count: int) -> Mask:
    """(products,) True where a product's texts have a telling word of `phrase`: battery life."""
    found = np.zeros(count, dtype=bool)
    for part in parts_of(phrase):
        if len(part) >= TELLING or not part.isascii():
            found[_rows(part, postings)] = True
    return found


TELLING: Final = 5  # characters of a word that says what is meant


def _rows(part: str, postings: Mapping[str, Ints]) -> Ints:
    held = postings.get(part)
    if held is not None or not part.isascii():
        return np.array([], dtype=np.int64) if held is None else held
    wanted = root(part)
    near = [
        rows for word, rows in postings.items() if word[:3] == part[:3] and root(word) == wanted
    ]
    return np.unique(np.concatenate(near)) if near else np.array([], dtype=np.int64)


def wish_in_words(
    text: str, tokens: Sequence[Token], left_over: Sequence[str], hits: Sequence[Hit] = ()
) -> Constraint | None:
    """What the words that nothing explains ask for, as a constraint on the products' texts.

    With `hits` only words that belong to a kind that is named: right before it, or behind it
    after a word such as "with". None where there are none.
    """
    places = [n for n, one in enumerate(tokens) if _is_left(one, left_over)]
    kinds = [hit for hit in hits if hit.sense("kind")]
    if kinds:
        behind = _behind(text, tokens, places, kinds[-1], hits)
        before = _before(text, tokens, places, kinds[0])
        places = before or behind or _apart(text, tokens, places)
    if not places:
        return None
    run = _longest_run(text, tokens, places)
    first, last = _whole_word(text, tokens, run[0]), run[-1]
    start, end = tokens[first].start, tokens[last].end
    phrase = text[start:end].strip()
    if len(phrase.replace(" ", "")) < 2:
        return None
    negated = count_before(lexicon().cues["negation.before"], tokens, first)
    return Constraint(
        TEXT, "is_not" if negated else "is", (phrase,), start=start, end=end, source=phrase
    )


def _is_left(token: Token, left_over: Sequence[str]) -> bool:
    if token.is_latin:
        return token.text in left_over
    return token.text >= "\u3400" and any(token.text in run for run in left_over)


def _longest_run(text: str, tokens: Sequence[Token], places: Sequence[int]) -> list[int]:
    """The longest stretch of such words with no more than one other word in between."""
    runs: list[list[int]] = [[places[0]]]
    for before, place in pairwise(places):
        gap = text[tokens[before].end : tokens[place].start]
        if place - before <= 2 and not any(sign in STOPS for sign in gap):
            runs[-1].append(place)
        else:
            runs.append([place])
    longest = max(runs, key=len)
    latin = tokens[longest[0]].is_latin
    return longest[-MOST_WORDS:] if latin else longest


_NO_PART: Final = frozenset(
    "的了吗呢吧带有要能可会是不没把给我你他她它想买个款和跟多少几什么哪怎些"
)


def _whole_word(text: str, tokens: Sequence[Token], first: int) -> int:
    """Where a run of Chinese signs begins: 点火器, although 点 alone says something else."""
    if tokens[first].is_latin:
        return first
    while first and tokens[first - 1].end == tokens[first].start:
        sign = tokens[first - 1].text
        if sign < "\u3400" or sign in _NO_PART:
            break
        first -= 1
    return first


# A piece of a message by itself that says what a thing is to be like: 三合一的, 要防蚊的.
_PIECE: Final = re.compile(
    r"(?<![^\s，,。；;])(?![^\s]*[我你您他她咱看买拍])[\u3400-\u9fff]+的(?![^\s，,。；;!！~～])"
)


def _apart(text: str, tokens: Sequence[Token], places: Sequence[int]) -> list[int]:
    """Left-over signs of a piece that ends with 的: 冲锋衣 三合一的 男."""
    for piece in _PIECE.finditer(text):
        within = [n for n, one in enumerate(tokens) if piece.start() <= one.start < piece.end() - 1]
        found = [n for n in places if n in within]
        if len(found) > 1:
            return [n for n in within if n >= found[0]]
    return []


def _before(text: str, tokens: Sequence[Token], places: Sequence[int], kind: Hit) -> list[int]:
    """Left-over words in front of a kind: stargazing tent, 能遮光的帐篷."""
    last = kind.first - 1
    if last >= 0 and tokens[last].text == "的":
        last -= 1
    return _until(text, tokens, places, last)


def _until(text: str, tokens: Sequence[Token], places: Sequence[int], last: int) -> list[int]:
    found: list[int] = []
    place = last
    while place >= 0 and place in places:
        if found and any(s in STOPS for s in text[tokens[place].end : tokens[place + 1].start]):
            break
        found.insert(0, place)
        place -= 1
    return found


def _behind(
    text: str, tokens: Sequence[Token], places: Sequence[int], kind: Hit, hits: Sequence[Hit]
) -> list[int]:
    """Left-over words behind a kind and a word that says what it has: a tent with a stove jack."""
    if kind.last >= len(tokens) or not _BEHIND.match(text[tokens[kind.last].start :]):
        return []
    ends = {hit.last for hit in hits if not hit.sense("kind")}  # the mode of a red light mode
    return [place for place in places if place > kind.last and place not in ends]
