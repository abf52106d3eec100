"""What words ask for by the verbs of a task: one that is offered, or one in place of another."""

import re
from typing import Final

from dialogue.groups import KIN
from dialogue.polarity import holds, lexicon, negates, normalised
from kit.i18n import Language

_REFUSED: Final = re.compile(
    r"\b(?:no|not|don'?t(?: want)?(?: to)?|without) (?:an? )?\w+|[不别]要?[退换]"
)
# What comes after these takes the place of what is in hand.
_INSTEAD: Final = re.compile(
    r"\b(?:instead|rather|actually|no|nope|nah|then)\b|\bjust (?:return|refund|exchange|swap)\b"
    r"|还是|不如|改成|改为|算了|不退|不换|干脆|那(?:就|我|么)*(?:直接)?[退换]|直接[退换]"
)
# "How long does the search take?" asks about what is offered, it asks for nothing.
_ASKS_ABOUT: Final = re.compile(
    r"(?:and |so |but |ok )*(?:how(?! (?:do|can) i\b)|when|what|where|why|who)\b"
    r"|.*(?:多久|几天|多长|怎么|什么时候|为什么)"
)


def taken_instead(task: str, text: str, language: Language) -> str | None:
    """The task that words put in place of the one in hand: "no, exchange them instead"."""
    plain = normalised(text)
    if task not in KIN or not _INSTEAD.search(plain):
        return None
    plain = _REFUSED.sub(" ", plain)
    others = (one for one in KIN if one != task)
    return next((one for one in others if _says(one, plain, language)), None)


def asks_for(offered: str, text: str, language: Language) -> bool:
    """Whether words ask for what is offered (a task or an intent): "so can you search for it?"."""
    plain = normalised(text)
    if _ASKS_ABOUT.match(plain) or negates(text, language):
        return False
    return any(
        verb in plain for verb in lexicon(language).effects.get(offered, ()) if len(verb) > 1
    )


# What a return is for says it, too.
_FOR: Final = {"return": ("refund", "money back", "my money", "the money", "退款", "退钱")}


def _says(task: str, plain: str, language: Language) -> bool:
    verbs = (*lexicon(language).effects[task], *_FOR.get(task, ()))
    return any(holds(plain, verb) for verb in verbs)
