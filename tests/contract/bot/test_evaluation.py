"""`concierge nlu evaluate`: files are read or refused by name, figures mean what they say."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from research.peers import PEERS
from understanding.entities.units import Span
from understanding.evaluation.examples import BadExamples, Example, read_examples, single_examples
from understanding.evaluation.run import Request, evaluate
from understanding.intents import trained
from understanding.tuning.plan import TuningPlan


class Planes:
    """Stands in for an encoder: a text's vector is that of its first word, with noise."""

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = []
        for text in texts:
            word = np.random.default_rng(sum(text.split()[0].encode())).normal(size=24)
            noise = np.random.default_rng(sum(text.encode())).normal(size=24) * 0.3
            rows.append((word + noise) / np.linalg.norm(word + noise))
        return np.array(rows, np.float32)


@pytest.fixture(autouse=True)
def planes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained, "ensure_exports", lambda _: None)
    monkeypatch.setattr(trained, "loaded", lambda _: Planes())


def examples(words: tuple[str, ...], count: int, intent: str | None = None) -> list[Example]:
    return [
        Example(f"{word} number {place}", intent or word)
        for word in words
        for place in range(count)
    ]


KNOWN = ("alpha", "beta", "gamma", "delta")


def measure(validation: list[Example] | None = None, **options: Any) -> dict[str, Any]:
    train = examples(KNOWN, 12)
    test = [Example(f"{one.text} again", one.intent) for one in train]
    test += examples(("zulu", "yankee"), 12, "none")
    request = Request("en", **options)
    return evaluate(train, test, validation or [], request, data_dir=Path("unused"))


def test_what_belongs_to_no_intent_is_told_apart() -> None:
    figures = measure(oos_label="none")
    assert figures["auroc"] > 0.95
    assert figures["oos_recall"] > 0.9
    assert "intents left out in turn" in figures["threshold_chosen"]
    chosen = measure(examples(("xray",), 12, "none"), oos_label="none")
    assert chosen["oos_recall"] == 1.0
    assert chosen["in_scope_accuracy"] > 0.95
    assert "labelled out-of-scope texts" in chosen["threshold_chosen"]
    assert chosen["mcc_low"] <= chosen["mcc"] <= chosen["mcc_high"]


def test_without_a_label_nothing_is_rejected() -> None:
    figures = measure()
    assert figures["threshold"] is None
    assert figures["oos_recall"] is None
    assert figures["accuracy"] == pytest.approx(2 / 3, abs=0.02)  # a third is of unknown intents


def test_a_linear_svm_is_measured_the_same_way() -> None:
    figures = measure(oos_label="none", model="svm", peer=PEERS["svm"])
    assert figures["model"] == "svm"
    assert figures["in_scope_accuracy"] > 0.7


def test_views_can_vote_alone(tmp_path: Path) -> None:
    figures = measure(views=("multilingual", "words"), save=tmp_path)
    assert figures["accuracy"] == pytest.approx(2 / 3, abs=0.02)
    shares = json.loads((tmp_path / "intents.json").read_text())["shares"]
    assert shares == pytest.approx({"zh": 0.6, "words": 0.4})
    for view in ("english", "words"):
        assert measure(views=(view,))["accuracy"] == pytest.approx(2 / 3, abs=0.02)
    with pytest.raises(BadExamples, match="english, multilingual, words for en, got 'faces'"):
        measure(views=("faces",))
    with pytest.raises(BadExamples, match="multilingual, words for zh, got 'english'"):
        trained.shares_of("zh", ("english",))
    with pytest.raises(BadExamples, match="--tuning needs the view"):
        measure(views=("words",), plan=TuningPlan("full"))


class Blind:
    """An encoder to which all texts look different and none alike."""

    knows = 0.0

    def encode(self, texts: list[str]) -> np.ndarray:
        rows = []
        for text in texts:
            own = f"{type(self).__name__} {text}"
            noise = np.random.default_rng(zlib.crc32(own.encode())).normal(size=24)
            meant = np.random.default_rng(zlib.crc32(text.encode()) % 4).normal(size=24)
            rows.append(self.knows * meant + (1 - self.knows) * noise)
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


class Taught(Blind):
    """One that sees what a text means."""

    knows = 0.5


def riddles(count: int, seed: int) -> list[Example]:
    """Texts whose words say nothing of what they mean."""
    texts = [str(one) for one in np.random.default_rng(seed).choice(10**8, count, replace=False)]
    return [Example(text, KNOWN[zlib.crc32(text.encode()) % 4]) for text in texts]


@pytest.mark.parametrize("enough", [1000, 60])
@pytest.mark.parametrize("with_validation", [True, False])
@pytest.mark.parametrize(
    ("tuned", "other", "shares"), [(Taught(), Blind(), {0.7, 0.9}), (Blind(), Taught(), {0.5})]
)
def test_a_tuned_encoder_gets_the_share_that_it_deserves(
    monkeypatch: pytest.MonkeyPatch,
    tuned: Any,
    other: Any,
    shares: set[float],
    with_validation: bool,
    enough: int,
) -> None:
    monkeypatch.setattr(trained, "ENOUGH", enough)
    train = riddles(90, 1)
    unseen = [] if with_validation else list(range(0, len(train), 2))

    def tune(self: trained.Ours, *_: object) -> list[int]:
        self._encoders["en"] = self._tuned = tuned
        return unseen

    monkeypatch.setattr(trained.Ours, "_tune", tune)
    system = trained.Ours(
        "en", Path("unused"), TuningPlan("full"), encoders={"en": tuned, "zh": other}
    )
    validation = riddles(30, 2)
    system.fit(train, validation if with_validation else [], None)
    found = {name: system.facts()[f"share_{name}"] for name in trained.VIEWS}
    assert found["english"] in shares
    assert sum(found.values()) == pytest.approx(1, abs=2e-3)
    assert found["multilingual"] == pytest.approx(1.5 * found["words"], abs=2e-3)


