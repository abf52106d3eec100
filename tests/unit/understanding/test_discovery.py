"""Discovery: known groups are found and named, doubtful messages asked for, wrong labels listed."""

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from encoders.scores import Vectors
from encoders.shared import Encoders
from kit.i18n import Language
from understanding.discovery import groups as groups_module
from understanding.discovery.asking import curve, doubts, first_questions, next_questions, rounds
from understanding.discovery.discover import assign, discover
from understanding.discovery.entries import (
    assigned,
    measured,
    read_entries,
    read_pool,
    read_test,
)
from understanding.discovery.groups import Groups, joined_where_confused
from understanding.discovery.health import check_examples
from understanding.discovery.left_out import PENALTY, judge
from understanding.discovery.names import named
from understanding.discovery.vectors import word_directions
from understanding.evaluation.examples import BadExamples

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("CONCIERGE_SHARED_DATA", ROOT.parent / "shared" / "data"))
WISHES = {
    "parcel": "where is my parcel",
    "refund": "please refund the money",
    "close": "close this account today",
    "hours": "when are you open",
    "voucher": "the voucher fails again",
    "colour": "have you got other colours",
}


class WordEncoders(Encoders):
    """Stands in for the encoders: a text is the mean of fixed directions of its words."""

    def __init__(self) -> None:
        super().__init__(Path("unused"))

    def encode(self, texts: Sequence[str], language: Language, kind: object = "query") -> Vectors:
        rows = [
            np.mean(
                [np.random.default_rng(sum(w.encode())).normal(size=48) for w in text.split()],
                axis=0,
            )
            for text in texts
        ]
        vectors = np.array(rows, np.float32)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def pool(count: int) -> tuple[list[str], list[str]]:
    """Messages and their wishes, each with words that stand for nothing."""
    rng = np.random.default_rng(3)
    kinds = [list(WISHES)[place % len(WISHES)] for place in range(count)]
    filler = [f"{''.join(chr(97 + sign) for sign in rng.integers(26, size=6))}" for _ in kinds]
    return [f"{one} {WISHES[kind]}" for kind, one in zip(kinds, filler, strict=True)], kinds


def blobs(count: int, kinds: int, seed: int = 0) -> tuple[Vectors, list[str]]:
    middles = np.random.default_rng(99).normal(size=(kinds, 24))
    which = [place % kinds for place in range(count)]
    vectors = middles[which] + 1.1 * np.random.default_rng(seed).normal(size=(count, 24))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32), [f"intent{kind}" for kind in which]


def test_known_groups_are_found_named_and_assigned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups_module, "RUNS", 12)
    messages, kinds = pool(240)
    test, truth = messages[:60], kinds[:60]
    found = discover(messages, WordEncoders(), "en")
    answers = assign(found, test, truth, {}, WordEncoders(), "en")
    assert found.groups.count == len(WISHES)
    assert answers.figures == {"acc": 1.0, "nmi": 1.0, "ari": 1.0, "intents": len(WISHES)}
    parcel = found.names[int(found.groups.labels[kinds.index("parcel")])]
    assert parcel.size == 40
    assert "parcel" in parcel.name
    assert all("parcel" in messages[place] for place in parcel.typical)
    again = discover(messages, WordEncoders(), "en")
    assert again.groups.labels.tolist() == found.groups.labels.tolist()


def test_too_few_messages_are_one_group() -> None:
    found = discover(["where is it", "where is my parcel"], WordEncoders(), "en")
    assert found.groups.count == 1
    assert assign(found, ["where"], None, {}, WordEncoders(), "en").answers == (0,)


def test_halves_of_one_crowd_become_one_and_neighbours_stay_two() -> None:
    rng = np.random.default_rng(0)
    crowd, other = rng.normal(size=(120, 6)), rng.normal(size=(60, 6))
    other[:, 1] += 9
    vectors = np.vstack([crowd, other]).astype(np.float32)
    halves = np.array([int(row[0] > 0) for row in crowd] + [2] * 60)
    joined = joined_where_confused(vectors, halves, 0.3)
    assert [len(set(part.tolist())) for part in (joined[:120], joined[120:])] == [1, 1]
    assert joined[0] != joined[-1]


