"""`concierge insights ope`: what another way to choose would have earned."""

from dataclasses import asdict
from pathlib import Path
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


def add_commands(app: typer.Typer) -> None:
    """Add the command to `concierge insights`."""
    add_evaluation(app, "ope", "What another way to choose would have earned.", evaluate_policy)


def evaluate_policy(
    data: DataFile,
    action: Annotated[str, typer.Option(help="Column with what was shown.")],
    reward: Annotated[str, typer.Option(help="Column with what came of it, as a click.")],
    propensity: Annotated[
        str, typer.Option(help="Column with the chance that it was shown with, above 0.")
    ],
    position: Annotated[str | None, typer.Option(help="Column with the place on the page.")] = None,
    chances: Annotated[
        str | None, typer.Option(help="Column with the new policy's chance of what was shown.")
    ] = None,
    policy_log: Annotated[
        Path | None, typer.Option(help="Or a log of that policy with the same columns.")
    ] = None,
    features: Annotated[str, typer.Option(help="What is known of the round, as in a,b.")] = "",
    items: Annotated[
        Path | None, typer.Option(help="What is known of the actions, a row each.")
    ] = None,
    seed: Seed = 0,
    json_file: JsonFile = None,
) -> None:
    """Six estimators of a policy's reward a round, from the log of another.

    A policy log tells how often that policy showed what at each place, and what it really earned:
    the truth beside the estimates, which never see it.
    """
    with measuring("ope", data) as (table, tell):
        from insights.policies.evaluation import evaluate
        from insights.policies.logs import question
        from insights.tables import read_table

        one = question(
            table,
            action=action,
            reward=reward,
            propensity=propensity,
            position=position,
            chosen=names_in(features),
            chances=chances,
            ran=None if policy_log is None else read_table(policy_log),
            items=None if items is None else read_table(items),
        )
        report = evaluate(one, seed=seed, tell=tell)
    say_notes(one.notes)
    print_rows(
        f"{data.name}: {report.rounds} rounds, of which {report.effective:,.0f} count",
        ("reward a round", *WITH_INTERVAL, "relative error"),
        [
            ("the policy that ran", report.logged, None, None, None),
            *(
                (
                    f"{name}, chosen" if name == report.chosen else name,
                    one.value,
                    one.low,
                    one.high,
                    report.error(name),
                )
                for name, one in report.estimators.items()
            ),
            ("the policy judged, where it ran", report.truth, None, None, None),
        ],
    )
    found = {
        name: {
            **{key: value for key, value in asdict(one).items() if key != "estimator"},
            "relative_error": report.error(name),
        }
        for name, one in report.estimators.items()
    }
    whole = {"logged": report.logged, "effective": report.effective, "truth": report.truth}
    write_json(
        json_file,
        {"estimator": report.chosen, **found[report.chosen], **whole, "estimators": found},
    )
