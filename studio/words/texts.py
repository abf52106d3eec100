"""Every text that a shopper may read, with the file and the key it stands under."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import yaml

from kit.i18n import LANGUAGES, Language

Kind = Literal["answer", "button", "page", "mail"]
CATALOGUES: Final[tuple[tuple[str, Kind], ...]] = (
    ("actions", "page"),
    ("connectors", "page"),
    ("tickets", "answer"),
    ("shop", "mail"),
)
# Keys of texts/actions.json that stand on buttons.
BUTTONS: Final = ("wish.", "yes.", "no.", "remedy.", "notify_me", "person", "details", "instead")


@dataclass(frozen=True)
class Text:
    """One text: file and key from the root of the project, what it is, its language and words."""

    file: str
    key: str
    kind: Kind
    language: Language
    words: str


def gather(root: Path) -> Iterator[Text]:
    """The responses, then the catalogues of actions, pages, mails and desk notices."""
    for language in LANGUAGES:
        for path in sorted((root / "nlu_data" / language / "responses").glob("*.yml")):
            file = path.relative_to(root).as_posix()
            for name, said in yaml.safe_load(path.read_text("utf-8"))["responses"].items():
                for one in said:
                    yield Text(file, name, "answer", language, str(one.get("text") or ""))
        for room, kind in CATALOGUES:
            path = root / "nlu_data" / language / "texts" / f"{room}.json"
            if not path.exists():
                continue  # said in the default language
            for key, words in json.loads(path.read_text("utf-8")).items():
                is_button = room == "actions" and key.startswith(BUTTONS)
                yield Text(
                    path.relative_to(root).as_posix(),
                    key,
                    "button" if is_button else kind,
                    language,
                    words,
                )
