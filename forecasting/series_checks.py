"""What can be wrong with series in long form, and putting them on an even grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from forecasting.panel import Floats, Frequency, align_right

LARGEST: Final = 1e15
STOCK_COLUMNS: Final = ("price", "promotion", "holiday", "stock_out")


class BadSeries(ValueError):
    """A file of series cannot be used; says where, why and what to do."""


@dataclass(frozen=True)
class Step:
    """The distance between two observations: in `unit`s, "day", "hour", "month" or "number"."""

    name: Frequency
    unit: str
    size: int


@dataclass(frozen=True)
class Grid:
    """Series on an even grid. `last` is each one's newest position, in units of the step."""

    values: Floats
    columns: Mapping[str, Floats]
    last: dict[str, int]
    last_days: tuple[date, ...] | None
    notes: tuple[str, ...]


def check_long(table: Any, name: str, *, negative_allowed: bool, today: date | None) -> None:
    """Refuse missing columns, values that are no numbers, and days that cannot be.

    Parses `ds` and `y` in place. Rows are numbered as in the file, the heading being row 1.
    """
    for column in ("unique_id", "ds", "y"):
        if column not in table.columns:
            raise BadSeries(f"{name}: no column {column}; long form needs unique_id, ds and y")
    if not len(table):
        raise BadSeries(f"{name}: no rows")
    if table["unique_id"].isna().any():
        raise BadSeries(f"{name}, row {_first(table['unique_id'].isna())}: unique_id is empty")
    for column in ("y", *(c for c in STOCK_COLUMNS if c in table.columns)):
        numbers = pd.to_numeric(table[column], errors="coerce")
        broken = numbers.isna() if column == "y" else numbers.isna() & table[column].notna()
        if broken.any():
            row = _first(broken)
            raise BadSeries(
                f"{name}, row {row}: {column} is {table[column].iloc[row - 2]!r}, not a number"
            )
        table[column] = numbers.astype(float)
    large = ~np.isfinite(table["y"]) | (table["y"].abs() > LARGEST)
    if large.any():
        raise BadSeries(f"{name}, row {_first(large)}: y is beyond {LARGEST:g}")
    if not negative_allowed and (table["y"] < 0).any():
        raise BadSeries(
            f"{name}, row {_first(table['y'] < 0)}: y is negative; sales cannot be. Net returns "
            "out, or pass --allow-negative when these are no sales"
        )
    if table["ds"].isna().any():
        raise BadSeries(f"{name}, row {_first(table['ds'].isna())}: ds is empty")
    if pd.api.types.is_numeric_dtype(table["ds"]):
        table["ds"] = _numbered_days(table["ds"])
    if not pd.api.types.is_numeric_dtype(table["ds"]):
        _parse_days(table, name, today)
    twice = table.duplicated(["unique_id", "ds"])
    if twice.any():
        row = _first(twice)
        at = table.iloc[row - 2]
        raise BadSeries(
            f"{name}, row {row}: series {at['unique_id']} has {_day_text(at['ds'])} twice; "
            "add the rows up or remove one"
        )


def _numbered_days(numbers: Any) -> Any:
    """Days of numbers that are all like 20230131 or 202301; other numbers stay what they are."""
    if not (numbers == numbers.round()).all():
        return numbers
    whole = numbers.astype(np.int64).astype(str)
    for digits, layout in ((8, "%Y%m%d"), (6, "%Y%m")):
        if (whole.str.len() == digits).all():
            days = pd.to_datetime(whole, errors="coerce", format=layout)
            if days.notna().all() and days.dt.year.between(1800, 2200).all():
                return days
    return numbers


def _parse_days(table: Any, name: str, today: date | None) -> None:
    written = table["ds"]
    if written.dtype == object:
        # Hours as the clock showed them: offsets differ between summer and winter.
        written = (
            written.astype(str)
            .str.replace(r"(?<=\d)\s*(?:Z|UTC|[+-]\d{2}:?\d{2})$", "", regex=True)
            .where(written.astype(str).str.contains(":"), written)
        )
    days = pd.to_datetime(written, errors="coerce", format="ISO8601")
    if days.isna().any():
        row = _first(days.isna())
        raise BadSeries(
            f"{name}, row {row}: ds is {table['ds'].iloc[row - 2]!r}; days are written YYYY-MM-DD"
        )
    table["ds"] = days.dt.tz_localize(None)
    if today is not None:
        late = table["ds"] > pd.Timestamp(today) + pd.Timedelta(days=1)
        if late.any():
            row = _first(late)
            raise BadSeries(
                f"{name}, row {row}: {_day_text(table['ds'].iloc[row - 2])} lies in the future; "
                "history ends today"
            )


