"""Which model is best for a set of events: chosen on data held out from train, never on test."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from recommender.artefacts import model_class
from recommender.base import Recommender
from recommender.data import Interactions, Items
from recommender.evaluation.metrics import ranking_metrics
from recommender.evaluation.protocols import (
    Protocol,
    answer,
    held_out,
    repeats_occur,
    truth_of,
)

log = logging.getLogger(__name__)
Settings = tuple[str, dict[str, Any]]
EASE_ITEMS: Final = 6_000
USER_KNN_USERS: Final = 30_000
JUDGES: Final = 3_000
BLENDED: Final = 5


@dataclass(frozen=True)
class Trial:
    """A model with settings and its quality on the validation part."""

    alias: str
    settings: dict[str, Any]
    quality: float
    seconds: float


@dataclass(frozen=True)
class Choice:
    """The chosen model (not fitted), whether it repeats, and everything that was tried."""

    alias: str
    settings: dict[str, Any]
    repeats: bool
    trials: tuple[Trial, ...]

    def model(self) -> Recommender:
        """A fresh model with the chosen settings."""
        return model_class(self.alias)(**self.settings)


def candidates(protocol: Protocol, data: Interactions, items: Items | None) -> list[Settings]:
    """What is tried, by family; what the size of the data forbids is left out."""
    users, count = data.shape
    tried: list[Settings] = [("popular", {}), ("popular", {"half_life_days": 365.0})]
    if protocol == "sessions":
        tried += [("session-knn", {"position": p, "rare": r}) for p in (1.0, 2.0) for r in (0.5, 1)]
        tried += [("rules", {"window": w}) for w in (3, 10)]
        return [*tried, ("item-knn", {"neighbours": 200})]
    tried += [
        ("item-knn", {"neighbours": n, "shrink": s, "balance": b})
        for n, s, b in ((100, 10.0, 0.5), (400, 10.0, 0.5), (400, 10.0, 0.4), (400, 50.0, 0.5))
    ]
    # A small catalogue has few directions worth keeping.
    ranks = (16, 64) if count <= EASE_ITEMS else (256,)
    tried += [
        ("graph-filter", {"rank": r, "item": e, "lift": e - 0.1, "ideal": i, "sharpen": s})
        for r in ranks
        for e, i, s in ((0.4, 0.4, 0.25), (0.5, 0.3, 0.7))
    ]
    if count <= EASE_ITEMS:
        tried += [("ease", {"regularisation": float(r)}) for r in (50, 150, 400, 1000)]
    if users <= USER_KNN_USERS:
        tried += [("user-knn", {"neighbours": n, "shrink": s}) for n, s in ((80, 5.0), (200, 10.0))]
    tried += [
        ("als", {"factors": f, "alpha": a, "regularisation": r})
        for f, a, r in ((32, 2.0, 5.0), (32, 5.0, 1.0), (64, 20.0, 0.05))
    ]
    if protocol == "next-item":
        tried += [("session-knn", {"position": p, "days": 365.0}) for p in (1.0, 4.0)]
        tried += [("rules", {"window": w, "decay": d}) for w, d in ((3, 0.3), (10, 0.7))]
    if items is not None:
        tried += [("content", {"recency": r}) for r in (0.7, 0.95)]
    return tried


def choose(
    protocol: Protocol,
    data: Interactions,
    items: Items | None,
    *,
    name: str,
    k: int,
    rng: np.random.Generator,
    progress: Callable[[str], None] = lambda _: None,
) -> Choice:
    """The best settings of model `name`, or of all with `best`, by nDCG@k on held-out events.

    `best` ends with a blend of the families' best, kept only when it beats each of them.
    """
    rest, validation = held_out(data, protocol, rng)
    repeats = protocol == "sessions" or repeats_occur(rest, validation)
    tried = [one for one in candidates(protocol, data, items) if name in {"best", "blend", one[0]}]
    if not tried:
        tried = [(name, {})]
    if len(tried) == 1:
        return Choice(tried[0][0], tried[0][1], repeats, ())
    judge = _judge(rest, validation, items, k, repeats, rng)
    trials = []
    for alias, settings in tried:
        trials.append(judge(alias, settings))
        progress(f"{alias} {settings}: nDCG@{k} {trials[-1].quality:.4f}")
    families = best_of_families(trials)
    if name in {"best", "blend"} and len(families) > 1:
        settings = {
            "members": [[one.alias, one.settings] for one in families[:BLENDED]],
            "protocol": protocol,
            "k": k,
            "repeats": repeats,
        }
        trials.append(judge("blend", settings))
        progress(f"blend: nDCG@{k} {trials[-1].quality:.4f}")
    wanted = [one for one in trials if name in {"best", one.alias}]
    best = max(wanted, key=lambda one: one.quality)
    return Choice(best.alias, best.settings, repeats, tuple(trials))


def best_of_families(trials: Sequence[Trial]) -> list[Trial]:
    """The best settings of each model, best model first."""
    best: dict[str, Trial] = {}
    for trial in trials:
        if trial.alias not in best or trial.quality > best[trial.alias].quality:
            best[trial.alias] = trial
    return sorted(best.values(), key=lambda one: -one.quality)


def _judge(
    rest: Interactions,
    validation: Interactions,
    items: Items | None,
    k: int,
    repeats: bool,
    rng: np.random.Generator,
) -> Callable[[str, dict[str, Any]], Trial]:
    judges = np.unique(validation.user)
    judges = np.sort(rng.permutation(judges)[:JUDGES])
    asked = validation.where(np.isin(validation.user, judges))

    def judge(alias: str, settings: dict[str, Any]) -> Trial:
        began = time.perf_counter()
        model = model_class(alias)(**settings).fit(rest, items)
        truth = truth_of({key: place for place, key in enumerate(model.item_ids)}, asked)
        rows = np.flatnonzero(np.diff(truth.wanted.indptr))
        few = type(truth)(
            tuple(truth.users[row] for row in rows), truth.wanted[rows], truth.missing[rows]
        )
        places = answer(model, few, k, repeats=repeats).places
        quality = ranking_metrics(places, few.wanted, few.missing, [k])[f"ndcg@{k}"]
        seconds = time.perf_counter() - began
        return Trial(alias, settings, float(np.nanmean(quality)), seconds)

    return judge
