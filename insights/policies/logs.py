"""Logs of what was shown, with what chance, and what came of it, as tables with named columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from insights.features import features
from insights.policies.estimators import Actions, Array, BadLog, Log
from insights.tables import BadData, column, columns, numbers

FEWEST_REWARDED: Final = 10
MOST_ACTIONS: Final = 2000
MOST_POSITIONS: Final = 100


@dataclass(frozen=True, eq=False)
class Question:
    """A log, and the policy that is to be judged on it.

    `features` (rounds, d) describe the round, `actions` (actions, e) what may be shown.
    `policy` are its chances (positions, actions), which do not hang on the round, or its chance of
    what was shown, by round (rounds,). `truth` is what the policy earned where it ran.
    """

    log: Log
    features: Array
    actions: Array
    policy: Array
    truth: float | None
    notes: tuple[str, ...]

    @property
    def is_by_round(self) -> bool:
        """Whether the policy is known by its chance of what was shown alone."""
        return self.policy.ndim == 1


def question(
    frame: Any,
    *,
    action: str,
    reward: str,
    propensity: str,
    position: str | None = None,
    chosen: Sequence[str] = (),
    chances: str | None = None,
    ran: Any = None,
    items: Any = None,
) -> Question:
    """Read a log; the policy is `chances`, a column, or its shares in `ran`, a log of its own.

    `items` says more of the actions, one row each, by the same column. Raises BadData for what no
    honest estimate can be made from.
    """
    if (chances is None) == (ran is None):
        raise BadData("say which policy is to be judged: --chances COL or --policy-log FILE")
    frames = [frame] if ran is None else [frame, ran]
    names = [_names(one, action) for one in frames]
    known = sorted(set().union(*names))
    if not 1 < len(known) <= MOST_ACTIONS:
        raise BadData(f"--action {action!r}: {len(known)} actions; 2 to {MOST_ACTIONS} are needed")
    places = [_positions(one, position) for one in frames]
    earned = numbers(frame, reward, "--reward")
    if int((earned != 0).sum()) < FEWEST_REWARDED:
        raise BadData(
            f"--reward {reward!r}: {int((earned != 0).sum())} rounds are not 0, "
            f"{FEWEST_REWARDED} are needed"
        )
    try:
        log = Log(
            _codes(names[0], known),
            places[0],
            earned,
            numbers(frame, propensity, "--propensity"),
        )
    except BadLog as error:
        raise BadData(f"--propensity {propensity!r}: {error}") from error
    truth = None
    if ran is None:
        policy = numbers(frame, str(chances), "--chances")
        if (policy < 0).any() or (policy > 1).any():
            raise BadData(f"--chances {chances!r}: must lie between 0 and 1")
    else:
        policy = _shares(_codes(names[1], known), places[1], places[0], len(known))
        truth = float(numbers(ran, reward, "--reward").mean())
    described = features(frame, columns(frame, list(chosen), "--features"))
    left = described.left_out
    notes = (f"says nothing or too much, left out: {', '.join(left)}",) if left else ()
    own_of_items = np.eye(len(known)) if items is None else _described(items, action, known)
    return Question(
        log, _scaled(described.filled()), own_of_items, policy, truth, (*notes, *_warned(log))
    )


def _names(frame: Any, action: str) -> list[str]:
    found = column(frame, action, "--action")
    if found.isna().any():
        raise BadData(f"--action {action!r}: {int(found.isna().sum())} rows are empty")
    return [str(one) for one in found]


def _codes(names: Sequence[str], known: Sequence[str]) -> Actions:
    place = {name: number for number, name in enumerate(known)}
    return np.asarray([place[name] for name in names], dtype=np.int64)


def _positions(frame: Any, position: str | None) -> Actions:
    """The positions as they are numbered, from 0 on."""
    if position is None:
        return np.zeros(len(frame), dtype=np.int64)
    found = numbers(frame, position, "--position")
    whole = found.astype(np.int64)
    if (whole != found).any() or whole.min() < 0 or whole.max() > MOST_POSITIONS:
        raise BadData(f"--position {position!r}: must be whole numbers from 0 or 1 on")
    return whole


def _shares(actions: Actions, there: Actions, asked: Actions, count: int) -> Array:
    """(positions, actions): how often the policy showed each action at each position."""
    counts = np.zeros((int(max(there.max(), asked.max())) + 1, count))
    np.add.at(counts, (there, actions), 1)
    missing = sorted(set(asked.tolist()) - set(np.flatnonzero(counts.sum(axis=1)).tolist()))
    if missing:
        raise BadData(f"--policy-log: nothing was shown at position {missing[0]} there")
    shares: Array = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return shares


def _described(items: Any, action: str, known: Sequence[str]) -> Array:
    """(actions, e): what a table of items says of each action."""
    names = _names(items, action)
    place = {name: row for row, name in enumerate(names)}
    missing = [name for name in known if name not in place]
    if missing or len(place) != len(names):
        shown = f"{missing[0]!r} is missing" if missing else "an action stands there twice"
        raise BadData(f"--items: one row an action is needed, {shown}")
    found = features(items, [name for name in items.columns if name != action])
    if not found.names:
        raise BadData("--items: no column there tells actions apart")
    return _scaled(found.filled())[[place[name] for name in known]]


def _scaled(values: Array) -> Array:
    spread = values.std(axis=0)
    scaled: Array = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return scaled


def _warned(log: Log) -> tuple[str, ...]:
    """What makes estimates shaky: chances so small that single rounds decide."""
    least = float(log.propensity.min())
    return (f"the smallest chance is {least:g}: few rounds weigh much",) if least < 0.001 else ()
