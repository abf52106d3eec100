"""A weighted sum of models, with weights learned on data that the models did not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import Reason, ReasonKind, Recommender, because
from recommender.data import Floats, Histories, Interactions, Items, Places
from recommender.evaluation.metrics import ranking_metrics
from recommender.evaluation.protocols import blocks, held_out
from recommender.ranking import top_places

GRID: Final = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
CANDIDATES: Final = 100
JUDGES: Final = 3000
DEFAULT: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("popular", {}),
    ("item-knn", {}),
    ("graph-filter", {}),
    ("content", {}),
)


@dataclass(eq=False)
class Blend(Recommender):
    """Scores of several models, each divided by its spread over the items, added with weights.

    Weights come from coordinate ascent on nDCG@`k` over a part of the data held out from the
    members, which are then fitted on all of it: Jahrer, Töscher, Legenstein: Combining
    Predictions for Accurate Recommender Systems (KDD 2010). `members` are (name, settings);
    `protocol` says how the part is cut (see recommender.evaluation.protocols).
    """

    members: Sequence[Any] = field(default_factory=lambda: [list(one) for one in DEFAULT])
    protocol: str = "all-ranking"
    k: int = 20
    repeats: bool = False
    seed: int = 0

    alias: ClassVar = "blend"
    paper: ClassVar = "Jahrer, Töscher, Legenstein 2010, Combining Predictions"
    kind: ClassVar[ReasonKind] = "goes_with"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        rng = np.random.default_rng(self.seed)
        rest, validation = held_out(data, self.protocol, rng)  # type: ignore[arg-type]
        users = np.unique(validation.user)
        if len(users):
            users = np.sort(rng.permutation(users)[:JUDGES])
            trial = [member.fit(rest, items) for member in self._fresh()]
            weights = learned_weights(
                trial,
                rest.histories.take(users),
                validation.histories.take(users).seen,
                self.k,
                repeats=self.repeats,
            )
        else:
            weights = np.ones(len(self.members), dtype=np.float32)
        self._weights = weights
        # A member without weight is not kept: it would cost time in every answer.
        self._members = [
            member.fit(data, items) if weight else member
            for member, weight in zip(self._fresh(), weights, strict=True)
        ]

    def weights(self) -> dict[str, float]:
        """Each member's weight, by its name and place."""
        return {
            f"{place}:{one[0]}": float(weight)
            for place, (one, weight) in enumerate(zip(self.members, self._weights, strict=True))
        }

    def _fresh(self) -> list[Recommender]:
        from recommender.artefacts import model_class

        return [model_class(alias)(**settings) for alias, settings in self.members]

    def _used(self) -> list[tuple[Recommender, float]]:
        return [
            (member, float(weight))
            for member, weight in zip(self._members, self._weights, strict=True)
            if weight
        ]

    def _scores(self, histories: Histories) -> Floats:
        total = np.zeros((len(histories), len(self.item_ids)), dtype=np.float32)
        for member, weight in self._used():
            scores = member._scores(histories)
            total += scores * (weight / spread(scores))[:, None]
        return total

    def _reasons(self, history: Histories, items: Places, scores: Floats) -> list[Reason]:
        """Of the member that adds most to the score; the choices are those that speak for it."""
        if not len(history.item) or not len(items) or not np.any(scores):
            return [Reason("popular", model=self.alias)] * len(items)
        members = self._used()
        parts, shares = [], []
        for member, weight in members:
            raw = member._scores(history)
            scale = weight / float(spread(raw)[0])
            parts.append(raw[0, items] * scale)
            shares.append(member._contributions(history, items))
        strongest = np.argmax(np.stack(parts), axis=0)
        names = [self.item_ids[place] for place in history.item]
        reasons = []
        for column, best in enumerate(strongest):
            member = members[best][0]
            told = because(names, shares[best][:, column]) if member.kind != "popular" else ()
            kind: ReasonKind = member.kind if told else "popular"
            reasons.append(Reason(kind, told, member.alias))
        return reasons

    def _contributions(self, history: Histories, items: Places) -> Floats:
        total = np.zeros((len(history.item), len(items)), dtype=np.float32)
        for member, weight in self._used():
            scale = weight / float(spread(member._scores(history))[0])
            total += scale * member._contributions(history, items)
        return total

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        state: dict[str, npt.NDArray[Any]] = {"weights": self._weights}
        for place, member in enumerate(self._members):
            if self._weights[place]:
                own = {"popularity": member.popularity, **member._state()}
                state |= {f"{place}.{name}": value for name, value in own.items()}
        return state

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._weights = state["weights"]
        self._members = self._fresh()
        for place, member in enumerate(self._members):
            if not self._weights[place]:
                continue
            prefix = f"{place}."
            own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            member.item_ids, member.user_ids = self.item_ids, self.user_ids
            member._item_places, member._user_places = self._item_places, self._user_places
            member.histories, member.popularity = self.histories, own.pop("popularity")
            member._restore(own)


