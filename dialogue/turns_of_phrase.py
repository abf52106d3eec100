"""Turns of phrase at a yes-or-no question that are neither a plain yes nor a plain no."""

import re
from typing import Final

from dialogue.polarity import normalised

_OPENS: Final = re.compile(
    r"(?:ok(?:ay)?|k|alright|all right|right|fine|good|so)\b|嗯|哦|好吧|行吧"
)
# "Ok, and also …" agrees first.
_GOES_ON: Final = re.compile(
    rf"(?:{_OPENS.pattern})(?:[ ,]+(?:then|so|well|but))?[ ,]+(?!and\b|also\b|plus\b|yes\b|do\b)"
    r"(?:i|we|can|could|let|what|how)\b"
)
_WANTS: Final = re.compile(
    r"\b(?:don'?t|dont|no|not)\b.+\b(?:i|we) (?:just )?(?:want|need|would rather|'d rather)\b"
    r"|不.+(?:我(?:就|只|现在|还是)?[要想]|要么|给我|我只)"
)
_ONLY: Final = re.compile(r"(?:only|just) (?:\w+ ?){1,2}|[只就光仅]\w{1,6}")
SWAPS: Final = frozenset({"exchange", "change_item"})
_SWAPS: Final = re.compile(r"\b(?:swap|exchange|change|replace)|换|改|补|重发")
_GIVES_BACK: Final = re.compile(r"\b(?:return|refund|cancel|back)|退|取消|去掉|删")
_KEEPS: Final = re.compile(r"\b(?:keep|leave|not|no)\b|留|别|不|没|等|看|问")
_SEES: Final = re.compile(
    r"(?:(?:ok|okay|oh|ah|hm+|right)[ ,.]*)*(?:i see|understood|got it|noted)[ .!]*"
    r"|(?:好吧|好的?|哦|噢|嗯|行吧?|[，, ])*(?:了解|知道|明白|懂|晓得)了?"
    r"[吧啦哈。！ ]*(?:谢谢)?[。！ ]*"
)


def opens_a_question(text: str) -> bool:
    """ "Ok and …" opens a question, it agrees to nothing."""
    return _OPENS.match(normalised(text)) is not None


def goes_on_to(text: str) -> bool:
    """ "Ok then I want …" goes on to something else, it agrees to nothing."""
    return _GOES_ON.match(normalised(text)) is not None


def wants_instead(text: str) -> bool:
    """ "I want no X, I want Y": what is refused is not all that is said."""
    return _WANTS.search(normalised(text)) is not None


def restricts(rest: str, task: str) -> bool:
    """Whether the words behind a yes only say what alone it is a yes to: "only the hat".

    "Only swap the hat" is no yes to cancelling it.
    """
    other = _GIVES_BACK if task in SWAPS else _SWAPS
    return _ONLY.fullmatch(rest) is not None and not (other.search(rest) or _KEEPS.search(rest))


def only_sees(text: str) -> bool:
    """ "I see" to an offer takes nothing."""
    return _SEES.fullmatch(normalised(text)) is not None


_CLOSES: Final = re.compile(
    r"\b(?:that|this|those|these|they)(?:'?s| is| are| was| were|'?ll be| will be|'?re) (?:all|everything|it for (?:now|today))\b|\bnothing (?:else|more)\b"
    r"|\bthat'?s it for (?:now|today)\b|就这些|没有?(?:别的|其他)|没事了",
    re.IGNORECASE,
)


def closes(text: str) -> bool:
    """Whether words say that there is nothing more: "that was all, thanks"."""
    return _CLOSES.search(text) is not None
