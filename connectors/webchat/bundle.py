"""The chat's one script: all its modules and words in one answer, so that it is there at once.

On a slow line every further round trip is seconds without a launcher. The modules stay files of
their own for whoever reads and tests them; here they are put one behind the other.
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
_IMPORT: Final = re.compile(
    r'^import \{(?P<names>[^}]*)\} from "\./(?P<module>[a-z]+)\.js";\n', re.MULTILINE
)
_EXPORT: Final = re.compile(
    r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE
)
_COMMENT: Final = re.compile(r"^ *(?://.*|/\*\*.*\*/|/\*\*(?:.|\n)*?\*/)\n", re.MULTILINE)
# Behind code, where no quote can make it part of a string.
_REMARK: Final = re.compile(r"(?<=[;{,)]) +// [^\"'`\n]*$", re.MULTILINE)
_INDENT: Final = re.compile(r"^ +", re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    """A script, plain and packed, with the tag of its content."""

    plain: bytes
    packed: bytes
    tag: str


def make_bundle(words: Mapping[str, Mapping[str, str]], shop_name: str) -> Bundle:
    """The script with the chat's words per language and the name of the shop."""
    given: dict[str, Any] = {"words": words, "shop": shop_name}
    # A script may stand in a page: what would end it there is written otherwise.
    told = json.dumps(given, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    parts = [_wrapped(name, source) for name, source in _in_order().items()]
    text = (
        '(() => {\n"use strict";\nconst tag = document.currentScript;\n'
        f"const given = {told};\n{''.join(parts)}from_{ENTRY}.start(tag, given);\n}})();\n"
    )
    plain = text.encode()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    return Bundle(plain, gzip.compress(plain, mtime=0), f'"{digest}"')


def _in_order() -> dict[str, str]:
    """The modules that the entry needs, each behind those that it needs itself."""
    found: dict[str, str] = {}

    def add(name: str) -> None:
        source = (MODULES / f"{name}.js").read_text(encoding="utf-8")
        for one in _IMPORT.finditer(source):
            if one["module"] not in found:
                add(one["module"])
        found[name] = source

    add(ENTRY)
    return found


def _wrapped(name: str, source: str) -> str:
    """A module as a function of its own: what it does not export stays inside."""
    source = _REMARK.sub("", _COMMENT.sub("", source))
    exported = ", ".join(one["name"] for one in _EXPORT.finditer(source))
    body = _EXPORT.sub("", source)
    body = _IMPORT.sub(lambda one: f"const {{{one['names']}}} = from_{one['module']};\n", body)
    body = _INDENT.sub("", body)
    return f"const from_{name} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"
