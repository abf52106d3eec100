"""`concierge policy`: the shop's rules, checked and shown."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from kit.settings import load_settings
from shop.policy import ACTS, Policy, Rule
from shop.policy_file import PolicyError, read_policy

app = typer.Typer(no_args_is_help=True, help="The shop's rules: policy.yml.")


@app.callback()
def policy() -> None:
    """The shop's rules: policy.yml."""


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The file; by default the one of the settings.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The rules as JSON.")] = False,
) -> None:
    """Say what the rules are; 2 and one line with file, field and fix when they cannot be used."""
    try:
        found = read_policy(file or load_settings().policy)
    except PolicyError as error:
        typer.echo(f"concierge policy: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(told(found), ensure_ascii=False))
    else:
        _show(found)


def told(policy: Policy) -> dict[str, Any]:
    """The rules as plain values."""
    rules = {act: _told_rule(policy.rule(act)) for act in ACTS}
    return {
        "proof": vars(policy.proof) | {"ways": list(policy.proof.ways)},
        "orders": rules,
        "faults": {"days": policy.faults.days, "most": str(policy.faults.most)},
        "promises": vars(policy.promises),
        "points": {"step": policy.points.step, "worth": str(policy.points.worth)},
        "desk": {"agent_refund": str(policy.agent_refund)},
    }


def _told_rule(rule: Rule) -> dict[str, Any]:
    limit: Decimal | None = rule.person_from
    return {
        "by": rule.by,
        "states": sorted(rule.states),
        "times": "once" if rule.once else "often",
        "closes": sorted(rule.closes),
        "reasons": list(rule.codes),
        "days": rule.days,
        "prices": rule.prices,
        "refund_to": list(rule.refund_to),
        "person_from": None if limit is None else str(limit),
    }


def _show(policy: Policy) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for act in ACTS:
        rule = policy.rule(act)
        said = [
            f"by {rule.by}",
            "in " + ", ".join(sorted(rule.states)) if rule.states else "",
            "once" if rule.once else "",
            f"within {rule.days} days" if rule.days is not None else "",
            f"for {', '.join(rule.codes)}" if rule.codes else "",
            f"a person from {rule.person_from}" if rule.person_from is not None else "",
        ]
        console.print(f"{act}: {'; '.join(filter(None, said))}")
    console.print(f"who it is: {' or '.join(policy.proof.ways)}")
