"""`concierge nlu`: how well intents and entities are understood; what real messages teach."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from concierge.app.preparation import console
from concierge.cli import nlu_learning
from concierge.cli.spoken import ONE_OF
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, as_language
from kit.settings import load_settings

app = typer.Typer(add_completion=False, no_args_is_help=True)
MODELS = ("concierge", "diet", "svm")


@app.callback()
def nlu() -> None:
    """Measure understanding, and learn from real messages."""


app.command()(nlu_learning.discover)
app.command("ask-labels")(nlu_learning.ask_labels)
app.command("check-examples")(nlu_learning.check_examples)


@app.command()
def evaluate(
    train: Annotated[Path, typer.Option(help="Examples to learn from: CSV text,intent or JSONL.")],
    test: Annotated[Path, typer.Option(help="Examples to measure on.")],
    validation: Annotated[
        Path | None, typer.Option(help="Examples to choose the threshold by.")
    ] = None,
    language: Annotated[str, typer.Option(help=ONE_OF)] = DEFAULT_LANGUAGE,
    oos_label: Annotated[
        str | None, typer.Option(help="The label of texts that belong to no intent.")
    ] = None,
    model: Annotated[str, typer.Option(help=f"What learns: {', '.join(MODELS)}")] = "concierge",
    tuning: Annotated[
        str,
        typer.Option(help="How the encoder learns: frozen, lora, adalora, prefix, adapter, full."),
    ] = "frozen",
    epochs: Annotated[
        int, typer.Option(help="The most epochs of tuning; 0: 3 to 10 by examples.")
    ] = 0,
    joint: Annotated[
        float, typer.Option(help="Weight of the entity loss while tuning; 0 is none.")
    ] = 0.0,
    adversarial: Annotated[
        float, typer.Option(help="Length of the adversarial step while tuning; 0 is none.")
    ] = 0.0,
    dropout: Annotated[float, typer.Option(help="Share of values dropped while tuning.")] = 0.1,
    weight_decay: Annotated[float, typer.Option(help="Decay of the weights while tuning.")] = 0.01,
    views: Annotated[
        str,
        typer.Option(help="What votes on intents: some of english,multilingual,words; or all."),
    ] = "all",
    noise: Annotated[
        str, typer.Option(help="Noisy copies to learn from, e.g. typos,keyboard,casing, or all.")
    ] = "",
    copies: Annotated[int, typer.Option(help="Noisy copies of each example.")] = 2,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse intents that have one example only.")
    ] = False,
    logs: Annotated[Path | None, typer.Option(help="TensorBoard logs of tuning.")] = None,
    save: Annotated[
        Path | None, typer.Option(help="Keep the model and its card in this folder.")
    ] = None,
    plots: Annotated[
        Path | None, typer.Option(help="Write confusion.png and reliability.png here.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Train on one file, measure on another; nothing is ever chosen by the test file."""
    from research.peers import PEERS
    from understanding.evaluation.examples import (
        BadExamples,
        Example,
        read_examples,
        single_examples,
    )
    from understanding.evaluation.noise import KINDS
    from understanding.evaluation.run import Request
    from understanding.evaluation.run import evaluate as measure
    from understanding.tuning.plan import BadPlan, TuningPlan

    try:
        as_given = _kinds(noise, list(KINDS))
        voting = tuple(one.strip() for one in views.split(",") if views != "all" and one.strip())
        plan = TuningPlan(
            gear=tuning,  # type: ignore[arg-type]  # checked by the plan itself
            epochs=epochs,
            entities=joint,
            adversarial=adversarial,
            dropout=dropout,
            weight_decay=weight_decay,
            logs=logs,
        )
        if language not in LANGUAGES:
            raise BadExamples(f"--language must be {ONE_OF}, got {language!r}")
        if model not in MODELS:
            raise BadExamples(f"--model must be one of {', '.join(MODELS)}, got {model!r}")
        files: list[list[Example]] = [
            read_examples(path) if path else [] for path in (train, test, validation)
        ]
        for one in single_examples([e for e in files[0] if e.intent and e.intent != oos_label]):
            note = f"{train.name}, row {one.row}: {one.intent!r} has no other example; add some"
            if strict:
                raise BadExamples(note)
            typer.echo(f"nlu evaluate: {note} (learned all the same)", err=True)
        request = Request(
            as_language(language),
            oos_label,
            model,
            plan,
            as_given,
            copies,
            voting,
            save,
            plots,
            peer=PEERS.get(model),
        )
        with console.status("reading the encoders …") as status:
            figures = measure(
                files[0],
                files[1],
                files[2],
                request,
                data_dir=load_settings().data_dir,
                report=lambda text: status.update(f"{text} …"),
            )
    except (BadExamples, BadPlan) as error:
        typer.echo(f"nlu evaluate: {error}", err=True)
        raise typer.Exit(2) from error
    table = Table(title=f"{test.name} after {train.name}", show_header=False)
    for name, value in figures.items():
        if not name.endswith(("_low", "_high")):
            table.add_row(name, _shown(figures, name, value))
    console.print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def _kinds(given: str, known: list[str]) -> tuple[str, ...]:
    """Names of noise as the command line gives them; raises BadExamples for one that is none."""
    from understanding.evaluation.examples import BadExamples

    chosen = known if given == "all" else [one.strip() for one in given.split(",") if one.strip()]
    for one in chosen:
        if one not in known:
            raise BadExamples(f"--noise must be all or some of {', '.join(known)}, got {one!r}")
    return tuple(chosen)


def _shown(figures: dict[str, Any], name: str, value: Any) -> str:
    """A figure with its interval, where it has one."""
    low, high = figures.get(f"{name}_low"), figures.get(f"{name}_high")
    if value is None:
        return "–"
    return f"{value}" if low is None else f"{value}   [{low}, {high}]"
