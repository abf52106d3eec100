"""The state of a dialogue: the open question, the task in hand, what is in focus.

One typed record, kept as versioned JSON in a slot of the conversation. It survives restarts and
talks with a person. Nothing here knows Rasa or the shop.
"""

import re
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

VERSION: Final = 1
MOST_PARKED: Final = 3
MOST_SAID: Final = 12
# What an order that can still be changed is called: "yes, for the open order".
_OF_ORDER: Final = ("open", "current", "pending")
QuestionKind = Literal["confirm", "value", "choose", "offer"]


@dataclass
class Option:
    """A choice that was shown: the value it stands for and the words on it."""

    value: str
    title: str


@dataclass
class Question:
    """What the assistant asked last and waits for.

    `slot` is what is asked (of an offer: what is offered). `key` says exactly what a yes is about,
    so that a yes to something else counts for nothing. `asked` counts how often it was put, `turn`
    is the one in which it was said last.
    """

    kind: QuestionKind
    task: str = ""
    slot: str = ""
    response: str = ""
    values: dict[str, str] = field(default_factory=dict)
    options: list[Option] = field(default_factory=list)
    key: str = ""
    asked: int = 1
    turn: int = 0

    def named(self) -> tuple[str, ...]:
        """What the question names, which changes nothing when it is said again: its values, and
        colour and size of what is to come by themselves."""
        told = re.findall(r"\(([^()]*)\)", " ".join(self.values.values()))
        new = ", ".join([self.values.get("new", ""), *told])
        parts = [one for one in re.split(r"[,，()]\s*", new) if one]
        said = [
            word
            for one in parts
            for word in (one, one.replace(" ", ""), one.split(" ")[0], one.split(" ")[-1])
        ]
        order = _OF_ORDER if self.values.get("number") else ()
        return (*self.values.values(), *dict.fromkeys(said), *self._nouns(), *order)

    def _nouns(self) -> list[str]:
        """Words of the names of what goes ("just the beanie"), less those of what stays."""
        goes = " ".join(self.values.get(name, "") for name in ("product", "names", "items"))
        stays = set(self.values.get("kept", "").lower().split())
        words = [one for one in goes.lower().split() if len(one) > 3 and one not in stays]
        return [*words, *(one.rstrip("s") for one in words)]


@dataclass
class Frame:
    """A task in hand: what is known, and from where (said, shop, shown).

    `agreed` is the key of what the shopper said yes to.
    """

    task: str
    slots: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    intent: str = ""
    agreed: str = ""

    def put(self, slot: str, value: Any, source: str = "said") -> None:
        """Set a slot with where its value comes from."""
        self.slots[slot] = value
        self.sources[slot] = source

    def drop(self, *slots: str) -> None:
        """Forget slots."""
        for slot in slots:
            self.slots.pop(slot, None)
            self.sources.pop(slot, None)


@dataclass
class Focus:
    """What "it" means: the product (a slug), the order (a number) and the article spoken of last.

    `kind` says which of them was the last one; `size` and `colour` were asked about last.
    """

    kind: str = ""
    product: str | None = None
    order: str | None = None
    article: str | None = None
    size: str | None = None
    colour: str | None = None


@dataclass
class Shown:
    """The list shown last, in its order: product ids, order numbers or article slugs, as text."""

    kind: str = ""
    keys: list[str] = field(default_factory=list)


@dataclass
class Last:
    """What the assistant did last: a word of the contexts (status, product, article …), the intent
    it answered, and what that was about."""

    did: str = "none"
    intent: str = ""
    subject: str = ""


@dataclass
class Done:
    """An effect that was carried out, so that a changed mind and questions on it can be met.

    `values` are those that its last words were filled with.
    """

    task: str
    slots: dict[str, Any] = field(default_factory=dict)
    turn: int = 0
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class State:
    """Everything a dialogue remembers from turn to turn."""

    turn: int = 0
    question: Question | None = None
    frame: Frame | None = None
    parked: list[Frame] = field(default_factory=list)
    focus: Focus = field(default_factory=Focus)
    shown: Shown = field(default_factory=Shown)
    search: dict[str, Any] | None = None
    offered: dict[str, Any] | None = None
    last: Last = field(default_factory=Last)
    done: list[Done] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    misses: int = 0
    upset: int = 0
    troubles: int = 0
    person_wanted: bool = False
    person_offered: bool = False
    notes: dict[str, Any] = field(default_factory=dict)

    def park(self) -> None:
        """Put the task in hand aside; it is offered again once what came between is answered."""
        if self.frame is not None:
            others = [one for one in self.parked if one.task != self.frame.task]
            self.parked = [*others, self.frame][-MOST_PARKED:]
        self.frame, self.question = None, None

    def note_said(self, text_key: str) -> bool:
        """Remember that something was said; True where it was said before."""
        known = text_key in self.said
        self.said = [*(one for one in self.said if one != text_key), text_key][-MOST_SAID:]
        return known

    def to_json(self) -> dict[str, Any]:
        """The state as a slot keeps it."""
        return {"version": VERSION, **asdict(self)}


def state_from_json(kept: Any) -> State:
    """The state of a slot; a fresh one where there is none or it is of another version."""
    if not isinstance(kept, dict) or kept.get("version") != VERSION:
        return State()
    question = kept.get("question")
    frame = kept.get("frame")
    plain = {
        name: kept[name]
        for name in (
            "turn",
            "search",
            "offered",
            "said",
            "misses",
            "upset",
            "troubles",
            "person_wanted",
            "person_offered",
            "notes",
        )
        if name in kept
    }
    return State(
        question=None if question is None else _question(question),
        frame=None if frame is None else Frame(**frame),
        parked=[Frame(**one) for one in kept.get("parked") or ()],
        focus=Focus(**(kept.get("focus") or {})),
        shown=Shown(**(kept.get("shown") or {})),
        last=Last(**(kept.get("last") or {})),
        done=[Done(**one) for one in kept.get("done") or ()],
        **plain,
    )


def _question(kept: dict[str, Any]) -> Question:
    options = [Option(**one) for one in kept.get("options") or ()]
    return Question(**{**kept, "options": options})
