"""The languages that the shop speaks, a folder each: `nlu_data/<language>`, facts in one file.

What a language has no file of, `content` gives as nothing, and no other module asks for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from babel import Locale, UnknownLocaleError
from babel.dates import parse_pattern

Language = str  # the name of a folder: a code of ISO 639-1
DEFAULT_LANGUAGE: Final[Language] = "en"  # where none is named, and whose texts others lack
FOLDERS: Final = Path(__file__).resolve().parents[1] / "nlu_data"
FACTS: Final = "language.yml"
LANGUAGES: Final[tuple[Language, ...]] = tuple(
    sorted(path.parent.name for path in FOLDERS.glob(f"*/{FACTS}"))
)


_LISTS: Final = ("names", "encoders", "probes", "small_words")


@dataclass(frozen=True)
class Facts:
    """What code must know of a language.

    `name` is in itself, `names` are how other shops' files begin it, in small letters; `tag` is for
    pages, `locale` where it says more, for browsers and for Babel, which knows plurals, lists,
    numbers and the names of days and months; `script` tells messages apart, `small_words` those of
    one script. A text's length is `measured_in` words or signs.
    `day`, `day_of_year` and `short_day` are patterns of dates in CLDR's letters, `moment` joins one
    with a time; `money` is the pattern of an amount, `discount` one of what is `{percent}` less or
    costs `{tenths}` of ten parts. `everything` is the shelf of goods that a file puts on none.
    What the chat says of an article has `longest_answer` at most, and of questions asked in
    training a share of `most_wrong` may get a wrong one. `encoders` are the packaged ones that know
    the language, the best first; `probes` are what an exported one is tried with, `hello` its first
    text. Intents are told by `views`, the encoders of languages and words, with their shares;
    `view` is what this language's encoder is called outside. `masks` stand for names of things
    where texts are learned.
    """

    name: str
    names: tuple[str, ...]
    tag: str
    measured_in: Literal["words", "signs"]
    day: str
    day_of_year: str
    moment: str
    everything: str
    script: Literal["latin", "han"]
    short_day: str
    discount: str
    hello: str
    longest_answer: int
    most_wrong: float
    encoders: tuple[Literal["minilm", "e5"], ...]
    probes: tuple[str, ...]
    view: str
    views: Mapping[str, float]
    masks: Mapping[str, str]
    small_words: tuple[str, ...] = ()
    money: str = "{symbol}{amount}"
    locale: str = ""

    @classmethod
    def load(cls, path: Path) -> "Facts":
        """Of a file; raises ValueError, by the file's name, for one that lacks a fact."""
        found = yaml.safe_load(path.read_text("utf-8"))
        lists = {name: tuple(found.get(name) or ()) for name in _LISTS}
        try:
            facts = cls(**{**found, **lists})
            _ = [parse_pattern(one) for one in (facts.day, facts.day_of_year, facts.short_day)]
            _ = facts.babel
        except (TypeError, ValueError, UnknownLocaleError) as error:
            raise ValueError(f"{path}: {error}") from error
        return facts

    @cached_property
    def babel(self) -> Locale:
        """Its locale; UnknownLocaleError for a `tag` that nobody knows."""
        return Locale.parse(self.locale or self.tag, sep="-")


@cache
def facts(language: Language) -> Facts:
    """The facts of one of our languages; FileNotFoundError for another."""
    return Facts.load(FOLDERS / language / FACTS)


@cache
def content(language: Language, file: str) -> Any:
    """A file of a language's folder, such as `smoke.yml`; empty where the language has none."""
    path = FOLDERS / language / file
    return (yaml.safe_load(path.read_text("utf-8")) or {}) if path.exists() else {}


def words(language: Language, room: str) -> Mapping[str, Any]:
    """What shoppers say in a language, as one room reads it: `words/<room>.yml`."""
    found: Mapping[str, Any] = content(language, f"words/{room}.yml")
    return found
