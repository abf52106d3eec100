"""Moods: what is read, what is learned, what is refused, and what happens when it breaks."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.sentiment_component import UNKNOWN, ShopSentiment
from understanding.evaluation import sentiment as sentiment_evaluation
from understanding.evaluation.examples import BadExamples
from understanding.sentiment import encoded as sentiment_reading
from understanding.sentiment.assistant import read_examples
from understanding.sentiment.examples import Labelled, read_labelled
from understanding.sentiment.features import normalised, places_of
from understanding.sentiment.fit import TooFewLabels, fit_reader
from understanding.sentiment.model import Reader, Sentiment, SentimentModel

SIZE = 1 << 17


def test_texts_are_read_alike_however_they_are_typed() -> None:
    assert normalised("SOOOOO  good！！") == " sooo good!! "
    assert normalised("订单１２３") == " 订单000 "
    assert set(places_of("it broke", SIZE)) & set(places_of("IT  BROKE", SIZE)) == set(
        places_of("it broke", SIZE)
    )
    assert len(set(places_of("质量太差", SIZE)) & set(places_of("质量很差", SIZE))) >= 4


@given(st.text(max_size=200))
def test_any_text_has_places_within_bounds_each_once(text: str) -> None:
    places = places_of(text, 64)
    assert list(places) == sorted(set(places))
    assert all(0 <= place < 64 for place in places)


def vectors_of(texts: list[str]) -> np.ndarray:
    """Stands in for the encoder and tells nothing of moods."""
    rows = [np.random.default_rng(sum(text.encode())).normal(size=16) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], np.float32)


def test_moods_are_learned_from_our_examples_and_kept(tmp_path: Path) -> None:
    for language, examples in read_examples().items():
        unseen, seen = examples[::5], [one for place, one in enumerate(examples) if place % 5]
        texts = [one.text for one in seen]
        mood = fit_reader(texts, [one.sentiment for one in seen], vectors_of(texts))
        urgency = fit_reader(
            texts, ["yes" if one.urgent else "no" for one in seen], vectors_of(texts)
        )
        asked = [one.text for one in unseen]
        probabilities = mood.probabilities(asked, vectors_of(asked))
        assert probabilities.sum(axis=1) == pytest.approx(np.ones(len(asked)), abs=1e-5)
        guesses = [mood.labels[place] for place in probabilities.argmax(axis=1)]
        right = np.mean([a == one.sentiment for a, one in zip(guesses, unseen, strict=True)])
        assert right > 0.55, language  # by its words alone; a third is chance
        model = SentimentModel(mood, urgency)
        model.save(tmp_path, language)
        again = SentimentModel.load(tmp_path, language)
        for text in asked[:10]:
            was, now = (one.judge(text, vectors_of([text])[0]) for one in (model, again))
            assert (now.label, now.score, now.urgency) == (
                was.label,
                pytest.approx(was.score, abs=2e-3),
                pytest.approx(was.urgency, abs=2e-3),
            )


TELLING = np.random.default_rng(3).normal(size=(2, 8)).astype(np.float32)


def token_states(text: str) -> np.ndarray:
    """Noise for every word but "fine" and "poor"; those have a direction of their own."""
    rows = []
    for word in text.split():
        noise = np.random.default_rng(zlib.crc32(word.encode())).normal(size=(2, 8))
        known = {"fine": 1, "poor": -1}.get(word)
        rows.append(noise if known is None else known * TELLING)
    return np.array(rows, np.float16)


def long_reviews(count: int, seed: int) -> tuple[list[str], list[str]]:
    """Texts of thirty words, each once, and one that tells; runs of signs cannot see it."""
    random = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(count):
        words = [f"w{seed}{number:04}{place:02}" for place in range(30)]
        words[random.integers(30)] = "fine" if number % 2 else "poor"
        texts.append(" ".join(words))
        labels.append("positive" if number % 2 else "negative")
    return texts, labels


def test_one_telling_word_of_a_long_text_is_found_and_kept(tmp_path: Path) -> None:
    texts, labels = long_reviews(300, 1)
    reader = fit_reader(
        ["text"] * len(texts), labels, vectors_of(texts), states=[token_states(t) for t in texts]
    )
    asked, truth = long_reviews(60, 2)
    states = [token_states(text) for text in asked]
    found = reader.probabilities(["text"] * 60, vectors_of(asked), states)
    guesses = [reader.labels[place] for place in found.argmax(axis=1)]
    assert np.mean([a == b for a, b in zip(guesses, truth, strict=True)]) > 0.95
    model = SentimentModel(reader, reader)
    assert model.reads_tokens
    model.save(tmp_path, "en")
    again = SentimentModel.load(tmp_path, "en").mood
    kept = again.probabilities(["text"] * 60, vectors_of(asked), states)
    assert kept == pytest.approx(found, abs=1e-2)


def test_moods_of_an_earlier_version_are_refused() -> None:
    with pytest.raises(ValueError, match="train the assistant again"):
        Reader.of(("a", "b"), {"mood.rarity": np.ones(4), "mood.runs": np.ones((4, 2))}, "mood.")


@pytest.mark.parametrize(("texts", "read"), [(40, True), (39, False)])
def test_tokens_are_read_where_texts_are_many(
    monkeypatch: pytest.MonkeyPatch, texts: int, read: bool
) -> None:
    monkeypatch.setattr(sentiment_reading, "MANY", 40)
    asked = []

    def hidden(some: Sequence[str]) -> Iterator[tuple[int, np.ndarray]]:
        asked.append(len(some))
        for place in reversed(range(len(some))):  # in any order
            yield place, token_states(some[place]).astype(np.float32)

    known, other = (
        [Labelled(*pair) for pair in zip(*long_reviews(count, 1), strict=True)]
        for count in (texts, 20)
    )
    figures, found = sentiment_evaluation.evaluate(known, other, vectors_of, hidden=hidden)
    assert asked == ([texts, 20, *[1] * 20] if read else [])
    assert figures["test_examples"] == 20
    assert len(found.names) == 2


def test_our_examples_are_many_and_different() -> None:
    found = read_examples()
    assert set(found) == {"en", "zh"}
    for examples in found.values():
        assert len({one.text.lower() for one in examples}) == len(examples)
        for mood in ("negative", "neutral", "positive"):
            assert sum(one.sentiment == mood for one in examples) >= 100
        assert sum(bool(one.urgent) for one in examples) >= 40


def test_too_little_to_learn_from_is_said() -> None:
    vectors = np.eye(3, dtype=np.float32)
    with pytest.raises(TooFewLabels, match="at least two"):
        fit_reader(["a", "b", "c"], ["positive"] * 3, vectors)
    with pytest.raises(TooFewLabels, match="negative has a single text"):
        fit_reader(["a", "b", "c"], ["positive", "positive", "negative"], vectors)


def test_a_file_is_read_with_the_mood_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "moods.csv.gz"
    path.write_bytes(gzip.compress('\ufefftext,sentiment\n"good, really",Positive\n'.encode()))
    assert read_labelled(path) == [Labelled("good, really", "positive")]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("text,label\nfine,positive\n", "lacks the column sentiment"),
        ("text,sentiment\nfine,positive\n,negative\n", "row 3: text is empty"),
        ("text,sentiment\nfine,good\n", "row 2: sentiment is 'good'; it must be one of negative"),
        ("text,sentiment\nfine\n", "row 2: sentiment is ''"),
        ("text,sentiment\n", "holds no texts"),
        ('text,sentiment\n"fine,positive\n', "row 2: .*in quotes"),
        (b"text,sentiment\nfine,positive\ncaf\xe9,negative\n", "row 3: cannot be read as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    tmp_path: Path, content: str | bytes, what: str
) -> None:
    path = tmp_path / "moods.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadExamples, match=f"moods.csv.*{what}"):
        read_labelled(path)


def test_a_missing_file_and_a_broken_archive_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExamples, match="does not exist"):
        read_labelled(tmp_path / "none.csv")
    (tmp_path / "torn.csv.gz").write_bytes(b"\x1f\x8b torn")
    with pytest.raises(BadExamples, match="cannot be opened"):
        read_labelled(tmp_path / "torn.csv.gz")


class Breaks:
    reads_tokens = False

    def judge(self, text: str, vector: np.ndarray) -> Sentiment:
        raise RuntimeError("no")


class Sure:
    reads_tokens = False

    def judge(self, text: str, vector: np.ndarray) -> Sentiment:
        return Sentiment("negative", 0.91234, 0.2)


class Ones:
    def encode(self, texts: list[str], language: str) -> np.ndarray:
        return np.ones((len(texts), 4), np.float32)


def judged(model: Any, text: str) -> Message:
    component = ShopSentiment(None, None)
    component._models = {"en": model}
    component._encoders = Ones()  # type: ignore[assignment]
    return component.process([Message({"text": text})])[0]


def test_the_mood_is_part_of_what_is_understood() -> None:
    found = judged(Sure(), "this is bad").as_dict(only_output_properties=True)
    assert found["sentiment"] == {"label": "negative", "score": 0.9123, "urgency": 0.2}


def test_a_message_that_breaks_it_has_no_mood(caplog: pytest.LogCaptureFixture) -> None:
    assert judged(Breaks(), "this is bad").get("sentiment") == UNKNOWN.as_dict()
    assert [one.message for one in caplog.records] == ["sentiment failed"]
    assert "this is bad" not in caplog.text
    assert judged(Sure(), "   ").get("sentiment") == UNKNOWN.as_dict()
    assert judged(Sure(), "今天").get("sentiment") == UNKNOWN.as_dict()
    assert judged(Sure(), "/button").get("sentiment") is None
