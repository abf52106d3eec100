"""What a customer asks of their own orders and what is in them, told from the orders themselves."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from actions.chat import Chat, Finished
from actions.own_orders import returns_of
from actions.tasks.item_words import pieces, told_apart
from actions.tasks.order_slots import on_one_shelf, orders_of
from actions.tasks.which_orders import named_by_state
from catalogue_search.option_words import names_option
from kit.money import Money
from kit.phrases import spoken
from shop.orders import paid_for
from shop.views import LineView, OrderView

_TRACKING: Final = spoken("answers", "own_goods.tracking")
_WHERE_TO: Final = spoken("answers", "own_goods.where_to")
_WHICH_ADDRESS: Final = spoken("answers", "own_goods.which_address")
_OWN: Final = spoken("answers", "own_goods.own")
_ASKS: Final = spoken("answers", "own_goods.asks")
_PRICE: Final = spoken("answers", "own_goods.price")
_MADE_OF: Final = spoken("answers", "own_goods.made_of")
_DEAREST: Final = spoken("answers", "own_goods.dearest")
_CHEAPEST: Final = spoken("answers", "own_goods.cheapest")
_ITEM: Final = spoken("answers", "own_goods.item")
_TOGETHER: Final = spoken("answers", "own_goods.together")
_REST: Final = spoken("answers", "own_goods.rest")
_POINTS_BACK: Final = re.compile(r"\b(?:it|its|that|this)\b", re.IGNORECASE)
_SEVERAL: Final = spoken("answers", "own_goods.several")
_WISHES: Final = spoken("answers", "own_goods.wishes")


def asks_of_own(text: str) -> bool:
    """Whether words ask for what only an order of the shopper's own can tell."""
    if _TRACKING.search(text) or (_WHERE_TO.search(text) and _OWN.search(text)):
        return True
    asks = _PRICE.search(text) or _MADE_OF.search(text) or _DEAREST.search(text)
    return bool(asks and _ASKS.search(text) and _OWN.search(text) and not _WISHES.search(text))


def told_of_own(chat: Chat) -> bool:
    """Whether a question on goods or an order of the customer's own was answered from it."""
    if chat.signed_in is None or chat.turn.is_button or not _may_ask(chat):
        return False
    orders = orders_of(chat, chat.signed_in)
    spoken = next((one for one in orders if one.number == chat.state.focus.order), None)
    whole = chat.kept("whole") or chat.turn.text
    if orders and on_one_shelf(orders):
        return tell_own(chat, whole, orders, spoken)
    return spoken is not None and _tell_of_order(chat, whole, spoken)


def _tell_of_order(chat: Chat, text: str, spoken: OrderView) -> bool:
    """Tell the number or the address of the order spoken of, where a text asks for no more."""
    asks = _TRACKING.search(text) or _WHICH_ADDRESS.search(text)
    return bool(asks) and tell_own(chat, text, [spoken], spoken)


def _may_ask(chat: Chat) -> bool:
    """Whether the message may ask what an order knows, seen without reading any."""
    spoken = chat.state.focus.kind == "order" and not chat.turn.first("order_number")
    return _may_be_known(chat.turn.text, spoken=spoken)


def _may_be_known(text: str, *, spoken: bool = False) -> bool:
    """Whether orders may know what a text asks; `spoken` where one was just spoken of."""
    if not _ASKS.search(text) or (_WISHES.search(text) and not _TRACKING.search(text)):
        return False
    if spoken or _OWN.search(text):
        return True  # it may be an option of a thing: its size
    return any(one.search(text) for one in _KNOWN)


# What orders tell of themselves and of their things.
_KNOWN: Final = (_TRACKING, _WHERE_TO, _REST, _DEAREST, _CHEAPEST, _PRICE, _MADE_OF)


def tell_asked(chat: Chat, texts: Sequence[str], order: OrderView) -> None:
    """What was asked of an order in one of the texts, once it is known whose it is (raises
    Finished); nothing where it was only asked where it is."""
    for text in filter(_may_be_known, texts):
        if tell_own(chat, text, orders_of(chat, order.customer_id), order):
            raise Finished


