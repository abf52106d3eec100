"""BERT as an ONNX graph, written straight from its weights: an export without torch.

The graph computes what transformers' BertModel does: embeddings, then for each layer self-attention
and two dense layers, each added to its input and normalised (Devlin et al. 2019, BERT). A RoBERTa
(Liu et al. 2019) differs in where its positions begin.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto, helper, numpy_helper

from encoders.onnx import OUTPUTS, Vectors

OPSET: Final = 17
IR_VERSION: Final = 8
KINDS: Final = ("bert", "roberta", "xlm-roberta")
_LINEAR: Final = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
_NORMS: Final = ("attention.output.LayerNorm", "output.LayerNorm")
_EMBEDDINGS: Final = ("word_embeddings", "position_embeddings", "token_type_embeddings")


@dataclass(frozen=True)
class Bert:
    """Weights under the names that transformers gives them, and what shapes do not tell."""

    tensors: Mapping[str, Vectors]
    layers: int
    heads: int
    epsilon: float = 1e-12
    first_position: int = 0


def read_bert(folder: Path) -> Bert | None:
    """The BERT or RoBERTa in a Hugging Face folder; None where another kind of model is in it.

    Raises safetensors' SafetensorError for weights that cannot be read.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    file = folder / "model.safetensors"
    kind = config.get("model_type")
    if (
        kind not in KINDS
        or not file.is_file()
        or config.get("hidden_act", "gelu") != "gelu"
        or config.get("position_embedding_type", "absolute") != "absolute"
        or config.get("is_decoder", False)
    ):
        return None
    tensors = _read_tensors(file, kind)
    layers = int(config["num_hidden_layers"])
    # A tensor that is missing or has no place here says that the model computes something else.
    if tensors is None or set(tensors) != _names(layers):
        return None
    return Bert(
        tensors,
        layers,
        int(config["num_attention_heads"]),
        float(config.get("layer_norm_eps", 1e-12)),
        # RoBERTa's positions come after that of its padding token.
        0 if kind == "bert" else int(config.get("pad_token_id", 1)) + 1,
    )


def build_graph(bert: Bert, *, looks_words_up: bool = True) -> ModelProto:
    """An ONNX model with the outputs `OUTPUTS`, each (texts, tokens, dimensions).

    Its inputs are `attention_mask` and `input_ids`, both (texts, tokens), or in place of the latter
    `inputs_embeds`, (texts, tokens, dimensions), when words are looked up outside.
    """
    graph = _Graph()
    size = bert.tensors["embeddings.position_embeddings.weight"].shape[1]
    state = _embedded(graph, bert, looks_words_up)
    hidden_from = _mask(graph)
    states = [state]
    for layer in range(bert.layers):
        prefix = f"encoder.layer.{layer}."
        weights = {
            name.removeprefix(prefix): values
            for name, values in bert.tensors.items()
            if name.startswith(prefix)
        }
        state = _layer(graph, weights, state, hidden_from, bert, size)
        states.append(state)
    for output, found in zip(OUTPUTS, (states[-1], states[len(states) // 2]), strict=True):
        graph.add("Identity", found, output=output)
    given = (
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
        if looks_words_up
        else helper.make_tensor_value_info(
            "inputs_embeds", TensorProto.FLOAT, ["texts", "tokens", size]
        )
    )
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["texts", "tokens", size])
        for name in OUTPUTS
    ]
    body = helper.make_graph(graph.nodes, "bert", [given, mask], outputs, graph.constants)
    return helper.make_model(
        body, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


class _Graph:
    """Nodes and constants as they are added; values go by generated names."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node with one output; its name."""
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], output, **attributes))
        return output

    def constant(self, values: npt.ArrayLike, kind: type[Any] = np.float32) -> str:
        """Add a constant; its name."""
        name = f"constant_{len(self.constants)}"
        array = np.ascontiguousarray(np.asarray(values, dtype=kind))
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def linear(self, weights: Mapping[str, Vectors], name: str, state: str) -> str:
        """A dense layer; weights as torch keeps them, (out, in)."""
        product = self.add("MatMul", state, self.constant(weights[f"{name}.weight"].T))
        return self.add("Add", product, self.constant(weights[f"{name}.bias"]))

    def norm(self, weights: Mapping[str, Vectors], name: str, state: str, epsilon: float) -> str:
        """Layer normalisation over the last dimension."""
        scale, bias = (self.constant(weights[f"{name}.{end}"]) for end in ("weight", "bias"))
        return self.add("LayerNormalization", state, scale, bias, axis=-1, epsilon=epsilon)


