"""VSKNN as published, as the peer of our session models.

Ludewig, Jannach: Evaluation of Session-based Recommendation Algorithms (UMUAI 2018): the 100 most
similar of the 1,000 latest sessions that share an item, linear weights of positions in the session
at hand, items scored by similarity over the distance of the latest shared item from its end.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from recommender.data import Histories


@dataclass
class Vsknn:
    """Fit on past sessions, then score one session at a time."""

    neighbours: int = 100
    sample: int = 1000
    sessions: list[frozenset[int]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    with_item: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def fit(self, histories: Histories) -> "Vsknn":
        """Remember each session's items and the time of its last event."""
        for session in range(len(histories)):
            items, _, times = histories.of(session)
            self.sessions.append(frozenset(items.tolist()))
            self.times.append(float(times[-1]) if len(times) else 0.0)
            for item in self.sessions[-1]:
                self.with_item[item].append(session)
        return self

    def scores(self, items: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.float32]:
        """(items,) float32 for one session, oldest item first."""
        total = np.zeros(count, dtype=np.float32)
        current = items.tolist()
        weight = {item: (place + 1) / len(current) for place, item in enumerate(current)}
        possible = {one for item in weight for one in self.with_item.get(item, ())}
        recent = sorted(possible, key=lambda one: -self.times[one])[: self.sample]
        similar = [
            (sum(weight[item] for item in self.sessions[one] & weight.keys()) / len(weight), one)
            for one in recent
        ]
        similar.sort(key=lambda pair: -pair[0])
        for similarity, one in similar[: self.neighbours]:
            others = self.sessions[one]
            step = next(
                step for step, item in enumerate(reversed(current), start=1) if item in others
            )
            for item in others:
                total[item] += similarity / step
        return total
