"""The languages that the shop speaks, a folder each: `nlu_data/<language>`, facts in one file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml

Language = str  # the name of a folder: a code of ISO 639-1
DEFAULT_LANGUAGE: Final[Language] = "en"
FOLDERS: Final = Path(__file__).resolve().parents[1] / "nlu_data"
FACTS: Final = "language.yml"
LANGUAGES: Final[tuple[Language, ...]] = tuple(
    sorted(path.parent.name for path in FOLDERS.glob(f"*/{FACTS}"))
)


@dataclass(frozen=True)
class Facts:
    """What code must know of a language.

    `name` in itself; `tag` for pages; `counts_one` whether one thing is counted in another form
    than two; `measured_in` what a text's length is told in. `comma` and `last` join a list, `day`,
    `day_of_year` and `moment` are patterns of dates. `everything` is the shelf of goods that a shop
    puts on none.
    """

    name: str
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

    @classmethod
    def load(cls, path: Path) -> "Facts":
        """Of a file; raises ValueError, by the file's name, for one that lacks a fact."""
        found = yaml.safe_load(path.read_text("utf-8"))
        lists = {name: tuple(found.get(name) or ()) for name in ("weekdays", "months")}
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
