"""The English sentence encoder at run time: ONNX Runtime on one thread, no torch.

A short question costs about a millisecond on one core. Method: mean of the last hidden states, then
unit length (Reimers and Gurevych 2019, Sentence-BERT).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

DIMENSIONS: Final = 384
MAXIMUM_TOKENS: Final = 128
BATCH: Final = 32


class MiniLm:
    """all-MiniLM-L6-v2 from a folder that `knowledge.minilm_export` made.

    Raises FileNotFoundError when the folder holds no exported model.
    """

    def __init__(self, folder: Path, *, model_file: str = "model.onnx", threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        if not (folder / model_file).exists():
            raise FileNotFoundError(f"no exported encoder in {folder.name}; train the assistant")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAXIMUM_TOKENS)
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(folder / model_file), options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Unit vectors, shape (texts, 384)."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._encode_batch([tokens[index] for index in batch])
        return vectors

    def _encode_batch(self, tokens: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(tokens):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        (hidden,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        unit: npt.NDArray[np.float32] = mean / np.maximum(
            np.linalg.norm(mean, axis=1, keepdims=True), 1e-9
        )
        return unit
