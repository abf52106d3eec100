"""Outcome and spend a period, in order of time, with what season and trend explain."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from insights.features import features
from insights.tables import BadData, Floats, a_day, columns, dates, numbers

FEWEST_LEARNED: Final = 60
FEWEST_AFTER: Final = 4
_YEAR: Final = 365.25
_HARMONICS: Final = 3


@dataclass(frozen=True, eq=False)
class Weeks:
    """(periods,) outcome; (periods, channels) spend; (periods, k) `base`: trend, season, controls.

    `learned` is how many periods, from the first, are learned from; `year` how many make a year.
    """

    outcome: Floats
    spend: Floats
    base: Floats
    channels: tuple[str, ...]
    learned: int
    year: int


def weeks(
    frame: Any,
    *,
    date: str,
    outcome: str,
    channels: Sequence[str],
    controls: Sequence[str],
    split: str,
    today: dt.date,
) -> Weeks:
    """Read periods; raises BadData for what no channel's part can be told from."""
    if not channels:
        raise BadData("--channels is empty; name the columns with what was spent, as in tv,search")
    columns(frame, list(channels), "--channels")
    columns(frame, list(controls), "--controls")
    if twice := sorted({*channels} & {date, outcome, *controls}):
        raise BadData(f"--channels {twice[0]!r} is date, outcome or control too; name it once")
    days = dates(frame, date, "--date", today)
    order = np.argsort(days, kind="stable")
    frame, days = frame.iloc[order], days[order]
    steps = np.diff(days).astype("timedelta64[D]").astype(int)
    if (steps == 0).any():
        raise BadData(f"--date {date!r}: {days[1:][steps == 0][0]} stands there twice; add it up")
    if len(steps) and steps.max() > 1.5 * np.median(steps):
        gap = int(np.argmax(steps))
        raise BadData(f"--date {date!r}: periods are missing after {days[gap]}; fill them with 0")
    result = numbers(frame, outcome, "--outcome")
    spend = np.column_stack([numbers(frame, name, "--channels") for name in channels])
    for place, name in enumerate(channels):
        if (spend[:, place] < 0).any():
            raise BadData(f"--channels {name!r}: holds values below 0; correct them")
    learned = int((days <= a_day(split, "--split")).sum())
    if learned < FEWEST_LEARNED or len(days) - learned < FEWEST_AFTER:
        raise BadData(
            f"--split {split}: {learned} periods lie up to it and {len(days) - learned} after; "
            f"{FEWEST_LEARNED} and {FEWEST_AFTER} are needed"
        )
    if np.ptp(result[:learned]) == 0:
        raise BadData(f"--outcome {outcome!r}: never changes up to {split}")
    for place, name in enumerate(channels):
        if np.ptp(spend[:learned, place]) == 0:
            raise BadData(f"--channels {name!r}: never changes up to {split}; leave it out")
    since = (days - days[0]).astype("timedelta64[D]").astype(float)
    turns = 2 * np.pi * np.outer(since / _YEAR, np.arange(1, _HARMONICS + 1))
    parts = [np.ones((len(days), 1)), since[:, None] / _YEAR, np.sin(turns), np.cos(turns)]
    extra = features(frame, list(controls)).filled()
    spread = extra[:learned].std(axis=0)
    parts.append((extra - extra[:learned].mean(axis=0))[:, spread > 0] / spread[spread > 0])
    year = max(1, round(_YEAR / float(np.median(steps))))
    return Weeks(result, spend, np.hstack(parts), tuple(channels), learned, year)
