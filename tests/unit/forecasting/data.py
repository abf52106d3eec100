"""Where the public data sets are, and a day that is after all of them."""

from datetime import date
from pathlib import Path
from typing import Final

import pytest

from research.benchmarks.real_input import shared_data

TODAY: Final = date(2026, 11, 25)
ROOT: Final = Path(__file__).resolve().parents[3]


def data_folder() -> Path:
    """The folder of forecasting data; skips the test where it is absent."""
    try:
        return shared_data(ROOT) / "forecast"
    except FileNotFoundError as missing:
        pytest.skip(str(missing))
