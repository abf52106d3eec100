"""Files of passages and queries, and figures with intervals."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from concierge.cli.knowledge import app
from encoders.shared import Encoders
from knowledge.evaluation import compare, figures
from knowledge.passages import BadPassages, FiledPassage, Query, read_passages, read_queries

LABELS = {"shipping": "parcel delivery arrive", "refund": "money back refund", "login": "password"}


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def made(each: int = 6) -> tuple[list[FiledPassage], list[Query]]:
    randomness = np.random.default_rng(1)
    passages, queries = [], []
    for label, words in LABELS.items():
        for number in range(each):
            text = " ".join(randomness.permutation([*words.split(), f"noise{number}", "please"]))
            passages.append(FiledPassage(f"{label}{number}", text, "", label))
        queries.append(Query(f"please {words.split()[0]}", f"label {label}"))
    return passages, queries


def test_ours_and_both_peers_are_measured_on_the_same_queries(data_dir: Path) -> None:
    passages, queries = made()
    compared = compare(passages, queries, encoders=Encoders(data_dir), language="en")
    assert {name: ranks.tolist() for name, ranks in compared.ranks.items()} == {
        "": [1, 1, 1],
        "bm25": [1, 1, 1],
        "encoder": [1, 1, 1],
    }
    found = figures(compared)
    assert (found["recall@1"], found["recall@1_low"], found["mrr_over_bm25"]) == (1.0, 1.0, 0.0)


def test_what_is_not_found_counts_nothing(data_dir: Path) -> None:
    from dataclasses import replace

    passages, queries = made()
    compared = compare(passages, queries, encoders=Encoders(data_dir), language="en")
    worse = replace(compared, ranks={**compared.ranks, "": np.array([0, 2, 6])})
    found = figures(worse)
    assert found["recall@1"] == 0
    assert found["recall@5"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["mrr"] == pytest.approx((0 + 1 / 2 + 1 / 6) / 3, abs=1e-4)
    assert found["recall@1_over_bm25_high"] == -1.0


def test_queries_to_learn_from_are_used(data_dir: Path) -> None:
    passages = [
        FiledPassage("a", "parcels take three days", "Delivery", None),
        FiledPassage("b", "we pay you back in a week", "Refunds", None),
    ]
    train = [Query(f"money number {number}", "b") for number in range(5)]
    train += [Query(f"when number {number}", "a") for number in range(5)]
    compared = compare(
        passages,
        [Query("Delivery", "a"), Query("Refunds", "b")],
        encoders=Encoders(data_dir),
        language="en",
        train=train,
    )
    assert compared.ranks[""].tolist() == [1, 1]


def test_files_of_both_kinds_are_read(tmp_path: Path) -> None:
    passages = write(tmp_path / "p.csv", "\ufeffid,text,title\na,Alpha,One\nb,Beta,\n")
    filed = read_passages(passages)
    assert [(one.id, one.text, one.title, one.group) for one in filed] == [
        ("a", "Alpha", "One", "a"),
        ("b", "Beta", "", "b"),
    ]
    queries = tmp_path / "q.jsonl.gz"
    queries.write_bytes(gzip.compress(b'{"text": "x", "passage_id": "b"}\n\n'))
    assert read_queries(queries, filed) == [Query("x", "b")]
    labelled = read_passages(write(tmp_path / "l.csv", "text,label\nA,one\nB,two\n"))
    assert [one.id for one in labelled] == ["1", "2"]
    found = read_queries(write(tmp_path / "q.csv", "text,label\nx,two\n"), labelled)
    assert found == [Query("x", "label two")]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("p.csv", "id,text\na,\nb,B\n", "row 1: text is empty"),
        ("p.csv", "id,text\n,A\nb,B\n", "row 1: id is missing"),
        ("p.csv", "id,text\na,A\na,B\n", "row 2: id 'a' stands in an earlier row too"),
        ("p.csv", "id,text\na,A\n", "at least two passages"),
        ("p.csv", "id,text,label\na,A,x\nb,B,\n", "label must be set in every row or in none"),
        ("p.csv", "id,body\na,A\n", "the first row must name the columns"),
        ("p.jsonl", "{", "row 1: is not JSON"),
        ("p.jsonl", "[1]", "row 1: must be an object"),
        ("p.txt", "A", "must end in .csv or .jsonl"),
    ],
)
def test_bad_passages_are_named(tmp_path: Path, name: str, text: str, reason: str) -> None:
    with pytest.raises(BadPassages, match=rf"^{name}.*{reason}"):
        read_passages(write(tmp_path / name, text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("text,passage_id\nx,c\n", "row 1: no passage has the id 'c'"),
        ("text,label\nx,c\n", "row 1: no passage has the label 'c'"),
        ("text,label\nx,\n", "row 1: passage_id or label is missing"),
        ("text,label\n,c\n", "row 1: text is empty"),
        ("text,label\n", "has no queries"),
    ],
)
def test_bad_queries_are_named(tmp_path: Path, text: str, reason: str) -> None:
    filed = [FiledPassage("a", "A", "", None), FiledPassage("b", "B", "", None)]
    with pytest.raises(BadPassages, match=rf"^q\.csv.*{reason}"):
        read_queries(write(tmp_path / "q.csv", text), filed)


def test_other_encodings_and_broken_archives_are_named(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_bytes("id,text\na,Grüße\n".encode("latin-1"))
    with pytest.raises(BadPassages, match=r"p\.csv is not UTF-8"):
        read_passages(tmp_path / "p.csv")
    (tmp_path / "p.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(BadPassages, match=r"p\.csv\.gz cannot be read"):
        read_passages(tmp_path / "p.csv.gz")


def test_the_command_prints_writes_and_draws(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(data_dir))
    monkeypatch.setattr("encoders.shared.ensure_exports", lambda folder: None)
    passages = write(tmp_path / "p.csv", "id,text\na,parcels arrive\nb,money back\n")
    queries = write(tmp_path / "q.csv", "text,passage_id\nmoney,b\nparcels,a\n")
    given = ["evaluate", "--passages", str(passages), "--queries", str(queries)]
    result = CliRunner().invoke(app, [*given, "--json", "f.json", "--plots", "drawn"])
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "f.json").read_text("utf-8"))
    assert (found["recall@1"], found["queries"], found["index"]) == (1.0, 2, "flat")
    assert (tmp_path / "drawn" / "recall.png").read_bytes().startswith(b"\x89PNG")
    bad = CliRunner().invoke(app, [*given[:-1], "nowhere.csv"])
    assert bad.exit_code == 2
    assert "nowhere.csv is not there" in bad.output
