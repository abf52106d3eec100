"""`concierge up`: everything a shop assistant needs, under one supervisor."""

import asyncio
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from concierge.app.preparation import (
    PreparationError,
    assistant_for_start,
    build_knowledge_if_needed,
    console,
    export_encoders_meanwhile,
    prepare_database,
    prepare_demo_shop,
    refuse_taken_ports,
    train_recommender_if_missing,
)
from concierge.app.supervisor import Program, Supervisor
from connectors.registry import open_channels
from kit.settings import PREFIX, Settings, load_settings
from shop.policy_file import policy_at


def command(
    port: Annotated[int | None, typer.Option(help="Port of the shop page.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Throw the demo data and the model away first.")
    ] = False,
    quiet: Annotated[bool, typer.Option(help="Show only when parts are ready.")] = False,
) -> None:
    """Start the shop page, the assistant, its actions and the worker; Ctrl-C stops them all."""
    if port is not None:
        os.environ[f"{PREFIX}PORT"] = str(port)
    settings = load_settings()
    policy_at(settings.policy)  # rules that cannot be used stop the start, too
    open_channels(settings)  # a channel that lacks a value stops the start, not the front later
    try:
        if fresh:
            _forget(settings)
        refuse_taken_ports(settings)
        prepare_database(settings)
        export_encoders_meanwhile(settings)
        if prepare_demo_shop(settings):
            console.print("· the demo shop is ready")
        if train_recommender_if_missing(settings):
            console.print("· the recommender is trained")
        model = assistant_for_start(settings)
        if build_knowledge_if_needed(settings):
            console.print("· the knowledge index is built")
    except PreparationError as error:
        typer.echo(f"concierge up: {error}", err=True)
        raise typer.Exit(1) from error
    console.print(f"· using the model {model.name}")
    asyncio.run(_run(settings, quiet=quiet))


def programs(settings: Settings) -> list[Program]:
    """The four processes, in the order they are started."""
    python = sys.executable
    one_thread = {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    return [
        Program(
            "front",
            [python, "-m", "concierge.app.front"],
            f"{settings.front_url}/healthz",
            settings.front_url,
        ),
        Program(
            "actions",
            [python, "-m", "actions.server"],
            f"{settings.actions_url}/health",
            settings.actions_url,
            one_thread,
        ),
        Program(
            "rasa",
            [python, "-m", "bot.server"],
            f"{settings.rasa_url}/health",
            settings.rasa_url,
            {**one_thread, "PYTHONWARNINGS": "ignore"},
        ),
        Program("worker", [python, "-m", "concierge.app.jobs_worker"], environment=one_thread),
    ]


async def _run(settings: Settings, *, quiet: bool) -> None:
    supervisor = Supervisor(programs(settings), quiet=quiet)
    greeting = asyncio.create_task(_greet(supervisor, settings))
    try:
        await supervisor.run()
    finally:
        greeting.cancel()


async def _greet(supervisor: Supervisor, settings: Settings) -> None:
    await supervisor.all_ready()
    url = settings.front_url
    lines = [f"Shop and chat   {url}/", f"Agents' desk    {url}/desk"]
    if settings.demo:
        lines.append(f"Demo mail box   {url}/demo/mail")
    console.print("\n" + "\n".join(f"  {line}" for line in lines) + "\n  Ctrl-C stops it all.\n")


def _forget(settings: Settings) -> None:
    if settings.data_dir == settings.root or not settings.demo:
        raise PreparationError("--fresh works in demo mode and with a data folder of its own only")
    kept = replace(settings).data_dir / "secret.key"
    for path in settings.data_dir.iterdir() if settings.data_dir.exists() else ():
        if path != kept and path.name != "artefacts":
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
