"""MovieLens 100k as implicit feedback: a random quarter of each user's items held out, top 10."""

from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from recommender.artefacts import model_class
from recommender.base import Interactions
from recommender.data import Floats
from recommender.evaluation.choosing import best_of_families, choose
from recommender.evaluation.plots import accuracy_over_time, long_tail
from recommender.evaluation.reading import read_interactions
from recommender.models.popularity import Popularity
from research.benchmarks.recommending.gowalla import implicit_defaults, measured
from research.benchmarks.recommending.lines import Line

HELD_OUT: Final = 0.25
SEED: Final = 42


def run(folder: Path, out: Path) -> list[Line]:
    """Choose on train, fit, measure; popularity and implicit's ALS with defaults alongside."""
    whole = read_interactions(folder / "ml100k" / "ml-100k.inter").interactions()
    train, test = split(whole)
    rng = np.random.default_rng(0)
    choice = choose("all-ranking", train, None, name="best", k=10, rng=rng)
    curves: dict[str, Floats] = {}
    ask = partial(measured, "movielens", train=train, test=test, k=10, curves=curves)
    lines = ask("popular", Popularity())
    lines += ask("implicit ALS, defaults", implicit_defaults())
    for trial in best_of_families(choice.trials):
        if trial.alias in {"ease", "graph-filter", "user-knn"}:
            lines += ask(f"ours: {trial.alias}", model_class(trial.alias)(**trial.settings))
    who = f"ours: best on validation ({choice.alias})"
    lines += ask(who, choice.model(), target={"ndcg@10": 0.475})
    points = [(one.alias, one.seconds, one.quality) for one in choice.trials]
    accuracy_over_time(points, out / "recommender-accuracy-over-time.png")
    long_tail(curves, out / "recommender-long-tail.png")
    return lines


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
