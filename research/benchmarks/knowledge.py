"""`concierge bench knowledge`: finding answers on public sets, and a million vectors.

Retrieval: texts that mean the same (Banking77 in full and with ten examples an intent, Curekart's
shoppers) and answers to questions (BankFAQs, with nothing to learn from, and with half of the
questions), ours beside BM25 and the encoder alone, the same settings for all.

A million passages: vectors made from those of real texts (the assistant's own examples and
articles), each a mixture of a text and two of its neighbours with noise of the shape that the real
vectors have; so are the queries, which are not in the index. Compared with exact search.
"""

import csv
import gzip
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from encoders.shared import ensure_exports, shared_encoders
from knowledge.articles import entry_texts, load_articles
from knowledge.evaluation import compare, figures
from knowledge.passages import FiledPassage, Query
from knowledge.vectors import Matrix, VectorIndex, exact_neighbours, gpu_count, recall
from research.benchmarks.real_input import shared_data
from research.benchmarks.table import measure_each

MILLION: Final = 1_000_000
SIZES: Final = {"flat": 20_000, "graph": 100_000, "inverted": MILLION}
QUERIES: Final = 1_000
NEIGHBOURS: Final = 10
BLOCK: Final = 50_000
NOISE: Final = 0.35
SEED: Final = 3
LABELLED: Final = {
    "banking77": ("banking77/train.csv", "banking77/test.csv"),
    "banking77_10": ("banking77/fewshot_train_10.csv", "banking77/test.csv"),
    "curekart": ("hint3/v1_curekart_train.csv", "hint3/v1_curekart_test.csv"),
}
FAQ: Final = "bank_faq/bank_faq.csv.gz"
SETS: Final = (*LABELLED, "bank_faq", "bank_faq_half")
console = Console(width=110)


def run(
    root: Path, data_dir: Path, _stock: Path | None, only: Sequence[str] = ()
) -> dict[str, Any]:
    """Print a table for each set and kind of index and return their figures."""
    ensure_exports(data_dir)
    encoders = shared_encoders(data_dir)

    def measure_one(name: str) -> dict[str, Any]:
        if name in SIZES:
            with console.status("encoding the assistant's own texts …"):
                real = encoders.encode(own_texts(root / "nlu_data"), "en")
            with tempfile.TemporaryDirectory() as folder, console.status(f"{name} …") as status:
                measured = measure(real, SIZES[name], Path(folder), status.update)
            _print_index(name, measured)
            return dict(measured)
        passages, train, queries = _read(shared_data(root) / "nlu", name)
        with console.status(f"{name} …"):
            compared = compare(passages, queries, encoders=encoders, language="en", train=train)
        found = figures(compared)
        _print_retrieval(name, found)
        return found

    return measure_each(only, (*SETS, *SIZES), measure_one)


