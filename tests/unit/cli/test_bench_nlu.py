"""`concierge bench nlu`: wrong names are refused, files joined, noise the same every time."""

from pathlib import Path

import pytest
import typer

from benchmarks.nlu import TASKS, joined, run
from benchmarks.nlu_noise import Remembering, perturbed
from bot.nlu.examples import Example, read_examples
from bot.nlu.noise import TEST_KINDS


def test_names_that_are_none_are_refused() -> None:
    with pytest.raises(typer.BadParameter, match="'banking99' is none of banking77"):
        run(Path(), Path(), only=["banking99"])
    with pytest.raises(typer.BadParameter, match="'bert' is none of concierge, svm, diet"):
        run(Path(), Path(), peers=["bert"])


def test_files_are_joined_whole(tmp_path: Path) -> None:
    for name, row in (("a.csv", '"hi, you",greet'), ("b.csv", "where,track")):
        (tmp_path / name).write_text(f"text,intent\n{row}\n", encoding="utf-8")
    both = joined([tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "both.csv")
    read = [(one.text, one.intent) for one in read_examples(both)]
    assert read == [("hi, you", "greet"), ("where", "track")]
    assert joined([tmp_path / "a.csv"], tmp_path / "c.csv") == tmp_path / "a.csv"


def test_targets_name_figures_that_are_shown() -> None:
    for task in TASKS.values():
        assert set(task.least) <= set(task.shown)


def test_noise_is_the_same_every_time_and_of_every_kind() -> None:
    examples = [Example("Where is my card, please?", "track")] * 12
    texts, kinds = perturbed(examples)
    assert perturbed(examples) == (texts, kinds)
    assert set(kinds) == set(TEST_KINDS)
    assert sum(text != "Where is my card, please?" for text in texts) == 12


def test_a_text_is_read_once() -> None:
    import numpy as np

    class Counting:
        read = 0

        def encode(self, texts: object) -> np.ndarray:
            found = list(texts)  # type: ignore[call-overload]
            self.read += len(found)
            return np.array([[len(text), 0.0] for text in found], np.float32)

    encoder = Counting()
    remembering = Remembering(encoder)
    assert remembering.encode(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert remembering.encode(["bb"])[:, 0].tolist() == [2]
    assert encoder.read == 2
