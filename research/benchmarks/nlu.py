"""`concierge bench nlu`: everything that understanding is held to, in one table.

Each part runs in a process of its own (`concierge bench PART --only SET`), so that time and memory
are its own. With `--json FILE` a part's figures are written as soon as it is done, and parts that
stand in the file are not measured again: a long run may be cut off and continued.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.table import Table

from kit.clock import SystemClock
from research.benchmarks.table import check_names

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of the table: `key` is ours among the part's figures.

    `target` is a number or a share of another figure; `beside` are peers by name, each a figure's
    key or a published number.
    """

    title: str
    key: str
    target: float | tuple[str, float] | None
    beside: Mapping[str, str | float]
    at_most: bool = False


@dataclass(frozen=True)
class Part:
    """One set of one benchmark, and the peers that are measured beside where none are named."""

    bench: str
    only: str
    lines: tuple[Line, ...]
    peers: tuple[str, ...] = ()


def _intents(name: str, *lines: Line, peers: tuple[str, ...] = ("svm",)) -> Part:
    return Part("understanding", name, lines, peers)


def _line(title: str, key: str, target: float, **published: float) -> Line:
    """A line of `bench understanding`, whose figures stand behind the system's name."""
    known = {name.replace("_", " "): value for name, value in published.items()}
    peers = {"linear": f"svm_{key}", "DIET": f"diet_{key}"}
    return Line(title, f"concierge_{key}", target, {**peers, **known})


def _retrieval(name: str, title: str) -> Part:
    lines = tuple(
        Line(f"{title}, {shown}", key, (f"{peer}_{key}", 1.0), {label: f"{peer}_{key}"})
        for key, shown in (("recall@1", "recall@1"), ("mrr", "MRR"))
        for peer, label in (("bm25", "BM25"), ("encoder", "encoder alone"))
    )
    return Part("knowledge", name, lines)


def _noise(name: str, title: str) -> Part:
    lines = tuple(
        Line(
            f"{title}, points lost to noise{how}",
            f"{key}_loss",
            ("diet_loss", 0.5),
            {"linear": "svm_loss", "DIET": "diet_loss"},
            at_most=True,
        )
        for key, how in (("ours", ""), ("ours_with_all", ", learned with noisy copies"))
    )
    return Part("nlu-noise", name, lines, _BOTH)


