"""The content of a folder as pages need it: read once, indexed by the files' stamps, edited safely.

An edit names what it saw. Whoever edits what somebody else has changed meanwhile gets ItemGone and
nothing is written; edits of different items of one entry never meet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Final

from kit.files import write_whole
from kit.i18n import LANGUAGES, Language
from kit.locks import only_writer
from studio.content import history
from studio.content.entries import BrokenFile, Entry, ItemGone, Kind, append_entry, read_entries
from studio.content.history import Author
from studio.content.marks import entities_of, plain
from understanding.ngrams import normalise

FOLDERS: Final = {"intent": "nlu", "response": "responses", "lookup": "lookups"}
OWN_REPLIES: Final = "own.yml"  # replies of intents that pages made
BY_HAND: Final = Author("Edited by hand", "by-hand@studio.invalid")
Stamp = tuple[int, int, int]


class NotKept(RuntimeError):
    """A change that could not be written or committed; the files are as before."""


@dataclass(frozen=True)
class Broken:
    """A file that cannot be read; its path from the folder, the line and what is wrong there."""

    file: str
    line: int
    problem: str


@dataclass(frozen=True)
class Placed:
    """An entry and the file that it stands in."""

    file: Path
    entry: Entry

    @property
    def texts(self) -> list[str]:
        """What its items say."""
        return [item.text for item in self.entry.items]


@dataclass(frozen=True)
class Shelf:
    """All that one language has: entries by kind and name, and files that cannot be read."""

    intents: Mapping[str, Placed]
    responses: Mapping[str, Placed]
    entities: frozenset[str]
    broken: tuple[Broken, ...]
    keys: Mapping[str, tuple[str, ...]]  # what an example says -> the intents it stands under
    said: tuple[tuple[str, str, str], ...]  # what each example says, its intent and its text

    def under(self, text: str) -> tuple[str, ...]:
        """The intents that this text stands under, once for each time."""
        return self.keys.get(key_of(text), ())

    @cached_property
    def shared(self) -> Mapping[str, list[str]]:
        """By intent, its texts that stand under another one, too."""
        doubled = {key for key, names in self.keys.items() if len(set(names)) > 1}
        found: dict[str, list[str]] = {}
        for key, name, text in self.said:
            if key in doubled:
                found.setdefault(name, []).append(text)
        return found

    @cached_property
    def plain_texts(self) -> Mapping[str, frozenset[str]]:
        """By intent, what its examples say without their marks."""
        found: dict[str, set[str]] = {}
        for _, name, text in self.said:
            found.setdefault(name, set()).add(plain(text))
        return {name: frozenset(texts) for name, texts in found.items()}


@dataclass(frozen=True)
class NewIntent:
    """An intent of a shop's own; `topic` is the file that it stands in, in each language."""

    name: str
    topic: str
    examples: Mapping[Language, Sequence[str]]
    replies: Mapping[Language, str]


@dataclass
class _File:
    stamp: Stamp
    entries: tuple[Entry, ...]
    broken: Broken | None
    said: list[tuple[str, str, str]] = field(default_factory=list)
    entities: set[str] = field(default_factory=set)


def key_of(text: str) -> str:
    """What two examples have in common that say the same."""
    return normalise(plain(text)).strip(" .!?,。！？，")


