"""Protocols: what is held out, what is asked, and how the answers are scored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.base import Recommender
from recommender.data import Histories, Interactions, Mask, Places
from recommender.evaluation.metrics import Estimate, Values, estimate, ranking_metrics

Protocol = Literal["all-ranking", "next-item", "sessions", "ratings-cv"]
CELLS: Final = 40_000_000  # scores held at once: 160 MB
HEAD_SHARE: Final = 0.2
HELD_OUT: Final = 0.2


@dataclass(frozen=True, eq=False)
class Truth:
    """What users are known to have chosen later.

    `users` are their ids, `wanted` (users, items) csr holds what the model can know of it,
    `missing` (users,) counts items outside its catalogue.
    """

    users: tuple[str, ...]
    wanted: sparse.csr_matrix
    missing: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model recommended to the users of a truth: (users, k) places, -1 for none."""

    places: Places
    history_lengths: npt.NDArray[np.int64]


@dataclass(frozen=True)
class RankingResult:
    """Means with intervals: of all users, of groups, and of the catalogue as a whole."""

    overall: dict[str, Estimate]
    groups: dict[str, dict[str, Estimate]]
    coverage: float
    tail_share: float


def truth_of(model_items: dict[str, int], test: Interactions) -> Truth:
    """The truth in places of a model's catalogue."""
    place = np.asarray([model_items.get(key, -1) for key in test.item_ids], dtype=np.int64)
    pairs = np.unique(np.stack([test.user, test.item]), axis=1)
    users, items = pairs[0], place[pairs[1]] if len(place) else pairs[1]
    known = items >= 0
    shape = (len(test.user_ids), max(1, len(model_items)))
    wanted = sparse.csr_matrix(
        (np.ones(int(known.sum()), np.float32), (users[known], items[known])), shape=shape
    )
    wanted.sort_indices()
    missing = np.bincount(users[~known], minlength=shape[0]).astype(np.int64)
    return Truth(test.user_ids, wanted, missing)


