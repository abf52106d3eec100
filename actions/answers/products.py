"""Answers about products: found, looked at, compared, recommended."""

from collections.abc import Callable
from typing import Any, Final

from actions.answers import Answer, answers, answers_act
from actions.base import REGISTER
from actions.chat import Chat
from actions.tasks.order_slots import OTHER_ONE
from dialogue.acts import Act
from shop.access import access_orders

# What each answer leaves in focus, for what is said next.
DID: Final = {
    "action_search_products": "products_listed",
    "action_product_details": "product",
    "action_compare_products": "comparison",
    "action_check_stock": "stock",
    "action_restock_date": "restock",
    "action_price": "price",
    "action_recommend": "products_listed",
    "action_complements": "products_listed",
    "action_refine_search": "products_listed",
    "action_refuse_offer": "products_listed",
    "action_why": "product",
    "action_promotions": "promotions",
    "action_coupon": "promotions",
    "action_search_picture": "products_listed",
}


def run(chat: Chat, name: str) -> None:
    """Let an action answer, and keep what it leaves in focus."""
    action = REGISTER[name]
    action.run(chat.seen, chat.talk, chat.services)
    keep(chat)
    chat.did(DID.get(name, "product"))


def keep(chat: Chat) -> None:
    """Move what an action remembers from its slots into the state."""
    state, slots = chat.state, chat.talk.slots
    if "shown_products" in slots:
        shown = slots.pop("shown_products")
        if shown:
            state.shown.kind, state.shown.keys = "products", [str(one) for one in shown]
    if "focus_product" in slots:
        product = slots.pop("focus_product")
        if product != state.focus.product:
            state.focus.size = state.focus.colour = None
        state.focus.product = product
        state.focus.kind = "product" if product else state.focus.kind
    for name in ("search", "offered"):
        if name in slots:
            setattr(state, name, slots.pop(name))
    if "asks" in slots:
        state.notes["asks"] = slots.pop("asks")
    for name in ("shown_orders", "last_order", "misses"):
        slots.pop(name, None)
    state.focus.size = chat.turn.first("size") or state.focus.size
    state.focus.colour = chat.turn.first("colour") or state.focus.colour


def _by(name: str) -> Answer:
    def reply(chat: Chat, act: Act) -> None:
        run(chat, name)

    return reply


for _intent, _name in (
    ("search_product", "action_search_products"),
    ("ask_product_details", "action_product_details"),
    ("check_stock", "action_check_stock"),
    ("ask_size_advice", "action_check_stock"),
    ("ask_restock_date", "action_restock_date"),
    ("ask_price", "action_price"),
    ("ask_promotions", "action_promotions"),
    ("ask_coupon", "action_coupon"),
    ("recommend_products", "action_recommend"),
    ("ask_why", "action_why"),
    ("refuse_product", "action_refuse_offer"),
    ("ask_complements", "action_complements"),
    ("search_picture", "action_search_picture"),
):
    answers(_intent)(_by(_name))
answers_act("refine")(_by("action_refine_search"))
answers_act("compare")(_by("action_compare_products"))


@answers_act("choose", "answer", "correct", "confirm_with")
def data_without_a_question(chat: Chat, act: Act) -> None:
    """Bare data when nothing was asked: an order number is about an order, a name about it."""
    turn, shown = chat.turn, chat.state.shown
    number = turn.first("order_number") or turn.first("code")
    if number is None and chat.state.focus.order and OTHER_ONE.search(turn.text):
        number = the_other_order(chat)
    if number is None and shown.kind == "orders" and turn.first("ordinal"):
        from actions.turn import at_place

        number = at_place(shown.keys, str(turn.first("ordinal")))
    if number is not None:
        about_order(chat, number)
    elif turn.first("coupon"):
        run(chat, "action_coupon")
    elif shown.kind == "products" or any(
        turn.first(one) for one in ("product", "category", "brand", "colour", "price", "slug")
    ):
        refines = chat.state.search and not (turn.first("category") or turn.first("product"))
        picks = act.kind == "choose" or turn.first("ordinal") or turn.first("product")
        if picks:
            run(chat, "action_product_details")
        else:
            run(chat, "action_refine_search" if refines else "action_search_products")
    else:
        from actions.answers.beside import say_unclear

        say_unclear(chat, act)


def the_other_order(chat: Chat) -> str | None:
    """ "No, the other one": the newest order that is not the one spoken of; None for a guest."""
    if chat.signed_in is None:
        return None
    with chat.services.database.reading() as session:
        orders = access_orders(session, chat.signed_in, limit=2)
    return next((one.number for one in orders if one.number != chat.state.focus.order), None)


def about_order(chat: Chat, number: str) -> None:
    """What is wanted of an order that is only named: its state is told, the rest offered."""
    from actions.tasks.engine import start, task_of

    task = task_of(chat, "track_order")
    assert task is not None
    start(chat, task, "track_order")


answers("inform", "choose_option")(data_without_a_question)
Maker: Final[Callable[..., Any]] = _by
