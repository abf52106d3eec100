"""Whether a conversation will need a person: learned from handovers that happened.

Two levels. The first reads words: logistic regression on the hashed words of a turn and of the
three turns before it, each place in its own part of the table. The second reads the course of the
conversation: gradient-boosted trees (Ke et al. 2017, LightGBM) on what the first level said so far,
who speaks, how far the conversation is, how long turns are, whether the shopper repeats themselves,
and a rating of moods learned in the same way. The second level learns from predictions that the
first made for conversations it had not seen. Only what was said up to a turn is used for that turn.
"""

import json
from binascii import crc32
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float64]

BUCKETS: Final = 2**17
BEFORE: Final = 3
FOLDS: Final = 5
STRENGTH: Final = 1.5
FILE: Final = "need"
TREES: Final = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "seed": 7,
    "num_threads": 1,
    "deterministic": True,
    "verbosity": -1,
}
ROUNDS: Final = 220


@dataclass(frozen=True)
class Said:
    """One turn: who spoke and the words, as tokens of any language."""

    is_shopper: bool
    tokens: tuple[str, ...]


Dialogue = Sequence[Said]


@dataclass
class WordModel:
    """A logistic regression over hashed words; `weights` has shape (buckets,)."""

    weights: Matrix
    bias: float

    def scores(self, dialogue: Dialogue) -> Vector:
        """Log odds per turn."""
        found = []
        for place in range(len(dialogue)):
            weights = self.weights[list(words_at(dialogue, place))]
            found.append(self.bias + float(weights.sum()) * _scale(dialogue, place))
        return np.array(found)


