"""Models that predict ratings."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse

from recommender.data import Places
from research.recommender.ratings.base import Baseline, RatingModel, Ratings, Values, known
from research.recommender.ratings.kernels import neighbour_means, sample_side, svdpp_epochs

DENSE_CELLS: Final = 20_000_000


@dataclass(eq=False)
class KnnWithMeans(RatingModel):
    """The user's mean plus what the k most similar users think above their own means.

    Herlocker et al.: An Algorithmic Framework for Performing Collaborative Filtering (SIGIR 1999),
    with mean squared difference as the similarity (Shardanand, Maes 1995), as in Surprise.
    """

    neighbours: int = 100
    by: Literal["user", "item"] = "user"

    alias: ClassVar = "knn-with-means"
    paper: ClassVar = "Herlocker et al. 1999, An Algorithmic Framework for Collaborative Filtering"

    def fit(self, ratings: Ratings) -> Self:
        """Learn means and similarities."""
        rows, columns = _sides(ratings, self.by)
        count = ratings.users if self.by == "user" else ratings.items
        other_count = ratings.items if self.by == "user" else ratings.users
        total = np.bincount(rows, ratings.stars, minlength=count)
        self._mean = float(ratings.stars.mean())
        number = np.bincount(rows, minlength=count)
        self._means = np.where(number > 0, total / np.maximum(number, 1), self._mean)
        stars = _table(rows, columns, ratings.stars, (count, other_count))
        ones = _table(rows, columns, np.ones(len(rows)), (count, other_count))
        together = _product(ones, ones)
        difference = _product(_squared(stars), ones)
        difference = difference + difference.T - 2 * _product(stars, stars)
        difference = np.maximum(difference, 0) / np.maximum(together, 1)
        self._alike = np.where(together > 0, 1 / (difference + 1), 0)
        centred = ratings.stars - self._means[rows]
        self._start, self._other, self._centred = _grouped(columns, rows, centred, other_count)
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """The row's mean and the neighbours' weighted mean deviation."""
        rows, columns = (users, items) if self.by == "user" else (items, users)
        means: Values = np.where(rows >= 0, self._means[rows], self._mean)
        total: Values = means + neighbour_means(
            columns,
            rows,
            self._start,
            self._other,
            self._centred,
            self._alike,
            self.neighbours,
            1e-9,
        )
        return total


@dataclass(eq=False)
class KnnBaseline(RatingModel):
    """The baseline plus the shrunk mean residual of the k most similar items (or users).

    Koren: Factor in the Neighbors (TKDD 2010): Pearson correlation of residuals over common
    ratings, times n / (n + `shrink`), to the power `sharpen`.
    """

    neighbours: int = 40
    by: Literal["user", "item"] = "item"
    shrink: float = 100.0
    sharpen: float = 2.0
    damp: float = 0.1

    alias: ClassVar = "knn-baseline"
    paper: ClassVar = "Koren 2010, Factor in the Neighbors"

    def fit(self, ratings: Ratings) -> Self:
        """Learn the baseline and the similarities."""
        self._baseline = Baseline().fit(ratings)
        left = self._baseline.residuals(ratings)
        rows, columns = _sides(ratings, self.by)
        count = ratings.users if self.by == "user" else ratings.items
        other_count = ratings.items if self.by == "user" else ratings.users
        residual = _table(rows, columns, left, (count, other_count))
        ones = _table(rows, columns, np.ones(len(rows)), (count, other_count))
        squares = _product(_squared(residual), ones)
        together = _product(ones, ones)
        pearson = _product(residual, residual) / np.sqrt(np.maximum(squares * squares.T, 1e-12))
        alike = np.maximum(pearson, 0) * together / (together + self.shrink)
        self._alike = alike**self.sharpen
        self._start, self._other, self._left = _grouped(columns, rows, left, other_count)
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """Baseline and neighbours."""
        rows, columns = (users, items) if self.by == "user" else (items, users)
        found = neighbour_means(
            columns,
            rows,
            self._start,
            self._other,
            self._left,
            self._alike,
            self.neighbours,
            self.damp,
        )
        total: Values = self._baseline.predict(users, items, times) + found
        return total


@dataclass(eq=False)
class SvdPlusPlus(RatingModel):
    """Factors of users, of items, and of the set of items a user has rated.

    Koren: Factorization Meets the Neighborhood (KDD 2008), SVD++; the learning rate falls by
    `decay` an epoch.
    """

    factors: int = 20
    epochs: int = 25
    rate: float = 0.012
    decay: float = 0.93
    bias_penalty: float = 0.03
    factor_penalty: float = 0.06
    seed: int = 0

    alias: ClassVar = "svd++"
    paper: ClassVar = "Koren 2008, Factorization Meets the Neighborhood (SVD++)"

    def fit(self, ratings: Ratings) -> Self:
        """Learn by stochastic gradient descent."""
        rng = np.random.default_rng(self.seed)
        self._mean = float(ratings.stars.mean())
        self._start, self._item, stars = _grouped(
            ratings.user, ratings.item, ratings.stars, ratings.users
        )
        self._bu, self._bi = np.zeros(ratings.users), np.zeros(ratings.items)
        shapes = (ratings.users, ratings.items, ratings.items)
        self._p, self._q, self._y = (rng.normal(0, 0.05, (n, self.factors)) for n in shapes)
        orders = np.stack([rng.permutation(ratings.users) for _ in range(self.epochs)])
        svdpp_epochs(
            self._start,
            self._item,
            stars,
            self._mean,
            self._bu,
            self._bi,
            self._p,
            self._q,
            self._y,
            self.rate * self.decay ** np.arange(self.epochs),
            self.bias_penalty,
            self.factor_penalty,
            orders,
        )
        rated = sparse.csr_matrix(
            (np.ones(len(self._item)), self._item, self._start),
            shape=(ratings.users, ratings.items),
        )
        length = np.sqrt(np.maximum(np.diff(self._start), 1))
        self._people = self._p + (rated @ self._y) / length[:, None]
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """Mean, biases and the product of vectors."""
        both = known(users, items)
        product = np.einsum("ij,ij->i", self._people[users], self._q[items])
        total: Values = (
            self._mean
            + np.where(users >= 0, self._bu[users], 0)
            + np.where(items >= 0, self._bi[items], 0)
            + np.where(both, product, 0)
        )
        return total


@dataclass(eq=False)
class BayesianFactors(RatingModel):
    """Factors averaged over draws from their posterior, on the residuals of the baseline.

    Salakhutdinov, Mnih: Bayesian Probabilistic Matrix Factorization using Markov Chain Monte Carlo
    (ICML 2008). A constant 1 on each side keeps the biases in the model.
    """

    factors: int = 12
    burn_in: int = 8
    draws: int = 30
    seed: int = 0

    alias: ClassVar = "bayesian-factors"
    paper: ClassVar = "Salakhutdinov, Mnih 2008, Bayesian Probabilistic Matrix Factorization"

    def fit(self, ratings: Ratings) -> Self:
        """Gibbs sampling; the draws' vectors are kept."""
        rng = np.random.default_rng(self.seed)
        self._baseline = Baseline().fit(ratings)
        left = self._baseline.residuals(ratings)
        by_user = _grouped(ratings.user, ratings.item, left, ratings.users)
        by_item = _grouped(ratings.item, ratings.user, left, ratings.items)
        people = rng.normal(0, 0.1, (ratings.users, self.factors))
        things = rng.normal(0, 0.1, (ratings.items, self.factors))
        noise = 1.0 / max(1e-6, float(left.var()))
        kept: list[tuple[Any, Any]] = []
        for sweep in range(self.burn_in + self.draws):
            for side, other, groups in (
                (people, things, by_user),
                (things, people, by_item),
            ):
                mean, precision = _hyper(side, rng)
                sample_side(
                    groups[0],
                    groups[1],
                    groups[2],
                    side,
                    other,
                    noise,
                    mean,
                    precision,
                    rng.standard_normal(side.shape),
                )
            guess = np.einsum("ij,ij->i", people[ratings.user], things[ratings.item])
            error = float(np.square(left - guess).sum())
            noise = rng.gamma(1 + len(left) / 2) / (1 + error / 2)
            if sweep >= self.burn_in:
                kept.append((people.astype(np.float32), things.astype(np.float32)))
        self._people = np.concatenate([one for one, _ in kept], axis=1)
        self._things = np.concatenate([one for _, one in kept], axis=1) / len(kept)
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """The baseline and the mean over the draws."""
        found = np.zeros(len(users))
        for begin in range(0, len(users), 10_000):
            part = slice(begin, begin + 10_000)
            found[part] = np.einsum(
                "ij,ij->i", self._people[users[part]], self._things[items[part]]
            )
        total: Values = self._baseline.predict(users, items, times) + np.where(
            known(users, items), found, 0
        )
        return total


