"""Orders: where they are, what they cost; cancelled, sent elsewhere, changed."""

import json
from collections.abc import Mapping
from typing import Any, Final

from actions.answers.by_place import pays_way_back, zone_of_country
from actions.answers.own_goods import tell_asked
from actions.arrival import say_for_order
from actions.chat import Chat, Finished
from actions.handover import hand_over
from actions.money_back import refunds_of, say_refund, told_of_money
from actions.order_cards import order_card, return_card, search_card
from actions.own_orders import order_called, returns_of
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.label_again import send_label
from actions.tasks.line_slots import lines_of, variants_of
from actions.tasks.order_slots import mentions_line, order_of
from actions.tasks.registry import Outcome, check, effect, facts, tells
from actions.tasks.rules import act_of, is_for_person, refusal_of, then
from actions.turn import Button
from dialogue.state import Frame
from kit.i18n import local_day
from shop.access import access_orders
from shop.ids import VariantId
from shop.orders import (
    OrderChange,
    cancel_lines,
    cancel_order,
    change_line_variant,
    change_shipping_address,
    paid_for,
    report_lost,
)
from shop.policy import Act
from shop.views import OrderView, ReturnView, VariantView

LISTED: Final = 5
# Who calls an order late hears that we are sorry, though it is not late by its day.
NOT_LATE: Final = frozenset(
    {
        "utter_status_preparing",
        "utter_status_packed",
        "utter_status_on_its_way",
        "utter_status_undated",
        "utter_status_searched",
    }
)


@check("changeable")
def changeable(chat: Chat, frame: Frame, step: Step) -> None:
    """An order that is packed, delivered or cancelled is not changed; what is possible is said."""
    order = order_of(chat, frame)
    act = act_of(chat, frame) or "change_items"
    refusal = refusal_of(chat, order, act)
    if refusal is None and is_for_person(chat, order, act, lines_of(chat, frame)):
        pass_on(chat, frame)
    if refusal == "already_packed" and order.days_late(local_day(chat.turn.now)):
        chat.did("refused", frame.intent, order.number)
        if chat.state.notes.get("let_go_of") == "wish report_lost_parcel":
            chat.offer("person", "utter_sorry_offer", [chat.words.person()])
            raise Finished
        search = _search_button(chat, order)
        chat.offer(
            "wish report_lost_parcel",
            "utter_refused_late",
            [search, chat.words.person()],
            number=order.number,
        )
        raise Finished
    if refusal is not None:
        buttons = [chat.words.person()]
        takes_back = chat.services.policy.rule("return").by != "nobody"
        if order.state == "delivered" and takes_back:
            title = chat.words.text("wish.return_item")
            buttons.insert(0, Button(title, f'/return_item{{"order_number":"{order.number}"}}'))
        chat.did("refused", frame.intent, order.number)
        chat.say(f"utter_refused_{refusal}", buttons=buttons, **_why_not(chat, order, act))
        if refusal == "already_cancelled":
            told_of_money(chat, order.number)
        raise Finished


def _why_not(chat: Chat, order: OrderView, act: Act) -> dict[str, str]:
    """The values that refusals are said with."""
    return {
        "number": order.number,
        "day": chat.words.day(order.delivered_at or order.promised_on),
        "act": chat.words.text(f"act.{act}"),
        "then": then(chat, "delivered" if order.state == "delivered" else "packed"),
    }


def pass_on(chat: Chat, frame: Frame) -> None:
    """A person decides: the wish goes to them with all that is known (raises Finished)."""
    hand_over(chat, reason="policy", topic="orders")
    chat.did("handed_over", frame.intent)
    chat.finish("utter_needs_person")


@check("shipped")
def shipped(chat: Chat, frame: Frame, step: Step) -> None:
    """What was never sent cannot be lost: then its state is the answer."""
    order = order_of(chat, frame)
    if not order.shipments:
        tell_status(chat, frame, step)


