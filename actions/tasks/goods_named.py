"""Whether goods that are named are those of an order, and which of another are of their kind."""

from collections.abc import Sequence

from actions.chat import Chat
from actions.own_orders import order_called
from actions.tasks.identity_slots import customer_of
from actions.tasks.order_slots import on_one_shelf, orders_of
from actions.tasks.which_orders import with_goods
from dialogue.state import Frame


def other_goods(chat: Chat, number: str) -> bool:
    """Whether goods of the customer's are named that are not of the order of this number."""
    if chat.signed_in is None:
        return False
    orders = orders_of(chat, chat.signed_in)
    named = with_goods(chat.said or chat.turn.text, orders) if on_one_shelf(orders) else []
    return bool(named) and all(one.number != number for one in named)


def same_goods(chat: Chat, frame: Frame, before: str, lines: Sequence[int]) -> list[int]:
    """The lines of a task's order that are of the same product as those of another order."""
    customer = customer_of(chat)
    old = order_called(chat, customer, before)
    new = order_called(chat, customer, str(frame.slots.get("order")))
    if old is None or new is None:
        return []
    kinds = {line.product_id for line in old.lines if line.line_id in lines}
    return [line.line_id for line in new.lines if line.product_id in kinds]
