"""What a text says of a mood, token by token: attention over the encoder's states, without torch.

A sentence vector is the mean over a text's tokens, in which one telling word of a long review is
lost; here learned weights say which tokens count (Lin et al. 2017). They are learned, where texts
are many, by `understanding.sentiment.attention_fit`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from understanding.entities.encoder_states import level

Floats = npt.NDArray[np.float32]
# States of tokens as they are kept while learning, in half precision.
Halves = npt.NDArray[np.float16]
States = Floats | Halves


@dataclass(frozen=True)
class Attention:
    """Scores of labels from token states.

    Shapes: `narrow` (2 · dimensions, size), `look` (size, heads), `score`
    ((heads + 1) · size, labels); a bias for each.
    """

    narrow: Floats
    narrow_bias: Floats
    look: Floats
    look_bias: Floats
    score: Floats
    score_bias: Floats

    def scores(self, states: Sequence[States]) -> Floats:
        """Shape (texts, labels); of each text the states of its tokens, (tokens, 2, dimensions)."""
        return np.array([self._scores(one) for one in states], np.float32)

    def _scores(self, states: States) -> Floats:
        rows = np.maximum(rows_of(states) @ self.narrow + self.narrow_bias, 0)
        looks = rows @ self.look + self.look_bias
        weights = np.exp(looks - looks.max(axis=0))
        seen = (weights / weights.sum(axis=0)).T @ rows
        found: Floats = np.concatenate([seen.ravel(), rows.max(axis=0)]) @ self.score
        return found + self.score_bias

    def arrays(self) -> dict[str, Halves]:
        """What `of` takes."""
        return {part.name: getattr(self, part.name).astype(np.float16) for part in fields(self)}

    @classmethod
    def of(cls, arrays: Any, prefix: str) -> "Attention | None":
        """What `arrays` gave, each name behind a prefix; None where there is nothing."""
        if f"{prefix}narrow" not in arrays:
            return None
        return cls(*(arrays[prefix + part.name].astype(np.float32) for part in fields(cls)))


def rows_of(states: States) -> Floats:
    """A row for each token, shape (tokens, 2 · dimensions), each layer's part levelled."""
    return level(states.astype(np.float32)).reshape(len(states), -1)
