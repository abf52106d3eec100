"""Take an older change back by entry: what others have changed since stays.

The change is found as items that came, went or were rewritten between two texts of a file; each is
undone where the item stands now, wherever its line has moved to.
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from studio.content.entries import (
    Entry,
    ItemGone,
    Kind,
    add_items,
    change_item,
    delete_item,
    read_entries,
)


@dataclass(frozen=True)
class Step:
    """One item that a change added, took out or rewrote, with the item that stood before it."""

    what: Literal["added", "deleted", "changed"]
    kind: Kind
    name: str
    old: str
    new: str
    after: str | None


def steps_between(before: str, after: str) -> list[Step] | None:
    """The change as steps; None where it is more than items. Raises BrokenFile."""
    older, newer = _by_name(before), _by_name(after)
    if older is None or newer is None or older.keys() != newer.keys():
        return None
    steps: list[Step] = []
    for (kind, name), entry in older.items():
        was, now = ([one.text for one in e.items] for e in (entry, newer[kind, name]))
        for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            same = min(b - a, d - c)
            steps += [
                Step("changed", kind, name, was[a + at], now[c + at], None) for at in range(same)
            ]
            for at in range(a + same, b):
                steps.append(Step("deleted", kind, name, was[at], "", was[at - 1] if at else None))
            steps += [Step("added", kind, name, "", now[at], None) for at in range(c + same, d)]
    try:
        return steps if _redone(before, steps, newer) == after else None
    except (ItemGone, ValueError):
        return None


def undo(now: str, steps: list[Step]) -> str:
    """The file with the steps taken back.

    Raises ItemGone where a rewritten or added item has been changed since, ValueError where taking
    an item out would leave its entry empty, and BrokenFile.
    """
    for step in steps:
        if step.what == "changed":
            now = change_item(now, step.kind, step.name, step.new, step.old)
        elif step.what == "deleted":
            try:
                now = add_items(now, step.kind, step.name, [step.old], after=step.after)
            except ItemGone:  # its neighbour is gone: it comes back at the end
                now = add_items(now, step.kind, step.name, [step.old])
    for step in steps:
        if step.what == "added":
            now = delete_item(now, step.kind, step.name, step.new)
    return now


def _by_name(text: str) -> dict[tuple[Kind, str], Entry] | None:
    entries = read_entries(text)
    found = {(one.kind, one.name): one for one in entries if one.is_editable}
    return found if len(found) == len(entries) and entries else None


def _redone(before: str, steps: list[Step], newer: dict[tuple[Kind, str], Entry]) -> str:
    """The older text with the steps done, to see that they are all of the change."""
    text = before
    for step in steps:
        if step.what == "changed":
            text = change_item(text, step.kind, step.name, step.old, step.new)
        elif step.what == "added":
            said = [one.text for one in newer[step.kind, step.name].items]
            place = said.index(step.new)
            after = said[place - 1] if place else None
            text = add_items(text, step.kind, step.name, [step.new], after=after)
    for step in steps:
        if step.what == "deleted":
            text = delete_item(text, step.kind, step.name, step.old)
    return text