def test_leaving_out_in_closed_form_is_leaving_out() -> None:
    vectors, intents = blobs(60, 3)
    whole = judge(vectors, intents)
    inputs = np.hstack([vectors, np.ones((60, 1))]).astype(np.float64)
    hot = np.eye(3)[whole.truth]  # as many of each, so all weigh 1
    size = inputs.shape[1]
    penalty = PENALTY * np.trace(inputs.T @ inputs) / size * size**0.5
    for gone in (0, 31, 59):
        rest = np.delete(np.arange(60), gone)
        gram = inputs[rest].T @ inputs[rest] + penalty * np.eye(size)
        scores = inputs[gone] @ np.linalg.solve(gram, inputs[rest].T @ hot[rest])
        expected = np.exp(scores / whole.classifier.temperature)
        assert whole.left_out[gone] == pytest.approx(expected / expected.sum(), abs=1e-3)


def test_names_are_words_of_the_group_not_of_all() -> None:
    texts = ["my parcel is late", "my parcel is lost", "my refund is late", "my refund is small"]
    groups = Groups(np.array([0, 0, 1, 1]), 2)
    names = named(texts, np.eye(4, dtype=np.float32), groups)
    assert [one.keywords[0].split()[-1] for one in names] == ["parcel", "refund"]
    assert "my" not in {word for one in names for word in one.keywords}


def test_measures_match_intents_one_to_one() -> None:
    truth = ["a", "a", "b", "b"]
    assert measured(truth, ["x", "x", "y", "y"])["acc"] == 1.0
    assert measured(truth, ["x", "x", "x", "x"]) == {"acc": 0.5, "nmi": 0.0, "ari": 0.0}


def test_entries_name_messages_by_number_or_text(tmp_path: Path) -> None:
    (tmp_path / "pool.txt").write_text("first one\nsecond one\n", "utf-8")
    messages = read_pool(tmp_path / "pool.txt")
    said = {"us": [{"intent_id": 3, "utterances": [1]}, {"intent_id": 4, "utterances": ["new"]}]}
    (tmp_path / "entries.json").write_text(json.dumps(said), "utf-8")
    entry = read_entries(tmp_path / "entries.json", messages)["us"]
    assert (entry.texts, entry.intents) == (("second one", "new"), ("3", "4"))


@pytest.mark.parametrize(
    ("utterances", "said"),
    [
        ([7], "beyond the pool"),
        ([-1], "beyond the pool"),
        (None, "not an object like"),
        (["a"], "at least two intents"),
    ],
)
def test_entries_that_cannot_be_used_are_refused(
    tmp_path: Path, utterances: object, said: str
) -> None:
    path = tmp_path / "entries.json"
    path.write_text(json.dumps({"us": [{"intent_id": 1, "utterances": utterances}]}), "utf-8")
    with pytest.raises(BadExamples, match=said):
        read_entries(path, ["first", "second"])


def test_a_packed_file_that_is_broken_or_absent_is_refused(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(json.dumps({"us": ["first"] * 99}).encode()))
    packed[10] ^= 255
    (tmp_path / "entries.json.gz").write_bytes(packed)
    with pytest.raises(BadExamples, match=r"entries.json.gz cannot be opened: .*pack it again"):
        read_entries(tmp_path / "entries.json.gz", ["first"])
    for read in (read_pool, read_test, lambda path: read_entries(path, ["first"])):
        with pytest.raises(BadExamples, match=r"none\.gz does not exist"):
            read(tmp_path / "none.gz")


def test_files_of_messages_are_refused_with_their_row(tmp_path: Path) -> None:
    (tmp_path / "pool.txt").write_text("one\n\nthree\n", "utf-8")
    (tmp_path / "test.jsonl").write_text('{"utterance": "a", "intent": "x"}\n{"intent": "x"}\n')
    with pytest.raises(BadExamples, match=r"pool.txt, row 2: the message is empty"):
        read_pool(tmp_path / "pool.txt")
    with pytest.raises(BadExamples, match=r"test.jsonl, row 2: not an object"):
        read_test(tmp_path / "test.jsonl")
    (tmp_path / "test.jsonl").write_text('{"utterance": "a", "intent": "x"}\n{"utterance": "b"}\n')
    with pytest.raises(BadExamples, match="some messages have an intent and some none"):
        read_test(tmp_path / "test.jsonl")


