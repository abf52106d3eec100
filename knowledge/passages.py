"""Files of passages and of queries that ask for them, as CSV or JSON lines, `.gz` allowed."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


class BadPassages(ValueError):
    """A file cannot be used; the message names the file, the row, the field and the fix."""


@dataclass(frozen=True)
class FiledPassage:
    """A passage of a file; `group` is its label, or its id where it has none."""

    id: str
    text: str
    title: str
    label: str | None

    @property
    def group(self) -> str:
        """What it answers for."""
        return self.id if self.label is None else f"label {self.label}"


@dataclass(frozen=True)
class Query:
    """A question and the group of passages that answer it."""

    text: str
    group: str


def read_passages(path: Path) -> list[FiledPassage]:
    """Rows with `id` and `text`, also `title` and `label`; raises BadPassages."""
    found: dict[str, FiledPassage] = {}
    for row, facts in _rows(path):
        text, label = facts.get("text", ""), facts.get("label") or None
        name = facts.get("id") or (str(row) if label else "")
        if not text:
            raise BadPassages(f"{path.name} row {row}: text is empty; fill it or drop the row")
        if not name:
            raise BadPassages(f"{path.name} row {row}: id is missing; give each passage one")
        if name in found:
            raise BadPassages(f"{path.name} row {row}: id {name!r} stands in an earlier row too")
        found[name] = FiledPassage(name, text, facts.get("title", ""), label)
    if len(found) < 2:
        raise BadPassages(f"{path.name} must have at least two passages")
    if len({one.label is None for one in found.values()}) > 1:
        raise BadPassages(f"{path.name}: label must be set in every row or in none")
    return list(found.values())


def read_queries(path: Path, passages: list[FiledPassage]) -> list[Query]:
    """Rows with `text` and either `passage_id` or `label`; raises BadPassages."""
    group_of = {one.id: one.group for one in passages}
    groups = set(group_of.values())
    found = []
    for row, facts in _rows(path):
        text, name, label = facts.get("text", ""), facts.get("passage_id"), facts.get("label")
        if not text:
            raise BadPassages(f"{path.name} row {row}: text is empty; fill it or drop the row")
        if name:
            if name not in group_of:
                raise BadPassages(f"{path.name} row {row}: no passage has the id {name!r}")
            found.append(Query(text, group_of[name]))
        elif label:
            if f"label {label}" not in groups:
                raise BadPassages(f"{path.name} row {row}: no passage has the label {label!r}")
            found.append(Query(text, f"label {label}"))
        else:
            raise BadPassages(f"{path.name} row {row}: passage_id or label is missing")
    if not found:
        raise BadPassages(f"{path.name} has no queries")
    return found


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Number and fields of each row, from 1, stripped; raises BadPassages."""
    text = _text(path)
    name = path.name.removesuffix(".gz")
    if name.endswith(".jsonl"):
        for row, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield row, _object(path, row, line)
    elif name.endswith(".csv"):
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if "text" not in (reader.fieldnames or ()):
            raise BadPassages(f"{path.name}: the first row must name the columns, text among them")
        for row, values in enumerate(reader, start=1):
            yield (
                row,
                {
                    str(key): (value or "").strip()
                    for key, value in values.items()
                    if key is not None and not isinstance(value, list)
                },
            )
    else:
        raise BadPassages(f"{path.name} must end in .csv or .jsonl, or that with .gz")


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if path.name.endswith(".gz"):
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise BadPassages(f"{path} is not there") from error
    except (OSError, EOFError) as error:
        raise BadPassages(f"{path.name} cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise BadPassages(f"{path.name} is not UTF-8; save it as UTF-8") from error


def _object(path: Path, row: int, line: str) -> Mapping[str, str]:
    try:
        facts = json.loads(line)
    except ValueError as error:
        raise BadPassages(f"{path.name} row {row}: is not JSON: {error}") from error
    if not isinstance(facts, dict):
        raise BadPassages(f"{path.name} row {row}: must be an object with text")
    return {key: "" if value is None else str(value).strip() for key, value in facts.items()}
