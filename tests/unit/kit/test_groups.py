"""A missing group of packages is named, with how to add it."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from concierge.cli import main as command_line
from kit.groups import GROUP_OF, MissingGroup, explained, is_installed, require

ROOT = Path(__file__).resolve().parents[3]
SAID = (
    "tuning needs torch, which comes with the group `train`; "
    "add it with: scripts/setup.sh --with train"
)


def locked_for(*groups: str) -> set[str]:
    """Names of the packages that `setup.sh --with` takes out of the lock."""
    script = f". scripts/groups.sh; locked_for {' '.join(groups)}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {line.partition("==")[0] for line in done.stdout.splitlines() if line[:1].isalnum()}


def test_a_module_of_a_group_is_explained() -> None:
    assert explained(ModuleNotFoundError(name="torch.nn"), "tuning") == SAID
    assert explained(ModuleNotFoundError(name="jsn"), "tuning") is None
    assert explained(ImportError("no name"), "tuning") is None


def test_a_missing_module_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kit.groups.is_installed", {"torch": False, "pyspark": True}.get)
    require("pyspark", "this")
    with pytest.raises(MissingGroup, match=r"^tuning needs torch, which comes with"):
        require("torch", "tuning")


def test_installed_is_what_is_found_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_installed("numpy.linalg")
    assert not is_installed("numpy.no_such_part")
    assert not is_installed("no_such_package.part")


def test_the_command_line_says_which_group(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise ModuleNotFoundError(name="peft.tuners")

    monkeypatch.setattr(command_line, "build", lambda _: fails)
    monkeypatch.setattr(sys, "argv", ["concierge", "nlu", "evaluate", "--train", "A.csv"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "concierge nlu evaluate needs peft, which comes with the group `train`; "
        "add it with: scripts/setup.sh --with train\n"
    )


def test_other_missing_modules_stay_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ModuleNotFoundError(name="nowhere")

    monkeypatch.setattr(command_line, "build", lambda _: fails)
    with pytest.raises(ModuleNotFoundError):
        command_line.main()


def test_every_group_brings_its_modules() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    for module, group in GROUP_OF.items():
        if module == "py4j":  # PySpark brings it
            continue
        name = module.lower().replace("_", "-")
        assert any(name in requirement for requirement in groups[group]), module


def test_serving_is_locked_without_the_groups() -> None:
    serving = locked_for()
    assert {"rasa", "onnxruntime", "faiss-cpu", "multidict"} <= serving
    heavy = {"torch", "triton", "tensorflow-cpu", "pyspark", "playwright", "pytest", "transformers"}
    assert not heavy & serving
    assert not [name for name in serving if name.startswith("nvidia-")]


def test_groups_add_what_they_need() -> None:
    serving = locked_for()
    assert {"torch", "transformers", "peft"} <= locked_for("train") - serving
    assert {"tensorflow-cpu", "scikit-surprise"} <= locked_for("peers") - serving
    assert locked_for("spark") - serving == {"pyspark", "py4j"}
    assert {"playwright", "pytest", "mypy"} <= locked_for("dev") - serving


def test_a_gpu_takes_its_faiss_in_place_of_the_other() -> None:
    assert "faiss-cpu" not in locked_for("gpu")
    assert "faiss-gpu-cu12" in locked_for("gpu")
    assert "faiss-gpu-cu12" not in locked_for("train", "peers", "spark", "dev")
