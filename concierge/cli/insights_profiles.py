"""`concierge insights profiles`: make every customer's profile now."""

import time

import typer

from concierge.app.preparation import console, migrated_database
from concierge.cli.insights_output import JsonFile, print_rows, say_notes, write_json
from kit.clock import SystemClock
from kit.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Who the customers are, one by one.")


@app.callback()
def profiles() -> None:
    """Keeps `refresh` a word of its own in a group with one command."""


@app.command("refresh")
def refresh_profiles(json_file: JsonFile = None) -> None:
    """Make all profiles anew from the shop's data, as the worker does every night."""
    from insights.profiles import read_run, segment_sums
    from insights.profiles.job import refresh

    began = time.monotonic()
    with migrated_database(load_settings()) as database:
        with console.status("reading …") as status:
            made = refresh(
                database,
                now=SystemClock().now(),
                tell=lambda part: status.update(f"{part:.0%} …"),
            )
        with database.reading() as session:
            run, sums = read_run(session), segment_sums(session)
    assert run is not None
    seconds = time.monotonic() - began
    say_notes(run.notes)
    print_rows(
        f"{made.customers} customers, {made.buyers} of them bought; {seconds:.0f} s",
        ("segment", "customers", "spent", "to come", "95 % from", "to"),
        [
            (
                one.segment,
                one.customers,
                float(one.spent.amount),
                *((ahead.value, ahead.low, ahead.high) if ahead else (None, None, None)),
            )
            for one in sums
            for ahead in [one.value_ahead]
        ],
    )
    write_json(
        json_file,
        {
            "customers": made.customers,
            "buyers": made.buyers,
            "seconds": seconds,
            "notes": list(run.notes),
            "purchases_error": run.proof.error if run.proof else None,
            "covered": run.proof.covered if run.proof else None,
            "segments": {one.segment: one.customers for one in sums},
        },
    )
