"""`concierge nlu discover`, `ask-labels` and `check-examples`: what real messages teach."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from concierge.app.preparation import console
from concierge.cli.spoken import ONE_OF
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, as_language
from kit.settings import load_settings

if TYPE_CHECKING:
    from encoders.shared import Encoders
    from understanding.discovery.health import Checked

JsonFile = Annotated[Path | None, typer.Option("--json", help="Write all that was found here.")]
LISTED = 20


def discover(
    pool: Annotated[Path, typer.Option(help="Messages of customers, one a line; .gz allowed.")],
    test: Annotated[
        Path | None, typer.Option(help="JSON lines with utterance, and intent where known.")
    ] = None,
    submissions: Annotated[
        Path | None, typer.Option(help="Others' intents: team -> list of {intent_id, utterances}.")
    ] = None,
    language: Annotated[str, typer.Option(help=ONE_OF)] = DEFAULT_LANGUAGE,
    json_file: JsonFile = None,
) -> None:
    """Find the intents in a pool of messages; assign test messages to them and measure it."""
    from understanding.discovery.discover import assign
    from understanding.discovery.discover import discover as find
    from understanding.discovery.entries import read_entries, read_pool, read_test
    from understanding.evaluation.examples import BadExamples

    try:
        chosen = _language(language)
        messages = read_pool(pool)
        asked = read_test(test) if test else []
        entries = read_entries(submissions, messages) if submissions else {}
        truth = [one.intent for one in asked if one.intent is not None]
        if entries and not truth:
            raise BadExamples("--submissions needs a --test file whose messages have intents")
    except BadExamples as error:
        raise _refused("discover", error) from error
    with console.status("reading the encoders …") as status:

        def report(text: str) -> None:
            status.update(f"{text} …")

        encoders = _encoders()
        found = find(messages, encoders, chosen, report)
        answers = (
            assign(
                found, [one.text for one in asked], truth or None, entries, encoders, chosen, report
            )
            if asked
            else None
        )
    table = Table("intent", "messages", "such as", title=f"{found.groups.count} intents found")
    for one in found.names:
        _add(table, one.name, str(one.size), _short(messages[one.typical[0]]))
    console.print(table)
    body: dict[str, Any] = {
        "intents": found.groups.count,
        "found": [
            {
                "name": one.name,
                "messages": one.size,
                "such_as": [messages[at] for at in one.typical],
            }
            for one in found.names
        ],
        "groups": found.groups.labels.tolist(),
    }
    if answers is not None:
        body |= {**answers.figures, "assigned": list(answers.answers)}
        body["submissions"] = dict(answers.entries)
        if answers.figures:
            _ranking(answers.figures, answers.entries)
    _write(json_file, body)


def _ranking(ours: Any, entries: Any) -> None:
    """Print our figures among those of the entries, the best first."""
    table = Table("entry", "acc", "nmi", "ari", "intents")
    rows = [("concierge", ours), *entries.items()]
    for name, figures in sorted(rows, key=lambda row: -row[1]["acc"]):
        shown = [f"{figures[key]:.3f}" for key in ("acc", "nmi", "ari")]
        _add(table, name, *shown, str(figures["intents"]))
    console.print(table)


def ask_labels(
    train: Annotated[Path, typer.Option(help="Labelled examples; labels are seen when asked for.")],
    test: Annotated[Path, typer.Option(help="Labelled examples to measure on.")],
    language: Annotated[str, typer.Option(help=ONE_OF)] = DEFAULT_LANGUAGE,
    batch: Annotated[int, typer.Option(min=1, help="Labels asked for at once.")] = 200,
    share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Ask for this share of the labels at most.")
    ] = 0.4,
    json_file: JsonFile = None,
) -> None:
    """Measure how few labels do when the most doubtful messages are labelled first.

    One classifier learns from the labels asked for in the inbox's order, from as many in random
    order, and from all.
    """
    from understanding.discovery.asking import curve
    from understanding.discovery.vectors import beside, encoded
    from understanding.evaluation.examples import BadExamples, read_examples

    try:
        chosen = _language(language)
        known, asked = read_examples(train), read_examples(test)
        if len({one.intent for one in known}) < 2 or not all(one.intent for one in asked):
            raise BadExamples("both files must have intents, the training file at least two")
    except BadExamples as error:
        raise _refused("ask-labels", error) from error
    with console.status("reading the examples …") as status:
        encoders = _encoders()
        first, second = (
            encoded([one.text for one in part], encoders, chosen) for part in (known, asked)
        )
        found = curve(
            beside(first, first),
            [one.intent for one in known],
            beside(second, first),
            [one.intent for one in asked],
            batch=batch,
            share=share,
            report=lambda text: status.update(f"{text} …"),
        )
    table = Table(
        "labels",
        "share",
        "inbox's order",
        "random order",
        title=f"{escape(test.name)}: {found.full:.1%} with all {len(known)} labels",
    )
    for one in found.points:
        table.add_row(
            str(one.labels),
            f"{one.labels / len(known):.0%}",
            f"{one.ordered:.1%}",
            f"{one.at_random:.1%}",
        )
    console.print(table)
    enough = found.labels_for(found.full - 0.01)
    console.print(f"one point below all labels: {_share(enough, len(known))} in the inbox's order")
    _write(
        json_file,
        {
            "full": found.full,
            "labels_to_one_point_below": enough,
            "points": [[one.labels, one.ordered, one.at_random] for one in found.points],
        },
    )


def _share(labels: int | None, of: int) -> str:
    return "not reached" if labels is None else f"{labels} labels ({labels / of:.0%})"


def check_examples(
    folder: Annotated[
        Path | None, typer.Option(help="Examples as in nlu_data; the assistant's own by default.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="en or zh; both by default")] = None,
    json_file: JsonFile = None,
) -> None:
    """List labels that look wrong, texts that stand under two intents, and each intent's health."""
    from concierge.app.desk_learning import examples
    from understanding.discovery.health import check_examples as check
    from understanding.discovery.vectors import beside, encoded
    from understanding.evaluation.examples import BadExamples

    try:
        chosen = [_language(language)] if language else list(LANGUAGES)
        root = folder or load_settings().root / "nlu_data"
        known = {one: examples(root, one)[:2] for one in chosen}
        for one, (_, intents) in known.items():
            if len(set(intents)) < 2:
                raise BadExamples(f"{root / one / 'nlu'} holds fewer than two intents")
    except BadExamples as error:
        raise _refused("check-examples", error) from error
    body = {}
    for one, (texts, intents) in known.items():
        with console.status(f"reading {len(texts)} examples ({one}) …"):
            vectors = encoded(texts, _encoders(), one)
            checked = check(texts, intents, beside(vectors, vectors))
        _show_health(one, len(texts), checked)
        body[one] = _as_json(checked)
    _write(json_file, body)


