"""Read CSV and Parquet files row by row, never as a whole."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from shop.imports.cells import clean, fold
from shop.imports.encodings import find_encoding
from shop.imports.problems import ImportProblem, Note, Rejected
from shop.imports.records import Record, records, separator_of

BATCH: Final = 10_000
_HEADER_WITHIN: Final = 15  # rows with something in them; reports have a title above the names
_SUFFIXES: Final = frozenset({".csv", ".tsv", ".txt"})

Raw = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A row: its number as an editor shows it, its cells by key, and how far we are.

    `problem` says why it cannot be read, `note` what was put right.
    """

    number: int
    raw: Raw
    done: int
    note: Note | None = None
    problem: Rejected | None = None


@dataclass(frozen=True)
class SourceFile:
    """A file to import: its columns, a key for each, its size for the progress bar, its rows."""

    path: Path
    columns: tuple[str, ...]
    size: int
    separator: str = ","
    encoding: str = "utf-8"
    line_end: str = "\n"
    header_lines: int = 1
    remarks: tuple[str, ...] = ()
    keys: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        seen: Counter[str] = Counter()
        keys = []
        for name in self.columns:
            key = fold(name)
            keys.append(f"{key}#{seen[key] + 1}" if seen[key] else key)
            seen[key] += 1
        object.__setattr__(self, "keys", tuple(keys))

    def key(self, column: str) -> str:
        """Where rows have the cell of `column`. Raises ImportProblem when two have that name."""
        if self.columns.count(column) > 1:
            raise ImportProblem(
                f"FILE: {self.path.name} has the column {column!r} more than once; rename one"
            )
        return self.keys[self.columns.index(column)]

    def named(self, raw: Raw) -> dict[str, str]:
        """The row under the file's own column names."""
        return {
            name: raw[key]
            for name, key in zip(self.columns, self.keys, strict=True)
            if name and key in raw
        }

    def rows(self) -> Iterator[Line]:
        """All rows from the first; cells are cleaned (see cells.clean)."""
        read = _parquet_rows if self.path.suffix.lower() == ".parquet" else _csv_rows
        yield from read(self)


def open_source(path: Path, *, known: frozenset[str], encoding: str | None = None) -> SourceFile:
    """Look at a file; raises ImportProblem when it is missing, empty or of another format.

    `known` are folded names of columns: the row that has most of them names the columns.
    """
    if not path.is_file():
        raise ImportProblem(f"FILE: {path} does not exist")
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _open_parquet(path)
    if suffix not in _SUFFIXES:
        raise ImportProblem(f"FILE: {path.name} must end in .csv, .tsv, .txt or .parquet")
    found = find_encoding(path, encoding)
    remarks = [f"encoding: read as {found.name} (nothing in the file says so)"] * found.is_guess
    with path.open(encoding=found.name, newline="") as file:
        # A lone carriage return inside a file with line feeds is a part of a cell.
        line_end = "\n" if "\n" in file.read(1 << 16) else "\r"
    with path.open(encoding=found.name, newline=line_end) as file:
        start = list(itertools.islice(file, 400))
    separator, header, used = _header(path, start, known)
    if any(line.strip() for line in start[: header.line - 1]):
        remarks.append(f"columns: named in line {header.line}; what stands above is not read")
    return SourceFile(
        path,
        tuple(clean(name) for name in header.cells),
        path.stat().st_size,
        separator,
        found.name,
        line_end,
        used,
        tuple(remarks),
    )


def _header(path: Path, start: Sequence[str], known: frozenset[str]) -> tuple[str, Record, int]:
    """(separator, the row of column names, lines up to its end)."""
    told = None
    if (
        start
        and (first := start[0].strip().strip('"').lower()).startswith("sep=")
        and len(first) <= 6
    ):
        told = first[4:5] or "\t"
    candidates: list[tuple[int, str, Record, int]] = []
    offset = 1 if told else 0
    seen = 0
    for index in range(offset, len(start)):
        if not start[index].strip(' \t\r\n,;|"\ufeff'):
            continue
        seen += 1
        if seen > _HEADER_WITHIN:
            break
        separator = told or separator_of(start[index], path.suffix.lower())
        here = records(iter(start[index:]), separator, 0, index + 1)
        record = next(here)
        following = next(here, None)
        used = (following.line - 1) if following else len(start)
        names = [fold(clean(cell)) for cell in record.cells if clean(cell)]
        candidates.append((len(known.intersection(names)), separator, record, used))
    if not candidates:
        raise ImportProblem(f"FILE: {path.name} is empty; the first line must name the columns")
    best = max(score for score, *_ in candidates)
    _, separator, record, used = next(c for c in candidates if c[0] == best)
    return separator, record, used


def _open_parquet(path: Path) -> SourceFile:
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise ImportProblem(f"FILE: {path.name} is not a readable Parquet file: {error}") from error
    with file:
        return SourceFile(path, tuple(file.schema_arrow.names), file.metadata.num_rows)


def _parquet_rows(source: SourceFile) -> Iterator[Line]:
    import pyarrow
    from pyarrow import parquet

    number = 0
    try:
        with parquet.ParquetFile(source.path) as file:
            for batch in file.iter_batches(BATCH):
                for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    raw = dict(zip(source.keys, map(_text, values), strict=True))
                    yield Line(number, raw, number)
    except (pyarrow.ArrowException, OSError) as error:
        raise ImportProblem(
            f"FILE: {source.path.name} breaks off after row {number}: {error}"
        ) from error


def _csv_rows(source: SourceFile) -> Iterator[Line]:
    width, done = len(source.keys), 0
    with source.path.open(encoding=source.encoding, newline=source.line_end) as file:
        for _ in range(source.header_lines):
            next(file, None)
        for record in records(file, source.separator, width, source.header_lines + 1):
            cells = [clean(cell) for cell in record.cells]
            done += sum(map(len, cells)) + len(cells)
            yield _line(source, record, cells, done)


def _line(source: SourceFile, record: Record, cells: list[str], done: int) -> Line:
    width = len(source.keys)
    raw = dict(zip(source.keys, cells, strict=False))
    note, problem = None, None
    if record.flaw:
        note = Note(record.flaw, "row", "a quote that is not closed was read as a character")
    if len(cells) > width and any(cells[width:]):
        reason = (
            f"the row has {len(cells)} cells, the columns are {width}; put a value that has "
            f"{source.separator!r} inside in quotes"
        )
        problem = Rejected("too_many_cells", "row", reason)
    elif len(cells) < width:
        if len(cells) == 1 and width > 2 and " " in cells[0]:
            return Line(
                record.line, {}, done, Note("footer_skipped", "row", "a line below the table")
            )
        raw.update(dict.fromkeys(source.keys[len(cells) :], ""))
        note = note or Note(
            "short_row", "row", f"{width - len(cells)} cells at its end are missing"
        )
    return Line(record.line, raw, done, note, problem)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return clean(str(value))
