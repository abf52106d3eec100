"""Running tasks, with repair built in for every one alike.

A task runs from its first step at every turn: what is known is passed over, the first thing that
lacks is asked. Values are taken from every message, the first one included, and also corrected by
every message; what depends on a corrected value is forgotten and the confirmation is said anew. An
effect happens after a clear yes to exactly what it will do.
"""

import logging
from collections.abc import Mapping
from typing import Any

from actions.chat import Asked, Chat, Finished
from actions.tasks.definitions import Step, Task
from actions.tasks.registry import CHECKS, EFFECTS, FACTS, SLOTS, TELLS
from actions.turn import refers_back
from dialogue.interpreter import Values
from dialogue.state import Done, Frame

log = logging.getLogger(__name__)
MOST_DONE = 4
RECENT = 2  # turns after an effect in which "them" are what it was about


def task_of(chat: Chat, intent: str) -> Task | None:
    """The task that an intent starts."""
    return chat.services.task_of_intent.get(intent)


def values_of(chat: Chat, frame: Frame | None = None) -> Values:
    """What the message would tell the task in hand."""
    frame = frame or chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    if frame is None or task is None:
        return Values()
    found: dict[str, Any] = {}
    for slot in task.needs():
        value = SLOTS[slot].found(chat, frame)
        if value is not None:
            found[slot] = value
    new = {slot: value for slot, value in found.items() if frame.slots.get(slot) != value}
    return Values(found, new)


def narrow(chat: Chat) -> bool:
    """Go on with a part: "no, just the shirt" at a whole order's question; False for no part."""
    state, frame = chat.state, chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    narrower = None if task is None else chat.services.tasks.get(task.narrows)
    if frame is None or narrower is None or chat.turn.is_button:
        return False
    part = Frame(narrower.name, {"order": frame.slots.get("order")}, intent=narrower.intents[0])
    values = values_of(chat, part).found
    if "lines" not in values:
        return False
    state.frame, state.question = part, None
    take(chat, values)
    go_on(chat)
    return True


def start(chat: Chat, task: Task, intent: str) -> None:
    """Begin a task with everything the message says already; another one in hand is parked.

    "Swap them instead" takes what "them" are from the task in hand, which it replaces.
    """
    state = chat.state
    before = _same_goods(chat, task)
    kept = _just_settled(chat, task) if before is None else {
        slot: before.slots[slot] for slot in SAME if slot in before.slots
    }  # fmt: skip
    if before is not None:
        state.frame = state.question = None
    elif state.frame is not None and state.frame.task != task.name:
        state.park()
    parked = next((one for one in state.parked if one.task == task.name), None)
    if state.frame is None or state.frame.intent != intent:
        if state.frame is None and parked is not None and parked.intent == intent:
            state.frame = parked
        else:
            state.frame = Frame(task.name, intent=intent)
        state.question = None
    state.parked = [one for one in state.parked if one.task != task.name]
    for slot, value in kept.items():
        if slot not in state.frame.slots:
            state.frame.put(slot, value, "inferred")
    for slot, value in (task.starts_with.get(intent) or {}).items():
        state.frame.put(slot, value, "intent")
    take(chat, values_of(chat).found)
    go_on(chat)


def _just_settled(chat: Chat, task: Task) -> dict[str, Any]:
    """The goods of the effect just carried out, where "it" or "them" means them."""
    done = chat.state.done[-1] if chat.state.done else None
    if done is None or chat.state.frame is not None or chat.state.turn - done.turn > RECENT:
        return {}
    if "lines" not in task.needs() or not refers_back(chat.turn.text):
        return {}
    known = done.slots.get("order") and done.slots.get("lines")
    return {name: done.slots[name] for name in ("order", "lines")} if known else {}


# What two tasks share that are two ways to settle the same thing, and which those tasks are.
SAME = ("customer", "order", "lines", "reason")
WAYS = frozenset(
    {"return", "exchange", "report_damaged", "report_wrong", "report_missing", "cancel_item",
     "cancel_order", "change_item"}
)  # fmt: skip


def _same_goods(chat: Chat, task: Task) -> Frame | None:
    """The task in hand that the new one takes the place of: "can I swap them instead?"."""
    frame = chat.state.frame
    if frame is None or frame.task == task.name or not {frame.task, task.name} <= WAYS:
        return None
    if chat.turn.first("order_number") or not refers_back(chat.turn.text):
        return None
    return frame


def take(chat: Chat, values: Mapping[str, Any]) -> bool:
    """Put values into the task in hand; True where one was new. What depends on it is dropped."""
    frame = chat.state.frame
    if frame is None:
        return False
    changed = False
    for slot, value in values.items():
        if frame.slots.get(slot) != value:
            changed = True
            if slot in frame.slots:
                frame.drop(*(one for one in SLOTS[slot].clears if one not in values))
            frame.put(slot, value)
            frame.agreed = ""
    return changed


def go_on(chat: Chat) -> None:
    """Run the task in hand from its first step until it asks, ends or is done."""
    frame = chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    if frame is None or task is None:
        chat.state.frame = chat.state.question = None
        return
    try:
        for step in task.steps:
            if all(frame.slots.get(slot) == value for slot, value in step.when.items()):
                _run(chat, frame, step)
    except Asked:
        return
    except Finished:
        pass
    question = chat.state.question
    end(chat)
    if question is not None and question.kind == "offer":
        chat.state.question = question  # what the last words offered can be accepted


def end(chat: Chat) -> None:
    """Put the task in hand away for good."""
    chat.state.frame = chat.state.question = None
    chat.state.misses = 0


def _run(chat: Chat, frame: Frame, step: Step) -> None:
    if step.kind == "need":
        SLOTS[step.name].need(chat, frame, step)
    elif step.kind == "check":
        CHECKS[step.name](chat, frame, step)
    elif step.kind == "tell":
        TELLS[step.name](chat, frame, step)
    elif step.kind == "confirm":
        chat.confirm(frame, step.name, **FACTS[step.option("facts")](chat, frame))
    else:
        _do(chat, frame, step)


def _do(chat: Chat, frame: Frame, step: Step) -> None:
    outcome = EFFECTS[step.name](chat, frame)
    chat.forget()  # what was read before the effect is no longer so
    says = step.options.get("say") or {}
    response = says.get(outcome.code) or outcome.utter
    log.info("effect", extra={"task": frame.task, "effect": step.name, "outcome": outcome.code})
    if outcome.is_done:
        kept = {slot: value for slot, value in frame.slots.items() if not slot.startswith("_")}
        said = {name: str(value) for name, value in outcome.values.items()}
        done = Done(frame.task, kept, chat.state.turn, said)
        chat.state.done = [*chat.state.done, done][-MOST_DONE:]
        chat.did("effect_done", frame.intent, frame.task)
    else:
        chat.did("refused", frame.intent, frame.task)
    if response:
        buttons = outcome.buttons if outcome.is_done else (chat.words.person(),)
        chat.finish(str(response), buttons, **outcome.values)