def _embedded(graph: _Graph, bert: Bert, looks_words_up: bool) -> str:
    """Words, positions and the type that all tokens are of, summed and normalised."""
    table = {
        name: bert.tensors[f"embeddings.{name}.weight"]
        for name in _EMBEDDINGS
        if looks_words_up or name != "word_embeddings"
    }
    words = "inputs_embeds"
    if looks_words_up:
        words = graph.add("Gather", graph.constant(table["word_embeddings"]), "input_ids")
    places = table["position_embeddings"][bert.first_position :] + table["token_type_embeddings"][0]
    zero, one, two = (graph.constant([number], np.int64) for number in (0, 1, 2))
    tokens = graph.add("Slice", graph.add("Shape", "attention_mask"), one, two, zero)
    used = graph.add("Slice", graph.constant(places), zero, tokens, zero)
    summed = graph.add("Add", words, used)
    return graph.norm(bert.tensors, "embeddings.LayerNorm", summed, bert.epsilon)


def _mask(graph: _Graph) -> str:
    """What is added to the scores: nothing for a token, a great negative number for padding."""
    is_token = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    is_padding = graph.add("Sub", graph.constant(1), is_token)
    lowered = graph.add("Mul", is_padding, graph.constant(-1e9))
    return graph.add("Unsqueeze", lowered, graph.constant([1, 2], np.int64))


def _layer(
    graph: _Graph,
    weights: Mapping[str, Vectors],
    state: str,
    hidden_from: str,
    bert: Bert,
    size: int,
) -> str:
    """One encoder layer; the state it ends with."""
    apart = graph.constant([0, 0, bert.heads, size // bert.heads], np.int64)
    query, key, value = (
        graph.add(
            "Transpose",
            graph.add("Reshape", graph.linear(weights, f"attention.self.{part}", state), apart),
            perm=perm,
        )
        for part, perm in (
            ("query", (0, 2, 1, 3)),
            ("key", (0, 2, 3, 1)),
            ("value", (0, 2, 1, 3)),
        )
    )
    product = graph.add("MatMul", query, key)
    scores = graph.add("Div", product, graph.constant(math.sqrt(size / bert.heads)))
    shares = graph.add("Softmax", graph.add("Add", scores, hidden_from), axis=-1)
    mixed = graph.add("Transpose", graph.add("MatMul", shares, value), perm=(0, 2, 1, 3))
    joined = graph.add("Reshape", mixed, graph.constant([0, 0, size], np.int64))
    attended = graph.add("Add", graph.linear(weights, "attention.output.dense", joined), state)
    state = graph.norm(weights, _NORMS[0], attended, bert.epsilon)
    inner = _gelu(graph, graph.linear(weights, "intermediate.dense", state))
    summed = graph.add("Add", graph.linear(weights, "output.dense", inner), state)
    return graph.norm(weights, _NORMS[1], summed, bert.epsilon)


def _gelu(graph: _Graph, state: str) -> str:
    """x · Φ(x), exactly (Hendrycks and Gimpel 2016)."""
    bent = graph.add("Erf", graph.add("Div", state, graph.constant(math.sqrt(2))))
    product = graph.add("Mul", state, graph.add("Add", bent, graph.constant(1)))
    return graph.add("Mul", product, graph.constant(0.5))


def _names(layers: int) -> set[str]:
    """The tensors of an encoder with so many layers."""
    found = {f"embeddings.{name}.weight" for name in _EMBEDDINGS}
    parts = [
        f"encoder.layer.{layer}.{part}" for layer in range(layers) for part in (*_LINEAR, *_NORMS)
    ]
    for part in ("embeddings.LayerNorm", *parts):
        found |= {f"{part}.weight", f"{part}.bias"}
    return found


def _read_tensors(file: Path, kind: str) -> dict[str, Vectors] | None:
    """The encoder's tensors as float32; None where one is of a kind that NumPy has not."""
    from safetensors.numpy import load_file

    try:
        given = load_file(file)
    except KeyError:  # bfloat16
        return None
    prefix = "bert." if kind == "bert" else "roberta."
    named = {
        # Old files name the two halves of a normalisation as their first implementation did.
        name.removeprefix(prefix).replace(".gamma", ".weight").replace(".beta", ".bias"): values
        for name, values in given.items()
    }
    return {
        name: values.astype(np.float32)
        for name, values in named.items()
        if name.startswith(("embeddings.", "encoder.")) and not name.endswith(".position_ids")
    }
