"""What the shop's rules say in a conversation: may it be done, for which reasons, until when."""

from typing import Final

from actions.chat import Chat
from dialogue.state import Frame, Option
from shop.orders import paid_for
from shop.policy import ACTS, Act
from shop.rules import (
    Refusal,
    ReturnAct,
    ReturnRefusal,
    asks_person,
    change_refusal,
    return_refusal,
)
from shop.views import LineView, OrderView

MOST_SHOWN: Final = 6  # reasons that stand on buttons


def act_of(chat: Chat, frame: Frame | None = None) -> Act | None:
    """The act of the shop's rules that a task (by default the one in hand) carries out."""
    frame = frame or chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    return task.act if task is not None and task.act in ACTS else None


def refusal_of(chat: Chat, order: OrderView, act: Act) -> Refusal | None:
    """Why an order that has not left cannot be cancelled or changed so; None when it can."""
    return change_refusal(order, act, chat.services.policy)


def back_refusal_of(chat: Chat, order: OrderView, act: ReturnAct) -> ReturnRefusal | None:
    """Why nothing of an order may come back by its state and age; None when it may."""
    return return_refusal(order, act, chat.services.policy, now=chat.turn.now)


def return_act(chat: Chat, frame: Frame | None = None) -> ReturnAct:
    """Whether the task sends something back for another one, or for money."""
    return "exchange" if act_of(chat, frame) == "exchange" else "return"


def is_for_person(chat: Chat, order: OrderView, act: Act, lines: list[LineView]) -> bool:
    """Whether a person decides on an act, by the shop's rules and what the lines cost."""
    amount = order.total if act == "cancel_order" else paid_for(order, lines)
    return asks_person(act, amount.amount, chat.services.policy) is not None


def until(chat: Chat, act: Act) -> str:
    """Until when an order can be cancelled or changed so: "until an order is packed"."""
    states = chat.services.policy.rule(act).states
    last = next((one for one in ("packed", "paid", "placed") if one in states), "never")
    return chat.words.text(f"until.{last}")


def then(chat: Chat, case: str) -> str:
    """What can still be done where something cannot: that it may come back, and how long.

    Nothing where the shop takes nothing back; `case` is a message of the locales.
    """
    rule = chat.services.policy.rule("return")
    if rule.by == "nobody":
        return ""
    window = "ever" if rule.days is None else "days"
    return chat.words.text(f"then.{case}.{window}")


def reasons_of(chat: Chat, act: Act) -> list[Option]:
    """The reasons that the shop accepts, as choices."""
    codes = chat.services.policy.rule(act).codes
    return [Option(code, reason_words(chat, act, code)) for code in codes]


def reason_words(chat: Chat, act: Act, code: str) -> str:
    """A reason as shoppers read it: the shop's own words, else ours."""
    own = {one.code: one for one in chat.services.policy.rule(act).reasons}.get(code)
    titled = own.title(chat.turn.language) if own is not None else ""
    return titled or chat.words.text(f"reason.{code}")
