"""Groups of messages that want the same, their number found as well.

Many k-means runs on several views with different numbers of groups vote: messages that are put
together often belong together (Fred and Jain 2005), found as the main directions of the votes (Liu
et al. 2017, spectral ensemble clustering). That is done for more groups than there will be. Then
those that a classifier cannot tell apart become one, the most confused pair first: a border that
runs through a crowd of messages leaves many of them in doubt, one that runs through a gap leaves
none. What is left when no pair is confused any more is the number of groups.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from encoders.scores import Vectors
from understanding.discovery.left_out import Places, judge
from understanding.discovery.vectors import Seen

Report = Callable[[str], None]
RUNS: Final = 60
# More groups than are meant to stay; a shop's first few hundred messages allow fewer.
BEGIN_WITH: Final = 45
SMALLEST: Final = 20
STEPS: Final = 15
# Groups that a classifier confuses by more than this share of all its doubt are one.
CONFUSED: Final = 0.3


@dataclass(frozen=True)
class Groups:
    """The group of each message, counted from 0, and how many there are."""

    labels: Places
    count: int


def find_groups(
    views: Seen,
    *,
    begin_with: int = BEGIN_WITH,
    confused: float = CONFUSED,
    seed: int = 0,
    report: Report = lambda _: None,
) -> Groups:
    """Group messages; the same messages and seed give the same groups.

    Fewer than two times `SMALLEST` messages are one group.
    """
    count = len(views.joined)
    most = min(begin_with, count // SMALLEST)
    if most < 2:
        return Groups(np.zeros(count, np.int64), 1)
    report("letting groupings vote")
    fine = _agreed(_votes(views.views, most, seed), most, seed)
    report("joining groups that cannot be told apart")
    return _numbered(joined_where_confused(views.joined, fine, confused))


def _votes(views: Sequence[Vectors], most: int, seed: int) -> Any:
    """Which group each of `RUNS` runs puts a message into, (messages, groups of all runs).

    A run finds a third of `most` groups up to `most`.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.cluster import KMeans

    rng = np.random.default_rng(seed)
    rows = np.arange(len(views[0]))
    votes = []
    for run in range(RUNS):
        number = int(rng.integers(max(2, most // 3), most + 1))
        start = int(rng.integers(2**31))
        found = KMeans(number, n_init=1, max_iter=STEPS, random_state=start)
        labels = found.fit_predict(views[run % len(views)])
        shape = (len(rows), number)
        votes.append(csr_matrix((np.ones(len(rows)), (rows, labels)), shape=shape))
    return hstack(votes).tocsr()


def _agreed(votes: Any, number: int, seed: int) -> Places:
    """The `number` groups that the votes agree on most."""
    from scipy.sparse import diags
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD

    sizes = np.asarray(votes.sum(axis=0)).ravel()
    evened = votes @ diags(1 / np.sqrt(np.maximum(sizes, 1)))
    directions = TruncatedSVD(min(number, votes.shape[1] - 1), random_state=seed)
    places = directions.fit_transform(evened)
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    labels: Places = KMeans(number, n_init=10, random_state=seed).fit_predict(places)
    return labels.astype(np.int64)


def joined_where_confused(vectors: Vectors, labels: Places, confused: float) -> Places:
    """Join the two groups that are most confused until none are, by `confused` of all doubt.

    What two groups' messages give each other is set against what they keep, so that a large group
    does not draw all others in; and against the doubt there was at first, as talk differs in
    clarity.
    """
    groups = np.unique(labels)
    if len(groups) < 2:
        return labels
    left_out = judge(vectors, [f"{label:06d}" for label in labels]).left_out.astype(np.float64)
    given = np.stack([left_out[labels == one].sum(axis=0) for one in groups])
    given = (given + given.T) / 2
    doubt = 1 - float(np.trace(given)) / len(labels)
    into = list(range(len(groups)))
    while len(given) > 1:
        kept = np.maximum(np.diag(given), 1e-9)
        mutual = given / np.sqrt(np.outer(kept, kept))
        np.fill_diagonal(mutual, 0)
        one, other = sorted(divmod(int(mutual.argmax()), len(given)))
        if mutual[one, other] < confused * doubt:
            break
        given[one] += given[other]
        given[:, one] += given[:, other]
        given = np.delete(np.delete(given, other, axis=0), other, axis=1)
        into = [one if at == other else at - (at > other) for at in into]
    place = {int(group): at for group, at in zip(groups, into, strict=True)}
    return np.array([place[int(label)] for label in labels], np.int64)


def _numbered(labels: Places) -> Groups:
    """Groups by size, the largest being 0."""
    kept, counts = np.unique(labels, return_counts=True)
    rank = {int(one): at for at, one in enumerate(kept[np.argsort(-counts, kind="stable")])}
    return Groups(np.array([rank[int(one)] for one in labels], np.int64), len(kept))
