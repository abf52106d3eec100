"""MovieLens 100k as implicit feedback: a random quarter of each user's items held out, top 10."""

from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.recommending.gowalla import implicit_defaults, measured
from benchmarks.recommending.lines import Line
from recommender.artefacts import model_class
from recommender.base import Interactions
from recommender.evaluation.choosing import best_of_families, choose
from recommender.evaluation.reading import read_interactions
from recommender.models.popularity import Popularity

HELD_OUT: Final = 0.25
SEED: Final = 42


def run(folder: Path) -> list[Line]:
    """Choose on train, fit, measure; popularity and implicit's ALS with defaults alongside."""
    whole = read_interactions(folder / "ml100k" / "ml-100k.inter").interactions()
    train, test = split(whole)
    rng = np.random.default_rng(0)
    choice = choose("all-ranking", train, None, name="best", k=10, rng=rng)
    lines = measured("movielens", "popular", Popularity(), train, test, k=10)
    lines += measured("movielens", "implicit ALS, defaults", implicit_defaults(), train, test, k=10)
    for trial in best_of_families(choice.trials):
        if trial.alias in {"ease", "graph-filter", "user-knn"}:
            model = model_class(trial.alias)(**trial.settings)
            lines += measured("movielens", f"ours: {trial.alias}", model, train, test, k=10)
    who = f"ours: best on validation ({choice.alias})"
    return lines + measured(
        "movielens", who, choice.model(), train, test, k=10, target={"ndcg@10": 0.475}
    )


def split(data: Interactions) -> tuple[Interactions, Interactions]:
    """A random quarter of each user's rows for test."""
    rng = np.random.default_rng(SEED)
    order = np.lexsort((rng.random(len(data.user)), data.user))
    users = data.user[order]
    counts = np.bincount(users)
    rank = np.arange(len(users)) - np.concatenate([[0], np.cumsum(counts)])[users]
    mask = np.empty(len(users), dtype=bool)
    mask[order] = rank < np.round(HELD_OUT * counts)[users]
    return data.where(~mask), data.where(mask)