def find_frequency(table: Any, name: str) -> Step:
    """The commonest distance between neighbouring days.

    Raises BadSeries where distances fit no hour, day, week, month, quarter or year.
    """
    ordered = table.sort_values(["unique_id", "ds"])
    gaps = ordered.groupby("unique_id", sort=False)["ds"].diff().dropna()
    if pd.api.types.is_numeric_dtype(table["ds"]):
        size = int(gaps.mode().iloc[0]) if len(gaps) else 1
        return Step("", "number", max(size, 1))
    if not len(gaps):
        return Step("", "day", 1)
    common = gaps.mode().iloc[0]
    days = common / pd.Timedelta(days=1)
    if days < 1:
        return Step("hour", "hour", max(round(days * 24), 1))
    if days in (1, 7):
        return Step("day" if days == 1 else "week", "day", int(days))
    for frequency, months, shortest, longest in (
        ("month", 1, 28, 31),
        ("quarter", 3, 89, 92),
        ("year", 12, 365, 366),
    ):
        if shortest <= days <= longest:
            return Step(frequency, "month", months)
    if days == int(days):
        return Step("", "day", int(days))
    raise BadSeries(f"{name}: the usual distance of two rows is {common}, which is no frequency")


def on_grid(
    table: Any,
    ids: Sequence[str],
    step: Step,
    name: str,
    after: Mapping[str, int] | None = None,
    *,
    sparse: bool | None = None,
) -> Grid:
    """Each series on the grid of `step`, right-aligned; left-aligned behind `after` for a test.

    Missing steps of a series are filled and counted in the notes: with 0 when the file never says
    0 (rows are written only when something sold), else by a straight line. `sparse` says which
    of the two, where another file decides.
    """
    positions = _positions(table["ds"], step)
    sparse = never_zero(table) if sparse is None else sparse
    frames = dict(iter(table.assign(_at=positions).groupby(table["unique_id"].astype(str))))
    names = ["y", *(column for column in STOCK_COLUMNS if column in table.columns)]
    lines: dict[str, list[Floats]] = {column: [] for column in names}
    last, filled = {}, 0
    for key in ids:
        rows = frames.get(key)
        at = np.array([], dtype=np.int64) if rows is None else rows["_at"].to_numpy(np.int64)
        if after is not None:
            begin = after[key] + step_units(step)
            _refuse_overlap(at, begin, key, name)
        else:
            begin = int(at.min())
        offsets = _offsets(at, begin, step, key, name)
        width = int(offsets.max()) + 1 if len(offsets) else 0
        for column in names:
            line = np.full(width, np.nan)
            if rows is not None:
                line[offsets] = rows[column].to_numpy(float)
            lines[column].append(line)
        values = lines["y"][-1]
        gaps = np.isnan(values)
        filled += int(gaps.sum())
        if gaps.any():
            values[gaps] = (
                0.0
                if sparse
                else np.interp(np.flatnonzero(gaps), np.flatnonzero(~gaps), values[~gaps])
            )
        last[key] = begin + (width - 1) * step_units(step)
    how = "0, as nothing sold" if sparse else "a straight line"
    place = align_right if after is None else _align_left
    return Grid(
        values=place(lines["y"]),
        columns={column: place(lines[column]) for column in names if column != "y"},
        last=last,
        last_days=_days(last, ids, step),
        notes=(f"{name}: {filled} missing steps filled with {how}",) if filled else (),
    )


def never_zero(table: Any) -> bool:
    """Whether rows are written only when something sold, so that a gap means nothing."""
    return bool((table["y"] > 0).all())


def step_units(step: Step) -> int:
    """How many units of its kind a step is long."""
    return step.size


def _positions(days: Any, step: Step) -> Any:
    if step.unit == "number":
        return days.astype(np.int64)
    if step.unit == "month":
        return days.dt.year * 12 + days.dt.month - 1
    unit = pd.Timedelta(hours=1) if step.unit == "hour" else pd.Timedelta(days=1)
    return (days - pd.Timestamp(0)) // unit


def _offsets(at: Any, begin: int, step: Step, key: str, name: str) -> Any:
    """Places on the grid; refuses days between its points and two days on one point."""
    offsets, rest = np.divmod(at - begin, step.size)
    if rest.any():
        raise BadSeries(
            f"{name}: series {key} does not keep the frequency of the file (every {step.size} "
            f"{step.unit}); put all series on the same days"
        )
    if len(np.unique(offsets)) != len(offsets):
        raise BadSeries(
            f"{name}: series {key} has two rows in one {step.name or step.unit}; add them up"
        )
    return offsets


def _refuse_overlap(at: Any, begin: int, key: str, name: str) -> None:
    if len(at) and at.min() < begin:
        raise BadSeries(
            f"{name}: series {key} begins before its history ends; the test file must hold only "
            "what came after"
        )


def _align_left(series: Sequence[Floats]) -> Floats:
    width = max((len(one) for one in series), default=0)
    matrix = np.full((len(series), width), np.nan)
    for row, one in enumerate(series):
        matrix[row, : len(one)] = one
    return matrix


def _days(last: Mapping[str, int], ids: Sequence[str], step: Step) -> tuple[date, ...] | None:
    if step.unit != "day":
        return None
    return tuple(date(1970, 1, 1) + timedelta(days=last[key]) for key in ids)


def _first(broken: Any) -> int:
    """The row in the file of the first True: the heading is row 1."""
    return int(np.flatnonzero(np.asarray(broken))[0]) + 2


def _day_text(day: Any) -> str:
    """The day, with its hour where it is not midnight."""
    if not hasattr(day, "date"):
        return str(day)
    return str(day.date()) if day == day.normalize() else str(day)
