"""`concierge bench nlu-noise`: what slips, capitals, lost words and mixed languages cost.

Models learn from ten examples an intent of Banking77 and CLINC150 and are asked 1 000 test texts as
they are and made noisy (`evaluation.noise.TEST_KINDS`, a kind a text in turn, seed 2026). Ours is
measured as it is, with each switch of augmentation on, and with each of the views that vote alone;
DIET and a linear SVM beside it. `banking77-tuned` are the switches of a tuned encoder.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from encoders.shared import ensure_exports
from kit.i18n import Language
from kit.languages import facts
from research.benchmarks.real_input import shared_data
from research.benchmarks.table import check_names, measure_each
from research.peers import PEERS as MAKERS
from understanding.evaluation.examples import Example, read_examples
from understanding.evaluation.noise import KINDS, TEST_KINDS
from understanding.evaluation.run import Request, Understands, system_for
from understanding.intents.similarity import Floats
from understanding.intents.trained import VIEWS, Encodes, Ours, encoders_of
from understanding.tuning.plan import TuningPlan

FOLDERS: Final = {"banking77": "banking77", "clinc150": "clinc150", "banking77-tuned": "banking77"}
TUNED: Final = "banking77-tuned"
PEERS: Final = ("svm", "diet")
ASKED: Final = 1000
SEED: Final = 2026


def run(
    root: Path,
    data_dir: Path,
    _stock: Path | None = None,
    *,
    only: Sequence[str] = (),
    peers: Sequence[str] = ("svm",),
) -> dict[str, Any]:
    """Print accuracy on clean and noisy texts by system and kind; flat figures."""
    check_names(peers, PEERS)
    ensure_exports(data_dir)
    remembering: dict[Language, Encodes] = {
        language: Remembering(one)
        for language, one in encoders_of(facts("en").views, data_dir).items()
    }
    return measure_each(
        only,
        FOLDERS,
        lambda name: measure(
            name, shared_data(root) / "nlu" / FOLDERS[name], data_dir, peers, remembering
        ),
    )


def measure(
    name: str,
    folder: Path,
    data_dir: Path,
    peers: Sequence[str],
    encoders: Mapping[Language, Encodes],
) -> dict[str, float]:
    """Figures of one set by system, and its table."""
    train = read_examples(folder / "fewshot_train_10.csv")
    test = read_examples(folder / "test.csv")
    rng = np.random.default_rng(SEED)
    clean = [test[place] for place in rng.choice(len(test), ASKED, replace=False)]
    noisy, kinds = perturbed(clean)
    requests = tuned_switches() if name == TUNED else switches(peers)
    table = Table(title=f"{name}, ten examples an intent, accuracy in %")
    for heading in ("system", "clean", "noisy", "loss", *TEST_KINDS, "learned in s"):
        table.add_column(heading, justify="left" if heading == "system" else "right")
    figures: dict[str, float] = {}
    for label, request in requests.items():
        print(f"{name}: {label} …", flush=True)
        began = time.perf_counter()
        system = _system(request, data_dir, encoders)
        system.fit(train, (), None)
        row = {"train_seconds": round(time.perf_counter() - began, 1)}
        row = losses(system, clean, noisy, kinds) | row
        table.add_row(label.replace("_", " "), *(f"{value:.1f}" for value in row.values()))
        figures |= {f"{label}_{column}": value for column, value in row.items()}
    Console(width=140).print(table)
    return figures


def switches(peers: Sequence[str]) -> dict[str, Request]:
    """What is measured: ours with each switch, each view alone, the peers."""
    found: dict[str, Request] = {"ours": Request("en")}
    found |= {f"ours_with_{kind}": Request("en", noise=(kind,), copies=1) for kind in KINDS}
    found["ours_with_all"] = Request("en", noise=tuple(KINDS), copies=3)
    found |= {f"{view}_alone": Request("en", views=(view,)) for view in VIEWS}
    return found | {peer: Request("en", model=peer, peer=MAKERS[peer]) for peer in peers}


def tuned_switches() -> dict[str, Request]:
    """A tuned encoder as it comes, with adversarial steps, and without what holds it back."""
    free = TuningPlan("full", dropout=0.0, weight_decay=0.0)
    return {
        "tuned": Request("en", plan=TuningPlan("full")),
        "tuned_adversarial": Request("en", plan=TuningPlan("full", adversarial=0.5)),
        "tuned_without_dropout_and_decay": Request("en", plan=free),
    }


def _system(request: Request, data_dir: Path, encoders: Mapping[Language, Encodes]) -> Understands:
    if request.model != "concierge":
        return system_for(request, data_dir, lambda _: None)
    noise = (request.noise, request.copies)
    return Ours("en", data_dir, request.plan, *noise, views=request.views, encoders=encoders)


class Remembering:
    """An encoder that reads each text once: most texts are those of the other switches."""

    def __init__(self, encoder: Encodes) -> None:
        self._encoder = encoder
        self._known: dict[str, Floats] = {}

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (texts, dimensions)."""
        fresh = sorted({text for text in texts if text not in self._known})
        self._known |= dict(zip(fresh, self._encoder.encode(fresh), strict=True)) if fresh else {}
        return np.array([self._known[text] for text in texts], np.float32)


def perturbed(examples: Sequence[Example]) -> tuple[list[str], list[str]]:
    """A noisy version of each text and the kind of its noise; the same every time."""
    rng = np.random.default_rng(SEED)
    names = list(TEST_KINDS)
    kinds = [names[place % len(names)] for place in range(len(examples))]
    texts = [TEST_KINDS[kind](one.text, rng) for one, kind in zip(examples, kinds, strict=True)]
    return texts, kinds


def losses(
    system: Understands, clean: Sequence[Example], noisy: Sequence[str], kinds: Sequence[str]
) -> dict[str, float]:
    """Accuracy in % on clean and noisy texts, points lost, and accuracy by kind of noise."""
    truth = np.array([one.intent for one in clean])
    before = np.array(system.judge([one.text for one in clean]).labels) == truth
    after = np.array(system.judge(noisy).labels) == truth
    kind = np.array(kinds)
    found = {
        "clean": 100 * float(before.mean()),
        "noisy": 100 * float(after.mean()),
        "loss": 100 * float(before.mean() - after.mean()),
    }
    return found | {name: 100 * float(after[kind == name].mean()) for name in TEST_KINDS}
