"""Sentences of an article: where they begin, which belong together, what kind of fact they hold."""

import re
from dataclasses import dataclass
from typing import Final

_END: Final = re.compile(r'(?<=[.!?])\s+(?=[A-Z"“€0-9])|(?<=[。！？])(?![”’」』）)])')
# A sentence that begins so says nothing without the one before it.
_LEANS: Final = re.compile(
    r"(?:it|its|they|this|that|these|then|there|both|each|after that|before that|afterwards|"
    r"otherwise|even then|the same|what is)\b(?! is no\b)"
    r"|然后|这|那|它|之后|此前|在此之前|否则|即使如此|如果更贵",
    re.IGNORECASE,
)
# A sentence that begins so takes something back of what the one before it says.
_LIMITS: Final = re.compile(
    r"(?:but|except|unless|however|only|not covered)\b|但|除|不过|只有|仅", re.IGNORECASE
)
_ASKS: Final = {
    "time": re.compile(
        r"\bwhen\b|how (?:long|soon|fast|quick\w*|many (?:days|weeks|hours))|until when|what time|"
        r"expire|多久|几天|几点|什么时候|何时|多长时间|哪天|几小时|几号|几年|几周|几月|多少天|啥时候",
        re.IGNORECASE,
    ),
    "amount": re.compile(
        r"how (?:much|expensive|many)|\bcosts?\b|\bprice\b|\bfees?\b|多少|几欧|多大|几升|几厘米|"
        r"邮费|运费|费用|要钱",
        re.IGNORECASE,
    ),
    "place": re.compile(
        r"\bwhere\b|\bwhich (?:shop|store|country|countries)|哪里|在哪|哪儿|什么地方|哪家",
        re.IGNORECASE,
    ),
    "leave": re.compile(
        r"^(?:can|could|may|am i|is it (?:ok|possible|allowed)|do i have to|must|should|are|is|do|"
        r"does|will)\b|能不能|可不可以|可以.*吗|能.*吗|行不行|行吗|吗[?？]?$|不[?？]?$",
        re.IGNORECASE,
    ),
}
_HOLDS: Final = {
    "time": re.compile(
        r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|monday|friday|saturday|sundays?|february"
        r"|at once|from \d+ to \d+)\b|天|周|月|年|小时|分钟|点到|立即|马上|工作日",
        re.IGNORECASE,
    ),
    "amount": re.compile(r"\d|€|\bfree\b|欧元|免费|免运费", re.IGNORECASE),
    "place": re.compile(
        r"\b(?:at|in|on|under|to) (?:the|our|your|my|checkout|every|hamburg)|门店|账户|页|邮箱|"
        r"结账|help@|网点",
        re.IGNORECASE,
    ),
    "leave": re.compile(
        r"\b(?:can(?:not)?|may|must|never|yes|no|not|do not|please|possible)\b"
        r"|可以|不能|不可|请|不要|无法|不会|不需要",
        re.IGNORECASE,
    ),
}


@dataclass(frozen=True)
class Sentence:
    """A sentence; `paragraph` counts from 0, `leans` says that it needs the one before it.

    `limits` says that it takes something back of what the one before it says.
    """

    text: str
    paragraph: int
    leans: bool
    limits: bool


def sentences_of(body: str) -> tuple[Sentence, ...]:
    """The sentences of a body, in order; paragraphs are parted by empty lines."""
    found: list[Sentence] = []
    for number, paragraph in enumerate(body.split("\n\n")):
        pieces = [piece.strip() for piece in _END.split(" ".join(paragraph.split()))]
        for place, piece in enumerate(piece for piece in pieces if piece):
            leans = place > 0 and _LEANS.match(piece) is not None
            limits = place > 0 and _LIMITS.match(piece) is not None
            found.append(Sentence(piece, number, leans, limits))
    return tuple(found)


def asks_leave(question: str) -> bool:
    """Whether yes or no can answer the question."""
    return _ASKS["leave"].search(question.strip()) is not None


def fits_the_question(question: str, sentence: str) -> float:
    """Share of what the question asks for (a time, an amount, a place, leave) that is there."""
    asked = [kind for kind, pattern in _ASKS.items() if pattern.search(question.strip())]
    if not asked:
        return 0.0
    return sum(bool(_HOLDS[kind].search(sentence)) for kind in asked) / len(asked)
