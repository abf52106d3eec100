"""`concierge insights`: measure what is said of customers, offers and prices, on files."""

from typing import Annotated

import typer

from concierge.cli import insights_effects, insights_policies, insights_profiles
from concierge.cli.insights_output import (
    WITH_INTERVAL,
    DataFile,
    JsonFile,
    Seed,
    add_evaluation,
    measuring,
    names_in,
    print_rows,
    say_notes,
    write_json,
)
from kit.clock import SystemClock

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def insights() -> None:
    """Measure predictions and effects on files of one's own; column names are arguments."""


def evaluate_lifetime(
    data: DataFile,
    customer: Annotated[str, typer.Option(help="Column with the customer.")],
    date: Annotated[str, typer.Option(help="Column with the day of a purchase.")],
    split: Annotated[str, typer.Option(help="Last day to learn from, as in 2026-01-31.")],
    amount: Annotated[
        str | None, typer.Option(help="Column with what was paid; without it no Gamma-Gamma.")
    ] = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Fit BG/NBD and Gamma-Gamma up to a day, measure on the purchases after it.

    Rows of one customer and day are one purchase; times are in weeks.
    """
    with measuring("clv", data) as (table, tell):
        from insights.lifetime.evaluation import evaluate

        report = evaluate(
            table,
            customer=customer,
            date=date,
            amount=amount,
            split=split,
            today=SystemClock().today(),
            seed=seed,
            tell=tell,
        )
    say_notes(report.notes)
    fitted = {name: getattr(report.buying, name) for name in ("r", "alpha", "a", "b")}
    if report.spending is not None:
        fitted |= {name: getattr(report.spending, name) for name in ("p", "q", "v")}
    print_rows(
        f"{data.name} up to {split}",
        ("parameter", *WITH_INTERVAL),
        [(name, one.value, one.low, one.high) for name, one in fitted.items()],
    )
    print_rows(
        f"{report.weeks:.1f} weeks after, {report.customers} customers",
        ("figure", "value"),
        [
            ("purchases", report.purchases),
            ("foretold", report.foretold),
            ("error of the sum", report.purchases_error),
            ("pace carried over from within the learning time", report.pace),
            ("mean absolute error a customer, medians", report.mae),
            ("  of means", report.mae_of_means),
            ("  of the customer's own rate × time", report.mae_of_rates),
            ("customers within their 95 % interval", report.covered),
        ],
    )
    figures: dict[str, float | None] = {
        name: fitted[name].value if name in fitted else None
        for name in ("r", "alpha", "a", "b", "p", "q", "v")
    }
    figures |= {"purchases_error": report.purchases_error, "mae": report.mae}
    for name, one in fitted.items():
        figures |= {f"{name}_low": one.low, f"{name}_high": one.high}
    write_json(json_file, figures)


def evaluate_purchases(
    data: DataFile,
    target: Annotated[str, typer.Option(help="Column that says whether they bought.")],
    drop: Annotated[str, typer.Option(help="Columns not to use, as in a,b.")] = "",
    folds: Annotated[int, typer.Option(help="Parts, each foretold from the others.")] = 10,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Foretell purchases fold by fold; warn of columns that know the purchase already."""
    with measuring("purchase", data) as (table, tell):
        from insights.purchase.evaluation import evaluate

        report = evaluate(
            table, target=target, drop=names_in(drop), folds=folds, seed=seed, tell=tell
        )
    say_notes(report.notes)
    both = {"auc": report.auc, "average_precision": report.average_precision}
    print_rows(
        f"{data.name}: {report.bought} of {report.rows} bought, {folds} folds",
        ("figure", *WITH_INTERVAL),
        [
            *((name.replace("_", " "), one.value, one.low, one.high) for name, one in both.items()),
            ("Brier score", report.brier, None, None),
            ("  of the share of buyers", report.brier_of_rate, None, None),
            ("calibration error", report.calibration_error, None, None),
        ],
    )
    figures: dict[str, float] = {}
    for name, one in both.items():
        figures |= {name: one.value, f"{name}_low": one.low, f"{name}_high": one.high}
    write_json(json_file, figures | {"calibration_error": report.calibration_error})


add_evaluation(app, "clv", "Customer lifetime value: purchases and spending.", evaluate_lifetime)
add_evaluation(app, "purchase", "Will this session or customer buy?", evaluate_purchases)
insights_effects.add_commands(app)
insights_policies.add_commands(app)
app.add_typer(insights_profiles.app, name="profiles")
