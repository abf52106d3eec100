"""Where the money of an order stands that was cancelled or sent back."""

from actions.chat import Chat
from actions.order_cards import refund_card
from shop.access import access_refunds
from shop.views import RefundView


def refunds_of(chat: Chat) -> list[RefundView]:
    """The refunds of who is known, newest first, read once a turn."""
    customer = chat.signed_in
    if customer is None:
        return []
    return chat.read_once("refunds", lambda session: access_refunds(session, customer))


def say_refund(chat: Chat, refund: RefundView, *, again: bool = False) -> None:
    """How far a refund is; `again` where it was told before, and is still not there."""
    response = "utter_refund_paid" if refund.state == "paid" else "utter_refund_pending"
    chat.say(
        f"{response}_again" if again else response,
        buttons=[chat.words.person()] if again else (),
        cards=() if again else [refund_card(chat, refund)],
        number=refund.order_number,
        amount=chat.words.money(refund.amount),
        method=chat.words.paid_by(refund.method),
        day=chat.words.day(refund.paid_at or refund.expected_on),
    )


def told_of_money(chat: Chat, number: str) -> bool:
    """Whether it was said where the money of an order is that was cancelled."""
    found = next((one for one in refunds_of(chat) if one.order_number == number), None)
    if found is not None:
        say_refund(chat, found)
    return found is not None
