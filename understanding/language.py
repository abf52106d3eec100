"""Which language a message is in, as far as its letters tell."""

import re
from typing import Final

from kit.i18n import Language

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-z']{2,}")
_NOT_A_WORD: Final = re.compile(
    r"\S+@\S+|https?://\S+|\b[A-Z]{1,5}-?\d[\w-]*"
    # Sizes, units, "ok" and what pays are the same in both languages.
    r"|(?i:\b(?:x{0,3}[sml](?:/x{0,3}[sml])?|ok|kg|cm|eu|uk|us|eur)\b)"
    r"|(?i:\b(?:paypal|visa|master ?card|amex|alipay|wechat(?: ?pay)?|apple ?pay)\b)"
)


def detect_language(text: str) -> Language | None:
    """`zh` when Chinese characters carry the message, `en` for Latin words, None when unclear.

    E-mail addresses, links and codes tell nothing: `10482` and `mia@shop.example` are None.
    """
    chinese = len(_CHINESE.findall(text))
    latin = len(_LATIN_WORD.findall(_NOT_A_WORD.sub(" ", text)))
    if chinese and chinese * 2 >= latin:
        return "zh"
    return "en" if latin else None
