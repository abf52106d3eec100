"""Which language a message is in, as far as its letters and small words tell."""

import re
from functools import cache
from typing import Final

from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, facts

_CHINESE: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN_WORD: Final = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ']{2,}")
_NOT_A_WORD: Final = re.compile(
    r"\S+@\S+|https?://\S+|\b[A-Z]{1,5}-?\d[\w-]*"
    # Sizes, units, "ok" and what pays are the same in both languages.
    r"|(?i:\b(?:x{0,3}[sml](?:/x{0,3}[sml])?|ok|kg|cm|eu|uk|us|eur)\b)"
    r"|(?i:\b(?:paypal|visa|master ?card|amex|alipay|wechat(?: ?pay)?|apple ?pay)\b)"
)


def detect_language(text: str, hint: Language | None = None) -> Language | None:
    """Chinese when its characters carry the message, English for Latin words, None when unclear.

    Addresses, links and codes tell nothing: `10482` and `Bahnhofstrasse 12, 8001 Bern` are None. Of
    languages of one script the small words choose, then `hint`, where it is one of them.
    """
    chinese = len(_CHINESE.findall(text))
    latin = _LATIN_WORD.findall(_NOT_A_WORD.sub(" ", text))
    if chinese and chinese * 2 >= len(latin):
        return _first(written_in("han"), hint)
    if not latin or _is_address(text):
        return None
    among = written_in("latin")
    return _first(_told_by(latin, among) if len(among) > 1 else among, hint)


def _is_address(text: str) -> bool:
    """Names and numbers with a comma between: a postal address is the same in every language."""
    parts = text.replace(",", " ").split()
    has_both = "," in text and any(map(str.isdigit, text))
    return has_both and all(one[0].isupper() or one[0].isdigit() for one in parts)


@cache
def written_in(script: str) -> tuple[Language, ...]:
    """The languages of a script, the default one first."""
    written = [one for one in LANGUAGES if facts(one).script == script]
    return tuple(sorted(written, key=lambda one: one != DEFAULT_LANGUAGE))


def _told_by(said: list[str], among: tuple[Language, ...]) -> tuple[Language, ...]:
    """Those of whose small words most were said."""
    words = [word.lower() for word in said]
    counts = {one: sum(word in facts(one).small_words for word in words) for one in among}
    return tuple(one for one in among if counts[one] == max(counts.values()))


def _first(among: tuple[Language, ...], hint: Language | None) -> Language | None:
    return hint if hint in among else next(iter(among), None)
