"""The mood of a message and whether it is pressing, with honest probabilities, without torch.

Two linear readers, one of hashed runs of signs and words, one of the sentence vector, give scores;
where there were texts enough to learn it, a third reads token by token. A few weights join them.
`understanding.sentiment.fit` learns all of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import numpy as np
import numpy.typing as npt

from encoders.scores import centred, softmax
from understanding.sentiment.attention import Attention, States
from understanding.sentiment.features import places_of

Floats = npt.NDArray[np.float32]
Mood = Literal["negative", "neutral", "positive"]
MOODS: Final[tuple[Mood, ...]] = get_args(Mood)
# Parts of a reader that are kept in single precision.
SMALL: Final = ("runs_bias", "mean", "dense", "dense_bias", "join", "join_bias")


@dataclass(frozen=True)
class Sentiment:
    """The likeliest mood of a message and its probability; `urgency` is the probability that the
    message is pressing."""

    label: Mood
    score: float
    urgency: float

    def as_dict(self) -> dict[str, Any]:
        """As it stands in a message's parse data."""
        return {
            "label": self.label,
            "score": round(self.score, 4),
            "urgency": round(self.urgency, 4),
        }


@dataclass(frozen=True)
class Reader:
    """Probabilities of labels for texts.

    Shapes: `weights` and `runs` (places, labels), what a run weighs for a label and what it counts;
    `mean` (dimensions,); `dense` (dimensions, labels); `join` (readers · labels, labels); biases
    (labels,). `facts` says how it did on texts that it had not seen when it was learned.
    """

    labels: tuple[str, ...]
    weights: Floats
    runs: Floats
    runs_bias: Floats
    mean: Floats
    dense: Floats
    dense_bias: Floats
    join: Floats
    join_bias: Floats
    attention: Attention | None = None
    facts: Mapping[str, float] = field(default_factory=dict)

    def probabilities(
        self, texts: Sequence[str], vectors: Floats, states: Sequence[States] = ()
    ) -> Floats:
        """Shape (texts, labels); `vectors` are the texts' unit vectors, (texts, dimensions),
        `states` those of their tokens, which only a reader with attention takes."""
        runs = np.array([self._runs_scores(text) for text in texts], np.float32)
        dense = centred(vectors, self.mean) @ self.dense + self.dense_bias
        scores = [runs.reshape(dense.shape), dense]
        if self.attention is not None:
            scores.append(self.attention.scores(states).reshape(dense.shape))
        return softmax(np.concatenate(scores, axis=1) @ self.join + self.join_bias)

    def _runs_scores(self, text: str) -> Floats:
        places = places_of(text, len(self.weights))
        weights = self.weights[places]
        length = np.maximum(np.sqrt((weights * weights).sum(axis=0)), 1e-9)
        found: Floats = (weights * self.runs[places]).sum(axis=0) / length + self.runs_bias
        return found

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What `of` takes, in half precision where there is much of it."""
        large = {"weights": self.weights, "runs": self.runs}
        found = {name: part.astype(np.float16) for name, part in large.items()}
        if self.attention is not None:
            found |= {f"attention.{name}": part for name, part in self.attention.arrays().items()}
        return found | {name: getattr(self, name) for name in SMALL}

    @classmethod
    def of(cls, labels: Sequence[str], arrays: Any, prefix: str) -> "Reader":
        """A reader of what `arrays` gave, each name behind a prefix.

        Raises ValueError for what an earlier version wrote.
        """
        names = ("weights", "runs", *SMALL)
        if any(f"{prefix}{name}" not in arrays for name in names):
            raise ValueError("moods were learned by an earlier version: train the assistant again")
        parts = {name: arrays[f"{prefix}{name}"].astype(np.float32) for name in names}
        attention = Attention.of(arrays, f"{prefix}attention.")
        return cls(labels=tuple(labels), attention=attention, **parts)


@dataclass(frozen=True)
class SentimentModel:
    """Readers of mood and of urgency for one language."""

    mood: Reader
    urgency: Reader

    @property
    def reads_tokens(self) -> bool:
        """Whether `judge` needs the states of a text's tokens."""
        return self.mood.attention is not None

    def judge(self, text: str, vector: Floats, states: Sequence[States] = ()) -> Sentiment:
        """The sentiment of a text; `vector` is its unit vector, `states` holds its tokens'."""
        mood = self.mood.probabilities([text], vector[None], states)[0]
        pressing = self.urgency.probabilities([text], vector[None])[0]
        best = int(mood.argmax())
        return Sentiment(
            cast("Mood", self.mood.labels[best]),
            float(mood[best]),
            float(pressing[self.urgency.labels.index("yes")]),
        )

    def save(self, folder: Path, name: str) -> None:
        """Write NAME.sentiment.npz and NAME.sentiment.json."""
        readers = {"mood": self.mood, "urgency": self.urgency}
        arrays = {
            f"{kind}.{part}": values
            for kind, reader in readers.items()
            for part, values in reader.arrays().items()
        }
        np.savez_compressed(folder / f"{name}.sentiment.npz", **cast("Any", arrays))
        labels = {kind: reader.labels for kind, reader in readers.items()}
        (folder / f"{name}.sentiment.json").write_text(json.dumps(labels), "utf-8")

    @classmethod
    def load(cls, folder: Path, name: str) -> "SentimentModel":
        """Read what `save` wrote; raises FileNotFoundError when there is nothing."""
        labels = json.loads((folder / f"{name}.sentiment.json").read_text("utf-8"))
        arrays = np.load(folder / f"{name}.sentiment.npz", allow_pickle=False)
        return cls(*(Reader.of(labels[kind], arrays, f"{kind}.") for kind in ("mood", "urgency")))
