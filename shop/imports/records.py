"""Cut lines of text into rows of cells: separators, quotes, and what is wrong with them.

Three readings of a row are tried: standard quoting (a quote inside is doubled), quoting as PHP
writes it (`\\"`), and quotes as ordinary characters. The first that leaves nothing open and gives
as many cells as the file has columns is the right one, so a quote that nobody closes takes one
cell and not the rest of the file.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SEPARATORS: Final = ",;\t|"
_MOST_LINES: Final = 400  # of one quoted cell
_MOST_CHARACTERS: Final = 200_000


@dataclass(frozen=True)
class Record:
    """The number of its first line, its cells, and how its quotes had to be read."""

    line: int
    cells: list[str]
    flaw: str = ""  # "" or quotes_as_text


def separator_of(line: str, suffix: str = "") -> str:
    """The separator that the line of column names uses most, outside of quotes."""
    if suffix == ".tsv" and "\t" in line:
        return "\t"
    outside = "".join(line.split('"')[0::2])
    return max(SEPARATORS, key=outside.count)


def records(lines: Iterator[str], separator: str, width: int, first: int = 1) -> Iterator[Record]:
    """The rows of `lines` (each with its end); `width` is the number of columns, 0 if unknown.

    Lines without any character are passed over. `first` is the number of the first line.
    """
    waiting: deque[str] = deque()
    number = first
    while True:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            return
        text = line.rstrip("\r\n")
        if not text:
            number += 1
        elif '"' not in text:
            yield Record(number, text.split(separator))
            number += 1
        else:
            cells, used, flaw = _quoted(line, waiting, lines, separator, width)
            yield Record(number, cells, flaw)
            number += used


def _quoted(
    line: str, waiting: deque[str], lines: Iterator[str], separator: str, width: int
) -> tuple[list[str], int, str]:
    """(cells, lines used, flaw) of the row that begins with `line`."""
    best: tuple[list[str], int] | None = None
    for escape in (False, True):
        if escape and '\\"' not in line and (best is None or best[1] == 1):
            continue
        found = _standard(line, waiting, lines, separator, escape=escape)
        if found is None:
            continue
        if not width or len(found[0]) == width:
            return (*_taken(found, waiting), "")
        best = best or found
    text = line.rstrip("\r\n")
    on_line = _as_text(text, separator)
    if best is not None and (len(on_line) != width or len(best[0]) == len(on_line)):
        return (*_taken(best, waiting), "")
    return on_line, 1, "quotes_as_text"


def _taken(found: tuple[list[str], int], waiting: deque[str]) -> tuple[list[str], int]:
    for _ in range(found[1] - 1):
        waiting.popleft()
    return found


def _as_text(text: str, separator: str) -> list[str]:
    """Cells of one line; only a cell that begins and ends with a quote is a quoted one."""
    cells = []
    at = 0
    while True:
        cell = _closed_cell(text, at, separator)
        if cell is None:
            end = text.find(separator, at)
            end = len(text) if end < 0 else end
            cell = text[at:end], end
        cells.append(cell[0])
        at = cell[1] + 1
        if at > len(text):
            return cells


def _closed_cell(text: str, at: int, separator: str) -> tuple[str, int] | None:
    """(cell, where it ends) of a well quoted cell at `at`; None when it is not one."""
    if not text.startswith('"', at):
        return None
    close = at + 1
    while True:
        close = text.find('"', close)
        if close < 0:
            return None
        if text.startswith('""', close):
            close += 2
            continue
        end = close + 1
        if end == len(text) or text[end] == separator:
            return text[at + 1 : close].replace('""', '"'), end
        return None


def _standard(
    line: str, waiting: deque[str], lines: Iterator[str], separator: str, *, escape: bool
) -> tuple[list[str], int] | None:
    """(cells, lines used); None when a quote stays open or text follows a closing one.

    Lines that are read ahead stand in `waiting`.
    """
    text, used = line, 1
    cells: list[str] = []
    at = 0
    while True:
        if not text.startswith('"', at):
            end = _plain_end(text, at, separator)
            cells.append(text[at:end])
        else:
            close = _closing(text, at + 1, escape=escape)
            while close < 0:
                if used > _MOST_LINES or len(text) > _MOST_CHARACTERS:
                    return None
                if used > len(waiting):
                    more = next(lines, None)
                    if more is None:
                        return None
                    waiting.append(more)
                start = len(text)
                text += waiting[used - 1]
                used += 1
                close = _closing(text, at + 1, escape=escape, searched=start)
            cells.append(_unquoted(text[at + 1 : close], escape=escape))
            end = close + 1
        if end >= len(text) or (text[end] in "\r\n" and not text[end:].strip("\r\n")):
            return cells, used
        if text[end] != separator:
            return None
        at = end + 1


def _plain_end(text: str, at: int, separator: str) -> int:
    end = text.find(separator, at)
    return len(text.rstrip("\r\n")) if end < 0 else end


def _closing(text: str, at: int, *, escape: bool, searched: int = 0) -> int:
    """Where the quote that opened before `at` closes; -1 when it does not in this text."""
    # Pairs of quotes are counted from the opening one, so an earlier search is only a short cut
    # past lines without any quote.
    if searched and '"' not in text[searched:]:
        return -1
    while True:
        found = text.find('"', at)
        if found < 0:
            return -1
        if escape and _is_escaped(text, found):
            at = found + 1
        elif text.startswith('""', found):
            at = found + 2
        else:
            return found


def _is_escaped(text: str, at: int) -> bool:
    slashes = at - len(text[:at].rstrip("\\"))
    return slashes % 2 == 1


def _unquoted(cell: str, *, escape: bool) -> str:
    cell = cell.replace('""', '"')
    return cell.replace('\\"', '"') if escape else cell
