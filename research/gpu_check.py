"""What a GPU is worth here: `python -m research.gpu_check [FILE]`, started by `scripts/gpu_check`.

Proves that FAISS on the GPU finds what it finds on the CPU, and measures how much faster a million
passages are searched and an encoder is tuned. It needs NumPy, FAISS built for GPUs and PyTorch, and
nothing else, so that it also runs where no package can be installed: its vectors, its encoder (of
MiniLM's size, with random weights) and its texts are made from fixed seeds.
"""

import json
import platform
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import faiss
import numpy as np
import torch
from torch import Tensor, nn

from knowledge.vectors import Matrix, VectorIndex, gpu_count
from understanding.evaluation.examples import Example
from understanding.tuning.fit import Tuned, tune
from understanding.tuning.plan import TuningPlan

DIMENSIONS: Final = 384
NEIGHBOURS: Final = 10
SEED: Final = 7
# Sums are formed in another order on a GPU: similarities may differ by so much.
ROUNDING: Final = 1e-4


def compared(size: int, queries: int) -> dict[str, Any]:
    """Exact search of `size` vectors on both devices.

    `same` is the share of queries whose neighbours agree: the same numbers, or others whose
    similarities differ by rounding only.
    """
    random = np.random.default_rng(SEED)
    vectors, asked = _unit(random, size), _unit(random, queries)
    slow, fast = (
        VectorIndex.build(vectors, kind="flat", use_gpu=use_gpu) for use_gpu in (False, True)
    )
    fast.search(asked[:1], NEIGHBOURS)  # takes the vectors to the GPU
    (right, named), cpu_seconds = _timed(lambda: slow.search(asked, NEIGHBOURS))
    (found, numbers), gpu_seconds = _timed(lambda: fast.search(asked, NEIGHBOURS))
    (_, _), cpu_alone = _timed(lambda: slow.search(asked[:1], NEIGHBOURS))
    (_, _), gpu_alone = _timed(lambda: fast.search(asked[:1], NEIGHBOURS))
    agrees = (numbers == named) | (np.abs(found - right) < ROUNDING)
    return {
        "vectors": size,
        "queries": queries,
        "same": float(agrees.all(axis=1).mean()),
        "largest_difference": float(np.abs(found - right).max()),
        "cpu_ms_a_query": 1000 * cpu_seconds / queries,
        "gpu_ms_a_query": 1000 * gpu_seconds / queries,
        "cpu_ms_alone": 1000 * cpu_alone,
        "gpu_ms_alone": 1000 * gpu_alone,
        "times_as_fast": cpu_seconds / gpu_seconds,
    }


class Encoder(nn.Module):
    """A transformer encoder with the face that tuning asks of one of transformers' models."""

    def __init__(self, words: int, layers: int = 6, size: int = DIMENSIONS) -> None:
        """By default of MiniLM's size."""
        super().__init__()
        self.config = SimpleNamespace(hidden_size=size)
        self.embeddings = nn.Embedding(words, size)
        layer = nn.TransformerEncoderLayer(size, 12, 4 * size, activation="gelu", batch_first=True)
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.embeddings.weight.device

    def get_input_embeddings(self) -> nn.Embedding:
        """The table of words."""
        return self.embeddings

    def forward(
        self,
        input_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        attention_mask: Tensor | None = None,
    ) -> Any:
        """The last hidden states."""
        state = self.embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        hidden = None if attention_mask is None else attention_mask == 0
        return SimpleNamespace(last_hidden_state=self.layers(state, src_key_padding_mask=hidden))


def words_of(texts: list[str], **_options: Any) -> dict[str, Tensor]:
    """A tokenizer: each text is a row of numbers, 0 is padding."""
    rows = [[int(word) for word in text.split()] for text in texts]
    ids = torch.zeros((len(rows), max(map(len, rows))), dtype=torch.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
    return {"input_ids": ids, "attention_mask": (ids > 0).long()}


def tuning(count: int, layers: int = 6) -> dict[str, Any]:
    """One epoch of full tuning over `count` texts of 20 words and 77 intents, on both devices."""
    random = np.random.default_rng(SEED)
    examples = []
    for place in range(count):
        intent = place % 77
        # Each intent has words of its own, which are there to be learned.
        words = np.where(
            random.random(20) < 0.3,
            1 + 40 * intent + random.integers(0, 40, 20),
            random.integers(1, 8000, 20),
        )
        examples.append(Example(" ".join(map(str, words)), str(intent)))
    seconds, accuracies = {}, {}
    for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
        tuned, seconds[device] = _timed(partial(_tuned, examples, layers, torch.device(device)))
        accuracies[device] = tuned.held_out_accuracy
    return {
        "texts": count,
        "seconds": seconds,
        "held_out_accuracy": accuracies,
        "times_as_fast": seconds["cpu"] / seconds["cuda"] if "cuda" in seconds else None,
    }


def _tuned(examples: list[Example], layers: int, device: torch.device) -> Tuned:
    torch.manual_seed(SEED)
    plan = TuningPlan(gear="full", epochs=1)
    return tune(Encoder(8001, layers), words_of, examples, (), (), plan, device=device)


def main() -> None:
    """Run all three and print them as JSON; exits with 1 when the GPU finds something else."""
    if gpu_count() == 0 or not torch.cuda.is_available():
        sys.exit("gpu_check: FAISS and PyTorch must both see a GPU")
    figures: dict[str, Any] = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "faiss": faiss.__version__,
        "gpu": torch.cuda.get_device_name(0),
        "cpu_threads": faiss.omp_get_max_threads(),
    }
    parts: tuple[tuple[str, Callable[[], dict[str, Any]]], ...] = (
        ("small", lambda: compared(20_000, 1_000)),
        ("million", lambda: compared(1_000_000, 256)),
        ("tuning", lambda: tuning(6_000)),
    )
    for name, measure in parts:
        figures[name] = measure()
        print(json.dumps({name: figures[name]}, indent=2), flush=True)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if figures["small"]["same"] < 1 or figures["million"]["same"] < 1:
        sys.exit("gpu_check: the GPU's neighbours are not those of the CPU")


def _unit(random: np.random.Generator, count: int) -> Matrix:
    found = random.standard_normal((count, DIMENSIONS), dtype=np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    return found, time.perf_counter() - began


if __name__ == "__main__":
    main()
