"""Running tasks, with repair built in for every one alike.

A task runs from its first step at every turn: what is known is passed over, the first thing that
lacks is asked. Values are taken from every message, the first one included, and also corrected by
every message; what depends on a corrected value is forgotten and the confirmation is said anew. An
effect happens after a clear yes to exactly what it will do.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from actions.account_words import verb_of
from actions.chat import Asked, Chat, Finished, agreed_act
from actions.own_orders import order_called
from actions.tasks.definitions import Step, Task
from actions.tasks.goods_named import other_goods, same_goods
from actions.tasks.registry import CHECKS, EFFECTS, FACTS, SHOWN, SLOTS, TELLS, Outcome
from actions.turn import refers_back
from catalogue_search.wish_words import alternatives
from conversations import DoneCard
from dialogue.interpreter import Values
from dialogue.state import Done, Frame
from dialogue.turns_of_phrase import SWAPS

log = logging.getLogger(__name__)
MOST_DONE = 8
MOST_KEPT = 4  # messages that are said before an order is known
RECENT = 2  # turns after an effect in which "them" are what it was about


def task_of(chat: Chat, intent: str) -> Task | None:
    """The task that an intent starts; one without intents is started by its name."""
    named = chat.services.tasks.get(intent)
    own = named if named is not None and not named.intents else None
    return chat.services.task_of_intent.get(intent) or own


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


def start(chat: Chat, task: Task, intent: str) -> None:
    """Begin a task with everything the message says already; another one in hand is parked.

    "Swap them instead" takes what "them" are from the task in hand, which it replaces.
    """
    state = chat.state
    before = state.frame if state.frame is not None and state.frame.task != task.name else None
    let_go = chat.kept(LET_GO) or let_go_lately(chat)
    kept = _goods_of(chat, before or let_go, task) or _just_settled(chat, task)
    adds = _ADDS.match(chat.turn.text.lower()) is not None
    if before is not None and kept and not adds:
        state.frame = state.question = None  # the new task takes its place
    elif before is not None:
        state.park()
    parked = next((one for one in state.parked if one.task == task.name), None)
    if state.frame is None or state.frame.intent != intent:
        if state.frame is None and parked is not None and parked.intent == intent:
            state.frame = parked
        else:
            state.frame = Frame(task.name, intent=intent)
        state.question = None
    state.parked = [one for one in state.parked if one.task != task.name]
    if chat.signed_in is None and before is not None and "customer" in before.slots:
        kept = {**kept, "customer": before.slots["customer"]}  # number and e-mail told once
    for slot, value in kept.items():
        if slot not in state.frame.slots:
            state.frame.put(slot, value, "inferred")
    for slot, value in (task.starts_with.get(intent) or {}).items():
        state.frame.put(slot, value, "intent")
    if (otherwise := _otherwise(chat, task)) is not None:
        state.frame.put("_otherwise", otherwise)
    _keep_words(chat, state.frame)
    take(chat, values_of(chat).found)
    go_on(chat)


def _otherwise(chat: Chat, task: Task) -> dict[str, str] | None:
    """What is wished for the case that this cannot be: "…, if you can't, cancel the whole order".

    The words of the turn are those of the first wish from then on.
    """
    text = chat.said or chat.turn.text
    first, *others = alternatives(text) if text and not chat.turn.is_button else [text]
    for other in others:
        intent = verb_of(other)
        wanted = None if intent is None else task_of(chat, intent)
        if wanted is None or wanted.name == task.name or {wanted.name, task.name} <= SWAPS:
            continue
        chat.turn = replace(chat.turn, message=replace(chat.turn.message, text=first))
        chat.said = first
        return {"intent": str(intent), "text": other}
    return None


def _go_on_otherwise(chat: Chat, frame: Frame) -> None:
    """Where a wish was refused, what was said for that case takes its place."""
    otherwise = frame.slots.get("_otherwise") or {}
    intent, text = str(otherwise.get("intent", "")), str(otherwise.get("text", ""))
    task = task_of(chat, intent)
    if task is None or chat.state.last.did != "refused" or chat.state.question is not None:
        return
    message = replace(chat.turn.message, text=text, intent=intent, parts=())
    chat.turn, chat.said = replace(chat.turn, message=message), text
    chat.state.frame = Frame(task.name, intent=intent)
    for slot in ("customer", "order"):
        if slot in frame.slots:
            chat.state.frame.put(slot, frame.slots[slot], "inferred")
    take(chat, values_of(chat).found)
    go_on(chat)


def _go_on_with_rest(chat: Chat, frame: Frame) -> None:
    """Of several orders wished for at once the next one, with all that was told for the last."""
    state, this = chat.state, frame.slots.get("order")
    rest = [one for one in frame.slots.get("_rest") or () if one != this]
    task = task_of(chat, frame.intent)
    settled = state.last.did in {"effect_done", "refused"} and state.question is None
    if not rest or task is None or not settled or state.frame is not None:
        return
    state.frame = Frame(task.name, intent=frame.intent)
    state.frame.put("order", rest[0], "shop")
    state.frame.slots["_rest"] = rest[1:]
    words = frame.slots.get("_said") or frame.slots.get("_words")
    if words:
        state.frame.slots["_said"] = list(words)
    for slot in FOR_EACH:
        if slot in frame.slots:
            state.frame.put(slot, frame.slots[slot], "inferred")
    go_on(chat)


# What is told once for several orders.
FOR_EACH: Final = ("customer", "address", "reason")
# "And send it to …" is a wish beside the one in hand.
_ADDS: Final = re.compile(r"(?:and|also|plus|oh and)\b|(?:另外|还有|顺便)")


def let_go_lately(chat: Chat) -> Frame | None:
    """The task that a no ended in the message before: "no" ▸ "size XS instead"."""
    kept = dict(chat.state.notes.get("let_go") or {})
    turn = kept.pop("turn", None)
    return Frame(**kept) if turn is not None and turn == chat.state.turn - 1 else None


def _just_settled(chat: Chat, task: Task) -> dict[str, Any]:
    """The goods of the effect just carried out, where "it" or "them" means them."""
    done = chat.state.done[-1] if chat.state.done else None
    if done is None or chat.state.frame is not None or chat.state.turn - done.turn > RECENT:
        return {}
    if "lines" not in task.needs() or not refers_back(chat.turn.text):
        return {}
    if other_goods(chat, str(done.slots.get("order"))):
        return {}
    known = done.slots.get("order") and done.slots.get("lines")
    return {name: done.slots[name] for name in ("order", "lines")} if known else {}


# The task that a no of this very turn has ended: "no return, size M instead".
LET_GO = "let go"
# Tasks on the same thing, of which one may take the place of the other; and those of which it may
# where the words refer back: "can I swap them instead?".
KIN = (
    frozenset({"return", "exchange", "report_damaged", "report_wrong"}),
    frozenset({"cancel_order", "cancel_item", "change_item", "change_address"}),
)
WAYS = frozenset(
    {
        "return",
        "exchange",
        "report_damaged",
        "report_wrong",
        "report_missing",
        "cancel_item",
        "cancel_order",
        "change_item",
    }
)
SHARED = ("customer", "order", "lines", "reason")


def _goods_of(chat: Chat, before: Frame | None, task: Task) -> dict[str, Any]:
    """What was said of a thing, for another task on it: "no return then, size M instead".

    Nothing is taken over where another thing is named.
    """
    if before is None or before.task == task.name or "order" not in before.slots:
        return {}
    both = {before.task, task.name}
    if not (any(both <= one for one in KIN) or (both <= WAYS and refers_back(chat.turn.text))):
        return {}
    kept = {slot: before.slots[slot] for slot in SHARED if slot in before.slots}
    found = values_of(chat, Frame(before.task, {"order": before.slots["order"]})).found
    others = any(slot in found and found[slot] != value for slot, value in kept.items())
    return {} if others else kept


def take(chat: Chat, values: Mapping[str, Any]) -> bool:
    """Put values into the task in hand; True where one was new. What depends on it is dropped."""
    frame = chat.state.frame
    if frame is None:
        return False
    changed = False
    for slot, told in values.items():
        value = SLOTS[slot].taken(chat, frame, told) if slot in SLOTS else told
        if frame.slots.get(slot) != value:
            changed, before = True, dict(frame.slots)
            if slot in frame.slots:
                frame.drop(*(one for one in SLOTS[slot].clears if one not in values))
            frame.put(slot, value)
            frame.agreed = ""
            if slot == "order" and "order" in before and len(values) == 1:
                _read_again(chat, frame, before)
    return changed


def _read_again(chat: Chat, frame: Frame, before: Mapping[str, Any]) -> None:
    """What the message tells of another order than the one it was read for; `before` are the slots
    as they were. Goods of the same kind are meant where the words name none."""
    number = str(frame.slots["order"])
    if chat.signed_in is None or order_called(chat, chat.signed_in, number) is None:
        return
    text = chat.said or chat.turn.text
    if text and not chat.turn.is_button and "swaps" not in frame.slots:
        said = before.get("_said") or before.get("_words") or ()
        frame.slots["_said"] = [*said, text][-MOST_KEPT:]
    if "_rest" in frame.slots:
        frame.slots["_rest"] = [before["order"], *frame.slots["_rest"]]
    for slot, value in values_of(chat, frame).found.items():
        if slot != "order" and slot not in frame.slots and slot in SLOTS:
            frame.put(slot, SLOTS[slot].taken(chat, frame, value))
    if "lines" in before and "lines" not in frame.slots:
        lines = same_goods(chat, frame, str(before.get("order")), before["lines"])
        if lines:
            frame.put("lines", lines)


def go_on(chat: Chat) -> None:
    """Run the task in hand from its first step until it asks, ends or is done."""
    frame = chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    if frame is None or task is None:
        chat.state.frame = chat.state.question = None
        return
    if "order" not in frame.slots:
        _keep_words(chat, frame)
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
    _go_on_otherwise(chat, frame)
    _go_on_with_rest(chat, frame)


def _keep_words(chat: Chat, frame: Frame) -> None:
    """What is said before it is known of which order, so that nothing has to be said again."""
    text = chat.said or chat.turn.text
    if not text or chat.turn.is_button:
        return
    said = [one for one in frame.slots.get("_said") or () if one != text]
    frame.slots["_said"] = [*said, text][-MOST_KEPT:]


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
        values = FACTS[step.option("facts")](chat, frame)
        show = SHOWN.get(agreed_act(frame))
        cards = [] if show is None else [lambda: show(chat, frame, values)]
        chat.confirm(frame, step.name, cards, **values)
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
        cards = [*settled(chat, frame, outcome), *outcome.cards]
        chat.finish(str(response), buttons, cards=cards, **outcome.values)


def settled(chat: Chat, frame: Frame, outcome: Outcome) -> list[DoneCard]:
    """That the question before is answered by what was done, and how that is undone."""
    if not frame.agreed or not outcome.is_done:
        return []
    return [DoneCard(chat.answer_words(frame, "yes"), tuple(outcome.undo))]