def _show_health(language: str, count: int, checked: "Checked") -> None:
    health = Table(
        "intent",
        "examples",
        "recognised",
        "right",
        "taken for",
        "repeated",
        "in doubt",
        "twins",
        title=f"{language}: {count} examples, {checked.accuracy:.1%} recognised when left out",
    )
    for one in checked.intents:
        few = " (too few)" if one.too_few else ""
        _add(
            health,
            one.intent,
            f"{one.examples}{few}",
            f"{one.recall:.0%}",
            f"{one.precision:.0%}",
            one.taken_for or "–",
            str(one.repeated),
            str(one.doubtful),
            str(one.twins),
        )
    console.print(health)
    doubtful = Table("text", "stands under", "rather", "sure", title="Labels that look wrong")
    for wrong in checked.doubtful[:LISTED]:
        sure = f"{wrong.probability:.0%}"
        _add(doubtful, _short(wrong.text), wrong.intent, wrong.rather, sure)
    console.print(doubtful)
    twins = Table("text", "under", "and", "under", title="Texts that say the same")
    for pair in checked.twins[:LISTED]:
        _add(twins, _short(pair.text), pair.intent, _short(pair.other_text), pair.other_intent)
    console.print(twins)
    console.print(
        f"{len(checked.doubtful)} labels in doubt, {len(checked.twins)} pairs that say the same; "
        f"the first {LISTED} are shown, --json writes all"
    )


def _as_json(checked: "Checked") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "accuracy": round(checked.accuracy, 4),
        "intents": [asdict(one) for one in checked.intents],
        "doubtful": [asdict(one) for one in checked.doubtful],
        "twins": [asdict(one) for one in checked.twins],
    }


def _language(given: str) -> Any:
    from understanding.evaluation.examples import BadExamples

    if given not in LANGUAGES:
        raise BadExamples(f"--language must be en or zh, got {given!r}")
    return as_language(given)


def _encoders() -> "Encoders":
    from encoders.shared import ensure_exports, shared_encoders

    data_dir = load_settings().data_dir
    ensure_exports(data_dir)
    encoders = shared_encoders(data_dir)
    encoders.use_threads(os.cpu_count() or 1)
    return encoders


def _refused(command: str, error: Exception) -> typer.Exit:
    typer.echo(f"nlu {command}: {error}", err=True)
    return typer.Exit(2)


def _add(table: Table, *cells: str) -> None:
    """Add a row; brackets in what people wrote are brackets."""
    table.add_row(*map(escape, cells))


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:69]}…"


def _write(path: Path | None, body: Any) -> None:
    if path is not None:
        text = json.dumps(body, indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
