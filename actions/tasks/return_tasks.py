"""Returns and exchanges: whole lines back, for money or for another one."""

from collections.abc import Mapping, Sequence

from actions.answers.by_place import pays_way_back
from actions.answers.places import zone_of_country
from actions.chat import Chat
from actions.handover import hand_over
from actions.order_cards import return_card
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.line_slots import lines_of
from actions.tasks.method_slots import method_of, said_of
from actions.tasks.order_slots import order_of, orders_of
from actions.tasks.order_tasks import variant_of
from actions.tasks.registry import Outcome, check, effect, facts
from actions.tasks.rules import reason_words, refusal_of, return_act
from actions.turn import Button
from dialogue.state import Frame
from kit.money import Money
from shop.orders import paid_for
from shop.returns import UNSAID, start_return
from shop.views import LineView


@check("changed_before_packing")
def changed_before_packing(chat: Chat, frame: Frame, step: Step) -> None:
    """An exchange of something not packed yet is a change: nothing has to travel back."""
    from actions.chat import Asked
    from actions.tasks.engine import go_on

    if refusal_of(chat, order_of(chat, frame), "change_items") is not None:
        return
    task = chat.services.tasks["change_item"]
    frame.task, frame.intent, frame.agreed = task.name, task.intents[0], ""
    go_on(chat)
    raise Asked


@check("cancelled_before_packing")
def cancelled_before_packing(chat: Chat, frame: Frame, step: Step) -> None:
    """A return of something that has not left yet is a cancellation, of the order or of items."""
    from actions.chat import Asked
    from actions.tasks.engine import go_on

    order = order_of(chat, frame)
    if refusal_of(chat, order, "cancel_order") is not None:
        return
    lines = frame.slots.get("lines") or []
    some = 0 < len(lines) < len(order.lines)
    frame.task, frame.agreed = ("cancel_item" if some else "cancel_order"), ""
    chat.say("utter_cancel_instead", number=order.number)
    go_on(chat)
    raise Asked


@facts("return")
def return_facts(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What comes back, why, and for how much."""
    lines, act = lines_of(chat, frame), return_act(chat, frame)
    code = frame.slots.get("reason")
    reason = "" if code is None else reason_words(chat, act, str(code))
    return {
        "number": frame.slots["order"],
        "product": chat.words.told_apart(lines, _own_alike(chat, lines)),
        "reason": chat.words.text("beside", text=reason) if reason else "",
        "amount": _amount_to(chat, frame),
    }


def _own_alike(chat: Chat, lines: Sequence[LineView]) -> list[LineView]:
    """Lines with all that the customer ordered of the same kind and another make."""
    variants = {line.variant_id for line in lines}
    kinds = {line.product_id for line in lines}
    others = [
        line
        for one in orders_of(chat, customer_of(chat))
        for line in one.lines
        if line.product_id in kinds and line.variant_id not in variants
    ]
    return [*lines, *others]


@facts("exchange")
def exchange_facts(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What comes back, why, and what goes out instead."""
    new = chat.words.variant(variant_of(chat, frame))
    terms = "abroad" if _is_abroad(chat, frame) else "free"
    return {**return_facts(chat, frame), "new": new, "terms": chat.words.text(f"terms.{terms}")}


@effect("start_return")
def do_return(chat: Chat, frame: Frame) -> Outcome:
    """Start a return."""
    return _started(chat, frame, exchange=False)


@effect("start_exchange")
def do_exchange(chat: Chat, frame: Frame) -> Outcome:
    """Start an exchange; what goes out is reserved at once."""
    return _started(chat, frame, exchange=True)


def _started(chat: Chat, frame: Frame, *, exchange: bool) -> Outcome:
    order, lines = order_of(chat, frame), lines_of(chat, frame)
    variant = variant_of(chat, frame) if exchange else None
    method = None if exchange else method_of(chat, frame)
    with chat.services.database.session() as session:
        done = start_return(
            session,
            customer_of(chat),
            order.number,
            [line.line_id for line in lines],
            str(frame.slots.get("reason", UNSAID)),
            exchange_variant_id=None if variant is None else variant.variant_id,
            method_id=None if method is None else method.method_id,
            now=chat.turn.now,
        )
    values: dict[str, object] = {
        "number": order.number,
        "product": chat.words.lines(lines),
        "day": "",
        "act": chat.words.text(f"act.{return_act(chat, frame)}"),
    }
    if done.refusal == "needs_person":  # a large refund is for a person
        hand_over(chat, reason="policy", topic="refunds")
        amount = chat.words.money(_amount(chat, frame))
        return Outcome("needs_person", {**values, "amount": amount}, "utter_needs_person")
    if done.returned is None:
        return Outcome(str(done.refusal), values, f"utter_return_{done.refusal}", is_done=False)
    new = "" if variant is None else chat.words.variant(variant)
    values |= {
        "label": done.returned.label,
        "new": new,
        "amount": _to_method(chat, frame, done.returned.amount),
        "back": "" if exchange else done.returned.amount,
    }
    shows = ("goes_with", "ask_complements") if exchange else ("instead", "recommend_products")
    about = f'{{"slug":"{lines[0].slug}","order_number":"{order.number}"}}'
    return Outcome(
        "abroad" if _is_abroad(chat, frame) else "done",
        values,
        buttons=[Button(chat.words.text(shows[0]), f"/{shows[1]}{about}")],
        cards=[return_card(chat, done.returned, is_abroad=_is_abroad(chat, frame))],
    )


def _is_abroad(chat: Chat, frame: Frame) -> bool:
    """Whether the way back is the customer's to pay."""
    return pays_way_back(zone_of_country(order_of(chat, frame).country))


def _amount_to(chat: Chat, frame: Frame) -> str:
    """How much comes back, and where to where that was chosen."""
    return _to_method(chat, frame, _amount(chat, frame))


def _to_method(chat: Chat, frame: Frame, amount: Money) -> str:
    method = method_of(chat, frame)
    if method is None:
        return chat.words.money(amount)
    return chat.words.text(
        "refund_to", amount=chat.words.money(amount), method=said_of(chat, method)
    )


def _amount(chat: Chat, frame: Frame) -> Money:
    return paid_for(order_of(chat, frame), lines_of(chat, frame))
