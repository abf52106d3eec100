"""Columns of a table as numbers that models read; what gives the outcome away is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from insights.tables import Floats

MOST_WORDS: Final = 40  # different values of a column of words; more than that are ids or free text
ALMOST_SURE: Final = 0.98  # area under the curve of one column alone
_CERTAIN: Final = np.log(1e-8)  # of a group that holds one outcome only, by chance


@dataclass(frozen=True, eq=False)
class Features:
    """`values` (rows, features); words became one column a value, gaps stay NaN.

    `source` is each feature's column, `left_out` the columns that say nothing: one value, or so
    many different words that they name rows.
    """

    values: Floats
    names: tuple[str, ...]
    source: tuple[str, ...]
    left_out: tuple[str, ...]

    def filled(self) -> Floats:
        """The values with medians in the gaps and a column that marks where each stood."""
        gaps = np.isnan(self.values)
        gappy = gaps.any(axis=0)
        if not gappy.any():
            return self.values
        medians = np.nan_to_num(np.nanmedian(self.values, axis=0))
        return np.hstack([np.where(gaps, medians, self.values), gaps[:, gappy].astype(float)])


def features(frame: Any, columns: Sequence[str]) -> Features:
    """Turn columns of numbers, yes/no, dates and words into features; the infinite is a gap."""
    parts: list[Floats] = []
    names: list[str] = []
    source: list[str] = []
    left_out: list[str] = []
    for column in columns:
        series = frame[column]
        found = _numbers(series)
        if found is not None:
            found = np.where(np.isinf(found), np.nan, found)
            if len(np.unique(found)) > 1:
                parts, names, source = [*parts, found], [*names, column], [*source, column]
            else:
                left_out.append(column)
            continue
        words = series.astype("string").str.strip()
        kinds = sorted(words.dropna().unique())
        if not 1 < len(kinds) + bool(words.isna().any()) <= MOST_WORDS:
            left_out.append(column)
            continue
        for kind in kinds[1:] if len(kinds) == 2 and not words.isna().any() else kinds:
            parts.append(np.asarray(words == kind).astype(object).astype(float))
            names.append(f"{column}={kind}")
            source.append(column)
    rows = len(frame)
    values = np.column_stack(parts) if parts else np.empty((rows, 0))
    return Features(values, tuple(names), tuple(source), tuple(left_out))


def _numbers(series: Any) -> Floats | None:
    """The column as numbers (dates as days), or None where it holds words."""
    if pd.api.types.is_datetime64_any_dtype(series):
        since = pd.to_datetime(series, utc=True) - pd.Timestamp(0, tz="UTC")
        return np.asarray(since / pd.Timedelta(days=1), dtype=np.float64)
    if pd.api.types.is_bool_dtype(series) or pd.api.types.is_numeric_dtype(series):
        return np.asarray(series.astype("Float64").to_numpy(dtype=float, na_value=np.nan))
    words = series.dropna().astype("string").str.strip().str.lower()
    if len(words) and words.isin(["true", "false", "yes", "no"]).all():
        truth = series.astype("string").str.strip().str.lower().isin(["true", "yes"])
        return np.where(series.isna(), np.nan, np.asarray(truth, dtype=np.float64))
    found = pd.to_numeric(series, errors="coerce")
    return None if found.notna().sum() < series.notna().sum() else np.asarray(found, dtype=float)


def auc_alone(values: Floats, outcome: npt.NDArray[Any]) -> float:
    """How well one column ranks a 0/1 outcome by itself, in either direction; .5 is chance."""
    known = np.where(np.isnan(values), np.nanmin(values) - 1, values)
    ranks = rankdata(known)
    positive = outcome > 0
    count, rest = int(positive.sum()), int((~positive).sum())
    area = (ranks[positive].sum() - count * (count + 1) / 2) / (count * rest)
    return float(max(area, 1 - area))


def gives_away(values: Floats, outcome: Floats) -> bool:
    """Whether a column is known only once the outcome is.

    It is if it ranks a yes/no outcome almost without a mistake, or if all rows at its usual value,
    or all others, have one outcome: an amount that is above 0 only for buyers, a visit without
    which nobody buys.
    """
    if len(np.unique(outcome)) == 2 and auc_alone(values, outcome == outcome.max()) > ALMOST_SURE:
        return True
    usual_outcome = _usual(outcome)
    share = float((outcome == usual_outcome).mean())
    if not 0.01 < share < 1:
        return False
    at_usual = values == _usual(values)
    same = outcome == usual_outcome
    for group in (at_usual, ~at_usual):
        count = int(group.sum())
        if not 0 < count < len(values):
            continue
        if same[group].all() and count * np.log(share) < _CERTAIN:
            return True
        if not same[group].any() and count * np.log1p(-share) < _CERTAIN:
            return True
    return False


def _usual(values: Floats) -> float:
    kinds, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    return float(kinds[counts.argmax()])


def folds_of(strata: npt.NDArray[Any], count: int, rng: np.random.Generator) -> Any:
    """(rows,) fold numbers, drawn so that each stratum is spread evenly over `count` folds."""
    fold = np.empty(len(strata), dtype=np.int64)
    offset = 0
    for kind in np.unique(strata):
        rows = rng.permutation(np.flatnonzero(strata == kind))
        fold[rows] = (np.arange(len(rows)) + offset) % count
        offset += len(rows)
    return fold
