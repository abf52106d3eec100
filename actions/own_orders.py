"""A customer's orders as one turn reads them."""

from actions.chat import Chat
from shop.access import access_order, access_returns
from shop.ids import CustomerId
from shop.views import OrderView, ReturnView


def order_called(chat: Chat, customer: CustomerId, number: str) -> OrderView | None:
    """The customer's order of this number, read once a turn; None where they have no such order."""
    known: list[OrderView] = chat.kept("orders") or []
    order = next((one for one in known if one.number == number), None)
    return order or chat.read_once(
        f"order {number}", lambda session: access_order(session, customer, number)
    )


def returns_of(chat: Chat, customer: CustomerId) -> list[ReturnView]:
    """The customer's returns, newest first, read once a turn."""
    return chat.read_once("returns", lambda session: access_returns(session, customer))
