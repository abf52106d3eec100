"""Names of groups: the words that mark a group, and the messages that stand for it.

Keywords weigh how often a word is said in the group against how often in the others (class-based
TF-IDF, Grootendorst 2022).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from encoders.scores import Vectors
from understanding.discovery.groups import Groups
from understanding.ngrams import normalise, word_grams

KEYWORDS: Final = 3
SHOWN: Final = 3
# A word that fewer messages of a group say does not mark it.
LEAST_SHARE: Final = 0.05
LEAST: Final = 2


@dataclass(frozen=True)
class Named:
    """A group's size, the words that mark it, best first, and the places of the messages nearest
    to its middle."""

    size: int
    keywords: tuple[str, ...]
    typical: tuple[int, ...]

    @property
    def name(self) -> str:
        """Keywords joined, such as `close account`; the size alone where no word marks it."""
        return ", ".join(self.keywords) or f"{self.size} messages"


def named(texts: Sequence[str], vectors: Vectors, groups: Groups) -> list[Named]:
    """Each group in order of its number; `vectors` are unit vectors (texts, dimensions)."""
    said = [set(word_grams(normalise(text))) for text in texts]
    inside: list[Counter[str]] = [Counter() for _ in range(groups.count)]
    for words, group in zip(said, groups.labels, strict=True):
        inside[group].update(words)
    everywhere: Counter[str] = Counter()
    for counts in inside:
        everywhere.update(counts)
    found = []
    for group, counts in enumerate(inside):
        members = np.flatnonzero(groups.labels == group)
        middle = vectors[members].mean(axis=0)
        nearest = members[np.argsort(-(vectors[members] @ middle), kind="stable")]
        keywords = _keywords(counts, everywhere, len(members), len(texts))
        found.append(Named(len(members), keywords, tuple(int(one) for one in nearest[:SHOWN])))
    return found


def _keywords(
    inside: Counter[str], everywhere: Counter[str], size: int, total: int
) -> tuple[str, ...]:
    """Words and pairs said much more in the group than elsewhere, none within one another."""
    least = max(LEAST, LEAST_SHARE * size)
    scores = {}
    for word, count in inside.items():
        if count < least:
            continue
        here = count / size
        outside = max(total - size, 1)
        there = (everywhere[word] - count + 0.5) / outside
        scores[word] = here * np.log(here / there)
    chosen: list[str] = []
    for word in sorted(scores, key=lambda one: (-scores[one], one)):
        if scores[word] > 0 and not any(_overlap(word, other) for other in chosen):
            chosen.append(word)
        if len(chosen) == KEYWORDS:
            break
    return tuple(chosen)


def _overlap(word: str, other: str) -> bool:
    return bool(set(word.split()) & set(other.split()))
