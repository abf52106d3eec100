"""How well intents and entities are understood on files of one's own: `concierge nlu evaluate`.

Learns from one file, measures on another. What is rejected as out of scope is decided by a score
and a threshold that were chosen on training or validation data, never on the test file.
"""

import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from kit.i18n import Language
from understanding.entities.units import Annotated, Span
from understanding.evaluation.examples import BadExamples, Example
from understanding.evaluation.measures import Judged, figures, outcome
from understanding.tuning.plan import TuningPlan

TIMED: Final = 200
Report = Callable[[str], None]


@dataclass(frozen=True)
class Request:
    """What to measure: `model` is concierge or the name of `peer`; `save` and `plots` are folders.

    `views` are the feature sets that vote on intents (`trained.VIEWS`), all where empty. `peer`
    makes another system for a language, to be measured by the same code.
    """

    language: Language
    oos_label: str | None = None
    model: str = "concierge"
    plan: TuningPlan = field(default_factory=TuningPlan)
    noise: tuple[str, ...] = ()
    copies: int = 2
    views: tuple[str, ...] = ()
    save: Path | None = None
    plots: Path | None = None
    peer: "Callable[[Language], Understands] | None" = None


class Understands(Protocol):
    """A system under test. `threshold` is the score below which a text is out of scope."""

    threshold: float
    threshold_chosen: str

    def fit(
        self, train: Sequence[Example], validation: Sequence[Example], oos_label: str | None
    ) -> None:
        """Learn, and choose the threshold when there is an out-of-scope label."""

    def judge(self, texts: Sequence[str]) -> Judged:
        """What it says of texts."""

    def entities(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text; none from a system that knows no entities."""

    def facts(self) -> dict[str, Any]:
        """Further figures of the training, flat."""

    def save(self, folder: Path, measured: dict[str, Any]) -> None:
        """Keep the model and its card."""


def evaluate(
    train: Sequence[Example],
    test: Sequence[Example],
    validation: Sequence[Example],
    request: Request,
    *,
    data_dir: Path,
    report: Report = lambda _: None,
) -> dict[str, Any]:
    """Figures of a system that learned from `train`, on `test`; flat, ready for JSON.

    Raises BadExamples when there is nothing to tell apart or the files do not fit together.
    """
    has_intents, has_entities = _what_to_measure(train, test, request.oos_label)
    report("loading what learns")
    system = system_for(request, data_dir, report)
    began = time.perf_counter()
    report(f"learning from {len(train)} examples")
    system.fit(train, validation, request.oos_label if has_intents else None)
    seconds = time.perf_counter() - began
    report(f"measuring on {len(test)} examples")
    texts = [one.text for one in test]
    measured: dict[str, Any] = {}
    if has_intents:
        result = outcome(
            system.judge(texts), [one.intent for one in test], system.threshold, request.oos_label
        )
        measured |= figures(result)
        measured["intent_accuracy"] = measured["accuracy"]
        if request.plots is not None:
            from understanding.evaluation.plots import write_plots

            write_plots(result, request.plots)
    if has_entities:
        measured |= _entity_figures(system.entities(texts), test)
    counts = Counter(one.intent for one in train if one.intent != request.oos_label)
    times = _times(system, texts, has_intents, has_entities)
    measured |= {
        "threshold": None if request.oos_label is None else round(float(system.threshold), 4),
        "threshold_chosen": system.threshold_chosen,
        "model": request.model,
        "tuning": request.plan.gear if request.model == "concierge" else None,
        "train_examples": len(train),
        "single_example_intents": sum(count == 1 for count in counts.values()),
        "test_examples": len(test),
        **system.facts(),
        "train_seconds": round(seconds, 2),
        "ms_p50": round(float(np.percentile(times, 50)), 2),
        "ms_p95": round(float(np.percentile(times, 95)), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, 0),
    }
    if request.save is not None:
        system.save(request.save, measured)
    return measured


def system_for(request: Request, data_dir: Path, report: Report) -> Understands:
    """The system that a request names, nothing learned yet."""
    if request.peer is not None:
        return request.peer(request.language)
    from understanding.intents.trained import Ours

    return Ours(
        request.language,
        data_dir,
        request.plan,
        request.noise,
        request.copies,
        views=request.views,
        report=report,
    )


def _what_to_measure(
    train: Sequence[Example], test: Sequence[Example], oos_label: str | None
) -> tuple[bool, bool]:
    """Whether there are intents and whether there are entities in both files."""
    intents = all(one.intent for one in train) and all(one.intent for one in test)
    entities = any(one.spans for one in train) and any(one.spans for one in test)
    if not intents and not entities:
        raise BadExamples("the training and the test file must both have intents or both entities")
    known = {one.intent for one in train} - {oos_label}
    if intents and len(known) < 2:
        raise BadExamples("the training file must have at least two intents")
    if intents and not known & {one.intent for one in test}:
        raise BadExamples("no intent of the test file is in the training file; compare their names")
    return intents, entities


def _entity_figures(
    predicted: Sequence[Sequence[Span]], test: Sequence[Example]
) -> dict[str, float]:
    from understanding.evaluation.spans import entity_metrics

    return entity_metrics([one.spans for one in test], predicted)


def _times(
    system: Understands, texts: Sequence[str], has_intents: bool, has_entities: bool
) -> list[float]:
    """Milliseconds of understanding single messages, encoding included."""
    taken = []
    for text in texts[:TIMED]:
        fresh = [f"{text} "]  # not yet remembered by the encoders
        began = time.perf_counter()
        if has_intents:
            system.judge(fresh)
        if has_entities:
            system.entities(fresh)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def annotated(examples: Sequence[Example]) -> list[Annotated]:
    """Examples as the tagger of entities learns them."""
    return [Annotated(one.text, one.spans) for one in examples]