@dataclass
class NeedModel:
    """Both levels and the probability from which a person is wanted."""

    need: WordModel
    mood: WordModel
    trees: Any
    threshold: float

    def probabilities(self, dialogue: Dialogue) -> Vector:
        """The probability per turn that a person should take over there."""
        if not dialogue:
            return np.zeros(0)
        features = course(dialogue, self.need.scores(dialogue), self.mood.scores(dialogue))
        return np.asarray(self.trees.predict(features, num_threads=1), np.float64)

    def save(self, folder: Path) -> None:
        """Write need.npz, need.txt (trees) and need.json."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(folder / f"{FILE}.npz", need=self.need.weights, mood=self.mood.weights)
        (folder / f"{FILE}.txt").write_text(self.trees.model_to_string(), "utf-8")
        card = {"threshold": self.threshold, "bias": [self.need.bias, self.mood.bias]}
        (folder / f"{FILE}.json").write_text(json.dumps(card), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "NeedModel":
        """Read what `save` wrote; raises FileNotFoundError."""
        card = json.loads((folder / f"{FILE}.json").read_text("utf-8"))
        import lightgbm  # takes seconds: only where there is a model to read

        arrays = np.load(folder / f"{FILE}.npz", allow_pickle=False)
        trees = lightgbm.Booster(model_str=(folder / f"{FILE}.txt").read_text("utf-8"))
        return cls(
            WordModel(arrays["need"], card["bias"][0]),
            WordModel(arrays["mood"], card["bias"][1]),
            trees,
            card["threshold"],
        )


def train_need(
    dialogues: Sequence[Dialogue],
    needs: Sequence[Sequence[int]],
    moods: Sequence[Sequence[int]] | None = None,
) -> NeedModel:
    """Learn from conversations; `needs` and `moods` (1 = upset) hold a label per turn.

    Raises ValueError when no turn, or every turn, needed a person.
    """
    flat = np.concatenate([np.asarray(one, np.int64) for one in needs])
    if flat.min() == flat.max():
        raise ValueError("needs: both turns with and without need are wanted")
    upset = needs if moods is None else moods
    fold_of = np.random.default_rng(7).permutation(len(dialogues)) % FOLDS
    unseen: list[tuple[Vector, Vector]] = [(np.zeros(0), np.zeros(0))] * len(dialogues)
    for fold in range(FOLDS):
        seen = [i for i in range(len(dialogues)) if fold_of[i] != fold]
        parts = [
            _fit([dialogues[i] for i in seen], [labels[i] for i in seen])
            for labels in (needs, upset)
        ]
        for i in np.flatnonzero(fold_of == fold):
            unseen[i] = (parts[0].scores(dialogues[i]), parts[1].scores(dialogues[i]))
    features = [course(d, *scores) for d, scores in zip(dialogues, unseen, strict=True)]
    held_out = np.zeros(len(flat))
    owner = np.concatenate([np.full(len(d), fold_of[i]) for i, d in enumerate(dialogues)])
    table = np.concatenate(features)
    for fold in range(FOLDS):
        trees = _grow(table[owner != fold], flat[owner != fold])
        held_out[owner == fold] = trees.predict(table[owner == fold])
    return NeedModel(
        need=_fit(dialogues, needs),
        mood=_fit(dialogues, upset),
        trees=_grow(table, flat),
        threshold=best_threshold(held_out, flat),
    )


def words_at(dialogue: Dialogue, place: int) -> set[int]:
    """Buckets of the words at a place and in the turns before it."""
    found: set[int] = set()
    for back in range(min(BEFORE, place) + 1):
        turn = dialogue[place - back]
        mark = f"{back}{'s' if turn.is_shopper else 'a'}"
        grams = [*turn.tokens, *(f"{a} {b}" for a, b in pairwise(turn.tokens))]
        found.update(crc32(f"{mark}:{gram}".encode()) % BUCKETS for gram in grams)
        found.add(crc32(f"{mark}:".encode()) % BUCKETS)
    return found


def course(dialogue: Dialogue, need: Vector, mood: Vector) -> Matrix:
    """What the second level sees, shape (turns, features); row i knows turns 0 to i only."""
    rows = []
    spoken = 0
    earlier: set[str] = set()
    repeated_before = 0
    for i, turn in enumerate(dialogue):
        tokens = set(turn.tokens)
        overlap = len(tokens & earlier) / max(1, len(tokens)) if turn.is_shopper else 0.0
        spoken += turn.is_shopper
        run = 1
        while i - run >= 0 and dialogue[i - run].is_shopper == turn.is_shopper:
            run += 1
        repeated_before += overlap > 0.5
        rows.append(
            [
                *(need[i - back] if i >= back else -9.0 for back in range(5)),
                *(mood[i - back] if i >= back else -9.0 for back in range(3)),
                float(need[: i + 1].max()),
                float(need[: i + 1].mean()),
                float(mood[: i + 1].max()),
                float(mood[: i + 1].mean()),
                float(need[max(0, i - 4) : i + 1].mean()),
                float(turn.is_shopper),
                float(i),
                float(spoken),
                float(run),
                float(len(turn.tokens)),
                float(len(dialogue[i - 1].tokens)) if i else 0.0,
                overlap,
                float(repeated_before),
                float(i > 0 and dialogue[i - 1].is_shopper),
            ]
        )
        if turn.is_shopper:
            earlier |= tokens
    return np.array(rows, np.float32)


def best_threshold(probability: Vector, truth: npt.NDArray[np.int64]) -> float:
    """The probability from which calling a person gives the best F1 on held-out turns."""
    grid = np.unique(np.quantile(probability, np.linspace(0.5, 0.995, 120)))
    scores = []
    for cut in grid:
        chosen = probability >= cut
        right = float((chosen & (truth == 1)).sum())
        scores.append(2 * right / max(1.0, chosen.sum() + truth.sum()))
    return float(grid[int(np.argmax(scores))])


def _fit(dialogues: Sequence[Dialogue], labels: Sequence[Sequence[int]]) -> WordModel:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    places, pointers, data = [], [0], []
    for dialogue in dialogues:
        for i in range(len(dialogue)):
            found = sorted(words_at(dialogue, i))
            places.extend(found)
            data.extend([_scale(dialogue, i)] * len(found))
            pointers.append(len(places))
    matrix = csr_matrix((data, places, pointers), shape=(len(pointers) - 1, BUCKETS))
    flat = np.concatenate([np.asarray(one, np.int64) for one in labels])
    fitted = LogisticRegression(C=STRENGTH, max_iter=200, solver="liblinear").fit(matrix, flat)
    return WordModel(fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0]))


def _grow(features: Matrix, truth: npt.NDArray[np.int64]) -> Any:
    import lightgbm

    return lightgbm.train(dict(TREES), lightgbm.Dataset(features, truth), ROUNDS)


def _scale(dialogue: Dialogue, place: int) -> float:
    """Makes long and short turns comparable."""
    tokens = sum(len(dialogue[place - back].tokens) for back in range(min(BEFORE, place) + 1))
    return 1.0 / float(np.sqrt(1 + tokens) / 2)
