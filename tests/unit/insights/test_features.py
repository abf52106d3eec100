"""Columns become numbers; what is missing stays a gap that is marked."""

import numpy as np
import pandas as pd
import pytest

from insights.features import features


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_days_that_are_missing_are_gaps(unit: str) -> None:
    day = pd.Series(pd.to_datetime(["2026-01-02", None, "2026-01-03"])).astype(
        f"datetime64[{unit}]"
    )
    read = features(pd.DataFrame({"day": day}), ["day"])
    assert np.isnan(read.values[:, 0]).tolist() == [False, True, False]
    assert read.values[2, 0] - read.values[0, 0] == 1
    assert read.filled()[:, 1].tolist() == [0, 1, 0]


def test_the_infinite_is_a_gap() -> None:
    read = features(pd.DataFrame({"ratio": [1.0, float("inf"), 3, float("-inf")]}), ["ratio"])
    assert np.isnan(read.values[:, 0]).tolist() == [False, True, False, True]
    assert read.filled()[:, 0].tolist() == [1, 2, 3, 2]
