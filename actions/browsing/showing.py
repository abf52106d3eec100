"""Cards of products, remembered in the state for what is said next."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from actions.browsing.hearing import look_at
from actions.chat import Chat
from catalogue_search.facts import colour_ids
from catalogue_search.query import Query
from conversations import ComparisonCard
from shop.views import ProductView

SHOWN: Final = 4
MOST_LISTS: Final = 6  # lists that one can go back to


def show(
    chat: Chat,
    products: Sequence[ProductView],
    response: str,
    *,
    query: Query | None = None,
    reasons: Sequence[str] = (),
    request: str | None = None,
    colours: Sequence[str | None] = (),
    did: str = "products_listed",
    table: ComparisonCard | None = None,
    **values: Any,
) -> None:
    """Say `response` with cards; "the second one" and "cheaper" work afterwards.

    One product comes into focus; a list leaves what was in focus known. `request` is the
    recommendation behind the list, `colours` those in which the products are shown, `table` what
    shows all of them at once.
    """
    wanted = wanted_colours(query)
    cards = [
        chat.words.card(one, reason or None, colour or colour_of(one, wanted), request)
        for one, reason, colour in zip_longest(products, reasons, colours)
    ]
    chat.say(response, cards=cards if table is None else [table], **values)
    remember(chat, products, query)
    chat.did(did, subject=products[0].slug if len(products) == 1 else "")


def remember(chat: Chat, products: Sequence[ProductView], query: Query | None = None) -> None:
    """Keep a list, or one product, for what is said next."""
    state = chat.state
    keys = [str(product.product_id) for product in products]
    in_list = state.shown.kind == "products" and keys[0] in state.shown.keys
    is_listed = query is None and len(keys) == 1 and in_list
    if not is_listed:
        # One of the list is looked at: "the first" and "the second" still mean the list's.
        state.shown.kind, state.shown.keys = "products", keys
        state.offered = None
    if len(products) == 1:
        look_at(chat, products[0])
        note_variant(chat, products[0])
    else:
        state.focus.kind = ""
    if query is not None:
        state.search = query.to_json()
    if len(products) > 1 and not is_listed:
        held = {"keys": keys, "search": state.search if query is not None else None}
        state.notes["lists"] = [*(state.notes.get("lists") or ()), held][-MOST_LISTS:]


def keep_kinds(chat: Chat, query: Query) -> None:
    """The kinds that an article told of are what is spoken of: "a thicker one" means those."""
    if query.kinds:
        chat.state.search = Query(kinds=query.kinds).to_json()
        chat.state.shown.kind, chat.state.shown.keys = "products", []


def note_variant(chat: Chat, product: ProductView) -> None:
    """The size and colour that are named belong to the product in focus, where it comes in them."""
    for name in ("size", "colour"):
        value = chat.turn.first(name)
        if value:
            note_held(chat, product, name, value)


def note_held(chat: Chat, product: ProductView, name: str, value: str) -> None:
    """Keep a size or colour for what is asked next; one that it does not come in asks no more."""
    focus = chat.state.focus
    if name == "size":
        focus.size = (
            value if any(v.size.upper() == value.upper() for v in product.variants) else None
        )
    else:
        held = any(colour_ids(v.colour) & colour_ids(value) for v in product.variants if v.colour)
        focus.colour = value if held else None


def wanted_colours(query: Query | None) -> frozenset[str]:
    """The colours that a query asks for."""
    if query is None:
        return frozenset()
    return frozenset(v for one in query.must if one.attribute == "colour" for v in one.values)


def colour_of(product: ProductView, wanted: frozenset[str]) -> str | None:
    """The product's own colour that is one of those wanted, in stock where that can be."""
    fits = [one for one in product.variants if one.colour and colour_ids(one.colour) & wanted]
    there = [one for one in fits if one.stock > 0]
    return (there or fits)[0].colour if fits else None
