"""Whatever stands in a file: every row is kept, repaired or refused, and nothing else leaves."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.database import Database, open_database, upgrade
from shop.imports import ImportProblem, Kind, Wanted, import_file
from shop.imports.columns import COLUMNS
from shop.imports.presets import PRESETS
from tests.contract.shop.conftest import NOW
from tests.databases import KINDS, fresh_url

CELLS = (
    "",
    "",
    "1",
    "2",
    "0",
    "-1",
    "2.5",
    "12.50",
    "12,50",
    "1.299,00",
    "1,299.00",
    "1,250",
    "£9",
    "5 EUR",
    "9e99",
    "NaN",
    "Infinity",
    "'-5",
    "'02134",
    '="007"',
    "1.23E+12",
    "x" * 300,
    "x" * 41,
    "１",
    "½",
    "2026-11-01 10:00",
    "2026-02-30",
    "31/12/2023",
    "12/31/2023",
    "01/02/2024",
    "45291.5",
    "Dec-31-23",
    "0000-00-00",
    "9999-12-31T23:59:59-14:00",
    "ana@example.org",
    "ANA@example.org",
    "a@b",
    "mailto:b@c.de",
    "paid",
    "refunded",
    "wc-on-hold",
    "draft",
    "lost in space",
    "Red",
    "Size",
    "Color",
    "M",
    "茶杯",
    "קפה",
    "a-b",
    "a b",
    "A B",
    "a/b",
    "Mug",
    "Mug - Red",
    "mug",
    "boot-42",
    "#1001",
    "1001",
    "\u200b",
    "\x00",
    "a\u202eb",
    "tab\tbed",
    "two\nlines",
    'quo"te',
    '\\"',
    "semi;colon",
    "com,ma",
    "pi|pe",
    "<b>x</b>",
    "&amp;",
    "https://cdn.example.com/a.jpg",
    "javascript:x",
    "view",
    "cart",
    "variable",
    "variation",
    "not stocked",
    "DE",
    "Deutschland",
    "ZZ",
    "zh_CN",
    "\ud7ff",
    "USD",
    "US $120.00",
    "true",
    "false",
    "all",
)


@dataclass(frozen=True)
class Table:
    """A file that was written properly: how many rows it has, and its bytes."""

    kind: Kind
    rows: int
    content: bytes


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kind: Kind = draw(st.sampled_from(("customers", "products", "orders", "events", "stock")))
    presets = [preset for (_, of_kind), preset in PRESETS.items() if of_kind == kind]
    names = [list(COLUMNS[kind])]
    for preset in presets:
        names.append([several[0] for several in preset.names().values() if several])
        names[-1] += [name for name in preset.signs if name not in names[-1]]
    columns = draw(st.sampled_from(names))
    columns = [
        *columns,
        *draw(st.lists(st.sampled_from(("Note", "Type", "Parent", "Tags")), unique=True)),
    ]
    columns = list(dict.fromkeys(columns))
    cell = st.one_of(st.sampled_from(CELLS), st.text(max_size=8))
    row = st.lists(cell, min_size=len(columns), max_size=len(columns))
    rows = draw(st.lists(row, min_size=1, max_size=8))
    separator = draw(st.sampled_from((",", ";", "\t", "|")))
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=separator,
        quoting=draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
        lineterminator=draw(st.sampled_from(("\n", "\r\n"))),
    )
    writer.writerows([columns, *rows])
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16")))
    return Table(kind, len(rows), out.getvalue().encode(encoding, "replace"))


@pytest.fixture(scope="module", params=KINDS)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    with fresh_url(request.param, tmp_path_factory.mktemp("fuzz")) as url:
        upgrade(url)
        found = open_database(url)
        yield found
        found.close()


def bring_in(database: Database, folder: Path, kind: Kind, content: bytes, *, told: bool) -> int:
    """Rows that were read, all of them accounted for; -1 when a person has to decide."""
    path = folder / "file.csv"
    path.write_bytes(content)
    wanted = Wanted(decimals=".", day_order="day-first") if told else None
    try:
        report = import_file(
            database,
            kind,
            path,
            rejects=folder / "r.csv",
            now=NOW,
            creates_products=True,
            wanted=wanted,
        )
    except ImportProblem:
        return -1
    assert report.read == report.kept + report.repaired + report.refused
    return report.read


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=tables(), told=st.booleans())
def test_each_row_of_a_sound_file_is_kept_repaired_or_refused(
    database: Database, tmp_path_factory: pytest.TempPathFactory, table: Table, told: bool
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert bring_in(database, folder, table.kind, table.content, told=told) in {table.rows, -1}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    table=tables(),
    place=st.floats(0, 1),
    damage=st.sampled_from((b'"', b'\\"', b"\n", b"\xff", b",", b"\x00", b"\r")),
)
def test_a_damaged_file_is_accounted_for_as_well(
    database: Database,
    tmp_path_factory: pytest.TempPathFactory,
    table: Table,
    place: float,
    damage: bytes,
) -> None:
    at = int(place * len(table.content))
    content = table.content[:at] + damage + table.content[at:]
    bring_in(database, tmp_path_factory.getbasetemp(), table.kind, content, told=True)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(("customers", "products", "orders", "events", "stock")),
    content=st.binary(max_size=400),
)
def test_bytes_that_are_no_table_are_refused(
    database: Database, tmp_path_factory: pytest.TempPathFactory, kind: Kind, content: bytes
) -> None:
    bring_in(database, tmp_path_factory.getbasetemp(), kind, content, told=False)
