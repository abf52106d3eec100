"""Sentence encoders at run time: ONNX Runtime on one thread, no torch.

A folder that `encoders.export` made holds `model.onnx`, `tokenizer.json`, `card.json` and, where
the vocabulary is large, `embeddings.npy`, which is mapped and not loaded. A short question costs 1
to 3 ms on one core. Method: mean of the last hidden states, then unit length (Reimers and Gurevych
2019, Sentence-BERT).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

MAXIMUM_TOKENS: Final = 128
# What an exported model gives: the last hidden states and those at half its depth.
OUTPUTS: Final = ("hidden", "middle")
BATCH: Final = 32
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Card:
    """What an exported encoder says of itself; prefixes go before queries and passages."""

    model: str
    query: str = ""
    passage: str = ""


class OnnxEncoder:
    """An exported encoder.

    Raises FileNotFoundError when the folder holds no exported model.
    """

    def __init__(self, folder: Path, *, model_file: str = "model.onnx", threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        if not (folder / model_file).exists():
            raise FileNotFoundError(f"no exported encoder in {folder.name}; train the assistant")
        self.card = _read_card(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAXIMUM_TOKENS)
        self._tokenizer.no_padding()
        table = folder / "embeddings.npy"
        self._embeddings = np.load(table, mmap_mode="r") if table.exists() else None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / model_file), options, providers=providers()
        )
        self.dimensions = int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str], *, is_query: bool = True) -> Vectors:
        """Unit vectors, shape (texts, dimensions)."""
        prefix = self.card.query if is_query else self.card.passage
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        encoded = self._tokenizer.encode_batch([prefix + text for text in texts])
        tokens = [encoding.ids for encoding in encoded]
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._encode_batch([tokens[index] for index in batch])
        return vectors

    def hidden(
        self, texts: Sequence[str], *, is_query: bool = True
    ) -> Iterator[tuple[int, Vectors, list[tuple[int, int]]]]:
        """For each text, in any order: its place in `texts`, the hidden states of its tokens in the
        middle and at the end of the model, shape (tokens, 2, dimensions), and where in the text
        each token begins and ends (0, 0: nowhere)."""
        prefix = self.card.query if is_query else self.card.passage
        encoded = self._tokenizer.encode_batch([prefix + text for text in texts])
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index].ids))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            found, _ = self._run([encoded[index].ids for index in batch], OUTPUTS)
            for last, middle, index in zip(*found, batch, strict=True):
                places = [
                    (max(begin - len(prefix), 0), max(end - len(prefix), 0))
                    for begin, end in encoded[index].offsets
                ]
                yield index, np.stack([middle, last], axis=1)[: len(places)], places

    def _encode_batch(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        (hidden,), mask = self._run(tokens, OUTPUTS[:1])
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        unit: Vectors = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
        return unit

    def _run(
        self, tokens: Sequence[Sequence[int]], outputs: Sequence[str]
    ) -> tuple[list[Vectors], npt.NDArray[np.int64]]:
        """The outputs wanted, each (texts, tokens, dimensions), and the mask of what is a token."""
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(tokens):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        inputs: dict[str, Any] = {"attention_mask": mask}
        if self._embeddings is None:
            inputs["input_ids"] = ids
        else:
            inputs["inputs_embeds"] = self._embeddings[ids].astype(np.float32)
        return self._session.run(outputs, inputs), mask


def sentence_vector(states: Vectors) -> Vectors:
    """The unit vector of a text, (dimensions,), from what `OnnxEncoder.hidden` gives of it."""
    mean = states[:, 1].mean(axis=0)
    unit: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return unit


def providers() -> list[str]:
    """Where to run: a GPU when ONNX Runtime was built for one and finds it, then the CPU."""
    import onnxruntime

    there = onnxruntime.get_available_providers()
    return [one for one in ("CUDAExecutionProvider", "CPUExecutionProvider") if one in there]


def whole_words(folder: Path) -> frozenset[str]:
    """Words that the tokenizer of an exported encoder has in one piece, in lower case.

    None where there is no tokenizer, as without an encoder.
    """
    path = folder / "tokenizer.json"
    if not path.exists():
        return frozenset()
    vocabulary = json.loads(path.read_text("utf-8"))["model"]["vocab"]
    if isinstance(vocabulary, dict):  # WordPiece: what follows within a word begins with ##
        pieces = [piece for piece in vocabulary if not piece.startswith("##")]
    else:  # Unigram: pieces with scores, the first of a word begins with ▁
        pieces = [piece[1:] for piece, _ in vocabulary if piece.startswith("▁")]
    return frozenset(piece.lower() for piece in pieces if piece.isalpha())


def _read_card(folder: Path) -> Card:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    return Card(card["model"], card.get("query", ""), card.get("passage", ""))
