"""Which acts a message does in its context: one linear model per act.

Logistic regressions, one against the rest, over the n-grams of the message, one-hot words of the
context (`dialogue.context`), their products with the message's first words, and the sentence vector
where an encoder serves. A message can do several acts at once.
"""

import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from encoders.scores import Vectors, centred
from understanding.ngrams import Lexicon, normalise, word_grams

SEED: Final = 7
STRENGTH: Final = 8.0
CONTEXT_WEIGHT: Final = 0.9
CROSS_WEIGHT: Final = 0.6
DENSE_WEIGHT: Final = 1.2
LEAST_CROSS: Final = 3
FIRST_WORDS: Final = 2


@dataclass(frozen=True)
class Example:
    """A message with the words of its context and the acts it does."""

    text: str
    context: tuple[str, ...]
    acts: tuple[str, ...]


@dataclass
class ActsModel:
    """Weights by feature and act.

    Shapes: `lexical` (n-grams, acts), `contextual` (context words and products, acts), `dense`
    (dimensions, acts), `bias` (acts,), `mean` (dimensions,); without an encoder dimensions are 0.
    """

    labels: list[str]
    lexicon: Lexicon
    places: dict[str, int]
    lexical: Vectors
    contextual: Vectors
    dense: Vectors
    bias: Vectors
    mean: Vectors
    metrics: dict[str, float]

    def probabilities(
        self, text: str, context: Sequence[str], vector: Vectors | None = None
    ) -> dict[str, float]:
        """How likely the message does each act; acts are independent of each other."""
        scores = self.bias.copy()
        places, weights = self.lexicon.features(text)
        if len(places):
            scores += self.lexical[places].T @ weights
        rows, values = context_weights(text, context, self.places)
        if rows:
            scores += self.contextual[rows].T @ np.asarray(values, np.float32)
        if vector is not None and len(self.mean):
            scores += centred(vector, self.mean, DENSE_WEIGHT) @ self.dense
        found = 1 / (1 + np.exp(-scores))
        return {label: float(value) for label, value in zip(self.labels, found, strict=True)}

    def save(self, folder: Path, name: str) -> None:
        """Write NAME.npz and NAME.json."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            folder / f"{name}.npz",
            lexical=self.lexical.astype(np.float16),
            contextual=self.contextual,
            dense=self.dense,
            bias=self.bias,
            mean=self.mean,
            idf=self.lexicon.idf,
        )
        facts = {
            "labels": self.labels,
            "words": list(self.lexicon.words),
            "characters": list(self.lexicon.characters),
            "places": list(self.places),
            "metrics": self.metrics,
        }
        (folder / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> "ActsModel":
        """Read what `save` wrote."""
        facts = json.loads((folder / f"{name}.json").read_text("utf-8"))
        arrays = np.load(folder / f"{name}.npz", allow_pickle=False)
        words = {gram: place for place, gram in enumerate(facts["words"])}
        characters = {gram: len(words) + place for place, gram in enumerate(facts["characters"])}
        return cls(
            labels=facts["labels"],
            lexicon=Lexicon(words, characters, arrays["idf"]),
            places={name: place for place, name in enumerate(facts["places"])},
            lexical=arrays["lexical"].astype(np.float32),
            contextual=arrays["contextual"],
            dense=arrays["dense"],
            bias=arrays["bias"],
            mean=arrays["mean"],
            metrics=facts["metrics"],
        )


def context_weights(
    text: str, context: Sequence[str], places: dict[str, int]
) -> tuple[list[int], list[float]]:
    """Places and weights of the context's words and of their products with the first words."""
    rows: list[int] = []
    values: list[float] = []
    for name, weight in _named(text, context):
        place = places.get(name)
        if place is not None:
            rows.append(place)
            values.append(weight)
    return rows, values


def _named(text: str, context: Sequence[str]) -> list[tuple[str, float]]:
    first = [gram for gram in word_grams(normalise(text[:60])) if " " not in gram][:FIRST_WORDS]
    crossed = [
        (f"{word} × {one}", CROSS_WEIGHT)
        for one in context
        if one.startswith("open=")
        for word in first
    ]
    short = [(f"short × {one}", CROSS_WEIGHT) for one in context if len(text) <= 12]
    return [*((one, CONTEXT_WEIGHT) for one in context), *crossed, *short]


def train_acts(examples: Sequence[Example], vectors: Vectors | None = None) -> ActsModel:
    """Learn from examples; `vectors` has shape (examples, dimensions), none without an encoder."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    texts = [one.text for one in examples]
    labels = sorted({act for one in examples for act in one.acts})
    lexicon = Lexicon.learn(texts)
    counts: dict[str, int] = {}
    for one in examples:
        for name, _ in _named(one.text, one.context):
            counts[name] = counts.get(name, 0) + 1
    kept = sorted(name for name, n in counts.items() if n >= (LEAST_CROSS if "×" in name else 1))
    places = {name: place for place, name in enumerate(kept)}
    blocks: list[Any] = [lexicon.matrix(texts), _context_matrix(examples, places)]
    mean = np.zeros(0, np.float32)
    if vectors is not None:
        mean = vectors.mean(axis=0)
        blocks.append(csr_matrix(centred(vectors, mean, DENSE_WEIGHT)))
    features = hstack(blocks, format="csr")
    weights = np.zeros((features.shape[1], len(labels)), np.float32)
    bias = np.zeros(len(labels), np.float32)
    for column, label in enumerate(labels):
        target = np.array([label in one.acts for one in examples])
        if target.all():
            bias[column] = 20.0
            continue
        model = LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-4, random_state=SEED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a hundred steps are enough, converged or not
            model.fit(features, target)
        weights[:, column] = model.coef_[0]
        bias[column] = model.intercept_[0]
    ends = np.cumsum([block.shape[1] for block in blocks])
    dense = weights[ends[1] :] if vectors is not None else np.zeros((0, len(labels)), np.float32)
    return ActsModel(
        labels,
        lexicon,
        places,
        np.ascontiguousarray(weights[: ends[0]]),
        np.ascontiguousarray(weights[ends[0] : ends[1]]),
        np.ascontiguousarray(dense),
        bias,
        mean,
        {"examples": float(len(examples))},
    )


def _context_matrix(examples: Sequence[Example], places: dict[str, int]) -> Any:
    from scipy.sparse import csr_matrix

    indptr, indices, data = [0], list[int](), list[float]()
    for one in examples:
        rows, values = context_weights(one.text, one.context, places)
        indices += rows
        data += values
        indptr.append(len(indices))
    arrays: tuple[npt.NDArray[Any], ...] = (
        np.array(data, np.float32),
        np.array(indices, np.int64),
        np.array(indptr),
    )
    return csr_matrix(arrays, shape=(len(examples), len(places)), dtype=np.float32)