def own_texts(nlu_data: Path) -> list[str]:
    """The assistant's English examples without their marks, and all entries of its articles."""
    texts = {text for article in load_articles(nlu_data, "en") for text in entry_texts(article)}
    for path in sorted((nlu_data / "en" / "nlu").glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = str(group.get("examples", "")).splitlines()
            texts |= {line.removeprefix("- ") for line in lines if line.startswith("- ")}
    return sorted(texts)


def measure(
    real: Matrix, size: int, folder: Path, progress: Callable[[str], None]
) -> dict[str, float | int | str]:
    """Build an index of `size` vectors like `real` and search it one query at a time."""
    randomness = np.random.default_rng(SEED)
    progress(f"making {size} vectors …")
    vectors: Matrix = np.lib.format.open_memmap(  # type: ignore[no-untyped-call]
        folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(size, real.shape[1])
    )
    make = Maker(real)
    for start in range(0, size, BLOCK):
        vectors[start : start + BLOCK] = make(min(BLOCK, size - start), randomness)
    queries = make(QUERIES, randomness)
    before = _resident_mb()
    progress(f"building an index of {size} vectors …")
    began = time.perf_counter()
    index = VectorIndex.build(vectors)
    seconds = time.perf_counter() - began
    progress("searching …")
    taken, found = [], np.zeros((QUERIES, NEIGHBOURS), np.int64)
    for at, query in enumerate(queries):
        start_at = time.perf_counter()
        found[at] = index.search(query[None], NEIGHBOURS)[1][0]
        taken.append((time.perf_counter() - start_at) * 1000)
    began = time.perf_counter()
    index.search(queries, NEIGHBOURS)
    batch = (time.perf_counter() - began) * 1000 / QUERIES
    truth = exact_neighbours(vectors, queries, NEIGHBOURS)
    p50, p99 = np.percentile(taken, [50, 99])
    return {
        "vectors": size,
        "index": index.kind,
        "device": "gpu" if gpu_count() else "cpu",
        "lists_visited": index.lists_visited,
        "recall@10": round(recall(found, truth), 4),
        "ms_p50": round(float(p50), 2),
        "ms_p99": round(float(p99), 2),
        "ms_in_batch": round(batch, 2),
        "build_seconds": round(seconds, 1),
        "index_mb": round(index.megabytes()),
        "resident_mb": round(_resident_mb() - before),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }


class Maker:
    """Unit vectors like those of real texts."""

    def __init__(self, real: Matrix) -> None:
        self._real = real
        near = real @ real.T
        self._near = np.argsort(-near, axis=1)[:, 1:21]
        spread = np.cov(real.T)
        values, directions = np.linalg.eigh(spread)
        self._shape = (directions * np.sqrt(np.maximum(values, 0))).T.astype(np.float32)

    def __call__(self, count: int, randomness: np.random.Generator) -> Matrix:
        """Shape (count, dimensions)."""
        rows = randomness.integers(0, len(self._real), count)
        others = self._near[rows[:, None], randomness.integers(0, self._near.shape[1], (count, 2))]
        shares = randomness.dirichlet([4.0, 2.0, 2.0], count).astype(np.float32)
        mixed = shares[:, :1] * self._real[rows]
        for place in range(2):
            mixed += shares[:, place + 1, None] * self._real[others[:, place]]
        noise = randomness.standard_normal(mixed.shape, dtype=np.float32) @ self._shape
        mixed += NOISE * noise
        unit: Matrix = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
        return unit


def _read(folder: Path, name: str) -> tuple[list[FiledPassage], list[Query], list[Query]]:
    """Passages, queries to learn from, and queries to measure by."""
    if name in LABELLED:
        train, test = (
            [(row["text"], row["intent"]) for row in _rows(folder / file)]
            for file in LABELLED[name]
        )
        known = {label for _, label in train}
        passages = [
            FiledPassage(str(at), text, "", label) for at, (text, label) in enumerate(train)
        ]
        return passages, [], [Query(t, f"label {label}") for t, label in test if label in known]
    rows = _rows(folder / FAQ)
    answers = sorted({row["answer"] for row in rows})
    number = {answer: str(at) for at, answer in enumerate(answers)}
    # A question that stands twice with different answers asks for nothing certain.
    answer_of: dict[str, set[str]] = {}
    for row in rows:
        answer_of.setdefault(row["question"], set()).add(row["answer"])
    asked = [
        Query(question, number[min(given)])
        for question, given in sorted(answer_of.items())
        if len(given) == 1
    ]
    passages = [FiledPassage(number[answer], answer, "", None) for answer in answers]
    if name == "bank_faq":
        return passages, [], asked
    order = np.random.default_rng(SEED).permutation(len(asked))
    half = len(asked) // 2
    return passages, [asked[at] for at in order[:half]], [asked[at] for at in order[half:]]


def _rows(path: Path) -> list[dict[str, str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _resident_mb() -> float:
    import psutil

    return float(psutil.Process().memory_info().rss) / 1e6


def _print_retrieval(name: str, found: dict[str, Any]) -> None:
    table = Table("", "ours", "BM25", "encoder", "over BM25", "over encoder", title=name)
    for figure in ("recall@1", "recall@5", "mrr"):
        cells = [f"{found[f'{peer}{figure}']:.4f}" for peer in ("", "bm25_", "encoder_")]
        for peer in ("bm25", "encoder"):
            key = f"{figure}_over_{peer}"
            low_high = (
                f"({found[f'{key}_low']:+.3f} – {found[f'{key}_high']:+.3f})"
                if (key in found)
                else ""
            )
            cells.append(low_high)
        table.add_row(figure, *cells)
    console.print(table)


def _print_index(kind: str, measured: dict[str, float | int | str]) -> None:
    table = Table(title=f"{kind}: {measured['vectors']} vectors", show_header=False)
    for name, value in measured.items():
        table.add_row(name, str(value))
    console.print(table)
