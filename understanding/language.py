"""Which language a message is in, as far as its letters tell."""

import re
from functools import cache
from typing import Final

from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, facts

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z']{2,}")
_NOT_A_WORD: Final = re.compile(
    r"\S+@\S+|https?://\S+|\b[A-Z]{1,5}-?\d[\w-]*"
    # Sizes, units, "ok" and what pays are the same in both languages.
    r"|(?i:\b(?:x{0,3}[sml](?:/x{0,3}[sml])?|ok|kg|cm|eu|uk|us|eur)\b)"
    r"|(?i:\b(?:paypal|visa|master ?card|amex|alipay|wechat(?: ?pay)?|apple ?pay)\b)"
)


def detect_language(text: str) -> Language | None:
    """Chinese when its characters carry the message, English for Latin words, None when unclear.

    E-mail addresses, links and codes tell nothing: `10482` and `mia@shop.example` are None.
    """
    chinese = len(_CHINESE.findall(text))
    latin = len(_LATIN_WORD.findall(_NOT_A_WORD.sub(" ", text)))
    if chinese and chinese * 2 >= latin:
        return _written_in("han")
    return _written_in("latin") if latin else None


@cache
def _written_in(script: str) -> Language | None:
    """Of languages of one script letters alone choose the shop's, else the first."""
    written = [one for one in LANGUAGES if facts(one).script == script]
    return DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in written else next(iter(written), None)
