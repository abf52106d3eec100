"""A self-attentive sequence model; trained with torch, answering with numpy alone."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items

Weights = Mapping[str, npt.NDArray[np.float32]]


@dataclass(eq=False)
class SelfAttention(Recommender):
    """What comes next, from the last `length` choices by causal self-attention.

    Kang, McAuley: Self-Attentive Sequential Recommendation (ICDM 2018, SASRec), trained with the
    full softmax over items as Klenitskiy, Vasilev: Turning Dross Into Gold Loss (RecSys 2023)
    found best. One head, `blocks` blocks of width `factors`, layer norm before each part.
    """

    factors: int = 48
    blocks: int = 2
    length: int = 50
    epochs: int = 20
    dropout: float = 0.2
    seed: int = 0

    alias: ClassVar = "self-attention"
    paper: ClassVar = "Kang, McAuley 2018, Self-Attentive Sequential Recommendation (SASRec)"
    kind: ClassVar[ReasonKind] = "next"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        # Named as text: torch is for training jobs and never loaded by what answers.
        training = importlib.import_module("recommender.training.attention")
        self._weights: Weights = training.learned(
            data.histories,
            factors=self.factors,
            blocks=self.blocks,
            length=self.length,
            epochs=self.epochs,
            dropout=self.dropout,
            seed=self.seed,
        )

    def _scores(self, histories: Histories) -> Floats:
        scores = np.zeros((len(histories), histories.items), dtype=np.float32)
        lengths = np.minimum(np.diff(histories.start), self.length)
        # Histories of one length go through together, so that nothing has to be padded.
        for length in np.unique(lengths[lengths > 0]):
            rows = np.flatnonzero(lengths == length)
            ends = histories.start[rows + 1]
            items = histories.item[ends[:, None] - length + np.arange(length)]
            state = forward(self._weights, items, self.blocks)
            scores[rows] = state @ self._weights["item"].T
        return scores

    def _similarity(self, item: int) -> Floats:
        table = self._weights["item"]
        norm = np.maximum(np.linalg.norm(table, axis=1), 1e-9)
        alike: Floats = (table @ table[item]) / (norm * norm[item])
        return alike

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return dict(self._weights)

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        self._weights = dict(state)


def forward(weights: Weights, items: npt.NDArray[np.int32], blocks: int) -> Floats:
    """(users, factors) what the last position knows; `items` (users, length), oldest first.

    Positions are counted back from the end. The last block needs the last position only.
    """
    width = weights["item"].shape[1]
    length = items.shape[1]
    state = weights["item"][items] * np.float32(width**0.5) + weights["position"][:length][::-1]
    for block in range(blocks):
        own = {k.split(".", 1)[1]: v for k, v in weights.items() if k.startswith(f"{block}.")}
        normed = _norm(state, own["norm1.weight"], own["norm1.bias"])
        last = block == blocks - 1
        asking = normed[:, -1:] if last else normed
        query = asking @ own["query"].T
        scores = query @ (normed @ own["key"].T).transpose(0, 2, 1) / np.float32(width**0.5)
        if not last:
            scores = np.where(np.tri(length, dtype=bool), scores, np.float32(-1e9))
        scores = np.exp(scores - scores.max(axis=2, keepdims=True))
        scores /= scores.sum(axis=2, keepdims=True)
        mixed = scores @ (normed @ own["value"].T)
        state = (state[:, -1:] if last else state) + mixed
        normed = _norm(state, own["norm2.weight"], own["norm2.bias"])
        hidden = np.maximum(normed @ own["wide"].T + own["wide_bias"], 0)
        state = state + hidden @ own["narrow"].T + own["narrow_bias"]
    found: Floats = _norm(state, weights["norm.weight"], weights["norm.bias"])[:, -1]
    return found


def _norm(state: Floats, weight: Floats, bias: Floats) -> Floats:
    centred = state - state.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(1e-5))
    normed: Floats = centred / spread * weight + bias
    return normed
