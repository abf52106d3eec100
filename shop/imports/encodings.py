"""Find out in which encoding a text file is written, over the whole file."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shop.imports.problems import ImportProblem

_BLOCK: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_SAMPLE: Final = 50_000  # runs of bytes beyond ASCII that are looked at
_ADVICE: Final = (
    "name it with --encoding (cp1252 for Western Europe, cp1250 Central Europe, cp1251 Cyrillic, "
    "gb18030 or big5 Chinese, shift_jis Japanese), or save the file as UTF-8"
)


@dataclass(frozen=True)
class Encoding:
    """`name` for Python; `is_guess` when nothing in the file says so."""

    name: str
    is_guess: bool


def find_encoding(path: Path, wanted: str | None = None) -> Encoding:
    """The encoding of all of `path`; `wanted` is checked. Raises ImportProblem with the line."""
    if wanted is not None:
        return _checked(path, wanted)
    with path.open("rb") as file:
        start = file.read(4_096)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return _checked(path, name)
    zeros = (start[0::2].count(0), start[1::2].count(0))
    wide = "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    if len(start) >= 4 and max(zeros) > len(start) // 8 and _first_error(path, wide) is None:
        return Encoding(wide, is_guess=True)
    if _first_error(path, "utf-8") is None:
        return Encoding("utf-8", is_guess=False)
    return _guessed(path)


def _checked(path: Path, name: str) -> Encoding:
    try:
        codecs.lookup(name)
        line = _first_error(path, name)
    except LookupError:
        raise ImportProblem(f"--encoding {name!r} is not known; {_ADVICE}") from None
    if line is not None:
        raise ImportProblem(
            f"FILE: {path.name} is not {name}: line {line} has other bytes; {_ADVICE}"
        )
    return Encoding("utf-8-sig" if name.lower() in {"utf-8", "utf8"} else name, is_guess=False)


def _first_error(path: Path, name: str) -> int | None:
    """The line (from 1) that does not decode; None when all do."""
    decoder = codecs.getincrementaldecoder(name)()
    lines = 1
    for block in _blocks(path):
        try:
            lines += decoder.decode(block).count("\n")
        except UnicodeDecodeError as error:
            return lines + error.object[: error.start].count(b"\n")
        except UnicodeError:
            return lines
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        return lines
    return None


def _guessed(path: Path) -> Encoding:
    """GB18030 has its bytes beyond ASCII in pairs; a Western page has them alone between letters.

    Everything else (Cyrillic, Greek, Hebrew, other Asian pages, UTF-8 with damage) is not guessed.
    """
    runs, pairs, single, utf8 = 0, 0, 0, 0
    for block in _blocks(path):
        for run in _HIGH_RUN.findall(block):
            runs += 1
            pairs += len(run) % 2 == 0 and all(0xA1 <= byte <= 0xFE for byte in run)
            single += len(run) <= 2
            utf8 += _is_utf8(run)
        if runs > _SAMPLE:
            break
    line = _first_error(path, "utf-8")
    if utf8 < runs / 2:
        if pairs >= 0.9 * runs and _first_error(path, "gb18030") is None:
            return Encoding("gb18030", is_guess=True)
        if single >= 0.9 * runs and _first_error(path, "cp1252") is None:
            return Encoding("cp1252", is_guess=True)
    raise ImportProblem(
        f"FILE: {path.name} is not UTF-8 (line {line}), and its encoding cannot be told; {_ADVICE}"
    )


def _is_utf8(run: bytes) -> bool:
    try:
        run.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block
