"""What a recommender learns from: who chose what, when, how strongly, and what the items are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:  # loaded where it is needed: it makes the actions slow to start
    from scipy import sparse

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


class BadInteractions(ValueError):
    """Rows that nothing can be learned from; the message names the column and the fix."""


class NothingToLearn(BadInteractions):
    """The catalogue is empty."""


def text_id(value: Any) -> str | None:
    """One spelling for an id, text or number: 7, 7.0 and " 7 " are "7"; None if it is missing."""
    if value is None:
        return None
    if isinstance(value, float | np.floating):
        if not np.isfinite(value):
            return None
        return str(int(value)) if float(value).is_integer() else str(value)
    text = str(value).strip()
    return None if text in {"", "nan", "NaN", "None", "<NA>"} else text


@dataclass(frozen=True, eq=False)
class Histories:
    """What each of some users chose, oldest first.

    `start` (users + 1,) bounds each user's stretch of `item`, `weight` and `time` (events,).
    `known` holds each user's place among the users that the model learned from, -1 for others.
    """

    start: npt.NDArray[np.int64]
    item: Places
    weight: Floats
    time: Times
    items: int
    known: Places

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def matrix(self) -> "sparse.csr_matrix":
        """(users, items) csr float32; the weights of repeated events are added up."""
        from scipy import sparse

        shape = (len(self), self.items)
        matrix = sparse.csr_matrix((self.weight, self.item, self.start), shape=shape)
        matrix = matrix.copy()
        matrix.sum_duplicates()
        return matrix

    @cached_property
    def seen(self) -> "sparse.csr_matrix":
        """(users, items) csr float32 of ones where a user chose an item at least once."""
        matrix = self.matrix.copy()
        matrix.data = np.ones_like(matrix.data)
        return matrix

    def of(self, user: int) -> tuple[Places, Floats, Times]:
        """Items, weights and times of one user."""
        part = slice(self.start[user], self.start[user + 1])
        return self.item[part], self.weight[part], self.time[part]

    def take(self, users: Sequence[int] | npt.NDArray[Any]) -> "Histories":
        """The histories of `users`, in that order."""
        chosen = np.asarray(users, dtype=np.int64)
        lengths = self.start[chosen + 1] - self.start[chosen]
        start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        where = np.arange(start[-1]) + np.repeat(self.start[chosen] - start[:-1], lengths)
        return Histories(
            start,
            self.item[where],
            self.weight[where],
            self.time[where],
            self.items,
            self.known[chosen],
        )


def histories_of(
    rows: Sequence[Sequence[tuple[int, float]]],
    items: int,
    *,
    known: Sequence[int] | Places | None = None,
) -> Histories:
    """Histories from lists of (place of the item, weight), oldest first."""
    lengths = [len(row) for row in rows]
    flat = [pair for row in rows for pair in row]
    return Histories(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.asarray([item for item, _ in flat], dtype=np.int32),
        np.asarray([weight for _, weight in flat], dtype=np.float32),
        np.asarray([place for row in rows for place in range(len(row))], dtype=np.float64),
        items,
        np.full(len(rows), -1, np.int32) if known is None else np.asarray(known, np.int32),
    )


@dataclass(frozen=True, eq=False)
class Items:
    """What is known of items besides behaviour.

    `vectors` (items, dimensions) float32 come from a text encoder; a row of zeros is "not known".
    `pictures` are image files' bytes.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...] = ()
    attributes: tuple[frozenset[str], ...] = ()
    vectors: Floats | None = None
    pictures: tuple[bytes | None, ...] = ()

    def __post_init__(self) -> None:
        """Raise BadInteractions when a column has another length than `ids`."""
        for name in ("texts", "attributes", "vectors", "pictures"):
            column = getattr(self, name)
            if column is not None and len(column) not in {0, len(self.ids)}:
                raise BadInteractions(
                    f"items: column {name} has {len(column)} rows, expected {len(self.ids)}"
                )

    def aligned(self, item_ids: Sequence[str]) -> "Items":
        """The same facts in the order of `item_ids`; nothing known for ids that are missing."""
        place = {key: row for row, key in enumerate(self.ids)}
        rows = [place.get(key) for key in item_ids]
        vectors = self.vectors
        if vectors is not None and len(vectors):
            nothing = np.zeros_like(vectors[0])
            vectors = np.stack([nothing if row is None else vectors[row] for row in rows])
        return Items(
            tuple(item_ids),
            _picked(self.texts, rows, ""),
            _picked(self.attributes, rows, frozenset()),
            vectors,
            _picked(self.pictures, rows, None),
        )


