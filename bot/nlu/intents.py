"""The intent of a message: a calibrated linear classifier on embeddings and n-grams.

Logistic regression over the encoder's sentence vector and the n-grams of `bot.nlu.lexical`;
probabilities are made honest by one temperature learned on cross-validated scores (Guo et al.
2017), and the confidence below which the assistant asks back is learned on the same scores.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.nlu.lexical import Lexicon

FOLDS: Final = 4
STRENGTH: Final = 12.0
LEXICAL_WEIGHT: Final = 0.7
# A wrong answer is about three times as bad as asking back.
COST_OF_WRONG: Final = 3.0

Vectors = npt.NDArray[np.float32]


@dataclass
class IntentModel:
    """Weights, shape (intents, lexicon + dimensions), and what turns scores into probabilities."""

    labels: list[str]
    lexicon: Lexicon
    lexical: Vectors
    dense: Vectors
    bias: Vectors
    temperature: float
    threshold: float
    metrics: dict[str, float]

    def probabilities(self, text: str, vector: Vectors) -> Vectors:
        """A probability per label, in the order of `labels`."""
        places, weights = self.lexicon.features(text)
        scores = self.bias + self.dense @ vector
        if len(places):
            scores = scores + LEXICAL_WEIGHT * (self.lexical[places].T @ weights)
        return softmax(scores / self.temperature)

    def save(self, folder: Path, name: str) -> None:
        """Write NAME.npz and NAME.json."""
        np.savez(
            folder / f"{name}.npz", lexical=self.lexical.astype(np.float16), dense=self.dense,
            bias=self.bias, idf=self.lexicon.idf,
        )  # fmt: skip
        facts = {
            "labels": self.labels,
            "words": list(self.lexicon.words),
            "characters": list(self.lexicon.characters),
            "temperature": self.temperature,
            "threshold": self.threshold,
            "metrics": self.metrics,
        }
        (folder / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> "IntentModel":
        """Read what `save` wrote."""
        facts = json.loads((folder / f"{name}.json").read_text("utf-8"))
        arrays = np.load(folder / f"{name}.npz", allow_pickle=False)
        words = {gram: place for place, gram in enumerate(facts["words"])}
        characters = {gram: len(words) + place for place, gram in enumerate(facts["characters"])}
        return cls(
            labels=facts["labels"],
            lexicon=Lexicon(words, characters, arrays["idf"]),
            lexical=arrays["lexical"].astype(np.float32),
            dense=arrays["dense"],
            bias=arrays["bias"],
            temperature=facts["temperature"],
            threshold=facts["threshold"],
            metrics=facts["metrics"],
        )


def softmax(scores: npt.NDArray[Any]) -> Vectors:
    """Probabilities from scores along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: Vectors = (shifted / shifted.sum(axis=-1, keepdims=True)).astype(np.float32)
    return found


def train_intents(texts: Sequence[str], labels: Sequence[str], vectors: Vectors) -> IntentModel:
    """Learn from examples; `vectors` has shape (texts, dimensions). Seeds are fixed."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.model_selection import StratifiedKFold

    names = sorted(set(labels))
    target = np.array([names.index(label) for label in labels])
    held_out = np.zeros((len(texts), len(names)), np.float32)
    for fold, (seen, unseen) in enumerate(
        StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(vectors, target)
    ):
        lexicon = Lexicon.learn([texts[i] for i in seen])
        every = hstack([LEXICAL_WEIGHT * lexicon.matrix(texts), csr_matrix(vectors)], format="csr")
        model = _fit(every[seen], target[seen])
        scores = model.decision_function(every[unseen])
        held_out[np.ix_(unseen, model.classes_)] = scores
        del fold
    temperature = best_temperature(held_out, target)
    probability = softmax(held_out / temperature)
    guess = probability.argmax(axis=1)
    top = probability.max(axis=1)
    right = guess == target
    threshold = best_threshold(
        top,
        right,
        guess != names.index("out_of_scope") if "out_of_scope" in names else np.ones_like(right),
    )
    lexicon = Lexicon.learn(texts)
    whole = hstack([LEXICAL_WEIGHT * lexicon.matrix(texts), csr_matrix(vectors)], format="csr")
    final = _fit(whole, target)
    weights = final.coef_.astype(np.float32)
    return IntentModel(
        labels=names,
        lexicon=lexicon,
        lexical=np.ascontiguousarray(weights[:, : lexicon.size].T),
        dense=np.ascontiguousarray(weights[:, lexicon.size :]),
        bias=final.intercept_.astype(np.float32),
        temperature=temperature,
        threshold=threshold,
        metrics={
            "examples": float(len(texts)),
            "cross_validated_accuracy": float(right.mean()),
            "share_answered": float((top >= threshold).mean()),
            "accuracy_when_answered": float(right[top >= threshold].mean()),
        },
    )


def _fit(features: Any, target: npt.NDArray[np.int64]) -> Any:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(
        C=STRENGTH, max_iter=80, tol=1e-3, class_weight="balanced", random_state=7
    )
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 80 steps are enough, converged or not
        return model.fit(features, target)


def best_temperature(scores: npt.NDArray[Any], target: npt.NDArray[np.int64]) -> float:
    """The temperature of the lowest negative log likelihood, from 0.2 to 4."""
    rows = np.arange(len(target))
    losses = {
        float(t): -float(np.log(softmax(scores / t)[rows, target] + 1e-9).mean())
        for t in np.geomspace(0.2, 4, 40)
    }
    return min(losses, key=lambda t: losses[t])


def best_threshold(
    confidence: npt.NDArray[Any], right: npt.NDArray[np.bool_], counts: npt.NDArray[np.bool_]
) -> float:
    """The confidence below which asking back costs less than answering, from 0.15 to 0.6."""
    best, best_value = 0.3, -np.inf
    for threshold in np.linspace(0.15, 0.6, 46):
        answered = (confidence >= threshold) & counts
        value = float(right[answered].sum() - COST_OF_WRONG * (~right[answered]).sum())
        if value > best_value:
            best, best_value = float(threshold), value
    return best
