"""`concierge inventory solve`: stock models on case files, results beside expectations."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from concierge.app.preparation import console

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def inventory() -> None:
    """Stock decisions: order quantities, reorder points, service levels."""


@app.command()
def solve(
    cases: Annotated[Path, typer.Argument(help='JSON: {"cases": [{"id", "model", "params", …}]}.')],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write cases, passed and all results here.")
    ] = None,
) -> None:
    """Solve every case of a file; exit 1 when a result differs from what is expected."""
    from forecasting.inventory.cases import BadCases, read_cases
    from forecasting.inventory.cases import solve as solve_case

    try:
        outcomes = [solve_case(case) for case in read_cases(cases)]
    except BadCases as error:
        typer.echo(f"inventory solve: {error}", err=True)
        raise typer.Exit(2) from error

    table = Table(title=cases.name)
    for heading in ("case", "model", "quantity", "result", "expected", "agrees"):
        table.add_column(heading, overflow="fold")
    for outcome in outcomes:
        mark = {True: "yes", False: "[red]NO[/red]", None: "–"}[outcome.passed]
        heads = [outcome.case.name, outcome.case.model, mark]
        for key, value in outcome.result.items():
            expected_value = outcome.case.expected.get(key)
            beside = "–" if expected_value is None else _short(expected_value)
            table.add_row(heads[0], heads[1], key, _short(value), beside, heads[2])
            heads = ["", "", ""]
    console.print(table)
    expected = [outcome for outcome in outcomes if outcome.passed is not None]
    passed = sum(outcome.passed is True for outcome in expected)
    console.print(f"{passed} of {len(expected)} cases with an expectation agree.")
    if json_file is not None:
        figures = {
            "cases": len(outcomes),
            "passed": passed,
            "failed": len(expected) - passed,
            "results": [
                {"id": o.case.name, "model": o.case.model, "passed": o.passed, **o.result}
                for o in outcomes
            ],
        }
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if passed < len(expected):
        raise typer.Exit(1)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_short(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_short(item) for item in value)
    return str(value)
