"""RMSE and MAE of rating models: k-fold cross-validation, or train against test."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from recommender.data import BadInteractions, Interactions, Items, Places
from recommender.evaluation.reading import Table
from research.recommender.ratings.base import RatingModel, Ratings, Values
from research.recommender.ratings.stack import MODELS

FOLDS: Final = 5


@dataclass(frozen=True)
class FoldResult:
    """Errors of one fold, in stars, and seconds."""

    rmse: float
    mae: float
    fit_seconds: float
    score_seconds: float


def evaluate_ratings(
    train: Table,
    test: Table | None,
    items: Items | None,
    *,
    name: str = "best",
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Flat figures; five folds of train when there is no test. `best` is the stack."""
    alias = "stack" if name == "best" else name
    if alias not in MODELS:
        raise BadInteractions(
            f"--model must be best or one of {', '.join(MODELS)} for ratings-cv, got {name!r}"
        )
    if train.ratings is None or (test is not None and test.ratings is None):
        raise BadInteractions("ratings-cv needs a column rating in every file")
    data = train.interactions()
    ratings = Ratings.from_interactions(data, items)
    results = []
    if test is None:
        for fold, (rest, asked) in enumerate(folds(ratings, seed)):
            results.append(score(MODELS[alias](), rest, asked))
            progress(f"fold {fold + 1}: RMSE {results[-1].rmse:.4f}")
    else:
        asked = _against(data, test.interactions(), items)
        results.append(score(MODELS[alias](), ratings, asked))
    return {"model": alias, **summary(results), "ratings": len(ratings.user)}


def folds(ratings: Ratings, seed: int) -> list[tuple[Ratings, Ratings]]:
    """Five pairs of (train, test), equal in size and drawn at random."""
    order = np.random.default_rng(seed).permutation(len(ratings.user))
    fold = np.empty(len(order), dtype=np.int64)
    fold[order] = np.arange(len(order)) % FOLDS
    return [(ratings.where(fold != one), ratings.where(fold == one)) for one in range(FOLDS)]


def score(model: RatingModel, train: Ratings, test: Ratings) -> FoldResult:
    """Fit and measure; predictions are cut to the scale of train."""
    began = time.perf_counter()
    model.fit(train)
    fitted = time.perf_counter()
    stars = clipped(model, train, test.user, test.item, test.time)
    error = stars - test.stars
    return FoldResult(
        float(np.sqrt(np.mean(error**2))),
        float(np.mean(np.abs(error))),
        fitted - began,
        time.perf_counter() - fitted,
    )


def clipped(
    model: RatingModel, train: Ratings, users: Places, items: Places, times: Values
) -> Values:
    """Predictions cut to the scale of the ratings learned from."""
    cut: Values = np.clip(model.predict(users, items, times), *train.scale)
    return cut


def summary(results: list[FoldResult]) -> dict[str, float]:
    """Means over the folds, with the standard error as the interval's half width × 1.96."""
    figures: dict[str, float] = {}
    for name in ("rmse", "mae"):
        values = np.asarray([getattr(one, name) for one in results])
        half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
        mean = float(values.mean())
        figures |= {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
    figures["fit_seconds"] = sum(one.fit_seconds for one in results)
    figures["score_seconds"] = sum(one.score_seconds for one in results)
    return figures


def _against(train: Interactions, test: Interactions, items: Items | None) -> Ratings:
    """Test ratings in the places of train; -1 for users and items that train lacks."""
    asked = Ratings.from_interactions(test, items)
    users = {key: place for place, key in enumerate(train.user_ids)}
    things = {key: place for place, key in enumerate(train.item_ids)}
    user = np.asarray([users.get(key, -1) for key in test.user_ids], dtype=np.int32)
    item = np.asarray([things.get(key, -1) for key in test.item_ids], dtype=np.int32)
    return Ratings(
        len(users),
        len(things),
        user[asked.user],
        item[asked.item],
        asked.stars,
        asked.time,
    )