class Content:
    """A folder of content; may be used from any thread and beside other processes."""

    def __init__(self, folder: Path, locks: Path) -> None:
        """`locks` is a folder for what keeps two writers apart."""
        self.folder = folder
        self._locks = locks
        self._files: dict[Path, _File] = {}
        self._shelves: dict[Language, tuple[object, Shelf]] = {}
        self._reading = Lock()
        self._repository: tuple[object, bool] = (None, False)

    def shelf(self, language: Language) -> Shelf:
        """What the language has now; files that have not changed are not read again."""
        with self._reading:
            files = {path: self._read(path) for path in self._paths(language)}
            stamps = tuple((path, file.stamp) for path, file in files.items())
            known = self._shelves.get(language)
            if known is not None and known[0] == stamps:
                return known[1]
            shelf = _shelf(files)
            self._shelves[language] = (stamps, shelf)
            return shelf

    def broken(self) -> list[Broken]:
        """Files of all languages that cannot be read."""
        return [one for language in LANGUAGES for one in self.shelf(language).broken]

    def has_history(self) -> bool:
        """Whether changes are kept by git."""
        mark = history.repository_of(self.folder)  # asked of git again when it is another one
        if mark != self._repository[0]:
            self._repository = (mark, mark is not None and history.has_history(self.folder))
        return self._repository[1]

    def edit(
        self,
        language: Language,
        kind: Kind,
        name: str,
        change: Callable[[str], str],
        subject: str,
        author: Author,
    ) -> None:
        """Change the file of an entry and keep it as one commit.

        `change` gets the text of now. Raises what it raises (ItemGone, ValueError), BrokenFile,
        and NotKept where the disk or git refuses; nothing is changed then.
        """
        with only_writer(self._locks):
            shelf = self.shelf(language)
            placed = (shelf.intents if kind == "intent" else shelf.responses).get(name)
            if placed is None:
                raise ItemGone(f"{kind} {name}")
            path = placed.file
            before = path.read_bytes()
            after = change(before.decode())
            read_entries(after)
            if after.encode() != before:
                self._write({path: after}, subject, author)

    def add_intent(self, new: NewIntent, author: Author) -> None:
        """Add an intent with its reply in all its languages, as one commit.

        Raises BrokenFile, and NotKept where the disk or git refuses; nothing is changed then.
        """
        with only_writer(self._locks):
            texts: dict[Path, str] = {}
            for language, examples in new.examples.items():
                nlu = self.folder / language / FOLDERS["intent"] / f"{new.topic}.yml"
                replies = self.folder / language / FOLDERS["response"] / OWN_REPLIES
                said = [new.replies[language]]
                texts[nlu] = append_entry(_text(nlu), "intent", new.name, examples)
                texts[replies] = append_entry(_text(replies), "response", f"utter_{new.name}", said)
            self._write(texts, f"{new.name}: new intent", author)

    def commit_by_hand(self) -> str:
        """Commit what was edited by hand; the commit that the files are now, "" without a history.

        Raises NotKept where git refuses.
        """
        if not self.has_history():
            return ""
        with only_writer(self._locks):
            try:
                if at := history.head(self.folder):
                    changed = history.changed_files(self.folder, at)
                    paths = [self.folder / one for one in changed]
                    history.commit_hand_edits(self.folder, paths, BY_HAND)
                return history.head(self.folder)
            except history.NoHistory as error:
                raise NotKept(str(error)) from error

    def topics(self) -> list[str]:
        """The files of examples that every language has; an intent stands in one of them."""
        names = [
            {path.stem for path in (self.folder / one / FOLDERS["intent"]).glob("*.yml")}
            for one in LANGUAGES
        ]
        return sorted(set.intersection(*names))

    def revert(self, change_id: str, subject: str, author: Author) -> None:
        """Take a commit back as a commit of its own.

        Raises history.CannotRevert, NoHistory, and NotKept; nothing is changed then.
        """
        history.find_change(self.folder, change_id)
        touched = [self.folder / one.path for one in history.diff(self.folder, change_id)]
        with only_writer(self._locks), self._all_or_nothing(touched):
            paths = history.revert(self.folder, change_id)
            history.commit(self.folder, paths, subject, author)

    def _write(self, texts: Mapping[Path, str], subject: str, author: Author) -> None:
        """Write files, as one commit where there is a history."""
        with self._all_or_nothing(list(texts)) as is_kept:
            for path, text in texts.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, text)
            if is_kept:
                history.commit(self.folder, list(texts), subject, author)

    @contextmanager
    def _all_or_nothing(self, paths: Sequence[Path]) -> Iterator[bool]:
        """Whether changes are kept by git; what was edited by hand is committed first.

        Where the disk or git refuses, the files are what they were, and NotKept is raised.
        """
        before = {path: path.read_bytes() if path.is_file() else None for path in paths}
        try:
            is_kept = self.has_history()
            if is_kept:
                known = [path for path, text in before.items() if text is not None]
                history.commit_hand_edits(self.folder, known, BY_HAND)
            yield is_kept
        except (OSError, history.NoHistory) as error:
            _restore(before)
            raise NotKept(getattr(error, "strerror", None) or str(error)) from error

    def _paths(self, language: Language) -> list[Path]:
        return [
            path
            for folder in FOLDERS.values()
            for path in sorted((self.folder / language / folder).glob("*.yml"))
        ]

    def _read(self, path: Path) -> _File:
        try:
            found = path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:  # gone since it was listed
            stamp = (0, 0, 0)
        known = self._files.get(path)
        if known is None or known.stamp != stamp:
            known = self._files[path] = _parse(path, stamp, self.folder)
        return known


def _text(path: Path) -> str:
    return path.read_bytes().decode() if path.is_file() else ""


def _restore(before: Mapping[Path, bytes | None]) -> None:
    for path, text in before.items():
        if text is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != text:  # a full disk refuses to write what already stands there
            write_whole(path, text.decode())


def _parse(path: Path, stamp: Stamp, folder: Path) -> _File:
    name = path.relative_to(folder).as_posix()
    try:
        entries = read_entries(path.read_bytes().decode())
    except BrokenFile as error:
        return _File(stamp, (), Broken(name, error.line, error.problem))
    except UnicodeDecodeError:
        return _File(stamp, (), Broken(name, 1, "is not written in UTF-8"))
    except OSError as error:
        return _File(stamp, (), Broken(name, 1, error.strerror or str(error)))
    file = _File(stamp, entries, None)
    for entry in entries:
        if entry.kind in ("lookup", "regex"):
            file.entities.add(entry.name)
        if entry.kind != "intent":
            continue
        for item in entry.items:
            file.said.append((key_of(item.text), entry.name, item.text))
            if "[" in item.text:
                file.entities.update(entities_of(item.text))
    return file


def _shelf(files: Mapping[Path, _File]) -> Shelf:
    intents: dict[str, Placed] = {}
    responses: dict[str, Placed] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for path, file in files.items():
        for entry in file.entries:
            if entry.kind == "intent":
                intents.setdefault(entry.name, Placed(path, entry))
            elif entry.kind == "response":
                responses.setdefault(entry.name, Placed(path, entry))
        for key, name, _ in file.said:
            keys[key] = (*keys[key], name) if key in keys else (name,)
    entities = frozenset().union(*(file.entities for file in files.values())) - {""}
    broken = tuple(file.broken for file in files.values() if file.broken)
    said = tuple(one for file in files.values() for one in file.said)
    return Shelf(_sorted(intents), _sorted(responses), entities, broken, keys, said)


def _sorted(found: Mapping[str, Placed]) -> dict[str, Placed]:
    return {name: found[name] for name in sorted(found)}
