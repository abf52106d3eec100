"""Rows of quantities and prices, ready for log-log demand models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from insights.features import Features, features
from insights.tables import BadData, Floats, column, columns, numbers

FEWEST_ROWS: Final = 30
MOST_ZEROS: Final = 0.05  # share of rows that may lack a logarithm
_GIVEN_AWAY: Final = 0.999  # share of variance


@dataclass(frozen=True, eq=False)
class Demand:
    """(rows,) logarithms of quantity and price, place of the group in `groups`, controls.

    Without groups all rows are of one. `notes` say what was left out.
    """

    quantity: Floats
    price: Floats
    group: npt.NDArray[np.int64]
    groups: tuple[str, ...]
    controls: Features
    notes: tuple[str, ...]

    def dummies(self) -> Floats:
        """(rows, groups) 1 where a row is of the group."""
        return np.eye(len(self.groups))[self.group]


def demand(
    frame: Any, *, quantity: str, price: str, group: str | None, controls: Sequence[str] = ()
) -> Demand:
    """Read demand; raises BadData for what no elasticity can be told from."""
    columns(frame, list(controls), "--controls")
    if wrong := sorted({*controls} & {quantity, price, group}):
        raise BadData(f"--controls {wrong[0]!r} is quantity, price or group itself; leave it out")
    sold, asked = numbers(frame, quantity, "--quantity"), numbers(frame, price, "--price")
    if (asked <= 0).any():
        raise BadData(
            f"--price {price!r}: {int((asked <= 0).sum())} rows are 0 or below, the first is row "
            f"{int(np.flatnonzero(asked <= 0)[0]) + 1}; drop or correct them"
        )
    notes: list[str] = []
    zero = sold <= 0
    if zero.mean() > MOST_ZEROS:
        raise BadData(
            f"--quantity {quantity!r}: {zero.mean():.0%} of the rows are 0 or below, which has no "
            "logarithm; add up over longer periods"
        )
    if zero.any():
        notes.append(f"{int(zero.sum())} rows without sales were left out")
    frame, sold, asked = frame[~zero], np.log(sold[~zero]), np.log(asked[~zero])
    if len(sold) < FEWEST_ROWS:
        raise BadData(f"--data: {len(sold)} rows with sales, {FEWEST_ROWS} are needed")
    if np.ptp(asked) == 0:
        raise BadData(f"--price {price!r} never changes: nothing can be learned of it")
    names, code = np.array(["all"]), np.zeros(len(sold), dtype=np.int64)
    if group is not None:
        words = column(frame, group, "--group").astype("string").fillna("(none)")
        names, code = np.unique(np.asarray(words, dtype=str), return_inverse=True)
    kept = _with_changing_prices(asked, code, names, group, notes)
    frame, sold, asked = frame[kept], sold[kept], asked[kept]
    if np.ptp(sold) == 0:
        raise BadData(f"--quantity {quantity!r} never changes: check the column")
    names, code = _renumbered(names, code[kept])
    extra = features(frame, list(controls))
    if np.isnan(extra.values).any():
        raise BadData(
            f"--controls: {int(np.isnan(extra.values).any(axis=1).sum())} rows have gaps; fill them"
        )
    made = Demand(sold, asked, code, tuple(map(str, names)), extra, tuple(notes))
    _refuse_copies(made)
    return made


def _renumbered(
    names: npt.NDArray[Any], code: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    present, fresh = np.unique(code, return_inverse=True)
    return names[present], fresh


def _with_changing_prices(
    price: Floats,
    code: npt.NDArray[np.int64],
    names: npt.NDArray[Any],
    group: str | None,
    notes: list[str],
) -> npt.NDArray[np.bool_]:
    """Rows of groups that have enough rows and more than one price."""
    kept = np.ones(len(price), dtype=bool)
    fixed = []
    for place, name in enumerate(names):
        rows = code == place
        if rows.sum() < FEWEST_ROWS or np.ptp(price[rows]) == 0:
            kept &= ~rows
            fixed.append(str(name))
    if not kept.any():
        raise BadData(f"--group {group!r}: no group has {FEWEST_ROWS} rows and more than one price")
    if fixed:
        shown = ", ".join(fixed[:5]) + (" …" if len(fixed) > 5 else "")
        notes.append(f"groups with one price or under {FEWEST_ROWS} rows were left out: {shown}")
    return kept


def _refuse_copies(one: Demand) -> None:
    """Raise BadData when controls leave no price of their own, or hold the quantity."""
    base = one.dummies()
    for place, name in enumerate(one.controls.names):
        values = one.controls.values[:, place]
        shapes = [values, np.log(values)] if (values > 0).all() else [values]
        for shape in shapes:
            if _explained(one.price, np.column_stack([base, shape])) > _GIVEN_AWAY:
                raise BadData(f"--controls {name!r} is the price under another name; leave it out")
            both = np.column_stack([base, one.price, shape])
            if _explained(one.quantity, both) > _GIVEN_AWAY:
                raise BadData(
                    f"--controls {name!r} gives the quantity away (revenue?); leave it out"
                )
    whole = np.column_stack([base, one.controls.values])
    if one.controls.names and _explained(one.price, whole) > _GIVEN_AWAY:
        raise BadData("--controls leave no change of price unexplained; name fewer of them")


def _explained(target: Floats, table: Floats) -> float:
    fitted = table @ np.linalg.lstsq(table, target, rcond=None)[0]
    return 1 - float(np.var(target - fitted)) / float(np.var(target))
