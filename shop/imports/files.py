"""Read CSV and Parquet files row by row, never as a whole."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

BATCH: Final = 10_000
_LONGEST_FIELD: Final = 1_000_000

Raw = Mapping[str, str]


class ImportProblem(ValueError):
    """The file or a setting cannot be used; the message names it and says what to change."""


@dataclass(frozen=True)
class SourceFile:
    """A file to import: its columns, its size for the progress bar, and its rows."""

    path: Path
    columns: tuple[str, ...]
    size: int

    def rows(self) -> Iterator[tuple[int, Raw, int]]:
        """(row number as an editor shows it, values by column, how far we are); values stripped.

        Raises ImportProblem when the file breaks off or is not what it says.
        """
        read = _parquet_rows if self.path.suffix == ".parquet" else _csv_rows
        yield from read(self.path)


def open_source(path: Path) -> SourceFile:
    """Look at a file; raises ImportProblem when it is missing, empty or of another format."""
    if not path.is_file():
        raise ImportProblem(f"FILE: {path} does not exist")
    if path.suffix == ".parquet":
        return _open_parquet(path)
    if path.suffix not in {".csv", ".tsv", ".txt"}:
        raise ImportProblem(f"FILE: {path.name} must end in .csv, .tsv or .parquet")
    with _opened(path) as file:
        try:
            columns = next(csv.reader(file, dialect=_dialect(path)), None)
        except (UnicodeDecodeError, csv.Error) as error:
            raise _unreadable(path, error) from error
    if not columns or not any(name.strip() for name in columns):
        raise ImportProblem(f"FILE: {path.name} is empty; the first line must name the columns")
    names = tuple(name.strip() for name in columns)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise ImportProblem(f"FILE: {path.name} has the column {twice[0]!r} more than once")
    return SourceFile(path, names, path.stat().st_size)


def _open_parquet(path: Path) -> SourceFile:
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise ImportProblem(f"FILE: {path.name} is not a readable Parquet file: {error}") from error
    with file:
        return SourceFile(path, tuple(file.schema_arrow.names), file.metadata.num_rows)


def _parquet_rows(path: Path) -> Iterator[tuple[int, Raw, int]]:
    from pyarrow import parquet

    number = 0
    with parquet.ParquetFile(path) as file:
        names = file.schema_arrow.names
        for batch in file.iter_batches(BATCH):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, dict(zip(names, map(_text, values), strict=True)), number


def _csv_rows(path: Path) -> Iterator[tuple[int, Raw, int]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with _opened(path) as file:
        reader = csv.DictReader(_without_nul(file), dialect=_dialect(path), restkey="", restval="")
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        done = 0
        try:
            for row in reader:
                values = {
                    name: value.strip() for name, value in row.items() if isinstance(value, str)
                }
                done += sum(map(len, values.values())) + len(values)
                yield reader.line_num, values, done
        except (UnicodeDecodeError, csv.Error) as error:
            raise _unreadable(path, error) from error


def _opened(path: Path) -> Any:
    return path.open(encoding="utf-8-sig", newline="")


def _without_nul(lines: Iterator[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)


def _dialect(path: Path) -> type[csv.Dialect]:
    """Tabs for .tsv, else the separator that the first line uses most."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline()

    class Found(csv.excel):
        delimiter = "\t" if path.suffix == ".tsv" else max(",;\t", key=first.count)

    return Found


def _unreadable(path: Path, error: Exception) -> ImportProblem:
    return ImportProblem(
        f"FILE: {path.name} cannot be read ({error}); save it as CSV in UTF-8 and try again"
    )


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
