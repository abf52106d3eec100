"""What has changed in the content since a commit, entry by entry, hand edits included."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.content import history
from studio.content.entries import BrokenFile, Entry, Kind, read_entries
from studio.content.history import NoHistory


@dataclass(frozen=True)
class EntryChange:
    """An entry with how many of its items came, went or were rewritten; or a file without entries.

    `language` is "" for what belongs to none, `kind` is "file" for a whole file.
    """

    language: str
    kind: Kind | str
    name: str
    came: int = 0
    went: int = 0
    is_new: bool = False
    is_gone: bool = False


def commit_at(folder: Path, at: datetime) -> str:
    """The last commit of the content before that time; "" where there is none."""
    try:
        return history.commit_before(folder, at)
    except NoHistory:
        return ""


def changes_since(folder: Path, commit: str) -> list[EntryChange]:
    """What has changed since the commit. Raises NoHistory."""
    found: list[EntryChange] = []
    for name in history.changed_files(folder, commit):
        parts = Path(name).parts
        path = folder / name
        if not name.endswith(".yml") or len(parts) < 3 or parts[1] not in ("nlu", "responses"):
            found.append(EntryChange("", "file", name, is_gone=not path.is_file()))
            continue
        try:
            before = _entries(history.text_at(folder, commit, name))
            after = _entries(path.read_bytes().decode() if path.is_file() else "")
        except (BrokenFile, UnicodeDecodeError, OSError):
            found.append(EntryChange(parts[0], "file", name))
            continue
        changed = list(_compared(parts[0], before, after))
        found += changed or [EntryChange(parts[0], "file", name)]
    return sorted(found, key=lambda one: (one.kind == "file", one.kind, one.name, one.language))


def _entries(text: str) -> dict[tuple[Kind, str], Entry]:
    return {(one.kind, one.name): one for one in read_entries(text)}


def _compared(
    language: str, before: dict[tuple[Kind, str], Entry], after: dict[tuple[Kind, str], Entry]
) -> list[EntryChange]:
    found = []
    for kind, name in dict.fromkeys((*before, *after)):
        old, new = before.get((kind, name)), after.get((kind, name))
        was = Counter(item.text for item in old.items) if old else Counter()
        now = Counter(item.text for item in new.items) if new else Counter()
        came, went = (now - was).total(), (was - now).total()
        if came or went or old is None or new is None:
            found.append(EntryChange(language, kind, name, came, went, old is None, new is None))
    return found
