"""Tables whose columns are named by the caller: csv, tsv, spaces or parquet, gz allowed."""

import csv
import datetime as dt
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
FIRST_DAY: Final = np.datetime64("1900-01-01")
_SNIFFED: Final = 65_536  # characters that tell how a file is separated


class BadData(ValueError):
    """Data that no honest figure can be made from; the message names the column and the fix."""


def read_table(path: Path) -> Any:
    """A file as a data frame; raises BadData when it cannot be read or has no rows.

    A file without a header, where every field of the first line is a number, gets the column names
    0, 1, 2 …
    """
    if not path.exists():
        raise BadData(f"{path}: no such file")
    try:
        frame = _parquet(path) if ".parquet" in path.suffixes else _delimited(path)
    except (OSError, ValueError, EOFError, zlib.error, csv.Error) as error:
        raise BadData(f"{path}: cannot be read: {error}") from error
    frame.columns = [str(name).strip() for name in frame.columns]
    twice = sorted({name for name in frame.columns if list(frame.columns).count(name) > 1})
    if twice:
        raise BadData(f"{path}: column {twice[0]!r} stands there twice; rename one of them")
    if frame.empty:
        raise BadData(f"{path}: there are no rows")
    return frame


def _parquet(path: Path) -> Any:
    if path.suffix != ".gz":
        return pd.read_parquet(path)
    import gzip
    import io

    with gzip.open(path) as packed:
        return pd.read_parquet(io.BytesIO(packed.read()))


def _delimited(path: Path) -> Any:
    import gzip

    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        start = file.read(_SNIFFED).decode("utf-8-sig", errors="replace")
    line = next((one for one in start.splitlines() if one.strip()), "")
    separator = next((one for one in ("\t", ";", ",") if one in line), r"\s+")
    parts = line.split() if separator == r"\s+" else next(csv.reader([line], delimiter=separator))
    fields = [one.strip().strip('"') for one in parts]
    headless = all(map(_is_number, fields))
    frame = pd.read_csv(
        path,
        sep=separator,
        header=None if headless else 0,
        encoding="utf-8-sig",
        skipinitialspace=True,
        low_memory=False,
    )
    if not headless and len(fields) == len(frame.columns):  # pandas numbers names that repeat
        frame.columns = [one or shown for one, shown in zip(fields, frame.columns, strict=True)]
    return frame


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def column(frame: Any, name: str, option: str) -> Any:
    """The column called `name`; raises BadData that says which there are."""
    if name not in frame.columns:
        known = ", ".join(list(frame.columns)[:30])
        raise BadData(f"{option} {name!r}: there is no such column; there are {known}")
    return frame[name]


def columns(frame: Any, names: list[str], option: str) -> list[str]:
    """`names`, each of which stands in the frame; raises BadData otherwise."""
    for name in names:
        column(frame, name, option)
    return names


def numbers(frame: Any, name: str, option: str) -> Floats:
    """The column as numbers, yes/no and true/false as 1 and 0; raises BadData for anything else."""
    values = column(frame, name, option)
    if values.dtype == object or str(values.dtype) in {"string", "category"}:
        words = values.astype("string").str.strip().str.lower()
        values = words.replace({"true": "1", "yes": "1", "false": "0", "no": "0"})
    found = np.asarray(pd.to_numeric(values, errors="coerce"), dtype=np.float64)
    bad = np.flatnonzero(~np.isfinite(found))
    if len(bad):
        row = int(bad[0])
        raise BadData(
            f"{option} {name!r}: {len(bad)} rows are missing or no number, the first is row "
            f"{row + 1} ({frame[name].iloc[row]!r}); drop or fill them"
        )
    return found


def two_valued(frame: Any, name: str, option: str) -> Floats:
    """The column as 0 and 1; raises BadData when it has one value only, or more than two."""
    values = numbers(frame, name, option)
    kinds = np.unique(values)
    if len(kinds) == 1:
        raise BadData(
            f"{option} {name!r}: every row has the value {kinds[0]:g}; both a 0 and a 1 are needed"
        )
    if not np.array_equal(kinds, [0, 1]):
        shown = ", ".join(f"{one:g}" for one in kinds[:5])
        raise BadData(f"{option} {name!r}: must hold 0 and 1 only, has {shown}")
    return values


def dates(frame: Any, name: str, option: str, today: dt.date) -> Days:
    """The column as days; raises BadData for what is no date, before 1900 or after `today`."""
    values = column(frame, name, option)
    if pd.api.types.is_numeric_dtype(values):
        whole = values.where(values % 1 == 0)  # 20260131, with gaps 20260131.0
        values = whole.astype("Int64").astype("string")
    found = _as_dates(values)
    bad = np.flatnonzero(np.isnat(found))
    if len(bad):
        row = int(bad[0])
        raise BadData(
            f"{option} {name!r}: {len(bad)} rows hold no date, the first is row {row + 1} "
            f"({frame[name].iloc[row]!r}); write dates as 2026-01-31"
        )
    last = np.datetime64(today)
    outside = np.flatnonzero((found < FIRST_DAY) | (found > last))
    if len(outside):
        row = int(outside[0])
        raise BadData(
            f"{option} {name!r}: {len(outside)} rows lie before 1900 or after today, the first is "
            f"row {row + 1} ({found[row]}); correct or drop them"
        )
    return found


def _as_dates(values: Any) -> Days:
    digits = values.astype("string").str.fullmatch(r"\d{8}").fillna(False).all()
    parsed = pd.to_datetime(
        values, format="%Y%m%d" if digits else "ISO8601", errors="coerce", utc=True
    )
    if parsed.isna().any() and not digits:  # other spellings, such as 31.01.2026 or 1/31/2026
        parsed = pd.to_datetime(
            values, format="mixed", dayfirst=_day_first(values), errors="coerce", utc=True
        )
    return np.asarray(parsed.dt.tz_localize(None), dtype="datetime64[D]")


def _day_first(values: Any) -> bool:
    """Whether a column writes the day before the month: with dots, or a first number above 12."""
    parts = values.astype("string").str.extract(r"^\s*(\d{1,2})([./-])\d{1,2}\2\d{2}")
    return bool((parts[1] == ".").any() or (pd.to_numeric(parts[0]) > 12).any())


def a_day(text: str, option: str) -> np.datetime64:
    """The day that an option names; raises BadData when it is none."""
    try:
        return np.datetime64(dt.date.fromisoformat(text.strip()))
    except ValueError as error:
        raise BadData(f"{option} must be a day such as 2026-01-31, got {text!r}") from error
