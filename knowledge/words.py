"""Okapi BM25 over short texts, in both languages (Robertson and Zaragoza 2009)."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

K1: Final = 1.2
B: Final = 0.5
_TOKEN: Final = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")


def words_of(text: str) -> list[str]:
    """Lower-case Latin words without a plural s; Chinese characters and their pairs."""
    found = _TOKEN.findall(text.lower())
    words = [
        w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in found
    ]
    pairs = [a + b for a, b in pairwise(words) if ord(a[0]) > 255 and ord(b[0]) > 255]
    return words + pairs


class Bm25:
    """An index of texts by their words."""

    def __init__(self, texts: Sequence[str]) -> None:
        documents = [Counter(words_of(text)) for text in texts]
        lengths = np.array([max(1, sum(document.values())) for document in documents])
        self._norm = K1 * (1 - B + B * lengths / lengths.mean()) if len(texts) else lengths
        self._size = len(texts)
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, document in enumerate(documents):
            for word, count in document.items():
                self._postings[word].append((place, count))

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """A score per text, as a share (0 to 1) of what a text with every word could get."""
        scores = np.zeros(self._size, np.float32)
        most = 0.0
        for word in set(words_of(query)):
            postings = self._postings.get(word, [])
            idf = math.log(1 + (self._size - len(postings) + 0.5) / (len(postings) + 0.5))
            most += idf * (K1 + 1) / 2
            for place, count in postings:
                scores[place] += idf * count * (K1 + 1) / (count + self._norm[place])
        return np.minimum(scores / most, 1.0) if most else scores