_BOTH: Final = ("svm", "diet")
PEERS: Final = {"understanding": _BOTH, "nlu-noise": _BOTH, "nlu-training": ("diet",)}
PARTS: Final[Mapping[str, Part]] = {
    "banking77": _intents(
        "banking77", _line("Banking77, accuracy", "accuracy", 0.944, BERT=0.9366, SPACE_3=0.9494)
    ),
    "banking77-10": _intents(
        "banking77-10",
        _line("Banking77, ten examples an intent", "accuracy", 0.88, CPFT=0.872, ICDA=0.8979),
        peers=_BOTH,
    ),
    "clinc150": _intents(
        "clinc150",
        _line("CLINC150, in-scope accuracy", "in_scope_accuracy", 0.96, BERT=0.962, Rasa=0.915),
        _line("CLINC150, out-of-scope recall", "oos_recall", 0.7, BERT=0.523, Rasa=0.453),
        _line("CLINC150, AUROC", "auroc", 0.98),
    ),
    "curekart": _intents(
        "curekart", _line("HINT3 Curekart, MCC", "mcc", 0.73, Haptik=0.603, Rasa=0.511), peers=_BOTH
    ),
    "powerplay11": _intents(
        "powerplay11",
        _line("HINT3 Powerplay11, MCC", "mcc", 0.48, Haptik=0.425, Rasa=0.34),
        peers=_BOTH,
    ),
    "snips": _intents(
        "snips",
        _line("SNIPS, intent", "accuracy", 0.986, BERT_CRF=0.986),
        _line("SNIPS, slot F1", "entity_f1", 0.96, BERT_CRF=0.972),
    ),
    "taobao-titles": _intents(
        "taobao_titles",
        _line("Taobao titles, entity F1", "entity_f1", 0.84, character_CRF=0.825),
    ),
    "online-shopping": Part(
        "sentiment",
        "online_shopping_10_cats",
        (Line("online_shopping, mood", "accuracy", 0.945, {"character SVM": 0.9401}),),
    ),
    "amazon": Part(
        "sentiment",
        "amazon_snippets",
        (
            Line(
                "Amazon snippets, mood",
                "accuracy",
                ("vader_accuracy", 1.0),
                {"VADER": "vader_accuracy", "VADER fitted": "vader_fitted_accuracy"},
            ),
        ),
    ),
    "bank-faq": _retrieval("bank_faq", "BankFAQs"),
    "bank-faq-half": _retrieval("bank_faq_half", "BankFAQs, half known"),
    "banking77-search": _retrieval("banking77", "Banking77 as search"),
    "banking77-10-search": _retrieval("banking77_10", "Banking77 as search, ten examples"),
    "million": Part(
        "knowledge",
        "inverted",
        (
            Line("FAISS, 1 000 000 passages, p99 ms", "ms_p99", 10.0, {}, at_most=True),
            Line("FAISS, recall@10 of exact", "recall@10", 0.98, {}),
            Line("FAISS, seconds to build", "build_seconds", None, {}),
            Line("FAISS, MB of the index", "index_mb", None, {}),
        ),
    ),
    "assistant": Part(
        "nlu-training",
        "assistant",
        (
            Line(
                "the assistant's own data, seconds to learn",
                "train_seconds",
                ("diet_train_seconds", 0.2),
                {"DIET": "diet_train_seconds"},
                at_most=True,
            ),
            Line(
                "the assistant's own data, accuracy",
                "accuracy",
                ("diet_accuracy", 1.0),
                {"DIET": "diet_accuracy"},
            ),
            Line(
                "a message, one core, p95 ms", "ms_p95", 20.0, {"DIET": "diet_ms_p95"}, at_most=True
            ),
        ),
        ("diet",),
    ),
    "banking77-noise": _noise("banking77", "Banking77"),
    "clinc150-noise": _noise("clinc150", "CLINC150"),
    "banking77-tuned-noise": Part(
        "nlu-noise",
        "banking77-tuned",
        (
            Line(
                "Banking77, tuned, points lost to noise",
                "tuned_loss",
                None,
                {"with adversarial steps": "tuned_adversarial_loss"},
                at_most=True,
            ),
        ),
    ),
}
COSTS: Final = ("train_seconds", "peak_mb", "ms_p95")
SYSTEMS: Final = ("concierge_", "svm_", "diet_")


