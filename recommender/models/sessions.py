"""Session models for anonymous visitors: past sessions like this one, and what follows what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.models.products import packed, power, unpacked

DAY: Final = 86_400.0


@dataclass(eq=False)
class SessionKnn(Recommender):
    """The items of past sessions that share items with this one, near the shared item.

    Garg et al.: Sequence and Time Aware Neighborhood for Session-based Recommendations (SIGIR
    2019, STAN), with the rare-item weights of VSTAN and the candidate sampling of Ludewig, Jannach:
    Evaluation of Session-based Recommendation Algorithms (UMUAI 2018, VSKNN). All three decays are
    exponential: `position` in events back from the end of the session at hand, `days` of age of
    the past session, `after` and `before` in events from the shared item within the past session.
    `rare` is the exponent of ln(1 + sessions / sessions with the item), `length` of the division
    by the past session's length. Only the `sample` latest sessions that share an item compete.
    """

    neighbours: int = 200
    sample: int = 2000
    position: float = 1.0
    days: float = 30.0
    after: float = 2.0
    before: float = 3.0
    rare: float = 1.0
    length: float = 0.5

    alias: ClassVar = "session-knn"
    paper: ClassVar = "Garg et al. 2019, Sequence and Time Aware Neighborhood (STAN)"
    kind: ClassVar[ReasonKind] = "next"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        histories = data.histories
        self._start, self._item = histories.start, histories.item
        sessions = np.diff(self._start)
        ends = self._start[1:] - 1
        times = histories.time if data.timed else np.zeros_like(histories.time)
        self._time = np.where(sessions > 0, times[np.maximum(ends, 0)], -np.inf)
        rows = np.repeat(np.arange(len(sessions)), sessions)
        matrix = sparse.csc_matrix(
            (np.ones(len(rows), np.float32), (rows, self._item)),
            shape=(len(sessions), len(data.item_ids)),
        )
        matrix.sum_duplicates()
        self._column, self._sessions = matrix.indptr, matrix.indices
        self._finish()

    def _finish(self) -> None:
        count = np.diff(self._column)
        lengths = np.diff(self._start)
        self._rare = np.log1p(len(lengths) / np.maximum(count, 1)) ** self.rare
        self._norm = np.maximum(lengths, 1.0) ** -self.length
        self._newest = float(self._time.max(initial=0))

    def _scores(self, histories: Histories) -> Floats:
        scores = np.zeros((len(histories), histories.items), dtype=np.float32)
        for row in range(len(histories)):
            items, _, times = histories.of(row)
            if len(items):
                now = max(self._newest, float(times[-1]))
                scores[row] = self._one(items, now, int(histories.known[row]), histories.items)
        return scores

    def _one(self, items: Places, now: float, own: int, count: int) -> Floats:
        """(items,) the scores for one session; `own` is its place in the training data or -1."""
        distinct, back = np.unique(items[::-1], return_index=True)
        weight = np.exp(-back / self.position) * self._rare[distinct]
        parts = [self._sessions[self._column[item] : self._column[item + 1]] for item in distinct]
        where = np.concatenate(parts)
        alike = np.bincount(
            where, np.repeat(weight, [len(part) for part in parts]), minlength=len(self._norm)
        )
        if own >= 0:
            alike[own] = 0
        found = np.flatnonzero(alike)
        if not len(found):
            return np.zeros(count, dtype=np.float32)
        if len(found) > self.sample:
            latest = np.argpartition(-self._time[found], self.sample - 1)[: self.sample]
            found = found[latest]
        age = np.maximum(now - self._time[found], 0) / DAY
        strength = alike[found] * self._norm[found] * np.exp(-age / self.days)
        if len(found) > self.neighbours:
            best = np.argpartition(-strength, self.neighbours - 1)[: self.neighbours]
            found, strength = found[best], strength[best]
        return self._around(found, strength, distinct, back, count)

    def _around(
        self,
        sessions: npt.NDArray[Any],
        strength: npt.NDArray[Any],
        distinct: Places,
        back: npt.NDArray[Any],
        count: int,
    ) -> Floats:
        """Add up the neighbours' items, those near the latest shared item most."""
        lengths = self._start[sessions + 1] - self._start[sessions]
        first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        place = np.arange(lengths.sum()) - np.repeat(first, lengths)
        items = self._item[place + np.repeat(self._start[sessions], lengths)]
        # Larger is later in the session at hand; ties go to the later place in the past session.
        recency = np.full(count, -1.0)
        recency[distinct] = back.max() + 1 - back
        key = recency[items] * (place.max() + 1) + place
        key[recency[items] < 0] = -1
        anchor = np.mod(np.maximum.reduceat(key, first), place.max() + 1)
        distance = place - np.repeat(anchor, lengths)
        decay = np.where(
            distance > 0, np.exp(-(distance - 1) / self.after), np.exp(distance / self.before)
        )
        scores = np.bincount(items, np.repeat(strength, lengths) * decay, minlength=count)
        total: Floats = scores.astype(np.float32)
        return total

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {
            "start": self._start,
            "item": self._item,
            "time": self._time,
            "column": self._column,
            "sessions": self._sessions,
        }

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._start, self._item, self._time = state["start"], state["item"], state["time"]
        self._column, self._sessions = state["column"], state["sessions"]
        self._finish()


