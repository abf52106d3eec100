"""`concierge insights`: columns as options, figures in JSON, refusals with exit code 2."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from concierge.cli.insights import app
from concierge.cli.insights_output import print_rows, say_notes
from tests.unit.insights.samples import buyers
from tests.unit.insights.test_elasticity import sales
from tests.unit.insights.test_geo import regions
from tests.unit.insights.test_mix import spending
from tests.unit.insights.test_policies import shown
from tests.unit.insights.test_purchase import sessions
from tests.unit.insights.test_uplift import mailing

MADE: dict[str, tuple[Any, list[str], set[str]]] = {
    "clv": (
        lambda: buyers(200),
        ["--customer", "who", "--date", "day", "--amount", "paid", "--split", "2025-01-01"],
        {"r", "alpha", "a", "b", "p", "q", "v", "purchases_error", "mae"},
    ),
    "purchase": (
        lambda: sessions(200),
        ["--target", "bought", "--folds", "2"],
        {"auc", "auc_low", "auc_high", "average_precision", "average_precision_low"},
    ),
    "uplift": (
        lambda: mailing(200),
        [
            "--treatment",
            "mail",
            "--arm",
            "shoes",
            "--control",
            "none",
            "--outcome",
            "spend",
            "--features",
            "age,town",
            "--mu0",
            "mu0",
            "--mu1",
            "mu1",
        ],
        {"ate", "ate_low", "ate_high", "qini", "qini_low", "qini_high", "pehe", "learners"},
    ),
    "elasticity": (
        lambda: sales(60),
        ["--quantity", "sold", "--price", "price", "--group", "product"],
        {"elasticity", "low", "high", "groups", "dml"},
    ),
    "geo": (
        lambda: regions(8),
        [
            "--unit",
            "town",
            "--date",
            "day",
            "--treated",
            "ours",
            "--outcome",
            "sold",
            "--start",
            "2024-03-01",
        ],
        {"effect", "effect_low", "effect_high", "placebo_error"},
    ),
    "ope": (
        lambda: shown(2000),
        ["--action", "item", "--reward", "click", "--propensity", "chance", "--chances", "new"],
        {"value", "low", "high", "logged", "effective", "estimators"},
    ),
    "mix": (
        lambda: spending(90),
        ["--date", "week", "--outcome", "sold", "--channels", "tv,radio", "--split", "2025-08-01"],
        {"error", "error_seasonal", "channels"},
    ),
}


@pytest.mark.parametrize("name", list(MADE))
def test_figures_are_written_with_their_keys(name: str, tmp_path: Path) -> None:
    made, options, keys = MADE[name]
    data, figures = tmp_path / "rows.csv.gz", tmp_path / "figures.json"
    made().to_csv(data, index=False)
    done = CliRunner().invoke(
        app, [name, "evaluate", "--data", str(data), *options, "--json", str(figures)]
    )
    assert done.exit_code == 0, done.output
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert keys <= set(found)
    assert all(isinstance(found[key], float | dict) for key in keys)


def test_brackets_in_names_of_columns_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    say_notes(["'weight [kg]' or 'sales [/day]'"])
    print_rows("towns [raw].csv", ("figure", "value"), [("per [kg], [/day]", 1.0)])
    said = capsys.readouterr().out
    for text in ("weight [kg]' or 'sales [/day]'", "towns [raw].csv", "per [kg], [/day]"):
        assert text in said


@pytest.mark.parametrize("name", list(MADE))
def test_a_column_that_is_not_there_is_one_line_and_exit_code_2(name: str, tmp_path: Path) -> None:
    made, options, _ = MADE[name]
    data = tmp_path / "rows.parquet"
    made().rename(columns={options[1]: "renamed"}).to_parquet(data)
    done = CliRunner().invoke(app, [name, "evaluate", "--data", str(data), *options])
    assert done.exit_code == 2
    assert done.stderr.startswith(
        f"insights {name} evaluate: {options[0]} {options[1]!r}: there is"
    )
    assert len(done.stderr.strip().splitlines()) == 1
