"""The chat's script: its modules and words in one answer, so that it is there at once.

On a slow line every further round trip is seconds without a launcher. The modules stay files of
their own for whoever reads and tests them; here they are put one behind the other. What a module
imports by a call, `await import("./later.js")`, goes with all that it alone needs into a second
script, which the browser fetches when it is first asked for.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

MODULES: Final = Path(__file__).parent / "static" / "modules"
ENTRY: Final = "start"
LATER: Final = "later"
_IMPORT: Final = re.compile(
    r'^import \{(?P<names>[^}]*)\} from "\./(?P<module>[a-z]+)\.js";\n', re.MULTILINE
)
_LATER: Final = re.compile(rf'\bimport\("\./{LATER}\.js"\)')
_EXPORT: Final = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE
)
_COMMENT: Final = re.compile(r"^ *(?://.*|/\*\*.*\*/|/\*\*(?:.|\n)*?\*/)\n", re.MULTILINE)
# Behind code, where no quote can make it part of a string.
_REMARK: Final = re.compile(r"(?<=[;{,)]) +// [^\"'`\n]*$", re.MULTILINE)
# In rules of style, what stands there for readers only.
_CSS: Final = re.compile(r"(?<=const CSS = `)[^`]*")
_AROUND: Final = re.compile(r"\s*([{};,])\s*")
_AFTER_NAME: Final = re.compile(r"(?<=[a-z]): ")
_INDENT: Final = re.compile(r"^ +", re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    """A script, plain and packed, with the tag of its content."""

    plain: bytes
    packed: bytes
    tag: str


@dataclass(frozen=True)
class Scripts:
    """What every page gets, and what is fetched when it is needed."""

    start: Bundle
    later: Bundle


def make_scripts(words: Mapping[str, Mapping[str, str]], shop_name: str) -> Scripts:
    """The scripts with the chat's words per language and the name of the shop."""
    at_once = _needed_by(ENTRY, {})
    afterwards = _needed_by(LATER, at_once)
    later = _bundle(_later_script(afterwards))
    given: dict[str, Any] = {"words": words, "shop": shop_name}
    # A script may stand in a page: what would end it there is written otherwise.
    told = json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    parts = "".join(_wrapped(name, source) for name, source in at_once.items())
    parents = ", ".join(f"from_{name}" for name in _parents(afterwards))
    version = later.tag.strip('"')
    start = (
        '(() => {\n"use strict";\nconst tag = document.currentScript;\n'
        f"const given = {told};\n"
        "let tries = 0;\n"  # a browser may remember that an address failed
        f'const later_address = () => new URL("later.js?v={version}" + '
        '(tries++ ? `&again=${tries}` : ""), tag.src);\n'
        "let found = null;\n"
        "const fetch_later = () => (found ??= import(later_address())"
        f".then((script) => script.make({{{parents}}}), "
        "(error) => { found = null; throw error; }));\n"
        f"{parts}from_{ENTRY}.start(tag, given);\n}})();\n"
    )
    return Scripts(_bundle(start), later)


def _bundle(text: str) -> Bundle:
    plain = text.encode()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    return Bundle(plain, gzip.compress(plain, mtime=0), f'"{digest}"')


def _later_script(modules: Mapping[str, str]) -> str:
    """A module with one function: it makes what is asked for from modules that are there."""
    given = ", ".join(f"from_{name}" for name in _parents(modules))
    parts = "".join(_wrapped(name, source) for name, source in modules.items())
    return f"export const make = ({{{given}}}) => {{\n{parts}return from_{LATER};\n}};\n"


def _parents(modules: Mapping[str, str]) -> list[str]:
    """What these modules need of others, in a fixed order."""
    needed = {one["module"] for source in modules.values() for one in _IMPORT.finditer(source)}
    return sorted(needed - modules.keys())


def _needed_by(entry: str, there: Mapping[str, str]) -> dict[str, str]:
    """The modules that the entry needs beside those that are there, each behind its own needs."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        source = (MODULES / f"{name}.js").read_text(encoding="utf-8")
        for one in _IMPORT.finditer(source):
            if one["module"] not in found and one["module"] not in there:
                add(one["module"])
        found[name] = source

    add(entry)
    return found


def _wrapped(name: str, source: str) -> str:
    """A module as a function of its own: what it does not export stays inside."""
    source = _REMARK.sub("", _COMMENT.sub("", source))
    exported = ", ".join(one["name"] for one in _EXPORT.finditer(source))
    body = _LATER.sub("fetch_later()", _EXPORT.sub("", source))
    body = _IMPORT.sub(lambda one: f"const {{{one['names']}}} = from_{one['module']};\n", body)
    body = _INDENT.sub("", _CSS.sub(lambda one: _tight(one[0]), body))
    return f"const from_{name} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _tight(rules: str) -> str:
    """Rules of style without the spaces that only people read."""
    return _AFTER_NAME.sub(":", _AROUND.sub(r"\1", rules)).replace(";}", "}")