@tells("order_status")
def tell_status(chat: Chat, frame: Frame, step: Step) -> None:
    """State, last scan, promised day; what to do when it is late.

    Where a day was named the forecast says when it comes: no second date stands beside it.
    """
    order = order_of(chat, frame)
    tell_asked(chat, (chat.turn.text, *(frame.slots.get("_said") or ())), order)
    foretold = say_for_order(chat, order)
    named = mentions_line(chat, order.lines)
    if len(named) == 1:  # "where are my boots?": what is said of "them" next is said of those
        chat.state.focus.product = named[0].slug
    response, values, buttons = status_of(chat, order)
    sorry = frame.intent == "report_late_order" and response in NOT_LATE
    if sorry and not chat.state.note_said("utter_sorry_short"):
        chat.say("utter_sorry_short")
    known = chat.state.note_said(f"{response} {order.number} {values.get('scan')}")
    chat.did("status", frame.intent, order.number)
    if foretold and not response.startswith(("utter_status_late", "utter_status_searched")):
        if known:
            raise Finished
        values["state"] = chat.words.state(order)
        chat.finish("utter_status_beside", buttons, cards=[order_card(chat, order)], **values)
    if known and response in {"utter_status_late", "utter_status_on_its_way"}:
        response = f"{response}_again"
    is_searched = response == "utter_status_searched"
    cards = [search_card(chat, order) if is_searched else order_card(chat, order)]
    if response.startswith("utter_status_late"):  # a yes to its last sentence is a wish
        chat.offer("wish report_lost_parcel", response, buttons, cards=cards, **values)
        raise Finished
    chat.finish(response, buttons, cards=cards, **values)


def status_of(chat: Chat, order: OrderView) -> tuple[str, dict[str, Any], list[Button]]:
    """The response that tells an order's state, its values and its buttons."""
    words = chat.words
    values: dict[str, Any] = {
        "number": order.number,
        "items": words.lines(order.lines),
        "promised": words.day(order.promised_on),
        "placed": words.day(order.placed_at),
        "day": words.day(order.delivered_at),
        "total": words.money(order.total),
    }
    if order.state == "delivered":
        lost = Button(
            words.text("wish.report_lost_parcel"),
            f'/report_lost_parcel{{"order_number":"{order.number}"}}',
        )
        undated = "_undated" if order.delivered_at is None else ""
        return f"utter_status_delivered{undated}", values, [lost, goes_with(chat, order)]
    if order.state == "cancelled":
        return "utter_status_cancelled", values, []
    if not order.shipments:
        state = "packed" if order.state == "packed" else "preparing"
        if order.promised_on is None:  # a replacement has no day yet
            return "utter_status_undated", values | {"state": words.state(order)}, []
        return f"utter_status_{state}", values, []
    parcel = order.shipments[-1]
    last = parcel.events[-1] if parcel.events else None
    values |= {
        "carrier": words.carrier(parcel.carrier),
        "tracking": parcel.tracking_number,
        "scan": words.scan(last.code, last.place) if last else words.text("scan.none"),
        "scanned": words.day(last.at) if last else "",
    }
    if order.searched_since is not None:
        values["since"] = words.day(order.searched_since)
        return "utter_status_searched", values, [words.person()]
    late = order.days_late(local_day(chat.turn.now))
    if late:
        values["late"] = words.days(late)
        return "utter_status_late", values, [_search_button(chat, order), words.person()]
    if order.state == "out_for_delivery":
        return "utter_status_out_for_delivery", values, []
    return "utter_status_on_its_way", values, []


def _search_button(chat: Chat, order: OrderView) -> Button:
    payload = f'/report_lost_parcel{{"order_number":"{order.number}"}}'
    return Button(chat.words.text("search_parcel"), payload)


def goes_with(chat: Chat, order: OrderView) -> Button:
    """A button that shows what goes with an order."""
    title = chat.words.text("goes_with")
    return Button(title, f'/ask_complements{{"order_number":"{order.number}"}}')


@tells("response")
def tell_response(chat: Chat, frame: Frame, step: Step) -> None:
    """A response that the task's file names under `say`, for an intent that needs no facts."""
    chat.say(step.option("say"))
    chat.did("told", frame.intent)


@tells("order_list")
def tell_orders(chat: Chat, frame: Frame, step: Step) -> None:
    """The newest orders, one a line."""
    words = chat.words
    with chat.services.database.reading() as session:
        orders = access_orders(session, customer_of(chat), limit=LISTED)
    if not orders:
        chat.finish("utter_no_orders", [words.person()])
    rows = [
        words.text(
            "order_row",
            number=order.number,
            day=words.day(order.placed_at),
            items=words.lines(order.lines),
            total=words.money(order.total),
            state=words.state(order),
        )
        for order in orders
    ]
    chat.state.focus.order = orders[0].number
    if len(orders) == 1:  # of several none is meant yet
        chat.state.focus.kind = "order"
    chat.state.shown.kind = "orders"
    chat.state.shown.keys = [order.number for order in orders]
    chat.did("orders_listed", frame.intent)
    chat.finish("utter_orders", rows="\n".join(rows))


