"""What the encoder makes of texts to learn moods from: vectors and, of many texts, their tokens."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from encoders.onnx import sentence_vector
from understanding.sentiment.attention import Halves
from understanding.sentiment.fit import MANY
from understanding.sentiment.model import Floats

PART: Final = 512
Encode = Callable[[Sequence[str]], Floats]
# Places of texts in any order, and the states of their tokens, shape (tokens, 2, dimensions).
Hidden = Callable[[Sequence[str]], Iterator[tuple[int, Floats]]]
Report = Callable[[str], None]


def read(
    texts: Sequence[str], encode: Encode, hidden: Hidden | None, report: Report = lambda _: None
) -> tuple[Floats, list[Halves]]:
    """The texts' unit vectors, shape (texts, dimensions), and the states of their tokens where
    there are texts enough to learn from those; with word of how far it is."""
    if hidden is None or len(texts) < MANY:
        return encoded(texts, encode, report), []
    vectors: list[Floats] = []
    states: list[Halves] = []
    for part in _parts(texts, report):
        for _, found in sorted(hidden(part), key=lambda one: one[0]):
            vectors.append(sentence_vector(found))
            states.append(found.astype(np.float16))
    return np.array(vectors, np.float32), states


def encoded(texts: Sequence[str], encode: Encode, report: Report) -> Floats:
    """The texts' vectors, with word of how far it is."""
    return np.concatenate([encode(part) for part in _parts(texts, report)])


def _parts(texts: Sequence[str], report: Report) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), PART):
        report(f"reading texts with the encoder: {start} of {len(texts)}")
        yield texts[start : start + PART]
