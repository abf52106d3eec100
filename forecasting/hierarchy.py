"""Forecasts that add up: variants to categories to the shop.

Weighted least squares (the structural form of Wickramasuriya, Athanasopoulos and Hyndman 2019,
J. Amer. Statist. Assoc. 114): every level of a tree is right with equal weight a member, so a
node's total becomes the mean of its own forecast and of the levels below, and the difference is
shared out in proportion to the members' forecasts, which keeps every one at or above zero.
"""

from collections.abc import Sequence

import numpy as np

from forecasting.panel import Floats


def add_up(values: Floats, groups: Sequence[Sequence[int]]) -> Floats:
    """Totals of groups of rows: (rows, horizon) to (groups, horizon)."""
    if not groups:
        return np.empty((0, values.shape[1]))
    return np.stack([values[list(rows)].sum(axis=0) for rows in groups])


def share_out(
    members: Floats, groups: Sequence[Sequence[int]], group_means: Floats, total: Floats
) -> Floats:
    """Members moved so that they agree with their groups' forecasts and with the total.

    `members` (rows, horizon), `group_means` (groups, horizon), `total` (horizon,), all at or above
    zero. A group whose members are all zero shares evenly.
    """
    sums = add_up(members, groups)
    wanted = (sums + group_means) / 2.0
    whole = wanted.sum(axis=0)
    agreed = (2.0 * whole + total) / 3.0
    wanted = wanted * _ratio(agreed, whole)
    moved = members.copy()
    for rows, sum_now, sum_wanted in zip(groups, sums, wanted, strict=True):
        index = list(rows)
        even = np.broadcast_to(sum_wanted / len(index), (len(index), len(sum_wanted)))
        shared = members[index] * _ratio(sum_wanted, sum_now)
        moved[index] = np.where(sum_now > 0, shared, even)
    return moved


def _ratio(wanted: Floats, now: Floats) -> Floats:
    return np.where(now > 0, wanted / np.where(now > 0, now, 1.0), 0.0)
