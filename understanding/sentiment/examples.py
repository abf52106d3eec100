"""Read labelled texts from CSV files: `text,sentiment` and, for the assistant's own, `urgent`."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from understanding.evaluation.examples import BadExamples, decoded
from understanding.sentiment.model import MOODS, Mood

_URGENT: Final = {"yes": True, "no": False}


@dataclass(frozen=True)
class Labelled:
    """A text, its mood, and whether it is pressing where that is said."""

    text: str
    sentiment: Mood
    urgent: bool | None = None


def read_labelled(path: Path, *, with_urgency: bool = False) -> list[Labelled]:
    """The texts of a CSV file; gz allowed. Rows are counted from 1, the header line included.

    Raises BadExamples, which names the file, the row and what to change.
    """
    reader = csv.DictReader(io.StringIO(decoded(path), newline=""), strict=True)
    try:
        needed = ["text", "sentiment", *(["urgent"] if with_urgency else [])]
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise BadExamples(
                f"{path.name} lacks the column {missing[0]}; its first line must name "
                f"{','.join(needed)}"
            )
        found = list(_rows(path.name, reader, with_urgency))
    except csv.Error as error:
        raise BadExamples(
            f"{path.name}, row {reader.line_num + 1}: {error}; put texts with commas in quotes"
        ) from error
    if not found:
        raise BadExamples(f"{path.name} holds no texts")
    return found


def _rows(name: str, reader: "csv.DictReader[str]", with_urgency: bool) -> Iterator[Labelled]:
    for row in reader:
        where = f"{name}, row {reader.line_num}"
        text = (row["text"] or "").strip().lstrip("\ufeff")
        label = (row["sentiment"] or "").strip().lower()
        if not text:
            raise BadExamples(f"{where}: text is empty; fill or drop it")
        if label not in MOODS:
            raise BadExamples(
                f"{where}: sentiment is {label!r}; it must be one of {', '.join(MOODS)}"
            )
        urgent = _URGENT.get((row.get("urgent") or "").strip().lower())
        if with_urgency and urgent is None:
            raise BadExamples(f"{where}: urgent must be yes or no")
        yield Labelled(text, cast("Mood", label), urgent)
