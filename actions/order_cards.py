"""An order as a card: its picture, its way in steps, its day, and what is possible now.

What comes back, money on its way and a parcel that is searched for are told by the same card.
"""

from collections.abc import Sequence
from typing import Final

from actions.chat import Chat
from actions.own_orders import returns_of
from actions.tasks.rules import back_refusal_of, refusal_of
from actions.turn import Button
from conversations import OrderCard, Step
from kit.i18n import local_day
from shop.carriers import tracking_page
from shop.deliveries import delivery_of
from shop.policy import Act
from shop.rules import ReturnAct
from shop.views import LineView, OrderState, OrderView, RefundView, ReturnState, ReturnView

# How far an order has come on its four steps.
REACHED: Final[dict[OrderState, int]] = {
    "placed": 0,
    "paid": 0,
    "packed": 1,
    "shipped": 2,
    "in_transit": 2,
    "out_for_delivery": 2,
    "delivered": 3,
}
ORDER_STEPS: Final = ("ordered", "packed", "shipped", "delivered")
# The same for what comes back.
BACK_REACHED: Final[dict[ReturnState, int]] = {
    "requested": 1,
    "approved": 1,
    "label_sent": 1,
    "received": 2,
    "refunded": 3,
    "exchanged": 3,
}
MOST_BUTTONS: Final = 3
CHANGES: Final[tuple[tuple[Act, str], ...]] = (
    ("cancel_order", "cancel_order"),
    ("change_address", "change_address"),
    ("change_items", "change_item"),
)
BACK: Final[tuple[tuple[ReturnAct, str], ...]] = (
    ("return", "return_item"),
    ("exchange", "exchange_item"),
)


def order_card(chat: Chat, order: OrderView) -> OrderCard:
    """The card of one order that is told of."""
    words, back = chat.words, _return_of(chat, order)
    way = delivery_of(order, now=chat.turn.now)
    parcel, latest = way.shipment, way.latest
    is_under_way = order.state not in {"delivered", "cancelled"}
    news = ""
    if parcel is not None and is_under_way:
        news = (
            words.text(
                "card.news",
                scan=words.text(f"scan.{latest.code}", place=latest.place),
                day=words.day(latest.at),
            )
            if latest
            else words.text("scan.none")
        )
    return OrderCard(
        title=words.text("card.order", number=order.number),
        number=order.number,
        subtitle=words.lines(order.lines),
        image=picture_of(order.lines),
        state=_state(chat, order, back),
        day=_day(chat, order, back, late=way.days_late),
        tone=_tone(order, late=way.days_late),
        carrier="" if parcel is None else parcel.carrier,
        tracking="" if parcel is None else parcel.tracking_number,
        tracking_url=""
        if parcel is None
        else tracking_page(parcel.carrier, parcel.tracking_number),
        news=news[:1].upper() + news[1:],
        steps=_steps(chat, order, back),
        buttons=_possible(chat, order, back),
    )


def small_order_card(chat: Chat, order: OrderView, picks: str = "") -> OrderCard:
    """One of several orders: to choose from, where it stands for the button titled `picks`."""
    words = chat.words
    return OrderCard(
        title=words.text("card.order", number=order.number),
        subtitle=words.lines(order.lines) or words.items(order.item_count),
        image=picture_of(order.lines),
        state=_state(chat, order, None),
        day=words.day(order.delivered_at if order.state == "delivered" else order.placed_at),
        tone=_tone(order, late=order.days_late(local_day(chat.turn.now))),
        total=words.money(order.total),
        picks=picks,
    )


def return_card(chat: Chat, back: ReturnView, *, is_abroad: bool = False) -> OrderCard:
    """What was sent back: how far it is, what to do with the parcel, how much comes back."""
    words = chat.words
    how_to_send = "card.pack_and_send_abroad" if is_abroad else "card.pack_and_send"
    last = "exchanged" if back.kind == "exchange" else "refunded"
    state = words.text(f"return.{back.state}")
    return OrderCard(
        title=words.text("card.return", number=back.number),
        number=back.number,
        subtitle=words.lines(back.lines),
        image=picture_of(back.lines),
        state=state[:1].upper() + state[1:],
        day="" if back.kind == "exchange" else words.money(back.amount),
        news=words.text(how_to_send) if back.state == "label_sent" else "",
        tone="ended" if back.state == "rejected" else "",
        steps=()
        if back.state == "rejected"
        else _way(chat, ("return_started", "received", last), BACK_REACHED[back.state] - 1),
    )


