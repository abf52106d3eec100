"""Okapi BM25 over short texts, in both languages (Robertson and Zaragoza 2009)."""

import math
import re
from array import array
from collections import Counter
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
    """An index of texts by their words; texts are numbered as they come and may be taken away."""

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self._postings: dict[str, tuple[array[int], array[int]]] = {}
        self._lengths = array("i")
        self._alive = 0
        self._total = 0
        for text in texts:
            self.add(text)

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, text: str) -> int:
        """Enter a text; its number."""
        number = len(self._lengths)
        document = Counter(words_of(text))
        length = max(1, sum(document.values()))
        for word, count in document.items():
            numbers, counts = self._postings.setdefault(word, (array("i"), array("i")))
            numbers.append(number)
            counts.append(count)
        self._lengths.append(length)
        self._alive += 1
        self._total += length
        return number

    def remove(self, number: int, text: str) -> None:
        """Take away a text that was entered as `number`."""
        for word in set(words_of(text)):
            numbers, counts = self._postings[word]
            place = numbers.index(number)
            del numbers[place], counts[place]
            if not numbers:
                del self._postings[word]
        self._alive -= 1
        self._total -= self._lengths[number]

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """A score per text, as a share (0 to 1) of what a text with every word could get."""
        scores = np.zeros(len(self._lengths), np.float32)
        if not self._alive:
            return scores
        lengths = np.frombuffer(self._lengths, np.int32)
        mean = self._total / self._alive
        most = 0.0
        for word in set(words_of(query)):
            numbers, counts = self._postings.get(word, (array("i"), array("i")))
            idf = math.log(1 + (self._alive - len(numbers) + 0.5) / (len(numbers) + 0.5))
            most += idf * (K1 + 1) / 2
            if numbers:
                places = np.frombuffer(numbers, np.int32)
                count = np.frombuffer(counts, np.int32)
                norm = K1 * (1 - B + B * lengths[places] / mean)
                scores[places] += idf * count * (K1 + 1) / (count + norm)
        return np.minimum(scores / most, 1.0) if most else scores
