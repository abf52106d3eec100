"""Complete Journey: each household's next basket, and what of it is bought again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from recommender.artefacts import model_class
from recommender.base import Interactions, Recommender
from recommender.evaluation.choosing import Settings
from recommender.evaluation.metrics import Values, estimate, ranking_metrics
from recommender.evaluation.protocols import Truth, answer, truth_of
from recommender.evaluation.reading import read_interactions
from research.benchmarks.recommending.lines import Line

K: Final = 10
DAYS: Final = 56
DAY: Final = 86_400.0
TRIED: Final[tuple[Settings, ...]] = tuple(
    ("next-basket", {"half_life_days": h, "own": o, "common": p})
    for h in (60.0, 180.0)
    for o in (0.5, 0.8)
    for p in (0.0, 0.3)
) + tuple(
    ("habits", {"prior": prior, "half_life_days": days})
    for prior in (100.0, 300.0, 1000.0)
    for days in (60.0, 180.0)
)
MEMBERS: Final = (
    ("popular", {"half_life_days": 180.0}),
    ("item-knn", {"neighbours": 200}),
    ("graph-filter", {"rank": 64}),
)


@dataclass(frozen=True, eq=False)
class Split:
    """Events before a day, and each household's purchases in the eight weeks after it."""

    train: Interactions
    later: Interactions
    again: Interactions


def run(folder: Path, out: Path) -> list[Line]:
    """Settings chosen on the eight weeks before the last eight, measured on the last eight."""
    whole = read_interactions(
        folder / "completejourney" / "transactions_sample.parquet"
    ).interactions()
    end = float(whole.time.max())
    test = split(whole, end - DAYS * DAY)
    validation = split(test.train, end - 2 * DAYS * DAY)
    best = max(TRIED, key=lambda one: _quality(one, validation))
    blend = (
        "blend",
        {
            "members": [list(best), *map(list, MEMBERS)],
            "repeats": True,
            "k": K,
            "protocol": "next-item",
        },
    )
    chosen = max((best, blend), key=lambda one: _quality(one, validation))
    competitors: list[tuple[str, Settings]] = [
        ("popular", ("popular", {"half_life_days": 60.0})),
        ("item-knn", ("item-knn", {"neighbours": 200})),
        (f"ours: best on validation ({chosen[0]})", chosen),
    ]
    rng = np.random.default_rng(0)
    lines, found = [], {}
    for who, (alias, settings) in competitors:
        found[who] = _measured(model_class(alias)(**settings).fit(test.train), test)
        for name, values in found[who].items():
            one = estimate(values, rng)
            lines.append(Line("journey", who, name, one.mean, one.low, one.high))
    ours = list(found.values())[-1]
    for peer in ("popular", "item-knn"):
        for name, values in ours.items():
            one = estimate(values - found[peer][name], rng)
            lines.append(
                Line("journey", f"ours - {peer}", name, one.mean, one.low, one.high, target=0.0)
            )
    return lines


def split(data: Interactions, at: float) -> Split:
    """Cut at a time; `later` holds households known before, `again` what they had bought before."""
    before = data.time < at
    known = np.isin(data.user, np.unique(data.user[before]))
    after = ~before & known & (data.time < at + DAYS * DAY)
    items = len(data.item_ids)
    pairs = data.user.astype(np.int64) * items + data.item
    again = after & np.isin(pairs, np.unique(pairs[before]))
    return Split(data.where(before), data.where(after), data.where(again))


def _quality(one: Settings, split: Split) -> float:
    model = model_class(one[0])(**one[1]).fit(split.train)
    return float(np.nanmean(_measured(model, split)[f"ndcg@{K}"]))


def _measured(model: Recommender, split: Split) -> dict[str, Values]:
    """Next purchases among all items, and re-buys among all items, repeats allowed."""
    places = {key: place for place, key in enumerate(model.item_ids)}
    values: dict[str, Values] = {}
    for prefix, events in (("", split.later), ("rebuy_", split.again)):
        truth = _those_with_any(truth_of(places, events))
        answers = answer(model, truth, K, repeats=True)
        found = ranking_metrics(answers.places, truth.wanted, truth.missing, [K])
        values |= {
            f"{prefix}{name}": found[name] for name in (f"recall@{K}", f"ndcg@{K}", f"hit_rate@{K}")
        }
    return values


def _those_with_any(truth: Truth) -> Truth:
    rows = np.flatnonzero(np.diff(truth.wanted.indptr) + truth.missing)
    return Truth(tuple(truth.users[row] for row in rows), truth.wanted[rows], truth.missing[rows])