def refund_card(chat: Chat, refund: RefundView) -> OrderCard:
    """Money on its way back, in three steps."""
    words, is_paid = chat.words, refund.state == "paid"
    day = refund.paid_at or refund.expected_on
    key = "card.delivered" if is_paid else "card.due"
    return OrderCard(
        title=words.text("card.refund", number=refund.order_number),
        state=words.text(
            "card.back_by", amount=words.money(refund.amount), method=words.paid_by(refund.method)
        ),
        day=words.text(key, day=words.day(day)) if day is not None else "",
        steps=_way(chat, ("refund_agreed", "refund_sent", "refund_there"), 2 if is_paid else 1),
    )


def search_card(chat: Chat, order: OrderView) -> OrderCard:
    """A parcel that the carrier searches for: asked, searching, found or made good."""
    words, parcel = chat.words, order.shipments[-1]
    return OrderCard(
        title=words.text("card.search", number=order.number),
        subtitle=words.lines(order.lines),
        image=picture_of(order.lines),
        state=words.text("card.searching", carrier=parcel.carrier),
        day=words.text("card.search_time"),
        carrier=parcel.carrier,
        tracking=parcel.tracking_number,
        tracking_url=tracking_page(parcel.carrier, parcel.tracking_number),
        steps=_way(chat, ("search_asked", "search_on", "search_over"), 1),
    )


def picture_of(lines: Sequence[LineView]) -> str:
    """The picture of the first item in its colour; empty where there is none."""
    if not lines:
        return ""
    colour = f"?colour={lines[0].colour}" if lines[0].colour else ""
    return f"/media/products/{lines[0].slug}.svg{colour}"


def _return_of(chat: Chat, order: OrderView) -> ReturnView | None:
    """The newest return of an order that was not turned down."""
    if order.state != "delivered":
        return None
    found = returns_of(chat, order.customer_id)
    return next(
        (one for one in found if one.order_number == order.number and one.state != "rejected"),
        None,
    )


def _state(chat: Chat, order: OrderView, back: ReturnView | None) -> str:
    key = f"state.{order.state}" if back is None else f"return.{back.state}"
    told = chat.words.text(key)
    return told[:1].upper() + told[1:]


def _day(chat: Chat, order: OrderView, back: ReturnView | None, *, late: int) -> str:
    words = chat.words
    if back is not None:
        return words.text("card.return", number=back.number)
    if order.state == "cancelled":
        return words.text("card.placed", day=words.day(order.placed_at))
    if order.state == "delivered":
        if order.delivered_at is None:
            return ""
        return words.text("card.delivered", day=words.day(order.delivered_at))
    if order.promised_on is None:
        return ""
    key = "card.late" if late else "card.due"
    return words.text(key, day=words.day(order.promised_on), late=words.days(late))


def _tone(order: OrderView, *, late: int) -> str:
    if order.state == "cancelled":
        return "ended"
    return "late" if late else ""


def _steps(chat: Chat, order: OrderView, back: ReturnView | None) -> tuple[Step, ...]:
    """Where the order is on its way, or what was sent back on its own."""
    words = chat.words
    if order.state == "cancelled":
        ordered = Step(words.text("step.ordered"), "done")
        return ordered, Step(words.text("step.cancelled"), "ended")
    names, reached = ORDER_STEPS, REACHED[order.state]
    if back is not None:
        last = "exchanged" if back.kind == "exchange" else "refunded"
        names, reached = ("delivered", "return_started", "received", last), BACK_REACHED[back.state]
    return _way(chat, names, reached)


def _way(chat: Chat, names: Sequence[str], reached: int) -> tuple[Step, ...]:
    """Steps by their names; the last one is done as soon as it is reached."""
    is_over = reached == len(names) - 1
    return tuple(
        Step(
            chat.words.text(f"step.{name}"),
            "done" if place < reached or is_over else "now" if place == reached else "next",
        )
        for place, name in enumerate(names)
    )


def _possible(chat: Chat, order: OrderView, back: ReturnView | None) -> tuple[Button, ...]:
    """What the shop's rules allow now, as buttons."""
    intents = [intent for act, intent in CHANGES if refusal_of(chat, order, act) is None]
    if back is None:
        intents += [intent for act, intent in BACK if back_refusal_of(chat, order, act) is None]
    else:
        intents.append("track_return")
    number = f'{{"order_number":"{order.number}"}}'
    return tuple(
        Button(chat.words.text(f"card.{intent}"), f"/{intent}{number}")
        for intent in intents[:MOST_BUTTONS]
    )
