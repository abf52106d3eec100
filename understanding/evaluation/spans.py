"""How well entities are found: exact spans of the right kind, over all texts together."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from understanding.entities.units import Span

RESAMPLES: Final = 1000
LEVEL: Final = 0.95


def entity_metrics(
    gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]
) -> dict[str, float]:
    """Micro-averaged precision, recall and F1 of exact spans, flat, and a 95 % interval of F1 from
    resampled texts. Where there is nothing to find and nothing found all are 1."""
    counts = np.array(
        [
            (len(set(right) & set(said)), len(set(said)), len(set(right)))
            for right, said in zip(gold, predicted, strict=True)
        ]
    ).reshape(-1, 3)
    hit, said, right = (int(count) for count in counts.sum(axis=0))
    random = np.random.default_rng(7)
    draws = random.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), RESAMPLES)
    sums = draws @ counts
    resampled = _f1(sums[:, 0], sums[:, 1], sums[:, 2])
    edge = (1 - LEVEL) / 2
    return {
        "entity_precision": round(hit / said if said else float(not right), 4),
        "entity_recall": round(hit / right if right else float(not said), 4),
        "entity_f1": round(float(_f1(hit, said, right)), 4),
        "entity_f1_low": round(float(np.quantile(resampled, edge)), 4),
        "entity_f1_high": round(float(np.quantile(resampled, 1 - edge)), 4),
        "whole_sentences": round(float(np.mean(_is_whole(counts))), 4),
    }


def f1_by_entity(
    gold: Sequence[Sequence[Span]], predicted: Sequence[Sequence[Span]]
) -> dict[str, float]:
    """F1 of each kind of entity that stands in `gold`, in order of name."""
    found = {}
    for name in sorted({span.entity for spans in gold for span in spans}):
        only = [
            [[span for span in spans if span.entity == name] for spans in side]
            for side in (gold, predicted)
        ]
        hit = sum(len(set(a) & set(b)) for a, b in zip(*only, strict=True))
        said, right = (sum(len(set(spans)) for spans in side) for side in (only[1], only[0]))
        found[name] = round(float(_f1(hit, said, right)), 4)
    return found


def _f1(hit: Any, said: Any, right: Any) -> npt.NDArray[np.float64]:
    both = np.asarray(said + right)
    found: npt.NDArray[np.float64] = np.where(
        both == 0, 1.0, 2 * np.asarray(hit) / np.maximum(both, 1)
    )
    return found


def _is_whole(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    whole: npt.NDArray[np.bool_] = (counts[:, :1] == counts[:, 1:]).all(axis=1)
    return whole
