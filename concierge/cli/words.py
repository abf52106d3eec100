"""`concierge words`: the words shoppers read, held to the rules of voice."""

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kit.i18n import LANGUAGES, Language
from studio.words.rules import BadVoice, Fault, differences, faults, load_voice, measure
from studio.words.texts import Text, gather

app = typer.Typer(no_args_is_help=True, help="The words shoppers read: rules of voice, length.")


@app.command()
def check(
    root: Annotated[Path, typer.Option(help="The project.", file_okay=False)] = Path(),
    report: Annotated[
        bool, typer.Option("--report", help="Also length and difficulty of every text.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> None:
    """Say which texts break `nlu_data/<language>/voice.yml`; 1 when some do."""
    try:
        files = {one: root / "nlu_data" / one / "voice.yml" for one in LANGUAGES}
        voices = {one: load_voice(path) for one, path in files.items() if path.exists()}
    except BadVoice as error:
        typer.echo(f"concierge words: {error}", err=True)
        raise typer.Exit(2) from error
    texts = [text for text in gather(root) if text.language in voices]
    found = [fault for text in texts for fault in faults(text, voices[text.language])]
    found += differences(texts)
    units = {language: voice.unit for language, voice in voices.items()}
    if as_json:
        typer.echo(json.dumps(_as_json(texts, found, units, report), ensure_ascii=False))
    else:
        _show(texts, found, units, report)
    if found:
        raise typer.Exit(1)


def _as_json(
    texts: list[Text], found: list[Fault], units: Mapping[Language, str], report: bool
) -> dict[str, object]:
    told: dict[str, object] = {
        "texts": len(texts),
        "faults": [
            {"file": one.text.file, "key": one.text.key, "rule": one.rule, "found": one.found}
            for one in found
        ],
    }
    if report:
        told["measures"] = [
            {"file": one.file, "key": one.key, **vars(measure(one.words, units[one.language]))}
            for one in texts
        ]
    return told


def _show(
    texts: list[Text], found: list[Fault], units: Mapping[Language, str], report: bool
) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if report:
        for one in texts:
            size = measure(one.words, units[one.language])
            console.print(f"{one.file}: {one.key}: {size.length}, {size.difficulty}", markup=False)
    table = Table("texts of", "language", "texts", "median length", "longest", "difficulty")
    by_kind: dict[tuple[str, Language], list[Text]] = defaultdict(list)
    for one in texts:
        by_kind[one.kind, one.language].append(one)
    for (kind, language), group in sorted(by_kind.items()):
        sizes = [measure(one.words, units[language]) for one in group]
        table.add_row(
            kind,
            language,
            str(len(group)),
            f"{median(one.length for one in sizes):g}",
            str(max(one.length for one in sizes)),
            f"{median(one.difficulty for one in sizes):g}",
        )
    console.print(table)
    for fault in found:
        console.print(str(fault), markup=False, style="red")
    console.print(f"{len(texts)} texts, {len(found)} faults")
