"""Sentence vectors without any model: hashed character n-grams (Weinberger et al. 2009).

What serves a language whose encoder is not installed. It knows spellings, not meanings: two texts
are near when they share runs of characters. About 0.05 ms a text.
"""

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from encoders.onnx import Vectors

DIMENSIONS: Final = 384
NAME: Final = "hashed character n-grams"


class HashedEncoder:
    """Vectors of fixed random directions, one per n-gram, weighted by the root of its count."""

    dimensions = DIMENSIONS

    def encode(self, texts: Sequence[str], *, is_query: bool = True) -> Vectors:
        """Unit vectors, shape (texts, 384); queries and passages alike."""
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for gram, count in Counter(_grams(text)).items():
                code = zlib.crc32(gram.encode())
                sign = 1.0 if code & 1 else -1.0
                vectors[row, (code >> 1) % DIMENSIONS] += sign * count**0.5
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit


def _grams(text: str) -> list[str]:
    """Chinese characters and pairs of them; Latin words and their runs of three characters."""
    words = text.lower().split()
    grams = []
    for word in words:
        is_wide = any(ord(sign) > 0x2FFF for sign in word)
        if not is_wide:
            grams.append(word)
            word = f"^{word}$"
        for length in (1, 2) if is_wide else (3,):
            grams += [word[at : at + length] for at in range(len(word) - length + 1)]
    return grams


def write_hashed(folder: Path, mark: str = "none") -> None:
    """Say in `folder` that this language is served without a model."""
    folder.mkdir(parents=True, exist_ok=True)
    card = {"model": NAME, "weights": "none", "source": mark}
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def is_hashed(folder: Path) -> bool:
    """Whether the export in `folder` is this one."""
    card = folder / "card.json"
    return card.exists() and json.loads(card.read_text("utf-8"))["model"] == NAME
