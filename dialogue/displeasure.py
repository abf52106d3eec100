"""Whether a message is nothing but displeasure, plain or as sarcasm.

"No, I'm not happy" refuses nothing and "great, just great" agrees to nothing, whatever words of yes
and no they begin with. Words count here only where the rest of the message says nothing else.
"""

import re
from functools import cache
from typing import Final

from dialogue.polarity import lexicon, normalised
from kit.i18n import LANGUAGES

_GOOD: Final = (
    r"(?:great|perfect|wonderful|fantastic|brilliant|lovely|awesome|amazing|marvell?ous|fabulous)"
)
_DISPLEASED: Final = re.compile(
    r"\b(?:not|isn't|isnt|ain't|aint|wasn't|hardly)\s+"
    r"(?:at all |exactly |very |really |so |too |even |remotely )*"
    r"(?:happy|satisfied|impressed|amused|pleased|good enough|acceptable|funny|helpful|fair|on"
    r"|great|good|nice|cool)\b"
    r"|\b(?:unhappy|useless|ridiculous|unbelievable|unacceptable|outrageous|scandalous|pathetic"
    r"|disgrace(?:ful)?|appalling|rubbish|nonsense|bullshit|crap|terrible|awful|horrible|shocking"
    r"|disappoint(?:ed|ing)|annoy(?:ed|ing)|angry|furious|fuming|frustrat(?:ed|ing)|fed up"
    r"|pissed(?: off)?|absurd|a joke|a shame|shame on you|a farce|no help|no use|wtf|ffs)\b"
    r"|\b(?:is|was|that's|thats|it's|its) (?:so|really|very|too|pretty) bad\b"
    r"|\b(?:won't|wont|can't|cant|cannot|not going to) (?:even )?help(?: me)?\b"
    r"|\b(?:do|does)(?:n't|nt| not) help(?: me)?\b|\bwaste of (?:my )?time\b|\bsick of\b"
    r"|\b(?:are you|r u|you must be|you're) (?:kidding|joking|serious)(?: me)?\b"
    r"|\b(?:thanks|thank you|thx|cheers)(?: a lot| so much)? for (?:nothing|no help)\b"
    rf"|\b(?:that's |thats |this is |well )?just {_GOOD}\b(?!.*\bth(?:an)?(?:k|x))"
    r"|\bjust what i needed\b|\bwell done you\b|\bslow clap\b|\bgood grief\b"
    r"|[很太真非常]*(?:不满意|不开心|不高兴|失望|生气|无语|离谱|过分|气死)"
    r"|太差劲?|垃圾|呵呵|服了你们",
    re.IGNORECASE,
)
# Praise that is none where something has just gone wrong.
_DOUBLE_EDGED: Final = re.compile(
    r"\b(?:well done|good job|nice (?:one|job|work)|way to go|great (?:job|work|service))\b"
    r"|你们(?:可|还|也)?真(?:行|可以|厉害|牛|会|能|棒|好)|真有你们的|可真[行棒好]",
    re.IGNORECASE,
)
# Words that say of what or how much, and nothing more.
_OF_WHAT: Final = (
    "about with at by of your you guys we am im i'm we're is it's its that's thats what a an so"
    " such how honestly seriously absolutely completely totally quite wow omg ever had experience"
    " service shop company bot answer support lot whole thing being here got getting as hell lmao"
    " bloody damn fucking chatbot robot app website site store staff team courier delivery bit tbh"
)
_BESIDE: Final = frozenset(_OF_WHAT.split(" "))
_WORD: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]+")
_AROUND: Final = re.compile(r"^[我们你的是了啊呢吧也就这那真太很服务店态度对觉得感到有点好]*$")


def sounds_displeased(text: str) -> bool:
    """Whether `text` says that somebody is displeased, whatever else it says."""
    return _DISPLEASED.search(normalised(text)) is not None


def is_double_edged(text: str) -> bool:
    """Whether praise may be meant as its opposite: 你们真行."""
    return _DOUBLE_EDGED.search(normalised(text)) is not None


def vents(text: str) -> bool:
    """Whether `text` says that somebody is displeased, and nothing else."""
    plain = normalised(text)
    left = _DISPLEASED.sub(" ", plain)
    if left == plain:
        return False
    left = re.sub(rf"\b{_GOOD}\b", " ", left)  # "so you won't help? fantastic"
    return all(word in _plain_words() or _AROUND.match(word) for word in _WORD.findall(left))


@cache
def _plain_words() -> frozenset[str]:
    """Every single word of yes, of no and of politeness, and those that lead to a feeling."""
    phrases = (
        phrase
        for name in LANGUAGES
        for phrase in (*lexicon(name).yes, *lexicon(name).no, *lexicon(name).fillers)
    )
    return _BESIDE | {word for phrase in phrases for word in _WORD.findall(phrase)} - _WISHES


# Words of yes and no that are wishes by themselves.
_WISHES: Final = frozenset({"stop", "keep", "leave", "forget", "change", "changed", "proceed"})
