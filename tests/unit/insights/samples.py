"""Data with a known truth, and the folder of public data."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from research.benchmarks.real_input import shared_data

ROOT = Path(__file__).resolve().parents[3]
START = np.datetime64("2024-01-01")


def public(name: str) -> Path:
    """A public file below `recsys`; skips without it."""
    try:
        path = shared_data(ROOT) / "recsys" / name
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if not path.exists():
        pytest.skip(f"{name} is not among the files")
    return path


def buyers(customers: int = 1_500, weeks: int = 104, seed: int = 1) -> pd.DataFrame:
    """Purchases after BG/NBD (r .8, alpha 6, a .9, b 3) and Gamma-Gamma (p 6, q 4, v 15)."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        rate, leaving = rng.gamma(0.8, 1 / 6), rng.beta(0.9, 3)
        at, mean = rng.uniform(0, 12), rng.gamma(4, 1 / 15)
        while at < weeks:
            rows.append((customer, at, rng.gamma(6, 1 / mean)))
            if len(rows) > 1 and rows[-2][0] == customer and rng.random() < leaving:
                break
            at += rng.exponential(1 / rate)
    frame = pd.DataFrame(rows, columns=["who", "at", "paid"])
    frame["day"] = (START + (frame["at"] * 7).astype(int).to_numpy()).astype(str)
    return frame.drop(columns="at")
