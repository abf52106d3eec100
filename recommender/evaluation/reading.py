"""Reading interactions and items from files: csv, tsv, parquet, npz, plain or gz."""

import csv
import gzip
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from recommender.data import BadInteractions, Interactions, Items

# The first name that a file has is taken.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "user": (
        "user",
        "user_id",
        "userid",
        "customer",
        "customer_id",
        "household_id",
        "session",
        "sessionid",
        "session_id",
    ),
    "item": (
        "item",
        "item_id",
        "itemid",
        "product",
        "product_id",
        "productid",
        "movie",
        "movie_id",
        "movieid",
        "sku",
    ),
    "rating": ("rating", "weight", "strength", "score"),
    "timestamp": (
        "timestamp",
        "time",
        "at",
        "date",
        "transaction_timestamp",
        "unixreviewtime",
        "event_time",
        "datetime",
        "created_at",
        "visit_time",
    ),
}
_LONGEST_FIELD: Final = 10_000_000  # characters; descriptions and reviews are long
Columns = dict[str, Sequence[Any] | npt.NDArray[Any]]


@dataclass(frozen=True)
class Table:
    """Columns as they stand in the file: user and item always, rating and timestamp where given."""

    users: Sequence[Any] | npt.NDArray[Any]
    items: Sequence[Any] | npt.NDArray[Any]
    ratings: Sequence[Any] | npt.NDArray[Any] | None
    times: npt.NDArray[np.float64] | None

    def interactions(self, catalogue: Sequence[Any] = ()) -> Interactions:
        """The rows as events."""
        return Interactions.from_rows(
            self.users, self.items, self.ratings, self.times, catalogue=catalogue
        )

    def liked(self) -> tuple["Table", int]:
        """(the rows that are no dislike, how many were one): below 0 means dislike in a ranking."""
        if self.ratings is None:
            return self, 0
        kept = ~(np.asarray(self.ratings, dtype=np.float64) < 0)
        if kept.all():
            return self, 0
        rows = np.flatnonzero(kept)
        return Table(
            [self.users[row] for row in rows],
            [self.items[row] for row in rows],
            np.asarray(self.ratings)[rows],
            None if self.times is None else self.times[rows],
        ), int(len(kept) - len(rows))


def read_interactions(path: Path) -> Table:
    """Read user,item[,rating][,timestamp]; raises BadInteractions naming file, column and row.

    Columns are found by name in any order and case; a typed header such as `user_id:token` is
    understood, and a file without a header is read as user, item, rating, timestamp. Times are
    seconds or dates.
    """
    columns = read_columns(path)
    chosen = {name: _column(columns, names) for name, names in COLUMNS.items()}
    for needed in ("user", "item"):
        if chosen[needed] is None:
            raise BadInteractions(
                f"{path}: column {needed!r} is missing (there are {', '.join(columns) or 'none'}); "
                f"name one of them {' or '.join(COLUMNS[needed][:2])}"
            )
    users, items = _whole(chosen["user"]), _whole(chosen["item"])
    if not len(users):
        raise BadInteractions(f"{path}: there are no rows")
    rating = chosen["rating"]
    return Table(
        users,
        items,
        None if rating is None else numbers(path, "rating", rating),
        None if chosen["timestamp"] is None else times(path, chosen["timestamp"]),
    )


def read_items(path: Path) -> Items:
    """Read item[,attributes…][,text columns…]: list-like columns are attributes, the rest is text.

    `attributes`, `class`, `tags`, `genres`, `category`, `brand`, `colour` and their like are split
    at spaces, commas, semicolons and bars; every other text column is text.
    """
    columns = read_columns(path)
    ids = _column(columns, COLUMNS["item"])
    if ids is None:
        raise BadInteractions(f"{path}: column 'item' is missing; name the id column item")
    names = [name for name in columns if columns[name] is not ids]
    lists = [name for name in names if _is_list(name)]
    texts = [name for name in names if name not in lists]
    rows = range(len(ids))
    return Items(
        tuple(str(_plain(ids[row])) for row in rows),
        tuple(" ".join(_word(columns[name][row]) for name in texts) for row in rows),
        tuple(
            frozenset(
                f"{_bare(name)}={part}" for name in lists for part in _parts(columns[name][row])
            )
            for row in rows
        ),
    )


def read_columns(path: Path) -> Columns:
    """A file's columns by name, lower-case; raises BadInteractions when it cannot be read."""
    if not path.exists():
        raise BadInteractions(f"{path}: no such file")
    kind = path.name.lower().removesuffix(".gz").rsplit(".", 1)[-1]
    try:
        if kind == "npz":
            with np.load(path, allow_pickle=False) as archive:
                return {name.lower(): archive[name] for name in archive.files}
        if kind == "parquet":
            return _parquet(path)
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.name.endswith(".gz") else raw).decode("utf-8-sig")
    except (OSError, ValueError, EOFError) as error:
        raise BadInteractions(f"{path}: cannot be read: {error}") from error
    return _delimited(path, text)


