"""Gowalla, LightGCN's split: every user, every item, recall and nDCG at 20."""

import time
from pathlib import Path

import numpy as np

from recommender.base import Interactions, Recommender
from recommender.data import Floats
from recommender.evaluation.choosing import choose
from recommender.evaluation.plots import long_tail_curve
from recommender.evaluation.protocols import answer, ranking_result, truth_of
from recommender.evaluation.reading import read_interactions
from recommender.models.graph import GraphFilter
from recommender.models.popularity import Popularity
from research.benchmarks.recommending.lines import Line


def run(folder: Path, out: Path) -> list[Line]:
    """Choose on train, fit, measure; popularity and implicit's ALS with defaults alongside."""
    train = read_interactions(folder / "gowalla" / "gowalla_train.npz").interactions()
    test = read_interactions(folder / "gowalla" / "gowalla_test.npz").interactions()
    rng = np.random.default_rng(0)
    began = time.perf_counter()
    choice = choose("all-ranking", train, None, name="graph-filter", k=20, rng=rng)
    choosing = time.perf_counter() - began
    lines = measured("gowalla", "popular", Popularity(), train, test)
    lines += measured("gowalla", "implicit ALS, defaults", implicit_defaults(), train, test)
    target = {"recall@20": 0.1885, "ndcg@20": 0.1585, "fit_seconds": -300.0}
    model = GraphFilter(**choice.settings)
    lines += measured("gowalla", "ours: graph-filter", model, train, test, target=target)
    return [*lines, Line("gowalla", "ours: graph-filter", "choosing_seconds", choosing)]


def measured(
    task: str,
    who: str,
    model: Recommender,
    train: Interactions,
    test: Interactions,
    *,
    k: int = 20,
    target: dict[str, float] | None = None,
    curves: dict[str, Floats] | None = None,
) -> list[Line]:
    """Fit, ask everyone, and give lines with intervals; where answers lie goes into `curves`."""
    began = time.perf_counter()
    model.fit(train)
    fitted = time.perf_counter() - began
    truth = truth_of({key: place for place, key in enumerate(model.item_ids)}, test)
    began = time.perf_counter()
    answers = answer(model, truth, k, repeats=False)
    seconds = time.perf_counter() - began
    result = ranking_result(model, truth, answers, [k], np.random.default_rng(0))
    if curves is not None:
        curves[who] = long_tail_curve(answers.places, model.popularity)
    wanted = target or {}
    lines = [
        Line(task, who, name, one.mean, one.low, one.high, wanted.get(name))
        for name, one in result.overall.items()
        if name.split("@")[0] in {"recall", "ndcg", "precision", "map"}
    ]
    lines.append(Line(task, who, "fit_seconds", fitted, target=wanted.get("fit_seconds")))
    lines.append(Line(task, who, "score_seconds", seconds))
    lines.append(Line(task, who, "coverage", result.coverage))
    tail = result.groups["tail_items"][f"recall@{k}"]
    lines.append(Line(task, who, f"tail_recall@{k}", tail.mean, tail.low, tail.high))
    return lines


def implicit_defaults() -> Recommender:
    """The library's own defaults: 100 factors, regularisation .01, alpha 1, 15 iterations."""
    from recommender.models.factors import Als

    return Als(factors=100, regularisation=0.01, alpha=0.0, iterations=15)
