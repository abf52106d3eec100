"""What is bought most, with more weight on what is bought now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import numpy.typing as npt

from recommender.base import ReasonKind, Recommender
from recommender.data import Floats, Histories, Interactions, Items

DAY: Final = 86_400.0


@dataclass(eq=False)
class Popularity(Recommender):
    """Counts of events that lose half their weight every `half_life_days` before the last event.

    Ji, Sun, Zhang, Li: A Re-visit of the Popularity Baseline in Recommender Systems (SIGIR 2020).
    Without times every event weighs the same.
    """

    half_life_days: float = 30.0

    alias: ClassVar = "popular"
    paper: ClassVar = "Ji et al. 2020, A Re-visit of the Popularity Baseline"
    kind: ClassVar[ReasonKind] = "popular"

    def _learn(self, data: Interactions, items: Items | None) -> None:
        age = np.zeros(len(data.item))
        if data.timed and len(data.time):
            age = (data.time.max() - data.time) / DAY
        weights = np.power(0.5, age / self.half_life_days)
        counts = np.bincount(data.item, weights, minlength=len(data.item_ids))
        self.popularity = counts.astype(np.float32)

    def _scores(self, histories: Histories) -> Floats:
        return np.tile(self.popularity, (len(histories), 1))

    def _contributions(self, history: Histories, items: npt.NDArray[np.int32]) -> Floats:
        return np.zeros((len(history.item), len(items)), dtype=np.float32)

    def _state(self) -> dict[str, npt.NDArray[Any]]:
        return {}

    def _restore(self, state: Mapping[str, npt.NDArray[Any]]) -> None:
        pass