def answer(model: Recommender, truth: Truth, k: int, *, repeats: bool) -> Answers:
    """Ask for `k` items for everyone in the truth, in blocks of users."""
    places, lengths = [], []
    for block in blocks(len(truth.users), truth.wanted.shape[1]):
        histories = model.histories_for(truth.users[block])
        places.append(model.top(histories, k, repeats=repeats)[0])
        lengths.append(np.diff(histories.start))
    if not places:
        return Answers(np.empty((0, k), np.int32), np.empty(0, np.int64))
    return Answers(np.concatenate(places), np.concatenate(lengths))


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of rows that keep rows × columns within bounds."""
    height = max(1, CELLS // max(1, columns))
    for start in range(0, rows, height):
        yield slice(start, min(rows, start + height))


def ranking_result(
    model: Recommender, truth: Truth, answers: Answers, ks: Sequence[int], rng: np.random.Generator
) -> RankingResult:
    """Score answers overall, for new, light and heavy users, and for head and tail items.

    Light users have a history shorter than the median of those with one. Head items are the fifth
    of the catalogue chosen most in train; the group's truth is what was chosen of them.
    """
    values = ranking_metrics(answers.places, truth.wanted, truth.missing, ks)
    overall = {name: estimate(found, rng) for name, found in values.items()}
    groups: dict[str, dict[str, Estimate]] = {}
    for name, rows in user_groups(answers.history_lengths).items():
        groups[name] = {metric: estimate(found[rows], rng) for metric, found in values.items()}
    head = head_items(model.popularity)
    none = np.zeros_like(truth.missing)
    for name, mask in (("head_items", head), ("tail_items", ~head)):
        part = (truth.wanted @ sparse.diags(mask.astype(np.float32))).tocsr()
        part.eliminate_zeros()
        found = ranking_metrics(answers.places, part, none, ks)
        groups[name] = {
            metric: estimate(one, rng) for metric, one in found.items() if "recall" in metric
        }
    shown = answers.places[:, : max(ks)]
    shown = shown[shown >= 0]
    return RankingResult(
        overall,
        groups,
        len(np.unique(shown)) / max(1, len(model.item_ids)),
        float((~head)[shown].mean()) if len(shown) else 0.0,
    )


def user_groups(history_lengths: npt.NDArray[np.int64]) -> dict[str, Mask]:
    """Who is new, light and heavy, by the events of the training history."""
    some = history_lengths[history_lengths > 0]
    middle = np.median(some) if len(some) else 0
    return {
        "new_users": history_lengths == 0,
        "light_users": (history_lengths > 0) & (history_lengths < middle),
        "heavy_users": (history_lengths > 0) & (history_lengths >= middle),
    }


def head_items(popularity: npt.NDArray[np.float32]) -> Mask:
    """The fifth of the catalogue that was chosen most."""
    mask = np.zeros(len(popularity), dtype=bool)
    count = int(np.ceil(HEAD_SHARE * len(popularity)))
    mask[np.argsort(-popularity, kind="stable")[:count]] = True
    return mask


def held_out(
    data: Interactions, protocol: Protocol, rng: np.random.Generator
) -> tuple[Interactions, Interactions]:
    """Part of train to choose on: (rest, validation), cut as the protocol's test is cut.

    all-ranking: a random fifth of each user's items, at least two, for users with three or more.
    next-item and sessions: each user's last event, for users with two or more.
    """
    if protocol == "all-ranking":
        order = np.lexsort((rng.random(len(data.user)), data.user))
    else:
        order = np.lexsort((np.arange(len(data.user)), data.time, data.user))[::-1]
    users = data.user[order]
    counts = np.bincount(users, minlength=len(data.user_ids))
    first = np.zeros(len(data.user_ids), dtype=np.int64)
    change = np.flatnonzero(np.diff(users, prepend=-1) != 0)
    first[users[change]] = change
    rank = np.arange(len(users)) - first[users]
    if protocol == "all-ranking":
        wanted = np.maximum(2, np.ceil(HELD_OUT * counts)).astype(np.int64)
        wanted[counts < 3] = 0
    else:
        wanted = (counts >= 2).astype(np.int64)
    mask = np.zeros(len(users), dtype=bool)
    mask[order] = rank < wanted[users]
    return data.where(~mask), data.where(mask)


def repeats_occur(rest: Interactions, later: Interactions) -> bool:
    """Whether people choose again what they chose before: more than one in a hundred times."""
    items = len(rest.item_ids)
    before = np.unique(rest.user.astype(np.int64) * items + rest.item)
    after = later.user.astype(np.int64) * items + later.item
    return bool(len(after)) and float(np.isin(after, before).mean()) > 0.01


def session_prefixes(sessions: Histories) -> tuple[Histories, Places]:
    """Every position of every session but the first: (what was seen so far, what came next)."""
    rows = np.repeat(np.arange(len(sessions)), np.maximum(np.diff(sessions.start) - 1, 0))
    lengths = np.concatenate(
        [np.arange(1, max(1, n)) for n in np.diff(sessions.start)] or [np.empty(0, int)]
    ).astype(np.int64)
    begins = sessions.start[rows]
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    where = np.arange(start[-1]) + np.repeat(begins - start[:-1], lengths)
    prefixes = Histories(
        start,
        sessions.item[where],
        sessions.weight[where],
        sessions.time[where],
        sessions.items,
        np.full(len(rows), -1, dtype=np.int32),
    )
    return prefixes, sessions.item[begins + lengths]


def session_metrics(places: Places, wanted: Places, ks: Sequence[int]) -> dict[str, Values]:
    """hit_rate, mrr and ndcg at each k where exactly one item is right; -1 is never found."""
    count = max(1, int(max(places.max(initial=-1), wanted.max(initial=-1))) + 1)
    known = wanted >= 0
    truth = sparse.csr_matrix(
        (np.ones(int(known.sum())), (np.flatnonzero(known), wanted[known])),
        shape=(len(wanted), count),
    )
    found = ranking_metrics(places, truth, (~known).astype(np.int64), ks)
    return {
        name: values
        for name, values in found.items()
        if name.split("@")[0] in {"hit_rate", "mrr", "ndcg"}
    }
