"""The examples of acts in context that admins edit: `nlu_data/<language>/acts/*.yml`.

A file is a list of contexts; each has the messages said into it, one a line, `acts: text`, with
acts joined by `+`.
"""

from pathlib import Path
from typing import Any

import yaml

from dialogue.acts import KINDS
from dialogue.acts_model import Example
from dialogue.context import Context


class BadActs(ValueError):
    """A file of acts is wrong; the message names file, context and line, and the fix."""


def read_acts(path: Path) -> list[Example]:
    """The examples of one file; raises BadActs."""
    try:
        contexts: Any = yaml.safe_load(path.read_text("utf-8")) or []
    except yaml.YAMLError as error:
        raise BadActs(f"{path.name}: no valid YAML ({error})") from error
    if not isinstance(contexts, list):
        raise BadActs(f"{path.name}: must be a list of contexts, each beginning with '- open:'")
    found: list[Example] = []
    for number, entry in enumerate(contexts, 1):
        where = f"{path.name}, context {number}"
        if not isinstance(entry, dict) or not isinstance(entry.get("messages"), str):
            raise BadActs(f"{where}: needs 'messages: |' with lines 'act: text'")
        names = ("open", "last", "focus", "shown", "done")
        context = Context(**{name: str(entry.get(name) or "none") for name in names})
        lines = filter(None, map(str.strip, entry["messages"].splitlines()))
        found.extend(_example(line, context, where) for line in lines)
    return found


def _example(line: str, context: Context, where: str) -> Example:
    acts, colon, text = line.partition(":")
    kinds = tuple(act.strip() for act in acts.split("+"))
    if not colon or not text.strip():
        raise BadActs(f"{where}: '{line}' has no text after 'act:'")
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise BadActs(f"{where}: '{unknown[0]}' is no act; use one of {', '.join(KINDS)}")
    return Example(text.strip(), context.features(), kinds)


def read_folder(folder: Path) -> list[Example]:
    """The examples of every file of a folder, by file name; none where there is no folder."""
    return [one for path in sorted(folder.glob("*.yml")) for one in read_acts(path)]