def _parquet(path: Path) -> Columns:
    from pyarrow import ArrowException
    from pyarrow.parquet import read_table

    try:
        table = read_table(path)
    except ArrowException as error:
        raise BadInteractions(f"{path}: cannot be read: {error}") from error
    return {name.lower(): table.column(name).to_pandas().to_numpy() for name in table.column_names}


def _delimited(path: Path, text: str) -> Columns:
    first = text.split("\n", 1)[0].split("\r", 1)[0]
    if first.count("::") > 1:  # as MovieLens 1M and 10M are written
        text, delimiter = text.replace("::", "\t"), "\t"
    else:
        delimiter = max("\t,;|", key=first.count)
    try:
        csv.field_size_limit(max(_LONGEST_FIELD, csv.field_size_limit()))
        rows = list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter))
    except csv.Error as error:
        raise BadInteractions(f"{path}: cannot be read as a table: {error}") from error
    rows = [row for row in rows if row]
    if not rows:
        raise BadInteractions(f"{path}: the file is empty")
    header = [name.split(":")[0].strip().lower() for name in rows[0]]
    if all(_is_number(name) for name in header[1:]):
        header = ["user", "item", "rating", "timestamp"][: len(header)]
    else:
        rows = rows[1:]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise BadInteractions(
                f"{path}: row {number} has {len(row)} fields, the header {len(header)}"
            )
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    return {name: list(column) for name, column in zip(header, columns, strict=True)}


def _whole(ids: Any) -> Any:
    """Ids that a table program has turned into `7.0`, all of them, as the numbers they were."""
    array = np.asarray(ids)
    if array.dtype.kind == "f" and len(array) and np.all(np.isnan(array) | (array % 1 == 0)):
        return ["" if one != one else str(int(one)) for one in array]
    if (
        array.dtype.kind in "OU"
        and len(array)
        and all(one is None or re.fullmatch(r"\d+\.0|", str(one)) for one in ids)
    ):
        return ["" if one is None else str(one).removesuffix(".0") for one in ids]
    return ids


def _column(columns: Columns, names: Sequence[str]) -> Sequence[Any] | npt.NDArray[Any] | None:
    return next((columns[name] for name in names if name in columns), None)


def numbers(path: Path, name: str, values: Any) -> npt.NDArray[np.float64]:
    """A column of numbers, NaN for empty fields; raises BadInteractions naming the row."""
    found = np.empty(len(values))
    for row, value in enumerate(values):
        try:
            found[row] = np.nan if value is None or value == "" else float(value)
        except (TypeError, ValueError) as error:
            raise BadInteractions(
                f"{path}: column {name}, row {row + 2}: {value!r} is not a number"
            ) from error
    return found


def times(path: Path, values: Any) -> npt.NDArray[np.float64]:
    """A column of times in seconds since 1970 (UTC), from numbers or dates."""
    array = np.asarray(values)
    if array.dtype.kind == "M":
        seconds = array.astype("datetime64[ms]").astype(np.float64) / 1000
        return np.where(np.isnat(array), np.nan, seconds)
    if array.dtype.kind in "iuf":
        return array.astype(np.float64)
    if all(value is None or value == "" or _is_number(str(value)) for value in values):
        return numbers(path, "timestamp", values)
    found = np.empty(len(values))
    for row, value in enumerate(values):
        if value is None or not str(value).strip():
            found[row] = np.nan  # a row without a time is dropped
            continue
        try:
            moment = _moment(str(value).strip())
        except ValueError as error:
            raise BadInteractions(
                f"{path}: column timestamp, row {row + 2}: {value!r} is neither seconds nor a date "
                "like 2026-11-25T09:30"
            ) from error
        found[row] = np.nan if np.isnat(moment) else float(moment.astype(np.int64)) / 1000
    return found


def _moment(text: str) -> np.datetime64:
    """A moment in UTC; raises ValueError when it is none."""
    text = re.sub(r"\s*(?:UTC|GMT|Z)$", "", text.replace("/", "-"))
    offset = re.search(r"(?<=\d)\s*([+-])(\d{2}):?(\d{2})$", text) if ":" in text else None
    if offset is None:
        return np.datetime64(text, "ms")
    minutes = int(offset[2]) * 60 + int(offset[3])
    shift = np.timedelta64(minutes if offset[1] == "+" else -minutes, "m")
    moment: np.datetime64 = np.datetime64(text[: offset.start()], "ms") - shift
    return moment


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


LISTS: Final = (
    "attributes",
    "class",
    "tags",
    "tag",
    "genres",
    "genre",
    "categories",
    "category",
    "brand",
    "colour",
    "color",
    "material",
    "size",
    "department",
    "season",
    "style",
    "features",
    "keywords",
)


def _bare(name: str) -> str:
    return name.removeprefix("product_").removeprefix("item_")


def _is_list(name: str) -> bool:
    return _bare(name) in LISTS


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float | np.floating) and value == int(value) else value


def _word(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _parts(value: Any) -> list[str]:
    if isinstance(value, list | tuple | set | np.ndarray):
        return [str(part).strip().lower() for part in value if str(part).strip()]
    text = _word(value).lower()
    for mark in ",;|[]'\"":
        text = text.replace(mark, " ")
    return text.split()
