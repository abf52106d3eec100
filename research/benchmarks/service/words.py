"""Wordings by act and language, one of them taken by seed."""

import random
import string
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FOLDER: Final = Path(__file__).parent / "words"
FEWEST: Final = 5
Values = Mapping[str, str]


class BadWords(ValueError):
    """A file of wordings is wrong; the message names the act."""


@cache
def load_wordings(language: str) -> dict[str, tuple[str, ...]]:
    """Wordings by act. Raises BadWords where an act has fewer than five different ones."""
    path = FOLDER / f"{language}.yml"
    body = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = {str(act): tuple(map(str, lines)) for act, lines in body.items()}
    for act, lines in found.items():
        if len(set(lines)) < FEWEST:
            raise BadWords(f"{path.name}: {act} has fewer than {FEWEST} wordings")
    return found


def needed(line: str) -> set[str]:
    """The values a wording is filled with: `{Things}` is `{things}` with a capital."""
    return {name for _, name, _, _ in string.Formatter().parse(line) if name}


def capital(text: str) -> str:
    """The same with its first letter as a capital."""
    return text[:1].upper() + text[1:]


class Words:
    """How one shopper talks in one conversation: a seed and a manner."""

    def __init__(self, language: str, seed: str, manner: Iterable[str] = ()) -> None:
        self.language = language
        self.random = random.Random(seed)
        self._wordings = load_wordings(language)
        self._manner = frozenset(manner)
        self._used: set[str] = set()
        self._last = ""

    def of(self, act: str, **values: str) -> str:
        """A wording of an act, not the one used before where there is another."""
        filled = {name: value for name, value in values.items() if value}
        filled |= {capital(name): capital(value) for name, value in filled.items()}
        fits = [line for line in self._wordings[act] if needed(line) <= set(filled)]
        if not fits:
            raise BadWords(f"{act} has no wording for {', '.join(sorted(values))}")
        if "brief" in self._manner:
            fits = sorted(fits, key=len)[: max(3, len(fits) // 2)]
        fresh = [line for line in fits if line not in self._used] or fits
        line = self.random.choice(fresh)
        self._used.add(line)
        return line.format_map(filled)

    def own(self, lines: tuple[str, ...], before: int = 0) -> str:
        """One of an agenda's own wordings, the next one each time it is said again."""
        fresh = [line for line in lines if line not in self._used]
        other = [line for line in lines if line != self._last]
        line = (fresh or other or lines)[0] if before else self.random.choice(fresh or lines)
        self._used.add(line)
        self._last = line
        return line

    def chance(self, share: float) -> bool:
        """True in this share of talks."""
        return self.random.random() < share
