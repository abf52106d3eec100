"""`concierge recommend`: measure recommenders on files of one's own."""

import json
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.table import Table

from concierge.app.preparation import console
from concierge.cli.recommend_shop import add_commands

app = typer.Typer(add_completion=False, no_args_is_help=True)
add_commands(app)


@app.callback()
def recommend() -> None:
    """Measure recommendations."""


@app.command()
def evaluate(
    train: Annotated[
        Path, typer.Option(help="Events to learn from: user,item[,rating][,timestamp].")
    ],
    test: Annotated[
        Path | None, typer.Option(help="Events to measure on; ratings-cv folds train without it.")
    ] = None,
    items: Annotated[
        Path | None, typer.Option(help="What the items are: item, attributes, text columns.")
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="all-ranking, next-item, sessions or ratings-cv")
    ] = "all-ranking",
    model: Annotated[str, typer.Option(help="A model's name, or best.")] = "best",
    k: Annotated[str, typer.Option(help="Lengths of lists, as in 10,20.")] = "10,20",
    seed: Annotated[int, typer.Option(help="Fixes every random draw.")] = 0,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    plots: Annotated[Path | None, typer.Option(help="Draw plots into this folder.")] = None,
) -> None:
    """Choose settings on part of train, fit on train, measure on test.

    Files are csv, tsv, parquet or npz, gz allowed. Nothing is ever chosen by the test file.
    """
    from recommender.data import BadInteractions

    try:
        with console.status("reading …") as status:
            figures, groups = _measured(
                train, test, items, protocol, model, _lengths(k), seed, plots, status.update
            )
    except BadInteractions as error:
        typer.echo(f"recommend evaluate: {error}", err=True)
        raise typer.Exit(2) from error
    _print(train, figures, groups)
    if json_file is not None:
        sound = {key: None if value != value else value for key, value in figures.items()}
        text = json.dumps(sound, indent=2, allow_nan=False)
        json_file.write_text(f"{text}\n", encoding="utf-8")


def _lengths(text: str) -> list[int]:
    from recommender.data import BadInteractions

    try:
        found = sorted({int(part) for part in text.split(",")})
    except ValueError as error:
        raise BadInteractions(f"--k must be whole numbers such as 10,20, got {text!r}") from error
    if not found or found[0] < 1:
        raise BadInteractions(f"--k must be 1 or more, got {text!r}")
    return found


def _measured(
    train: Path,
    test: Path | None,
    items: Path | None,
    protocol: str,
    name: str,
    ks: list[int],
    seed: int,
    plots: Path | None,
    progress: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    from recommender.artefacts import MODELS
    from recommender.data import BadInteractions
    from recommender.evaluation.protocols import Protocol
    from recommender.evaluation.reading import read_interactions, read_items
    from recommender.evaluation.run import evaluate as measure

    if protocol not in get_args(Protocol):
        known = ", ".join(get_args(Protocol))
        raise BadInteractions(f"--protocol must be one of {known}, got {protocol!r}")
    if protocol == "ratings-cv":
        from research.recommender.ratings.evaluation import evaluate_ratings

        return evaluate_ratings(
            read_interactions(train),
            None if test is None else read_interactions(test),
            None if items is None else read_items(items),
            name=name,
            seed=seed,
            progress=progress,
        ), {}
    if name != "best" and name not in MODELS:
        raise BadInteractions(f"--model must be best or one of {', '.join(MODELS)}, got {name!r}")
    if test is None:
        raise BadInteractions(f"--test is needed for --protocol {protocol}")
    facts = None if items is None else read_items(items)
    liked, dislikes = read_interactions(train).liked()
    later, more = read_interactions(test).liked()
    if dislikes or more:
        note = f"{dislikes + more} rows with a rating below 0 are dislikes and are left out"
        typer.echo(note, err=True)
    report = measure(
        protocol,  # type: ignore[arg-type]
        liked.interactions(),
        later.interactions(),
        facts,
        name=name,
        ks=ks,
        seed=seed,
        progress=progress,
    )
    for note in report.notes:
        typer.echo(note, err=True)
    if plots is not None:
        from recommender.evaluation.plots import draw

        draw(report, plots)
    chosen = {"model": report.choice.alias, "settings": json.dumps(report.choice.settings)}
    return {**chosen, **report.figures}, report.groups


def _print(train: Path, figures: dict[str, Any], groups: dict[str, Any]) -> None:
    table = Table(title=f"after {train.name}")
    for heading in ("figure", "value", "95 % interval"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for name, value in figures.items():
        if name.endswith(("_low", "_high")) or any(name.startswith(f"{one}_") for one in groups):
            continue
        interval = (
            f"{figures[f'{name}_low']:.4f} – {figures[f'{name}_high']:.4f}"
            if f"{name}_low" in figures
            else ""
        )
        shown = f"{value:.4f}" if isinstance(value, float) else str(value)
        table.add_row(name, shown, interval)
    console.print(table)
    if groups:
        _print_groups(groups)


def _print_groups(groups: dict[str, Any]) -> None:
    names = sorted({name for found in groups.values() for name in found})
    names = [name for name in names if name.split("@")[0] in ("recall", "ndcg", "mrr", "hit_rate")]
    table = Table(title="by group")
    table.add_column("group")
    for name in [*names, "count"]:
        table.add_column(name, justify="right")
    for group, found in groups.items():
        cells = [f"{found[name].mean:.4f}" if name in found else "" for name in names]
        count = max((one.count for one in found.values()), default=0)
        if count:
            table.add_row(group.replace("_", " "), *cells, str(count))
    console.print(table)
