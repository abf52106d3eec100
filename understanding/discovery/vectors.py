"""How messages look to discovery: the encoders of their language, and their words.

Each view is centred on the messages themselves and cut to its main directions, which takes away
what all of them share and part of what is chance (Mu and Viswanath 2018; Park et al. 2023 find
that several encoders together carry unseen subjects better than one).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from encoders.scores import Vectors, centred
from encoders.shared import Encoders
from kit.i18n import Language
from kit.languages import LANGUAGES, facts
from understanding.intents.similarity import unit_words
from understanding.ngrams import Lexicon, with_one_number

DIRECTIONS: Final = 60
WORD_DIRECTIONS: Final = 100
# Of the words' view beside one encoder's.
WORD_SHARE: Final = 1.2


@dataclass(frozen=True)
class Seen:
    """Messages as unit vectors: `views` are what groups are found in, each (texts, its
    directions); `joined` all views side by side."""

    views: tuple[Vectors, ...]
    joined: Vectors


def encoded(
    texts: Sequence[str], encoders: Encoders, language: Language, *, first_only: bool = False
) -> tuple[Vectors, ...]:
    """Unit vectors of each encoder that knows the language, or of the first; numbers all alike."""
    plain = [with_one_number(text) for text in texts]
    names = [one for one in facts(language).views if one in LANGUAGES]
    names = names[:1] if first_only else names
    return tuple(encoders.encode(plain, name) for name in names)


def seen(texts: Sequence[str], vectors: Sequence[Vectors]) -> Seen:
    """The views of messages from their vectors by each encoder."""
    views = [main_directions(one, DIRECTIONS) for one in vectors]
    words = word_directions(texts)
    together = side_by_side(views)
    everything = side_by_side([*views, WORD_SHARE * words])
    return Seen((*views, together, everything), everything)


def beside(parts: Sequence[Vectors], those: Sequence[Vectors]) -> Vectors:
    """Vectors of some texts by each encoder as one unit vector each, centred as `those` texts."""
    means = [one.mean(axis=0) for one in those]
    return side_by_side([centred(one, mean) for one, mean in zip(parts, means, strict=True)])


def main_directions(vectors: Vectors, most: int) -> Vectors:
    """Unit vectors of the strongest directions, at most `most`, of centred vectors."""
    from sklearn.decomposition import PCA

    moved = centred(vectors, vectors.mean(axis=0))
    count = min(most, *moved.shape)
    return _unit(PCA(count, random_state=0).fit_transform(moved))


def word_directions(texts: Sequence[str], most: int = WORD_DIRECTIONS) -> Vectors:
    """Unit vectors of the strongest directions of the n-grams (Deerwester et al. 1990)."""
    from sklearn.decomposition import TruncatedSVD

    grams = unit_words(Lexicon.learn(texts, least=3 if len(texts) > 100 else 1), texts)
    count = min(most, grams.shape[1] - 1, grams.shape[0] - 1)
    if count < 1:
        return np.zeros((len(texts), 1), np.float32)
    return _unit(TruncatedSVD(count, random_state=0).fit_transform(grams))


def side_by_side(parts: Sequence[Vectors]) -> Vectors:
    """Several vectors of each text as one unit vector, each part weighing by its length."""
    return _unit(np.hstack(parts))


def _unit(vectors: Vectors) -> Vectors:
    length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found: Vectors = (vectors / length).astype(np.float32)
    return found