@tells("return_status")
def tell_returns(chat: Chat, frame: Frame, step: Step) -> None:
    """The newest return and what happens next."""
    words = chat.words
    returns = returns_of(chat, customer_of(chat))
    named = frame.slots.get("order") or chat.turn.first("order_number")
    found = [r for r in returns if named is None or r.order_number == named] or returns
    chat.did("status", frame.intent)
    if not found:
        back = Button(words.text("wish.return_item"), "/return_item")
        chat.offer("wish return_item", "utter_no_returns", [back])
        raise Finished
    newest = found[0]
    if frame.slots.get("label") and newest.state == "label_sent":
        send_label(chat, newest)
    swapped = newest.kind == "exchange" and newest.state in {"label_sent", "received"}
    following = f"return_next.{'exchange_' if swapped else ''}{newest.state}"
    chat.finish(
        "utter_return_status",
        cards=[return_card(chat, newest, is_abroad=_went_abroad(chat, newest))],
        number=newest.number,
        order=newest.order_number,
        items=words.lines(newest.lines),
        state=words.text(f"return.{newest.state}"),
        day=words.day(newest.created_at),
        next=words.text(following),
        amount=words.money(newest.amount),
    )


def _went_abroad(chat: Chat, back: ReturnView) -> bool:
    order = order_called(chat, customer_of(chat), back.order_number)
    return order is not None and pays_way_back(zone_of_country(order.country))


@tells("refund_status")
def tell_refunds(chat: Chat, frame: Frame, step: Step) -> None:
    """Money on its way, or why there is none yet."""
    refunds, returns = refunds_of(chat), returns_of(chat, customer_of(chat))
    named = chat.turn.first("order_number") or chat.state.focus.order
    of_order = [r for r in refunds if r.order_number == named]
    found = of_order or refunds
    chat.did("status", frame.intent)
    if found and not (returns and not of_order and returns[0].order_number == named):
        state = "paid" if found[0].state == "paid" else "pending"
        again = chat.state.note_said(f"utter_refund_{state} {found[0].order_number}")
        say_refund(chat, found[0], again=again)  # told twice, it is not there, or slow
        raise Finished
    if returns:
        tell_returns(chat, frame, step)
    back = Button(chat.words.text("wish.return_item"), "/return_item")
    chat.offer("wish return_item", "utter_no_refunds", [back, chat.words.person()])
    raise Finished


# -- effects


