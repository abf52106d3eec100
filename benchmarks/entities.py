"""`concierge bench entities`: exact entities on public data, by the tagger with equal settings.

SNIPS (English requests, 39 kinds of slots) and titles of Taobao goods (Chinese, four kinds) lie in
the folder of public data sets (`CONCIERGE_SHARED_DATA`, by default ../shared/data). The tagger
learns from the training part alone; its development part is printed beside the test part, and
neither chooses anything here. The floor is the same tagger without encoder and network.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.real_input import shared_data
from bot.nlu.examples import read_examples
from bot.nlu.tokens import Annotated
from bot.nlu.tokens_fit import fit
from bot.nlu.tokens_metrics import entity_metrics
from bot.nlu.tokens_states import EncoderStates
from bot.nlu.tokens_tagger import Tagger
from concierge.kit.i18n import Language
from knowledge.encoders import ensure_exports, export_folder
from knowledge.onnx_encoder import OnnxEncoder

# Set → folder, files of the training, development and test part, language.
SETS: Final[dict[str, tuple[str, tuple[str, str, str], Language]]] = {
    "snips": ("snips", ("train", "valid", "test"), "en"),
    "taobao_titles": ("zh_ner_ecommerce", ("train", "dev", "test"), "zh"),
}
# Published or measured by others on the same split.
KNOWN: Final = {"snips": ("BERT + CRF", 0.9724), "taobao_titles": ("character CRF", 0.825)}
TIMED: Final = 200


def run(
    root: Path, data_dir: Path, stock: Path | None, only: Sequence[str] = tuple(SETS)
) -> dict[str, Any]:
    """Measure the sets and print a line for each; the figures as `<set>_<figure>`."""
    ensure_exports(data_dir)
    figures: dict[str, Any] = {}
    for name in only:
        found = measure(name, shared_data(root) / "nlu", data_dir)
        figures |= {f"{name}_{key}": value for key, value in found.items()}
    return figures


def measure(name: str, nlu: Path, data_dir: Path) -> dict[str, float]:
    """Learn and measure one set."""
    folder, files, language = SETS[name]
    train, development, test = (_annotated(nlu / folder / f"{one}.jsonl.gz") for one in files)
    encoder = EncoderStates(OnnxEncoder(export_folder(data_dir, language)))
    began = time.perf_counter()
    tagger = fit(train, encoder, report=lambda said: print(f"{name}: {said}", file=sys.stderr))
    seconds = time.perf_counter() - began
    floor = Tagger(tagger.tags, tagger.names, tagger.linear)
    found = {
        **_figures(tagger, test),
        "development_f1": _figures(tagger, development)["entity_f1"],
        "linear_f1": _figures(floor, test)["entity_f1"],
        "linear_development_f1": _figures(floor, development)["entity_f1"],
        "train_seconds": round(seconds, 1),
        **_times(tagger, test),
    }
    label, known = KNOWN[name]
    print(
        f"{name}: F1 {found['entity_f1']:.4f} ({found['entity_f1_low']:.4f} to "
        f"{found['entity_f1_high']:.4f}), precision {found['entity_precision']:.4f}, recall "
        f"{found['entity_recall']:.4f}; linear model alone {found['linear_f1']:.4f}; "
        f"{label} {known}; development {found['development_f1']:.4f}, linear "
        f"{found['linear_development_f1']:.4f}; "
        f"learned in {seconds:.0f} s, {found['ms_p50']:.2f} ms a text (p95 {found['ms_p95']:.2f})"
    )
    return found


def _annotated(path: Path) -> list[Annotated]:
    return [Annotated(one.text, one.spans) for one in read_examples(path)]


def _figures(tagger: Tagger, texts: list[Annotated]) -> dict[str, float]:
    return entity_metrics([one.spans for one in texts], tagger.predict([one.text for one in texts]))


def _times(tagger: Tagger, texts: list[Annotated]) -> dict[str, float]:
    taken = []
    for one in texts[:TIMED]:
        began = time.perf_counter()
        tagger.predict([one.text])
        taken.append((time.perf_counter() - began) * 1000)
    return {f"ms_p{share}": round(float(np.percentile(taken, share)), 2) for share in (50, 95)}
