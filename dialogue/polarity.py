"""Whether a message is a clear yes, a clear no, or something in between.

An effect needs a clear yes to exactly what was asked. So a message is a yes only when every one of
its words is explained: a word of yes, the effect's own verb, politeness, or what the question
itself named. A question, a hedge, a wait or an exception makes it something else, whatever words of
yes it holds. Rules of this kind have a precision near one at confirmations (our reading of
Schema-Guided Dialogue, Rastogi et al. 2020); what they leave open is asked back.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from kit.languages import LANGUAGES, Language, words

Kind = Literal["yes", "no", "yes_and", "no_and", "unclear", "none"]
_QUESTION: Final = re.compile(r"[?？]")
# A 不 that ends the words asks: 行不, 防水不; 我不, 算了不 and 不不 are a no.
_ASKS_AT_THE_END: Final = re.compile(
    r"(?<=[\u3400-\u9fff])(?<![不我了就才也还都并绝偏可])不[呢啊呀]?\W*$"
)
# A verb with this behind it says that it cannot be done, not that it shall not: 查不到, 换不了.
_CANNOT: Final = re.compile(r"不(?:了|到|成|得|掉|出|起)")
# "ok..." trails off; it says nothing yet.
_TRAILS_OFF: Final = re.compile(r"(?:\.{2,}|…+|。{2,}|~{2,})\s*$")
_EDGES: Final = " \t\n,，.。!！;；:：~～…、\"'“”‘’()（）-—"
_REPEATED: Final = re.compile(r"([a-z])\1{2,}")
_MODIFIERS: Final = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
# What joins a question to a yes as one more wish, and words of a turn that change nothing there.
_JOINED: Final = re.compile(
    r"(?:(?:and|also|plus|oh|by the way|btw|besides)\b[ ,]*)+"
    r"|(?:(?:另外|还有|顺便|对了)[，, ]*)+(?:再?问(?:一?下|一句)?[，, ]*)?"
)
# What says that the question behind it is another matter.
_APART: Final = re.compile(r"(?:(?:and|oh)[ ,]+)*(?:by the way|btw|also|besides)\b|另外|顺便|对了")
# "Never mind, just …": what follows counts.
_LET_BE: Final = re.compile(
    r"(?:(?:oh|ah|nah|well|ok)[ ,]+)*(?:never ?mind|forget it|leave it)[ ,.!]+"
    r"(?:just|still|please|then)[ ,]+(?:just )?"
    r"|(?:那|唉|哎|嗯|哦|好吧|行吧)*[，, ]*算了吧?[，,。 ]*我?(?:还是|那就|就|直接)(?:[帮给]我)?"
)
# 有没有, 能不能: a way to ask, which takes nothing back.
_A_NOT_A: Final = re.compile(r"([\u3400-\u9fff])[不没]\1")
_NO_TURN: Final = frozenset({"also", "other", "another", "different"})
# What forbids the verb behind it.
_FORBIDS: Final = re.compile(r"(?:please )?(?:do ?n[o']?t|do not)\b|请?(?:先)?(?:别|不要|不用)")
# "No particular reason" refuses nothing.
_NO_OF: Final = re.compile(
    r"no (?:\w+ )?(?:reason|rush|hurry|problem|worries|matter)\b"
    r"|没(?:有|啥|什么)?(?:特别的?)?(?:原因|理由)"
)
# 不能跟快递说一声吗 asks for it; 不，能…吗 would be a no first.
_ASKS_IF_NOT: Final = re.compile(
    r"不(?:能|可以?|是|会|用|需要)[^,，.。;；!！]+?(?:[吗么嘛]\W*|\?)$"
)
# 没 by itself is a no; 没穿过 says that something was not done.
_LACKING: Final = frozenset({"没", "没有"})
# "Stop the newsletter" wishes something; only "stop" by itself, or with a pause, is a no.
_STOPS: Final = re.compile(r"stop (?!it\b|that\b|this\b|now\b|right|please|pls)[a-z]")
# A hedge or a wait beside words shorter than this is noise; longer ones say something. A Chinese
# character says as much as several letters.
SHORT: Final = 12
CHARACTER: Final = 4


@dataclass(frozen=True)
class Polarity:
    """How a message stands to a question that a yes or a no answers.

    `rest` is what the yes or no leaves unexplained. `yes_and` and `no_and` say more than yes or no;
    `unclear` is noise, a hedge or a wait; `none` says neither. `beside` is a question that follows
    a yes as a sentence of its own and takes nothing of it back: "yes, and where is my parcel?"
    `is_apart` where it is said to be another matter.
    """

    kind: Kind
    rest: str = ""
    beside: str = ""
    is_question: bool = False
    is_hedged: bool = False
    waits: bool = False
    turns: bool = False
    is_apart: bool = False


@dataclass(frozen=True)
class Lexicon:
    """The words of one language, longest first in each list."""

    joins: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    fillers: tuple[str, ...]
    hedges: tuple[str, ...]
    waits: tuple[str, ...]
    turns: tuple[str, ...]
    asks: tuple[str, ...]
    effects: dict[str, tuple[str, ...]]


@cache
def lexicon(language: Language) -> Lexicon:
    """The lexicon of a language."""
    kept = words(language, "dialogue")

    def listed(name: str) -> tuple[str, ...]:
        return _longest_first(kept.get(name) or [])

    return Lexicon(
        joins=str(kept.get("joins", " ")),
        yes=listed("yes"),
        no=listed("no"),
        fillers=listed("fillers"),
        hedges=listed("hedges"),
        waits=listed("waits"),
        turns=listed("turns"),
        asks=listed("asks"),
        effects={
            task: _longest_first(verbs) for task, verbs in (kept.get("effects") or {}).items()
        },
    )


def _longest_first(listed: list[Any]) -> tuple[str, ...]:
    return tuple(sorted({normalised(str(word)) for word in listed}, key=len, reverse=True))


def normalised(text: str) -> str:
    """`text` in lower case, one width, without skin tones and drawn-out letters."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    plain = _MODIFIERS.sub("", plain)
    return " ".join(_REPEATED.sub(r"\1", plain).split())


