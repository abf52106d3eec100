"""Words that code says or reads in every language: `nlu_data/<language>/words/<room>.yml`.

A name is a path such as `places.called.china`. What a language does not say is said in the default
one; what it has no pattern for is not read in it.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, words


def phrase(language: Language, room: str, name: str) -> Any:
    """What a language says, else what the default one says; KeyError where neither does."""
    for one in (language, DEFAULT_LANGUAGE):
        found = _found(one, room, name)
        if found is not None:
            return found
    raise KeyError(f"{DEFAULT_LANGUAGE}/words/{room}.yml: {name} is missing")


def has_manner(language: Language, room: str, name: str) -> bool:
    """Whether a language says yes to a question of manner; where it says nothing, no."""
    return _found(language, room, name) is True


@dataclass(frozen=True)
class Spoken:
    """A pattern of each language, tried together; each names its groups as the others do."""

    patterns: tuple[re.Pattern[str], ...]

    def search(self, text: str) -> re.Match[str] | None:
        """The first match in `text`, whatever the language."""
        found = [match for one in self.patterns if (match := one.search(text))]
        return min(found, key=re.Match.start, default=None)

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the beginning of `text`."""
        return next((found for one in self.patterns if (found := one.match(text))), None)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole of `text`."""
        return next((found for one in self.patterns if (found := one.fullmatch(text))), None)


@cache
def spoken(room: str, name: str, language: Language | None = None) -> Spoken:
    """The patterns of a name in every language that has some, or in one alone; blind to capitals.

    Where two match at one place the first of a list counts.
    """
    found = [_found(one, room, name) or () for one in ((language,) if language else LANGUAGES)]
    patterns = [one for some in found for one in ([some] if isinstance(some, str) else some)]
    return Spoken(tuple(re.compile(one, re.IGNORECASE) for one in patterns))


@cache
def meanings(room: str, name: str) -> dict[str, Any]:
    """What words mean, such as months by their number, in all languages together."""
    found = [_found(one, room, name) or {} for one in LANGUAGES]
    return {str(word): meaning for one in found for word, meaning in one.items()}


def _found(language: Language, room: str, name: str) -> Any:
    found: Any = words(language, room)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
