"""What shoppers say when they want more of one thing: warmer, lighter, like the second."""

import re
from typing import Final

# Quality of recommender.serving.qualities, more (1) or less (-1), and how people say it.
_QUALITIES: Final = tuple(
    (name, sign, re.compile(pattern, re.IGNORECASE))
    for name, sign, pattern in (
        ("warm", -1, r"\bless warm\b|\bcooler\b|\bnot so (?:warm|hot)\b|凉快|薄一[点些]|更薄"),
        ("warm", -1, r"不[要用]?(?:这么|那么|太)(?:热|暖|厚)"),
        ("warm", 1, r"\bwarmer\b|\bmore warm\b|更?保?暖[和一]|更[保温]?暖|厚一[点些]|更厚"),
        ("heavy", -1, r"\blighter\b|\bless heavy\b|\bnot so heavy\b|轻一?[点些]|更轻"),
        ("heavy", 1, r"\bheavier\b|重一[点些]|更重"),
        ("waterproof", 1, r"\b(?:more|better) (?:waterproof|water resistant)\b|更防水"),
        ("roomy", -1, r"\bsmaller\b|\bless (?:room|space)\b|小一[点些]|更小|小点"),
        ("roomy", 1, r"\b(?:bigger|larger|roomier)\b|\bmore (?:room|space)\b|大一[点些]|更大|大点"),
        ("bright", 1, r"\bbrighter\b|更亮|亮一[点些]"),
    )
)
_LIKE: Final = re.compile(
    r"\b(?:more|something|anything|some|others?|ones?|what else is|products?|items?) like\b"
    r"|\bsimilar\b|\balternatives?\b|\blike (?:this|that|it) but\b"
    r"|类似|相似|差不多|[像跟和](?:第.{1,3}|这个|这款|那个|它).{0,3}(?:一样|那样|这样|的)|这样的|同类",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r"\b(?:none|any|all|neither|nothing) of (?:these|those|them)\b|\b(?:none|not these|not those)\b"
    r"|这些|这几|都不|一个都|全都?不",
    re.IGNORECASE,
)


def qualities_meant(text: str) -> tuple[tuple[str, int], ...]:
    """Qualities that the message asks more (1) or less (-1) of, each once."""
    found: dict[str, int] = {}
    for name, sign, pattern in _QUALITIES:
        if pattern.search(text):
            found.setdefault(name, sign)
    return tuple(found.items())


def wants_like(text: str) -> bool:
    """Whether the message asks for things like one that it names or points at."""
    return bool(_LIKE.search(text))


def means_all(text: str) -> bool:
    """Whether a refusal is of the whole list."""
    return bool(_ALL.search(text))
