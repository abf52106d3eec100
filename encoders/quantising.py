"""Whether 8-bit weights are good enough: accuracy on the assistant's own examples.

A ridge classifier learns the intents from the vectors, and each example is judged as if it had been
left out, which has a closed form (Cook 1977): no folds, no luck of a split.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import yaml

from encoders.onnx import Vectors
from kit.i18n import Language

ALLOWED_LOSS: Final = 0.003
RIDGE: Final = 0.3
MOST_EXAMPLES: Final = 1_200
FEWEST_EXAMPLES: Final = 100


def own_examples(nlu_data: Path, language: Language) -> tuple[list[str], list[str]]:
    """Texts and intents of the assistant's examples, every n-th where there are many."""
    texts, intents = [], []
    for path in sorted((nlu_data / language / "nlu").glob("*.yml")):
        for group in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in str(group.get("examples", "")).splitlines():
                if "intent" in group and line.startswith("- "):
                    texts.append(line.removeprefix("- "))
                    intents.append(str(group["intent"]))
    step = -(-len(texts) // MOST_EXAMPLES) if texts else 1
    return texts[::step], intents[::step]


def left_out_accuracy(vectors: Vectors, labels: Sequence[str]) -> float:
    """Share of examples that a ridge classifier gets right without having seen them."""
    places = np.unique(np.asarray(labels), return_inverse=True)[1]
    wanted = np.eye(places.max() + 1)[places]
    features = np.hstack([vectors, np.ones((len(vectors), 1))]).astype(np.float64)
    inverse = np.linalg.inv(features.T @ features + RIDGE * np.eye(features.shape[1]))
    hat = features @ inverse @ features.T
    influence = np.diag(hat)[:, None]
    left_out = (hat @ wanted - influence * wanted) / np.maximum(1 - influence, 1e-9)
    return float((left_out.argmax(axis=1) == places).mean())
