"""How long many SKUs take: as one panel, and in groups on a local Spark; arithmetic from there."""

import resource
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from rich.console import Console

from forecasting.distributed import GROUP, in_groups, spark_session
from forecasting.engine import forecast
from forecasting.panel import Floats, Panel

SERIES, STEPS, HORIZON, SEASON = 10_000, 104, 13, 52
CORES: Final = 2
PLANNED: Final = 100_000


def whole(console: Console) -> dict[str, float | None]:
    """One panel, one process: seconds and peak memory."""
    panel = made(SERIES)
    begin = time.perf_counter()
    with console.status(f"{SERIES} SKUs x {STEPS} weeks …"):
        forecast(panel, HORIZON, SEASON)
    seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(
        f"{SERIES:,} SKUs x {STEPS} weeks, one process: {seconds:.0f} s, peak {memory:.0f} MB"
    )
    return {"scale_seconds": round(seconds, 1), "scale_peak_mb": round(memory, 0)}


def on_spark(console: Console) -> dict[str, float | None]:
    """Two groups on a local Spark with two workers, and what that says of a hundred thousand."""
    if shutil.which("java") is None:
        console.print("[yellow]Spark: no Java here, so nothing was measured[/yellow]")
        return {}
    panel = made(CORES * GROUP)
    begin = time.perf_counter()
    with console.status(f"{CORES} groups of {GROUP} SKUs, one after the other …"):
        here = in_groups()(panel, HORIZON, SEASON)
    alone = (time.perf_counter() - begin) / CORES
    session = spark_session(f"local[{CORES}]")
    try:
        begin = time.perf_counter()
        with console.status("the same on Spark …"):
            there = in_groups(session)(panel, HORIZON, SEASON)
        together = time.perf_counter() - begin
    finally:
        session.stop()
    groups = PLANNED / GROUP
    core_minutes = groups * alone / 60
    console.print(
        f"a group of {GROUP:,} SKUs: {alone:.0f} s of one core; {CORES} groups on Spark "
        f"local[{CORES}]: {together:.0f} s\n"
        f"{PLANNED:,} SKUs = {groups:.0f} groups = {core_minutes:.0f} core minutes: "
        + ", ".join(f"{core_minutes / cores:.0f} min on {cores} cores" for cores in (2, 8, 40))
    )
    return {
        "spark_group_seconds": round(alone, 1),
        "spark_seconds": round(together, 1),
        "spark_differs_by": float(np.abs(here.mean - there.mean).max()),
        "spark_core_minutes_100k": round(core_minutes, 1),
    }


def made(count: int) -> Panel:
    """A shop's usual mixture: seven of ten SKUs sell in less than half the weeks.

    With prices that change and promotions, known beyond the end, which sales answer to.
    """
    random = np.random.default_rng(20261125)
    lines = list(_lines(random, count))
    values, price, promotion = (np.stack(part) for part in zip(*lines, strict=True))
    panel = Panel(tuple(f"sku-{row}" for row in range(count)), values[:, :STEPS], "week")
    return replace(panel, known={"price": price, "promotion": promotion})


def _lines(random: np.random.Generator, count: int) -> Iterator[tuple[Floats, Floats, Floats]]:
    weeks = np.arange(STEPS + HORIZON)
    for _ in range(count):
        rate = float(np.exp(random.normal(-0.3, 1.3)))
        season = 1.0 + random.uniform(0, 0.5) * np.sin(
            2 * np.pi * (weeks + random.integers(52)) / 52
        )
        promotion = np.where(random.random(len(weeks)) < 0.05, 0.2, 0.0)
        price = np.repeat(random.uniform(0.9, 1.1, 5), 26)[: len(weeks)] * (1.0 - promotion)
        noise = random.gamma(1.5, 1 / 1.5, len(weeks))
        yield random.poisson(rate * season * noise / price**2).astype(float), price, promotion
