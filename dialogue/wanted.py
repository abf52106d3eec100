"""Whether a message says in so many words that a person shall come."""

import re
from typing import Final

from kit.phrases import spoken

_PERSON: Final = spoken("dialogue", "wanted.person")
_NOT: Final = spoken("dialogue", "wanted.not")
# "Is this a real person?", "am I talking to a human": asked of who answers here.
_ROBOT: Final = re.compile(
    r"\bare (?:you|u)\b[^.!?]{0,12}$|\b(?:is|r) (?:this|that|it) (?:\w+ly |even |with )*(?:an? )?$"
    r"|\bam i\b[^.!?]{0,24}$",
    re.IGNORECASE,
)


_DECLINED: Final = spoken("dialogue", "wanted.declined")

# "And for newcomers?", 那新人呢: a thing put in the place of the one asked about before.
_IN_PLACE: Final = spoken("dialogue", "wanted.in_place")


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
