"""Files and columns are read as they are meant, or refused by name."""

import datetime as dt
import gzip
from pathlib import Path

import pandas as pd
import pytest

from insights.tables import BadData, dates, read_table

TODAY = dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["03.04.2026", "31.01.2026"], ["2026-04-03", "2026-01-31"]),
        (["03.04.2026", "04.04.2026"], ["2026-04-03", "2026-04-04"]),
        (["03/04/2026", "31/01/2026"], ["2026-04-03", "2026-01-31"]),
        (["3/4/2026", "1/31/2026"], ["2026-03-04", "2026-01-31"]),
        (["2026-03-04", "04.03.2026 10:00"], ["2026-03-04", "2026-03-04"]),
        ([20260304, 20260131.0], ["2026-03-04", "2026-01-31"]),
    ],
)
def test_a_column_writes_days_and_months_in_one_order(
    written: list[object], read: list[str]
) -> None:
    found = dates(pd.DataFrame({"day": written}), "day", "--date", TODAY)
    assert [str(one) for one in found] == read


def test_a_price_is_no_date() -> None:
    with pytest.raises(BadData, match=r"--date 'price': 1 rows hold no date, the first is row 2"):
        dates(pd.DataFrame({"price": [20260131, 3.5]}), "price", "--date", TODAY)


@pytest.mark.parametrize("header", ["a,b,a", '"a", b, a', "a\tb\ta", "a b a"])
def test_a_column_that_stands_there_twice_is_refused(header: str, tmp_path: Path) -> None:
    separator = "\t" if "\t" in header else "," if "," in header else " "
    (tmp_path / "rows.csv").write_text(f"{header}\n{separator.join('123')}\n")
    with pytest.raises(BadData, match="column 'a' stands there twice; rename one of them"):
        read_table(tmp_path / "rows.csv")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (",a,b\n0,1,2\n", ["Unnamed: 0", "a", "b"]),
        ('"x, y","x, z"\n1,2\n', ["x, y", "x, z"]),
        ("a,b\n1,2,3\n4,5,6\n", ["a", "b"]),
        ("1,2\n3,4\n", ["0", "1"]),
        ("\ufeffa; b\n1;2\n", ["a", "b"]),
    ],
)
def test_columns_are_called_as_the_header_says(text: str, names: list[str], tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(text, encoding="utf-8")
    assert list(read_table(tmp_path / "rows.csv").columns) == names


def test_a_broken_packed_file_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 99))
    packed[10] ^= 255
    (tmp_path / "rows.csv.gz").write_bytes(packed)
    with pytest.raises(BadData, match=r"rows\.csv\.gz: cannot be read"):
        read_table(tmp_path / "rows.csv.gz")
