"""The chat's script: its modules and the words of one language in one answer.

On a slow line every further round trip is seconds without a launcher. The modules stay files of
their own for whoever reads and tests them; here they are put one behind the other, without what
only people read: remarks and spaces. Names stay as they are.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MODULES: Final = Path(__file__).parent / "static" / "modules"
ENTRY: Final = "start"
_IMPORT: Final = re.compile(
    r'^import \{(?P<names>[^}]*)\} from "\./(?P<module>[a-z]+)\.js";\n', re.MULTILINE
)
_EXPORT: Final = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE
)
_COMMENT: Final = re.compile(r"^ *(?://.*|/\*\*.*\*/|/\*\*(?:.|\n)*?\*/)\n", re.MULTILINE)
# Behind code, where no quote can make it part of a string.
_REMARK: Final = re.compile(r"(?<=[;{,)]) +// [^\"'`\n]*$", re.MULTILINE)
# What stays as it is written (texts, templates, patterns), and the spaces between all else.
_CODE: Final = re.compile(
    r"""(?P<written>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `(?:[^`\\]|\\.)*`
      | (?<=[(,=:?&|!\[])[ ]?/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
      | (?P<space>\s+)""",
    re.VERBOSE,
)
_NAME: Final = re.compile(r"[\w$#]")
# In rules of style, what stands there for readers only.
_CSS: Final = re.compile(r"(?<=const CSS = `)[^`]*")
_AROUND: Final = re.compile(r"\s*([{};,])\s*")
_AFTER_NAME: Final = re.compile(r"(?<=[a-z]): ")


@dataclass(frozen=True)
class Bundle:
    """A text for browsers, plain and packed, with the tag of its content."""

    plain: bytes
    packed: bytes
    tag: str


def make_script(
    words: Mapping[str, str], shop_name: str, *, language: str, elsewhere: Mapping[str, str]
) -> Bundle:
    """The script with the words of a language; where the browser finds those of others."""
    given = {"words": {language: words}, "elsewhere": elsewhere, "shop": shop_name}
    # A script may stand in a page: what would end it there is written otherwise.
    told = json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    parts = "".join(_wrapped(name, source) for name, source in _needed_by(ENTRY).items())
    return bundle(
        '(() => {\n"use strict";\nconst tag = document.currentScript;\n'
        f"const given = {told};\n{parts}from_{ENTRY}.start(tag, given);\n}})();\n"
    )


def bundle(text: str) -> Bundle:
    """A text as it is sent."""
    plain = text.encode()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    return Bundle(plain, gzip.compress(plain, mtime=0), f'"{digest}"')


def _needed_by(entry: str) -> dict[str, str]:
    """The modules that the entry needs, each behind its own needs."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        source = (MODULES / f"{name}.js").read_text(encoding="utf-8")
        for one in _IMPORT.finditer(source):
            if one["module"] not in found:
                add(one["module"])
        found[name] = source

    add(entry)
    return found


def _wrapped(name: str, source: str) -> str:
    """A module as a function of its own: what it does not export stays inside."""
    source = _REMARK.sub("", _COMMENT.sub("", source))
    exported = ",".join(one["name"] for one in _EXPORT.finditer(source))
    body = _EXPORT.sub("", source)
    body = _IMPORT.sub(lambda one: f"const {{{one['names']}}} = from_{one['module']};\n", body)
    body = without_spaces(_CSS.sub(lambda one: _tight(one[0]), body))
    return f"const from_{name}=(()=>{{\n{body}return{{{exported}}};\n}})();\n"


def without_spaces(code: str) -> str:
    """Code with the spaces and line ends only that mean something."""

    def kept(one: re.Match[str]) -> str:
        if one["written"]:
            return one["written"]
        before, after = code[one.start() - 1 : one.start()], code[one.end() : one.end() + 1]
        if "\n" in one["space"]:  # a line's end ends a statement, but not behind or before these
            return "" if before in "{,;(" or after in ")}].?:" else "\n"
        is_needed = _NAME.match(before) and _NAME.match(after)
        return " " if is_needed or (before in "+-" and before == after) else ""

    return _CODE.sub(kept, code)


def _tight(rules: str) -> str:
    """Rules of style without the spaces that only people read."""
    return _AFTER_NAME.sub(":", _AROUND.sub(r"\1", rules)).replace(";}", "}")
