"""What is checked of a reply before it is kept, and how it looks where shoppers read it."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from connectors.degrading import pieces
from connectors.wechat.channel import WeChat
from kit.i18n import LANGUAGES, Language
from kit.settings import PROJECT_ROOT
from studio.content.marks import Problem
from studio.content.store import Content
from studio.words.rules import (
    Fault,
    Voice,
    differences,
    faults,
    load_voice,
    measure,
    says_no_machine,
)
from studio.words.texts import Text

LONGEST: Final = 2000
SHIPPED: Final = PROJECT_ROOT / "nlu_data"
_VALUE: Final = re.compile(r"\{(\w+)\}")
_BRACE: Final = re.compile(r"[{}]")
_PLACE: Final = "nlu_data/{}/responses/"
# A text is cut as for the messenger that takes the least at once.
MESSENGER: Final = WeChat.can


@dataclass(frozen=True)
class Looks:
    """A reply as shoppers see it: pieces of a bubble (a gap is a value that only a real
    conversation has), the messages of a messenger, and its length beside the longest allowed."""

    bubble: tuple[tuple[str, bool], ...]
    messages: tuple[str, ...]
    length: int
    longest: int
    unit: str


def voices(content: Content) -> Mapping[Language, Voice]:
    """The rules of voice of each language. Raises BadVoice.

    Where they do not name the answers that say a program speaks, the shipped ones hold.
    """
    found = {one: load_voice(content.folder / one / "voice.yml") for one in LANGUAGES}
    return {
        language: voice
        if voice.machine is not None
        else replace(voice, machine=load_voice(SHIPPED / language / "voice.yml").machine)
        for language, voice in found.items()
    }


def values_in(texts: Iterable[str]) -> set[str]:
    """The names in braces."""
    return {name for text in texts for name in _VALUE.findall(text)}


def problem_of_reply(
    name: str, words: str, voice: Voice, known: Collection[str], others: Collection[str]
) -> Problem | None:
    """Why a variation cannot be kept at all; None where it can.

    `known` are the values that an action fills in, `others` the response's other variations.
    """
    if not words.strip():
        return Problem("empty")
    if len(words) > LONGEST:
        return Problem("long_reply", str(len(words)))
    if _BRACE.search(_VALUE.sub("", words)):
        return Problem("braces")
    unknown = sorted(values_in([words]) - set(known))
    if unknown:
        return Problem("value", unknown[0])
    if words in others:
        return Problem("known", name)
    return Problem("machine") if says_no_machine(name, words, voice) else None


def faults_of(
    name: str, texts: Mapping[Language, Iterable[str]], spoken: Mapping[Language, Voice]
) -> dict[Language, list[Fault]]:
    """What breaks the rules of voice in a response, by language, differing values last."""
    said = {
        language: [
            Text(f"nlu_data/{language}/responses/", name, "answer", language, one) for one in texts
        ]
        for language, texts in texts.items()
    }
    found = {
        language: [fault for text in said[language] for fault in faults(text, spoken[language])]
        for language in said
    }
    for fault in differences(text for texts in said.values() for text in texts):
        found[fault.text.language].append(fault)
    return found


def looks_of(words: str, voice: Voice, terms: Mapping[str, str]) -> Looks:
    """How a variation looks, with the shop's terms filled in."""
    bubble = []
    for place, piece in enumerate(_VALUE.split(words)):
        is_name = place % 2 == 1
        bubble.append((terms.get(piece, piece), piece not in terms) if is_name else (piece, False))
    plain = "".join(f"‹{text}›" if is_gap else text for text, is_gap in bubble)
    return Looks(
        tuple(one for one in bubble if one[0]),
        tuple(pieces(plain, MESSENGER.text, in_bytes=MESSENGER.in_bytes)),
        measure(words, voice.unit).length,
        voice.longest["answer"],
        voice.unit,
    )
