"""A Hugging Face folder of one's own serves in place of the packaged encoder."""

import json
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest

from encoders.onnx import OnnxEncoder
from encoders.shared import Encoders, ensure_exports
from encoders.sources import EncoderError, EncoderSource, source_of

pytestmark = pytest.mark.train
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "where", "is", "my", "parcel", "退", "货", "##s"]
TEXTS = ["where is my parcel", "退货", "parcels"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny-bert")
    BertModel(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=48,
            num_hidden_layers=2,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=128,
        )
    ).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    BertWordPieceTokenizer(str(folder / "vocab.txt")).save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Path:
    folder = tmp_path_factory.mktemp("data")
    ensure_exports(folder, sources(model))
    return folder


def sources(model: Path) -> dict[str, EncoderSource]:
    return {"en": source_of("en", model), "zh": EncoderSource("hashed", "none")}


def test_it_gives_what_transformers_gives(data_dir: Path, model: Path) -> None:
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(model / "tokenizer.json"))
    theirs = BertModel.from_pretrained(model).eval()
    ours = Encoders(data_dir).encode(TEXTS, "en")
    assert ours.shape == (3, 48)
    for text, vector in zip(TEXTS, ours, strict=True):
        with torch.inference_mode():
            states = theirs(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        mean = states.mean(dim=0).numpy()
        assert float(vector @ mean / np.linalg.norm(mean)) > 0.98


def test_states_of_words_are_those_of_the_middle_and_of_the_end(
    data_dir: Path, model: Path
) -> None:
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(model / "tokenizer.json"))
    theirs = BertModel.from_pretrained(model).eval()
    found = sorted(OnnxEncoder(data_dir / "encoders" / "en").hidden(TEXTS), key=itemgetter(0))
    assert [place for place, _, _ in found] == [0, 1, 2]
    assert found[0][2] == [(0, 0), (0, 5), (6, 8), (9, 11), (12, 18), (0, 0)]
    for text, (_, states, places) in zip(TEXTS, found, strict=True):
        with torch.inference_mode():
            given = tokenizer(text, return_tensors="pt")
            _, middle, last = theirs(**given, output_hidden_states=True).hidden_states
        assert states.shape == (len(places), 2, 48)
        for place, right in enumerate((middle[0].numpy(), last[0].numpy())):
            off = np.abs(states[:, place] - right).mean()
            assert off < 0.2 * np.abs(right).mean()


def test_the_card_says_what_was_measured(data_dir: Path) -> None:
    card = json.loads((data_dir / "encoders" / "en" / "card.json").read_text("utf-8"))
    lost = card["accuracy_float32"] - card["accuracy_int8"]
    assert card["weights"] == ("float32" if lost > 0.003 else "int8, dynamic quantisation")
    assert card["examples"] > 600


def test_it_is_exported_again_only_when_it_changes(data_dir: Path, model: Path) -> None:
    path = data_dir / "encoders" / "en" / "model.onnx"
    before, mark = path.stat().st_mtime_ns, source_of("en", model).mark
    ensure_exports(data_dir, sources(model))
    assert path.stat().st_mtime_ns == before
    config = model / "config.json"
    config.write_text(config.read_text("utf-8") + "\n", "utf-8")
    assert source_of("en", model).mark != mark


def test_weights_that_cannot_be_read_say_so(tmp_path: Path, model: Path) -> None:
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((model / name).read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match=r"exporting en: folder .* failed"):
        ensure_exports(tmp_path / "data", sources(tmp_path))
