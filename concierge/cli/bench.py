"""`concierge bench NAME`: run a benchmark against its peer."""

import importlib
import json
import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from concierge.kit.settings import load_settings

BENCHMARKS: Final = {
    "latency": "start, memory and time per message beside the stock rasa init bot",
    "train": "training time beside the stock rasa init bot",
    "real-input": "public texts of real people through the running system",
}


def command(
    name: Annotated[str | None, typer.Argument(help=", ".join(BENCHMARKS))] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    stock: Annotated[
        Path | None, typer.Option(help="Keep the stock bot in this folder for the next run.")
    ] = None,
) -> None:
    """Run a benchmark and print its table; without NAME, say which there are."""
    if name is None:
        for known, summary in BENCHMARKS.items():
            typer.echo(f"{known:<10} {summary}")
        return
    if name not in BENCHMARKS:
        typer.echo(f"bench: NAME must be one of {', '.join(BENCHMARKS)}, got {name!r}", err=True)
        raise typer.Exit(2)
    settings = load_settings()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    benchmark = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
    figures: dict[str, Any] = benchmark.run(settings.root, settings.data_dir, stock)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
