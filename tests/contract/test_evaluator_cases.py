"""Files after reports of real evaluations: read rightly, or refused with the reason."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from forecasting.inventory.cases import BadCases, read_cases, solve
from forecasting.series_checks import BadSeries
from forecasting.series_files import SeriesFiles, read_files
from recommender.evaluation.reading import Table, read_interactions
from recommender.evaluation.run import notes_on_meeting
from research.benchmarks.real_input import shared_data

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 25)
pytestmark = pytest.mark.real_data


def case(name: str) -> Path:
    """The folder of a case; skips without the data."""
    try:
        folder = shared_data(ROOT) / "shop_files" / "cases" / name
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if not folder.is_dir():
        pytest.skip(f"{name} is not among the files")
    return folder


def tables(name: str) -> tuple[Table, Table]:
    return read_interactions(case(name) / "train.csv"), read_interactions(case(name) / "test.csv")


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("b01_movielens_header", lambda table: table.items[0] == "i00"),
        ("b03_ids_as_floats", lambda table: table.users[0] == "0"),
        ("b06_cr_line_ends", lambda table: table.users[0] == "u0"),
        ("b08_dates_with_utc", lambda table: table.times[0] == 1_704_931_200),
        ("b09_nan_ratings_empty_times", lambda table: np.nanmin(table.times) > 1_700_000_000),
    ],
)
def test_interactions_are_read(name: str, look: Callable[[Table], bool]) -> None:
    train, test = tables(name)
    assert look(train)
    notes = notes_on_meeting(train.interactions(), test.interactions())
    assert [note for note in notes if "share no" in note] == []


def test_a_hated_item_is_not_learnt_from() -> None:
    train, _ = tables("b10_negative_feedback")
    liked, dislikes = train.liked()
    assert dislikes > 0
    assert liked.ratings is not None
    assert min(liked.ratings) > 0


def test_a_test_file_that_is_the_train_file_is_told() -> None:
    train, test = (table.interactions() for table in tables("b14_test_equals_train"))
    (note,) = notes_on_meeting(train, test)
    assert note.startswith("more than half of test stands in train already")


def series(name: str) -> SeriesFiles:
    return read_files(case(name) / "train.csv", case(name) / "test.csv", today=TODAY)


@pytest.mark.parametrize(
    ("name", "frequency", "horizon"),
    [
        ("c01_yyyymmdd_numbers", "day", 14),
        ("c02_yyyymm_numbers", "month", 6),
        ("c10_semicolon", "day", 14),
    ],
)
def test_series_are_read(name: str, frequency: str, horizon: int) -> None:
    files = series(name)
    assert (files.panel.frequency, files.actual.shape[1], files.notes) == (frequency, horizon, ())


def test_gaps_of_both_files_follow_the_history() -> None:
    files = series("c18_sparse_train_zero_in_test")
    assert {note.rpartition(" filled with ")[2] for note in files.notes} == {"0, as nothing sold"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("c04_dst_hour_twice", "has 2024-10-27 02:00:00 twice"),
        ("c09_empty_numeric_ds", "train.csv, row 4: ds is empty"),
        ("c11_kaggle_header", r"name the columns unique_id .* ds .* and y"),
    ],
)
def test_series_that_cannot_be_used_say_why(name: str, says: str) -> None:
    with pytest.raises(BadSeries, match=says):
        series(name)


def test_results_beyond_numbers_are_refused() -> None:
    (overflow,) = read_cases(case("d76_overflow") / "cases.json")
    with pytest.raises(BadCases, match=r"case eoq .*too large to be a number"):
        solve(overflow)
