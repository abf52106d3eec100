"""The card beside a trained model: what it is, what it learned from, how good it was."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kit.clock import SystemClock
from understanding.tuning.plan import TuningPlan

_FIGURES = (
    "accuracy",
    "in_scope_accuracy",
    "macro_f1",
    "mcc",
    "oos_recall",
    "oos_precision",
    "auroc",
    "calibration_error",
    "entity_precision",
    "entity_recall",
    "entity_f1",
)


def write_card(
    folder: Path,
    encoders: Mapping[str, str],
    plan: TuningPlan,
    noise: Sequence[str],
    measured: Mapping[str, Any],
) -> Path:
    """Write card.json, for programs, and card.md, for people; the path of the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    facts: dict[str, Any] = {
        "made": SystemClock().today().isoformat(),
        "encoders": dict(encoders),
        "tuning": plan.gear,
        "seed": plan.seed,
        "noise": list(noise),
        "libraries": {name: version(name) for name in ("numpy", "onnxruntime", "torch")},
        "figures": dict(measured),
    }
    (folder / "card.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    rows = [_row(name, measured) for name in _FIGURES if measured.get(name) is not None]
    named = ", ".join(f"{model} ({name})" for name, model in encoders.items())
    how = "as it comes" if plan.gear == "frozen" else f"tuned ({plan.gear})"
    text = f"""# Understanding of messages

Made {facts["made"]} from {measured["train_examples"]} examples; measured on
{measured["test_examples"]} others.

- **What it is:** intents by kernel ridge regression on {named} and n-grams, the encoder {how};
  entities, where examples had some, by a tagger on an encoder's states.
- **What for:** telling what shoppers want from short messages in the language of its examples, and
  that a message is none of it.
- **What not for:** other languages, long texts, decisions about people. Where it is not sure it
  should ask back; its threshold: {measured["threshold_chosen"]}.
- **Noise learned from:** {", ".join(noise) or "none"}.

| figure | value | 95 % interval |
|---|---|---|
{chr(10).join(rows)}

Training took {measured["train_seconds"]} s, a message takes {measured["ms_p50"]} ms
(p95 {measured["ms_p95"]}), memory peaked at {measured["peak_mb"]:.0f} MB.
"""
    target = folder / "card.md"
    target.write_text(text, encoding="utf-8")
    return target


def _row(name: str, measured: Mapping[str, Any]) -> str:
    low, high = measured.get(f"{name}_low"), measured.get(f"{name}_high")
    interval = "" if low is None else f"{low} – {high}"
    return f"| {name.replace('_', ' ')} | {measured[name]} | {interval} |"