def read_polarity(
    text: str, language: Language, effect: str = "", named: tuple[str, ...] = ()
) -> Polarity:
    """Read a message as the answer to a yes-or-no question.

    `effect` is the task whose verbs count as a yes, `named` are words that the question itself
    named (a number, a product, a place) and that change nothing when they are said again. Words of
    every language count: a Chinese chat has its OK.
    """
    plain = _ASKS_AT_THE_END.sub("?", normalised(text))
    own = [lexicon(one) for one in (language, *(o for o in LANGUAGES if o != language))]
    verbs = tuple(verb for one in own for verb in one.effects.get(effect, ()))
    plain = _at_once(plain, verbs)
    stripped = plain.strip(_EDGES + "?？")
    sizes = {normalised(one) for one in named}  # "m" is a hum, unless the question named size M
    whole = any(stripped in one.yes for one in own)  # "why not" asks nothing
    facts: dict[str, Any] = {
        "is_question": bool(_QUESTION.search(plain))
        or (not whole and any(_opens_question(plain, one) for one in own)),
        "is_hedged": bool(_TRAILS_OFF.search(plain))
        or any(_holds(plain, tuple(h for h in one.hedges if h not in sizes)) for one in own),
        "waits": any(_holds(plain, one.waits) for one in own),
        "turns": any(_holds(plain, one.turns) for one in own),
    }
    doubtful = facts["is_question"] or facts["is_hedged"] or facts["waits"]
    effects = verbs
    yes = _leading(stripped, (*effects, *(word for one in own for word in one.yes)))
    no = _leading(stripped, tuple(word for one in own for word in one.no))
    if no is None and yes is None:  # "hmm no, leave it"
        openers = tuple(word for one in own for word in (*one.hedges, *one.fillers))
        opened = _leading(stripped, openers)
        no = None if opened is None else _leading(opened.rest, tuple(w for o in own for w in o.no))
    if no is not None and no.first == "stop" and _STOPS.match(stripped):
        no = None
    if no is not None and no.first in _LACKING and no.rest:
        no = None
    if no is not None and (_NO_OF.match(stripped) or _ASKS_IF_NOT.match(plain)):
        no = None
    if not stripped:
        return Polarity("unclear", **facts)
    if no is not None and yes is not None and no.first == yes.first:
        # "Don't want it" at "cancel?": the order or the cancelling.
        return Polarity("unclear", **facts)
    if no is None and not facts["is_question"] and _comes_to_a_no(stripped, own, effects):
        return Polarity("no", **facts)
    after_all = _after_all(stripped, effects) if no is not None else ""
    if after_all:  # "forget it, just cancel" at a cancellation
        return read_polarity(after_all, language, effect, named)
    if no is not None and (yes is None or len(no.first) >= len(yes.first)):
        rest = _unexplained(no.rest, own, (*named, *effects, *(w for o in own for w in o.no)))
        return Polarity(
            "no_and" if rest else "unclear" if facts["is_question"] else "no", rest, **facts
        )
    known = (*named, *effects, *(word for one in own for word in one.yes))
    if yes is None:
        rest = _unexplained(stripped, own, known)
        if not rest and not doubtful and _holds(stripped, effects):
            return Polarity("yes", **facts)
        hedging = tuple(word for one in own for word in (*one.hedges, *one.waits))
        noise = not rest or (
            (facts["is_hedged"] or facts["waits"])
            and (len(rest) < SHORT and _length(_unexplained(rest, own, hedging)) < SHORT)
        )
        return Polarity("unclear" if noise else "none", "" if noise else stripped, **facts)
    if any(_CANNOT.match(stripped[len(verb) :]) for verb in effects if stripped.startswith(verb)):
        return Polarity("none", stripped, **facts)
    rest = _unexplained(yes.rest, own, known)
    if not rest:
        return Polarity("unclear" if doubtful else "yes", **facts)
    if any(_takes_back(yes.rest, one) for one in own):
        return Polarity("no_and", rest, **facts)
    if facts["waits"] or facts["is_hedged"]:
        return Polarity("unclear", rest, **facts)
    beside = _beside(stripped, yes.rest, own) if facts["is_question"] else ""
    is_apart = bool(beside) and _APART.match(yes.rest) is not None
    return Polarity("yes_and", rest, beside, is_apart=is_apart, **facts)


