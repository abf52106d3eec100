"""Read who somebody is: e-mail address, telephone, country, language."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global

from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, facts

_EMAIL: Final = re.compile(
    r"[^@\s<>\",;:()\[\]\\]{1,64}@[^@\s<>\",;:()\[\]\\]+\.[^@\s<>\",;:.()\[\]\\]{2,}"
)
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]+(?:(?:x|ext\.?|#)\s*\d+)?", re.IGNORECASE)
_LANGUAGES: Final = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "pt",
    "pl",
    "sv",
    "da",
    "nb",
    "fi",
    "cs",
    "hu",
    "ro",
    "ru",
    "uk",
    "el",
    "tr",
    "he",
    "zh",
    "zh_Hant",
    "ja",
    "ko",
)
_OTHER_NAMES: Final = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "great britain": "GB",
    "united kingdom of great britain and northern ireland": "GB",
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "eire": "IE",
    "holland": "NL",
    "the netherlands": "NL",
    "russian federation": "RU",
    "korea": "KR",
    "republic of korea": "KR",
    "korea, republic of": "KR",
    "viet nam": "VN",
    "brasil": "BR",
    "czech republic": "CZ",
    "turkey": "TR",
    "macedonia": "MK",
    "taiwan, province of china": "TW",
    "hong kong": "HK",
    "macau": "MO",
    "中国大陆": "CN",
    "prc": "CN",
    "p.r. china": "CN",
    "ivory coast": "CI",
    "uae": "AE",
    "republic of ireland": "IE",
    "el": "GR",
}
LONGEST_EMAIL: Final = 254


def read_email(text: str) -> str | None:
    """The first address in a cell, in small letters; None when there is none.

    Takes `mailto:ada@example.org`, `Ada <ada@example.org>` and several with commas.
    """
    value = text.strip().lower().removeprefix("mailto:").strip()
    if found := re.search(r"<([^<>]+)>", value):
        value = found[1].removeprefix("mailto:")
    for part in re.split(r"[,;\s]+", value.partition("?")[0]):
        if len(part) <= LONGEST_EMAIL and _EMAIL.fullmatch(part):
            return part
    return None


def read_phone(text: str) -> str | None:
    """A telephone number as it is written; None when it is none (under six digits, letters)."""
    value = " ".join(unicodedata.normalize("NFKC", text).split()).removeprefix("tel:").strip("'’ ")
    digits = sum(letter.isdigit() for letter in value)
    return value if 6 <= digits <= 20 and len(value) <= 40 and _PHONE.fullmatch(value) else None


def phone_key(phone: str) -> str:
    """The digits that two spellings of one number share."""
    digits = re.sub(r"\D", "", re.sub(r"(?:x|ext).*", "", phone, flags=re.IGNORECASE))
    return digits.removeprefix("00") if phone.startswith("00") else digits


def read_country(text: str) -> str | None:
    """The two letters of a country given by code (2 or 3 letters) or name in many languages."""
    value = " ".join(text.split())
    code = value.upper()
    if re.fullmatch("[A-Z]{2}", code) and code not in {"UK", "EL"}:
        return code if code in Locale("en").territories else None
    if re.fullmatch("[A-Z]{3}", code) and code != "USA":
        found = get_global("territory_aliases").get(code)
        if found:
            return str(found[0])
    return _countries().get(_plain(value))


def read_language(text: str) -> str:
    """One of the languages that we answer in, the usual one where another or none is meant."""
    return spoken(text) or DEFAULT_LANGUAGE


def spoken(text: str) -> Language | None:
    """The one of our languages that a text begins with the code or a name of."""
    value = text.strip().lower()
    known = ((one, (one, *facts(one).names)) for one in LANGUAGES)
    return next((one for one, names in known if value.startswith(names)), None)


def _plain(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter)).strip(" .")


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code):
                names.setdefault(_plain(name), code)
    return {**names, **{_plain(name): code for name, code in _OTHER_NAMES.items()}}
