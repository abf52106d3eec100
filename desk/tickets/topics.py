"""What a request is about: a calibrated linear classifier on sentence vectors and n-grams.

Words, pairs of words and runs of characters are hashed into one table (Weinberger et al. 2009) and
weighted by inverse document frequency; the sentence vector comes from `knowledge`. Multinomial
logistic regression over both, on fine wishes where there are any (a topic's probability is the sum
of its wishes': telling a late parcel from a lost one helps to tell both from a refund); one
temperature, learned on held-out folds, makes the probabilities
honest (Guo et al. 2017). Training needs scikit-learn, answering only numpy.
"""

import json
import re
from binascii import crc32
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from encoders.scores import Vectors, centred, softmax

Places = npt.NDArray[np.int64]

BUCKETS: Final = 2**16
CHARACTERS: Final = (3, 4, 5)
FOLDS: Final = 4
STRENGTH: Final = 12.0
LEXICAL_WEIGHT: Final = 0.7
DENSE_WEIGHT: Final = 1.5
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
FILE: Final = "topics"
PARTS: Final = ("topic_of", "idf", "lexical", "dense", "bias", "mean")


@dataclass(frozen=True)
class Topic:
    """The likeliest topic, how sure that is, and the next one."""

    name: str
    probability: float
    second: str | None


@dataclass
class TopicModel:
    """Weights by feature and wish, and the place of each wish's topic in `labels`.

    Shapes: `idf` (buckets,), `lexical` (buckets, wishes), `dense` (wishes, dimensions), `bias`
    (wishes,), `mean` (dimensions,), `topic_of` (wishes,).
    """

    labels: list[str]
    topic_of: Places
    idf: Vectors
    lexical: Vectors
    dense: Vectors
    bias: Vectors
    mean: Vectors
    temperature: float
    figures: dict[str, float]

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """Probabilities, shape (texts, topics), in the order of `labels`."""
        scores = _scores(texts, vectors, self.idf, self.lexical, self.dense, self.bias, self.mean)
        return summed(softmax(scores / self.temperature), self.topic_of, len(self.labels))

    def topic(self, text: str, vector: Vectors) -> Topic:
        """The topic of one text; `vector` has shape (dimensions,)."""
        found = self.probabilities([text], vector[None, :])[0]
        order = found.argsort()[::-1]
        second = self.labels[order[1]] if len(order) > 1 else None
        return Topic(self.labels[order[0]], float(found[order[0]]), second)

    def save(self, folder: Path) -> None:
        """Write topics.npz and its card topics.json."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            folder / f"{FILE}.npz",
            idf=self.idf,
            lexical=self.lexical.astype(np.float16),
            dense=self.dense,
            bias=self.bias,
            mean=self.mean,
            topic_of=self.topic_of,
        )
        card = {"labels": self.labels, "temperature": self.temperature, "figures": self.figures}
        (folder / f"{FILE}.json").write_text(json.dumps(card, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "TopicModel":
        """Read what `save` wrote; raises FileNotFoundError."""
        card = json.loads((folder / f"{FILE}.json").read_text("utf-8"))
        arrays = np.load(folder / f"{FILE}.npz", allow_pickle=False)
        return cls(
            labels=card["labels"],
            temperature=card["temperature"],
            figures=card["figures"],
            **{name: arrays[name] for name in PARTS},
        )


def train_topics(
    texts: Sequence[str],
    wishes: Sequence[str],
    vectors: Vectors,
    *,
    topics: Mapping[str, str] | None = None,
    groups: Sequence[str] | None = None,
) -> TopicModel:
    """Learn topics from examples; `vectors` has shape (texts, dimensions). Seeds are fixed.

    `topics` names the topic of every wish (itself without it). Texts of one group (one wording
    with small changes) are never on both sides of a fold.
    """
    names = sorted(set(wishes))
    topic_names = [topics[name] if topics else name for name in names]
    labels = sorted(set(topic_names))
    topic_of = np.array([labels.index(name) for name in topic_names])
    target = np.array([names.index(wish) for wish in wishes])
    held_out = np.full((len(texts), len(names)), -30.0, np.float32)
    for seen, unseen in _folds(target, groups):
        part = _fit([texts[i] for i in seen], target[seen], vectors[seen], len(names))
        held_out[unseen] = part.scores([texts[i] for i in unseen], vectors[unseen])
    weights = _fit(texts, target, vectors, len(names))
    temperature = best_temperature(held_out, topic_of[target], topic_of, len(labels))
    guess = summed(softmax(held_out / temperature), topic_of, len(labels)).argmax(axis=1)
    return TopicModel(
        labels=labels,
        topic_of=topic_of,
        idf=weights.idf,
        lexical=weights.lexical,
        dense=weights.dense,
        bias=weights.bias,
        mean=weights.mean,
        temperature=temperature,
        figures={
            "examples": float(len(texts)),
            "cross_validated_accuracy": float((guess == topic_of[target]).mean()),
        },
    )


def weigh(text: str, idf: Vectors) -> tuple[Places, Vectors]:
    """Places and weights of the n-grams of a text; words and characters each of unit length."""
    prepared = _DIGITS.sub("0", text.lower().replace("’", "'"))
    parts = [_weighted(grams, idf) for grams in (word_grams(prepared), character_grams(prepared))]
    return np.concatenate([p for p, _ in parts]), np.concatenate([w for _, w in parts])


def word_grams(text: str) -> Counter[int]:
    """Words and pairs of words (characters in Chinese) by bucket."""
    words = _WORD.findall(text)
    return Counter(map(_bucket, [*words, *(f"{a} {b}" for a, b in pairwise(words))]))


def character_grams(text: str) -> Counter[int]:
    """Runs of characters within words, the word's ends marked, by bucket."""
    found: Counter[int] = Counter()
    for word in text.split():
        marked = f" {word} "
        for length in CHARACTERS:
            found.update(
                _bucket("#" + marked[i : i + length]) for i in range(len(marked) - length + 1)
            )
    return found


