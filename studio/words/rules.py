"""The rules of voice of a language (`nlu_data/<language>/voice.yml`) and what breaks them.

Length is what a phone shows at once. Reading ease of English is LIX: words a sentence plus the
share of words over six letters (Björnsson 1968, Läsbarhet); under 40 is easy. Chinese has no such
figure that is agreed on; characters a clause stand for it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from studio.words.texts import Text

_VALUE: Final = re.compile(r"\{\w+\}")
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+")
_CLAUSE: Final = re.compile(r"[^，。；：！？、\n]+")
_HAN_OR_WORD: Final = re.compile(r"[一-鿿]|[\w’'-]+")
_WORD: Final = re.compile(r"[\w’'-]+")
LONG_WORD: Final = 6
Code = Literal["say", "begin", "term", "long", "sentence", "values", "machine", "missing"]
_RULES: Final[Mapping[Code, str]] = {
    "say": "say {}",
    "begin": "begin with {}",
    "term": "a term of the shop is named, as {{return_days}}",
    "long": "at most {}",
    "sentence": "at most {} a sentence",
    "values": "names what {} names",
    "missing": "is said in {} too",
    "machine": "says that a program answers, not a person",
}


class BadVoice(ValueError):
    """A voice.yml that cannot be used; the message names the file, the field and the fix."""


@dataclass(frozen=True)
class Banned:
    """Words that are not said, and what is said instead."""

    find: re.Pattern[str]
    say: str


@dataclass(frozen=True)
class Machine:
    """Answers that say a program speaks: what they must say, and what they must not claim."""

    answers: frozenset[str]
    says: re.Pattern[str]
    denies: re.Pattern[str]

    def is_said(self, words: str) -> bool:
        """Whether the words tell a shopper that no person answers."""
        return bool(self.says.search(words)) and not self.denies.search(words)


@dataclass(frozen=True)
class Voice:
    """How a language is spoken here."""

    unit: Literal["words", "characters"]
    longest: Mapping[str, int]
    numbers: tuple[re.Pattern[str], ...]
    opening: tuple[Banned, ...]
    never: tuple[Banned, ...]
    machine: Machine | None = None


@dataclass(frozen=True)
class Fault:
    """What breaks which rule where; `detail` is what the rule asks for."""

    text: Text
    code: Code
    detail: str
    found: str

    @property
    def rule(self) -> str:
        """The rule in words."""
        return _RULES[self.code].format(self.detail)

    def __str__(self) -> str:
        return f"{self.text.file}: {self.text.key}: {self.rule}: {self.found}"


@dataclass(frozen=True)
class Measure:
    """How long a text is and how hard to read (LIX, or characters a clause)."""

    length: int
    longest_sentence: int
    difficulty: float


def load_voice(path: Path) -> Voice:
    """The rules in a voice.yml. Raises BadVoice."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BadVoice(f"{path.name}: cannot be read: {error}") from error
    if not isinstance(raw, dict) or raw.get("unit") not in {"words", "characters"}:
        raise BadVoice(f"{path.name}: unit: must be words or characters")
    longest = raw.get("longest")
    if not isinstance(longest, dict) or not {"answer", "sentence", "button"} <= longest.keys():
        raise BadVoice(f"{path.name}: longest: needs answer, sentence and button")
    return Voice(
        unit=raw["unit"],
        longest={name: int(value) for name, value in longest.items()},
        numbers=tuple(_pattern(path, "numbers", one) for one in raw.get("numbers") or ()),
        opening=tuple(_banned(path, "opening", raw)),
        never=tuple(_banned(path, "never", raw)),
        machine=_machine(path, raw.get("machine")),
    )


def _machine(path: Path, raw: object) -> Machine | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or not {"answers", "says", "denies"} <= raw.keys():
        raise BadVoice(f"{path.name}: machine: needs answers, says and denies")
    return Machine(
        frozenset(map(str, raw["answers"])),
        _pattern(path, "machine", raw["says"]),
        _pattern(path, "machine", raw["denies"]),
    )


