"""Intents by similarity to the training texts: kernel ridge regression on several views of a text.

Views are unit vectors of one or more encoders, each centred on the training texts (Mu and Viswanath
2018), and n-grams; their cosines are averaged with fixed weights and put through a Gaussian-like
kernel. Least squares has a closed form, so training takes seconds, and so have its answers for each
training text when that text is left out (Cawley and Talbot 2003): regularisation, temperature and
the scores that thresholds are chosen by come from those at no further cost. Beyond `LANDMARKS`
texts the kernel is approximated by as many of them (Nyström, Williams and Seeger 2001).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from encoders.scores import centred, softmax
from understanding.ngrams import Lexicon

Floats = npt.NDArray[np.float32]
# Penalty, weights (landmarks, labels), scores (texts, labels) of each text when it is left out.
Solution = tuple[float, Floats, Floats]
LANDMARKS: Final = 16_000
# So many landmarks do to choose the regularisation by where there are more texts than twice that.
FEW: Final = 1500
WIDTH: Final = 0.5
PENALTIES: Final = (0.02, 0.05, 0.15, 0.5, 1.5)
# So few texts to judge by cannot tell penalties apart; then this one stands.
TOO_FEW: Final = 200
USUAL_PENALTY: Final = 0.05
NEIGHBOURS: Final = 5
WORDS: Final = "words"
BLOCK: Final = 1024


@dataclass(frozen=True)
class Views:
    """What a text looks like to each encoder: unit vectors (texts, dimensions) by name."""

    texts: Sequence[str]
    vectors: Mapping[str, Floats]

    def rows(self, places: Sequence[int] | slice) -> "Views":
        """Some of the texts."""
        if isinstance(places, slice):
            texts = self.texts[places]
            return Views(texts, {name: part[places] for name, part in self.vectors.items()})
        at = np.array(places)
        texts = [self.texts[place] for place in places]
        return Views(texts, {name: part[at] for name, part in self.vectors.items()})


@dataclass(frozen=True)
class Answers:
    """Scores (texts, labels), mean similarity to the nearest training texts (texts,)."""

    scores: Floats
    nearness: Floats


@dataclass
class SimilarityModel:
    """Landmarks in every view, and weights (landmarks, labels) of their kernel values."""

    labels: list[str]
    shares: dict[str, float]
    means: dict[str, Floats]
    seen: dict[str, Floats]
    lexicon: Lexicon
    words: Any
    weights: Floats
    temperature: float

    def answers(self, views: Views) -> Answers:
        """What the model says of texts."""
        scores = np.zeros((len(views.texts), len(self.labels)), np.float32)
        nearness = np.zeros(len(views.texts), np.float32)
        for start in range(0, len(views.texts), BLOCK):
            part = slice(start, start + BLOCK)
            near = self._similarity(views.rows(part))
            scores[part] = np.exp((near - 1) / WIDTH) @ self.weights
            nearness[part] = _nearest(near)
        return Answers(scores, nearness)

    def probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities of scores, same shape."""
        return softmax(scores / self.temperature)

    def _similarity(self, views: Views) -> Floats:
        """Weighted cosines to the landmarks, shape (texts, landmarks)."""
        found = np.zeros((len(views.texts), len(self.weights)), np.float32)
        for name, seen in self.seen.items():
            found += self.shares[name] * (centred(views.vectors[name], self.means[name]) @ seen.T)
        if WORDS in self.shares:
            words = unit_words(self.lexicon, views.texts) @ self.words.T
            found += self.shares[WORDS] * words.toarray()
        return found

    def save(self, folder: Path) -> None:
        """Write intents.npz and intents.json."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {f"mean.{name}": part for name, part in self.means.items()}
        arrays |= {f"seen.{name}": part.astype(np.float16) for name, part in self.seen.items()}
        np.savez(
            folder / "intents.npz",
            weights=self.weights,
            idf=self.lexicon.idf,
            data=self.words.data,
            indices=self.words.indices,
            indptr=self.words.indptr,
            **arrays,
        )
        facts = {
            "labels": self.labels,
            "shares": self.shares,
            "temperature": self.temperature,
            "words": list(self.lexicon.words),
            "characters": list(self.lexicon.characters),
        }
        (folder / "intents.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "SimilarityModel":
        """Read what `save` wrote."""
        from scipy.sparse import csr_matrix

        facts = json.loads((folder / "intents.json").read_text("utf-8"))
        stored = np.load(folder / "intents.npz", allow_pickle=False)
        words = {gram: place for place, gram in enumerate(facts["words"])}
        characters = {gram: len(words) + place for place, gram in enumerate(facts["characters"])}
        lexicon = Lexicon(words, characters, stored["idf"])
        names = [name for name in facts["shares"] if name != WORDS]
        return cls(
            labels=facts["labels"],
            shares=facts["shares"],
            means={name: stored[f"mean.{name}"] for name in names},
            seen={name: stored[f"seen.{name}"].astype(np.float32) for name in names},
            lexicon=lexicon,
            words=csr_matrix(
                (stored["data"], stored["indices"], stored["indptr"]),
                shape=(len(stored["weights"]), lexicon.size),
            ),
            weights=stored["weights"],
            temperature=facts["temperature"],
        )


@dataclass(frozen=True)
class Learned:
    """A model and what it says of each training text when that text is left out; `loss` is the
    negative log likelihood of the texts that it was judged by."""

    model: SimilarityModel
    left_out: Answers
    penalty: float
    loss: float


@dataclass(frozen=True)
class Held:
    """Texts to judge by that are not among those to learn from, and their intents."""

    views: Views
    intents: Sequence[str]


def learn(
    views: Views,
    intents: Sequence[str],
    shares: Mapping[str, float],
    judged: Sequence[int] | Held | None = None,
    seed: int = 7,
) -> Learned:
    """Learn from texts with their intents; `shares` weigh the views and sum up to 1.

    Regularisation and temperature are chosen by the texts at the places `judged`, all by default,
    or by other texts: where an encoder has learned from a text, leaving that out says nothing. Too
    few such texts choose the temperature alone.
    """
    labels = sorted(set(intents))
    places = {label: place for place, label in enumerate(labels)}
    target = np.array([places[intent] for intent in intents])
    hot = np.eye(len(labels), dtype=np.float32)[target]
    count = len(intents)
    chosen = np.arange(count)
    if count > LANDMARKS:
        chosen = np.sort(np.random.default_rng(seed).choice(count, LANDMARKS, replace=False))
    lexicon = Lexicon.learn(views.texts, least=1 if count <= LANDMARKS else 2)
    grams = unit_words(lexicon, views.texts)
    means = {name: vectors.mean(axis=0) for name, vectors in views.vectors.items()}
    model = SimilarityModel(
        labels,
        dict(shares),
        means,
        {name: centred(views.vectors[name][chosen], means[name]) for name in means},
        lexicon,
        grams[chosen],
        np.zeros((len(chosen), len(labels)), np.float32),
        1.0,
    )
    near = np.empty((count, len(chosen)), np.float32)
    for start in range(0, count, BLOCK):
        near[start : start + BLOCK] = model._similarity(views.rows(slice(start, start + BLOCK)))
    near[chosen, np.arange(len(chosen))] = -1  # no text is its own neighbour
    nearness = np.concatenate([_nearest(near[at : at + BLOCK]) for at in range(0, count, BLOCK)])
    near[chosen, np.arange(len(chosen))] = 1
    near -= 1
    near /= WIDTH
    kernel = np.exp(near, out=near)
    judge = _judge(model, judged, target, places)
    penalties: Sequence[float] = PENALTIES
    judges = len(judged.intents if isinstance(judged, Held) else judged or ())
    if 0 < judges < TOO_FEW:
        penalties = [USUAL_PENALTY]
    elif len(chosen) > 2 * FEW:
        some = np.arange(0, len(chosen), len(chosen) // FEW)
        tried = _nystrom(kernel[:, some], chosen[some], hot, PENALTIES)
        penalties = [min((judge(one, some)[0], one[0]) for one in tried)[1]]
    if len(chosen) == count:
        found = _exact(kernel, hot, penalties)
    else:
        found = _nystrom(kernel, chosen, hot, penalties)
    best: tuple[float, float, Solution] | None = None
    for one in found:
        loss, temperature = judge(one, np.arange(len(chosen)))
        if best is None or loss < best[0]:
            best = (loss, temperature, one)
    assert best is not None
    model.temperature = best[1]
    penalty, model.weights, left_out = best[2]
    return Learned(model, Answers(left_out, nearness), penalty, best[0])


def _judge(
    model: SimilarityModel,
    judged: Sequence[int] | Held | None,
    target: npt.NDArray[np.int64],
    places: Mapping[str, int],
) -> Callable[[Solution, npt.NDArray[np.int64]], tuple[float, float]]:
    """A function of a solution and of its landmarks' places among the model's that gives the
    negative log likelihood of the texts to judge by, and the temperature that makes it lowest."""
    if isinstance(judged, Held):
        kernel = np.exp((model._similarity(judged.views) - 1) / WIDTH)
        meant = np.array([places[intent] for intent in judged.intents])
        return lambda found, landmarks: _loss(kernel[:, landmarks] @ found[1], meant)
    rows = np.array(judged) if judged else np.arange(len(target))
    return lambda found, _: _loss(found[2][rows], target[rows])


def _loss(scores: Floats, meant: npt.NDArray[np.int64]) -> tuple[float, float]:
    temperature = best_temperature(scores, meant)
    probability = softmax(scores / temperature)[np.arange(len(meant)), meant]
    return -float(np.log(probability + 1e-9).mean()), temperature


def _exact(kernel: Floats, hot: Floats, penalties: Sequence[float]) -> Iterator[Solution]:
    """Ridge regression on all texts; the last penalty is worked out in the kernel's own memory."""
    from scipy.linalg import cho_solve, lapack

    for penalty in penalties:
        ridge = kernel if penalty == penalties[-1] else kernel.copy()
        ridge[np.diag_indices(len(ridge))] += penalty
        # Symmetric, so its transpose is the same matrix in the order that LAPACK works in place.
        factor, failed = lapack.spotrf(ridge.T, lower=1, clean=0, overwrite_a=1)
        if failed:
            raise FloatingPointError("the kernel matrix is not positive definite")
        weights = cho_solve((factor, True), hot).astype(np.float32)
        inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
        yield penalty, weights, hot - weights / np.diag(inverse)[:, None]


