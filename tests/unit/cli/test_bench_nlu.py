"""`concierge bench nlu` and its parts: what is cut off goes on, wrong names are refused, files are
joined, noise is the same every time."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from concierge.cli.bench import BENCHMARKS, command
from research.benchmarks import nlu
from research.benchmarks.nlu_noise import Remembering, perturbed
from research.benchmarks.understanding import TASKS, joined, run
from understanding.evaluation.examples import Example, read_examples
from understanding.evaluation.noise import TEST_KINDS


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


app = typer.Typer()
app.command()(command)
MEASURED: dict[str, dict[str, Any]] = {
    "assistant": {
        "train_seconds": 9.0,
        "diet_train_seconds": 100.0,
        "accuracy": 0.9,
        "diet_accuracy": 0.9,
        "ms_p95": 25.0,
        "diet_ms_p95": 30.0,
    },
    "taobao-titles": {
        "concierge_entity_f1": 0.85,
        "concierge_entity_f1_low": 0.84,
        "concierge_entity_f1_high": 0.86,
        "svm_entity_f1": 0.8,
        "concierge_train_seconds": 50,
        "svm_train_seconds": 20,
    },
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """The parts that are measured, with their peers; `clinc150-noise` breaks."""
    found: list[tuple[str, list[str]]] = []

    def measured(_root: Path, _data: Path, part: nlu.Part, peers: list[str]) -> dict[str, Any]:
        name = next(name for name, one in nlu.PARTS.items() if one is part)
        found.append((name, list(peers)))
        if name == "clinc150-noise":
            raise RuntimeError("cut off")
        costs = {"seconds_in_all": 60.0, "largest_mb": 700, "measured_on": "2026-11-29"}
        return MEASURED[name] | costs

    monkeypatch.setattr(nlu, "measured", measured)
    return found


def test_a_run_that_is_cut_off_goes_on(asked: list[tuple[str, list[str]]], tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    first = CliRunner().invoke(
        app, ["nlu", "--only", "assistant,clinc150-noise", "--json", str(target)]
    )
    assert str(first.exception) == "cut off"
    assert json.loads(target.read_text())["assistant_train_seconds"] == 9.0
    options = ["nlu", "--only", "assistant,taobao-titles", "--peers", "svm", "--json", str(target)]
    shown = CliRunner().invoke(app, options, catch_exceptions=False).stdout
    assert asked == [
        ("assistant", ["diet"]),
        ("clinc150-noise", ["svm", "diet"]),
        ("taobao-titles", ["svm"]),
    ]
    lines = [line for line in shown.splitlines() if line.startswith("| ")]
    cells = {row[1]: row[2:] for row in ([one.strip() for one in x.split("|")] for x in lines)}
    assert cells["the assistant's own data, seconds to learn"][:4] == [
        "9.0",
        "DIET 100.0",
        "≤ 20.0",
        "yes",
    ]
    assert cells["the assistant's own data, accuracy"][3] == "**no**"  # no better than DIET
    assert cells["a message, one core, p95 ms"][3] == "**no**"
    assert cells["Taobao titles, entity F1"][:5] == [
        ".850 [.840, .860]",
        "linear .800, character CRF .825",
        "≥ .840",
        "yes",
        "50 / 20 / –; –; –",
    ]


def test_a_peer_that_was_not_measured_leaves_the_target_open(
    asked: list[tuple[str, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = {k: v for k, v in MEASURED["assistant"].items() if not k.startswith("diet_")}
    monkeypatch.setitem(MEASURED, "assistant", ours)
    nlu.run(Path(), Path(), only=["assistant"], peers=[])
    assert asked == [("assistant", [])]
    row = next(x for x in capsys.readouterr().out.splitlines() if "seconds to learn" in x)
    assert [one.strip() for one in row.split("|")[2:6]] == ["9.0", "", "", ""]


def test_parts_name_benchmarks_and_no_two_share_figures() -> None:
    assert {part.bench for part in nlu.PARTS.values()} <= set(BENCHMARKS)
    for name in nlu.PARTS:
        assert not [other for other in nlu.PARTS if other.startswith(f"{name}_")]
    with pytest.raises(typer.BadParameter, match="'banking99' is none of banking77"):
        nlu.run(Path(), Path(), only=["banking99"])