def spread(scores: Floats) -> Floats:
    """(users,) the standard deviation of each user's scores, 1 where all are equal."""
    deviation = scores.std(axis=1)
    safe: Floats = np.where(deviation > 1e-12, deviation, 1).astype(np.float32)
    return safe


def learned_weights(
    members: Sequence[Recommender],
    histories: Histories,
    wanted: sparse.csr_matrix,
    k: int,
    *,
    repeats: bool = False,
) -> Floats:
    """(members,) weights by coordinate ascent from the best single member, scaled to a largest 1.

    Only items among the best of some member are looked at.
    """
    candidates, scores = _candidates(members, histories, repeats)
    none = np.zeros(len(histories), dtype=np.int64)

    def quality(weights: npt.NDArray[np.float64]) -> float:
        total = np.tensordot(weights.astype(np.float32), scores, axes=1)
        total[candidates < 0] = -np.inf
        places = np.take_along_axis(candidates, top_places(total, k), axis=1)
        return float(np.nanmean(ranking_metrics(places, wanted, none, [k])[f"ndcg@{k}"]))

    singles = [quality(row) for row in np.eye(len(members))]
    weights, best = np.eye(len(members))[int(np.argmax(singles))], max(singles)
    for _ in range(3):
        before = best
        for member in range(len(members)):
            for value in GRID:
                trial = weights.copy()
                trial[member] = value
                found = quality(trial) if trial.any() else -1.0
                if found > best + 1e-6:
                    weights, best = trial, found
        if best - before < 1e-5:
            break
    scaled: Floats = (weights / weights.max()).astype(np.float32)
    return scaled


def _candidates(
    members: Sequence[Recommender], histories: Histories, repeats: bool
) -> tuple[Places, Floats]:
    """(users, c) items, -1 for none, and (members, users, c) their scores over the spread."""
    found_places, found_scores = [], []
    for block in blocks(len(histories), histories.items * len(members)):
        part = histories.take(np.arange(block.start, block.stop))
        rows = np.repeat(np.arange(len(part)), 0 if repeats else np.diff(part.start))
        seen = part.item[:0] if repeats else part.item
        tables = [member._scores(part) for member in members]
        tables = [table / spread(table)[:, None] for table in tables]
        union = np.zeros((len(part), histories.items), dtype=bool)
        for table in tables:
            table[rows, seen] = -np.inf
            top = top_places(table, CANDIDATES)
            np.put_along_axis(union, top, True, axis=1)
        union[rows, seen] = False
        width = int(union.sum(axis=1).max())
        places = np.full((len(part), width), -1, dtype=np.int32)
        row, item = np.nonzero(union)
        first = np.concatenate([[0], np.cumsum(union.sum(axis=1))])
        places[row, np.arange(len(row)) - first[row]] = item
        found_places.append(places)
        found_scores.append(
            np.stack([np.take_along_axis(t, np.maximum(places, 0), axis=1) for t in tables])
        )
    width = max(one.shape[1] for one in found_places)
    return (
        np.concatenate([_wide(one, width, -1) for one in found_places]),
        np.concatenate([_wide(one, width, 0) for one in found_scores], axis=1),
    )


def _wide(table: npt.NDArray[Any], width: int, value: float) -> npt.NDArray[Any]:
    pad = [(0, 0)] * (table.ndim - 1) + [(0, width - table.shape[-1])]
    padded: npt.NDArray[Any] = np.pad(table, pad, constant_values=value)
    return padded
