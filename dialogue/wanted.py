"""Whether a message says in so many words that a person shall come."""

import re
from typing import Final

from kit.phrases import spoken

_PERSON: Final = re.compile(
    r"\b(?:talk|speak|chat|transfer me|put me through|connect me|pass me|hand me over)\s+"
    r"(?:over\s+)?(?:to|with|on)\s+(?:an?\s+|some|the\s+|your\s+|my\s+)?(?:real\s+|live\s+|human\s+|actual\s+)*"
    r"(?:person|human|agent|someone|somebody|colleague|representative|manager|supervisor|rep|staff|people)"
    r"|\b(?:get|fetch|find|give|bring|send|call|i (?:want|need)|let me have)\s+(?:me\s+)?(?:in\s+)?"
    r"(?:an?\s+|some|the\s+|your\s+)?(?:real\s+|live\s+|actual\s+)*"
    r"(?:person|human(?: being)?|agent|one real|somebody|someone(?: real)?|colleague|manager|supervisor)\b"
    r"|\b(?:real|live|actual) (?:person|human|agent)\b|\bhuman (?:please|pls|agent|now)\b"
    r"|(?:转|找|要|接|换|叫)(?:个|一个|一下|到|你们)?(?:人工|真人|活人|客服人员|人来|你们?经理|你们?领导|主管|经理|领导)"
    r"|(?:要|想|去|找谁|怎么|如何|哪里|哪儿)投诉(?!处理|结果|进度)"
    r"|\b(?:can|could|would|will|please (?:have|let)|have|let) (?:someone|somebody|anyone|anybody|a colleague|you guys|one of you)\s+"
    r"(?:please |just |maybe )*(?:e-?mail|call|ring|phone|write(?: to)?|contact|get back to|text) me\b"
    r"|\b(?:make|file|raise|lodge|submit) (?:an? )?(?:official |formal )?complaint\b"
    r"|\b(?:call|ring|phone) me(?: back)?(?: (?:please|pls|now|asap|too|also|as well|then|today|tomorrow|about (?:it|this)))*\W*$"
    r"|(?:给我|跟我)(?:打|回)个?电话|打(?:个)?电话给我|(?:给我)?回(?:个)?电话?给?我|电话联系我"
    r"|人工客服|人工服务|(?:有没有|有)(?:真|活)人|^人工[!！。 ]*$"
    r"|^(?:我要?)?投诉(?:你们?|他们?|客服)?[吧了]?[!！。 ]*$",
    re.IGNORECASE,
)
_NOT: Final = spoken("dialogue", "wanted.not")
# "Is this a real person?", "am I talking to a human": asked of who answers here.
_ROBOT: Final = re.compile(
    r"\bare (?:you|u)\b[^.!?]{0,12}$|\b(?:is|r) (?:this|that|it) (?:\w+ly |even |with )*(?:an? )?$"
    r"|\bam i\b[^.!?]{0,24}$",
    re.IGNORECASE,
)


_DECLINED: Final = spoken("dialogue", "wanted.declined")

# "And for newcomers?", 那新人呢: a thing put in the place of the one asked about before.
_IN_PLACE: Final = re.compile(
    r"(?:and|or|what about|how about)\b[^,.;!]{1,30}\?|那么?[^，。；！我你]{1,8}呢[?？]*",
    re.IGNORECASE,
)


def asks_the_same(text: str) -> bool:
    """Whether the last question is asked of something else; a person who is meant is named."""
    is_it = _IN_PLACE.fullmatch(text.strip()) is not None
    return is_it and not asks_for_person(text) and _PEOPLE.search(text) is None


_PEOPLE: Final = spoken("dialogue", "wanted.people")


def declines_person(text: str) -> bool:
    """Whether the words say that nobody need come: "I don't want a person, just my money"."""
    return _DECLINED.search(text) is not None and not asks_for_person(text)


# What is wished besides, and is no condition of the rest.
_AS_WELL: Final = spoken("dialogue", "wanted.as_well")
_FIRST: Final = spoken("dialogue", "wanted.first")
_JOINT: Final = re.compile(
    r"(?:[\s,.;!，。；！]|\b(?:but|and|also|plus|please|can you|could you|i want you to)\b|[但也还再请就]|不过|顺便|另外|同时|麻烦|你们?|可以|能)*$",
    re.IGNORECASE,
)


def said_before_a_person(text: str) -> str:
    """What is said before somebody is asked for besides: "yes go ahead" of "yes go ahead, but call
    me as well"; empty where nobody is, or where they are to come first."""
    found = _PERSON.search(text)
    if found is None or not asks_for_person(text) or _FIRST.search(text):
        return ""
    if not _AS_WELL.search(text):
        return ""
    return _JOINT.sub("", text[: found.start()])


def asks_for_person(text: str) -> bool:
    """Whether the words ask for a person; "are you a real person?" does not, nor does "I do not
    want to talk to …"."""
    found = _PERSON.search(text)
    if found is None:
        return False
    before = text[: found.start()]
    return not _NOT.search(before) and not _ROBOT.search(before)
