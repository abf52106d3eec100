"""The languages that the shop speaks, a folder each: `nlu_data/<language>`, facts in one file.

What a language has no file of, `content` gives as nothing, and no other module asks for itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

Language = str  # the name of a folder: a code of ISO 639-1
DEFAULT_LANGUAGE: Final[Language] = "en"  # where none is named, and whose texts others lack
FOLDERS: Final = Path(__file__).resolve().parents[1] / "nlu_data"
FACTS: Final = "language.yml"
LANGUAGES: Final[tuple[Language, ...]] = tuple(
    sorted(path.parent.name for path in FOLDERS.glob(f"*/{FACTS}"))
)


_LISTS: Final = ("names", "weekdays", "months", "encoders", "probes", "small_words")


@dataclass(frozen=True)
class Facts:
    """What code must know of a language.

    `name` is in itself, `names` are how other shops' files begin it, in small letters; `tag` is for
    pages and `script` tells messages apart, `small_words` those of one script. `counts_one`: one
    thing is counted in another form than two. A text's length is `measured_in` words or signs.
    `comma` and `last` join a list; `day`, `day_of_year`, `short_day` and `moment` are patterns of
    dates, `thousands`, `point` and `money` of amounts. `everything` is the shelf of goods that a
    file puts on none. What the chat says of an article has `longest_answer` at most, and of
    questions asked in training a share of `most_wrong` may get a wrong one. `encoders` are the
    packaged ones that know the language, the best first; `probes` are what an exported one is tried
    with, `hello` its first text. Intents are told by `views`, the encoders of languages and words,
    with their shares; `view` is what this language's encoder is called outside. `masks` stand for
    names of things where texts are learned.
    """

    name: str
    names: tuple[str, ...]
    tag: str
    counts_one: bool
    measured_in: Literal["words", "signs"]
    comma: str
    last: str
    day: str
    day_of_year: str
    moment: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    everything: str
    script: Literal["latin", "han"]
    short_day: str
    hello: str
    longest_answer: int
    most_wrong: float
    encoders: tuple[Literal["minilm", "e5"], ...]
    probes: tuple[str, ...]
    view: str
    views: Mapping[str, float]
    masks: Mapping[str, str]
    small_words: tuple[str, ...] = ()
    thousands: str = ","
    point: str = "."
    money: str = "{symbol}{amount}"

    @classmethod
    def load(cls, path: Path) -> "Facts":
        """Of a file; raises ValueError, by the file's name, for one that lacks a fact."""
        found = yaml.safe_load(path.read_text("utf-8"))
        lists = {name: tuple(found.get(name) or ()) for name in _LISTS}
        if [len(lists["weekdays"]), len(lists["months"])] != [7, 12]:
            raise ValueError(f"{path}: weekdays must be 7 and months 12")
        try:
            return cls(**{**found, **lists})
        except TypeError as error:
            raise ValueError(f"{path}: {error}") from error


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
