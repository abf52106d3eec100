"""Word and character n-grams with inverse document frequency, small enough for the hot path.

Weights as in Salton and Buckley 1988: (1 + log tf) · idf, unit length per group of features.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_TOKEN: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
_DIGITS: Final = re.compile(r"\d+")
_LONG_NUMBER: Final = re.compile(r"\d{5,}")
CHARACTER_LENGTHS: Final = (2, 3, 4, 5)
Grams = tuple[Counter[str], Counter[str]]  # of words and of characters


def normalise(text: str) -> str:
    """Lower case, runs of digits as one sign, so that one order number is like another."""
    return _DIGITS.sub("0", text.lower().replace("’", "'"))


def with_one_number(text: str) -> str:
    """`text` with every number of five digits or more as one and the same, for an encoder."""
    return _LONG_NUMBER.sub("10482", text)


def word_grams(text: str) -> Counter[str]:
    """Words and pairs of words; single Chinese characters and their pairs."""
    words = _TOKEN.findall(text)
    grams = Counter(words)
    grams.update(f"{a} {b}" for a, b in pairwise(words))
    return grams


def character_grams(text: str) -> Counter[str]:
    """Character runs within words, the word's ends marked."""
    grams: Counter[str] = Counter()
    for word in text.split():
        marked = f" {word} "
        for length in CHARACTER_LENGTHS:
            grams.update(marked[i : i + length] for i in range(len(marked) - length + 1))
    return grams


def _grams_of(text: str) -> Grams:
    prepared = normalise(text)
    return word_grams(prepared), character_grams(prepared)


# Cross-validation reads every text several times; the hot path does not come here.
_remembered_grams = lru_cache(maxsize=8192)(_grams_of)


@dataclass
class Lexicon:
    """A vocabulary of n-grams in two groups with their inverse document frequencies."""

    words: dict[str, int] = field(default_factory=dict)
    characters: dict[str, int] = field(default_factory=dict)
    idf: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))

    @classmethod
    def learn(cls, texts: Sequence[str], *, least: int = 2) -> "Lexicon":
        """The n-grams that at least `least` of `texts` have."""
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for text in texts:
            for count, grams in zip(counts, _remembered_grams(text), strict=True):
                count.update(grams.keys())
        groups = [sorted(g for g, n in c.items() if n >= least) for c in counts]
        words = {gram: place for place, gram in enumerate(groups[0])}
        characters = {gram: len(words) + place for place, gram in enumerate(groups[1])}
        frequency = [counts[0][g] for g in groups[0]] + [counts[1][g] for g in groups[1]]
        idf = np.log((1 + len(texts)) / (1 + np.array(frequency, np.float64))) + 1
        return cls(words, characters, idf.astype(np.float32))

    @property
    def size(self) -> int:
        """Number of features."""
        return len(self.idf)

    def features(self, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Places and weights of the text's n-grams, each group of unit length."""
        return self._weighted(_grams_of(text))

    def _weighted(
        self, found_grams: Grams
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        places: list[int] = []
        weights: list[float] = []
        for grams, known in zip(found_grams, (self.words, self.characters), strict=True):
            found = [(known[gram], count) for gram, count in grams.items() if gram in known]
            values = [(1 + math.log(count)) * float(self.idf[place]) for place, count in found]
            length = math.sqrt(sum(value * value for value in values)) or 1.0
            places.extend(place for place, _ in found)
            weights.extend(value / length for value in values)
        return np.array(places, np.int64), np.array(weights, np.float32)

    def matrix(self, texts: Iterable[str]) -> Any:
        """The features of many texts as a scipy csr matrix, shape (texts, size). Training only."""
        from scipy.sparse import csr_matrix

        indptr, indices, data = [0], [], []
        for text in texts:
            places, weights = self._weighted(_remembered_grams(text))
            indices.append(places)
            data.append(weights)
            indptr.append(indptr[-1] + len(places))
        joined = (np.concatenate(data), np.concatenate(indices), np.array(indptr))
        return csr_matrix(joined, shape=(len(indptr) - 1, self.size), dtype=np.float32)
