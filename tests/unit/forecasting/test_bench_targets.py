"""The table of targets: what counts as met, beside whom, and what is refused."""

from pathlib import Path

import pytest
import typer

from research.benchmarks.forecasting import run
from research.benchmarks.forecasting_targets import targets
from tests.unit.forecasting.data import ROOT, data_folder


def met(figures: dict[str, float | None]) -> dict[str, bool]:
    return {one.name: one.is_met for one in targets(figures)}


def test_nothing_measured_promises_nothing() -> None:
    assert targets({}) == []
    assert targets({"m4_weekly_ours_owa": None}) == []


def test_walmart_is_met_only_below_every_peer() -> None:
    beside: dict[str, float | None] = {"walmart_mstl_wape": 0.04, "walmart_autoets_wape": 0.09}
    assert met({**beside, "walmart_ours_wape": 0.039}) == {"walmart: wape below all beside": True}
    assert met({**beside, "walmart_ours_wape": 0.041}) == {"walmart: wape below all beside": False}


@pytest.mark.parametrize(
    ("held", "is_met"), [(0.779, False), (0.781, True), (0.819, True), (0.83, False)]
)
def test_intervals_may_be_two_points_off(held: float, is_met: bool) -> None:
    assert met({"car_parts_ours_coverage_80": held}) == {"car parts: in 80 %": is_met}


def test_stock_is_to_reach_its_rate_at_no_more_cost() -> None:
    figures: dict[str, float | None] = {
        "retail_90_fill_rate": 0.905,
        "retail_90_stock_cost": 12.0,
        "retail_90_power_stock_cost": 11.0,
        "cases": 45,
        "passed": 44,
    }
    assert met(figures) == {
        "inventory reference cases": False,
        "fill rate 90 %": True,
        "its stock cost, 90 %": False,
    }


def test_an_unknown_part_is_named() -> None:
    data_folder()  # skips without the public sets
    with pytest.raises(typer.BadParameter, match="'m5' is none of scale, spark, cases, inventory"):
        run(ROOT, Path(), None, only=["m5"])


@pytest.mark.real_data
def test_one_part_alone_prints_and_saves(capsys: pytest.CaptureFixture[str]) -> None:
    data_folder()
    saved: list[dict[str, object]] = []
    figures = run(ROOT, Path(), None, only=["cases"], save=saved.append)
    assert figures == {"cases": 45, "passed": 45, "targets": 1, "targets_met": 1}
    assert saved == [{"cases": 45, "passed": 45}]
    assert "45 of 45 published cases agree" in capsys.readouterr().out
