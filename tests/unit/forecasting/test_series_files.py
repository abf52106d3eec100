"""Files of series: both forms, and every way in which one can be wrong."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.series_checks import BadSeries
from forecasting.series_files import SeriesFiles, read_files

TODAY = date(2026, 11, 25)
WEEKS = [f"2026-0{month}-{day:02d}" for month, day in ((1, 5), (1, 12), (1, 19), (1, 26), (2, 2))]


def long(folder: Path, train: str, test: str = "a,2026-02-09,4\n", **options: bool) -> SeriesFiles:
    heading = train.split("\n", 1)[0] + "\n" if train.startswith("unique") else "unique_id,ds,y\n"
    (folder / "train.csv").write_text(train if train.startswith("unique") else heading + train)
    (folder / "test.csv").write_text(heading + test)
    return read_files(folder / "train.csv", folder / "test.csv", today=TODAY, **options)


def weekly(values: list[float], name: str = "a") -> str:
    return "".join(f"{name},{day},{y}\n" for day, y in zip(WEEKS, values, strict=False))


def test_long_rows_become_a_panel_ending_on_their_last_day(tmp_path: Path) -> None:
    files = long(
        tmp_path, weekly([1, 2, 0, 4, 5]) + weekly([7, 8], "b"), "a,2026-02-09,4\nb,2026-01-19,9\n"
    )
    assert files.panel.ids == ("a", "b")
    assert files.panel.frequency == "week"
    assert files.panel.last_days == (date(2026, 2, 2), date(2026, 1, 12))
    np.testing.assert_array_equal(files.panel.series(0), [1, 2, 0, 4, 5])
    np.testing.assert_array_equal(files.panel.series(1), [7, 8])
    np.testing.assert_array_equal(files.actual, [[4], [9]])
    assert files.notes == ()


def test_parquet_holds_the_same_as_csv(tmp_path: Path) -> None:
    expected = long(tmp_path, weekly([1, 2, 0, 4, 5]))
    for name in ("train", "test"):
        frame = pd.read_csv(tmp_path / f"{name}.csv", dtype={"unique_id": str})
        frame.to_parquet(tmp_path / f"{name}.parquet")
    files = read_files(tmp_path / "train.parquet", tmp_path / "test.parquet", today=TODAY)
    np.testing.assert_array_equal(files.panel.values, expected.panel.values)


def test_wide_rows_are_ragged_and_named_by_frequency(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("V1,V2,V3,V4\nW1,1,2,3\nW2,5,6,NA\n")
    (tmp_path / "test.csv").write_text("V1,V2\nW2,7\nW1,4\n")
    files = read_files(tmp_path / "train.csv", tmp_path / "test.csv", today=TODAY)
    assert files.panel.frequency == "week"
    np.testing.assert_array_equal(files.panel.values, [[1, 2, 3], [np.nan, 5, 6]])
    np.testing.assert_array_equal(files.actual, [[4], [7]])


def test_missing_weeks_of_rows_written_only_for_sales_count_as_no_sale(tmp_path: Path) -> None:
    rows = weekly([1, 2, 3, 4, 5]).replace("a,2026-01-19,3\n", "")
    files = long(tmp_path, rows)
    np.testing.assert_array_equal(files.panel.series(0), [1, 2, 0, 4, 5])
    assert files.notes == ("train.csv: 1 missing steps filled with 0, as nothing sold",)


def test_missing_weeks_among_written_zeros_are_bridged(tmp_path: Path) -> None:
    rows = weekly([0, 2, 3, 4, 5]).replace("a,2026-01-19,3\n", "")
    files = long(tmp_path, rows)
    np.testing.assert_array_equal(files.panel.series(0), [0, 2, 3, 4, 5])
    assert files.notes == ("train.csv: 1 missing steps filled with a straight line",)


def test_what_is_known_beforehand_reaches_into_the_future(tmp_path: Path) -> None:
    heading = "unique_id,ds,y,price,promotion,holiday,stock_out\n"
    rows = "".join(
        f"a,{day},{y},9.5,{int(y == 5)},0,{int(y == 0)}\n"
        for day, y in zip(WEEKS, [1, 2, 0, 4, 5], strict=True)
    )
    files = long(tmp_path, heading + rows, "a,2026-02-09,4,8.0,1,0,0\n")
    np.testing.assert_array_equal(files.panel.known["price"], [[9.5] * 5 + [8.0]])
    np.testing.assert_array_equal(files.panel.future("promotion", 1), [[1]])
    assert files.panel.censored is not None
    np.testing.assert_array_equal(files.panel.censored, [[False, False, True, False, False]])
    with pytest.raises(ValueError, match="price is known for 1 future steps, 2 are asked for"):
        files.panel.future("price", 2)


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ("a,2026-01-05,1\na,2026-01-12,x\n", "train.csv, row 3: y is 'x', not a number"),
        ("a,2026-01-05,1\na,2026-01-12,\n", "train.csv, row 3: y is nan, not a number"),
        ("a,2026-01-05,1\na,soon,2\n", "train.csv, row 3: ds is 'soon'"),
        ("a,2026-01-05,1\na,2026-01-05,2\n", "row 3: series a has 2026-01-05 twice"),
        ("a,2026-01-05,1\na,2026-01-12,-2\n", "row 3: y is negative; sales cannot be"),
        ("a,2026-01-05,1\na,2027-01-12,2\n", "row 3: 2027-01-12 lies in the future"),
        ("a,2026-01-05,1\na,2026-01-12,1e300\n", "row 3: y is beyond 1e\\+15"),
        ("a,2026-01-05,1\na,2026-01-12,inf\n", "row 3: y is beyond"),
        (",2026-01-05,1\n", "row 2: unique_id is empty"),
        (
            weekly([1, 2, 3]) + "b,2026-01-05,1\nb,2026-01-12,1\nb,2026-01-15,1\n",
            "series b does not keep the frequency of the file",
        ),
        ("unique_id,y\na,1\n", "no column ds"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, train: str, message: str) -> None:
    with pytest.raises(BadSeries, match=message):
        long(tmp_path, train)


def test_a_test_file_must_follow_its_history(tmp_path: Path) -> None:
    with pytest.raises(BadSeries, match="series a begins before its history ends"):
        long(tmp_path, weekly([1, 2, 3, 4, 5]), "a,2026-02-02,4\n")
    with pytest.raises(BadSeries, match=r"series \['z'\] are not in train.csv"):
        long(tmp_path, weekly([1, 2, 3, 4, 5]), "z,2026-02-09,4\n")


def test_values_below_zero_are_allowed_on_request(tmp_path: Path) -> None:
    files = long(tmp_path, weekly([1, -2, 0, 4, 5]), negative_allowed=True)
    assert not files.panel.is_sales[0]


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ("V1,V2,V3\nW1,1,x\n", "row 2, column V3: 'x' is not a number"),
        ("V1,V2,V3,V4\nW1,1,NA,3\n", "series W1 has a gap at column V3"),
        ("V1,V2\nW1,1\nW1,2\n", "series W1 stands there twice"),
        ("V1,V2,V3\nW1,NA,NA\n", "series W1 has no value"),
        ("V1,V2,V3\nW1,1,-3\n", "series W1 has negative values"),
        ("V1\nW1\n", "no series"),
    ],
)
def test_bad_wide_files_are_named(tmp_path: Path, train: str, message: str) -> None:
    (tmp_path / "train.csv").write_text(train)
    (tmp_path / "test.csv").write_text("V1,V2\nW1,4\n")
    with pytest.raises(BadSeries, match=message):
        read_files(tmp_path / "train.csv", tmp_path / "test.csv", today=TODAY)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSeries, match=r"none\.csv: no such file"):
        read_files(tmp_path / "none.csv", tmp_path / "none.csv", today=TODAY)


@pytest.mark.parametrize(
    ("days", "frequency"),
    [(("20230130", "20230131", "20230201"), "day"), (("202211", "202212", "202301"), "month")],
)
def test_days_written_as_numbers_are_days(
    tmp_path: Path, days: tuple[str, ...], frequency: str
) -> None:
    files = long(tmp_path, f"a,{days[0]},1\na,{days[1]},2\n", f"a,{days[2]},4\n")
    assert files.panel.frequency == frequency
    np.testing.assert_array_equal(files.panel.series(0), [1, 2])
    np.testing.assert_array_equal(files.actual, [[4]])


def test_plain_numbers_stay_positions(tmp_path: Path) -> None:
    files = long(tmp_path, "a,200012,1\na,200013,2\n", "a,200014,4\n")
    assert (files.panel.frequency, files.notes) == ("", ())


def test_one_rule_for_gaps_in_both_files(tmp_path: Path) -> None:
    """The test file says 0, the history never does: a gap is 0 in both, no line between sales."""
    files = long(
        tmp_path,
        "a,2026-01-01,3\na,2026-01-02,2\na,2026-01-04,3\n",
        "a,2026-01-05,4\na,2026-01-07,4\na,2026-01-08,0\n",
    )
    np.testing.assert_array_equal(files.panel.series(0), [3, 2, 0, 3])
    np.testing.assert_array_equal(files.actual, [[4, 0, 4, 0]])


def test_offsets_of_summer_and_winter_keep_the_hours_of_the_clock(tmp_path: Path) -> None:
    files = long(
        tmp_path,
        "a,2026-03-29T00:00:00+01:00,1\na,2026-03-29T01:00:00+01:00,2\n"
        "a,2026-03-29T02:00:00+02:00,3\n",
        "a,2026-03-29T03:00:00+02:00,4\n",
    )
    assert files.panel.frequency == "hour"
    np.testing.assert_array_equal(files.panel.series(0), [1, 2, 3])


def test_semicolons_separate_as_well(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("unique_id;ds;y\na;2026-01-01;1\na;2026-01-02;2\n")
    (tmp_path / "test.csv").write_text("unique_id;ds;y\na;2026-01-03;4\n")
    files = read_files(tmp_path / "train.csv", tmp_path / "test.csv", today=TODAY)
    np.testing.assert_array_equal(files.actual, [[4]])


@pytest.mark.parametrize(
    ("train", "says"),
    [
        ("unique_id,ds,y\na,1,5\na,,7\n", "train.csv, row 3: ds is empty"),
        (
            "unique_id,ds,y\na,2026-01-01 02:00:00,5\na,2026-01-01 02:00:00,6\n",
            "row 3: series a has 2026-01-01 02:00:00 twice",
        ),
        (
            "date,store,sales\n2026-01-01,1,11\n2026-01-02,1,12\n",
            "the first column, date, holds days",
        ),
    ],
)
def test_what_is_odd_is_told_with_its_row(tmp_path: Path, train: str, says: str) -> None:
    (tmp_path / "train.csv").write_text(train)
    (tmp_path / "test.csv").write_text(train)
    with pytest.raises(BadSeries, match=says):
        read_files(tmp_path / "train.csv", tmp_path / "test.csv", today=TODAY)
