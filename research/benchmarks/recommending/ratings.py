"""MovieLens 100k stars, five folds: our stack beside Surprise's SVD++ on the same folds."""

import time
from pathlib import Path

import numpy as np

from recommender.base import Items
from recommender.evaluation.reading import read_interactions, read_items
from research.benchmarks.recommending.lines import Line
from research.recommender.ratings.base import RatingModel, Ratings
from research.recommender.ratings.evaluation import FoldResult, folds, score, summary
from research.recommender.ratings.models import KnnWithMeans, SvdPlusPlus
from research.recommender.ratings.stack import Stack


def run(folder: Path, out: Path) -> list[Line]:
    """RMSE, MAE and seconds (fit and score, all folds); compiled loops are warm."""
    items: Items = read_items(folder / "ml100k" / "ml-100k.item")
    data = read_interactions(folder / "ml100k" / "ml-100k.inter").interactions()
    ratings = Ratings.from_interactions(data, items)
    parts = folds(ratings, 0)
    small = ratings.where(np.arange(len(ratings.user)) % 10 == 0)
    for model in (Stack(), KnnWithMeans(), SvdPlusPlus(epochs=1)):
        score(model, small, small)
    lines: list[Line] = []
    ours: tuple[tuple[str, type[RatingModel]], ...] = (
        ("ours: stack", Stack),
        ("ours: svd++", SvdPlusPlus),
        ("ours: knn-with-means k=100", KnnWithMeans),
    )
    seconds = {}
    for who, kind in ours:
        target = {"rmse": -0.912, "mae": -0.716} if kind is Stack else {}
        found = [score(kind(), rest, asked) for rest, asked in parts]
        lines += _lines(who, found, target)
        seconds[who] = sum(one.fit_seconds + one.score_seconds for one in found)
    peer = [_surprise(rest, asked) for rest, asked in parts]
    lines += _lines("Surprise SVD++", peer, {})
    theirs = sum(one.fit_seconds + one.score_seconds for one in peer)
    ratio = seconds["ours: stack"] / theirs
    return [*lines, Line("ratings", "ours: stack / Surprise SVD++", "time", ratio, target=-0.2)]


def _lines(who: str, found: list[FoldResult], target: dict[str, float]) -> list[Line]:
    figures = summary(found)
    lines = [
        Line(
            "ratings",
            who,
            name,
            figures[name],
            figures[f"{name}_low"],
            figures[f"{name}_high"],
            target.get(name),
        )
        for name in ("rmse", "mae")
    ]
    total = figures["fit_seconds"] + figures["score_seconds"]
    return [*lines, Line("ratings", who, "seconds", total)]


def _surprise(train: Ratings, test: Ratings) -> FoldResult:
    """Surprise's SVD++ with its defaults and its cache of ratings."""
    import pandas
    from surprise import Dataset, Reader, SVDpp

    began = time.perf_counter()
    frame = pandas.DataFrame({"user": train.user, "item": train.item, "stars": train.stars})
    reader = Reader(rating_scale=train.scale)
    table = Dataset.load_from_df(frame, reader).build_full_trainset()
    model = SVDpp(random_state=0, cache_ratings=True).fit(table)
    fitted = time.perf_counter()
    asked = zip(test.user.tolist(), test.item.tolist(), test.stars.tolist(), strict=True)
    guesses = np.asarray([one.est for one in model.test(list(asked))])
    error = guesses - test.stars
    return FoldResult(
        float(np.sqrt(np.mean(error**2))),
        float(np.mean(np.abs(error))),
        fitted - began,
        time.perf_counter() - fitted,
    )