def _nystrom(
    kernel: Floats, chosen: npt.NDArray[np.int64], hot: Floats, penalties: Sequence[float]
) -> Iterator[Solution]:
    """Ridge regression in the space that the landmarks span; its leverages give leaving out."""
    from scipy.linalg import cho_solve, cholesky, solve_triangular

    between = kernel[chosen].astype(np.float64)
    between[np.diag_indices(len(between))] += 1e-4
    root = cholesky(between, lower=True, overwrite_a=True).astype(np.float32)
    features = solve_triangular(root, kernel.T, lower=True)  # (landmarks, texts)
    gram, towards = features @ features.T, features @ hot
    for penalty in penalties:
        factor = cholesky(gram + penalty * np.eye(len(gram), dtype=np.float32), lower=True)
        inner = cho_solve((factor, True), towards)
        leverage = np.square(solve_triangular(factor, features, lower=True)).sum(axis=0)
        gap = np.maximum(1 - leverage, 1e-3)[:, None]
        weights = solve_triangular(root, inner, lower=True, trans="T")
        yield penalty, weights.astype(np.float32), hot - (hot - features.T @ inner) / gap


def _nearest(near: Floats) -> Floats:
    count = min(NEIGHBOURS, near.shape[1])
    found: Floats = np.partition(near, -count, axis=1)[:, -count:].mean(axis=1)
    return found


def unit_words(lexicon: Lexicon, texts: Sequence[str]) -> Any:
    """N-grams of texts as a sparse matrix (texts, grams) with rows of length one or zero."""
    from scipy.sparse import diags

    grams = lexicon.matrix(texts)
    length = np.sqrt(np.asarray(grams.multiply(grams).sum(axis=1)).ravel())
    return (diags(1 / np.maximum(length, 1e-6)) @ grams).tocsr().astype(np.float32)


def best_temperature(scores: npt.NDArray[Any], target: npt.NDArray[np.int64]) -> float:
    """The temperature of the lowest negative log likelihood (Guo et al. 2017), from .02 to 1."""
    rows = np.arange(len(target))
    losses = {
        float(t): -float(np.log(softmax(scores / t)[rows, target] + 1e-9).mean())
        for t in np.geomspace(0.02, 1, 30)
    }
    return min(losses, key=lambda t: losses[t])