@dataclass(eq=False)
class SequentialRules(Recommender):
    """What followed the last items within `window` events, nearer ones counting more.

    Kamehkhosh, Jannach, Ludewig: A Comparison of Frequent Pattern Techniques and a Deep Learning
    Method for Session-Based Recommendation (2017); the weight of a pair is 1 / distance. Items of
    the session at hand vote with a weight that falls by `decay` an event back from its end.
    `shrink` is added to an item's count of followers when votes are turned into shares.
    """

    window: int = 10
    decay: float = 0.3
    shrink: float = 1.0

    alias: ClassVar = "rules"
    paper: ClassVar = "Kamehkhosh, Jannach, Ludewig 2017, Frequent Pattern Techniques (SR)"
    kind: ClassVar[ReasonKind] = "next"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        histories = data.histories
        rows = np.repeat(np.arange(len(histories)), np.diff(histories.start))
        total = sparse.csr_matrix((histories.items, histories.items), dtype=np.float32)
        for step in range(1, self.window + 1):
            same = rows[step:] == rows[:-step]
            left, right = histories.item[:-step][same], histories.item[step:][same]
            values = np.full(len(left), 1 / step, np.float32)
            total += sparse.csr_matrix((values, (left, right)), shape=total.shape)
        total = total.tocsr()
        votes = np.asarray(total.sum(axis=1)).ravel()
        self._rules = (
            (sparse.diags(power(votes + self.shrink, -1)) @ total).tocsr().astype(np.float32)
        )

    def _votes(self, histories: Histories) -> npt.NDArray[np.float64]:
        lengths = np.diff(histories.start)
        later = np.repeat(histories.start[1:], lengths) - 1 - np.arange(len(histories.item))
        votes: npt.NDArray[np.float64] = np.power(self.decay, later.astype(np.float64))
        return votes

    def _scores(self, histories: Histories) -> Floats:
        shape = (len(histories), histories.items)
        votes = self._votes(histories)
        voters = sparse.csr_matrix((votes, histories.item, histories.start), shape=shape)
        scores: Floats = (voters @ self._rules).toarray().astype(np.float32)
        return scores

    def _contributions(self, history: Histories, items: Places) -> Floats:
        parts = self._rules[history.item][:, items].toarray() * self._votes(history)[:, None]
        shares: Floats = parts.astype(np.float32)
        return shares

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return packed("rules", self._rules)

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._rules = unpacked("rules", state)
