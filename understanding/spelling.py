"""Slips of the finger put right before a text is read: a word that nobody knows becomes the known
word that is one slip away.

Known are the words that examples use and those that the encoder has whole; only the former are put
in a slip's place. Held-out texts of Banking77 and CLINC150 chose the length from which a word is
looked at; see docs/benchmarks/nlu.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from kit.spelling import one_slip

SHORTEST: Final = 4
# So many unknown words are remembered at most; then all are forgotten.
REMEMBERED: Final = 4096
_WORD: Final = re.compile(r"[A-Za-z]+")


class Speller:
    """Knows the words of `texts`; `whole` are words that are right wherever they stand."""

    def __init__(self, texts: Iterable[str], whole: Collection[str] = ()) -> None:
        self._counts = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        self._whole = whole
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._counts:
            self._by_length[len(word)].append(word)
        self._found: dict[str, str] = {}

    def corrected(self, text: str) -> str:
        """The text with its slips put right; what is known or too short stays as it is."""
        return _WORD.sub(lambda match: self._word(match[0]), text)

    def _word(self, word: str) -> str:
        lowered = word.lower()
        if len(word) < SHORTEST or lowered in self._counts or lowered in self._whole:
            return word
        if lowered not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            near = [
                known
                for length in (len(word) - 1, len(word), len(word) + 1)
                for known in self._by_length[length]
                if one_slip(lowered, known)
            ]
            best = max(near, key=lambda known: (self._counts[known], known), default="")
            self._found[lowered] = best
        return self._found[lowered] or word
