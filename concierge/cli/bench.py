"""`concierge bench NAME`: run a benchmark against its peer."""

import importlib
import inspect
import json
import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from kit.i18n import LANGUAGES
from kit.settings import load_settings

BENCHMARKS: Final = {
    "routing": "topics, need for a person, assignment, speed of the desk, two agents at once",
    "channels": "a messenger under load: lost, doubled, order, with a front that is killed",
    "latency": "start, memory and time per message beside the stock rasa init bot",
    "train": "training time beside the stock rasa init bot",
    "recommender": "recommendations beside their peers on public data",
    "nlu": "all that understanding is held to, in one table: the five below, each set by itself",
    "understanding": "intents and entities of public sets beside a linear floor and Rasa's DIET",
    "nlu-noise": "what slips, capitals, lost words and mixed languages cost, beside the same",
    "nlu-training": "the assistant's own examples: time to learn and accuracy beside DIET",
    "knowledge": "answers found beside BM25 and the encoder alone; a million vectors",
    "sentiment": "moods of reviews in both languages, and of the assistant's own model on them",
    "inventory": "stock policies on real demand, chosen on the past, proved on what follows",
    "forecasting": "demand forecasts on four public sets beside peers, stock policies, scale",
    "insights": "lifetime value, purchases, effects of offers and prices, beside peers",
    "service": "retail tasks by a scripted shopper, judged by the state of the shop afterwards",
    "real-input": "public texts of real people through the running system",
}


def command(
    name: Annotated[str | None, typer.Argument(help=", ".join(BENCHMARKS))] = None,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json",
            help="Write the figures to this file. `bench nlu` adds each part when it is done and "
            "leaves out what stands in the file: run it again to continue.",
        ),
    ] = None,
    stock: Annotated[
        Path | None, typer.Option(help="Keep the stock bot in this folder for the next run.")
    ] = None,
    only: Annotated[str, typer.Option(help="Some of the benchmark's sets, e.g. a,b.")] = "",
    peers: Annotated[
        str, typer.Option(help="Peers to run beside: svm, diet, both or none; DIET takes long.")
    ] = "",
    db: Annotated[
        Path | None, typer.Option(help="service: the shop, in the form of τ-bench's db.json.")
    ] = None,
    tasks: Annotated[
        Path | None, typer.Option(help="service: the tasks, generated or hand-made ones.")
    ] = None,
    agendas: Annotated[
        Path | None, typer.Option(help="service: a file or folder of agendas for the tasks.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="service: how often each task is played.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="service: the language the shopper speaks, en or zh.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="service: so many of the tasks, the same each time.")
    ] = None,
    talks: Annotated[
        Path | None, typer.Option(help="service: write every talk to this file of JSON lines.")
    ] = None,
    in_process: Annotated[
        bool,
        typer.Option("--in-process", help="service: without Rasa and HTTP, which is quicker."),
    ] = False,
) -> None:
    """Run a benchmark and print its table; without NAME, say which there are."""
    if name is None:
        for known, summary in BENCHMARKS.items():
            typer.echo(f"{known:<13} {summary}")
        return
    if name not in BENCHMARKS:
        typer.echo(f"bench: NAME must be one of {', '.join(BENCHMARKS)}, got {name!r}", err=True)
        raise typer.Exit(2)
    settings = load_settings()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    benchmark = importlib.import_module(f"research.benchmarks.{name.replace('-', '_')}")
    chosen: dict[str, Any] = {
        option: [one.strip() for one in given.split(",") if one.strip() not in {"", "none"}]
        for option, given in (("only", only), ("peers", peers))
        if given
    }
    chosen |= {
        option: given
        for option, given in (
            ("db", db),
            ("tasks", tasks),
            ("agendas", agendas),
            ("seeds", seeds),
            ("language", language),
            ("sample", sample),
            ("talks", talks),
            ("in_process", in_process or None),
        )
        if given is not None
    }
    taken = set(inspect.signature(benchmark.run).parameters)
    if unfit := set(chosen) - taken:
        option = min(unfit).replace("_", "-")
        typer.echo(f"bench {name}: there is nothing to choose by --{option}", err=True)
        raise typer.Exit(2)
    if language not in (None, *LANGUAGES):
        typer.echo(f"bench {name}: --language must be en or zh, got {language!r}", err=True)
        raise typer.Exit(2)
    for option in ("db", "tasks"):
        if option in taken and option not in chosen:
            typer.echo(f"bench {name}: --{option} FILE is missing", err=True)
            raise typer.Exit(2)

    def save(figures: dict[str, Any]) -> None:
        if json_file is not None:
            json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")

    options = dict(chosen)
    if "save" in taken:  # what takes long saves after each part: a run cut short leaves its figures
        options["save"] = save
    if "kept" in taken and json_file is not None and json_file.exists():  # and goes on from there
        options["kept"] = json.loads(json_file.read_text(encoding="utf-8"))
    from bot.models import NotTrained
    from shop.imports.problems import ImportProblem

    try:
        save(benchmark.run(settings.root, settings.data_dir, stock, **options))
    except (ImportProblem, NotTrained) as error:
        typer.echo(f"bench {name}: {error}", err=True)
        raise typer.Exit(2) from error
