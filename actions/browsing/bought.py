"""The product that a customer speaks of as theirs: "the fleece I bought", 我买的那件."""

import re
from typing import Final

from actions.browsing.asked import patterns
from actions.chat import Chat
from actions.tasks.mentions import mentioned
from actions.tasks.order_slots import orders_of
from actions.turn import Turn
from kit.phrases import spoken
from shop.catalogue import get_product
from shop.views import ProductView

_OWN: Final = spoken("browsing", "bought.own")


# "Does the dress come in black?" of who has bought one dress, and looks at none.
_THE: Final = re.compile(r"\b(?:the|my) (?!best|most|same|\w+est\b)[a-z]", re.IGNORECASE)
_OF_ONE: Final = frozenset({"check_stock", "ask_product_details", "ask_size_advice", "ask_price"})


# "What's the weight of mine": of who has one thing only.
_MINE: Final = re.compile(r"\bmine\b|我的那[个件双顶条]", re.IGNORECASE)


def _asks_of_the_one(turn: Turn) -> bool:
    return turn.intent in _OF_ONE and bool(_THE.search(turn.text) or _MINE.search(turn.text))


def bought(chat: Chat) -> ProductView | None:
    """The one product of the customer's own orders that the words name.

    They must speak of it as bought or ask how to wash it while no products are on show, or an
    order or another thing that was bought must be what was spoken of last. None where nothing or
    more than one is named.
    """
    turn = chat.turn
    notes, focus = chat.state.notes, chat.state.focus
    follows = focus.product is not None and focus.product == notes.get("bought")
    browses = chat.state.shown.kind == "products" or focus.kind == "product"
    is_care = not browses and patterns()[0]["care"].search(turn.text) is not None
    is_care = is_care or turn.intent in {"praise", "complain"}
    is_care = is_care or (not browses and _asks_of_the_one(turn))
    is_own = _OWN.search(turn.text) is not None or focus.kind == "order" or follows or is_care
    if chat.signed_in is None or turn.is_button or not turn.text or not is_own:
        return None
    orders = orders_of(chat, chat.signed_in)
    lines = list({line.slug: line for order in orders for line in order.lines}.values())
    names = [(line.names, line.category) for line in lines]
    found = [lines[place] for place in mentioned(turn, names)] if lines else []
    found = found or (lines if _MINE.search(turn.text) else [])
    if len(found) != 1:
        return None
    notes["bought"] = found[0].slug
    with chat.services.database.reading() as session:
        return get_product(session, found[0].slug, now=turn.now)
