"""The contract that every recommender meets: fit, recommend, similar, explain, fold in, save, load.

Ids are text at this border and places inside. Everything here and in `recommender.models` needs
numpy and scipy only, so that the actions' process can load what a job has trained.
"""

import copy
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt

from recommender.data import (
    BadInteractions,
    Floats,
    Histories,
    Interactions,
    Items,
    Mask,
    NothingToLearn,
    Places,
    histories_of,
    text_id,
)
from recommender.ranking import filled

__all__ = [
    "BadInteractions",
    "Description",
    "Interactions",
    "Items",
    "NothingToLearn",
    "Reason",
    "Recommendation",
    "Recommender",
]

ReasonKind = Literal["goes_with", "people_like_you", "similar", "looks_similar", "next", "popular"]
MAX_BECAUSE = 3
History = Sequence[str] | Mapping[str, float]


@dataclass(frozen=True)
class Reason:
    """Why an item is recommended: the kind of evidence, and the chosen items that speak for it.

    `because` holds (item, share): what an item of the history adds to the score, as a share of all
    that speaks for it, largest first. It is empty for `popular`.
    """

    kind: ReasonKind
    because: tuple[tuple[str, float], ...] = ()
    model: str = ""


@dataclass(frozen=True)
class Recommendation:
    """An item, its score (comparable within one list only) and the true reason for it."""

    item: str
    score: float
    reason: Reason


@dataclass(frozen=True)
class Description:
    """What a model is: its name in results, its paper, settings and size."""

    alias: str
    paper: str
    parameters: Mapping[str, Any]
    users: int
    items: int
    events: int


