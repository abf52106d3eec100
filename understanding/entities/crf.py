"""Linear-chain conditional random fields (Lafferty et al. 2001) without torch: the best path of
tags for given scores, and how sure each unit's tag is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from understanding.entities.units import may_follow

Floats = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]
# Added to the score of what may not be; far below any real score, yet finite.
NEVER: Final = -1e4


@dataclass(frozen=True)
class Chain:
    """Scores of neighbours: `between` (tags, tags) from row to column, `first`, `last` (tags,)."""

    between: Floats
    first: Floats
    last: Floats


def allowed(tags: Sequence[str]) -> Chain:
    """0 where tags may stand so, NEVER where not."""
    between = [[0.0 if may_follow(a, b) else NEVER for b in tags] for a in tags]
    first = [0.0 if may_follow("", tag) else NEVER for tag in tags]
    last = [0.0 if may_follow(tag, "") else NEVER for tag in tags]
    return Chain(*(np.array(scores, np.float32) for scores in (between, first, last)))


def best_path(emissions: Floats, chain: Chain) -> list[int]:
    """The tags of the highest total score (Viterbi); `emissions` has shape (units, tags)."""
    if not len(emissions):
        return []
    score = emissions[0] + chain.first
    came_from = np.zeros(emissions.shape, np.int64)
    for place in range(1, len(emissions)):
        reached = score[:, None] + chain.between
        came_from[place] = reached.argmax(axis=0)
        score = reached.max(axis=0) + emissions[place]
    path = [int((score + chain.last).argmax())]
    for place in range(len(emissions) - 1, 0, -1):
        path.append(int(came_from[place, path[-1]]))
    return path[::-1]


def marginals(emissions: Floats, chain: Chain) -> Floats:
    """The probability of each tag at each unit, shape (units, tags)."""
    forward, backward = np.zeros_like(emissions), np.zeros_like(emissions)
    if not len(emissions):
        return forward
    forward[0] = emissions[0] + chain.first
    for place in range(1, len(emissions)):
        reached = _log_sum(forward[place - 1][:, None] + chain.between, axis=0)
        forward[place] = reached + emissions[place]
    backward[-1] = chain.last
    for place in range(len(emissions) - 2, -1, -1):
        ahead = chain.between + (emissions[place + 1] + backward[place + 1])[None, :]
        backward[place] = _log_sum(ahead, axis=1)
    both = forward + backward
    found: Floats = np.exp(both - _log_sum(both, axis=1)[:, None])
    return found


def _log_sum(scores: Floats, axis: int) -> Floats:
    top = scores.max(axis=axis, keepdims=True)
    found: Floats = np.log(np.exp(scores - top).sum(axis=axis)) + top.squeeze(axis)
    return found
