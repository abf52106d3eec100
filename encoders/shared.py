"""Sentence vectors for both languages, without torch at run time.

English goes through MiniLM (about 1 ms a text on one core), everything else through
multilingual-e5-small (about 2.5 ms), both in ONNX Runtime; which model serves a language, and with
which weights, is decided when it is exported (`encoders.sources`, `encoders.export`). The
spaces differ: vectors of different languages are never compared with each other.
"""

import hashlib
import json
import logging
import subprocess
import sys
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final, Literal

import numpy as np

from encoders.hashed import HashedEncoder, is_hashed, write_hashed
from encoders.onnx import BATCH, OUTPUTS, OnnxEncoder, Vectors
from encoders.sources import (
    EncoderError,
    EncoderSource,
    configured_sources,
    described,
)
from kit.i18n import Language
from kit.languages import facts
from kit.locks import only_writer
from kit.settings import load_settings

log = logging.getLogger(__name__)
Kind = Literal["query", "passage"]
REMEMBERED: Final = 2048


def export_folder(data_dir: Path, language: Language) -> Path:
    """Where the exported encoder of a language lives."""
    return data_dir / "encoders" / language


def ensure_exports(data_dir: Path, sources: Mapping[Language, EncoderSource] | None = None) -> None:
    """Export the encoders that are not there or of another model, each in a process of its own.

    `sources` are what the settings say where none are given. Of several processes that find one
    missing the first exports it and the others wait. Torch, which is large, is only needed here.
    Raises EncoderError with what the export said.
    """
    wanted = configured_sources(load_settings()) if sources is None else sources
    if _missing(data_dir, wanted):
        with only_writer(data_dir / "encoders"):
            _export(data_dir, _missing(data_dir, wanted))


def _missing(
    data_dir: Path, wanted: Mapping[Language, EncoderSource]
) -> dict[Language, EncoderSource]:
    return {
        language: source
        for language, source in wanted.items()
        if not _is_complete(export_folder(data_dir, language), source)
    }


def _export(data_dir: Path, missing: Mapping[Language, EncoderSource]) -> None:
    for language, source in missing.items():
        if source.kind == "hashed":
            log.warning("no encoder is installed; n-grams serve", extra={"language": language})
            write_hashed(export_folder(data_dir, language), source.mark)
    heavy = {name: source for name, source in missing.items() if source.kind != "hashed"}
    if not heavy:
        return
    exports = {
        name: subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "encoders.export",
                str(data_dir),
                f"{name}={source.folder or source.kind}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, source in heavy.items()
    }
    said = {name: process.communicate()[1] for name, process in exports.items()}
    if failed := {name: heavy[name] for name in heavy if exports[name].returncode != 0}:
        words = "\n".join(said[name][-800:] for name in failed)
        raise EncoderError(f"exporting {described(failed)} failed: {words}")


def _is_complete(folder: Path, source: EncoderSource) -> bool:
    """An export writes what it was made from into the card when all else is there."""
    if not (folder / "card.json").exists():
        return False
    card = json.loads((folder / "card.json").read_text("utf-8"))
    same_outputs = source.kind == "hashed" or card.get("outputs") == list(OUTPUTS)
    return same_outputs and bool(card.get("source") == source.mark)


@cache
def shared_encoders(data_dir: Path) -> "Encoders":
    """The encoders of this process: every component uses the same ones."""
    return Encoders(data_dir)


class Encoders:
    """Both encoders, loaded when first needed; short texts are remembered."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._threads = 1
        self._loaded: dict[Language, OnnxEncoder | HashedEncoder] = {}
        self._fingerprints: dict[Language, str] = {}
        self._known: OrderedDict[tuple[Language, Kind, str], Vectors] = OrderedDict()
        self._lock = Lock()

    def fingerprint(self, language: Language) -> str:
        """Changes when the encoder is another one: vectors of two of them do not go together."""
        if language not in self._fingerprints:
            card = (export_folder(self._data_dir, language) / "card.json").read_bytes()
            self._fingerprints[language] = hashlib.sha256(card).hexdigest()[:16]
        return self._fingerprints[language]

    def reload(self) -> None:
        """Forget what is loaded: the next text is encoded by what is exported then."""
        with self._lock:
            self._loaded.clear()
            self._known.clear()
            self._fingerprints.clear()

    def use_threads(self, threads: int) -> None:
        """Encode on so many cores from now on: for training, where no shopper waits beside it."""
        self._threads = threads
        self.reload()

    def warm(self, language: Language) -> None:
        """Load the encoder of `language` now."""
        self.encode([facts(language).hello], language)

    def encode(self, texts: Sequence[str], language: Language, kind: Kind = "query") -> Vectors:
        """Unit vectors, shape (texts, dimensions of the encoder)."""
        encoder = self._encoder(language)
        found = np.zeros((len(texts), encoder.dimensions), np.float32)
        missing = []
        with self._lock:
            for place, text in enumerate(texts):
                known = self._known.get((language, kind, text))
                if known is None:
                    missing.append(place)
                else:
                    found[place] = known
        # Texts of like length go together: a short one padded to a long one costs as much.
        missing.sort(key=lambda place: len(texts[place]))
        for start in range(0, len(missing), BATCH):  # so that a long list keeps nobody waiting
            batch = missing[start : start + BATCH]
            fresh = encoder.encode([texts[place] for place in batch], is_query=kind == "query")
            found[batch] = fresh
            with self._lock:
                for place, vector in zip(batch, fresh, strict=True):
                    self._known[language, kind, texts[place]] = vector
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return found

    def shows_tokens(self, language: Language) -> bool:
        """Whether `hidden` can be asked: what stands in for an encoder knows no tokens."""
        return isinstance(self._encoder(language), OnnxEncoder)

    def hidden(self, texts: Sequence[str], language: Language) -> Iterator[tuple[int, Vectors]]:
        """For each text, in any order, its place and the states of its tokens in the middle and at
        the end of the encoder, shape (tokens, 2, dimensions). Nothing is remembered.

        Raises EncoderError where `shows_tokens` is false.
        """
        encoder = self._encoder(language)
        if not isinstance(encoder, OnnxEncoder):
            raise EncoderError(f"no encoder serves {language}; install one or name a folder")
        for place, states, _ in encoder.hidden(texts):
            yield place, states

    def _encoder(self, language: Language) -> OnnxEncoder | HashedEncoder:
        with self._lock:
            if language not in self._loaded:
                folder = export_folder(self._data_dir, language)
                hashed = is_hashed(folder)
                self._loaded[language] = (
                    HashedEncoder() if hashed else OnnxEncoder(folder, threads=self._threads)
                )
            return self._loaded[language]
