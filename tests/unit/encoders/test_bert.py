"""The graph written from weights computes what transformers' model does."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from safetensors.numpy import load_file, save_file

from encoders.bert import Bert, build_graph, read_bert

WORDS = np.array([[5, 9, 7, 6, 8], [4, 11, 0, 0, 0]])
MASK = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0]])
SIZES: dict[str, Any] = {
    "vocab_size": 20,
    "hidden_size": 12,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "intermediate_size": 20,
    "max_position_embeddings": 16,
}


def answers(bert: Bert, *, embeddings: np.ndarray | None = None) -> list[np.ndarray]:
    """The last and the middle states of WORDS."""
    graph = build_graph(bert, looks_words_up=embeddings is None)
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    words = {"input_ids": WORDS} if embeddings is None else {"inputs_embeds": embeddings[WORDS]}
    return [np.asarray(one) for one in session.run(None, {**words, "attention_mask": MASK})]


def random_bert(layers: int = 2) -> Bert:
    """Weights as a file has them, from a fixed seed."""
    random = np.random.default_rng(3)
    shapes = {
        "attention.self.query": (8, 8),
        "attention.self.key": (8, 8),
        "attention.self.value": (8, 8),
        "attention.output.dense": (8, 8),
        "intermediate.dense": (10, 8),
        "output.dense": (8, 10),
    }
    tensors = {
        "embeddings.word_embeddings.weight": (20, 8),
        "embeddings.position_embeddings.weight": (16, 8),
        "embeddings.token_type_embeddings.weight": (2, 8),
        "embeddings.LayerNorm.weight": (8,),
        "embeddings.LayerNorm.bias": (8,),
    }
    for layer in range(layers):
        for name, shape in shapes.items():
            tensors[f"encoder.layer.{layer}.{name}.weight"] = shape
            tensors[f"encoder.layer.{layer}.{name}.bias"] = shape[:1]
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors[f"encoder.layer.{layer}.{name}.weight"] = (8,)
            tensors[f"encoder.layer.{layer}.{name}.bias"] = (8,)
    drawn = {name: random.normal(size=shape).astype(np.float32) for name, shape in tensors.items()}
    return Bert(drawn, layers, heads=2)


def saved(folder: Path, bert: Bert, rename: Any = str, **config: Any) -> Path:
    """A Hugging Face folder with these weights."""
    facts = {"model_type": "bert", "num_hidden_layers": bert.layers, "num_attention_heads": 2}
    (folder / "config.json").write_text(json.dumps({**facts, **config}), "utf-8")
    save_file(
        {rename(name): one for name, one in bert.tensors.items()}, folder / "model.safetensors"
    )
    return folder


@pytest.mark.parametrize("kind", ["Bert", "XLMRoberta"])
def test_states_are_those_of_transformers(tmp_path: Path, kind: str) -> None:
    torch = pytest.importorskip("torch", reason="the group train is not installed")
    import transformers

    torch.manual_seed(4)
    theirs = getattr(transformers, f"{kind}Model")(
        getattr(transformers, f"{kind}Config")(**SIZES, initializer_range=0.5)
    ).eval()
    theirs.save_pretrained(tmp_path)
    bert = read_bert(tmp_path)
    assert bert is not None
    with torch.inference_mode():
        # Padding stands behind the text, where positions of RoBERTa count on over any word.
        given = torch.from_numpy(np.where(MASK == 1, WORDS, 2 * MASK[:, :1]))
        found = theirs(given, attention_mask=torch.from_numpy(MASK), output_hidden_states=True)
    for ours, right in zip(
        answers(bert), (found.last_hidden_state, found.hidden_states[2]), strict=True
    ):
        assert np.abs(ours - right.numpy())[MASK == 1].max() < 1e-5
        assert np.abs(right.numpy()).max() > 0.5


def test_padding_changes_nothing() -> None:
    bert = random_bert()
    together = answers(bert)[0][1, :2]
    graph = onnxruntime.InferenceSession(build_graph(bert).SerializeToString())
    alone = graph.run(["hidden"], {"input_ids": WORDS[1:, :2], "attention_mask": MASK[1:, :2]})[0]
    assert np.allclose(alone[0], together, atol=1e-5)


def test_words_may_be_looked_up_outside() -> None:
    bert = random_bert()
    table = bert.tensors["embeddings.word_embeddings.weight"]
    for inside, outside in zip(answers(bert), answers(bert, embeddings=table), strict=True):
        assert np.array_equal(inside, outside)


def test_names_of_old_files_and_of_larger_models_are_read(tmp_path: Path) -> None:
    bert = random_bert()

    def old(name: str) -> str:
        return "bert." + name.replace("Norm.weight", "Norm.gamma").replace("Norm.bias", "Norm.beta")

    read = read_bert(saved(tmp_path, bert, old))
    assert read is not None
    assert np.array_equal(answers(read)[0], answers(bert)[0])


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "distilbert"},
        {"hidden_act": "relu"},
        {"position_embedding_type": "relative_key"},
        {"is_decoder": True},
        {"num_hidden_layers": 3},
    ],
)
def test_what_computes_something_else_is_left_to_torch(
    tmp_path: Path, config: dict[str, Any]
) -> None:
    assert read_bert(saved(tmp_path, random_bert(), **config)) is None


def test_an_added_tensor_is_left_to_torch(tmp_path: Path) -> None:
    folder = saved(tmp_path, random_bert())
    assert read_bert(folder) is not None
    tensors = load_file(folder / "model.safetensors")
    tensors["encoder.layer.0.adapter.weight"] = np.ones((2, 2), np.float32)
    save_file(tensors, folder / "model.safetensors")
    assert read_bert(folder) is None
