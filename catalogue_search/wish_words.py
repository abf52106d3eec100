"""How words wish: in alternatives, for the same again, for the cheapest, for nothing at all."""

import re
from functools import lru_cache
from typing import Final

from catalogue_search.option_words import name_pattern

# What begins a condition: what stands in it is the wish that could not be met, said again.
_IF: Final = re.compile(
    r"(?:\b(?:but |and )?(?:if|in case|should|when|unless)\b(?=[^.;!?]*(?:n't|\bnot?\b|\bnone\b|unavailable|impossible|\bsold out|out of stock|\bgone\b))"
    r"|(?:如果|要是|若|假如|万一)(?=[^。！？]*(?:没|不|缺|无|售罄)))",
    re.IGNORECASE,
)
_THEN: Final = re.compile(
    r"(?:[,;:，；]\s*|\bthen\b[,\s]*)(?:then\s+|just\s+|please\s+)*(?=(?:i|you|we|just|please|let|make|go|give|take|choose"
    r"|pick|switch|use|get|settle|cancel|return|refund|send|modify|replace|the|an?|change|exchange|swap|leave|keep|only|to|with|for|any|whatever|don't|do|skip|\d)\b)|[，,]?(?:那就|就|那|则|改)",
    re.IGNORECASE,
)
_ELSE: Final = re.compile(
    r"[,;.，；。]?\s*(?:\b(?:otherwise|or else|else|failing that|failing which|as a (?:fallback|second choice|backup)"
    r"|alternatively|second choice|if not|or if not)\b|(?:否则|不然|要不然|要不|实在不行|不行的话|没有的话|其次|退而求其次))[,:，：\s]*(?:then\s+|那?就)?",
    re.IGNORECASE,
)
LEAVES: Final = re.compile(
    r"\b(?:leave|keep|skip|forget|drop|nothing|no (?:exchange|change|swap)|(?:do not|don't|not) (?:exchange|change|swap|modify|touch)"
    r"|stays?|only (?:exchange|change|swap|modify|do)|only the|as (?:it is|is))\b|留着|保留|不换|不改|别换|别改|算了|就不|只换|只改",
    re.IGNORECASE,
)
SAME: Final = re.compile(
    r"\b(?:same|identical|keep(?:ing)?|everything else|all (?:the )?other|otherwise the|stay(?:s|ing)? the same|unchanged)\b"
    r"|一样|相同|同款|其他(?:的)?(?:都)?不变|不变|照旧",
    re.IGNORECASE,
)
# "The same size and material", "keep the capacity": these stay, whatever else changes.
KEPT: Final = re.compile(
    r"\b(?:same|keep(?:ing)?|identical|exact)\b([^.;!?]*?)(?:\bbut\b|\bexcept\b|[.;!?]|$)",
    re.IGNORECASE,
)
AGAIN: Final = re.compile(
    r"\b(?:(?:exact(?:ly)?|very|the) same (?:one|item|thing|model|product|kind|variant|version|again|options?|specs?|configuration)?"
    r"|identical|same (?:one|item|thing|again)|like for like|just like (?:it|that|this|mine)|new one|fresh one|another one of the same)\b|一模一样|同样的|一样的|同款|相同的",
    re.IGNORECASE,
)
# What stands behind these is wished for, also where it is as it was.
AS_IT_IS: Final = re.compile(r"\b(?:to|into)\b|换成|改成", re.IGNORECASE)
FREE: Final = re.compile(
    r"\b(?:(?:do(?:es)?n't|do(?:es)? not|not) (?:care|mind|matter)|no matter|regardless|whatever|anything|any (?:other )?(?:option|spec|kind|variant|colou?r|one)s?)\b"
    r"|无所谓|都行|都可以|随便|不在乎|不限",
    re.IGNORECASE,
)
_ANY_BEFORE: Final = (
    r"(?:\bany|\bwhatever|\bno matter (?:the|which|what)|\b(?:don't|do not|doesn't|does not) (?:care|mind)(?: (?:about|which|what|the))*)\s+"
    r"|任何|随便什么|不管什么"
)
_ANY_BEHIND: Final = (
    r"\s+(?:or not|(?:does(?:n't| not)|is(?:n't| not)|need(?:n't| not)) (?:really |so |that )?(?:matter|important|needed|necessary|required|relevant|be))"
    r"|是?不(?:重要|要紧)|无所谓|都行|都可以"
)
_CHEAPEST: Final = re.compile(
    r"\b(?:cheapest|least expensive|lowest[- ]?pric\w+|most affordable|lowest cost)\b|最便宜|价格最低|最低价",
    re.IGNORECASE,
)
_DEAREST: Final = re.compile(
    r"\b(?:most expensive|priciest|dearest|highest[- ]?pric\w+)\b|最贵", re.IGNORECASE
)
_CHEAPER: Final = re.compile(
    r"\b(?:cheaper|less expensive|lower[- ]?pric\w+)\b|更便宜|便宜(?:一)?点|便宜些", re.IGNORECASE
)
PREFER: Final = re.compile(
    r"(?:\bprefer(?:ably|red)?\b|\bideally\b|\bif possible\b|最好|优先|尽量)", re.IGNORECASE
)
OR: Final = re.compile(r"\bor\b|或者?|/", re.IGNORECASE)


def alternatives(text: str) -> list[str]:
    """What is wished first, then what else where that cannot be had."""
    parts = [text]
    for cut in (_split_if, _split_else):
        parts = [piece for part in parts for piece in cut(part)]
    return [one for one in parts if one.strip(" ,.;，。；")]


def _split_if(text: str) -> list[str]:
    found = _IF.search(text)
    if found is None:
        return [text]
    then = _THEN.search(text, found.end())
    if then is None:
        return [text]
    return [text[: found.start()], *_split_if(text[then.end() :])]


def _split_else(text: str) -> list[str]:
    return [one for one in _ELSE.split(text) if one]


def any_will_do(text: str, option: str) -> bool:
    """Whether any value of an option is as good: "waterproof or not", "the colour doesn't matter"."""
    return _any_of(option).search(_plain(text).replace("’", "'")) is not None


def _plain(text: str) -> str:
    return text.lower().replace("colour", "color")


@lru_cache(maxsize=1024)
def _any_of(option: str) -> re.Pattern[str]:
    name = name_pattern(_plain(option)).pattern
    return re.compile(rf"(?:{_ANY_BEFORE}){name}|(?<![a-z]){name}\w*(?:{_ANY_BEHIND})")


def price_wished(text: str) -> str:
    """`least`, `most` or `less` where words ask for a price; else nothing."""
    for way, pattern in (("least", _CHEAPEST), ("most", _DEAREST), ("less", _CHEAPER)):
        if pattern.search(text):
            return way
    return ""