@dataclass(eq=False)
class FeatureTaste(RatingModel):
    """The baseline plus the user's shrunk mean residual for the item's features.

    Content-based preference of attributes: Pazzani, Billsus: Content-Based Recommendation Systems
    (2007). Without features it is the baseline.
    """

    shrink: float = 10.0

    alias: ClassVar = "feature-taste"
    paper: ClassVar = "Pazzani, Billsus 2007, Content-Based Recommendation Systems"

    def fit(self, ratings: Ratings) -> Self:
        """Learn each user's mean residual by feature."""
        self._baseline = Baseline().fit(ratings)
        shape = (ratings.users, ratings.items)
        where = (ratings.user, ratings.item)
        left = sparse.csr_matrix((self._baseline.residuals(ratings), where), shape=shape)
        ones = sparse.csr_matrix((np.ones(len(ratings.user)), where), shape=shape)
        self._features = ratings.features
        total = (left @ self._features).toarray()
        self._taste = total / ((ones @ self._features).toarray() + self.shrink)
        return self

    def predict(self, users: Places, items: Places, times: Values) -> Values:
        """Baseline and the mean taste for the item's features."""
        base = self._baseline.predict(users, items, times)
        if not self._features.shape[1]:
            return base
        rows = self._features[np.maximum(items, 0)]
        taste = np.asarray(rows.multiply(self._taste[np.maximum(users, 0)]).sum(axis=1)).ravel()
        mean = taste / np.maximum(np.diff(rows.indptr), 1)
        total: Values = base + np.where(known(users, items), mean, 0)
        return total


