"""Passages in groups, searchable by meaning and by words; they can change between two searches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np

from knowledge.belonging import NOWHERE, learn_belonging
from knowledge.ranking import CANDIDATES_BY_MEANING, CANDIDATES_BY_WORDS, SIGNALS, Ranking
from knowledge.vectors import Matrix, VectorIndex
from knowledge.words import Bm25

BELONGING: Final = SIGNALS.index("belonging")


@dataclass(frozen=True)
class Passage:
    """A text, and the group that it answers for: an article's slug, a label, its own name."""

    group: str
    text: str


@dataclass(frozen=True)
class Found:
    """A passage with its score; comparable among the results of one ranking only."""

    passage: Passage
    score: float


class Shelf:
    """Groups of passages under one ranking.

    Every method may be called from any thread; a change takes about a millisecond.
    """

    def __init__(self, ranking: Ranking) -> None:
        self._lock = Lock()
        self._ranking = ranking
        self._numbers: dict[str, list[int]] = {}
        self._passages: dict[int, Passage] = {}
        self._words = Bm25()
        self._near = VectorIndex(len(ranking.mean))
        self._raw = np.zeros((0, len(ranking.mean)), np.float32)
        self._belonging = NOWHERE

    @classmethod
    def of(cls, ranking: Ranking, passages: Sequence[Passage], vectors: Matrix) -> "Shelf":
        """A shelf of many passages at once, with the index that their number asks for."""
        shelf = cls(ranking)
        for number, passage in enumerate(passages):
            shelf._words.add(passage.text)
            shelf._passages[number] = passage
            shelf._numbers.setdefault(passage.group, []).append(number)
        shelf._raw = np.array(vectors, np.float32)
        shelf._near = VectorIndex.build(ranking.adapted(shelf._raw))
        shelf.learn()
        return shelf

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def kind(self) -> str:
        """The kind of index that is searched."""
        return self._near.kind

    def put(self, group: str, texts: Sequence[str], vectors: Matrix) -> None:
        """Add or replace a group; `vectors` are of `texts`, in that order."""
        with self._lock:
            self._take_away(group)
            numbers = [self._words.add(text) for text in texts]
            if numbers and numbers[-1] >= len(self._raw):
                more = np.zeros((max(256, numbers[-1]), self._raw.shape[1]), np.float32)
                self._raw = np.concatenate([self._raw, more])
            self._raw[numbers] = vectors
            self._near.add(numbers, self._ranking.adapted(vectors))
            self._numbers[group] = numbers
            for number, text in zip(numbers, texts, strict=True):
                self._passages[number] = Passage(group, text)

    def remove(self, group: str) -> None:
        """Take a group away; nothing happens when it is not there."""
        with self._lock:
            self._take_away(group)

    def learn(self) -> None:
        """Learn anew which texts belong to which group, once changes are made.

        Until then a new group goes by its texts alone, and one that is gone is not found.
        """
        if self._ranking.weights[BELONGING] <= 0:
            return
        with self._lock:
            numbers = list(self._passages)
            groups = [self._passages[number].group for number in numbers]
            vectors = self._raw[numbers]
        self._belonging = learn_belonging(vectors, groups)

    def _take_away(self, group: str) -> None:
        numbers = self._numbers.pop(group, [])
        for number in numbers:
            self._words.remove(number, self._passages.pop(number).text)
        self._near.remove(numbers)

    def vectors(self, groups: Sequence[str]) -> Matrix:
        """The encoder's vectors of groups, passage by passage, shape (passages, dimensions)."""
        with self._lock:
            return self._raw[[number for group in groups for number in self._numbers[group]]]

    def closeness(self, query: str, vector: Matrix, group: str) -> tuple[Matrix, Matrix, Matrix]:
        """How near a group's passages are, each of shape (passages,).

        The cosine; the cosine of what is left without the group's middle; the share of common
        words.
        """
        with self._lock:
            numbers = self._numbers.get(group, [])
            raw, words = self._raw[numbers], self._words.scores(query)[numbers]
        middle = raw.mean(axis=0) if numbers else np.zeros_like(vector)
        left, asked = raw - middle, vector - middle
        lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(asked)
        return raw @ vector, (left @ asked) / np.maximum(lengths, 1e-9), words

    def rank(
        self,
        query: str,
        vector: Matrix,
        *,
        without: str | None = None,
        belongs: Mapping[Any, float] | None = None,
    ) -> list[Found]:
        """The likely passages for `query` with its `vector`, best first.

        Passages with the very text `without` are left out; `belongs` says how surely it is of each
        group, where that is known without the text itself.
        """
        known = self._belonging
        if belongs is None:
            belongs = known.of(vector) if known.groups else {}
        adapted = self._ranking.adapted(vector[None])
        with self._lock:
            if not self._passages:
                return []
            lexical = self._words.scores(query)
            numbers = self._candidates(adapted, lexical, without)
            passages = [self._passages[number] for number in numbers]
            raw = self._raw[numbers]
        scores = self._ranking.scores(
            raw @ vector,
            self._ranking.adapted(raw) @ adapted[0],
            lexical[numbers],
            [passage.group for passage in passages],
            belongs,
        )
        return [Found(passages[at], float(scores[at])) for at in np.argsort(-scores)]

    def _candidates(self, adapted: Matrix, lexical: Matrix, without: str | None) -> list[int]:
        near = self._near.search(adapted, min(CANDIDATES_BY_MEANING, len(self._passages)))[1][0]
        count = min(CANDIDATES_BY_WORDS, len(lexical) - 1)
        wordy = np.argpartition(-lexical, count)[:count] if count > 0 else np.zeros(0, int)
        numbers = {int(number) for number in near if number >= 0}
        numbers |= {int(number) for number in wordy if lexical[number] > 0}
        return sorted(
            number
            for number in numbers
            if number in self._passages and self._passages[number].text != without
        )