@facts("cancellation")
def cancellation(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What is cancelled and what comes back."""
    order = order_of(chat, frame)
    words = chat.words
    return {
        "number": order.number,
        "items": words.items(order.item_count),
        "total": words.money(order.total),
        "names": words.lines(order.lines),
        "method": words.paid_by(order.payment_method),
    }


@effect("cancel_order")
def do_cancel(chat: Chat, frame: Frame) -> Outcome:
    """Cancel an order; what was paid comes back."""
    order = order_of(chat, frame)
    with chat.services.database.session() as session:
        done = cancel_order(
            session,
            customer_of(chat),
            order.number,
            reason=frame.slots.get("reason"),
            now=chat.turn.now,
        )
    if done.refusal is not None:
        return refused(chat, done, order)
    if done.refund is None:
        return Outcome("unpaid", {"number": order.number})
    amount = chat.words.money(done.refund)
    values = {
        "number": order.number,
        "amount": amount,
        "method": chat.words.paid_by(order.payment_method),
    }
    return Outcome("done", {**values, "back": done.refund})


@facts("item_cancellation")
def item_cancellation(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """Which items go, which stay, what comes back."""
    order, gone = order_of(chat, frame), lines_of(chat, frame)
    stay = [line for line in order.lines if line not in gone]
    words = chat.words
    return {
        "number": order.number,
        "names": words.lines(gone),
        "kept": words.lines(stay),
        "amount": words.money(paid_for(order, gone)),
    }


@check("some_items_stay")
def some_items_stay(chat: Chat, frame: Frame, step: Step) -> None:
    """Taking out every item is cancelling the order: then that is asked."""
    from actions.tasks.engine import start, task_of

    order = order_of(chat, frame)
    if len(lines_of(chat, frame)) < len(order.lines):
        return
    task = task_of(chat, "cancel_order")
    assert task is not None
    number = order.number
    chat.state.frame = Frame(task.name, {"order": number}, {"order": "said"}, "cancel_order")
    start(chat, task, "cancel_order")
    from actions.chat import Asked

    raise Asked


@effect("cancel_lines")
def do_cancel_lines(chat: Chat, frame: Frame) -> Outcome:
    """Take items out of an order; what was paid for them comes back."""
    order, gone = order_of(chat, frame), lines_of(chat, frame)
    values = dict(item_cancellation(chat, frame))
    with chat.services.database.session() as session:
        done = cancel_lines(
            session,
            customer_of(chat),
            order.number,
            [line.line_id for line in gone],
            now=chat.turn.now,
        )
    if done.refusal is not None:
        return refused(chat, done, order)
    return Outcome("done", {**values, "method": chat.words.paid_by(order.payment_method)})


@facts("new_address")
def new_address(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """Where the order goes instead."""
    return {"number": frame.slots["order"], "address": frame.slots["address"]}


@effect("change_address")
def do_change_address(chat: Chat, frame: Frame) -> Outcome:
    """Send an order somewhere else."""
    order, address = order_of(chat, frame), str(frame.slots["address"])
    with chat.services.database.session() as session:
        done = change_shipping_address(
            session, customer_of(chat), order.number, address, now=chat.turn.now
        )
    if done.refusal is not None:
        return refused(chat, done, order)
    before = json.dumps({"order_number": order.number, "address": order.address})
    undo = [Button(chat.words.text("undo"), f"/change_address{before}")]
    return Outcome("done", {"number": order.number, "address": address}, undo=undo)


@facts("item_change")
def item_change(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What an item is now and what it becomes."""
    line, variant = lines_of(chat, frame)[0], variant_of(chat, frame)
    return {
        "number": frame.slots["order"],
        "product": line.name(chat.turn.language),
        "old": chat.words.variant(line),
        "new": chat.words.variant(variant),
    }


@effect("change_item")
def do_change_item(chat: Chat, frame: Frame) -> Outcome:
    """Swap the size or colour of something not yet packed."""
    order, line, variant = order_of(chat, frame), lines_of(chat, frame)[0], variant_of(chat, frame)
    with chat.services.database.session() as session:
        done = change_line_variant(
            session,
            customer_of(chat),
            order.number,
            line.line_id,
            variant.variant_id,
            now=chat.turn.now,
        )
    new = chat.words.variant(variant)
    if done.refusal in {"no_stock", "price_differs", "same_variant"}:
        return Outcome(done.refusal, {"new": new}, f"utter_item_{done.refusal}", is_done=False)
    if done.refusal is not None:
        return refused(chat, done, order)
    values = {"number": order.number, "product": line.name(chat.turn.language), "new": new}
    return Outcome("done", values)


@facts("lost_parcel")
def lost_parcel(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """Which parcel is searched for."""
    order = order_of(chat, frame)
    return {"number": order.number, "items": chat.words.lines(order.lines)}


@effect("report_lost")
def do_report_lost(chat: Chat, frame: Frame) -> Outcome:
    """Start the search for a parcel."""
    order = order_of(chat, frame)
    with chat.services.database.session() as session:
        report_lost(session, customer_of(chat), order.number, now=chat.turn.now)
    carrier = chat.words.carrier(order.shipments[-1].carrier)
    cards = [search_card(chat, order)]
    return Outcome("done", {"number": order.number, "carrier": carrier}, cards=cards)


def variant_of(chat: Chat, frame: Frame) -> VariantView:
    """The variant of a task past its `need: variant`."""
    wanted = VariantId(int(frame.slots["variant"]))
    line = lines_of(chat, frame)[0]
    return next(one for one in variants_of(chat, line) if one.variant_id == wanted)


def refused(chat: Chat, done: OrderChange, order: OrderView) -> Outcome:
    """The shop's refusal in words; what a person decides goes to one."""
    act = act_of(chat) or "change_items"
    if done.refusal == "needs_person":
        hand_over(chat, reason="policy", topic="orders")
        return Outcome("needs_person", {}, "utter_needs_person")
    values = _why_not(chat, done.order or order, act)
    return Outcome(str(done.refusal), values, f"utter_refused_{done.refusal}", is_done=False)