def test_doubtful_messages_are_asked_for_and_none_twice() -> None:
    assert doubts(np.array([[0.5, 0.5], [0.9, 0.1]], np.float32)) == pytest.approx([1, 0.2])
    vectors, intents = blobs(300, 6)
    first = first_questions(vectors, 24)
    assert len(set(first)) == 24
    assert {intents[place] for place in first} == set(intents), "all kinds are seen at once"
    classifier = judge(vectors[first], [intents[place] for place in first]).classifier
    following = next_questions(vectors, first, classifier, 30)
    assert len(set(following)) == 30
    assert not set(first) & set(following)
    doubt = doubts(classifier.probabilities(vectors))
    rest = np.setdiff1d(np.arange(300), first)
    assert doubt[following].mean() > doubt[rest].mean()


def test_asking_sees_no_label_before_it_asks() -> None:
    vectors, intents = blobs(200, 4)
    shown: list[int] = []

    def ask(places: Sequence[int]) -> list[str]:
        shown.extend(places)
        return [intents[place] for place in places]

    last = list(rounds(vectors, ask, batch=30, most=100))[-1]
    assert shown == list(last.labelled)
    assert len(set(shown)) == 100
    found = curve(vectors, intents, *blobs(100, 4, seed=5), batch=30, share=0.5)
    assert [one.labels for one in found.points] == [30, 60, 90, 100]
    assert found.labels_for(found.points[-1].ordered) in {30, 60, 90, 100}
    assert found.labels_for(1.1) is None


def test_batches_of_one_intent_are_followed_by_other_messages() -> None:
    vectors, intents = blobs(60, 4)
    asked = list(rounds(vectors, lambda places: [intents[at] for at in places], batch=1, most=12))
    assert [len(set(one.labelled)) for one in asked][-3:] == [10, 11, 12]


def test_wrong_labels_and_twins_are_listed() -> None:
    vectors, intents = blobs(120, 4)
    texts = [f"message {intent} of {place}" for place, intent in enumerate(intents)]
    intents[8] = "intent1"  # stands under intent0
    texts += ["Same thing!", "same thing"]
    vectors = np.vstack([vectors, vectors[:1], vectors[:1]])
    intents += ["intent0", "intent2"]
    checked = check_examples(texts, intents, vectors)
    assert (texts[8], "intent1", "intent0") in {
        (one.text, one.intent, one.rather) for one in checked.doubtful
    }
    assert [(one.text, one.other_text, one.same) for one in checked.twins] == [
        ("Same thing!", "same thing", True)
    ]
    health = {one.intent: one for one in checked.intents}
    assert health["intent1"].examples == 31
    assert health["intent1"].doubtful >= 1
    assert (health["intent0"].twins, health["intent2"].twins, health["intent3"].twins) == (1, 1, 0)


@pytest.mark.real_data
def test_published_entries_rank_as_published() -> None:
    folder = SHARED / "nlu" / "dstc11_track2"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there; point CONCIERGE_SHARED_DATA to the data sets")
    messages = read_pool(folder / "banking_pool.txt.gz")
    entries = read_entries(folder / "banking_submissions.json.gz", messages)
    test = read_test(folder / "banking_test.jsonl")
    assert (len(messages), len(entries), len(test)) == (3684, 22, 407)
    truth = [one.intent or "" for one in test]
    accuracy = {}
    for team in ("T23", "Baseline"):
        entry = entries[team]
        rows = np.random.default_rng(0).choice(len(entry.texts), 400, replace=False)
        # By words alone, without any encoder: the winner stays ahead of the baseline.
        texts = [*(entry.texts[row] for row in rows), *(one.text for one in test)]
        vectors = word_directions(texts, most=40)
        said = assigned(vectors[:400], [entry.intents[row] for row in rows], vectors[400:])
        accuracy[team] = measured(truth, said)["acc"]
    assert accuracy["T23"] > accuracy["Baseline"] + 0.05