def _hyper(
    vectors: npt.NDArray[np.float64], rng: np.random.Generator
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """A draw of mean and precision from the Normal-Wishart posterior (unit prior)."""
    count, factors = vectors.shape
    mean = vectors.mean(axis=0)
    scatter = (vectors - mean).T @ (vectors - mean)
    shift = count * 2.0 / (count + 2.0)
    inverse = np.eye(factors) + scatter + shift * np.outer(mean, mean)
    lower = np.linalg.cholesky(np.linalg.inv(inverse))
    freedom = factors + count
    bartlett = np.tril(rng.standard_normal((factors, factors)), -1)
    bartlett[np.diag_indices(factors)] = np.sqrt(rng.chisquare(freedom - np.arange(factors)))
    root = lower @ bartlett
    precision = root @ root.T
    covariance = np.linalg.inv((count + 2.0) * precision)
    centre = count * mean / (count + 2.0)
    return centre + np.linalg.cholesky(covariance) @ rng.standard_normal(factors), precision


def _sides(ratings: Ratings, by: str) -> tuple[Places, Places]:
    return (ratings.user, ratings.item) if by == "user" else (ratings.item, ratings.user)


def _table(rows: Places, columns: Places, values: Values, shape: tuple[int, int]) -> Any:
    """Ratings as a table: dense float32 where that is small, csr otherwise."""
    table = sparse.csr_matrix((values.astype(np.float32), (rows, columns)), shape=shape)
    return table.toarray() if shape[0] * shape[1] <= DENSE_CELLS else table


def _squared(table: Any) -> Any:
    return table.multiply(table).tocsr() if sparse.issparse(table) else table * table


def _product(left: Any, right: Any) -> npt.NDArray[np.float32]:
    found = left @ right.T
    dense: npt.NDArray[np.float32] = found.toarray() if sparse.issparse(found) else found
    return dense


def _grouped(
    rows: Places, columns: Places, values: Values, count: int
) -> tuple[npt.NDArray[np.int64], Places, Values]:
    """Bounds of each row's stretch, and columns and values in that order."""
    order = np.argsort(rows, kind="stable")
    start = np.searchsorted(rows[order], np.arange(count + 1)).astype(np.int64)
    return start, columns[order], values[order]
