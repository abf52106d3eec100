"""Wishes on how a parcel is handed over, and the mail that confirmed an order, which nobody can
grant here: what is possible is said of the order itself."""

from typing import Final

from actions.answers.service import order_in_focus
from actions.browsing.asked import says
from actions.chat import Chat
from actions.tasks.order_slots import UNDER_WAY, naming_own, orders_of
from shop.rules import UNPACKED
from shop.views import OrderView

# What such words are taken for; a wish that is surely another one is left to its task.
_MAY_BE: Final = frozenset(
    {
        "ask_delivery",
        "change_address",
        "track_order",
        "track_parcel",
        "urge_dispatch",
        "ask_store_info",
        "ask_order_process",
        "ask_account",
        "report_no_code",
        "report_late_order",
        "nlu_fallback",
        "inform",
        "small_talk",
        "out_of_scope",
        "ask_help",
        "talk_to_person",
        "notify_restock",
        "add_item",
        "request_invoice",
        "list_orders",
        "ask_payment",
        "ask_return_policy",
        "ask_warranty",
        "complain",
        "refuse_product",
        "return_item",
        "cancel_order",
    }
)


HANDED_OVER: Final = {
    "unsent": "utter_handing_over_unsent",
    "spot": "utter_handing_over_spot",
    "hour": "utter_handing_over_hour",
}
ARTICLE: Final = "missed-delivery"


def told_on_the_way(chat: Chat, intent: str) -> bool:
    """Whether a wish on how a parcel comes, or for the confirmation again, was answered."""
    text = chat.turn.text
    if chat.signed_in is None or chat.turn.is_button or chat.state.frame is not None:
        return False
    last = chat.state.last
    of_refusing = last.did == "article" and last.intent == "track_refund"
    if intent == "track_refund" and of_refusing and not chat.turn.first("order_number"):
        chat.say("utter_refuse_parcel", number=last.subject)
        return True
    if (intent or "nlu_fallback") not in _MAY_BE:
        return False
    if says("confirmation_again", text):
        return _told_confirmation(chat)
    if says("never_comes", text) and (order := _coming(chat)) is not None:
        chat.state.focus.order, chat.state.focus.kind = order.number, "order"
        chat.say("utter_lost_details")
        chat.did("status", "track_order", order.number)
        return True
    if says("refuses", text) and (order := _coming(chat)) is not None and order.shipments:
        chat.state.focus.order, chat.state.focus.kind = order.number, "order"
        chat.say("utter_refuse_parcel", number=order.number)
        chat.did("article", "track_refund", order.number)
        return True
    spot, hour = says("delivery_spot", text), says("delivery_hour", text)
    order = _coming(chat) if spot or hour else None
    if order is None:
        return False
    is_open = order.state in UNPACKED or not order.shipments
    if is_open and intent == "change_address" and says("packing_station", text):
        return False  # that is an address, which can be changed still
    hands_over = HANDED_OVER["unsent" if is_open else "spot" if spot else "hour"]
    chat.state.focus.order = order.number
    chat.state.focus.article, chat.state.focus.kind = ARTICLE, "article"  # it tells more
    chat.say(
        hands_over,
        number=order.number,
        carrier=order.shipments[-1].carrier if order.shipments else "",
        promised=chat.words.day(order.promised_on),
    )
    chat.did("article", "ask_delivery", ARTICLE)
    return True


def _coming(chat: Chat) -> OrderView | None:
    """The order under way that is spoken of, or named, else the only one."""
    if chat.signed_in is None:
        return None
    coming = [one for one in orders_of(chat, chat.signed_in) if one.state in UNDER_WAY]
    number = chat.turn.first("order_number") or chat.state.focus.order
    meant = [one for one in coming if one.number == number] or [
        one for one in naming_own(chat) if one in coming
    ]
    sent = [one for one in coming if one.shipments]
    return next(iter(meant or (sent if len(sent) == 1 else coming)), None)


def _told_confirmation(chat: Chat) -> bool:
    order = order_in_focus(chat)
    if order is None:
        return False
    words = chat.words
    chat.state.focus.order, chat.state.focus.kind = order.number, "order"
    chat.offer(
        "wish request_invoice",
        "utter_confirmation_again",
        [*words.yes_no()],
        number=order.number,
        items=words.lines(order.lines),
        placed=words.day(order.placed_at),
        total=words.money(order.total),
    )
    chat.did("status", "track_order", order.number)
    return True
