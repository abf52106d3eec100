"""Case files: results beside expectations, and errors that name case, field and fix."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from concierge.cli.inventory import app
from forecasting.inventory.cases import agrees, read_cases, solve

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT.parent / "shared/data/forecast/inventory_reference/inventory_reference.json"
EOQ = {"fixed_cost": 8, "holding_cost": 0.225, "demand_rate": 1300}


def run(tmp_path: Path, *cases: dict[str, Any]) -> tuple[int, str, dict[str, Any]]:
    path, figures = tmp_path / "cases.json", tmp_path / "figures.json"
    path.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
    done = CliRunner().invoke(app, ["solve", str(path), "--json", str(figures)])
    written = json.loads(figures.read_text()) if figures.exists() else {}
    return done.exit_code, done.output + (done.stderr or ""), written


def test_a_result_stands_beside_its_expectation(tmp_path: Path) -> None:
    case = {"id": "a", "model": "eoq", "params": EOQ, "expected": {"Q": 304.0468}, "places": 4}
    code, text, figures = run(tmp_path, case, {"id": "b", "model": "eoq", "params": EOQ})
    assert code == 0
    assert "304.0468" in text
    assert (figures["cases"], figures["passed"], figures["failed"]) == (2, 1, 0)
    assert [row["passed"] for row in figures["results"]] == [True, None]


def test_a_wrong_expectation_fails_the_work(tmp_path: Path) -> None:
    case = {"id": "a", "model": "eoq", "params": EOQ, "expected": {"Q": 304.1}, "places": 4}
    code, _, figures = run(tmp_path, case)
    assert code == 1
    assert (figures["passed"], figures["failed"]) == (0, 1)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ({"model": "eoqq", "params": EOQ}, "case x: model 'eoqq' is unknown; did you mean eoq?"),
        ({"model": "eoq", "params": {**EOQ, "holding": 1}}, "did you mean holding_cost?"),
        ({"model": "eoq", "params": {"fixed_cost": 8}}, "holding_cost is missing"),
        ({"model": "eoq", "params": {**EOQ, "fixed_cost": -1}}, "fixed_cost is -1"),
        ({"model": "eoq", "params": {**EOQ, "fixed_cost": "8"}}, "fixed_cost is '8'"),
        ({"model": "eoq"}, "params is missing"),
        ({"model": "eoq", "params": EOQ, "expected": {"q": 1}}, "expected.q is not a result"),
        ({"model": "eoq", "params": EOQ, "places": -1}, "places is -1"),
        (
            {
                "model": "reorder_point_demand_varies",
                "params": {"demand_mean": 1, "demand_sd": 1, "lead_time": 1, "service_level": 1},
            },
            "service_level is 1",
        ),
    ],
)
def test_bad_cases_name_case_field_and_fix(tmp_path: Path, case: dict[str, Any], said: str) -> None:
    code, text, figures = run(tmp_path, {"id": "x", **case})
    assert code == 2
    assert said in text
    assert "case x" in text
    assert figures == {}


def test_no_json_and_no_file_are_said_so(tmp_path: Path) -> None:
    bad = tmp_path / "cases.json"
    bad.write_text("{", encoding="utf-8")
    for path, said in ((bad, "not JSON"), (tmp_path / "none.json", "No such file")):
        done = CliRunner().invoke(app, ["solve", str(path)])
        assert done.exit_code == 2
        assert said in done.output + (done.stderr or "")


def test_lists_and_tables_of_stages_stand_for_each_other() -> None:
    assert agrees({"1": 6.491, "2": 12.018}, [6.49, 12.02], 2)
    assert not agrees({"1": 6.491, "2": 12.018}, [6.49, 12.03], 2)
    assert not agrees([1, 2], [1], 2)


@pytest.mark.real_data
def test_every_public_reference_case_agrees() -> None:
    path = Path(os.environ.get("CONCIERGE_SHARED_DATA", REFERENCE.parents[2])) / (
        "forecast/inventory_reference/inventory_reference.json"
    )
    if not path.exists():
        pytest.skip(f"{path} is not there")
    outcomes = [solve(case) for case in read_cases(path)]
    assert [o.case.name for o in outcomes if not o.passed] == []
    assert len(outcomes) == 45