def run(
    root: Path,
    data_dir: Path,
    _stock: Path | None = None,
    *,
    only: Sequence[str] = (),
    peers: Sequence[str] | None = None,
    kept: Figures | None = None,
    save: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Measure the parts in `only` that do not stand in `kept`, and print the table of all.

    `save` is given the figures after each part. `peers` are run beside ours; by default each
    part's own, DIET only where it takes under an hour.
    Raises typer.BadParameter for a name that is none.
    """
    check_names(only, tuple(PARTS))
    check_names(peers or (), _BOTH)
    figures: dict[str, Any] = dict(kept or {})
    for name in only or PARTS:
        if f"{name}_measured_on" in figures:
            print(f"{name}: measured on {figures[f'{name}_measured_on']}", flush=True)
            continue
        part = PARTS[name]
        fit = PEERS.get(part.bench, ())
        chosen = part.peers if peers is None else [one for one in peers if one in fit]
        print(f"{name} …", flush=True)
        found = measured(root, data_dir, part, chosen)
        figures |= {f"{name}_{key}": value for key, value in found.items()}
        save(figures)
    print_lines(figures)
    return figures


def measured(root: Path, data_dir: Path, part: Part, peers: Sequence[str]) -> dict[str, Any]:
    """The figures of a part, the seconds it took, the memory of its largest process, the date.

    Raises RuntimeError with the last words of a part that fails.
    """
    with tempfile.TemporaryDirectory(prefix="bench-nlu-") as temporary:
        target, said = Path(temporary) / "figures.json", Path(temporary) / "said.txt"
        command = [sys.executable, "-W", "ignore", "-m", "concierge.cli.main", "bench", part.bench]
        command += ["--only", part.only, "--json", str(target)]
        if part.bench in PEERS:
            command += ["--peers", ",".join(peers) or "none"]
        began = time.perf_counter()
        with said.open("wb") as output:  # tables; bars of progress are not worth keeping
            process = subprocess.Popen(
                command,
                cwd=root,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, "CONCIERGE_DATA_DIR": str(data_dir)},
            )
            assert process.stderr is not None
            words = deque(process.stderr, maxlen=20)
            _, status, used = os.wait4(process.pid, 0)
        if status:
            raise RuntimeError(f"bench {part.bench}: {''.join(words)}")
        print(said.read_text(errors="replace"), flush=True)
        found: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return {key.removeprefix(f"{part.only}_"): value for key, value in found.items()} | {
        "seconds_in_all": round(time.perf_counter() - began, 1),
        "largest_mb": round(used.ru_maxrss / 1000),
        "measured_on": SystemClock().today().isoformat(),
    }


def print_lines(figures: Figures) -> None:
    """Print the table of what is measured, in Markdown: the pages of the documentation show it."""
    table = Table(box=box.MARKDOWN)
    for heading in (
        "figure",
        "ours",
        "beside",
        "target",
        "met",
        "learning s, MB, p95 ms (ours / linear / DIET)",
        "part s, MB",
        "measured",
    ):
        table.add_column(heading, no_wrap=True)
    for name, part in PARTS.items():
        found = {
            key.removeprefix(f"{name}_"): value
            for key, value in figures.items()
            if key.startswith(f"{name}_")
        }
        if "measured_on" not in found:
            continue
        for line in part.lines:
            table.add_row(*_cells(line, found))
    Console(width=260).print(table)


def _cells(line: Line, found: Figures) -> tuple[str, ...]:
    ours, target = found[line.key], _target(line, found)
    low, high = found.get(f"{line.key}_low"), found.get(f"{line.key}_high")
    known = {
        name: found.get(one) if isinstance(one, str) else one for name, one in line.beside.items()
    }
    sign = "≤" if line.at_most else "≥"
    return (
        line.title,
        _shown(ours) + ("" if low is None or high is None else f" [{_shown(low)}, {_shown(high)}]"),
        ", ".join(f"{name} {_shown(one)}" for name, one in known.items() if one is not None),
        "" if target is None else f"{sign} {_shown(target)}",
        "" if target is None else ("yes" if is_met(line, ours, target) else "**no**"),
        _costs(found),
        f"{found['seconds_in_all']:.0f}, {found['largest_mb']}",
        found["measured_on"],
    )


def _target(line: Line, found: Figures) -> float | None:
    """The target as a number; none where the figure that it is a share of was not measured."""
    if not isinstance(line.target, tuple):
        return line.target
    value = found.get(line.target[0])
    return None if value is None else value * line.target[1]


def is_met(line: Line, ours: float, target: float) -> bool:
    """Whether a figure reaches its target; one that is to lie above a peer must do so truly."""
    if line.at_most:
        return ours <= target
    return ours > target if isinstance(line.target, tuple) else ours >= target


def _costs(found: Figures) -> str:
    columns = []
    for cost in COSTS:
        prefixes = SYSTEMS if f"concierge_{cost}" in found else ("", *SYSTEMS[1:])
        values = [found.get(f"{prefix}{cost}") for prefix in prefixes]
        shown = " / ".join("–" if one is None else f"{one:g}" for one in values)
        columns.append(shown.removesuffix(" / – / –") if values[0] is not None else "–")
    return "; ".join(columns)


def _shown(value: float) -> str:
    return f"{value:.3f}".removeprefix("0") if abs(value) < 1 else f"{value:.1f}"