def _at_once(plain: str, verbs: tuple[str, ...]) -> str:
    """A message without what only leads to the very effect: 哦那就改吧, 先查, "search first".

    What is to be done first is the effect itself, and an "oh" before its verb is no doubt of it.
    """
    if not verbs:
        return plain
    any_verb = "|".join(re.escape(one) for one in verbs if one)
    led = re.sub(
        rf"(?<![\w])先(?=(?:{any_verb}))|(?<=[吧就那行好的])先(?=(?:{any_verb}))", "", plain
    )
    led = re.sub(rf"\b({any_verb}) first(?=$|[.,!])", r"\1", led)
    return re.sub(rf"^[哦噢喔]+[，, ]*(?=(?:那|就|[，, ])*(?:{any_verb}))", "", led)


def _comes_to_a_no(text: str, own: list[Lexicon], effects: tuple[str, ...]) -> bool:
    """ "Hm ok then leave it": after all that leads to it, nothing but a no of several words.

    "Wait, don't cancel it" waits for nothing: it forbids the effect.
    """
    nos = tuple(word for one in own for word in one.no)
    waiting = _leading(text, tuple(word for one in own for word in (*one.hedges, *one.waits)))
    forbids = None if waiting is None else _FORBIDS.match(waiting.rest)
    if waiting is not None and forbids is not None:
        return not _unexplained(waiting.rest[forbids.end() :], own, (*nos, *effects))
    lead = tuple(word for one in own for word in (*one.hedges, *one.fillers, *one.yes))
    led = _leading(text, lead)
    no = None if led is None else _leading(led.rest, nos)
    if no is None or no.first in _LACKING or (" " not in no.first and _is_latin(no.first)):
        return False
    return not _unexplained(no.rest, own, nos)


def _after_all(text: str, effects: tuple[str, ...]) -> str:
    """What is wanted after all behind a "never mind": words of the very effect; "" for nothing."""
    found = _LET_BE.match(text)
    rest = "" if found is None else text[found.end() :]
    return rest if rest and any(_starts(rest, verb) for verb in effects) else ""


def _beside(text: str, after: str, own: list[Lexicon]) -> str:
    """The question behind a yes that is a wish of its own; "" where it may be a condition."""
    turns = tuple(word for one in own for word in one.turns if word not in _NO_TURN)
    joined = _JOINED.match(after)
    is_own_sentence = text[: len(text) - len(after)].rstrip().endswith((".", "!", "。", "！"))
    asked = after[joined.end() :] if joined else after
    if _holds(_A_NOT_A.sub(" ", asked), turns) or not (joined or is_own_sentence):
        return ""
    return asked


