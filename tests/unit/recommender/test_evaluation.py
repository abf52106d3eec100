"""Files, metrics and protocols against answers worked out by hand."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from typer.testing import CliRunner

from concierge.cli.main import build
from recommender.data import BadInteractions, Interactions, text_id
from recommender.evaluation.metrics import estimate, ranking_metrics
from recommender.evaluation.protocols import held_out, session_metrics, session_prefixes
from recommender.evaluation.reading import read_interactions, read_items


def test_ids_have_one_spelling() -> None:
    assert [text_id(value) for value in (7, 7.0, "7", " 7 ", np.int32(7), 7.5)] == [
        "7",
        "7",
        "7",
        "7",
        "7",
        "7.5",
    ]
    assert [text_id(value) for value in (None, float("nan"), "", "nan", "<NA>")] == [None] * 5


def test_rows_without_id_or_number_are_dropped_and_duplicates_kept_once() -> None:
    data = Interactions.from_rows(
        ["a", None, "a", "a", "b", "b"],
        [1, 1, float("nan"), 1.0, 2, 2],
        [1.0, 1.0, 1.0, 5.0, 2.0, float("nan")],
        [10, 10, 10, 10, 20, 30],
    )
    assert data.dropped == 4
    assert [data.user_ids[place] for place in data.user] == ["a", "b"]
    assert [data.item_ids[place] for place in data.item] == ["1", "2"]
    assert data.weight.tolist() == [5.0, 2.0]


def test_columns_of_other_lengths_and_words_for_numbers_are_refused() -> None:
    with pytest.raises(BadInteractions, match="column item has 1 rows, column user has 2"):
        Interactions.from_rows(["a", "b"], ["x"])
    with pytest.raises(BadInteractions, match="column weight must hold numbers"):
        Interactions.from_rows(["a"], ["x"], ["much"])


def test_histories_run_from_old_to_new() -> None:
    data = Interactions.from_rows(["u", "v", "u"], ["a", "a", "b"], None, [30.0, 5.0, 20.0])
    items, _, times = data.histories.of(0)
    assert [data.item_ids[place] for place in items] == ["b", "a"]
    assert times.tolist() == [20.0, 30.0]
    again = data.histories.take([1, 0])
    assert again.start.tolist() == [0, 1, 3]


def test_ranking_metrics_by_hand() -> None:
    places = np.asarray([[3, 1, 0], [2, -1, -1], [0, 1, 2]], dtype=np.int32)
    wanted = sparse.csr_matrix((np.ones(3), ([0, 0, 1], [1, 2, 0])), shape=(3, 4))
    found = ranking_metrics(places, wanted, np.asarray([1, 0, 0]), [2, 3])
    ideal = 1 + 1 / np.log2(3)
    assert found["recall@2"][0] == pytest.approx(1 / 3)
    assert found["ndcg@2"][0] == pytest.approx((1 / np.log2(3)) / ideal)
    assert found["mrr@3"][0] == pytest.approx(0.5)
    assert found["map@3"][0] == pytest.approx(0.5 / 3)
    assert found["precision@3"][0] == pytest.approx(1 / 3)
    assert found["hit_rate@3"].tolist()[:2] == [1.0, 0.0]
    assert np.isnan(found["recall@2"][2])


def test_intervals_hold_the_mean_and_shrink_with_more_users() -> None:
    rng = np.random.default_rng(0)
    values = rng.random(2000)
    few, many = estimate(values[:50], rng), estimate(values, rng)
    assert few.low < few.mean < few.high
    assert many.high - many.low < few.high - few.low
    assert many.high - many.low == pytest.approx(4 * values.std() / np.sqrt(2000), rel=0.15)
    assert np.isnan(estimate(np.asarray([np.nan]), rng).mean)


def test_validation_takes_a_fifth_but_two_of_each_user() -> None:
    users = [u for u, n in (("a", 20), ("b", 5), ("c", 2)) for _ in range(n)]
    data = Interactions.from_rows(users, list(range(27)))
    rest, held = held_out(data, "all-ranking", np.random.default_rng(0))
    assert np.bincount(held.user, minlength=3).tolist() == [4, 2, 0]
    assert len(rest.user) + len(held.user) == 27
    rest, held = held_out(data, "next-item", np.random.default_rng(0))
    assert [data.item_ids[place] for place in held.item] == ["19", "24", "26"]


def test_sessions_are_asked_at_every_position() -> None:
    data = Interactions.from_rows(["s", "s", "s", "t"], ["a", "b", "a", "c"], None, [1, 2, 3, 4])
    prefixes, wanted = session_prefixes(data.histories)
    assert [prefixes.of(row)[0].tolist() for row in range(2)] == [[0], [0, 1]]
    assert wanted.tolist() == [1, 0]
    found = session_metrics(np.asarray([[1, 0], [2, 0]]), wanted, [2])
    assert found["mrr@2"].tolist() == [1.0, 0.5]


FILES = {
    "plain.csv": "user,item,rating,timestamp\nu1,i1,3,100\nu2,i2,4,200\n",
    "typed.inter": "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    "u1\ti1\t3\t100\nu2\ti2\t4\t200\n",
    "bare.tsv": "1\t1\t3\t100\n2\t2\t4\t200\n",
    "dates.csv": "Item;User;Date;Rating\ni1;u1;1970-01-01T00:01:40Z;3\n"
    "i2;u2;1970-01-01 00:03:20;4\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_usual_files_are_understood(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    data = read_interactions(tmp_path / name).interactions()
    assert data.weight.tolist() == [3.0, 4.0]
    assert data.time.tolist() == [100.0, 200.0]
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress(FILES[name].encode()))
    assert read_interactions(packed).interactions().user_ids == data.user_ids


def test_arrays_and_parquet_are_understood(tmp_path: Path) -> None:
    import pandas

    np.savez(tmp_path / "a.npz", user=np.asarray([3, 1]), item=np.asarray([7, 7]))
    assert read_interactions(tmp_path / "a.npz").interactions().user_ids == ("3", "1")
    frame = pandas.DataFrame(
        {
            "household_id": ["h", "h"],
            "product_id": [5.0, 6.0],
            "transaction_timestamp": pandas.to_datetime(["2017-01-01", "2017-01-02"]),
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    data = read_interactions(tmp_path / "a.parquet").interactions()
    assert data.item_ids == ("5", "6")
    assert data.time[1] - data.time[0] == 86_400


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("user,price\nu,1\n", "column 'item' is missing"),
        ("user,item\n", "there are no rows"),
        ("", "is empty"),
        ("user,item,rating\nu,i\n", "row 2 has 2 fields, the header 3"),
        ("user,item,rating\nu,i,good\n", "column rating, row 2: 'good' is not a number"),
        ("user,item,timestamp\nu,i,soon\n", "column timestamp, row 2: 'soon' is neither"),
    ],
)
def test_bad_files_are_named_with_the_row(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInteractions, match=message) as error:
        read_interactions(path)
    assert "bad.csv" in str(error.value)


def test_items_have_attributes_and_text(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("item_id,title,genres,colour\n1,Toy Story,comedy|family,red\n2,,,\n", "utf-8")
    items = read_items(path)
    assert items.ids == ("1", "2")
    assert items.texts == ("Toy Story", "")
    assert items.attributes[0] == {"genres=comedy", "genres=family", "colour=red"}
    assert items.attributes[1] == frozenset()


def evaluated(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build(["recommend"]), ["recommend", "evaluate", *arguments])
    return result.exit_code, result.output


def two_tastes(path: Path, *, last: bool) -> Path:
    """Thirty users of two tastes; train holds all but one item of each, test the rest."""
    rows = ["user,item,rating,timestamp"]
    for user in range(30):
        own = [item for item in range(16) if item % 2 == user % 2]
        held = own[(user // 2) % len(own)]
        chosen = [held] if last else [item for item in own if item != held]
        rows += [f"u{user},i{item},{1 + item % 5},{1000 + item}" for item in chosen]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_command_measures_and_writes_flat_figures(tmp_path: Path) -> None:
    train = two_tastes(tmp_path / "train.csv", last=False)
    test = two_tastes(tmp_path / "test.csv", last=True)
    figures = tmp_path / "figures.json"
    code, output = evaluated(
        "--train",
        str(train),
        "--test",
        str(test),
        "--model",
        "item-knn",
        "--k",
        "1,5",
        "--json",
        str(figures),
        "--plots",
        str(tmp_path / "plots"),
    )
    assert code == 0, output
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["model"] == "item-knn"
    assert found["recall@1"] == found["ndcg@5"] == 1.0
    assert found["recall@1_low"] <= found["recall@1"] <= found["recall@1_high"]
    assert found["users"] == 30
    assert "fit_seconds" in found
    assert (tmp_path / "plots" / "groups.png").stat().st_size > 1000


def test_the_command_names_what_is_wrong(tmp_path: Path) -> None:
    train = two_tastes(tmp_path / "train.csv", last=False)
    for arguments, message in (
        (["--model", "magic"], "--model must be best or one of"),
        (["--protocol", "none"], "--protocol must be one of"),
        (["--k", "ten"], "--k must be whole numbers"),
        (["--k", "0"], "--k must be 1 or more"),
        ([], "--test is needed"),
        (["--test", str(tmp_path / "none.csv")], "no such file"),
    ):
        code, output = evaluated("--train", str(train), *arguments)
        assert (code, message in output) == (2, True), output