class Recommender(ABC):
    """A model over items; subclasses are dataclasses whose fields are their settings.

    A subclass gives `_learn` and `_scores`, its arrays by `_state` and `_restore`, and where it
    knows better `_similarity` and `_contributions`. A score of exactly 0 means "nothing known":
    such items come last, by popularity, with the reason `popular`.
    """

    alias: ClassVar[str]
    paper: ClassVar[str]
    kind: ClassVar[ReasonKind]

    item_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    popularity: Floats
    histories: Histories

    @abstractmethod
    def _learn(self, data: Interactions, items: Items | None) -> None:
        """Learn from `data`; only assign new arrays, so that a failure leaves the old ones."""

    @abstractmethod
    def _scores(self, histories: Histories) -> Floats:
        """(users, items) float32, higher is better, 0 is "nothing known"."""

    @abstractmethod
    def _state(self) -> dict[str, npt.NDArray[Any]]:
        """What `_learn` found, as arrays."""

    @abstractmethod
    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take back what `_state` gave."""

    def fit(self, data: Interactions, items: Items | None = None) -> Self:
        """Learn from events, and from what is known of the items where the model uses it.

        Raises NothingToLearn for an empty catalogue. Whatever it raises, the model stays as it was.
        """
        if items is not None:
            known = set(data.item_ids)
            data = Interactions(
                data.user_ids,
                data.item_ids + tuple(key for key in items.ids if key not in known),
                data.user,
                data.item,
                data.weight,
                data.time,
                data.timed,
            )
            items = items.aligned(data.item_ids)
        if not data.item_ids:
            raise NothingToLearn("the catalogue is empty: give at least one item")
        learned = copy.copy(self)
        learned._index(data)
        learned._learn(data, items)
        self.__dict__ = learned.__dict__
        return self

    def recommend(
        self,
        users: str | Sequence[str],
        k: int = 10,
        *,
        exclude: Collection[str] = (),
        allowed: Collection[str] | Mask | None = None,
        repeats: bool = False,
    ) -> list[list[Recommendation]]:
        """`k` items for each user, best first; popular ones for users that are not known.

        What a user chose before comes back only with `repeats`. `allowed` are the only items that
        may come: ids, or a mask made by `mask`. Lists are shorter only when items run out.
        """
        names = [users] if isinstance(users, str) else list(users)
        return self._listed(self.histories_for(names), k, exclude, allowed, repeats)

    def fold_in(
        self,
        histories: Sequence[History],
        k: int = 10,
        *,
        exclude: Collection[str] = (),
        allowed: Collection[str] | Mask | None = None,
        repeats: bool = False,
    ) -> list[list[Recommendation]]:
        """`k` items for each history (item ids oldest first, or id → weight), never seen in fit.

        Items that the model does not know are left out of the history.
        """
        return self._listed(self.histories_from(histories), k, exclude, allowed, repeats)

    def similar(
        self,
        item: str,
        k: int = 10,
        *,
        exclude: Collection[str] = (),
        allowed: Collection[str] | Mask | None = None,
    ) -> list[Recommendation]:
        """What goes with one item; popular items when it is not known."""
        place = self.place(item)
        histories = self.histories_from([[item]])
        if place is None:
            return self._listed(histories, k, exclude, allowed, True)[0]
        ok = self._allowed(exclude, allowed)
        ok[place] = False
        scores = self._similarity_within(place, ok)[None, :]
        return self._told(histories, scores, k, ok[None, :])[0]

    def explain(self, user: str | History, item: str) -> Reason | None:
        """Why `item` would be recommended to a user or for a history; None if it is not known."""
        place = self.place(item)
        if place is None:
            return None
        one = self.histories_for([user]) if isinstance(user, str) else self.histories_from([user])
        score = self._scores(one)[0, place] if len(one.item) else 0.0
        return self._reasons(one, np.asarray([place]), np.asarray([score]))[0]

    def describe(self) -> Description:
        """The model's name, paper, settings and size."""
        return Description(
            self.alias,
            self.paper,
            self.parameters(),
            len(self.user_ids),
            len(self.item_ids),
            len(self.histories.item) if self.item_ids else 0,
        )

    def parameters(self) -> dict[str, Any]:
        """The settings."""
        return {one.name: getattr(self, one.name) for one in fields(self)}  # type: ignore[arg-type]

    def top(
        self, histories: Histories, k: int, *, repeats: bool = False, allowed: Mask | None = None
    ) -> tuple[Places, Floats]:
        """Places of the best items and their scores, (users, k); -1 where items run out.

        For whole populations: no ids and no reasons. The caller hands over users in blocks.
        """
        scores = self._scores(histories)
        ok = np.ones(scores.shape, bool) if allowed is None else np.tile(allowed, (len(scores), 1))
        if not repeats:
            _mark(ok, histories)
        return filled(scores, self.popularity, k, ok)

    def place(self, item: Any) -> int | None:
        """The place of an item's id among `item_ids`."""
        return self._item_places.get(text_id(item) or "")

    def places(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """(ids,) the place of each id in its one spelling (`text_id`), -1 where it is not known."""
        known = self._item_places
        return np.fromiter((known.get(one, -1) for one in ids), np.int64, len(ids))

    def mask(self, ids: Collection[str]) -> Mask:
        """(items,) True for `ids`; make it once and hand it to many calls as `allowed`."""
        mask = np.zeros(len(self.item_ids), dtype=bool)
        mask[[place for place in map(self.place, ids) if place is not None]] = True
        return mask

    def histories_for(self, users: Sequence[str]) -> Histories:
        """The histories seen in fit; empty ones for users that are not known."""
        if not self.item_ids:
            raise NothingToLearn(f"{self.alias} is not fitted")
        places = [self._user_places.get(text_id(user) or "", -1) for user in users]
        if all(place >= 0 for place in places):
            return self.histories.take(places)
        rows = [self._pairs(place) if place >= 0 else [] for place in places]
        return histories_of(rows, len(self.item_ids), known=places)

    def histories_from(self, histories: Sequence[History]) -> Histories:
        """Histories of people who were not there in fit."""
        if not self.item_ids:
            raise NothingToLearn(f"{self.alias} is not fitted")
        rows = []
        for history in histories:
            pairs = history.items() if isinstance(history, Mapping) else ((i, 1.0) for i in history)
            placed = [(self.place(item), float(weight)) for item, weight in pairs]
            rows.append([(place, weight) for place, weight in placed if place is not None])
        return histories_of(rows, len(self.item_ids))

    # What a subclass may know better.

    def _similarity(self, item: int) -> Floats:
        """(items,) how well each item goes with one; by default what one choice of it leads to."""
        scores: Floats = self._scores(histories_of([[(item, 1.0)]], len(self.item_ids)))[0]
        return scores

    def _scores_within(self, histories: Histories, _ok: npt.NDArray[np.bool_]) -> Floats:
        """`_scores` for requests: only where `_ok` (users, items) is True do they have to hold."""
        return self._scores(histories)

    def _similarity_within(self, item: int, _ok: Mask) -> Floats:
        """`_similarity` for requests: only where `_ok` (items,) is True does it have to hold."""
        return self._similarity(item)

    def _contributions(self, history: Histories, items: Places) -> Floats:
        """(chosen items, items): what each score loses without one event of a single history."""
        count = len(history.item)
        without = [
            [pair for place, pair in enumerate(self._pairs_of(history)) if place != left_out]
            for left_out in range(count)
        ]
        whole = self._scores(history)[0, items]
        known = np.repeat(history.known, count)
        lost: Floats = (
            whole - self._scores(histories_of(without, history.items, known=known))[:, items]
        )
        return lost

    # How answers are put together.

    def _index(self, data: Interactions) -> None:
        self.item_ids, self.user_ids = data.item_ids, data.user_ids
        self._place_ids()
        self.histories = data.histories
        self.popularity = np.bincount(data.item, minlength=len(data.item_ids)).astype(np.float32)

    def _place_ids(self) -> None:
        self._item_places = {key: place for place, key in enumerate(self.item_ids)}
        self._user_places = {key: place for place, key in enumerate(self.user_ids)}

    def _pairs(self, user: int) -> list[tuple[int, float]]:
        items, weights, _ = self.histories.of(user)
        return list(zip(items.tolist(), weights.tolist(), strict=True))

    @staticmethod
    def _pairs_of(history: Histories) -> list[tuple[int, float]]:
        return list(zip(history.item.tolist(), history.weight.tolist(), strict=True))

    def _allowed(self, exclude: Collection[str], allowed: Collection[str] | Mask | None) -> Mask:
        if allowed is None:
            ok = np.ones(len(self.item_ids), dtype=bool)
        elif isinstance(allowed, np.ndarray):
            if allowed.shape != (len(self.item_ids),):
                raise BadInteractions(
                    f"allowed: a mask must have {len(self.item_ids)} places, got {allowed.shape}"
                )
            ok = allowed.copy()
        else:
            ok = self.mask(allowed)
        ok[[place for place in map(self.place, exclude) if place is not None]] = False
        return ok

    def _listed(
        self,
        histories: Histories,
        k: int,
        exclude: Collection[str],
        allowed: Collection[str] | Mask | None,
        repeats: bool,
    ) -> list[list[Recommendation]]:
        ok = np.tile(self._allowed(exclude, allowed), (len(histories), 1))
        if not repeats:
            _mark(ok, histories)
        scores = self._scores_within(histories, ok)
        scores[np.diff(histories.start) == 0] = 0
        return self._told(histories, scores, k, ok)

    def _told(
        self, histories: Histories, scores: Floats, k: int, ok: npt.NDArray[np.bool_]
    ) -> list[list[Recommendation]]:
        places, values = filled(scores, self.popularity, k, ok)
        lists = []
        for row in range(len(scores)):
            good = places[row] >= 0
            chosen, points = places[row][good], values[row][good]
            reasons = self._reasons(histories.take([row]), chosen, points)
            lists.append(
                [
                    Recommendation(self.item_ids[place], float(score), reason)
                    for place, score, reason in zip(chosen, points, reasons, strict=True)
                ]
            )
        return lists

    def _reasons(self, history: Histories, items: Places, scores: Floats) -> list[Reason]:
        popular = Reason("popular", model=self.alias)
        if not len(history.item) or not len(items) or not np.any(scores):
            return [popular] * len(items)
        shares = self._contributions(history, items)
        names = [self.item_ids[place] for place in history.item]
        return [
            Reason(self.kind, because(names, shares[:, column]), self.alias) if score else popular
            for column, score in enumerate(scores)
        ]


def because(names: Sequence[str], parts: Floats) -> tuple[tuple[str, float], ...]:
    """The items that speak for a score, the strongest first, one line per item."""
    total: dict[str, float] = {}
    for name, part in zip(names, parts.tolist(), strict=True):
        total[name] = total.get(name, 0.0) + part
    positive = {name: part for name, part in total.items() if part > 0}
    whole = sum(positive.values())
    ranked = sorted(positive, key=lambda name: -positive[name])[:MAX_BECAUSE]
    return tuple((name, round(positive[name] / whole, 4)) for name in ranked)


def _mark(ok: npt.NDArray[np.bool_], histories: Histories) -> None:
    """Forbid to each user what the user chose before."""
    rows = np.repeat(np.arange(len(histories)), np.diff(histories.start))
    ok[rows, histories.item] = False
