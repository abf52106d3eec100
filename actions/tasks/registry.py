"""What steps of tasks can name: slots, checks, tellings, facts and effects, in Python."""

import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from actions.chat import Chat
from actions.tasks.definitions import BadTask, Step, Task
from actions.turn import Button
from conversations import AnyCard, ConfirmationCard
from dialogue.state import Frame
from shop.policy import ACTS


@dataclass(frozen=True)
class Outcome:
    """What came of an effect: a code that the step's `say` translates, and the values to say it.

    `utter` is said as it is where the code has no entry; `buttons` lead on from what was done,
    `undo` takes it back, `cards` show how it goes on.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    utter: str = ""
    is_done: bool = True
    buttons: Sequence[Button] = ()
    undo: Sequence[Button] = ()
    cards: Sequence[AnyCard] = ()


class SlotKind(abc.ABC):
    """Something a task needs to know.

    `clears` are slots that make no sense any more when this one changes.
    """

    name: ClassVar[str] = ""
    clears: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.name:
            SLOTS[cls.name] = cls()

    @abc.abstractmethod
    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The value that the message of this turn tells, JSON; None where it tells none."""

    def chosen(self, value: str) -> Any:
        """The value of an option that was picked, as the slot takes it."""
        return value

    def taken(self, chat: Chat, frame: Frame, value: Any) -> Any:
        """A value as the slot keeps it, put to what it holds already."""
        return value

    @abc.abstractmethod
    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Fill the slot from what the shop knows, or ask (raises Asked or Finished)."""


Fact = Callable[[Chat, Frame, Step], None]
Facts = Callable[[Chat, Frame], Mapping[str, object]]
Effect = Callable[[Chat, Frame], Outcome]
Shows = Callable[[Chat, Frame, Mapping[str, Any]], ConfirmationCard]
SLOTS: dict[str, SlotKind] = {}
CHECKS: dict[str, Fact] = {}
TELLS: dict[str, Fact] = {}
FACTS: dict[str, Facts] = {}
EFFECTS: dict[str, Effect] = {}
SHOWN: dict[str, Shows] = {}


def check(name: str) -> Callable[[Fact], Fact]:
    """Register a rule that says why a task cannot go on (by chat.finish) or returns."""

    def add(function: Fact) -> Fact:
        CHECKS[name] = function
        return function

    return add


def tells(name: str) -> Callable[[Fact], Fact]:
    """Register an answer made from facts."""

    def add(function: Fact) -> Fact:
        TELLS[name] = function
        return function

    return add


def facts(name: str) -> Callable[[Facts], Facts]:
    """Register the values that a confirmation names."""

    def add(function: Facts) -> Facts:
        FACTS[name] = function
        return function

    return add


def shows(*acts: str) -> Callable[[Shows], Shows]:
    """Register the card of what a yes does: of tasks, or of the remedies of a fault."""

    def add(function: Shows) -> Shows:
        SHOWN.update(dict.fromkeys(acts, function))
        return function

    return add


def effect(name: str) -> Callable[[Effect], Effect]:
    """Register an effect; it may be called twice and happens once."""

    def add(function: Effect) -> Effect:
        EFFECTS[name] = function
        return function

    return add


def check_names(task: Task) -> None:
    """Whether everything the task names is there; raises BadTask."""
    known: dict[str, Mapping[str, Any]] = {
        "need": SLOTS,
        "check": CHECKS,
        "tell": TELLS,
        "do": EFFECTS,
    }
    if task.act and task.act not in ACTS:
        raise BadTask(f"task {task.name}: 'act' must be one of {', '.join(ACTS)}")
    for number, step in enumerate(task.steps, 1):
        where = f"task {task.name}, step {number}"
        if step.kind in known and step.name not in known[step.kind]:
            raise BadTask(f"{where}: there is no {step.kind} '{step.name}'")
        wanted = step.option("facts")
        if step.kind == "confirm" and wanted and wanted not in FACTS:
            raise BadTask(f"{where}: there are no facts '{wanted}'")
        if step.kind == "confirm" and not wanted:
            raise BadTask(f"{where}: a confirmation must name 'facts'")