def _banned(path: Path, field: str, raw: Mapping[str, Any]) -> Iterator[Banned]:
    for one in raw.get(field) or ():
        if not isinstance(one, dict) or not {"find", "say"} <= one.keys():
            raise BadVoice(f"{path.name}: {field}: every entry needs find and say")
        yield Banned(_pattern(path, field, one["find"]), str(one["say"]))


def _pattern(path: Path, field: str, raw: object) -> re.Pattern[str]:
    try:
        return re.compile(str(raw))
    except re.error as error:
        raise BadVoice(f"{path.name}: {field}: {raw!r} is no pattern: {error}") from error


def measure(words: str, unit: str) -> Measure:
    """Length, longest sentence and difficulty; a value counts as one word."""
    plain = _VALUE.sub(" X ", words)
    pattern = _WORD if unit == "words" else _HAN_OR_WORD
    sentences = [len(pattern.findall(one)) for one in _SENTENCE.findall(plain)]
    sentences = [count for count in sentences if count] or [0]
    found = pattern.findall(plain)
    if unit == "words":
        long = sum(len(word) > LONG_WORD for word in found)
        difficulty = sum(sentences) / len(sentences) + 100 * long / max(1, len(found))
    else:
        clauses = [len(pattern.findall(one)) for one in _CLAUSE.findall(plain)]
        difficulty = sum(clauses) / max(1, sum(count > 0 for count in clauses))
    return Measure(len(found), max(sentences), round(difficulty, 1))


def says_no_machine(name: str, words: str, voice: Voice) -> bool:
    """Whether an answer that must say a program speaks does not say so."""
    machine = voice.machine
    return machine is not None and name in machine.answers and not machine.is_said(words)


def faults(text: Text, voice: Voice) -> Iterator[Fault]:
    """What breaks the rules in one text."""
    if says_no_machine(text.key, text.words, voice):
        yield Fault(text, "machine", "", text.words)
    for banned in voice.never:
        if hit := banned.find.search(text.words):
            yield Fault(text, "say", banned.say, hit.group(0).strip())
    if text.kind != "mail":
        for banned in voice.opening:
            if hit := banned.find.match(text.words):
                yield Fault(text, "begin", banned.say, hit.group(0))
    if text.kind == "page":
        return
    for pattern in voice.numbers:
        if hit := pattern.search(text.words):
            yield Fault(text, "term", "", hit.group(0))
    size = measure(text.words, voice.unit)
    if text.kind == "mail":
        return
    most = voice.longest[text.kind]
    if size.length > most:
        yield Fault(text, "long", f"{most} {voice.unit}", str(size.length))
    if text.kind == "answer" and size.longest_sentence > voice.longest["sentence"]:
        limit = f"{voice.longest['sentence']} {voice.unit}"
        yield Fault(text, "sentence", limit, str(size.longest_sentence))


def differences(texts: Iterable[Text]) -> Iterator[Fault]:
    """Texts that name a value in one language only, where the two would tell different facts, and
    texts that one of the languages does not have."""
    texts = list(texts)
    spoken = {one.language for one in texts}
    named: dict[tuple[str, str], dict[str, tuple[Text, set[str]]]] = {}
    for one in texts:
        file = one.file.replace(f"/{one.language}/", "/")
        place = (file if file.endswith(".json") else file.rpartition("/")[0], one.key)
        _, values = named.setdefault(place, {}).setdefault(one.language, (one, set()))
        values |= set(_VALUE.findall(one.words))
    for by_language in named.values():
        for language in sorted(spoken - by_language.keys()):
            yield Fault(next(iter(by_language.values()))[0], "missing", language, "")
        for language, (text, values) in by_language.items():
            for other, (_, theirs) in by_language.items():
                if language != other and (lost := theirs - values):
                    yield Fault(text, "values", other, ", ".join(sorted(lost)))
