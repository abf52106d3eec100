"""Each customer's history as the lifetime models read it: how often, how lately, since when."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from insights.tables import BadData, Days, Floats

WEEK: Final = 7.0  # days; all times of the models are in weeks


@dataclass(frozen=True, eq=False)
class Purchases:
    """One row a customer and day on which they bought, in order of customer and day.

    `customer` (rows,) are places in `names`; `amount` (rows,) is None where no amounts are known.
    """

    names: npt.NDArray[Any]
    customer: npt.NDArray[np.int64]
    day: Days
    amount: Floats | None

    def until(self, day: np.datetime64) -> "Purchases":
        """What was bought up to and including `day`; every customer keeps their place."""
        kept = self.day <= day
        amount = None if self.amount is None else self.amount[kept]
        return Purchases(self.names, self.customer[kept], self.day[kept], amount)


@dataclass(frozen=True, eq=False)
class Histories:
    """(customers,) each, as of `end`; times are weeks since a customer's first purchase.

    `repeats` are days with a purchase after the first, `recency` is the time of the last one, `age`
    the time of the end. `value` is the mean amount of a repeat, NaN without one. `place` are the
    customers' places in the purchases' names.
    """

    place: npt.NDArray[np.int64]
    repeats: Floats
    recency: Floats
    age: Floats
    value: Floats
    end: np.datetime64


def purchases(customer: Any, day: Days, amount: Floats | None) -> Purchases:
    """Put together what was bought by the same customer on the same day."""
    codes, names = pd.factorize(np.asarray(customer), sort=True)
    frame = pd.DataFrame({"customer": codes, "day": day})
    frame["amount"] = 0.0 if amount is None else amount
    days = frame[frame["customer"] >= 0].groupby(["customer", "day"], as_index=False).sum()
    return Purchases(
        np.asarray(names),
        np.asarray(days["customer"], dtype=np.int64),
        np.asarray(days["day"], dtype="datetime64[D]"),
        None if amount is None else np.asarray(days["amount"], dtype=np.float64),
    )


def histories(bought: Purchases, end: np.datetime64) -> Histories:
    """What is known of every customer who had bought by `end`; raises BadData when nobody had."""
    known = bought.until(end)
    if not len(known.day):
        raise BadData(f"nobody bought anything by {end}; choose a later day")
    starts = np.flatnonzero(np.r_[True, known.customer[1:] != known.customer[:-1]])
    counts = np.diff(np.r_[starts, len(known.day)])
    first, last = known.day[starts], known.day[starts + counts - 1]
    repeats = (counts - 1).astype(np.float64)
    value = np.full(len(starts), np.nan)
    if known.amount is not None:
        spent = np.add.reduceat(known.amount, starts) - known.amount[starts]
        np.divide(spent, repeats, out=value, where=repeats > 0)
        if _in_cents(known.amount):  # money is rounded half up, as the published tables are
            value = np.floor(value * 100 + 0.5 + 1e-9) / 100
    return Histories(
        known.customer[starts], repeats, _weeks(last - first), _weeks(end - first), value, end
    )


def later_purchases(bought: Purchases, known: Histories, until: np.datetime64) -> Floats:
    """(customers,) days with a purchase after the histories' end, up to and including `until`."""
    later = (bought.day > known.end) & (bought.day <= until)
    counts = np.bincount(bought.customer[later], minlength=len(bought.names))
    return counts[known.place].astype(np.float64)


def weeks_between(start: np.datetime64, end: np.datetime64) -> float:
    """Weeks from one day to another."""
    return float((end - start).astype("timedelta64[D]").astype(float)) / WEEK


def _weeks(spans: npt.NDArray[np.timedelta64]) -> Floats:
    return spans.astype("timedelta64[D]").astype(np.float64) / WEEK


def _in_cents(amounts: Floats) -> bool:
    return bool(np.allclose(amounts, np.round(amounts, 2), rtol=0, atol=1e-6))
