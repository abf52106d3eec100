"""How people really write: slips of the finger, no capitals, lost words, padding, mixed languages.

Each kind is a function of a text and a random generator. Training adds noisy copies of its examples
(`noisy_copies`); `benchmarks` measure on texts made noisy with other seeds and other paddings, so
that a gain is not the memory of a phrase.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, content, facts
from understanding.language import detect_language

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

Noise = Callable[[str, np.random.Generator], str]


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            for other in (number - 1, number + 1):
                if 0 <= other < len(_ROWS):
                    beside += _ROWS[other][max(place - 1, 0) : place + 1]
            near[letter] = beside
    return near


_NEAR: Final = _neighbours()
SLIPS_EVERY: Final = 12


def typos(text: str, rng: np.random.Generator) -> str:
    """Letters lost, doubled or swapped: one in about twelve letters, one at least."""
    return _slips(text, rng, _typo)


def keyboard(text: str, rng: np.random.Generator) -> str:
    """Letters hit beside the right key: one in about twelve letters, one at least."""
    return _slips(text, rng, _neighbour)


def casing(text: str, rng: np.random.Generator) -> str:
    """All capitals, none, or a capital for every word; marks of punctuation lost with the last."""
    how = rng.integers(3)
    if how == 0:
        return text.upper()
    return (
        text.title() if how == 1 else "".join(c for c in text.lower() if c not in ",.?!;:'，。？！")
    )


def dropped(text: str, rng: np.random.Generator) -> str:
    """About one word in six left out (one character in eight of Chinese), one at least."""
    signs = facts(_language(text)).measured_in == "signs"
    parts = list(text) if signs else text.split()
    if len(parts) < 3:
        return text
    lost = max(1, round(len(parts) / (8 if signs else 6)))
    gone = set(rng.choice(len(parts), lost, replace=False).tolist())
    kept = [part for place, part in enumerate(parts) if place not in gone]
    return ("" if signs else " ").join(kept)


def padded(text: str, rng: np.random.Generator) -> str:
    """The text within a phrase of courtesy or impatience."""
    return _within(text, rng, "padding")


def padded_otherwise(text: str, rng: np.random.Generator) -> str:
    """As `padded`, with phrases that training never adds."""
    return _within(text, rng, "other_padding")


def mixed(text: str, rng: np.random.Generator) -> str:
    """One or two words said in the other language, where it has one of the words that we know."""
    spoken = _language(text)
    others = (_texts(one).get("mixed_in", {}) for one in LANGUAGES if one != spoken)
    words: Mapping[str, str] = next(filter(None, others), {})
    if facts(spoken).measured_in == "signs":
        for word in _some([one for one in words if one in text], rng):
            text = text.replace(word, f" {words[word]} ", 1)
        return text.strip()
    spaced = f" {text} "
    known = [word for word in words if f" {word} " in spaced.lower()]
    for word in _some(known, rng):
        at = spaced.lower().find(f" {word} ")
        if at >= 0:  # an earlier change may have taken it
            spaced = f"{spaced[: at + 1]}{words[word]}{spaced[at + 1 + len(word) :]}"
    return spaced.strip()


def _language(text: str) -> Language:
    return detect_language(text) or DEFAULT_LANGUAGE


def _texts(language: Language) -> Mapping[str, Any]:
    """Phrases and words of a language's `noise.yml`."""
    found: Mapping[str, Any] = content(language, "noise.yml")
    return found


KINDS: Final[Mapping[str, Noise]] = {
    "typos": typos,
    "keyboard": keyboard,
    "casing": casing,
    "dropped": dropped,
    "templates": padded,
    "mixing": mixed,
}
# What tests are made of: the same slips by other seeds, other phrases.
TEST_KINDS: Final[Mapping[str, Noise]] = {**KINDS, "templates": padded_otherwise}


def noisy_copies(
    texts: Sequence[str], kinds: Sequence[str], copies: int, seed: int
) -> list[tuple[int, str]]:
    """`copies` noisy versions a text, each by a kind drawn at random, with the text's place.

    A version that came out as its original is left out. Raises KeyError for an unknown kind.
    """
    rng = np.random.default_rng(seed)
    chosen = [KINDS[kind] for kind in kinds]
    found = []
    for place, text in enumerate(texts):
        for _ in range(copies if chosen else 0):
            version = chosen[rng.integers(len(chosen))](text, rng)
            if version != text:
                found.append((place, version))
    return found


def _slips(
    text: str, rng: np.random.Generator, slip: Callable[[str, int, np.random.Generator], str]
) -> str:
    letters = [place for place, sign in enumerate(text) if sign.isascii() and sign.isalpha()]
    if not letters:
        return text
    count = max(1, round(len(letters) / SLIPS_EVERY))
    places = sorted(rng.choice(letters, count, replace=False).tolist(), reverse=True)
    for place in places:  # from behind, so that earlier places stay right
        text = slip(text, place, rng)
    return text


def _typo(text: str, place: int, rng: np.random.Generator) -> str:
    how = rng.integers(3)
    if how == 0:
        return text[:place] + text[place + 1 :]
    if how == 1 or place + 1 >= len(text):
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _neighbour(text: str, place: int, rng: np.random.Generator) -> str:
    near = _NEAR[text[place].lower()]
    hit = near[rng.integers(len(near))]
    return text[:place] + (hit.upper() if text[place].isupper() else hit) + text[place + 1 :]


def _within(text: str, rng: np.random.Generator, phrases: str) -> str:
    choice: Sequence[str] = _texts(_language(text)).get(phrases) or ["{}"]
    return choice[rng.integers(len(choice))].format(text)


def _some(words: Sequence[str], rng: np.random.Generator) -> list[str]:
    if not words:
        return []
    count = min(len(words), int(rng.integers(1, 3)))
    return [words[place] for place in rng.choice(len(words), count, replace=False)]
