"""Forecasts in groups: the same whether a group is a panel, fugue's or Spark's."""

import shutil
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from forecasting.distributed import Frame, NoSpark, in_groups, spark_session
from forecasting.engine import PanelForecast, forecast
from forecasting.panel import Panel

pytestmark = pytest.mark.timeout(400)  # fugue, statsforecast and Spark all load here
HORIZON, SEASON = 4, 1


def a_panel(count: int = 30) -> Panel:
    """Counts of different rates, some begun late, with prices and stock-outs."""
    random = np.random.default_rng(7)
    values = random.poisson(random.uniform(0.2, 30, count)[:, None], (count, 40)).astype(float)
    values[3, :20] = np.nan
    out = np.zeros(values.shape, bool)
    out[5, 30:35] = True
    price = random.uniform(0.8, 1.2, (count, 44))
    ids = tuple(f"s{row}" for row in range(count))
    return Panel(ids, values, "week", known={"price": price}, censored=out)


def assert_same(one: PanelForecast, other: PanelForecast) -> None:
    assert (one.ids, one.classes, one.models) == (other.ids, other.classes, other.models)
    np.testing.assert_allclose(one.mean, other.mean)
    for level, values in one.quantiles.items():
        np.testing.assert_allclose(values, other.quantiles[level])
    for level, ends in one.intervals.items():
        np.testing.assert_allclose(ends, other.intervals[level])


def test_a_panel_survives_its_journey() -> None:
    panel = a_panel()
    frame = Frame.of(panel)
    back = frame.unpack(panel.ids, frame.pack(panel))
    np.testing.assert_array_equal(back.values, panel.values)
    np.testing.assert_array_equal(back.known["price"], panel.known["price"])
    assert back.censored is not None
    assert panel.censored is not None
    np.testing.assert_array_equal(back.censored, panel.censored)
    assert (back.ids, back.frequency) == (panel.ids, panel.frequency)


def test_one_group_is_the_panel_itself() -> None:
    assert_same(in_groups()(a_panel(), HORIZON, SEASON), forecast(a_panel(), HORIZON, SEASON))


def test_groups_are_forecast_each_by_itself_and_put_back_in_order() -> None:
    panel = a_panel()
    made = in_groups(size=10)(panel, HORIZON, SEASON)
    assert made.ids == panel.ids
    for group in range(3):
        rows = np.arange(group, 30, 3)
        alone = forecast(panel.rows(rows), HORIZON, SEASON)
        np.testing.assert_allclose(made.mean[rows], alone.mean)
        np.testing.assert_allclose(made.intervals[0.8][1][rows], alone.intervals[0.8][1])
        assert tuple(made.models[row] for row in rows) == alone.models


@pytest.fixture
def spark() -> Iterator[Any]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed here")
    pytest.importorskip("pyspark")
    session = spark_session("local[2]")
    try:
        yield session
    finally:
        session.stop()


@pytest.mark.train
def test_spark_says_the_same_as_this_machine(spark: Any) -> None:
    panel = a_panel()
    made = in_groups(spark, size=10)(panel, HORIZON, SEASON)
    assert_same(made, in_groups(size=10)(panel, HORIZON, SEASON))


def test_no_cluster_is_said_in_words() -> None:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed here")
    pytest.importorskip("pyspark")
    with pytest.raises(NoSpark, match=r"Spark does not start at 'nowhere': ."):
        spark_session("nowhere")
