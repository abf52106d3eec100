"""Yoochoose 100k: the next click at every position, beside VSKNN, with and without repeats."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from recommender.base import Interactions
from recommender.data import Floats, Histories, Mask, Places
from recommender.evaluation.choosing import choose
from recommender.evaluation.metrics import Values, estimate
from recommender.evaluation.protocols import session_metrics
from recommender.evaluation.reading import read_interactions
from recommender.evaluation.run import asked_positions
from recommender.models.sessions import SequentialRules
from recommender.ranking import top_places
from research.benchmarks.recommending.lines import Line
from research.benchmarks.recommending.vsknn import Vsknn

K: Final = 20


def run(folder: Path, out: Path) -> list[Line]:
    """Choose on the last clicks of training sessions; measure on the test sessions."""
    train, test = (_read(folder, name) for name in ("train_full", "test"))
    rng = np.random.default_rng(0)
    choice = choose("sessions", train, None, name="best", k=K, rng=rng)
    model = choice.model().fit(train)
    histories, wanted, fresh = asked_positions(model, test)
    peer = Vsknn().fit(train.histories)
    lines: list[Line] = []
    found = {}
    for who, scorer in (
        ("VSKNN", lambda part: _peer_scores(peer, part)),
        ("sequential rules", SequentialRules().fit(train)._scores),
        (f"ours: best on validation ({choice.alias})", model._scores),
    ):
        began = time.perf_counter()
        found[who] = _asked(scorer, histories, wanted, fresh)
        seconds = time.perf_counter() - began
        for part, values in found[who].items():
            for name, one in values.items():
                mean = estimate(one, rng)
                lines.append(Line("sessions", who, f"{part}{name}", mean.mean, mean.low, mean.high))
        lines.append(Line("sessions", who, "ms_a_request", 1000 * seconds / len(wanted)))
    theirs, ours = found["VSKNN"], list(found.values())[-1]
    return lines + [
        _difference(f"{part}{name}", ours[part][name] - theirs[part][name], rng)
        for part in ours
        for name in ours[part]
    ]


def _read(folder: Path, name: str) -> Interactions:
    path = folder / "yoochoose_100k" / f"yoochoose-clicks-100k_{name}.txt.gz"
    return read_interactions(path).interactions()


def _peer_scores(peer: Vsknn, part: Histories) -> Floats:
    return np.stack([peer.scores(part.of(row)[0], part.items) for row in range(len(part))])


def _asked(
    scorer: Callable[[Histories], Floats], histories: Histories, wanted: Places, fresh: Mask
) -> dict[str, dict[str, Values]]:
    """Metrics of every position, and of targets not in the session with its items left out."""
    whole, without = [], []
    for start in range(0, len(wanted), 2000):
        part = histories.take(np.arange(start, min(start + 2000, len(wanted))))
        scores = scorer(part)
        whole.append(top_places(scores, K))
        rows = np.repeat(np.arange(len(part)), np.diff(part.start))
        scores[rows, part.item] = -np.inf
        without.append(top_places(scores, K))
    return {
        "": _chosen(session_metrics(np.concatenate(whole), wanted, [K])),
        "without_repeats_": _chosen(
            session_metrics(np.concatenate(without)[fresh], wanted[fresh], [K])
        ),
    }


def _chosen(values: dict[str, Values]) -> dict[str, Values]:
    return {name: values[name] for name in (f"hit_rate@{K}", f"mrr@{K}")}


def _difference(name: str, values: Values, rng: np.random.Generator) -> Line:
    one = estimate(values, rng)
    return Line("sessions", "ours - VSKNN", name, one.mean, one.low, one.high, target=0.0)