def tell_own(chat: Chat, text: str, orders: Sequence[OrderView], spoken: OrderView | None) -> bool:
    """Tell what a text asks of orders; False where it asks nothing that they know."""
    if _WISHES.search(text) and not _TRACKING.search(text):
        return False
    named = [one for one in orders if one.number in text.upper()]
    lines = _lines_named(text, named or orders)
    holding = [one for one in orders if {*lines} & {*one.lines}]
    asks_number = _TRACKING.search(text)
    asks_where = _WHERE_TO.search(text) or (spoken and _WHICH_ADDRESS.search(text))
    is_one = bool(_OWN.search(text) or holding or _POINTS_BACK.search(text))
    is_one = is_one or bool(spoken and (asks_number or asks_where))
    named = named or named_by_state(text, orders)
    order = next(iter(named), None) or (spoken if not holding or spoken in holding else holding[0])
    if order is not None and is_one:
        if asks_number or asks_where:
            told = bool(asks_number) and _tell_tracking(chat, order)
            if asks_where:
                told = _say(chat, order, "utter_order_address", address=order.address)
            return told
        if _REST.search(text) and _PRICE.search(text):
            return _tell_rest(chat, order)
        dearest, cheapest = _DEAREST.search(text), _CHEAPEST.search(text)
        if (dearest or cheapest) and _ITEM.search(text) and not lines:
            ends = max if dearest else min
            line = ends(order.lines, key=lambda one: one.unit_price.amount)
            return _say(chat, order, "utter_own_items", rows=_row(chat, line, order))
    if not lines or not (_OWN.search(text) or (spoken and spoken in holding)):
        return False
    if not (_PRICE.search(text) or _MADE_OF.search(text) or _names_property(text, lines)):
        return False
    if len(lines) > 1 and not _SEVERAL.search(text) and spoken is not None and spoken in holding:
        lines = [one for one in lines if one in spoken.lines]
    return _tell_lines(chat, text, orders, lines)


def _lines_named(text: str, orders: Sequence[OrderView]) -> list[LineView]:
    """The lines that words name; of several alike the one that they tell from the others."""
    found: list[LineView] = []
    for piece in pieces(text, [line for order in orders for line in order.lines]):
        one = told_apart(piece) if not _SEVERAL.search(text) else None
        found += [one] if one is not None else list(piece.lines)
    return list({line.line_id: line for line in found}.values())


def _names_property(text: str, lines: Sequence[LineView]) -> bool:
    return any(names_option(text, name) for line in lines for name, _ in line.options)


def _tell_tracking(chat: Chat, order: OrderView) -> bool:
    numbers = [one.tracking_number for one in order.shipments if one.tracking_number]
    if not numbers:
        return False
    return _say(
        chat,
        order,
        "utter_order_tracking",
        tracking=", ".join(numbers),
        state=chat.words.state(order),
    )


def _tell_rest(chat: Chat, order: OrderView) -> bool:
    """What was paid for the things of an order that do not go back."""
    gone = {
        line.line_id
        for one in returns_of(chat, order.customer_id)
        if one.order_number == order.number and one.state != "rejected"
        for line in one.lines
    }
    kept = [line for line in order.lines if line.line_id not in gone]
    if not gone or not kept:
        return False
    return _say(
        chat,
        order,
        "utter_own_rest",
        items=chat.words.lines(kept),
        total=chat.words.money(paid_for(order, kept)),
    )


def _tell_lines(
    chat: Chat, text: str, orders: Sequence[OrderView], lines: Sequence[LineView]
) -> bool:
    """The lines with all that they are and what was paid, and what they came to where that is
    asked."""
    owner = {line.line_id: order for order in orders for line in order.lines}
    order = owner[lines[0].line_id]
    rows = "\n".join(_row(chat, line, owner[line.line_id]) for line in lines)
    together = len(lines) > 1 and _TOGETHER.search(text) is not None
    response = "utter_own_items_total" if together else "utter_own_items"
    return _say(chat, order, response, rows=rows, total=_sum(chat, lines))


def _sum(chat: Chat, lines: Sequence[LineView]) -> str:
    total = sum((line.unit_price.amount * line.quantity for line in lines), start=Decimal(0))
    return chat.words.money(Money(total, lines[0].unit_price.currency))


def _row(chat: Chat, line: LineView, order: OrderView) -> str:
    return chat.words.text(
        "own_item_row",
        product=line.name(chat.turn.language),
        variant=chat.words.variant(line),
        price=chat.words.money(line.unit_price),
        number=order.number,
    )


def _say(chat: Chat, order: OrderView, response: str, **values: str) -> bool:
    chat.state.focus.order, chat.state.focus.kind = order.number, "order"
    told: dict[str, Any] = {"number": order.number, **values}
    once = f"told {response} {sorted(told.items())}"
    if not chat.kept(once):  # each act of a message asks by the words of the whole
        chat.say(response, **told)
        chat.keep(once, True)
    chat.did("status", "track_order", order.number)
    return True
