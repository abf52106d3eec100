"""Items of one order changed or exchanged together: whether it may be, the money, the effect."""

from collections.abc import Mapping

from actions.chat import Asked, Chat
from actions.handover import hand_over
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.item_words import pieces
from actions.tasks.method_slots import method_of, methods_of, said_of
from actions.tasks.order_slots import order_of, orders_of
from actions.tasks.order_tasks import refused
from actions.tasks.registry import Outcome, check, effect, facts
from actions.tasks.rules import back_refusal_of, refusal_of
from actions.tasks.swap_slots import chosen_swaps, difference_of
from dialogue.state import Frame
from shop.ids import VariantId
from shop.returns import UNSAID, start_exchange
from shop.swaps import change_items


@check("several")
def several(chat: Chat, frame: Frame, step: Step) -> None:
    """Several items at once, or a shopper whose payment methods are known: then items are collected
    and the difference in price is paid for."""
    from actions.tasks.engine import go_on

    customer = customer_of(chat)
    text = chat.said or chat.turn.text
    several_named = (
        len({one.lines for one in pieces(text, order.lines)}) > 1
        for order in orders_of(chat, customer)
    )
    if not methods_of(chat, customer) and not any(several_named):
        return
    frame.task, frame.agreed = "exchange_items", ""
    frame.drop("lines", "variant", "wanted")
    go_on(chat)
    raise Asked


@check("swappable")
def swappable(chat: Chat, frame: Frame, step: Step) -> None:
    """What is not packed is changed, what was delivered is exchanged; else why neither can be."""
    from actions.tasks.engine import go_on

    order = order_of(chat, frame)
    is_open = order.state in chat.services.policy.rule("change_items").states
    wanted = "change_items" if is_open else "exchange_items"
    if frame.task != wanted:
        frame.task, frame.agreed = wanted, ""
        go_on(chat)
        raise Asked
    change = refusal_of(chat, order, "change_items")
    if is_open and change is None:
        return
    back = back_refusal_of(chat, order, "exchange")
    if not is_open and back is None:
        return
    chat.did("refused", frame.intent, order.number)
    response = f"utter_refused_{change}" if is_open else f"utter_exchange_{back}"
    chat.finish(
        response,
        [chat.words.person()],
        number=order.number,
        day=chat.words.day(order.delivered_at or order.promised_on),
        act=chat.words.text("act.change_items" if is_open else "act.exchange"),
        state=chat.words.state(order),
        then="",
    )


@facts("swaps")
def swap_facts(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """Each item old and new, and which way how much money goes."""
    rows = [
        chat.words.text(
            "swap_row",
            product=old.name(chat.turn.language),
            old=chat.words.variant(old),
            new=chat.words.variant(new),
            price=chat.words.money(new.price),
        )
        for old, new in chosen_swaps(chat, frame)
    ]
    difference = difference_of(chat, frame)
    return {
        "number": frame.slots["order"],
        "rows": "\n".join(rows),
        "money": _money(chat, frame),
        "back": -difference if difference.amount < 0 else "",
        "due": difference if difference.amount > 0 else "",
    }


def _money(chat: Chat, frame: Frame) -> str:
    difference, method = difference_of(chat, frame), method_of(chat, frame)
    name = "" if method is None else said_of(chat, method)
    way = "same" if not difference.amount else "more" if difference.amount > 0 else "less"
    if method is None:
        way = f"{way}_unknown" if difference.amount else way
    elif way == "same":
        way = "same_method"
    amount = difference if difference.amount >= 0 else -difference
    return chat.words.text(f"difference.{way}", amount=chat.words.money(amount), method=name)


@effect("change_items")
def do_change_items(chat: Chat, frame: Frame) -> Outcome:
    """Put the new variants in the place of the old ones."""
    order, method = order_of(chat, frame), method_of(chat, frame)
    swaps = {old.line_id: VariantId(int(new.variant_id)) for old, new in chosen_swaps(chat, frame)}
    values = dict(swap_facts(chat, frame))
    with chat.services.database.session() as session:
        done = change_items(
            session,
            customer_of(chat),
            order.number,
            swaps,
            method_id=None if method is None else method.method_id,
            now=chat.turn.now,
        )
    if done.refusal is not None:
        return refused(chat, done, order)
    return Outcome("done", values)


@effect("exchange_items")
def do_exchange_items(chat: Chat, frame: Frame) -> Outcome:
    """Start the exchange of all items at once; what goes out is held back."""
    order, method = order_of(chat, frame), method_of(chat, frame)
    swaps = {old.line_id: VariantId(int(new.variant_id)) for old, new in chosen_swaps(chat, frame)}
    values: dict[str, object] = dict(swap_facts(chat, frame))
    with chat.services.database.session() as session:
        done = start_exchange(
            session,
            customer_of(chat),
            order.number,
            swaps,
            str(frame.slots.get("reason") or UNSAID),
            method_id=None if method is None else method.method_id,
            now=chat.turn.now,
        )
    names = chat.words.lines([old for old, _ in chosen_swaps(chat, frame)])
    if done.refusal == "needs_person":
        hand_over(chat, reason="policy", topic="orders")
        return Outcome("needs_person", values, "utter_needs_person")
    if done.returned is None:
        values |= {"product": names, "day": "", "act": chat.words.text("act.exchange")}
        return Outcome(str(done.refusal), values, f"utter_exchange_{done.refusal}", is_done=False)
    return Outcome("done", {**values, "label": done.returned.label, "product": names})
