"""`concierge sentiment evaluate`: figures mean what they say, bad input ends with exit code 2."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from concierge.cli.sentiment import app
from understanding.evaluation.examples import BadExamples
from understanding.evaluation.plots import write_plots
from understanding.evaluation.sentiment import evaluate
from understanding.sentiment.examples import Labelled

WORDS = {"positive": "lovely", "neutral": "where", "negative": "broken"}


def texts(start: int, count: int) -> list[Labelled]:
    return [
        Labelled(f"{word} thing number {'abcdefgh'[place % 8]} {place * 7}", mood)  # type: ignore[arg-type]
        for place in range(start, start + count)
        for mood, word in WORDS.items()
    ]


def encode(some: Sequence[str]) -> np.ndarray:
    """Stands in for the encoder and tells nothing."""
    return np.array([np.random.default_rng(len(text)).normal(size=8) for text in some], np.float32)


def test_figures_and_pictures(tmp_path: Path) -> None:
    figures, outcome = evaluate(texts(0, 20), texts(100, 10), encode)
    assert figures["accuracy"] == figures["macro_f1"] == figures["f1_neutral"] == 1.0
    assert figures["accuracy_low"] == 1.0
    assert figures["calibration_error"] < 0.2
    assert (figures["train_examples"], figures["test_examples"]) == (60, 30)
    assert figures["texts_in_both"] == 0
    assert all(value is not None for value in figures.values())
    for path in write_plots(outcome, tmp_path, "Moods"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_one_label_is_too_few() -> None:
    alike = [one for one in texts(0, 5) if one.sentiment == "positive"]
    with pytest.raises(BadExamples, match="training file: at least two labels"):
        evaluate(alike, alike, encode)


def test_bad_input_is_named(tmp_path: Path) -> None:
    path = tmp_path / "moods.csv"
    path.write_text("text,sentiment\nfine,great\n", encoding="utf-8")
    for options, said in (
        (["--language", "fr"], "--language must be en or zh, got 'fr'"),
        ([], "moods.csv, row 2: sentiment is 'great'"),
    ):
        done = CliRunner().invoke(
            app, ["evaluate", "--train", str(path), "--test", str(path), *options]
        )
        assert done.exit_code == 2
        assert said in done.output
