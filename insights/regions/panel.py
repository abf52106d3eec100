"""Outcomes of regions over time, with the regions that were treated from a day on."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.tables import BadData, Floats, a_day, column, dates, numbers, two_valued

FEWEST_BEFORE: Final = 8
FEWEST_CONTROLS: Final = 4
_AFTER: Final = 0.5  # share of a region's days after the start on which it must be marked


@dataclass(frozen=True, eq=False)
class Panel:
    """`outcome` (regions, days); `treated` (regions,) and `after` (days,) say where and when."""

    outcome: Floats
    regions: tuple[str, ...]
    treated: npt.NDArray[np.bool_]
    after: npt.NDArray[np.bool_]
    notes: tuple[str, ...]


def panel(
    frame: Any, *, unit: str, date: str, treated: str, outcome: str, start: str, today: dt.date
) -> Panel:
    """Read regions, one row a region and day; rows of the same region and day are added up.

    A region is treated if it is ever marked so: on all its days, or from `start` on. Raises BadData
    for what no effect can be told from.
    """
    first = a_day(start, "--start")
    names = column(frame, unit, "--unit").astype("string")
    if names.isna().any():
        raise BadData(f"--unit {unit!r}: {int(names.isna().sum())} rows are empty; name the region")
    long = pd.DataFrame(
        {
            "unit": names.to_numpy(dtype=object),
            "day": dates(frame, date, "--date", today),
            "outcome": numbers(frame, outcome, "--outcome"),
            "treated": two_valued(frame, treated, "--treated"),
        }
    )
    wide = long.pivot_table(index="unit", columns="day", values="outcome", aggfunc="sum")
    gaps = wide.isna().any(axis=1)
    notes = []
    if gaps.any():
        shown = ", ".join(map(str, wide.index[gaps][:5]))
        notes.append(f"{int(gaps.sum())} regions with missing days were left out: {shown}")
        wide = wide[~gaps]
    days = np.asarray(wide.columns, dtype="datetime64[D]")
    after = days >= first
    if int((~after).sum()) < FEWEST_BEFORE or not after.any():
        raise BadData(
            f"--start {start}: {int((~after).sum())} days lie before it and {int(after.sum())} "
            f"from it on; {FEWEST_BEFORE} before and 1 after are needed"
        )
    _refuse_other_starts(long, treated, first)
    marked = long.groupby("unit")["treated"].max().reindex(wide.index).to_numpy() > 0
    if not marked.any():
        raise BadData(f"--treated {treated!r}: no region with all its days is treated")
    if int((~marked).sum()) < FEWEST_CONTROLS:
        raise BadData(
            f"--treated {treated!r}: {int((~marked).sum())} regions are not treated, "
            f"{FEWEST_CONTROLS} are needed"
        )
    values = wide.to_numpy(dtype=np.float64)
    if np.ptp(values[~marked]) == 0:
        raise BadData(f"--outcome {outcome!r}: never changes where nothing was done")
    return Panel(values, tuple(map(str, wide.index)), marked, after, tuple(notes))


def _refuse_other_starts(long: Any, treated: str, first: np.datetime64) -> None:
    """Raise BadData when marks come and go, or begin on another day than was said."""
    for name, rows in long.groupby("unit"):
        marks = rows["treated"].to_numpy() > 0
        if not marks.any() or marks.all():
            continue
        began = rows["day"].to_numpy()[marks].min().astype("datetime64[D]")
        before = (rows["day"].to_numpy().astype("datetime64[D]") < first) & marks
        later = rows["day"].to_numpy().astype("datetime64[D]") >= first
        if before.any() or (later.any() and marks[later].mean() < _AFTER):
            raise BadData(
                f"--treated {treated!r}: region {name!r} is marked from {began}, which does not "
                f"fit --start {first}; give the day on which it began"
            )
