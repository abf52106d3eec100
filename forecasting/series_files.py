"""Reading series from files: M4's wide CSV, or long rows `unique_id,ds,y`; CSV (gz) or parquet."""

import gzip
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from forecasting.panel import Floats, Panel, align_right
from forecasting.series_checks import BadSeries, check_long, find_frequency, never_zero, on_grid

REGRESSORS: Final = ("price", "promotion", "holiday")
STOCK_OUT: Final = "stock_out"
M4_LETTER: Final = {"H": "hour", "D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}


@dataclass(frozen=True)
class SeriesFiles:
    """The panel to learn from, what came after, (series, horizon), and notes on what was mended.

    `actual` is NaN where a series of the test file is shorter than the longest.
    """

    panel: Panel
    actual: Floats
    notes: tuple[str, ...]


def read_files(
    train: Path, test: Path, *, today: date, negative_allowed: bool = False
) -> SeriesFiles:
    """Both files, checked against each other.

    Raises BadSeries naming the file, the row or series, and what to do about it.
    """
    first, second = _read_table(train), _read_table(test)
    long = [_is_long(table) for table in (first, second)]
    if long[0] != long[1]:
        raise BadSeries(f"{train.name} and {test.name} differ in form: one is wide, one is long")
    if not long[0]:
        return _wide(first, second, train, test, negative_allowed)
    return _long(first, second, train, test, today, negative_allowed)


def _read_table(path: Path) -> Any:
    if not path.exists():
        raise BadSeries(f"{path}: no such file")
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, dtype={"unique_id": str}, low_memory=False, sep=_separator(path))
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise BadSeries(
            f"{path.name}: cannot be read as {path.suffix or 'CSV'}: {error}"
        ) from error


def _separator(path: Path) -> str:
    """What the first line uses most; a semicolon where commas begin the decimals."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", errors="replace") as file:
        first = file.readline()
    return max(",;\t|", key=first.count)


def _is_long(table: Any) -> bool:
    return {"unique_id", "ds", "y"} & set(table.columns) != set()


def _wide(first: Any, second: Any, train: Path, test: Path, negative_allowed: bool) -> SeriesFiles:
    ids, history = _wide_rows(first, train.name, negative_allowed)
    test_ids, future = _wide_rows(second, test.name, negative_allowed)
    if set(ids) != set(test_ids):
        odd = sorted(set(ids) ^ set(test_ids))[:3]
        raise BadSeries(f"{test.name}: series differ from those of {train.name}, such as {odd}")
    place = {name: row for row, name in enumerate(test_ids)}
    horizon = max(len(one) for one in future)
    actual = np.full((len(ids), horizon), np.nan)
    for row, name in enumerate(ids):
        one = future[place[name]]
        actual[row, : len(one)] = one
    letters = {name[:1] for name in ids}
    frequency = M4_LETTER.get(letters.pop(), "") if len(letters) == 1 else ""
    return SeriesFiles(Panel(tuple(ids), align_right(history), frequency), actual, ())


def _wide_rows(table: Any, name: str, negative_allowed: bool) -> tuple[list[str], list[Floats]]:
    """Ids and series of a wide table: the first column names, the others are values in order."""
    if table.shape[1] < 2 or not len(table):
        raise BadSeries(f"{name}: no series: the first column must be ids, then come values")
    ids = [str(one) for one in table.iloc[:, 0]]
    if all(re.fullmatch(r"\d{4}-\d\d?-\d\d?.*|\d\d?[/.]\d\d?[/.]\d{4}.*", one) for one in ids):
        raise BadSeries(
            f"{name}: the first column, {table.columns[0]}, holds days, so this is long form; name "
            "the columns unique_id (which series), ds (the day) and y (the value)"
        )
    if len(set(ids)) != len(ids):
        twice = next(one for one in ids if ids.count(one) > 1)
        raise BadSeries(f"{name}: series {twice} stands there twice; keep one row of it")
    numbers = table.iloc[:, 1:].apply(pd.to_numeric, errors="coerce")
    broken = numbers.isna() & table.iloc[:, 1:].notna()
    if broken.any().any():
        row, column = np.argwhere(broken.to_numpy())[0]
        raise BadSeries(
            f"{name}, row {row + 2}, column {table.columns[column + 1]}: "
            f"{table.iloc[row, column + 1]!r} is not a number"
        )
    matrix = numbers.to_numpy(dtype=float)
    series = []
    for row, line in enumerate(matrix):
        there = np.flatnonzero(~np.isnan(line))
        if not len(there):
            raise BadSeries(f"{name}, row {row + 2}: series {ids[row]} has no value")
        values = line[: there[-1] + 1]
        if np.isnan(values).any():
            column = table.columns[1 + int(np.flatnonzero(np.isnan(values))[0])]
            raise BadSeries(
                f"{name}, row {row + 2}: series {ids[row]} has a gap at column {column}; fill it, "
                "or give the file in long form with dates"
            )
        if not np.isfinite(values).all() or np.abs(values).max() > 1e15:
            raise BadSeries(f"{name}, row {row + 2}: series {ids[row]} has values beyond 1e15")
        if not negative_allowed and (values < 0).any():
            raise BadSeries(
                f"{name}, row {row + 2}: series {ids[row]} has negative values; sales cannot be "
                "negative. Pass --allow-negative when these are no sales"
            )
        series.append(values)
    return ids, series


def _long(
    first: Any, second: Any, train: Path, test: Path, today: date, negative_allowed: bool
) -> SeriesFiles:
    check_long(first, train.name, negative_allowed=negative_allowed, today=today)
    check_long(second, test.name, negative_allowed=negative_allowed, today=None)
    step = find_frequency(first, train.name)
    ids = list(dict.fromkeys(first["unique_id"].astype(str)))
    missing = [name for name in ids if name not in set(second["unique_id"].astype(str))]
    unknown = sorted(set(second["unique_id"].astype(str)) - set(ids))
    if unknown:
        raise BadSeries(
            f"{test.name}: series {unknown[:3]} are not in {train.name}; "
            "remove them or add their history"
        )
    notes = []
    if missing:
        notes.append(f"{len(missing)} series have no row in {test.name} and are not judged")
    # One rule for both: what a gap means is seen in the history, not in what is judged.
    sparse = never_zero(first)
    past = on_grid(first, ids, step, train.name, sparse=sparse)
    future = on_grid(second, ids, step, test.name, after=past.last, sparse=sparse)
    notes += [note for grid in (past, future) for note in grid.notes]
    known = {
        name: np.concatenate([past.columns[name], future.columns[name]], axis=1)
        for name in REGRESSORS
        if name in past.columns and name in future.columns
    }
    censored = past.columns.get(STOCK_OUT)
    extra = sorted(set(first.columns) - {"unique_id", "ds", "y", STOCK_OUT, *REGRESSORS})
    if extra:
        notes.append(f"columns not used: {', '.join(extra)}")
    panel = Panel(
        ids=tuple(ids),
        values=past.values,
        frequency=step.name,
        last_days=past.last_days,
        known={name: _filled(values) for name, values in known.items()},
        censored=None if censored is None else np.nan_to_num(censored) > 0.5,
    )
    return SeriesFiles(panel, future.values, tuple(notes))


def _filled(values: Floats) -> Floats:
    """Each row with unknown steps taken from the step before, or after at the beginning."""
    frame = pd.DataFrame(values).ffill(axis=1).bfill(axis=1).fillna(0.0)
    return np.asarray(frame.to_numpy(dtype=float))
