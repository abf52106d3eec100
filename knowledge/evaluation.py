"""How well passages are found on files of one's own: `concierge knowledge evaluate`.

Ours, BM25 alone and the encoder alone search the same texts in one run. What is counted is the rank
of the group that answers (a label, or one passage): several passages of a group are one answer.
Intervals are bootstrapped over the queries (Efron 1979), for differences over the same draws.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from encoders.shared import Encoders
from kit.i18n import Language
from knowledge.fitting import Fitter
from knowledge.passages import FiledPassage, Query
from knowledge.shelf import Passage, Shelf
from knowledge.vectors import Matrix
from knowledge.words import Bm25

DRAWS: Final = 1_000
SEED: Final = 5
TIMED: Final = 200
Ranks = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Compared:
    """Ranks of the right group by system, from 1 (0: not found), and how long it took."""

    ranks: dict[str, Ranks]
    train_seconds: float
    ms_p50: float
    ms_p95: float
    kind: str


def compare(
    passages: Sequence[FiledPassage],
    queries: Sequence[Query],
    *,
    encoders: Encoders,
    language: Language,
    train: Sequence[Query] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Compared:
    """Let ours, `bm25` and `encoder` look for the answer to each query.

    Ours learns from what the passages say of themselves (labels, titles) and from `train`.
    """
    entries = [
        Passage(one.group, text) for one in passages for text in (one.title, one.text) if text
    ]
    progress(f"encoding {len(entries)} passages")
    vectors = encoders.encode([one.text for one in entries], language, "passage")
    asked = encoders.encode([one.text for one in queries], language)
    progress("learning")
    began = time.perf_counter()
    shelf = _learned(entries, vectors, train, encoders, language, progress)
    seconds = time.perf_counter() - began
    progress(f"searching for {len(queries)} queries")
    numbers = {group: at for at, group in enumerate(dict.fromkeys(p.group for p in entries))}
    owners = np.array([numbers[one.group] for one in entries])
    truth = np.array([numbers[one.group] for one in queries])
    words = Bm25([one.text for one in entries])
    ours, bm25, encoder, taken = [], [], [], []
    for query, vector, right in zip(queries, asked, truth, strict=True):
        start = time.perf_counter()
        found = shelf.rank(query.text, vector)
        taken.append((time.perf_counter() - start) * 1000)
        groups = list(dict.fromkeys(one.passage.group for one in found))
        ours.append(groups.index(query.group) + 1 if query.group in groups else 0)
        bm25.append(_rank(words.scores(query.text), owners, right))
        encoder.append(_rank(vectors @ vector, owners, right))
    ranks = {"": np.array(ours), "bm25": np.array(bm25), "encoder": np.array(encoder)}
    encoding = _encoding_ms(queries, encoders, language)
    p50, p95 = np.percentile(taken, [50, 95])
    return Compared(ranks, seconds, float(p50 + encoding), float(p95 + encoding), shelf.kind)


def figures(compared: Compared) -> dict[str, float | int | str]:
    """Flat figures with intervals; names of the peers' begin with `bm25_` and `encoder_`."""
    found: dict[str, float | int | str] = {}
    draws = np.random.default_rng(SEED).integers(
        0, len(compared.ranks[""]), (DRAWS, len(compared.ranks[""]))
    )
    measured: dict[str, dict[str, npt.NDArray[np.float64]]] = {}
    for system, ranks in compared.ranks.items():
        measured[system] = {
            "recall@1": (ranks == 1).astype(float),
            "recall@5": ((ranks >= 1) & (ranks <= 5)).astype(float),
            "mrr": np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0.0),
        }
        for name, values in measured[system].items():
            _with_interval(found, f"{system}_{name}" if system else name, values, draws)
    for peer in ("bm25", "encoder"):
        for name in ("recall@1", "mrr"):
            gain = measured[""][name] - measured[peer][name]
            _with_interval(found, f"{name}_over_{peer}", gain, draws)
    return found | {
        "queries": len(compared.ranks[""]),
        "index": compared.kind,
        "train_seconds": round(compared.train_seconds, 2),
        "ms_p50": round(compared.ms_p50, 2),
        "ms_p95": round(compared.ms_p95, 2),
    }


def draw(compared: Compared, folder: Path) -> Path:
    """A picture of how often the answer is among the first k, for each system; its path."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    places = np.arange(1, 11)
    for system, ranks in compared.ranks.items():
        shares = [float(((ranks >= 1) & (ranks <= k)).mean()) for k in places]
        axes.plot(places, shares, marker="o", label=system or "ours")
    axes.set(xlabel="among the first k", ylabel="share of queries answered", xticks=places)
    axes.grid(alpha=0.3)
    axes.legend()
    path = folder / "recall.png"
    figure.savefig(path, dpi=120)
    return path


def _learned(
    entries: Sequence[Passage],
    vectors: Matrix,
    train: Sequence[Query],
    encoders: Encoders,
    language: Language,
    progress: Callable[[str], None],
) -> Shelf:
    texts = [*(one.text for one in entries), *(one.text for one in train)]
    groups = [*(one.group for one in entries), *(one.group for one in train)]
    number = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    known = vectors
    if train:
        known = np.vstack([vectors, encoders.encode([one.text for one in train], language)])
    is_passage = [True] * len(entries) + [False] * len(train)
    # With real questions to learn from, passages need not stand in for them.
    is_query = [not one for one in is_passage] if train else is_passage
    fitter = Fitter(
        texts,
        known,
        [number[group] for group in groups],
        is_query=is_query,
        is_passage=is_passage,
        progress=progress,
    )
    return Shelf.of(fitter.fit()[0], entries, vectors)


def _rank(scores: Matrix, owners: npt.NDArray[np.int64], right: int) -> int:
    """The rank of the right group when each counts with its best passage."""
    best = np.full(owners.max() + 1, -np.inf)
    np.maximum.at(best, owners, scores)
    return 1 + int((best > best[right]).sum())


def _encoding_ms(queries: Sequence[Query], encoders: Encoders, language: Language) -> float:
    """Median milliseconds to encode one query that is not remembered."""
    taken = []
    for query in queries[:TIMED]:
        start = time.perf_counter()
        encoders.encode([f"{query.text} "], language)
        taken.append((time.perf_counter() - start) * 1000)
    return float(np.median(taken))


def _with_interval(
    found: dict[str, float | int | str],
    name: str,
    values: npt.NDArray[np.float64],
    draws: npt.NDArray[np.int64],
) -> None:
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    found[name] = round(float(values.mean()), 4)
    found[f"{name}_low"], found[f"{name}_high"] = round(float(low), 4), round(float(high), 4)
