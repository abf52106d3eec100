"""A candidate beside the model that serves: what is better, what is worse, and may it be published.

Both were asked the same: held-out messages whose intents are known, and last week's real ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from kit.i18n import Language

ALLOWED_LOSS: Final = 0.01  # of all held-out messages of a language
ALLOWED_INTENT_LOSS: Final = 0.10  # of one intent's
LEAST_OF_INTENT: Final = 10
ALLOWED_FALLBACK: Final = 0.05
LEAST_MESSAGES: Final = 20
MOST_SHOWN: Final = 40
# Gates that no reason opens: shoppers would hear nothing.
HARD: Final = frozenset({"coverage"})
JUDGEMENT: Final = "judgement.json"  # in the candidate's folder


@dataclass(frozen=True)
class Asked:
    """A message that both models were asked: `truth` is its intent, "" where nobody knows.

    `is_right` is left to who asked, for some intents come to the same.
    """

    language: Language
    text: str
    truth: str
    live: str
    candidate: str
    live_right: bool = False
    candidate_right: bool = False


@dataclass(frozen=True)
class Share:
    """Of so many messages so many were right, by the live model and by the candidate."""

    language: Language
    name: str  # an intent, or "" for all
    asked: int
    live: int
    candidate: int

    @property
    def gain(self) -> float:
        """How much better the candidate is, as a share."""
        return (self.candidate - self.live) / self.asked if self.asked else 0.0


@dataclass(frozen=True)
class Heard:
    """What became of one message: its words masked where a shopper wrote them."""

    language: Language
    text: str
    truth: str
    live: str
    candidate: str


@dataclass(frozen=True)
class Judgement:
    """What was found; `live` is the model compared with, "" where none served.

    `uncovered` are replies that a language lacks, as "name language".
    """

    live: str
    totals: tuple[Share, ...]
    intents: tuple[Share, ...]
    better: tuple[Heard, ...]
    worse: tuple[Heard, ...]
    changed: tuple[Heard, ...]
    messages: int
    fallback_live: int
    fallback_candidate: int
    better_count: int
    worse_count: int
    changed_count: int
    uncovered: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """For the file."""
        return asdict(self)


@dataclass(frozen=True)
class Gate:
    """One condition of publishing, whether it holds, and the figures that say so."""

    code: str
    holds: bool
    detail: str = ""
    number: float = 0.0

    @property
    def is_hard(self) -> bool:
        """Whether no reason opens it."""
        return self.code in HARD


def compare(
    live: str,
    held_out: Iterable[Asked],
    real: Sequence[Asked],
    fallback: str,
    uncovered: Sequence[str],
) -> Judgement:
    """The judgement of what both models answered; `fallback` is what says "not understood"."""
    totals: dict[tuple[Language, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    better: list[Heard] = []
    worse: list[Heard] = []
    for one in held_out:
        for name in ("", one.truth):
            row = totals[one.language, name]
            row[0] += 1
            row[1] += one.live_right
            row[2] += one.candidate_right
        if one.candidate_right != one.live_right:
            (better if one.candidate_right else worse).append(_heard(one))
    shares = [Share(language, name, *row) for (language, name), row in totals.items()]
    changed = [_heard(one) for one in real if one.live != one.candidate]
    moved = [one for one in shares if one.name and one.live != one.candidate]
    return Judgement(
        live=live,
        totals=tuple(sorted((one for one in shares if not one.name), key=lambda o: o.language)),
        intents=tuple(sorted(moved, key=lambda one: (-abs(one.gain), one.name))),
        better=tuple(better[:MOST_SHOWN]),
        worse=tuple(worse[:MOST_SHOWN]),
        changed=tuple(changed[:MOST_SHOWN]),
        messages=len(real),
        fallback_live=sum(one.live == fallback for one in real),
        fallback_candidate=sum(one.candidate == fallback for one in real),
        better_count=len(better),
        worse_count=len(worse),
        changed_count=len(changed),
        uncovered=tuple(uncovered),
    )


def from_json(body: dict[str, Any]) -> Judgement:
    """Read what `to_json` wrote. Raises KeyError and TypeError for anything else."""
    heard = {
        name: tuple(Heard(**one) for one in body[name]) for name in ("better", "worse", "changed")
    }
    shares = {name: tuple(Share(**one) for one in body[name]) for name in ("totals", "intents")}
    return Judgement(**{**body, **heard, **shares, "uncovered": tuple(body["uncovered"])})


def gates(judgement: Judgement) -> list[Gate]:
    """What must hold before a candidate serves."""
    found = [
        Gate("held_out", one.gain >= -ALLOWED_LOSS, one.language, one.gain)
        for one in judgement.totals
    ]
    lost = [
        one
        for one in judgement.intents
        if one.asked >= LEAST_OF_INTENT and one.gain < -ALLOWED_INTENT_LOSS
    ]
    found += [Gate("intent", False, one.name, one.gain) for one in lost]
    if not lost:
        found.append(Gate("intents", True))
    if judgement.messages >= LEAST_MESSAGES:
        more = (judgement.fallback_candidate - judgement.fallback_live) / judgement.messages
        found.append(Gate("fallback", more <= ALLOWED_FALLBACK, number=more))
    found.append(Gate("coverage", not judgement.uncovered, ", ".join(judgement.uncovered[:5])))
    return found


def without_reply(replies: dict[Language, frozenset[str]], own: Iterable[str]) -> list[str]:
    """Replies that a language lacks, those of admins' own intents among them."""
    wanted = frozenset().union(*replies.values()) | {f"utter_{one}" for one in own}
    return [
        f"{name} ({language})"
        for language, known in replies.items()
        for name in sorted(wanted - known)
    ]


def _heard(one: Asked) -> Heard:
    return Heard(one.language, one.text, one.truth, one.live, one.candidate)
