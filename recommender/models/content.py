"""What an item is: words, attributes and text vectors; works for items that nobody chose yet."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import ReasonKind, Recommender
from recommender.data import (
    Floats,
    Histories,
    Interactions,
    Items,
    Mask,
    Places,
    histories_of,
)
from recommender.models.products import packed, power, unpacked

WORDS: Final = re.compile(r"[^\W_]+", re.UNICODE)
CJK: Final = re.compile(r"([一-鿿]+)")


def terms(text: str) -> list[str]:
    """Lower-case words; runs of Chinese characters as pairs of characters."""
    found: list[str] = []
    for word in WORDS.findall(unicodedata.normalize("NFKC", text).lower()):
        for part in CJK.split(word):
            if CJK.fullmatch(part) and len(part) > 1:
                found += [part[place : place + 2] for place in range(len(part) - 1)]
            elif part:
                found.append(part)
    return found


@dataclass(eq=False)
class Content(Recommender):
    """Items near the mean of what a person chose, by words, attributes and text vectors.

    Rocchio relevance feedback on term frequency × inverse document frequency: Salton, Buckley:
    Term-Weighting Approaches (1988); Pazzani, Billsus: Content-Based Recommendation Systems
    (2007). The three similarities are cosines, added with the weights given; a person's later
    choices count more (`recency` is the weight kept per later choice).
    """

    words: float = 1.0
    attributes: float = 1.0
    vectors: float = 1.0
    recency: float = 0.9

    alias: ClassVar = "content"
    paper: ClassVar = "Pazzani, Billsus 2007, Content-Based Recommendation Systems"
    kind: ClassVar[ReasonKind] = "similar"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        facts = items or Items(data.item_ids)
        count = len(data.item_ids)
        texts = [terms(text) for text in facts.texts] or [[]] * count
        attributes = [sorted(one) for one in facts.attributes] or [[]] * count
        self._sparse = sparse.hstack(
            [self.words**0.5 * tf_idf(texts), self.attributes**0.5 * tf_idf(attributes)]
        ).tocsr()
        dense = facts.vectors if facts.vectors is not None and len(facts.vectors) else None
        self._dense = np.zeros((count, 0), np.float32) if dense is None else self._centred(dense)

    def _centred(self, vectors: Floats) -> Floats:
        """Vectors without what all share, of length √weight; rows of zeros stay zero."""
        known = np.any(vectors != 0, axis=1)
        centred = np.where(known[:, None], vectors - vectors[known].mean(axis=0), 0)
        if known.sum() < 2:
            centred = vectors
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        unit: Floats = (self.vectors**0.5 * centred / np.maximum(length, 1e-9)).astype(np.float32)
        return unit

    def _profiles(self, histories: Histories) -> sparse.csr_matrix:
        """(users, items) csr: the weight of each choice, adding up to 1 a user."""
        lengths = np.diff(histories.start)
        later = np.repeat(histories.start[1:], lengths) - 1 - np.arange(len(histories.item))
        weight = np.maximum(histories.weight, 0) * self.recency**later
        shape = (len(histories), histories.items)
        matrix = sparse.csr_matrix((weight, histories.item, histories.start), shape=shape)
        matrix = sparse.diags(power(np.asarray(matrix.sum(axis=1)).ravel(), -1)) @ matrix
        return matrix.astype(np.float32)

    def _scores(self, histories: Histories) -> Floats:
        profiles = self._profiles(histories)
        wanted = (profiles @ self._sparse).astype(np.float32)
        if wanted.shape[0] == 1:  # turning the table over would cost more than the rest
            scores: Floats = (self._sparse @ wanted.toarray()[0])[None, :]
        else:
            scores = np.asarray((wanted @ self._sparse.T).toarray(), dtype=np.float32)
        if self._dense.shape[1]:
            scores += (profiles @ self._dense) @ self._dense.T
        return scores

    def _scores_within(self, histories: Histories, ok: npt.NDArray[np.bool_]) -> Floats:
        rows = np.flatnonzero(ok[0])
        if len(ok) != 1 or 2 * len(rows) > ok.shape[1]:
            return self._scores(histories)
        profile = self._profiles(histories)
        wanted = (profile @ self._sparse).astype(np.float32).toarray()[0]
        scores = np.zeros((1, ok.shape[1]), dtype=np.float32)
        scores[0, rows] = self._sparse[rows] @ wanted
        if self._dense.shape[1]:
            scores[0, rows] += self._dense[rows] @ (profile @ self._dense)[0]
        return scores

    def _similarity_within(self, item: int, ok: Mask) -> Floats:
        alone = histories_of([[(item, 1.0)]], len(self.item_ids))
        alike: Floats = self._scores_within(alone, ok[None, :])[0]
        return alike

    def _contributions(self, history: Histories, items: Places) -> Floats:
        weights = self._event_weights(history)
        chosen = self._sparse[history.item]
        alike = (chosen @ self._sparse[items].T).toarray()
        alike += self._dense[history.item] @ self._dense[items].T
        parts: Floats = (weights[:, None] * alike).astype(np.float32)
        return parts

    def _event_weights(self, history: Histories) -> Floats:
        later = len(history.item) - 1 - np.arange(len(history.item))
        weight = np.maximum(history.weight, 0) * self.recency**later
        share: Floats = (weight / max(weight.sum(), 1e-9)).astype(np.float32)
        return share

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {**packed("sparse", self._sparse), "dense": self._dense}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._sparse, self._dense = unpacked("sparse", state), state["dense"]


def tf_idf(documents: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """(documents, terms) csr float32 of length one: (1 + ln tf) · ln(1 + n / df)."""
    vocabulary: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, document in enumerate(documents):
        for term, count in Counter(document).items():
            rows.append(row)
            columns.append(vocabulary.setdefault(term, len(vocabulary)))
            values.append(1 + np.log(count))
    shape = (len(documents), len(vocabulary))
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float32)
    df = np.bincount(matrix.indices, minlength=shape[1])
    matrix = matrix @ sparse.diags(np.log1p(len(documents) / np.maximum(df, 1)))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(power(length, -1)) @ matrix).tocsr().astype(np.float32)
