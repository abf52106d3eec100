"""A YAML file of `nlu_data` as entries with items, edited without touching another byte.

An entry is an intent (or synonym, lookup, regex) with its examples, or a response with its
variations. An edit replaces, adds or takes out the characters of one item; comments, order, quotes
and spaces of all else stay as a person wrote them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import yaml

Kind = Literal["intent", "synonym", "lookup", "regex", "response"]
EXAMPLE_KINDS: Final[tuple[Kind, ...]] = ("intent", "synonym", "lookup", "regex")
MARK: Final = "- "
# The loader that is written in C reads a long file in milliseconds.
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_LINE_BREAK: Final = re.compile("[\n\r\x85\u2028\u2029]")


class BrokenFile(ValueError):
    """A file that is no YAML or has another shape; `line` counts from 1, `problem` says what."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


class ItemGone(LookupError):
    """What was to be changed does not stand in the file any more."""


@dataclass(frozen=True)
class Item:
    """An example or a variation.

    Text and file positions in characters: `start` to `end` are its whole lines, `value_start` to
    `value_end` what an edit of its text replaces.
    """

    text: str
    start: int
    end: int
    value_start: int
    value_end: int


@dataclass(frozen=True)
class Entry:
    """An intent with its examples or a response with its variations.

    `indent` is what stands before an item's dash. `is_editable` is False where the entry is written
    in another of Rasa's forms; its items are not known then.
    """

    kind: Kind
    name: str
    line: int
    items: tuple[Item, ...]
    indent: str
    is_editable: bool = True


@lru_cache(maxsize=8)  # an edit reads the same text several times
def read_entries(text: str) -> tuple[Entry, ...]:
    """The entries of a file, in their order; a file of another kind has none. Raises BrokenFile."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise BrokenFile(mark.line + 1 if mark else 1, error.problem or "is no YAML") from error
    except yaml.YAMLError as error:
        raise BrokenFile(1, str(error).splitlines()[0]) from error
    if not isinstance(root, yaml.MappingNode):
        return ()
    found: list[Entry] = []
    for key, value in root.value:
        if key.value == "nlu" and isinstance(value, yaml.SequenceNode):
            found += [entry for node in value.value if (entry := _examples(text, node))]
        elif key.value == "responses" and isinstance(value, yaml.MappingNode):
            found += [_response(text, name, node) for name, node in value.value]
    return tuple(found)


def find_entry(text: str, kind: Kind, name: str) -> Entry:
    """The first entry of this name. Raises ItemGone and BrokenFile."""
    for entry in read_entries(text):
        if (entry.kind, entry.name) == (kind, name) and entry.is_editable:
            return entry
    raise ItemGone(f"{kind} {name}")


def change_item(text: str, kind: Kind, name: str, old: str, new: str) -> str:
    """The file with one item's text changed. Raises ItemGone and BrokenFile."""
    item = _item(find_entry(text, kind, name), old)
    value = _written(kind, new)
    if text[item.value_start : item.value_end].endswith("\n"):  # a block such as `text: |`
        value += _line_end(text)
    return text[: item.value_start] + value + text[item.value_end :]


def add_items(
    text: str, kind: Kind, name: str, new: Sequence[str], *, after: str | None = None
) -> str:
    """The file with items added at the entry's end, or after the one that says `after`.

    Raises ItemGone and BrokenFile.
    """
    entry = find_entry(text, kind, name)
    if not entry.items:
        raise ItemGone(f"{kind} {name}")
    place = (entry.items[-1] if after is None else _item(entry, after)).end
    ended = _line_end(text)
    field = "" if kind in EXAMPLE_KINDS else "text: "
    lines = "".join(f"{entry.indent}{MARK}{field}{_written(kind, one)}{ended}" for one in new)
    before = text[:place]
    if before and not before.endswith("\n"):  # the file's last line has no end
        return before + ended + lines.removesuffix(ended) + text[place:]
    return before + lines + text[place:]


