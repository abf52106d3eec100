"""Import one file: read, map, clean, write in batches, report."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from kit.database import Database
from shop.imports import writing
from shop.imports.files import ImportProblem, Raw, SourceFile, open_source
from shop.imports.presets import PRESETS, Adapt, Preset, preset_names
from shop.imports.report import Report
from shop.imports.rows import (
    COLUMNS,
    Kind,
    OrderRow,
    Rejected,
    read_customer,
    read_event,
    read_order,
    read_order_number,
    read_product,
    read_stock,
)
from shop.imports.writing import Batch, Numbered

ROWS_AT_ONCE: Final = 1_000
# A line that breaks one of these adds nothing to an order's total; the order stands without it.
_COST_NOTHING: Final = frozenset({"zero_price", "zero_quantity", "not_a_product"})
Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class _BrokenLine:
    """A line that was rejected and without which its order would be wrong."""

    order: str


def import_file(
    database: Database,
    kind: Kind,
    path: Path,
    *,
    rejects: Path,
    now: datetime,
    preset: str | None = None,
    columns: Mapping[str, str] | None = None,
    currency: str | None = None,
    creates_products: bool | None = None,
    progress: Progress = lambda _done, _size: None,
) -> Report:
    """Bring the file's rows into the shop; the same file again changes nothing.

    `columns` maps our column names to the file's and wins over the preset. Rows that break a
    cleaning rule go to `rejects`. A batch (about 1 000 rows, whole orders) is written whole or not
    at all, so an import that was stopped can be started again. Raises ImportProblem before anything
    is written when the file or the mapping cannot be used.
    """
    source = open_source(path)
    chosen = _preset(preset, kind)
    mapping = _mapping(kind, source, chosen, columns or {})
    report = Report(rejects)
    batch = Batch(
        now, report, chosen.creates_products if creates_products is None else creates_products
    )
    rows = _cleaned(kind, source, mapping, chosen, currency or chosen.currency, report, progress)
    try:
        if kind == "orders":
            for orders in _batches(_whole_orders(rows, report), len):
                with database.session() as session:
                    writing.write_orders(session, orders, batch)
        else:
            write: Callable[..., None] = getattr(writing, f"write_{kind}")
            for part in _batches(_once(kind, rows, report), lambda _row: 1):
                with database.session() as session:
                    write(session, part, batch)
    finally:
        report.close()
    return report


def _preset(name: str | None, kind: Kind) -> Preset:
    if name is None:
        return Preset({column: column for column in COLUMNS[kind]})
    if name not in preset_names():
        raise ImportProblem(f"--preset must be one of {', '.join(preset_names())}, got {name!r}")
    if (name, kind) not in PRESETS:
        known = ", ".join(sorted(k for n, k in PRESETS if n == name))
        raise ImportProblem(f"--preset {name} has no {kind}; it knows {known}")
    return PRESETS[name, kind]


def _mapping(
    kind: Kind, source: SourceFile, preset: Preset, own: Mapping[str, str]
) -> dict[str, str]:
    """Our column → the file's column, for those that the file has."""
    for ours, theirs in own.items():
        if ours not in COLUMNS[kind]:
            known = ", ".join(COLUMNS[kind])
            raise ImportProblem(f"--map {ours}={theirs}: {kind} have the columns {known}")
        if theirs not in source.columns:
            raise ImportProblem(
                f"--map {ours}={theirs}: {source.path.name} has no column {theirs!r}; "
                f"it has {', '.join(source.columns)}"
            )
    wanted = {**preset.columns, **own}
    missing = [
        f"{ours} ({wanted[ours]})" if wanted.get(ours, ours) != ours else ours
        for ours, required in COLUMNS[kind].items()
        if required and ours in wanted and wanted[ours] not in source.columns
    ]
    if missing:
        raise ImportProblem(
            f"{source.path.name} lacks the column {missing[0]}; it has "
            f"{', '.join(source.columns)}. Name it with --map {missing[0].split()[0]}=COLUMN"
        )
    return {ours: theirs for ours, theirs in wanted.items() if theirs in source.columns}


