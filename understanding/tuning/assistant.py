"""The assistant's own fine-tuned encoder: learned in training, kept in the model, run by ONNX."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from encoders.onnx import OnnxEncoder
from kit.i18n import DEFAULT_LANGUAGE
from understanding.evaluation.examples import Example
from understanding.tuning.plan import BadPlan, TuningPlan

FOLDER: Final = "encoder-en"


def tune_into(
    folder: Path,
    examples: Sequence[tuple[str, str]],
    plan: TuningPlan,
    report: Callable[[str], None],
) -> OnnxEncoder:
    """The English encoder tuned on texts with their intents, exported into `folder`.

    Raises BadPlan for a gear whose additions cannot be worked into an exported encoder.
    """
    if plan.gear == "prefix":
        raise BadPlan("tuning: prefix cannot be exported for the assistant; take lora or adapter")
    from encoders.export import export
    from understanding.tuning.encoder import tuned_encoder

    known = [Example(text, intent) for text, intent in examples]
    tuned = tuned_encoder(DEFAULT_LANGUAGE, known, (), (), plan, report)
    with tempfile.TemporaryDirectory(prefix="tuned-") as temporary:
        source = Path(temporary) / f"minilm-{plan.gear}"
        tuned.save(source)
        export(folder / FOLDER, DEFAULT_LANGUAGE, source)
    return OnnxEncoder(folder / FOLDER)


def tuned_from(folder: Path) -> OnnxEncoder | None:
    """What `tune_into` left in a model's folder, if anything."""
    return OnnxEncoder(folder / FOLDER) if (folder / FOLDER).is_dir() else None
