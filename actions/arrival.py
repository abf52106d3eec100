"""Does it arrive in time? For something ordered now, and for an order on its way."""

import re
from datetime import date
from typing import Any, Final

from actions.answers.places import country_named
from actions.browsing.hearing import hear, meant
from actions.browsing.variants import say_when_back, variants_wanted
from actions.chat import Chat
from actions.days import last_day_meant
from actions.turn import Turn
from actions.wording import Words
from forecasting.delivery import Promise, promise_for_new, promise_for_order
from kit.i18n import local_day
from shop.access import access_orders
from shop.views import OrderView

LIKELY: Final = 0.8
OPEN: Final = 0.5
_IF_ORDERED: Final = re.compile(
    r"\b(if|when) (i|we) (order|buy|get)|\border(ing)? (it |them |this )?(now|today)"
    r"|如果.*(下单|买|订)|(现在|今天)(下单|买|订)",
    re.IGNORECASE,
)


# "I ordered on Thursday", "nothing since the 29th" and "if I order today" name the day of the
# order, not of its arrival; "it was meant to come on Friday" the day that was promised.
_WHEN_ORDERED: Final = re.compile(
    r"\b(?:was|were|should(?: ha|')ve|since)\b[^.,;?!]{0,40}?\b(?:on |by |last )?(?:\w+day|\w+ night)\b|"
    r"\b(?:ordered|bought|placed|purchased|paid)\b[^.,;?!]{0,40}?\b(?:on |last )?(?:\w+day|\w+ night)\b"
    r"|\b(?:if|when) (?:i|we) (?:order|buy|get)(?: it| them| this)? (?:today|now|tomorrow)"
    r"|\border(?:ing)?(?: it| them| this)? (?:today|now)\b"
    r"|\bsince (?:the |last |this )?\w+"
    r"|(?:\d{1,2}[号日]|昨[天晚]|前天|上?(?:周|星期|礼拜)[一二三四五六日天])[早晚上中下午]{0,2}"
    r"(?:就没|就不|起|开始|以后|之后|到现在|下的?单|买的|拍的|签收|发的?货)"
    r"|(?:今天|现在|今晚|明天)(?:下单|买|订|拍)|(?:周|星期|礼拜)[一二三四五六日天](?:下的?单|买的|拍的)",
    re.IGNORECASE,
)


_CLAUSES: Final = re.compile(r"[.,;!?，。；！？]+\s*|(?<=[\u3400-\u9fff])\s+")
_ARRIVES: Final = re.compile(
    r"\b(?:arrive|come|be here|get here|reach|deliver)\w*\b|能到|会到|送到|收到|到货|到得了|[到收]不了|到[吗么不]",
    re.IGNORECASE,
)


def deadline(turn: Turn) -> date | None:
    """The day by which the shopper wants it; None when none is named."""
    if turn.is_button:
        return None
    text, today = _WHEN_ORDERED.sub(" ", turn.text), local_day(turn.now)
    days = [(last_day_meant(one, today), one) for one in _CLAUSES.split(text)]
    arrives = [day for day, one in days if day is not None and _ARRIVES.search(one)]
    # "Will it come tomorrow? I leave on Friday" asks of tomorrow.
    return arrives[0] if arrives else last_day_meant(text, today)


def told_if_ordered_now(chat: Chat) -> bool:
    """Whether "if I order now, is it here by Friday?" was answered, by its words alone."""
    by = deadline(chat.turn) if _IF_ORDERED.search(chat.turn.text) else None
    return by is not None and say_if_ordered_now(chat, by)


def say_if_ordered_now(chat: Chat, by: date) -> bool:
    """The promise for an order placed now; False when there is no ground for one.

    What is sold out cannot be ordered now: then the shopper hears when it is back.
    """
    turn, services, words = chat.turn, chat.services, chat.words
    customer = chat.signed_in
    heard = hear(chat)
    product = meant(chat, heard)
    with services.database.reading() as session:
        wanted = [] if product is None else variants_wanted(chat, product, heard.query)
        if product is not None and wanted and not any(v.stock > 0 for v in wanted):
            say_when_back(chat, session, product, wanted)
            return True
        last = access_orders(session, customer, limit=1) if customer is not None else []
        country = country_named(turn.text) or (last[0].country if last else None) or None
        promise = promise_for_new(
            session, now=turn.now, by=by, country=country, language=turn.language
        )
    if promise is None:
        return False
    chat.say(
        f"utter_arrival_{verdict(promise)}",
        by=words.day(by),
        country=words.country(promise.country),
        **facts(words, promise),
    )
    return True


def say_for_order(chat: Chat, order: OrderView) -> bool:
    """How likely an order that is under way arrives by the day named; False without ground."""
    turn, words = chat.turn, chat.words
    by = deadline(turn)
    if by is None or order.state in {"delivered", "cancelled", "placed"}:
        return False
    with chat.services.database.reading() as session:
        promise = promise_for_order(
            session, placed_at=order.placed_at, country=order.country, now=turn.now, by=by
        )
    if promise is not None:
        chat.say(f"utter_order_{verdict(promise)}", by=words.day(by), **facts(words, promise))
    return promise is not None


def verdict(promise: Promise) -> str:
    """likely, open or unlikely."""
    chance = promise.probability or 0.0
    return "likely" if chance >= LIKELY else "open" if chance >= OPEN else "unlikely"


def facts(words: Words, promise: Promise) -> dict[str, Any]:
    """What the texts are filled with."""
    return {
        "chance": round(100 * (promise.probability or 0.0)),
        "likely": words.day(promise.likely),
        "surely": ""
        if promise.surely == promise.likely
        else words.text("surely", day=words.day(promise.surely)),
        "parcels": promise.parcels,
    }
