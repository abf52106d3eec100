"""Read the shipped understanding data and articles the way the tests want to look at them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.sources import shop_terms
from shop.terms import fill

NLU_DATA = Path(__file__).resolve().parents[3] / "nlu_data"
LANGUAGES = ("en", "zh")

_ANNOTATION = re.compile(r"\[([^\]]*)\](?:\((\w+)\)|(\{[^}]*\}))")
_CLOSING_PUNCTUATION = " .,!?;:。，！？；：…~～"


@dataclass(frozen=True)
class Entity:
    """One annotated span: its label, the words of the shopper, and a value written beside it."""

    label: str
    text: str
    value: str | None


@dataclass(frozen=True)
class Example:
    """One training sentence of an intent."""

    intent: str
    raw: str
    file: str

    @property
    def text(self) -> str:
        """The sentence as a shopper writes it, without annotations."""
        return _ANNOTATION.sub(lambda match: match[1], self.raw)

    @property
    def key(self) -> str:
        """The sentence regardless of case, spaces and closing punctuation."""
        words = " ".join(self.text.casefold().split())
        return words.strip(_CLOSING_PUNCTUATION) or words

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Every annotation of the sentence, in order."""
        return tuple(_entity(match) for match in _ANNOTATION.finditer(self.raw))


@dataclass(frozen=True)
class Article:
    """One knowledge article: front matter and the paragraphs of its body."""

    slug: str
    front: dict[str, Any]
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The whole answer."""
        return "\n\n".join(self.paragraphs)


def _entity(match: re.Match[str]) -> Entity:
    if match[2]:
        return Entity(label=match[2], text=match[1], value=None)
    written = json.loads(match[3])
    return Entity(label=written["entity"], text=match[1], value=written.get("value"))


def sections(language: str, kind: str) -> Iterator[tuple[str, list[str], str]]:
    """Yield (name, lines, file) of every `intent`, `synonym`, `regex` or `lookup` section."""
    for folder in ("nlu", "lookups"):
        for path in sorted((NLU_DATA / language / folder).glob("*.yml")):
            for section in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
                if kind in section:
                    lines = section["examples"].splitlines()
                    yield str(section[kind]), [line.removeprefix("- ") for line in lines], path.name


def examples(language: str) -> list[Example]:
    """Return every training sentence of a language."""
    return [
        Example(intent=intent, raw=line, file=file)
        for intent, lines, file in sections(language, "intent")
        for line in lines
    ]


def synonyms(language: str) -> dict[str, str]:
    """Return the shop's value for each wording, inline values included."""
    values = {
        line.casefold(): value
        for value, lines, _ in sections(language, "synonym")
        for line in lines
    }
    for example in examples(language):
        for entity in example.entities:
            if entity.value is not None:
                values.setdefault(entity.text.casefold(), entity.value)
    return values


def articles(language: str) -> list[Article]:
    """Return the knowledge articles of a language by slug."""
    return [_article(path) for path in sorted((NLU_DATA / language / "articles").glob("*.md"))]


def _article(path: Path) -> Article:
    text = fill(path.read_text(encoding="utf-8"), shop_terms())  # as shoppers read it
    opening, front, body = text.split("---\n", 2)
    assert opening == "", f"{path.name} does not begin with its front matter"
    paragraphs = tuple(part.strip() for part in body.strip().split("\n\n") if part.strip())
    return Article(slug=path.stem, front=yaml.safe_load(front), paragraphs=paragraphs)
