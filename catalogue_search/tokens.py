"""A text as words, numbers and single Chinese signs, each with its place in the text."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"[a-z]+\x00t|\d+(?:[.,]\d+)*|[a-zà-öø-ÿ]+|[\u3400-\u9fff]|°c|[°℃€¥$£%~+≤≥<>]"
)
_CONTRACTION: Final = re.compile(r"(?<=n)'(?=t\b)")
_POSSESSIVE: Final = re.compile(r"'s\b")
_APOSTROPHES: Final = str.maketrans({"’": "'", "‘": "'"})
# Signs that end a thought; negation never reaches over them.
STOPS: Final = frozenset(",.;:!?，。；：！？、\n")


@dataclass(frozen=True, slots=True)
class Token:
    """A word in lower case without its plural s, a number, or one Chinese sign."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it is written in digits."""
        return self.text[0].isdigit()

    @property
    def is_latin(self) -> bool:
        """Whether it is a word in Latin letters."""
        return self.text[0].isalpha() and self.text[0] < "\u3400"


def plain(text: str) -> str:
    """`text` in lower case and half width; every sign keeps its place."""
    if text.isascii():
        return text.lower()
    return "".join(map(_plain_sign, text)).translate(_APOSTROPHES)


@lru_cache(maxsize=8192)
def _plain_sign(sign: str) -> str:
    code = ord(sign)
    if 0xFF10 <= code <= 0xFF5A:  # full-width digits and letters; punctuation stays
        sign = chr(code - 0xFEE0)
    small = sign.lower()
    return small if len(small) == 1 else sign


def tokenize(text: str) -> list[Token]:
    """The tokens of `text` in their order; an English contraction loses its apostrophe."""
    return list(_tokens(text))


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[Token, ...]:
    joined = _CONTRACTION.sub("\x00", plain(text))  # don't is one word: dont
    joined = _POSSESSIVE.sub("  ", joined)
    return tuple(
        Token(stem(match.group().replace("\x00", "")), match.start(), match.end())
        for match in _TOKEN.finditer(joined)
    )


def words_of(text: str) -> tuple[str, ...]:
    """The tokens of a phrase without their places."""
    return tuple(token.text for token in tokenize(text))


def stem(word: str) -> str:
    """A Latin word without its plural s."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word.isascii():
        return word[:-1]
    return word
