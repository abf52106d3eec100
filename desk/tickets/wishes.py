"""Whether words ask for a person: for when nobody is there who understands more than that.

The assistant hears such wishes in a hundred forms. These are the plain ones, told by patterns, so
that a wish for a person is seen even where the assistant is down.
"""

import re
import unicodedata
from typing import Final

_WHO: Final = (
    r"(?:human(?:\s+being)?|person|agent|operator|representative|rep|colleague|adviser|advisor"
    r"|supervisor|manager|someone|somebody|staff|support|(?:customer\s+)?service|employee)s?"
)
_KIND: Final = (
    r"(?:an?\s+|the\s+|some\s+|your\s+|one\s+of\s+your\s+|any\s+)?"
    r"(?:real\s+|live\s+|actual\s+|human\s+|support\s+|service\s+|customer\s+service\s+)*"
)
_ENGLISH: Final = re.compile(
    rf"\b(?:talk|speak|chat|write|connect(?:ed)?|transfer(?:red)?|put|pass|hand)\b[^.!?]{{0,14}}?"
    rf"\b(?:to|with|through\s+to|over\s+to)\s+{_KIND}{_WHO}\b"
    rf"|\b(?:want|need|get|give|bring|fetch|find|call)\s+(?:me\s+|in\s+)?{_KIND}"
    r"(?:human(?:\s+being)?|person|agent|operator|representative|colleague|supervisor|manager)s?\b"
    r"|\b(?:real|live|actual)\s+(?:human|person|agent|people)\b"
    r"|\bis\s+(?:there\s+)?(?:anyone|anybody|a\s+human|a\s+real\s+person)\b"
    rf"|^\W*(?:a\s+)?(?:human|agent|operator|representative|person)(?:\s+(?:please|now))?\W*$"
)
_CHINESE: Final = re.compile(
    r"(?:转|找|要|接|联系|叫|换|呼叫|需要|想跟|想和|跟|和)(?:个|一下|到|一个|你们的?|真)*"
    r"(?:人工|真人|客服|活人|工作人员|专员)"
    r"|人工客服|人工服务|真人客服|有人(?:工)?吗|^\W*(?:人工|真人|客服)\W*$"
)
_NOT: Final = re.compile(
    r"(?:n['’]t|\b(?:do|did|does|wo|ca)nt|\bnot|\bno\s+need|\bnever|\bwithout|\binstead\s+of|\brather\s+than)\b[^.!?]{0,24}$"
    r"|(?:不|别|无需|没)[^，。！？,.!?]{0,4}$"
)


def asks_for_person(text: str) -> bool:
    """Whether the text plainly says that a person shall come; "I don't need an agent" does not."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return any(
        _NOT.search(plain[: found.start()]) is None
        for pattern in (_ENGLISH, _CHINESE)
        for found in pattern.finditer(plain)
    )
