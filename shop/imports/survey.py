"""The first reading of a file: what has to be decided over all of it before a row is imported."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shop.imports.amounts import AmountColumn, Decimals, decide_decimals
from shop.imports.cells import is_shortened_number
from shop.imports.columns import AMOUNTS, COUNTS, DAYS, Kind, is_of_group
from shop.imports.dates import DayColumn, DayOrder, decide_day_order
from shop.imports.fields import Reading
from shop.imports.files import Line, SourceFile
from shop.imports.keys import shortened
from shop.imports.options import options_of
from shop.imports.presets import Adapter, Preset, Row
from shop.imports.presets.base import FillDown
from shop.imports.problems import ImportProblem, Note, Rejected

_KEYS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "customers": ("customer",),
    "products": ("sku", "product"),
    "orders": ("order", "sku", "customer"),
    "events": ("sku", "customer", "event"),
    "stock": ("sku", "product"),
}


@dataclass(frozen=True)
class Adapted:
    """A line under our names. `row` is None where it only tells something about other lines."""

    line: Line
    row: Row | None = None
    note: Note | None = None
    problem: Rejected | None = None


def adapted_rows(
    kind: Kind, source: SourceFile, mapping: Mapping[str, str], preset: Preset, adapter: Adapter
) -> Iterator[Adapted]:
    """Every line of the file under our names, with what it takes over from the first of its group.

    `mapping` is our column → the key of the file's.
    """
    group = {"orders": "order", "products": "product"}.get(kind, "")
    carried = FillDown(lambda one: is_of_group(kind, one) and one not in preset.added_up)
    for line in source.rows():
        if line.problem is not None:
            yield Adapted(line, dict(_mapped(line.raw, mapping)), problem=line.problem)
            continue
        if not any(line.raw.values()):
            note = line.note
            if note is None or note.rule == "short_row":
                note = Note("empty_row_skipped", "row", "nothing stands in it")
            yield Adapted(line, note=note)
            continue
        row = _mapped(line.raw, mapping)
        try:
            made = adapter.adapt(line.raw, row)
        except Rejected as problem:
            yield Adapted(line, row, problem=problem)
            continue
        if made is not None:
            made, _ = carried.fill(made.get(group, ""), made)
        yield Adapted(line, made, line.note)


def _mapped(raw: Mapping[str, str], mapping: Mapping[str, str]) -> Row:
    return {ours: raw.get(key, "") for ours, key in mapping.items()}


@dataclass(frozen=True)
class Wanted:
    """What the person who imports has said about the file."""

    currency: str | None = None
    encoding: str | None = None
    decimals: Decimals | None = None
    day_order: DayOrder | None = None


def survey(
    kind: Kind,
    source: SourceFile,
    mapping: Mapping[str, str],
    preset: Preset,
    adapter: Adapter,
    wanted: Wanted,
    now: datetime,
) -> Reading:
    """Read the file once and decide. Raises ImportProblem where only a person can decide."""
    amounts: dict[str, AmountColumn] = defaultdict(AmountColumn)
    days: dict[str, DayColumn] = defaultdict(DayColumn)
    skus = _Skus()
    if type(adapter).learn is not Adapter.learn:  # few systems need to; a reading less for the rest
        for line in source.rows():
            if line.problem is None and line.raw:
                adapter.learn(line.raw, _mapped(line.raw, mapping))
    for item in adapted_rows(kind, source, mapping, preset, adapter):
        if item.row is None or item.problem is not None:
            continue
        number = item.line.number
        for name, value in item.row.items():
            if not value:
                continue
            if name in AMOUNTS or name in COUNTS:
                amounts[name].add(number, value)
            elif name in DAYS:
                days[name].add(number, value)
        _check_keys(kind, number, item.row, mapping, source)
        if kind in {"products", "stock"}:
            skus.add(item.row)
    adapter.rewind()
    return Reading(
        now=now,
        currency=wanted.currency or preset.currency,
        decimals=decide_decimals(
            amounts, wanted=wanted.decimals, usual=preset.decimals, counts=COUNTS
        ),
        day_orders=decide_day_order(days, wanted=wanted.day_order, usual=preset.day_order),
        shared_skus=frozenset(skus.shared),
        added_up=preset.added_up,
        tax_on_top=preset.tax_on_top,
    )


class _Skus:
    """SKUs that more than one variant has. Hashes are kept, so memory grows little."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self.shared: set[str] = set()

    def add(self, row: Row) -> None:
        """Look at one row of products."""
        sku = " ".join(row.get("sku", "").split())
        if not sku:
            return
        identity = hash((row.get("product") or sku, options_of(row)))
        if self._first.setdefault(hash(sku), identity) != identity:
            self.shared.add(shortened(sku, 80))


def _check_keys(
    kind: Kind, number: int, row: Row, mapping: Mapping[str, str], source: SourceFile
) -> None:
    """Raises ImportProblem where a spreadsheet has shortened keys: several have become one."""
    for name in _KEYS[kind]:
        value = row.get(name, "")
        if "E+" in value.upper() and is_shortened_number(value):
            key = mapping.get(name, name)
            column = source.columns[source.keys.index(key)] if key in source.keys else name
            raise ImportProblem(
                f"{name}: {value!r} in line {number} (column {column!r}) was a long number before "
                "a spreadsheet shortened it, and digits are lost; export the file again and open "
                "it only with that column as text"
            )