def append_entry(text: str, kind: Kind, name: str, new: Sequence[str]) -> str:
    """The file with an entry at its end, written as those before it; `text` may be empty.

    Raises BrokenFile where something else than entries stands last in the file.
    """
    before = read_entries(text)
    key = "nlu" if kind in EXAMPLE_KINDS else "responses"
    ended = _line_end(text)
    start = text if not text or text.endswith("\n") else text + ended
    if kind in EXAMPLE_KINDS:
        lines = [f"  - {kind}: {name}", "    examples: |", *(f"      {MARK}{one}" for one in new)]
    else:
        lines = [f"  {name}:", *(f"    {MARK}text: {_written(kind, one)}" for one in new)]
    if not before:
        lines = [f"{key}:", *lines]
    elif kind in EXAMPLE_KINDS:
        lines = ["", *lines]
    after = start + "".join(f"{line}{ended}" for line in lines)
    found = read_entries(after)
    if len(found) != len(before) + 1 or (found[-1].kind, found[-1].name) != (kind, name):
        raise BrokenFile(after.count("\n"), "a new entry cannot stand at the end of this file")
    return after


def delete_item(text: str, kind: Kind, name: str, old: str) -> str:
    """The file without one item. Raises ItemGone and BrokenFile.

    The last item of an entry stays: ValueError.
    """
    entry = find_entry(text, kind, name)
    item = _item(entry, old)
    if len(entry.items) == 1:
        raise ValueError(f"{kind} {name}: the last one cannot be taken out")
    return text[: item.start] + text[item.end :]


def is_one_line(text: str) -> bool:
    """Whether a text can stand in a line of examples."""
    return not _LINE_BREAK.search(text)


def _item(entry: Entry, said: str) -> Item:
    for item in entry.items:
        if item.text == said:
            return item
    raise ItemGone(f"{entry.kind} {entry.name}")


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _written(kind: Kind, words: str) -> str:
    """Words as they stand in the file: an example as it is, a variation in double quotes."""
    if kind in EXAMPLE_KINDS:
        return words
    quoted = yaml.dump(words, Dumper=_DUMPER, default_style='"', allow_unicode=True, width=2**30)
    return str(quoted).rstrip("\n")


def _examples(text: str, node: Any) -> Entry | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    fields = {key.value: value for key, value in node.value}
    kind = next((one for one in EXAMPLE_KINDS if one in fields), None)
    if kind is None:
        return None
    name, line = str(fields[kind].value), node.start_mark.line + 1
    block = fields.get("examples")
    if not isinstance(block, yaml.ScalarNode) or block.style != "|":
        return Entry(kind, name, line, (), "", is_editable=False)
    items: list[Item] = []
    indent = ""
    at = text.index("\n", block.start_mark.index) + 1 if block.value else block.end_mark.index
    while at < block.end_mark.index:
        end = text.find("\n", at) + 1 or len(text)
        whole = text[at:end].rstrip("\r\n")
        said = whole.lstrip(" ")
        if said.startswith(MARK):
            indent = whole[: len(whole) - len(said)]
            value = said.removeprefix(MARK)
            start = at + len(whole) - len(value)
            stripped = value.strip()
            start += len(value) - len(value.lstrip())
            items.append(Item(stripped, at, end, start, start + len(stripped)))
        at = end
    return Entry(kind, name, line, tuple(items), indent, is_editable=bool(items))


def _response(text: str, name: Any, node: Any) -> Entry:
    line = name.start_mark.line + 1
    plain = isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value
    if not plain:
        return Entry("response", str(name.value), line, (), "", is_editable=False)
    items: list[Item] = []
    column = node.value[0].start_mark.column
    for place, one in enumerate(node.value):
        fields = {key.value: value for key, value in one.value if isinstance(one, yaml.MappingNode)}
        said = fields.get("text")
        if not isinstance(said, yaml.ScalarNode) or one.flow_style:
            return Entry("response", str(name.value), line, (), "", is_editable=False)
        start = text.rfind("\n", 0, one.start_mark.index) + 1
        last = node.value[place + 1].start_mark.index if place + 1 < len(node.value) else None
        end = text.rfind("\n", 0, last) + 1 if last is not None else _end_of(text, one)
        items.append(
            Item(
                said.value,
                start,
                end,
                said.start_mark.index,
                said.end_mark.index,
            )
        )
    indent = " " * (column - len(MARK))
    return Entry("response", str(name.value), line, tuple(items), indent)


def _end_of(text: str, node: Any) -> int:
    """Where the last line of a mapping ends; comments below it belong to what follows."""
    last = node.value[-1][1]
    while not isinstance(last, yaml.ScalarNode) and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    end = last.end_mark.index
    if end and text[end - 1] == "\n":  # a block ends behind its line
        return int(end)
    return text.find("\n", end) + 1 or len(text)
