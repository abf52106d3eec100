"""Two questions for a new shopper, which may be left unanswered: what is it for, what may it cost.

They are no form: whoever asks something else is simply answered.
"""

import json
from decimal import Decimal
from typing import Final

from actions.browsing.hearing import amount, hear
from actions.chat import Chat
from actions.recommending.offering import offer
from actions.recommending.uses import names_use, shelves_meant, uses_of
from actions.turn import Button
from kit.phrases import spoken
from recommender.serving.feedback import note_taste
from recommender.serving.wishes import Wish
from shop.catalogue import ProductFilter

BUDGETS: Final = (50, 100, 200)
_ANYTHING: Final = spoken("browsing", "taste.anything")


def taste_told(chat: Chat) -> bool:
    """Take an answer to the question that is open; False where the message is none."""
    asked = chat.state.notes.get("asks")
    if not isinstance(asked, dict) or asked.get("turn") != chat.state.turn - 1:
        return False
    price = _price(chat)
    turn = chat.turn
    categories = tuple(turn.entities.get("category", ()))
    anything = bool(_ANYTHING.search(turn.text)) or turn.first("price") == "any"
    if asked["step"] == "use":
        if not categories and not anything:
            with chat.services.database.reading() as session:
                categories = shelves_meant(session, turn.text)
        if not (categories or anything or price or names_use(turn.text)):
            return False
        if price is None:
            ask_budget(chat, categories)
            return True
    elif price is None and not anything:
        return False
    else:
        categories = categories or tuple(asked["categories"])
    chat.state.notes.pop("asks")
    _note(chat, categories, price)
    wish = Wish(
        ProductFilter(categories=categories, price_max=price),
        strategy="taste" if categories else None,
    )
    if offer(chat, wish, "utter_recommend_taste") is None:
        chat.say("utter_no_products", buttons=[chat.words.person()])
        chat.did("refused")
    return True


def ask_use(chat: Chat) -> None:
    """The first question, with what this shop serves as buttons."""
    with chat.services.database.reading() as session:
        uses, shelves = uses_of(session)
    buttons = [_use_button(chat.words.text(f"use.{name}"), kept) for name, kept in uses]
    buttons += [_use_button(one.name(chat.turn.language), (one.slug,)) for one in shelves]
    chat.say("utter_ask_taste_use", buttons=buttons)
    chat.state.notes["asks"] = {"step": "use", "turn": chat.state.turn}


def ask_budget(chat: Chat, categories: tuple[str, ...]) -> None:
    """The second question."""
    words = chat.words
    buttons = [
        Button(words.text("up_to", amount=f"{most} €"), f'/choose_option{{"price":"{most}"}}')
        for most in BUDGETS
    ]
    buttons.append(Button(words.text("no_limit"), '/choose_option{"price":"any"}'))
    chat.say("utter_ask_taste_budget", buttons=buttons)
    chat.state.notes["asks"] = {
        "step": "budget",
        "turn": chat.state.turn,
        "categories": list(categories),
    }


def _use_button(title: str, shelves: tuple[str, ...]) -> Button:
    return Button(title, f'/choose_option{{"category":{json.dumps(list(shelves))}}}')


def _price(chat: Chat) -> Decimal | None:
    named = amount(chat.turn.first("price"))
    if named is not None or chat.turn.is_button:
        return named or None
    prices = [one for one in hear(chat).query.ranges if one.attribute == "price"]
    highs = [one.high for one in prices if one.high is not None]
    return Decimal(str(highs[0])) if highs else None


def _note(chat: Chat, categories: tuple[str, ...], price: Decimal | None) -> None:
    with chat.services.database.session() as session:
        note_taste(
            session,
            categories,
            None if price is None else float(price),
            session_key=chat.turn.visit,
            customer_id=chat.signed_in,
            message_id=chat.turn.message_id,
            now=chat.turn.now,
        )
