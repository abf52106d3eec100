"""`concierge bench understanding`: intents and entities of public sets.

Ours beside a linear floor and Rasa's DIET. Each line is `concierge nlu evaluate` in a process of
its own, so that time and memory are of that system alone. Settings are the same for all sets of a
kind; few examples are worth fine-tuning on, with adversarial steps, which cost little there.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from research.benchmarks.real_input import shared_data
from research.benchmarks.table import check_names, measure_each


@dataclass(frozen=True)
class Task:
    """A set: files below the `nlu` folder of the public data; `least` are the targets."""

    train: tuple[str, ...]
    test: tuple[str, ...]
    least: Mapping[str, float]
    validation: tuple[str, ...] = ()
    oos_label: str | None = None
    tuning: str = "frozen"
    joint: float = 0.0
    adversarial: float = 0.0
    language: str = "en"
    shown: tuple[str, ...] = field(default=("accuracy",))


_SCOPE: Final = ("in_scope_accuracy", "oos_recall", "auroc")
TASKS: Final[Mapping[str, Task]] = {
    "banking77": Task(("banking77/train.csv",), ("banking77/test.csv",), {"accuracy": 0.944}),
    "banking77-10": Task(
        ("banking77/fewshot_train_10.csv",),
        ("banking77/test.csv",),
        {"accuracy": 0.88},
        tuning="full",
        adversarial=0.5,
    ),
    "banking77-10-frozen": Task(
        ("banking77/fewshot_train_10.csv",), ("banking77/test.csv",), {"accuracy": 0.88}
    ),
    "clinc150": Task(
        ("clinc150/train.csv", "clinc150/oos_train.csv"),
        ("clinc150/test.csv", "clinc150/oos_test.csv"),
        {"in_scope_accuracy": 0.96, "oos_recall": 0.7, "auroc": 0.98},
        validation=("clinc150/val.csv", "clinc150/oos_val.csv"),
        oos_label="oos",
        tuning="full",
        shown=_SCOPE,
    ),
    "curekart": Task(
        ("hint3/v1_curekart_train.csv",),
        ("hint3/v1_curekart_test.csv",),
        {"mcc": 0.73},
        oos_label="NO_NODES_DETECTED",
        shown=("mcc", *_SCOPE),
    ),
    "powerplay11": Task(
        ("hint3/v1_powerplay11_train.csv",),
        ("hint3/v1_powerplay11_test.csv",),
        {"mcc": 0.48},
        oos_label="NO_NODES_DETECTED",
        shown=("mcc", *_SCOPE),
    ),
    "snips": Task(
        ("snips/train.jsonl.gz",),
        ("snips/test.jsonl.gz",),
        {"accuracy": 0.986, "entity_f1": 0.96},
        validation=("snips/valid.jsonl.gz",),
        tuning="full",
        joint=1.0,
        shown=("accuracy", "entity_f1"),
    ),
    "taobao_titles": Task(
        ("zh_ner_ecommerce/train.jsonl.gz",),
        ("zh_ner_ecommerce/test.jsonl.gz",),
        {"entity_f1": 0.84},
        language="zh",
        shown=("entity_f1",),
    ),
}
MODELS: Final = ("concierge", "svm", "diet")
COSTS: Final = ("train_seconds", "peak_mb", "ms_p50", "ms_p95")


def run(
    root: Path,
    data_dir: Path,
    _stock: Path | None = None,
    *,
    only: Sequence[str] = (),
    peers: Sequence[str] = ("svm",),
) -> dict[str, Any]:
    """Measure the sets in `only` (all by default) with ours and `peers`; flat figures.

    Raises typer.BadParameter for a name that is none.
    """
    check_names(peers, MODELS)

    def measure(name: str) -> dict[str, Any]:
        found = {}
        for model in ("concierge", *peers):
            print(f"{name}: {model} …", flush=True)
            found[model] = measured(TASKS[name], model, shared_data(root) / "nlu", data_dir)
        print_results(name, TASKS[name], found)
        return {f"{model}_{key}": value for model in found for key, value in found[model].items()}

    return measure_each(only, TASKS, measure)


def measured(task: Task, model: str, folder: Path, data_dir: Path) -> dict[str, Any]:
    """What `concierge nlu evaluate` says of a task."""
    with tempfile.TemporaryDirectory(prefix="bench-nlu-") as temporary:
        scratch = Path(temporary)
        command = [sys.executable, "-W", "ignore", "-m", "concierge.cli.main", "nlu", "evaluate"]
        for option in ("train", "test", "validation"):
            if names := getattr(task, option):
                paths = [folder / name for name in names]
                command += [f"--{option}", str(joined(paths, scratch / f"{option}.csv"))]
        command += ["--language", task.language]
        if task.oos_label:
            command += ["--oos-label", task.oos_label]
        if model == "concierge":
            command += ["--tuning", task.tuning, "--joint", str(task.joint)]
            command += ["--adversarial", str(task.adversarial)]
        target = scratch / "figures.json"
        done = subprocess.run(
            [*command, "--model", model, "--json", str(target)],
            env={**os.environ, "CONCIERGE_DATA_DIR": str(data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{model} could not be measured: {done.stderr[-800:]}")
        figures: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
        return figures


def joined(paths: Sequence[Path], target: Path) -> Path:
    """One path as it is; several CSV files of text and intent as one new file."""
    if len(paths) == 1:
        return paths[0]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "intent"))
        for path in paths:
            with path.open(encoding="utf-8-sig", newline="") as part:
                writer.writerows((row["text"], row["intent"]) for row in csv.DictReader(part))
    return target


def print_results(name: str, task: Task, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Print what each model reached, with intervals, targets and costs."""
    table = Table(title=f"{name} ({task.tuning})")
    for heading in ("figure", "target", *found):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for key in (*task.shown, *COSTS):
        least = task.least.get(key)
        cells = []
        for model, figures in found.items():
            value, low, high = (figures.get(f"{key}{end}") for end in ("", "_low", "_high"))
            interval = "" if low is None else f" [{low:.3f}, {high:.3f}]"
            mark = ""
            if least is not None and model == "concierge" and value is not None:
                mark = " ✓" if value >= least else " ✗"
            cells.append("–" if value is None else f"{value:g}{interval}{mark}")
        table.add_row(key, "" if least is None else f"≥ {least:g}", *cells)
    Console(width=150).print(table)