def _picked(column: tuple[Any, ...], rows: list[int | None], nothing: Any) -> tuple[Any, ...]:
    return tuple(nothing if row is None else column[row] for row in rows) if column else ()


@dataclass(frozen=True, eq=False)
class Interactions:
    """Events (user, item, weight, time) in the order given, with ids as text.

    `user` and `item` (events,) are places in `user_ids` and `item_ids`; `weight` is a rating or a
    strength; `time` is in seconds, or counts the rows where no time is given (`timed` is False).
    """

    user_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    user: Places
    item: Places
    weight: Floats
    time: Times
    timed: bool = False
    dropped: int = field(default=0)

    @classmethod
    def from_rows(
        cls,
        users: Sequence[Any] | npt.NDArray[Any],
        items: Sequence[Any] | npt.NDArray[Any],
        weights: Sequence[Any] | npt.NDArray[Any] | None = None,
        times: Sequence[Any] | npt.NDArray[Any] | None = None,
        *,
        catalogue: Sequence[Any] = (),
    ) -> Self:
        """Build from columns; ids may be text or numbers.

        Rows with a missing id, weight or time are dropped and counted in `dropped`; exact
        duplicates (same user, item and time) are kept once, the last one. `catalogue` names items
        that exist, bought or not. Raises BadInteractions when columns differ in length or a
        weight or time is no number.
        """
        count = len(users)
        for name, column in (("item", items), ("weight", weights), ("time", times)):
            if column is not None and len(column) != count:
                raise BadInteractions(
                    f"column {name} has {len(column)} rows, column user has {count}"
                )
        user_names, user = _coded(users)
        item_names, item = _coded(items)
        weight = _numbers("weight", weights, np.ones(count))
        time = _numbers("time", times, np.arange(count, dtype=np.float64))
        good = (user >= 0) & (item >= 0) & np.isfinite(weight) & np.isfinite(time)
        good &= _last_of_each(user, item, time if times is not None else None, good)
        known = set(item_names)
        extra = [text for text in map(text_id, catalogue) if text is not None and text not in known]
        return cls(
            tuple(user_names),
            tuple(item_names) + tuple(dict.fromkeys(extra)),
            user[good],
            item[good],
            weight[good].astype(np.float32),
            time[good],
            times is not None,
            int(count - good.sum()),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(users, items)."""
        return len(self.user_ids), len(self.item_ids)

    @cached_property
    def histories(self) -> Histories:
        """Each user's events, oldest first."""
        order = np.lexsort((self.time, self.user))
        users, items = self.shape
        start = np.searchsorted(self.user[order], np.arange(users + 1)).astype(np.int64)
        return Histories(
            start,
            self.item[order],
            self.weight[order],
            self.time[order],
            items,
            np.arange(users, dtype=np.int32),
        )

    def where(self, mask: Mask) -> "Interactions":
        """Only the events under `mask` (events,); users and items stay as they are."""
        return Interactions(
            self.user_ids,
            self.item_ids,
            self.user[mask],
            self.item[mask],
            self.weight[mask],
            self.time[mask],
            self.timed,
        )


def _coded(values: Sequence[Any] | npt.NDArray[Any]) -> tuple[list[str], Places]:
    """Distinct ids in order of first sight, and each row's place among them (-1 if missing)."""
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        distinct, first, inverse = np.unique(array, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        return [str(value) for value in distinct[order]], rank[inverse].astype(np.int32)
    places: dict[str, int] = {}
    codes = np.full(len(values), -1, np.int32)
    for row, value in enumerate(values):
        text = text_id(value)
        if text is not None:
            codes[row] = places.setdefault(text, len(places))
    return list(places), codes


def _numbers(name: str, values: Any, default: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if values is None:
        return default
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInteractions(f"column {name} must hold numbers: {error}") from error


def _last_of_each(user: Places, item: Places, time: Times | None, good: Mask) -> Mask:
    """True for the last row among those of equal user, item and time."""
    keys: list[npt.NDArray[Any]] = [item, user] if time is None else [time, item, user]
    order = np.lexsort([np.arange(len(user)), *keys, good])
    same = np.ones(len(order) - 1 if len(order) else 0, dtype=bool)
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    last = np.ones(len(order), dtype=bool)
    last[:-1] &= ~same
    mask = np.empty(len(order), dtype=bool)
    mask[order] = last
    return mask