def _cleaned(
    kind: Kind,
    source: SourceFile,
    mapping: Mapping[str, str],
    preset: Preset,
    currency: str,
    report: Report,
    progress: Progress,
) -> Iterator[Numbered[Any]]:
    adapt: Adapt = preset.adapt()
    for number, raw, done in source.rows():
        report.read += 1
        if report.read % ROWS_AT_ONCE == 0:
            progress(done, source.size)
        if not any(raw.values()):
            report.repaired("empty_row_skipped")
            continue
        row = {ours: raw.get(theirs, "") for ours, theirs in mapping.items()}
        try:
            adapted = adapt(raw, row)
            if adapted is None:
                continue
            row = adapted
            item = Numbered(number, raw, _typed(kind, row, currency))
        except Rejected as problem:
            report.reject(number, raw, problem)
            if kind != "orders" or preset.drops_lines or problem.rule in _COST_NOTHING:
                continue
            try:
                item = Numbered(number, raw, _BrokenLine(read_order_number(row)))
            except Rejected:
                continue  # no order can be named
        yield item
    progress(source.size, source.size)


def _typed(kind: Kind, row: Raw, currency: str) -> object:
    match kind:
        case "customers":
            return read_customer(row)
        case "products":
            return read_product(row, currency)
        case "orders":
            return read_order(row, currency)
        case "events":
            return read_event(row)
        case "stock":
            return read_stock(row)


def _once(kind: Kind, rows: Iterator[Numbered[Any]], report: Report) -> Iterator[Numbered[Any]]:
    """Leave out rows whose key came before in this file."""
    field = {"customers": "email", "products": "sku", "stock": "sku", "events": "key"}[kind]
    seen: set[int] = set()
    for item in rows:
        key = hash(getattr(item.row, field))
        if key in seen:
            problem = Rejected("duplicate", field, f"a row before has the same {field}")
            report.reject(item.number, item.raw, problem)
            continue
        seen.add(key)
        yield item


def _whole_orders(
    rows: Iterator[Numbered[OrderRow | _BrokenLine]], report: Report
) -> Iterator[list[Numbered[OrderRow]]]:
    """Neighbouring lines of the same order, if all of them can be written and agree.

    An order that comes again later is rejected there.
    """
    seen: set[int] = set()
    lines: list[Numbered[OrderRow | _BrokenLine]] = []
    for item in rows:
        if lines and item.row.order != lines[0].row.order:
            yield from _sound(lines, report)
            lines = []
        key = hash(item.row.order)
        if not lines and key in seen:
            if isinstance(item.row, OrderRow):
                reason = f"order {item.row.order} began earlier in the file; sort the file by order"
                report.reject(item.number, item.raw, Rejected("order_in_pieces", "order", reason))
            continue
        seen.add(key)
        lines.append(item)
    if lines:
        yield from _sound(lines, report)


def _sound(
    lines: list[Numbered[OrderRow | _BrokenLine]], report: Report
) -> Iterator[list[Numbered[OrderRow]]]:
    """The order, or nothing: one without a line, or of two people or currencies, is left out."""
    good = [Numbered(line.number, line.raw, line.row) for line in lines
            if isinstance(line.row, OrderRow)]  # fmt: skip
    order = lines[0].row.order
    if len(good) < len(lines):
        problem = Rejected(
            "order_incomplete", "order", f"another line of order {order} is rejected"
        )
    elif len({(line.row.customer, line.row.email) for line in good}) > 1:
        problem = Rejected("order_conflict", "email", f"order {order} names several customers")
    elif len({line.row.currency for line in good}) > 1:
        problem = Rejected("order_conflict", "currency", f"order {order} has several currencies")
    else:
        yield good
        return
    for line in good:
        report.reject(line.number, line.raw, problem)


def _batches(items: Iterator[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    batch: list[T] = []
    rows = 0
    for item in items:
        batch.append(item)
        rows += size(item)
        if rows >= ROWS_AT_ONCE:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch
