"""What shoppers gave each product: the ratings of the history and of the years before it."""

from collections import defaultdict
from typing import Final

import numpy as np

from shop.demo.writing import Tables
from shop.models import BehaviourEvent, Product

ORDINARY: Final = 12  # ratings of a product of ordinary appeal, from before the history
LIKED: Final = (4.2, 0.35)  # mean stars of products, and how far they lie apart
SPREAD: Final = 0.8  # of shoppers on one product


def add_ratings(tables: Tables, seed: int) -> None:
    """Count the ratings into the products' rows, which are not written yet.

    Each product draws with a generator of its own: ratings change nothing else of the shop.
    """
    given: dict[int, list[int]] = defaultdict(list)
    for event in tables.kept(BehaviourEvent):
        if event["kind"] == "rating":
            given[event["product_id"]].append(int(event["value"]))
    for row in tables.kept(Product):
        random = np.random.default_rng([seed, row["id"]])
        liked = float(np.clip(random.normal(*LIKED), 2.6, 4.9))
        earlier = random.poisson(ORDINARY * row["popularity"] / 100)
        stars = np.clip(np.rint(random.normal(liked, SPREAD, earlier)), 1, 5).astype(int)
        row["rating_sum"] = int(stars.sum()) + sum(given[row["id"]])
        row["rating_count"] = int(earlier) + len(given[row["id"]])