def negates(text: str, language: Language) -> bool:
    """Whether any word of no or of an exception stands in `text`."""
    plain = normalised(text)
    return any(
        _holds(plain, one.no) or _holds(plain, one.turns)
        for one in (lexicon(name) for name in (language, *LANGUAGES))
    )


def says_effect(text: str, language: Language, effect: str) -> bool:
    """Whether a verb of the effect stands in `text`."""
    plain = normalised(text)
    own = (
        verb for name in {language, *LANGUAGES} for verb in lexicon(name).effects.get(effect, ())
    )
    return any(holds(plain, verb) for verb in own)


def names_other_effect(text: str, language: Language, effect: str) -> bool:
    """Whether a verb of another effect than the one asked about stands in `text`.

    那退了吧 at the confirmation of an exchange is a yes to something else.
    """
    plain = normalised(text)
    for name in {language, *LANGUAGES}:
        verbs = lexicon(name).effects
        own = set(verbs.get(effect, ()))
        others = {verb for task, said in verbs.items() if task != effect for verb in said} - own
        if any(holds(plain, verb) for verb in others - set(lexicon(name).yes)):
            return True
    return False


def holds(text: str, phrase: str) -> bool:
    """Whether `phrase` stands in a normalised text as whole words."""
    return _found(phrase).search(text) is not None


@dataclass(frozen=True)
class _Led:
    """The first phrase that a text begins with, and what is left after all such phrases."""

    first: str
    rest: str


def _takes_back(rest: str, own: Lexicon) -> bool:
    """Whether what follows a yes begins by taking it back: "sure thing, do not cancel"."""
    left = rest.strip(_EDGES)
    negation = max((one for one in own.no if _starts(left, one)), key=len, default="")
    turn = max((one for one in own.turns if _starts(left, one)), key=len, default="")
    return bool(negation) and len(negation) >= len(turn)


def _opens_question(plain: str, own: Lexicon) -> bool:
    if own.joins:
        clauses = re.split(
            r"[,.;!]\s*|\b(?:and|but|so|then|yes|ok|okay|sure|also|plus)\b\s*", plain
        )
        return any(_starts(clause.strip(), word) for clause in clauses for word in own.asks)
    return any(word in plain for word in own.asks)


def _is_latin(phrase: str) -> bool:
    return phrase[:1].isascii() and phrase[:1].isalnum()


def _starts(text: str, phrase: str) -> bool:
    """Whether `text` begins with `phrase` as whole words."""
    after = text[len(phrase) : len(phrase) + 1]
    whole = not _is_latin(phrase) or not (after.isascii() and (after.isalnum() or after == "'"))
    return text.startswith(phrase) and (whole or not after)


def _holds(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of `phrases` stands in `text` as whole words."""
    return any(holds(text, phrase) for phrase in phrases)


@cache
def _found(phrase: str) -> re.Pattern[str]:
    inside = re.escape(phrase)
    return re.compile(rf"(?<![a-z0-9']){inside}(?![a-z0-9'])" if _is_latin(phrase) else inside)


def _leading(text: str, phrases: tuple[str, ...]) -> _Led | None:
    """What `text` begins with of `phrases`, again and again; None where with none of them."""
    left, first = text, ""
    while longest := max((one for one in phrases if _starts(left, one)), key=len, default=""):
        first = first or longest
        left = left[len(longest) :].strip(_EDGES + "?？")
    return _Led(first, left) if first else None


def _unexplained(text: str, own: list[Lexicon], known: tuple[str, ...]) -> str:
    """What is left of `text` when everything that changes nothing is taken out; "" for nothing."""
    fillers = (word for one in own for word in one.fillers)
    left = text
    for phrase in sorted({normalised(one) for one in (*known, *fillers) if one}, key=len)[::-1]:
        left = _found(phrase).sub(" ", left)
    return " ".join(left.split()) if _has_word(left) else ""


def _length(text: str) -> int:
    """The length in letters."""
    return sum(1 if character.isascii() else CHARACTER for character in text)


def _has_word(text: str) -> bool:
    return any(character.isalnum() or _is_symbol(character) for character in text)


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) == "So"
