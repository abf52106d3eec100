"""What a confirmation shows beside its sentence: what changes, and what becomes of the money."""

from collections.abc import Mapping, Sequence
from typing import Any

from actions.chat import Chat
from actions.order_cards import picture_of
from actions.tasks.line_slots import lines_of
from actions.tasks.method_slots import method_of, said_of
from actions.tasks.order_slots import order_of
from actions.tasks.order_tasks import variant_of
from actions.tasks.registry import shows
from actions.tasks.swap_slots import chosen_swaps, difference_of
from conversations import Change, ConfirmationCard
from dialogue.state import Frame
from shop.views import LineView

Values = Mapping[str, Any]
DANGER = "danger"


@shows("cancel_order")
def cancelled(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """The whole order goes; what was paid comes back."""
    order, words = order_of(chat, frame), chat.words
    back = words.text("change.back_by", method=words.paid_by(order.payment_method))
    is_paid = order.state != "placed"
    return _card(
        chat,
        "cancel_order",
        values,
        order.lines,
        tone=DANGER,
        changes=[Change(words.text("change.items"), words.items(order.item_count))],
        money=[Change(back, words.money(order.total))] if is_paid else [],
    )


@shows("cancel_item")
def item_cancelled(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """Some items go, others stay."""
    words = chat.words
    return _card(
        chat,
        "cancel_item",
        values,
        lines_of(chat, frame),
        tone=DANGER,
        changes=[
            Change(words.text("change.goes"), values["names"]),
            Change(words.text("change.stays"), values["kept"]),
        ],
        money=[Change(words.text("change.back"), values["amount"])],
    )


@shows("change_address")
def address_changed(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """Where the order goes, and where it goes instead."""
    order = order_of(chat, frame)
    change = Change(chat.words.text("change.address"), values["address"], order.address)
    return _card(chat, "change_address", values, order.lines, changes=[change])


@shows("change_home")
def home_changed(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """The default address of now and the one to come."""
    change = Change(chat.words.text("change.address"), values["address"], values["current"])
    return _card(chat, "change_home", values, changes=[change])


@shows("change_item")
def item_changed(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """What an item is and what it becomes."""
    return _card(
        chat,
        "change_items",
        values,
        lines_of(chat, frame),
        changes=[Change(values["product"], values["new"], values["old"])],
        money=[_same_price(chat)],
    )


@shows("change_items", "exchange_items")
def swapped(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """Each item old and new, and which way how much money goes."""
    words, pairs = chat.words, chosen_swaps(chat, frame)
    difference, method = difference_of(chat, frame), method_of(chat, frame)
    money = _same_price(chat)
    if difference.amount:
        is_more = difference.amount > 0
        way = f"{'pay' if is_more else 'back'}{'' if method is None else '_by'}"
        name = words.text(f"change.{way}", method="" if method is None else said_of(chat, method))
        money = Change(name, words.money(difference if is_more else -difference))
    return _card(
        chat,
        "change_items" if frame.task == "change_items" else "exchange",
        values,
        [old for old, _ in pairs],
        changes=[
            Change(old.name(chat.turn.language), words.variant(new), words.variant(old))
            for old, new in pairs
        ],
        money=[money],
    )


@shows("change_payment")
def payment_changed(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """What paid, and what pays from now on."""
    words = chat.words
    return _card(
        chat,
        "change_payment",
        values,
        order_of(chat, frame).lines,
        changes=[Change(words.text("change.paid_by"), values["new"], values["old"])],
        money=[Change(words.text("change.total"), values["amount"])],
    )


@shows("return")
def returned(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """What comes back, and for how much."""
    words = chat.words
    return _card(
        chat,
        "return",
        values,
        lines_of(chat, frame),
        changes=[Change(words.text("change.items"), values["product"])],
        money=[Change(words.text("change.back"), values["amount"])],
    )


@shows("exchange")
def exchanged(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """What comes back and what goes out instead."""
    words, lines = chat.words, lines_of(chat, frame)
    return _card(
        chat,
        "exchange",
        values,
        lines,
        changes=[Change(values["product"], values["new"], words.variant(lines[0]))],
        money=[Change(words.text("change.exchange"), values["terms"])],
    )


@shows("replacement")
def replaced(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """What is sent again and where to."""
    words, order, lines = chat.words, order_of(chat, frame), lines_of(chat, frame)
    new = words.variant(variant_of(chat, frame)) if len(lines) == 1 else ""
    return _card(
        chat,
        "replacement",
        values,
        lines,
        changes=[
            Change(words.text("change.items"), new or words.lines(lines)),
            Change(words.text("change.address"), order.address),
        ],
        money=[Change(words.text("change.price"), words.text("terms.free"))],
    )


@shows("refund")
def paid_back(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """What is paid back, and whether anything has to be sent."""
    words = chat.words
    sent = Change(words.text("change.way_back"), words.text("terms.free"))
    return _card(
        chat,
        "refund",
        values,
        lines_of(chat, frame),
        changes=[] if frame.task == "report_missing" else [sent],
        money=[Change(words.text("change.back"), values["amount"])],
    )


@shows("report_lost")
def searched(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """Which parcel is searched for, and by whom."""
    order = order_of(chat, frame)
    parcel = order.shipments[-1]
    changes = (
        [Change(chat.words.text("change.carrier"), chat.words.carrier(parcel.carrier))]
        if parcel.carrier
        else []
    )
    return _card(chat, "report_lost", values, order.lines, changes=changes)


@shows("delete_account", "unsubscribe")
def account(chat: Chat, frame: Frame, values: Values) -> ConfirmationCard:
    """Whose account, or whose newsletter."""
    is_lost = frame.task == "delete_account"
    change = Change(chat.words.text("change.email"), values["email"])
    return _card(chat, frame.task, values, changes=[change], tone=DANGER if is_lost else "")


def _card(
    chat: Chat,
    what: str,
    values: Values,
    lines: Sequence[LineView] = (),
    *,
    changes: Sequence[Change],
    money: Sequence[Change] = (),
    tone: str = "",
) -> ConfirmationCard:
    """A card of an order where `lines` of it are meant."""
    return ConfirmationCard(
        title=chat.words.text(f"asked.{what}", number=values.get("number", "")),
        subtitle=chat.words.lines(lines),
        image=picture_of(lines),
        tone=tone,
        changes=tuple(changes),
        money=tuple(money),
    )


def _same_price(chat: Chat) -> Change:
    return Change(chat.words.text("change.price"), chat.words.text("change.same"))
