"""Short cuts of serving against the plain way: columns, partial sorts, products of one row."""

import threading
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sqlalchemy.orm import Session

from kit.database import open_database, upgrade
from recommender.models.products import times
from recommender.ranking import filled, first_best
from recommender.serving.candidates import Candidate
from recommender.serving.labels import Labels
from recommender.serving.mixing import diverse
from recommender.serving.qualities import QUALITIES
from recommender.serving.shelf import Shelf, read_shelf
from recommender.serving.snapshots import FRESH_SECONDS, Pause, Snapshots
from recommender.serving.wishes import Reason
from shop.catalogue import ProductFilter, has_attribute
from shop.demo import make_demo

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    url = f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop.db"
    upgrade(url)
    database = open_database(url)
    make_demo(database, now=NOW, customers=20, products=120, days=130)
    with database.reading() as session:
        found = read_shelf(session, NOW)
    database.close()
    return found


def test_labels_answer_like_a_comparison_of_words() -> None:
    words = ["red", "blue", "red", "", "green"]
    labels = Labels.of(words)
    assert [labels[row] for row in range(len(labels))] == words
    assert labels.among(["red", "pink", ""]).tolist() == [True, False, True, True, False]
    assert labels.among(["red"], np.array([1, 2])).tolist() == [False, True]
    assert labels.same_as(0).tolist() == [word == words[0] for word in words]
    assert labels.same_as(2, np.array([1, 2])).tolist() == [False, True]
    assert Labels.of([]).among(["red"]).tolist() == []


def test_attributes_are_found_as_by_looking_at_each_product(shelf: Shelf) -> None:
    asked = {
        (name, part.strip())
        for held in shelf.attributes
        for name, value in held.items()
        for part in str(value).split(",")
    }
    assert len(asked) > 20
    for name, value in [*asked, ("season", "WINTER"), ("material", ""), ("nothing", "at all")]:
        plain = [has_attribute(held, name, value) for held in shelf.attributes]
        assert shelf.having(name, value).tolist() == plain, (name, value)


@pytest.mark.parametrize("shelves", [0, 1, 100])
def test_filters_hold_for_one_variant_whether_few_or_all_are_looked_at(
    shelf: Shelf, shelves: int
) -> None:
    categories = shelf.category.names[:shelves]
    price = float(np.median(shelf.variant_price))
    colours = shelf.colour.names[:4]
    filters = ProductFilter(
        categories=categories, colours=colours, price_max=Decimal(price), in_stock=True
    )
    found = shelf.allowed(filters)
    plain = np.zeros(len(shelf), dtype=bool)
    for place, row in enumerate(shelf.variant_row.tolist()):
        plain[row] |= (
            (not categories or shelf.category[row] in categories)
            and shelf.colour[place] in colours
            and shelf.variant_price[place] <= price
            and shelf.stock[place] > 0
        )
    assert found.tolist() == plain.tolist()
    assert 0 < found.sum() < len(shelf)


def test_qualities_are_those_of_the_attributes(shelf: Shelf) -> None:
    for name, read in QUALITIES.items():
        plain = [read(held) for held in shelf.attributes]
        assert [None if np.isnan(one) else one for one in shelf.qualities[name]] == plain
    assert np.isfinite(shelf.qualities["heavy"]).any()


def test_the_first_best_are_those_of_a_stable_sort() -> None:
    rng = np.random.default_rng(0)
    for values in (rng.integers(0, 5, 200), rng.standard_normal(50), np.zeros(30), np.zeros(0)):
        values = values.astype(float)
        whole = np.argsort(-values, kind="stable")
        for count in (0, 1, 7, 29, 30, 500):
            assert first_best(values, count).tolist() == whole[:count].tolist()


def test_popular_items_fill_up_in_the_order_of_a_full_sort() -> None:
    popularity = np.array([1, 3, 3, 0, 3, 2], np.float32)
    scores = np.array([[0, 0, 0, 5, 0, 0]], np.float32)
    ok = np.array([[True, True, True, True, False, True]])
    places, values = filled(scores, popularity, 4, ok)
    assert places.tolist() == [[3, 1, 2, 5]]
    assert values.tolist() == [[5, 0, 0, 0]]


def test_one_row_times_a_table_is_the_same_to_the_last_bit() -> None:
    rng = np.random.default_rng(0)
    table = sparse.random(60, 80, 0.2, "csr", np.float32, rng)
    rows = sparse.random(5, 60, 0.3, "csr", np.float32, rng)
    whole = np.asarray((rows @ table).toarray())
    assert np.array_equal(times(rows, table), whole)
    for row in range(5):
        assert np.array_equal(times(rows[row], table)[0], whole[row])
    assert not times(sparse.csr_matrix((1, 60), dtype=np.float32), table).any()


def test_a_diverse_list_repeats_less_and_starts_with_the_best(shelf: Shelf) -> None:
    alike = np.flatnonzero(shelf.category.code == shelf.category.code[0])[:5]
    other = int(np.flatnonzero(shelf.category.code != shelf.category.code[0])[0])
    found = [Candidate(int(row), 1.0 - 0.01 * n, Reason("new")) for n, row in enumerate(alike)]
    found.append(Candidate(other, 0.9, Reason("new")))
    assert [one.row for one in diverse(found, shelf, 2, 0.5)] == [int(alike[0]), other]
    assert diverse(found, shelf, 3, 0.0) == found[:3]
    assert len(diverse(found, shelf, 50, 0.5)) == len(found)
    assert diverse([], shelf, 4, 0.5) == []


def test_a_stale_snapshot_is_given_while_the_next_is_read(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/empty.db")
    go, steps = threading.Event(), []
    answers = iter(["first", "second", ValueError("the database went away"), "third"])

    def read(_session: Session, key: str, _now: datetime, pause: Pause) -> str:
        found = next(answers)
        if found != "first":
            go.wait(60)
        pause()
        steps.append(found)
        if isinstance(found, ValueError):
            raise found
        return f"{key} {found}"

    clock = [0.0]
    snapshots = Snapshots("a test", read)

    def ask() -> str:
        with database.reading() as session:
            return snapshots.of(session, NOW, "k", monotonic=lambda: clock[0])

    def renewed() -> None:
        for thread in threading.enumerate():
            if thread.name == "a test":
                thread.join(60)

    assert [ask(), ask()] == ["k first", "k first"]
    clock[0] += FRESH_SECONDS + 1
    assert [ask(), ask()] == ["k first", "k first"]
    go.set()
    renewed()
    assert ask() == "k second"
    clock[0] += FRESH_SECONDS + 1
    assert ask() == "k second"
    renewed()
    assert ask() == "k second"
    assert [type(one) for one in steps] == [str, str, ValueError]
    snapshots.forget()
    assert ask() == "k third"
    database.close()
