"""What shoppers say when they want things like one, or none of the list."""

import re
from typing import Final

_LIKE: Final = re.compile(
    r"\b(?:something|anything|some|others?|ones?|what else is|products?|items?) like\b"
    r"(?!\W*\d)"
    r"|\bmore like (?:this|that|it|these|those|them|the|number)\b"
    r"|\bsimilar\b|\balternatives?\b|\blike (?:this|that|it) but\b"
    r"|类似|相似|差不多|[像跟和](?:第.{1,3}|这个|这款|那个|它).{0,3}(?:一样|那样|这样|的)|这样的|同类",
    re.IGNORECASE,
)
_ALL: Final = re.compile(
    r"\b(?:none|any|all|neither|nothing) of (?:these|those|them)\b|\b(?:none|not these|not those)\b"
    r"|这些|这几|都不|一个都|全都?不",
    re.IGNORECASE,
)


def wants_like(text: str) -> bool:
    """Whether the message asks for things like one that it names or points at."""
    return bool(_LIKE.search(text))


def means_all(text: str) -> bool:
    """Whether a refusal is of the whole list."""
    return bool(_ALL.search(text))
