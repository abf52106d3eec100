"""What each intent is: `nlu_data/intents.yml` declares it once and says what its fields mean."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from kit.languages import FOLDERS

FILE: Final = "intents.yml"
# What an admin's own intents begin with: `own_workshops`, which no file declares, is answered by
# `utter_own_workshops`.
OWN: Final = "own_"
WISH: Final = "wish"
KINDS: Final = frozenset(
    {WISH, "small_talk", "yes_or_no", "report", "feeling", "refine", "compare", "stop"}
)
MARKS: Final = frozenset(
    {
        "browsing",
        "asks",
        "asked_of_done",
        "way",
        "on_order",
        "of_its_own",
        "no_wish",
        "tells",
        "through_people",
    }
)


class BadIntents(ValueError):
    """The file of intents is wrong; the message names it, the intent, the field and the fix."""


@dataclass(frozen=True)
class Intent:
    """What is declared of an intent."""

    kind: str = WISH
    marks: frozenset[str] = frozenset()
    topic: str = ""
    near: frozenset[str] = frozenset()
    articles: str = ""
    article: str = ""
    says: str = ""


_FIELDS: Final = frozenset(one.name for one in fields(Intent))
_LISTS: Final = frozenset({"marks", "near"})


def load_intents(path: Path) -> dict[str, Intent]:
    """Every intent of a file by name, in its order; raises BadIntents."""
    try:
        body: Any = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BadIntents(f"{path.name}: no valid YAML ({error})") from error
    if not isinstance(body, dict):
        raise BadIntents(f"{path.name}: must be intents by name")
    found = {str(name): _intent(f"{path.name}: {name}", told) for name, told in body.items()}
    for name, one in found.items():
        if foreign := one.near - found.keys():
            raise BadIntents(f"{path.name}: {name}: near: there is no intent {min(foreign)}")
    return found


def _intent(where: str, told: Any) -> Intent:
    if not isinstance(told, dict | None):
        raise BadIntents(f"{where}: must be a mapping such as 'topic: orders'")
    told = told or {}
    if unknown := told.keys() - _FIELDS:
        raise BadIntents(f"{where}: {min(unknown)}: must be one of {', '.join(sorted(_FIELDS))}")
    for name, value in told.items():
        if not isinstance(value, list if name in _LISTS else str):
            raise BadIntents(f"{where}: {name}: must be {'a list' if name in _LISTS else 'text'}")
    lists: dict[str, Any] = {name: frozenset(map(str, told.get(name, ()))) for name in _LISTS}
    one = Intent(**told | lists)
    if one.kind not in KINDS:
        raise BadIntents(f"{where}: kind: must be one of {', '.join(sorted(KINDS))}")
    if unknown := one.marks - MARKS:
        raise BadIntents(f"{where}: marks: {min(unknown)} is none of {', '.join(sorted(MARKS))}")
    return one


INTENTS: Final[Mapping[str, Intent]] = load_intents(FOLDERS / FILE)


def of_kind(kind: str) -> frozenset[str]:
    """The intents of a kind."""
    return frozenset(name for name, one in INTENTS.items() if one.kind == kind)


def marked(mark: str) -> frozenset[str]:
    """The intents with a mark."""
    return frozenset(name for name, one in INTENTS.items() if mark in one.marks)


def told_of(field: str) -> dict[str, str]:
    """What a field of text says, by intent; those that leave it out are left out."""
    found = {name: str(getattr(one, field)) for name, one in INTENTS.items()}
    return {name: value for name, value in found.items() if value}


@cache
def near(intent: str) -> frozenset[str]:
    """The intent and those that cost little when taken for it."""
    others = {name for name, one in INTENTS.items() if intent in one.near}
    own = INTENTS[intent].near if intent in INTENTS else frozenset()
    return frozenset({intent}) | own | others


def response_of(intent: str) -> str:
    """The response that is the whole answer to a wish; empty where there is none."""
    if intent.startswith(OWN):
        return f"utter_{intent}"
    one = INTENTS.get(intent)
    return one.says if one is not None and one.kind == WISH else ""
