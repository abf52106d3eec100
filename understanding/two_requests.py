"""Two wishes in one message: "cancel my order and when do you open on saturday".

A message is cut where sentences end and where words such as *and* or 还有 join them; each part is
understood by itself. It holds two wishes when two parts are surely about different things, and one
when a single part surely says something: that counts where the whole is not understood.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from kit.intents import marked

# A part below this is doubtful by itself; cutting a sentence must not invent a wish.
SURE: Final = 0.6
MOST_PARTS: Final = 6
_EDGES: Final = " ,，.!?;。！？；"
_CUT: Final = re.compile(
    r"[.!?;。！？；]+\s*|(?:^|,|(?<=\s))\s*"
    r"(?:and also|and then|and|also|plus|then|as well as|by the way),?\s+"
    r"|[，,]?\s*(?:另外|还有|顺便|然后|以及|同时|而且|再帮我|再问一下|并且)[，,]?\s*",
    re.IGNORECASE,
)
# Said beside a wish, not wishes themselves.
NO_WISH: Final = marked("no_wish")


def parts_of(text: str) -> list[str]:
    """The parts of a message that may each say something; one where it says one thing."""
    parts = [part.strip(" ,，") for part in _CUT.split(text)]
    return [part for part in parts if len(part.split()) >= 2 or _is_long_chinese(part)]


@dataclass(frozen=True)
class Part:
    """A clause that asks for something of its own."""

    text: str
    intent: str
    confidence: float


def understood_parts(
    text: str,
    understood: Callable[[str], tuple[str, float]],
    kin: Callable[[str], Collection[str]],
) -> tuple[Part, ...]:
    """The clauses with different wishes in the order said; none where nothing can be cut off.

    `understood` gives intent and probability of a part, `kin` the intents that are as good as one.
    One wish beside thanks or an aside is one; more than two are none that anybody can follow.
    """
    clauses = parts_of(text)
    if not clauses or len(clauses) > MOST_PARTS or clauses == [text.strip(_EDGES)]:
        return ()
    parts: list[Part] = []
    for clause in clauses:
        intent, probability = understood(clause)
        known = any(intent in kin(other.intent) for other in parts)
        if probability >= SURE and intent not in NO_WISH and not known:
            parts.append(Part(clause, intent, probability))
    return tuple(parts) if len(parts) <= 2 else ()


def _is_long_chinese(part: str) -> bool:
    return len(re.findall(r"[\u3400-\u9fff]", part)) >= 3
