"""One shopper at a time, 100 000 items, filters on: of each model, and of the running shop."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from recommender.base import Interactions, Recommender
from recommender.data import Mask
from recommender.models.factors import Als
from recommender.models.graph import GraphFilter
from recommender.models.neighbours import ItemKnn
from recommender.serving.snapshots import settle
from research.benchmarks.recommending.lines import Line
from research.benchmarks.recommending.service import run_service

USERS: Final = 20_000
ITEMS: Final = 100_000
EVENTS: Final = 600_000
REQUESTS: Final = 300


def run(folder: Path, out: Path) -> list[Line]:
    """Synthetic choices with a long tail; a request has filters, exclusions and reasons."""
    rng = np.random.default_rng(0)
    item = np.minimum(rng.zipf(1.3, EVENTS) - 1 + rng.integers(0, 2000, EVENTS), ITEMS - 1)
    data = Interactions.from_rows(
        rng.integers(0, USERS, EVENTS), item, catalogue=[str(n) for n in range(ITEMS)]
    )
    lines = []
    models: tuple[Recommender, ...] = (
        ItemKnn(neighbours=100),
        GraphFilter(rank=64),
        Als(iterations=3),
    )
    for model in models:
        model.fit(data)
        settle()  # as the shop does with a model that it has loaded
        allowed = rng.random(ITEMS) < 0.3
        for what, request in _requests(model, allowed, rng):
            request(0)
            times = []
            for number in range(REQUESTS):
                began = time.perf_counter()
                request(number)
                times.append(1000 * (time.perf_counter() - began))
            for point, target in ((50, None), (99, -15.0)):
                value = float(np.percentile(times, point))
                who = f"ours: {model.alias}, {what}"
                lines.append(Line("online", who, f"ms_p{point}", value, target=target))
    return [*lines, *run_service()]


def _requests(
    model: Recommender, allowed: Mask, rng: np.random.Generator
) -> list[tuple[str, Callable[[int], object]]]:
    users = rng.choice(len(model.user_ids), REQUESTS)
    fresh = rng.integers(0, 5000, (REQUESTS, 6))
    refused = [model.item_ids[place] for place in rng.integers(0, ITEMS, 20)]

    def known(number: int) -> object:
        user = model.user_ids[users[number]]
        return model.recommend(user, 10, allowed=allowed, exclude=refused)

    def folded(number: int) -> object:
        history = [model.item_ids[place] for place in fresh[number]]
        return model.fold_in([history], 10, allowed=allowed, exclude=refused)

    return [("known shopper", known), ("new history", folded)]
