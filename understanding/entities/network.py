"""A trained network over units as plain arrays: a two-way LSTM (Hochreiter and Schmidhuber 1997)
over words, their pieces and the encoder's states. `network_training` trains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from understanding.entities.crf import Chain, Floats


@dataclass(frozen=True)
class Network:
    """Weights by name, as `tokens_network` gives them, and the chain of tags."""

    arrays: Mapping[str, Floats]
    chain: Chain

    def scores(
        self, words: Sequence[int], pieces: Sequence[Sequence[int]], states: Floats
    ) -> Floats:
        """Scores of the units of one text, shape (units, tags): places of words and pieces and
        the encoder's states, shape (units, dimensions)."""
        own = self.arrays
        summed = np.array([own["pieces"][list(row)].sum(axis=0) for row in pieces], np.float32)
        narrow = states @ own["narrow"].T + own["narrow_bias"]
        rows = np.concatenate([own["words"][list(words)], summed, narrow], axis=1)
        ahead = self._read(rows, "ahead")
        back = self._read(rows[::-1], "back")[::-1]
        found: Floats = np.concatenate([ahead, back], axis=1) @ own["score"].T + own["score_bias"]
        return found

    def _read(self, rows: Floats, way: str) -> Floats:
        """Hidden states of an LSTM over the rows in their order."""
        inputs = rows @ self.arrays[f"{way}_input"].T + self.arrays[f"{way}_bias"]
        weights = np.ascontiguousarray(self.arrays[f"{way}_hidden"].T)
        size = len(weights)
        hidden, cell = np.zeros(size, np.float32), np.zeros(size, np.float32)
        found = np.empty((len(rows), size), np.float32)
        for place, given in enumerate(inputs):
            gates = given + hidden @ weights
            enter, forget, leave = (
                1 / (1 + np.exp(-gates[at : at + size])) for at in (0, size, 3 * size)
            )
            cell = forget * cell + enter * np.tanh(gates[2 * size : 3 * size])
            hidden = leave * np.tanh(cell)
            found[place] = hidden
        return found
