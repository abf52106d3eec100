"""Read labelled examples from files, as `concierge nlu evaluate` takes them."""

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understanding.entities.units import BadSpans, Span, checked


class BadExamples(ValueError):
    """A file cannot be used; the message names the file, the row and what to change."""


@dataclass(frozen=True)
class Example:
    """A text, what it means, the names in it and the row of the file that it stands in."""

    text: str
    intent: str
    spans: tuple[Span, ...] = ()
    row: int = 0


def read_examples(path: Path) -> list[Example]:
    """Examples of a CSV file with the columns text and intent, or of a JSONL file; gz allowed.

    Rows are counted from 1, the header line included. Where a whole JSONL file has entities and no
    intents, every intent is empty. Raises BadExamples.
    """
    if not path.is_file():
        raise BadExamples(f"{path} does not exist")
    kind = path.with_suffix("") if path.suffix == ".gz" else path
    read = {".csv": _csv, ".jsonl": _jsonl}.get(kind.suffix)
    if read is None:
        raise BadExamples(f"{path.name} must end in .csv or .jsonl (or either with .gz)")
    found = []
    for row, text, intent, spans in read(path.name, decoded(path)):
        if not text.strip():
            raise BadExamples(f"{path.name}, row {row}: text is empty; fill or drop it")
        if intent is not None and not intent.strip():
            raise BadExamples(f"{path.name}, row {row}: intent is empty; fill or drop it")
        try:
            annotated = checked(text, spans)
        except BadSpans as error:
            raise BadExamples(f"{path.name}, row {row}: {error}") from error
        found.append(Example(text, (intent or "").strip(), annotated.spans, row))
    if not found:
        raise BadExamples(f"{path.name} holds no examples")
    lacking = [one for one in found if not one.intent]
    if lacking and (len(lacking) < len(found) or not any(one.spans for one in found)):
        raise BadExamples(
            f"{path.name}, row {lacking[0].row}: intent is missing; add it, or give none of the "
            "rows an intent to measure entities only"
        )
    return found


def single_examples(examples: Sequence[Example]) -> list[Example]:
    """Examples that are the only one of their intent: too few to learn or to check by."""
    counts = Counter(one.intent for one in examples)
    return [one for one in examples if counts[one.intent] == 1]


def decoded(path: Path) -> str:
    """The text of a UTF-8 file, gz allowed; raises BadExamples with the row that is not."""
    if not path.is_file():
        raise BadExamples(f"{path} does not exist")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise BadExamples(f"{path.name} cannot be opened: {error}; pack it again") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise BadExamples(
            f"{path.name}, row {row}: cannot be read as UTF-8; save the file with that encoding"
        ) from error


_Row = tuple[int, str, str | None, Sequence[Span]]


def _csv(name: str, content: str) -> Iterator[_Row]:
    reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    try:
        missing = {"text", "intent"} - set(reader.fieldnames or ())
        if missing:
            raise BadExamples(f"{name} lacks the column {sorted(missing)[0]}; it needs text,intent")
        for row in reader:
            yield reader.line_num, row["text"] or "", row["intent"] or "", ()
    except csv.Error as error:
        raise BadExamples(
            f"{name}, row {reader.line_num}: {error}; quote texts that hold commas or quotes"
        ) from error


def _jsonl(name: str, content: str) -> Iterator[_Row]:
    # Split at line feeds only: a text may hold other signs that Python takes for ends of lines.
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{name}, row {number}"
        try:
            body = json.loads(line)
        except ValueError as error:
            raise BadExamples(f"{where}: not JSON ({error}); one object a line") from error
        if not isinstance(body, Mapping) or not isinstance(body.get("text"), str):
            wanted = '{"text": "…", "intent": "…"}'
            raise BadExamples(f"{where}: not an object like {wanted}")
        intent = body.get("intent")
        if intent is None and "entities" not in body:
            raise BadExamples(f'{where}: intent is missing; add "intent": "…"')
        if intent is not None and not isinstance(intent, str):
            raise BadExamples(f"{where}: intent must be a text, not {type(intent).__name__}")
        entities = body.get("entities") or ()
        yield number, body["text"], intent, [_span(where, body["text"], one) for one in entities]


def _span(where: str, text: str, found: Any) -> Span:
    """A span of the file; raises BadExamples when it has no offsets or not the text it claims."""
    wanted = '{"entity": "…", "start": 0, "end": 1}'
    try:
        span = Span(str(found["entity"]), int(found["start"]), int(found["end"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadExamples(f"{where}: an entity is not an object like {wanted}") from error
    said = found.get("text") or found.get("value")
    meant = text[span.start : span.end]
    # A value may be normalised ("two" → "2"): it is wrong only if it stands elsewhere in the text.
    if isinstance(said, str) and said and meant.lower() != said.lower() and said in text:
        at = text.find(said)
        raise BadExamples(
            f"{where}: {span.entity} at {span.start}-{span.end} is {meant!r}, not {said!r}; "
            f"its offsets should be {at}-{at + len(said)}"
        )
    return span
