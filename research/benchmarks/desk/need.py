"""How well the need for a person is seen coming, on real handovers (MHCH, make-up shops).

Words are anonymised numbers. Training reads the data's `eval` file, the figures are of its `test`
file. The moods that the data's authors noted are labels for the rater in training; on the test
side no noted mood is read.
"""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from desk.tickets.need import Said, train_need


def read(path: Path) -> tuple[list[list[Said]], list[list[int]], list[list[int]]]:
    """Dialogues, need per turn, and 1 per turn where the shopper is upset."""
    dialogues, needs, moods = [], [], []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            turns = json.loads(line)["turns"]
            dialogues.append([Said(t["role"] == 1, tuple(map(str, t["word_ids"]))) for t in turns])
            needs.append([int(turn["handoff"]) for turn in turns])
            moods.append([int(turn["role"] == 1 and turn["senti"] == 0) for turn in turns])
    return dialogues, needs, moods


def golden_transfer(truth: list[int], guess: list[int], tolerance: int) -> float:
    """GT-T of Liu et al. 2021 (Time to Transfer), with lambda 0: 1 is right to the turn."""
    wanted = [i for i, label in enumerate(truth) if label]
    called = [i for i, label in enumerate(guess) if label]
    if not wanted or not called:
        return float(not wanted and not called)
    return float(
        np.mean(
            [max(math.exp(-((c - w) ** 2) / (2 * tolerance**2)) for w in wanted) for c in called]
        )
    )


def measure(folder: Path) -> dict[str, float]:
    """Train on the eval file, measure on the test file."""
    from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

    dialogues, needs, moods = read(folder / "eval.jsonl.gz")
    model = train_need(dialogues, needs, moods)
    test, truth, _ = read(folder / "test.jsonl.gz")
    probability = [model.probabilities(dialogue) for dialogue in test]
    called: list[list[int]] = [(p >= model.threshold).astype(int).tolist() for p in probability]
    flat: Any = np.concatenate([np.array(one) for one in truth])
    scores, calls = np.concatenate(probability), np.concatenate([np.array(c) for c in called])
    gold = {
        f"gt_{tolerance}": float(
            np.mean([golden_transfer(t, c, tolerance) for t, c in zip(truth, called, strict=True)])
        )
        for tolerance in (1, 2, 3)
    }
    return {
        "auc": float(roc_auc_score(flat, scores)),
        "average_precision": float(average_precision_score(flat, scores)),
        "f1": float(f1_score(flat, calls)),
        "macro_f1": float(f1_score(flat, calls, average="macro")),
        **gold,
        "turns": float(len(flat)),
    }
