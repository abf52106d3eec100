"""`concierge bench nlu-training`: the shipped assistant's understanding beside DIET, equal data.

Four fifths of the assistant's examples, both languages, are learned from; the others are asked.
Ours are the components of config.yml, moods and names included, through Rasa's own interfaces;
DIET learns the same examples, a model per language. Encoders are exported beforehand, as wheels
are installed beforehand; reading the examples with them counts.
"""

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from encoders.shared import ensure_exports, export_folder
from kit.i18n import LANGUAGES
from research.benchmarks.table import check_names, measure_each
from understanding.entities.units import Span
from understanding.evaluation.examples import Example
from understanding.language import detect_language

HELD_OUT: Final = 5
SEED: Final = 11


def run(
    root: Path,
    data_dir: Path,
    _stock: Path | None = None,
    *,
    only: Sequence[str] = (),
    peers: Sequence[str] = ("diet",),
) -> dict[str, Any]:
    """Print seconds of learning, accuracy and milliseconds a message; flat figures."""
    check_names(peers, ("diet",))
    ensure_exports(data_dir)
    return measure_each(only, ("assistant",), lambda _: measure(root, data_dir, peers))


def measure(root: Path, data_dir: Path, peers: Sequence[str]) -> dict[str, Any]:
    """Figures of ours and, where `peers` has it, of DIET."""
    from bot.importer import NluDataImporter

    data = NluDataImporter(domain_path=str(root / "domain.yml")).get_nlu_data()
    order = np.random.default_rng(SEED).permutation(len(data.intent_examples))
    asked = [data.intent_examples[at] for at in order[: len(order) // HELD_OUT]]
    held_out = {id(message) for message in asked}
    known = data.filter_training_examples(lambda message: id(message) not in held_out)
    figures = ours(known, asked)
    for language in LANGUAGES:
        card = json.loads((export_folder(data_dir, language) / "card.json").read_text("utf-8"))
        kept = ("weights", "accuracy_float32", "accuracy_int8")
        figures |= {f"encoder_{language}_{key}": card[key] for key in kept if key in card}
    if "diet" in peers:
        figures |= {f"diet_{key}": value for key, value in diet(known, asked).items()}
    table = Table(title=f"{len(known.intent_examples)} examples, {len(asked)} asked")
    for heading in ("figure", "ours", "DIET"):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for key in ("train_seconds", "accuracy", "ms_p50", "ms_p95"):
        table.add_row(key, str(figures[key]), str(figures.get(f"diet_{key}", "–")))
    Console(width=100).print(table)
    return figures


def ours(known: Any, asked: Sequence[Any]) -> dict[str, float]:
    """Learn and answer with the components of the pipeline; `known` is Rasa's TrainingData."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message

    from bot.sentiment_component import ShopSentiment
    from bot.understanding_component import ShopUnderstanding

    with tempfile.TemporaryDirectory(prefix="bench-nlu-") as folder:
        storage = LocalModelStorage.create(Path(folder))
        components = [
            kind.create(
                kind.get_default_config(),
                storage,
                Resource(kind.__name__),
                ExecutionContext(GraphSchema({}), node_name=kind.__name__),
            )
            for kind in (ShopUnderstanding, ShopSentiment)
        ]
        began = time.perf_counter()
        for component in components:
            component.train(known)
        seconds = time.perf_counter() - began
        guesses, taken = [], []
        for one in asked:
            message = Message({"text": one.get("text")})
            start = time.perf_counter()
            for component in components:
                component.process([message])
            taken.append((time.perf_counter() - start) * 1000)
            ranking = [found["name"] for found in message.get("intent_ranking")]
            guesses.append(next(name for name in ranking if name != "nlu_fallback"))
    return _figures(guesses, asked, seconds, taken)


def diet(known: Any, asked: Sequence[Any]) -> dict[str, float]:
    """The same with DIET, each language by itself."""
    from research.peers.diet import Diet

    seconds, guesses, taken = 0.0, [""] * len(asked), []
    for language in LANGUAGES:
        examples = [
            example(one)
            for one in known.intent_examples
            if (detect_language(one.get("text")) or "en") == language
        ]
        model = Diet(language)
        began = time.perf_counter()
        model.fit(examples, (), None)
        seconds += time.perf_counter() - began
        for place, one in enumerate(asked):
            if (detect_language(one.get("text")) or "en") != language:
                continue
            start = time.perf_counter()
            guesses[place] = model.judge([one.get("text")]).labels[0]
            taken.append((time.perf_counter() - start) * 1000)
    return _figures(guesses, asked, seconds, taken)


def example(message: Any) -> Example:
    """A message of Rasa's training data as an example with its spans."""
    spans = [Span(one["entity"], one["start"], one["end"]) for one in message.get("entities") or ()]
    return Example(message.get("text"), message.get("intent"), tuple(spans))


def _figures(
    guesses: Sequence[str], asked: Sequence[Any], seconds: float, taken: Sequence[float]
) -> dict[str, float]:
    right = [guess == one.get("intent") for guess, one in zip(guesses, asked, strict=True)]
    return {
        "train_seconds": round(seconds, 1),
        "accuracy": round(float(np.mean(right)), 4),
        "ms_p50": round(float(np.percentile(taken, 50)), 2),
        "ms_p95": round(float(np.percentile(taken, 95)), 2),
    }
