"""What a message can do in a dialogue: a small closed set of acts.

The set follows what task-oriented systems found enough (Schema-Guided Dialogue, Rastogi et al.
2020; SIMMC 2.1, Kottur et al. 2021): yes and no to what is open, values, choices, corrections,
questions on what is in focus, refinements, wishes, and what is said beside them.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from dialogue.message import Message

ActKind = Literal[
    "answer",
    "choose",
    "confirm",
    "confirm_with",
    "refuse",
    "correct",
    "ask",
    "refine",
    "compare",
    "wish",
    "resume",
    "stop",
    "undo",
    "person",
    "report",
    "feeling",
    "other",
]
KINDS: Final[tuple[ActKind, ...]] = get_args(ActKind)
# Which of several acts is done first; the rest follows in this order.
PRIORITY: Final[tuple[ActKind, ...]] = (
    "person",
    "stop",
    "undo",
    "correct",
    "confirm",
    "confirm_with",
    "refuse",
    "answer",
    "choose",
    "report",
    "ask",
    "refine",
    "compare",
    "wish",
    "resume",
    "feeling",
    "other",
)


@dataclass(frozen=True)
class Act:
    """One thing a message does, in the words that do it, and why it was read so.

    `intent` names what a wish, a question, a report or a feeling is about. `choice` is the value of
    the option that was picked.
    """

    kind: ActKind
    message: Message
    reason: str
    confidence: float = 1.0
    intent: str = ""
    choice: str | None = None

    def __str__(self) -> str:
        about = f" {self.intent}" if self.intent else ""
        return f"{self.kind}{about} ({self.reason}, {self.confidence:.2f})"


def in_order(acts: list[Act]) -> list[Act]:
    """Acts as they are done: by priority, equal ones as they were said."""
    return sorted(acts, key=lambda act: PRIORITY.index(act.kind))
