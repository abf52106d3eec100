"""`concierge insights uplift`, `elasticity`, `geo`: what offers, prices and regions do."""

from dataclasses import asdict
from typing import Annotated

import typer

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


def add_commands(app: typer.Typer) -> None:
    """Add the commands to `concierge insights`."""
    for name, summary, command in (
        ("uplift", "Who answers to an offer.", evaluate_uplift),
        ("elasticity", "What a price does to demand.", evaluate_elasticity),
        ("geo", "What a campaign did in the regions where it ran.", evaluate_regions),
        ("mix", "What each advertising channel brings in.", evaluate_mix),
    ):
        add_evaluation(app, name, summary, command)


def evaluate_uplift(
    data: DataFile,
    treatment: Annotated[str, typer.Option(help="Column that says who was treated.")],
    outcome: Annotated[str, typer.Option(help="Column with what came of it, a number or yes/no.")],
    arm: Annotated[str | None, typer.Option(help="Value of the treated, if not 1.")] = None,
    control: Annotated[str | None, typer.Option(help="Value of the untreated, if not 0.")] = None,
    features: Annotated[
        str, typer.Option(help="What was known before, as in a,b; else all that does not leak.")
    ] = "",
    mu0: Annotated[str | None, typer.Option(help="True expectation untreated, if known.")] = None,
    mu1: Annotated[str | None, typer.Option(help="True expectation treated, if known.")] = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """The average effect, and who it is large for, by S-, T-, X- and DR-learner.

    All figures are of rows left out. The learner is chosen by its distance to doubly robust
    effects; --mu0 and --mu1 only measure it.
    """
    with measuring("uplift", data) as (table, tell):
        from insights.uplift.evaluation import evaluate
        from insights.uplift.experiment import experiment

        one = experiment(
            table,
            treatment=treatment,
            outcome=outcome,
            arm=arm,
            control=control,
            chosen=names_in(features),
            mu0=mu0,
            mu1=mu1,
        )
        report = evaluate(one, seed=seed, tell=tell)
    say_notes(report.notes)
    print_rows(
        f"{data.name}: {report.treated} of {report.rows} rows treated",
        ("figure", *WITH_INTERVAL),
        [
            ("average effect, doubly robust", report.ate, report.ate_low, report.ate_high),
            ("difference of the means", report.difference, None, None),
        ],
    )
    print_rows(
        f"learners on rows left out; chosen: {report.chosen}",
        ("learner", "mean effect", "Qini", "95 % from", "to", "√PEHE", "in sample"),
        [
            (
                name,
                one.mean_effect,
                one.qini,
                one.qini_low,
                one.qini_high,
                one.pehe,
                one.pehe_in_sample,
            )
            for name, one in report.learners.items()
        ],
    )
    average = {"ate": report.ate, "ate_low": report.ate_low, "ate_high": report.ate_high}
    best = {"learner": report.chosen, **average, **asdict(report.learners[report.chosen])}
    learners = {name: {**average, **asdict(one)} for name, one in report.learners.items()}
    write_json(json_file, {**best, "learners": learners})


def evaluate_elasticity(
    data: DataFile,
    quantity: Annotated[str, typer.Option(help="Column with what was sold.")],
    price: Annotated[str, typer.Option(help="Column with the price.")],
    group: Annotated[
        str | None, typer.Option(help="Column with the product or brand, a level for each.")
    ] = None,
    controls: Annotated[
        str, typer.Option(help="What moves demand beside the price, as in feature,season.")
    ] = "",
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Elasticities: pooled, by group with shrinkage, and by double machine learning.

    Log-log models; intervals hold for uneven noise. Likelihoods are of rows left out.
    """
    with measuring("elasticity", data) as (table, tell):
        from insights.prices.demand import demand
        from insights.prices.evaluation import evaluate

        one = demand(
            table,
            quantity=quantity,
            price=price,
            group=group,
            controls=names_in(controls),
        )
        report = evaluate(one, seed=seed, tell=tell)
    say_notes(report.notes)
    whole = [("pooled, without controls", report.plain)]
    if controls:
        whole.append(("pooled, with controls", report.main))
    whole.append(("double machine learning", report.learned))
    own = list(report.groups.items()) if group else []
    shrunk = [(f"{name}, shrunk", one) for name, one in report.shrunk.items()] if group else []
    print_rows(
        f"{data.name}: {report.rows} rows",
        ("elasticity", *WITH_INTERVAL),
        [
            (name, one.elasticity, one.low, one.high)
            for name, one in [*whole, *own, *shrunk, *report.levels.items()]
        ],
    )
    print_rows(
        "log-likelihood a row, of rows left out",
        ("model", *WITH_INTERVAL),
        [
            ("pooled", report.likelihood_pooled, None, None),
            ("groups, shrunk", report.likelihood_groups, None, None),
            ("gain of the groups", *report.gain),
        ],
    )
    write_json(
        json_file,
        {
            **asdict(report.main),
            "pooled": asdict(report.plain),
            "dml": asdict(report.learned),
            "groups": {
                name: {
                    **asdict(one),
                    **{f"shrunk_{key}": v for key, v in asdict(report.shrunk[name]).items()},
                }
                for name, one in own
            },
            "levels": {name: asdict(one) for name, one in report.levels.items()},
            "loglik_pooled": report.likelihood_pooled,
            "loglik_groups": report.likelihood_groups,
        },
    )


def evaluate_regions(
    data: DataFile,
    unit: Annotated[str, typer.Option(help="Column with the region.")],
    date: Annotated[str, typer.Option(help="Column with the day, or first day of the period.")],
    treated: Annotated[str, typer.Option(help="Column with 1 for treated regions, else 0.")],
    outcome: Annotated[str, typer.Option(help="Column with what is measured.")],
    start: Annotated[str, typer.Option(help="First day of the campaign, as in 2026-01-31.")],
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """The effect a region and day, by the method that foretold the time before best.

    Intervals come from placebos: the same measurement where nothing was done.
    """
    with measuring("geo", data) as (table, tell):
        from insights.regions.effects import evaluate
        from insights.regions.panel import panel

        one = panel(
            table,
            unit=unit,
            date=date,
            treated=treated,
            outcome=outcome,
            start=start,
            today=SystemClock().today(),
        )
        report = evaluate(one, seed=seed, tell=tell)
    say_notes(one.notes)
    print_rows(
        f"{data.name}: {int(one.treated.sum())} of {len(one.regions)} regions from {start}",
        ("figure", *WITH_INTERVAL),
        [
            ("effect a region and day", report.effect, report.effect_low, report.effect_high),
            ("  in proportion", report.relative, None, None),
            ("effect in all", report.total, None, None),
            ("placebo error", report.placebo_error, None, None),
            (f"share of {report.placebos} placebos as large", report.p_value, None, None),
        ],
    )
    print_rows(
        f"error on the time held back; chosen: {report.method}",
        ("method", "error"),
        list(report.errors.items()),
    )
    keys = ("effect", "effect_low", "effect_high", "placebo_error", "method", "relative", "p_value")
    write_json(json_file, {key: getattr(report, key) for key in keys})


def evaluate_mix(
    data: DataFile,
    date: Annotated[str, typer.Option(help="Column with the first day of a period.")],
    outcome: Annotated[str, typer.Option(help="Column with what is to be explained.")],
    channels: Annotated[str, typer.Option(help="Columns with what was spent, as in tv,search.")],
    split: Annotated[str, typer.Option(help="Last day to learn from, as in 2026-01-31.")],
    controls: Annotated[str, typer.Option(help="What else moves the outcome, as in a,b.")] = "",
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """What each channel brings in, with spend that works on and wears out, and a better split.

    Learned up to a day, measured on the periods after it.
    """
    with measuring("mix", data) as (table, tell):
        from insights.mix.evaluation import evaluate
        from insights.mix.weeks import weeks

        one = weeks(
            table,
            date=date,
            outcome=outcome,
            channels=names_in(channels),
            controls=names_in(controls),
            split=split,
            today=SystemClock().today(),
        )
        report = evaluate(one, seed=seed, tell=tell)
    print_rows(
        f"{data.name}: {report.periods} periods after {split}",
        ("figure", "value"),
        [
            ("absolute error, share of the outcome", report.error),
            ("  trend, season and controls alone", report.error_seasonal),
            ("  the same period a year before", report.error_last_year),
            ("periods within their 95 % interval", report.covered),
            ("channels' outcome, better split of the budget", report.gain),
        ],
    )
    print_rows(
        "channels, a period",
        (
            "channel",
            "brings",
            "95 % from",
            "to",
            "per unit more",
            "95 % from",
            "to",
            "share now",
            "better",
        ),
        [
            (c.name, *c.contribution, *c.marginal, c.share_now, c.share_better)
            for c in report.channels
        ],
    )
    keys = ("error", "error_seasonal", "error_last_year", "covered", "gain")
    parts = {
        c.name: {
            f"{name}{end}": value
            for name, values in (("contribution", c.contribution), ("marginal", c.marginal))
            for end, value in zip(("", "_low", "_high"), values, strict=True)
        }
        | {"share_now": c.share_now, "share_better": c.share_better}
        for c in report.channels
    }
    write_json(json_file, {**{key: getattr(report, key) for key in keys}, "channels": parts})
