"""Import one file: look at all of it, read, clean, write in batches, report."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from kit.database import Database
from kit.i18n import DEFAULT_LANGUAGE, Language
from shop.imports.buyers import write_customers
from shop.imports.cells import fold
from shop.imports.columns import COLUMNS, Kind, map_columns, names_of
from shop.imports.fields import Fields, Reading
from shop.imports.files import SourceFile, open_source
from shop.imports.goods import Batch, write_products, write_stock
from shop.imports.presets import PRESETS, Adapter, Preset, choose_preset
from shop.imports.problems import ImportProblem, Rejected
from shop.imports.report import Numbered, Report, Tally
from shop.imports.rows import (
    read_customer,
    read_event,
    read_order,
    read_order_number,
    read_product,
    read_stock,
)
from shop.imports.sales import write_events, write_orders
from shop.imports.shapes import OrderRow, StockRow
from shop.imports.survey import Wanted, adapted_rows, survey
from shop.imports.totals import Settled, not_sold, sound_order

ROWS_AT_ONCE: Final = 1_000
# A line that breaks one of these adds nothing to an order's total; the order stands without it.
_COST_NOTHING: Final = frozenset({"zero_price", "zero_quantity", "not_a_product"})
_READERS: Final[Mapping[Kind, Callable[[Fields], Any]]] = {
    "customers": read_customer,
    "products": read_product,
    "orders": read_order,
    "events": read_event,
    "stock": read_stock,
}
_WRITERS: Final[Mapping[Kind, Callable[[Session, Sequence[Any], Batch], None]]] = {
    "customers": write_customers,
    "products": write_products,
    "orders": write_orders,
    "events": write_events,
    "stock": write_stock,
}
Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class _BrokenLine:
    """A line that was rejected and without which its order would be wrong."""

    order: str


class _NotKept(Exception):
    """A dry run takes back what it has written."""


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
    wanted: Wanted | None = None,
    language: Language = DEFAULT_LANGUAGE,
    dry_run: bool = False,
    progress: Progress = lambda _done, _size: None,
) -> Report:
    """Bring the file's rows into the shop; the same file again changes nothing.

    The file is read twice: once to decide how its amounts and dates are written and which SKUs are
    unique, once to import. Rows that break a cleaning rule go to `rejects`. A batch (about 1 000
    rows, whole orders) is written whole or not at all, so an import that was stopped can be started
    again. A dry run does everything and takes each batch back. Raises ImportProblem before anything
    is written when the file or the mapping cannot be used, or where only a person can decide.

    `columns` maps our column names to the file's and wins over the preset. `language` is that of
    texts whose column names none.
    """
    wanted = replace(wanted or Wanted(), currency=currency)
    known = _known_names(kind) | {fold(name) for name in (columns or {}).values()}
    source = open_source(path, known=known, encoding=wanted.encoding)
    system, chosen = choose_preset(preset, kind, source.columns)
    found = map_columns(
        kind, path.name, source.columns, chosen.names(), columns or {}, may_lack=chosen.makes
    )
    mapping = {ours: source.key(theirs) for ours, theirs in found.items()}
    adapter = chosen.adapter()
    reading = survey(kind, source, mapping, chosen, adapter, wanted, now)
    report = Report(rejects, source.named)
    report.system, report.is_dry_run = system, dry_run
    report.remarks.extend(source.remarks)
    _tell_columns(report, kind, source, mapping, adapter)
    makes = chosen.creates_products if creates_products is None else creates_products
    keeping = _Keeping(database, kind, Batch(now, Tally(), makes, language), report, dry_run)
    rows = _cleaned(kind, source, mapping, chosen, adapter, reading, report, progress)
    try:
        for part in _parts(kind, rows, reading, report):
            keeping.keep(part)
    except OperationalError as error:
        raise ImportProblem(f"the database cannot be written ({error.orig}); try again") from error
    finally:
        report.close()
    return report


def _known_names(kind: Kind) -> frozenset[str]:
    """Names of columns of any system, to find the row that names them."""
    names = [name for ours in COLUMNS[kind] for name in names_of(ours)]
    for (_, of_kind), preset in PRESETS.items():
        if of_kind == kind:
            names += [name for several in preset.names().values() for name in several]
            names += preset.signs
    return frozenset(map(fold, names))


def _tell_columns(
    report: Report, kind: Kind, source: SourceFile, mapping: Mapping[str, str], adapter: Adapter
) -> None:
    used = {*mapping.values(), *adapter.used}
    report.unused = [
        name
        for name, key in zip(source.columns, source.keys, strict=True)
        if name and key not in used
    ]
    report.absent = [ours for ours in COLUMNS[kind] if ours not in mapping]


@dataclass(frozen=True)
class _Keeping:
    """Writes batches; one that the database refuses is tried again row by row."""

    database: Database
    kind: Kind
    batch: Batch
    report: Report
    is_dry_run: bool

    def keep(self, part: Sequence[Any]) -> None:
        """Write `part` whole, or those of it that can be written."""
        tally = Tally()
        try:
            with self.database.session() as session:
                _WRITERS[self.kind](session, part, replace(self.batch, report=tally))
                if self.is_dry_run:
                    session.flush()
                    raise _NotKept
        except _NotKept:
            pass
        except (IntegrityError, DataError):
            if len(part) > 1:
                for one in part:
                    self.keep([one])
                return
            tally = self._refused(part[0])
        self.report.absorb(tally)

    def _refused(self, one: Any) -> Tally:
        tally = Tally()
        rows = (*one.lines, *one.others) if isinstance(one, Settled) else (one,)
        for row in rows:
            reason = (
                "the shop has another row with one of its keys; look for it and change this one"
            )
            tally.reject(row.number, row.raw, Rejected("not_storable", "row", reason))
        return tally


def _cleaned(
    kind: Kind,
    source: SourceFile,
    mapping: Mapping[str, str],
    preset: Preset,
    adapter: Adapter,
    reading: Reading,
    report: Report,
    progress: Progress,
) -> Iterator[Numbered[Any]]:
    for item in adapted_rows(kind, source, mapping, preset, adapter):
        number, raw = item.line.number, item.line.raw
        report.read += 1
        if report.read % ROWS_AT_ONCE == 0:
            progress(item.line.done, source.size)
        if item.problem is None and item.row is None:
            if item.note is not None:
                report.put_right(number, item.note)
            else:
                report.kept += 1  # tells something about other rows
            continue
        fields = Fields(item.row or {}, reading)
        try:
            if item.problem is not None:
                raise item.problem
            row = _READERS[kind](fields)
        except Rejected as problem:
            report.reject(number, raw, problem)
            broken = _broken_line(kind, preset, fields, problem)
            if broken is not None:
                yield Numbered(number, raw, broken)
            continue
        notes = (*((item.note,) if item.note else ()), *fields.notes)
        yield Numbered(number, raw, row, notes)
    progress(source.size, source.size)


def _broken_line(
    kind: Kind, preset: Preset, fields: Fields, problem: Rejected
) -> _BrokenLine | None:
    """The line without which its order would be wrong; None when that stands, or has no number."""
    if kind != "orders" or preset.drops_lines or problem.rule in _COST_NOTHING:
        return None
    try:
        return _BrokenLine(read_order_number(fields))
    except Rejected:
        return None


def _parts(
    kind: Kind,
    rows: Iterator[Numbered[Any]],
    reading: Reading,
    report: Report,
) -> Iterator[Sequence[Any]]:
    if kind == "orders":
        orders = _whole_orders(rows, reading, report)
        return _batches(orders, lambda order: len(order.lines))
    if kind == "stock":
        return _batches(iter(_of_all_places(rows, report)), lambda _row: 1)
    return _batches(_once(kind, rows, report), lambda _row: 1)


def _once(kind: Kind, rows: Iterator[Numbered[Any]], report: Report) -> Iterator[Numbered[Any]]:
    """Leave out rows whose key came before in this file."""
    field = {"customers": "email", "products": "sku", "events": "key"}[kind]
    seen: set[int] = set()
    for item in rows:
        key = hash(getattr(item.row, field) or item.row.key)
        if key in seen:
            reason = f"a row before has the same {field}; give each its own"
            report.reject(item.number, item.raw, Rejected("duplicate", field, reason))
            continue
        seen.add(key)
        yield item


def _of_all_places(
    rows: Iterator[Numbered[StockRow]], report: Report
) -> Sequence[Numbered[StockRow]]:
    """Stock of a variant at several places added up; a second row of one place is left out."""
    sums: dict[tuple[object, ...], Numbered[StockRow]] = {}
    places: set[tuple[object, ...]] = set()
    for item in rows:
        row = item.row
        key: tuple[object, ...] = (row.sku,) if row.sku else ("", row.product, row.options)
        if (*key, row.location) in places:
            reason = "a row before has the same sku and place; give one row to each"
            report.reject(item.number, item.raw, Rejected("duplicate", "sku", reason))
            continue
        places.add((*key, row.location))
        before = sums.get(key)
        if before is None:
            sums[key] = item
            continue
        sums[key] = replace(before, row=replace(before.row, stock=before.row.stock + row.stock))
        tally = Tally()
        tally.keep(item)
        report.absorb(tally)
    return list(sums.values())


def _whole_orders(
    rows: Iterator[Numbered[OrderRow | _BrokenLine]],
    reading: Reading,
    report: Report,
) -> Iterator[Settled]:
    """Neighbouring lines of the same order, if all of them can be written and agree.

    An order that comes again later is rejected there.
    """
    seen: set[int] = set()
    lines: list[Numbered[OrderRow | _BrokenLine]] = []
    for item in rows:
        if lines and item.row.order != lines[0].row.order:
            yield from _sound(lines, reading, report)
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
        yield from _sound(lines, reading, report)


def _sound(
    lines: list[Numbered[OrderRow | _BrokenLine]],
    reading: Reading,
    report: Report,
) -> Iterator[Settled]:
    """The order, or nothing: one without a line, or of two people or currencies, is left out."""
    good = [
        Numbered(line.number, line.raw, line.row, line.notes)
        for line in lines
        if isinstance(line.row, OrderRow)
    ]
    order = lines[0].row.order
    try:
        if len(good) < len(lines):
            reason = f"another line of order {order} is rejected; mend that one"
            raise Rejected("order_incomplete", "order", reason)
        settled = sound_order(good, reading)
    except Rejected as problem:
        for line in good:
            report.reject(line.number, line.raw, problem)
        return
    for line in settled.refused:
        report.reject(line.number, line.raw, not_sold(order))
    yield settled


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