def summed(probability: Vectors, topic_of: Places, topics: int) -> Vectors:
    """Probabilities of topics, shape (texts, topics), from those of wishes, (texts, wishes)."""
    found = np.zeros((len(probability), topics), np.float32)
    np.add.at(found.T, topic_of, probability.T)
    return found


def best_temperature(scores: Vectors, target: Places, topic_of: Places, topics: int) -> float:
    """The temperature with the lowest log loss of topics on held-out scores, (texts, wishes)."""
    grid = np.geomspace(0.2, 5.0, 60)
    rows = np.arange(len(target))
    losses = []
    for one in grid:
        probability = summed(softmax(scores / one), topic_of, topics)
        losses.append(-np.log(probability[rows, target] + 1e-12).mean())
    return float(grid[int(np.argmin(losses))])


def _folds(target: Places, groups: Sequence[str] | None) -> Iterable[tuple[Places, Places]]:
    from sklearn.model_selection import StratifiedGroupKFold

    keys = [str(i) for i in range(len(target))] if groups is None else list(groups)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=7)
    return list(splitter.split(target, target, keys))


@dataclass
class _Weights:
    idf: Vectors
    lexical: Vectors
    dense: Vectors
    bias: Vectors
    mean: Vectors

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        return _scores(texts, vectors, self.idf, self.lexical, self.dense, self.bias, self.mean)


def _scores(
    texts: Sequence[str],
    vectors: Vectors,
    idf: Vectors,
    lexical: Vectors,
    dense: Vectors,
    bias: Vectors,
    mean: Vectors,
) -> Vectors:
    scores: Vectors = bias + centred(vectors, mean, DENSE_WEIGHT) @ dense.T
    for row, text in enumerate(texts):
        places, weights = weigh(text, idf)
        scores[row] += LEXICAL_WEIGHT * (weights @ lexical[places].astype(np.float32))
    return scores


def _fit(texts: Sequence[str], target: Places, vectors: Vectors, wishes: int) -> _Weights:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    idf = _inverse_frequency(texts)
    rows = [weigh(text, idf) for text in texts]
    pointers = np.concatenate([[0], np.cumsum([len(places) for places, _ in rows])])
    places, weights = (np.concatenate([row[side] for row in rows]) for side in (0, 1))
    # Only buckets in use: most are empty, and fitting them costs time.
    used, inverse = np.unique(places, return_inverse=True)
    lexical = csr_matrix((weights, inverse, pointers), shape=(len(texts), len(used)))
    mean = vectors.mean(axis=0)
    features = hstack(
        [LEXICAL_WEIGHT * lexical, csr_matrix(centred(vectors, mean, DENSE_WEIGHT))], format="csr"
    )
    fitted = LogisticRegression(C=STRENGTH, max_iter=300).fit(features, target)
    coefficients = fitted.coef_.astype(np.float32)
    bias = fitted.intercept_.astype(np.float32)
    if len(fitted.classes_) == 2:  # scikit-learn keeps one row for two classes
        coefficients = np.vstack([-coefficients / 2, coefficients / 2])
        bias = np.array([-bias[0] / 2, bias[0] / 2], np.float32)
    full = np.zeros((BUCKETS, wishes), np.float32)
    full[np.ix_(used, fitted.classes_)] = coefficients[:, : len(used)].T
    dense = np.zeros((wishes, vectors.shape[1]), np.float32)
    dense[fitted.classes_] = coefficients[:, len(used) :]
    biases = np.full(wishes, -30.0, np.float32)
    biases[fitted.classes_] = bias
    return _Weights(idf, full, dense, biases, mean)


def _inverse_frequency(texts: Sequence[str]) -> Vectors:
    counts = np.zeros(BUCKETS)
    for text in texts:
        places, _ = weigh(text, np.ones(BUCKETS, np.float32))
        counts[np.unique(places)] += 1
    frequency: Vectors = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
    return frequency


def _weighted(grams: Counter[int], idf: Vectors) -> tuple[Places, Vectors]:
    places = np.fromiter(grams.keys(), np.int64, len(grams))
    counts = np.fromiter(grams.values(), np.float32, len(grams))
    weights = (1 + np.log(counts)) * idf[places] if len(grams) else counts
    length = float(np.linalg.norm(weights)) or 1.0
    return places, (weights / length).astype(np.float32)


def _bucket(gram: str) -> int:
    return crc32(gram.encode()) % BUCKETS
