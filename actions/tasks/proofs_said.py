"""What a message tells of who is speaking: name, postcode, last digits of the phone number."""

import re
from typing import Final

# Behind these words a postcode stands, whatever else a number may be.
_POSTCODE: Final = re.compile(
    r"(?:\b(?:zip|post(?:al)?)[ -]?codes?\b|\bzip\b|\bpostcode\b|邮政编码|邮编)"
    r"[^0-9A-Za-z]{0,4}(?:is|are|of|number|是|为)?[^0-9A-Za-z]{0,3}"
    r"(?P<code>\d{4,6}(?!\d)|[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}\b)",
    re.IGNORECASE,
)
_BARE_POSTCODE: Final = re.compile(
    r"(?<![\w#])(?:\d{4,6}(?![\w-])|[A-Za-z]{1,2}\d[A-Za-z\d]?\s?\d[A-Za-z]{2}\b)"
)
_WORD: Final = r"[^\W\d_][\w'’.-]*"
_ENDS: Final = (
    r"(?!(?:and|my|with|from|in|at|the|zip|post\w*|email|here|calling|i|i'm|i'd|i've|who|but|please|"
    r"looking|trying|having|not|sorry|sure|just|so|it|order\w*|want\w*|need\w*|living|located)\b)"
)
_CALLED: Final = re.compile(
    r"(?:\bmy (?:full )?name(?:'s| is)|\bname\s*[:：]|\bname is|\bi'?m|\bi am|\bthis is|\bit'?s)\s+"
    rf"(?P<name>{_ENDS}{_WORD}(?:\s+{_ENDS}{_WORD}){{1,3}})",
    re.IGNORECASE,
)
_LATIN: Final = r"[A-Z][A-Za-z'’.-]*(?:[ ·][A-Z][A-Za-z'’.-]*){1,3}"
_CALLED_ZH: Final = re.compile(
    r"(?:我叫|我是|姓名[是:：]?|名字[是叫:：]?)\s*"
    rf"(?P<name>[㐀-鿿]{{2,4}}?(?=[，,。、；;\s]|邮|电|$)|{_LATIN})"
)
# "Ada Lund, 10001", "this is Ada Lund from 10001": a postcode by itself, right behind a name.
_NAME_AND_CODE: Final = re.compile(
    r"(?:^|[.,!，。！]\s*|\b(?:[Ii]s|[Ii]'?m|[Aa]m|[Ii]t'?s|[Nn]ame)\s+|[是叫]\s*)"
    rf"(?P<name>{_LATIN})(?: here)?(?:\s*[,，、/]\s*|\s+)"
    r"(?:(?:and )?(?:[Ii](?:'m| am)? )?(?:live |living )?(?:from|in|at|zip(?: code)?|postcode)\s+)?"
    r"(?P<code>\d{5})(?![\w-])"
)
_DIGITS: Final = re.compile(
    r"(?:\b(?:phone|mobile|number|digits|ends? (?:in|with)|ending (?:in|with))\b"
    r"|尾号|后[三四五六七八]位|手机|电话)"
    r"[^0-9]{0,24}(?P<digits>\d{3,8})(?!\d)",
    re.IGNORECASE,
)
# What stands beside a name where it is asked for.
_BESIDE: Final = re.compile(
    r"\b(?:sure|yes|ok(?:ay)?|of course|thanks|hi|hello|and|the|my|full|name|is|it'?s|i'?m|i am|"
    r"zip|post(?:al)?|postcode|code|here|you go)\b|好的?|您好|你好|我叫|我是|姓名|名字|邮编|是",
    re.IGNORECASE,
)
# What else is said around who one is: "you can look me up by my email, it should be …".
_FILLING: Final = re.compile(
    r"\b(?:emails?|e-mail|address|account|look|find|me|up|by|this|from|live|living|under|with|in|to|as|you|can|could|may|"
    r"should|be|that|this|on|file|for|verify|identity|registered|last|first|digits|phone|mobile|"
    r"number|ends?|are|no|problem|certainly|absolutely|there|please|thank|so|of|i)\b|'s\b"
    r"|邮箱|电子邮件|地址|可以|请|用|查|账[户号]|手机号?|电话|尾号|后[三四五六七八]位|我的|谢谢|是的|[的在和为]",
    re.IGNORECASE,
)
MOST_NAMES: Final = 4
_EMAIL: Final = re.compile(r"\S+@\S+")
# Words that are nobody's name.
_NO_NAME: Final = frozenset(
    {
        "a",
        "an",
        "in",
        "on",
        "for",
        "to",
        "of",
        "this",
        "that",
        "it",
        "not",
        "no",
        "have",
        "what",
        "why",
        "how",
        "can",
        "you",
        "order",
        "phone",
        "email",
        "looking",
        "gift",
        "hurry",
        "number",
        "ends",
        "with",
        "sorry",
        "wrong",
        "problem",
        "shoes",
        "return",
        "exchange",
        "cancel",
    }
)


def postcode_said(text: str, *, asked: bool) -> str:
    """The postcode that a message tells; where it is `asked` for, also one by itself."""
    named = _POSTCODE.search(text) or _with_code(text)
    if named is not None:
        return str(named["code"])
    if not asked:
        return ""
    bare = [found.group() for found in _BARE_POSTCODE.finditer(text)]
    return bare[0] if len(bare) == 1 else ""


def name_said(text: str, *, asked: bool) -> str:
    """The whole name that a message tells; where it is `asked` for, also one by itself."""
    said = _CALLED.search(text) or _CALLED_ZH.search(text) or _with_code(text)
    if said is not None:
        return _no_other(_as_name(said["name"]))
    if not asked:
        return ""
    rest = _BESIDE.sub(" ", _BARE_POSTCODE.sub(" ", _EMAIL.sub(" ", text)))
    words: list[str] = re.findall(_WORD, rest)
    if len(words) == 1 and re.fullmatch("[㐀-鿿]{2,4}", words[0]):
        return words[0]
    return _no_other(" ".join(words)) if 2 <= len(words) <= MOST_NAMES else ""


def _with_code(text: str) -> re.Match[str] | None:
    """A name with a postcode right behind it."""
    found = _NAME_AND_CODE.search(text)
    return found if found is not None and _no_other(found["name"]) else None


def _no_other(name: str) -> str:
    """The name, where no word of it is another one."""
    return "" if _NO_NAME & set(name.lower().split()) else name


def _as_name(words: str) -> str:
    """The words behind "my name is" that are the name: of capitalised ones no others."""
    found = words.rstrip(".,!?").split()
    capitals = [one for one in found if one[:1].isupper()]
    return " ".join(capitals if len(capitals) >= 2 else found)


def digits_said(text: str, count: int, *, asked: bool) -> str:
    """The last digits of a phone number; where they are `asked` for, also by themselves."""
    named = _DIGITS.search(text)
    found = named["digits"] if named is not None else ""
    if not found and asked:
        bare = re.findall(r"(?<!\d)\d{3,8}(?!\d)", text)
        found = bare[0] if len(bare) == 1 else ""
    return found if len(found) == count else ""


def only_tells(text: str, name: str) -> bool:
    """Whether nothing is left of a message besides who is speaking, who has told this name."""
    rest = text.replace(name, " ") if name else text
    patterns = (_POSTCODE, _CALLED, _CALLED_ZH, _DIGITS, _EMAIL, _BARE_POSTCODE, _BESIDE, _FILLING)
    for pattern in patterns:
        rest = pattern.sub(" ", rest)
    words: list[str] = re.findall(_WORD, rest)
    return not words