def test_a_tuned_encoder_that_nothing_can_judge_keeps_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def tune(self: trained.Ours, *_: object) -> list[int]:
        self._encoders["en"] = self._tuned = Taught()
        return []  # two examples an intent: none was held out

    monkeypatch.setattr(trained.Ours, "_tune", tune)
    system = trained.Ours("en", Path("unused"), TuningPlan("full"), encoders={"en": Taught()})
    train = [Example(f"{word} {n}", word) for word in KNOWN for n in range(2)]
    system.fit(train, [], None)
    assert len(system.judge(["alpha 0", "beta 1"]).labels) == 2


def test_a_model_is_kept_with_its_card_and_pictures(tmp_path: Path) -> None:
    figures = measure(oos_label="none", save=tmp_path / "model", plots=tmp_path / "plots")
    card = json.loads((tmp_path / "model" / "card.json").read_text())
    assert card["figures"]["accuracy"] == figures["accuracy"]
    assert "left out in turn" in (tmp_path / "model" / "card.md").read_text()
    kept = trained.SimilarityModel.load(tmp_path / "model")
    texts = ["gamma again", "alpha again"]
    vectors = Planes().encode(texts)
    answers = kept.answers(trained.Views(texts, {"en": vectors, "zh": vectors}))
    assert [kept.labels[place] for place in answers.scores.argmax(axis=1)] == ["gamma", "alpha"]
    for name in ("confusion.png", "reliability.png"):
        assert (tmp_path / "plots" / name).read_bytes().startswith(b"\x89PNG")


def test_files_that_do_not_fit_together_are_refused() -> None:
    request = Request("en")
    one, other = examples(("alpha", "beta"), 2), examples(("zulu",), 2)
    for train, test, says in (
        (one, other, "no intent of the test file"),
        (examples(("alpha",), 2), one, "at least two intents"),
        ([Example("a", "", ())], one, "must both have intents or both entities"),
    ):
        with pytest.raises(BadExamples, match=says):
            evaluate(train, test, [], request, data_dir=Path("unused"))


def test_both_formats_are_read(tmp_path: Path) -> None:
    csv, jsonl = tmp_path / "a.csv", tmp_path / "a.jsonl.gz"
    csv.write_text("id,text,intent\n1,hello there,greet\n", encoding="utf-8")
    with gzip.open(jsonl, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": "hello there", "intent": "greet"}) + "\n\n")
    assert read_examples(csv) == [Example("hello there", "greet", row=2)]
    assert read_examples(jsonl) == [Example("hello there", "greet", row=1)]


def test_entities_come_with_their_spans(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    entity = {"entity": "size", "start": 4, "end": 6, "value": "42"}
    path.write_text(json.dumps({"text": "in a 42", "entities": [entity | {"start": 5, "end": 7}]}))
    assert read_examples(path) == [Example("in a 42", "", (Span("size", 5, 7),), 1)]


def test_examples_without_company_are_found() -> None:
    alone = Example("lonely", "solo", row=9)
    assert single_examples([*examples(("alpha",), 2), alone]) == [alone]


ROME = (
    b'{"text":"to Rome","intent":"a","entities":'
    b'[{"entity":"city","start":0,"end":4,"value":"Rome"}]}\n'
)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"text,label\nhi,greet\n", "a.csv lacks the column intent"),
        ("a.csv", b"text,intent\nhi,greet\n,greet\n", "a.csv, row 3: text is empty"),
        ("a.csv", b"text,intent\n", "a.csv holds no examples"),
        ("a.csv", "text,intent\nolé,greet\n".encode("latin-1"), "row 2: cannot be read as UTF-8"),
        ("a.csv.gz", b"text,intent\n", "a.csv.gz cannot be opened"),
        ("a.jsonl", b'{"text": "hi"}\n', "a.jsonl, row 1: intent is missing"),
        ("a.jsonl", b'["hi"]\n', "a.jsonl, row 1: not an object like"),
        ("a.jsonl", b'{"text": "hi"\n', "a.jsonl, row 1: not JSON"),
        (
            "a.jsonl",
            b'{"text":"hi","intent":"a","entities":[{"entity":"x","start":0,"end":9}]}\n',
            "row 1: x at 0-9 is not within the text of 2",
        ),
        (
            "a.jsonl",
            ROME,
            "should be 3-7",
        ),
        (
            "a.jsonl",
            b'{"text":"hi","intent":"a","entities":[{"entity":"x"}]}\n',
            "an entity is not",
        ),
        ("a.txt", b"hi", "must end in .csv or .jsonl"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadExamples, match=says):
        read_examples(tmp_path / name)
