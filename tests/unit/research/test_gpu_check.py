"""The check of a GPU, on a machine without one: it runs, and it notices other neighbours."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the group train is not installed")

from knowledge.vectors import VectorIndex
from research import gpu_check


def test_equal_indexes_agree() -> None:
    found = gpu_check.compared(400, 20)
    assert (found["vectors"], found["queries"], found["same"]) == (400, 20, 1.0)
    assert found["largest_difference"] == 0


def test_other_neighbours_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    real = VectorIndex.build

    def wrong_on_gpu(vectors: Any, *, use_gpu: bool, **options: Any) -> VectorIndex:
        return real(vectors if not use_gpu else vectors[::-1] * np.float32(0.9), **options)

    monkeypatch.setattr(VectorIndex, "build", wrong_on_gpu)
    assert gpu_check.compared(400, 20)["same"] == 0


def test_tuning_is_timed_and_learns() -> None:
    found = gpu_check.tuning(700, layers=1)
    assert found["texts"] == 700
    assert found["held_out_accuracy"]["cpu"] > 0.1  # one of 77 intents by chance
    assert found["seconds"]["cpu"] > 0


def test_texts_are_padded_with_nothing() -> None:
    read = gpu_check.words_of(["5 3 9", "4"])
    assert read["input_ids"].tolist() == [[5, 3, 9], [4, 0, 0]]
    assert read["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
