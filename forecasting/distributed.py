"""The same forecasts in groups of series: through fugue on this machine's core, or on Spark.

Series are dealt into groups of a like mixture and each group is forecast as a panel of its own:
models that learn from many series together learn from a group, which a few thousand series are
enough for. What travels is one row a series.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from forecasting.engine import Forecaster, PanelForecast, Tell, forecast
from forecasting.intervals import INTERVALS, LEVELS
from forecasting.panel import Floats, Panel
from kit.groups import explained

GROUP: Final = 2500  # series that learn together: a minute's work, and more teach models no better
SENT: Final = "place:long,group:int,id:str,numbers:[double]"
RETURNED: Final = "place:long,demand_class:str,model:str,numbers:[double]"


class NoSpark(RuntimeError):
    """Spark cannot be had here; says what is missing."""


@dataclass(frozen=True)
class Frame:
    """How a series' numbers lie in one row: its values, what is known of it, its stock-outs."""

    steps: int
    known: Mapping[str, int]
    frequency: str
    censored: bool

    @classmethod
    def of(cls, panel: Panel) -> "Frame":
        """The frame of a panel; every row of it has the same."""
        widths = {name: int(values.shape[1]) for name, values in panel.known.items()}
        return cls(panel.steps, widths, panel.frequency, panel.censored is not None)

    def pack(self, panel: Panel) -> Floats:
        """(series, numbers)."""
        parts = [panel.values, *(panel.known[name] for name in self.known)]
        if panel.censored is not None:
            parts.append(panel.censored.astype(np.float64))
        return np.concatenate(parts, axis=1)

    def unpack(self, ids: Sequence[str], numbers: Floats) -> Panel:
        """The panel that `pack` made the rows of."""
        widths = [self.steps, *self.known.values(), *([self.steps] if self.censored else [])]
        parts = np.split(numbers, np.cumsum(widths)[:-1], axis=1)
        return Panel(
            ids=tuple(ids),
            values=parts[0],
            frequency=self.frequency,
            known=dict(zip(self.known, parts[1:], strict=False)),
            censored=parts[-1] > 0.5 if self.censored else None,
        )


def in_groups(engine: Any = None, *, size: int = GROUP) -> Forecaster:
    """A forecaster that works through groups of about `size` series.

    `engine` is what fugue takes: None for this process, a Spark session for its cluster, whose
    workers need this environment.
    """

    def forecaster(
        panel: Panel, horizon: int, season: int, *, tell: Tell = lambda _: None
    ) -> PanelForecast:
        from fugue.workflow.api import transform

        groups = -(-len(panel.ids) // size)
        tell(f"{groups} groups")
        said = transform(
            _table(panel, groups),
            _forecast_group,
            schema=RETURNED,
            # A task for each group: Spark would hash several into one, then merge small ones.
            partition={"by": "group", "num": groups, "algo": "even"},
            engine=engine,
            as_local=True,
            params={"frame": Frame.of(panel), "horizon": horizon, "season": season},
        )
        rows = said.sort_values("place")
        return _joined(panel.ids, rows, horizon)

    return forecaster


def spark_session(master: str) -> Any:
    """A Spark session at `master`, such as local[2] or spark://host:7077.

    Raises NoSpark where pyspark or Java is missing.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError as error:
        raise NoSpark(explained(error, "this") or str(error)) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = (
        SparkSession.builder.master(master)
        .appName("concierge")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
    )
    if master.startswith("local"):
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
        builder = builder.config("spark.driver.host", "127.0.0.1")
    try:
        return builder.getOrCreate()
    except (Py4JError, PySparkException, OSError) as error:
        why = str(getattr(error, "java_exception", error)).splitlines()[0]
        raise NoSpark(f"Spark does not start at {master!r}: {why}") from error


def forecaster_at(master: str) -> Forecaster:
    """Forecasts in this process where `master` is empty, else on the Spark there.

    Raises NoSpark.
    """
    return in_groups(spark_session(master)) if master else forecast


def _table(panel: Panel, groups: int) -> pd.DataFrame:
    """One row a series; neighbours go to different groups, so that each holds a like mixture."""
    places = np.arange(len(panel.ids))
    return pd.DataFrame(
        {
            "place": places,
            "group": (places % groups).astype(np.int32),
            "id": list(panel.ids),
            "numbers": list(Frame.of(panel).pack(panel)),
        }
    )


def _forecast_group(rows: pd.DataFrame, frame: Frame, horizon: int, season: int) -> pd.DataFrame:
    """One group's rows in, its forecasts out, in the order they came."""
    rows = rows.sort_values("place")
    made = forecast(frame.unpack(rows["id"], np.stack(rows["numbers"])), horizon, season)
    blocks = [made.mean, *(made.quantiles[level] for level in LEVELS)]
    blocks += [end for level in INTERVALS for end in made.intervals[level]]
    return pd.DataFrame(
        {
            "place": rows["place"].to_numpy(),
            "demand_class": made.classes,
            "model": made.models,
            "numbers": list(np.concatenate(blocks, axis=1)),
        }
    )


def _joined(ids: tuple[str, ...], rows: Any, horizon: int) -> PanelForecast:
    """The groups' rows, in the panel's order, as one forecast."""
    blocks = np.stack(rows["numbers"]).reshape(len(ids), -1, horizon).transpose(1, 0, 2)
    ends = blocks[1 + len(LEVELS) :]
    return PanelForecast(
        ids=ids,
        mean=blocks[0],
        quantiles=dict(zip(LEVELS, blocks[1:], strict=False)),
        intervals={
            level: (ends[2 * place], ends[2 * place + 1]) for place, level in enumerate(INTERVALS)
        },
        classes=tuple(rows["demand_class"]),
        models=tuple(rows["model"]),
    )
