"""Numbers that shoppers ask for: what a gift card holds, how many versions there are, what comes
back in all, what an order came to."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from actions.chat import Chat
from actions.own_orders import order_called
from actions.tasks.item_words import names_item
from actions.tasks.method_slots import methods_of, said_of
from kit.money import Money
from kit.phrases import spoken
from shop.catalogue import find_products_by_name, get_products, tokens
from shop.views import ProductView, VariantView

_BALANCE: Final = spoken("answers", "shop_facts.balance")
_HOW_MANY: Final = spoken("answers", "shop_facts.how_many")
# "How many are left in stock?" asks for pieces, which are counted where stock is told.
_PIECES: Final = spoken("answers", "shop_facts.pieces")
_VERSIONS: Final = spoken("answers", "shop_facts.versions")
_RANKED: Final = re.compile(
    r"\b(?P<least>cheapest|least expensive|lowest[- ]priced)\b|\b(?P<most>most expensive|priciest|highest[- ]priced)\b|(?P<cheap>最便宜)|(?P<dear>最贵)",
    re.IGNORECASE,
)
_TOTAL_BACK: Final = spoken("answers", "shop_facts.total_back")
_ORDER_TOTAL: Final = spoken("answers", "shop_facts.order_total")
# Sums that are not what the order came to: what is refunded, what sending costs, how much longer.
_OTHER_SUM: Final = spoken("answers", "shop_facts.other_sum")
_SENTENCES: Final = re.compile(r"(?<=[?!。！？])|(?<=\.)\s")
_OF_IT: Final = spoken("answers", "shop_facts.of_it")
_ASKS: Final = spoken("answers", "shop_facts.asks")
_DOES: Final = spoken("answers", "shop_facts.does")


MOST_READ: Final = 20  # products that share a word with the message


def tells_number(chat: Chat) -> bool:
    """Answer a question for a number that the shop knows; False where none is asked for."""
    text = chat.turn.text
    if chat.turn.is_button or not text or not _ASKS.search(text):
        return False
    return any(one(chat, text) for one in _ANSWERS)


def _balance(chat: Chat, text: str) -> bool:
    if chat.signed_in is None or not _BALANCE.search(text) or _DOES.search(text):
        return False
    held = [one for one in methods_of(chat, chat.signed_in) if one.balance is not None]
    if not held:
        return False
    chat.say("utter_balance", methods=chat.words.text("comma").join(said_of(chat, o) for o in held))
    return True


def _total_back(chat: Chat, text: str) -> bool:
    return _TOTAL_BACK.search(text) is not None and _tell_total(chat, "back", "due")


def _sum_of(chat: Chat, name: str) -> Money | None:
    """What the effects of this talk come to by a sum of each; None without any or in several
    currencies."""
    told = [one.values.get(name, "").split(" ") for one in chat.state.done]
    sums = [(Decimal(one[0]), one[1]) for one in told if len(one) == 2]
    if len({currency for _, currency in sums}) != 1:
        return None
    return Money(sum((amount for amount, _ in sums), start=Decimal(0)), sums[0][1])


_TOTALS: Final = {
    "back": ("utter_total_back", "utter_total_back_less"),
    "due": ("utter_total_due", "utter_total_due_less"),
}


def _tell_total(chat: Chat, name: str, other: str) -> bool:
    """Tell the sum asked for, and what is left of it where there is one the other way, too."""
    total, against = _sum_of(chat, name), _sum_of(chat, other)
    if total is None:
        return False
    if against is None or against.currency != total.currency:
        chat.say(_TOTALS[name][0], amount=chat.words.money(total))
        return True
    left = total - against
    due = (left if name == "due" else -left).amount
    chat.say(
        _TOTALS[name][1],
        amount=chat.words.money(total),
        less=chat.words.money(against),
        left=chat.words.text(
            "left_due" if due >= 0 else "left_back",
            amount=chat.words.money(left if left.amount >= 0 else -left),
        ),
    )
    return True


# "How much do I need to pay today in total?"
_TOTAL_DUE: Final = spoken("answers", "shop_facts.total_due")


def _total_due(chat: Chat, text: str) -> bool:
    return _TOTAL_DUE.search(text) is not None and _tell_total(chat, "due", "back")


def _order_total(chat: Chat, text: str) -> bool:
    number = chat.turn.first("order_number")
    if number is None and _OF_IT.search(text):
        number = chat.state.focus.order
    if chat.signed_in is None or number is None or _DOES.search(text):
        return False
    if not any(_asks_total(one) for one in _SENTENCES.split(text)):
        return False
    order = order_called(chat, chat.signed_in, number)
    if order is None:
        return False
    chat.state.focus.order, chat.state.focus.kind = order.number, "order"
    chat.say(
        "utter_order_total",
        number=order.number,
        total=chat.words.money(order.total),
        items=chat.words.lines(order.lines),
        method=chat.words.paid_by(order.payment_method),
    )
    return True


def _asks_total(sentence: str) -> bool:
    """Whether one sentence asks what an order came to: "where is it? I paid for express" does not."""
    asks = _ASKS.search(sentence) and _ORDER_TOTAL.search(sentence)
    return bool(asks) and _OTHER_SUM.search(sentence) is None


def _count(chat: Chat, text: str) -> bool:
    if not _HOW_MANY.search(text) or (_PIECES.search(text) and not _VERSIONS.search(text)):
        return False
    product = _product(chat, text)
    if product is None or len(product.variants) < 2:
        return False
    there = [one for one in product.variants if one.stock > 0]
    chat.say(
        "utter_option_count",
        product=product.name(chat.turn.language),
        count=str(len(there)),
        all=str(len(product.variants)),
    )
    return True


def _ranked(chat: Chat, text: str) -> bool:
    found = _RANKED.search(text)
    if found is None or _DOES.search(text):
        return False
    product = _product(chat, text)
    there = [] if product is None else [one for one in product.variants if one.stock > 0]
    if product is None or not there:
        return False
    is_most = bool(found["most"] or found["dear"])
    best: VariantView = (max if is_most else min)(there, key=lambda one: one.price.amount)
    chat.say(
        "utter_dearest" if is_most else "utter_cheapest",
        product=product.name(chat.turn.language),
        variant=chat.words.variant(best),
        price=chat.words.money(best.price),
    )
    return True


def _product(chat: Chat, text: str) -> ProductView | None:
    """The one product that words name; None where they name several or none."""
    language, now = chat.turn.language, chat.turn.now
    known = chat.services.catalogue.current().names.names
    said = {word for word in tokens(text) if word.isascii()}
    some = [one for one, names in known.items() if said & set().union(*names.values())][:MOST_READ]
    with chat.services.database.reading() as session:
        found = find_products_by_name(session, text, language=language, now=now)
        found = found or get_products(session, some, now=now)
    named = [one for one in found if names_item(text, one.names)]
    return named[0] if len(named) == 1 else None


_ANSWERS: Final[tuple[Callable[[Chat, str], bool], ...]] = (
    _balance,
    _total_back,
    _total_due,
    _order_total,
    _count,
    _ranked,
)
