"""What pays for an order, and where a customer lives: changed on their word."""

from collections.abc import Mapping
from typing import Any

from actions.chat import Chat
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.method_slots import method_of, methods_of, paid_by, said_of
from actions.tasks.order_slots import order_of
from actions.tasks.order_tasks import refused
from actions.tasks.registry import Outcome, SlotKind, effect, facts
from actions.tasks.value_slots import address_named
from dialogue.state import Frame
from shop.access import access_addresses
from shop.addresses import change_default_address
from shop.swaps import change_payment_method


@facts("payment_change")
def payment_change(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What paid, what pays from now on, and how much."""
    order, new = order_of(chat, frame), method_of(chat, frame)
    known = {int(one.method_id): one for one in methods_of(chat, customer_of(chat))}
    before = paid_by(chat, customer_of(chat), order.number)
    old = said_of(chat, known[before[0]]) if before and before[0] in known else order.payment_method
    return {
        "number": order.number,
        "old": old,
        "amount": chat.words.money(order.total),
        "new": "" if new is None else said_of(chat, new),
    }


@effect("change_payment")
def do_change_payment(chat: Chat, frame: Frame) -> Outcome:
    """Let another method pay; the one before gets its money back."""
    order, new = order_of(chat, frame), method_of(chat, frame)
    values = dict(payment_change(chat, frame))
    if new is None:
        return Outcome("unknown_method", values, "utter_refused_unknown_method", is_done=False)
    with chat.services.database.session() as session:
        done = change_payment_method(
            session, customer_of(chat), order.number, new.method_id, now=chat.turn.now
        )
    if done.refusal is not None:
        return refused(chat, done, order)
    return Outcome("done", values)


class HomeSlot(SlotKind):
    """The address that is to be the customer's own from now on."""

    name = "home"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """An address that the message tells, or points at."""
        if chat.turn.is_button or chat.signed_in is None:
            return None
        return address_named(chat, frame.slots.get("home"), asked=chat.asked_for("home"), own=False)

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Ask for it; the one of now is shown."""
        if frame.slots.get("home"):
            return
        chat.ask("value", "home", "utter_ask_home", current=_home(chat), told="address")


def _home(chat: Chat) -> str:
    with chat.services.database.reading() as session:
        known = access_addresses(session, customer_of(chat))
    return known[0].text if known else "–"


@facts("new_home")
def new_home(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """The address of now and the one to come."""
    return {"current": _home(chat), "address": frame.slots["home"]}


@effect("change_home")
def do_change_home(chat: Chat, frame: Frame) -> Outcome:
    """Make it the customer's default address."""
    values = dict(new_home(chat, frame))
    with chat.services.database.session() as session:
        done = change_default_address(session, customer_of(chat), str(frame.slots["home"]))
    if done.refusal is not None:
        return Outcome(done.refusal, values, "utter_home_refused", is_done=False)
    return Outcome("done", values)
