"""Two questions for a new shopper, which may be left unanswered: what is it for, what may it cost.

They are no form: whoever asks something else is simply answered. `asks` remembers what is open.
"""

import json
import re
from decimal import Decimal
from typing import Any, Final

from actions.base import Action
from actions.identity import verified_customer
from actions.products.meaning import amount
from actions.recommending.offering import offer
from actions.recommending.uses import names_use, shelves_meant, uses_of
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from recommender.serving.feedback import note_taste
from recommender.serving.wishes import Wish
from shop.catalogue import ProductFilter

NAME: Final = "action_taste"
BUDGETS: Final = (50, 100, 200)
_NUMBER: Final = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?")
_ANYTHING: Final = re.compile(
    r"\b(?:any(?:thing)?|whatever|no idea|not sure|don'?t (?:know|mind|care)|no (?:limit|budget)"
    r"|doesn'?t matter|surprise)\b|随便|都行|都可以|不限|无所谓|不知道|没想好|没有?预算|不清楚",
    re.IGNORECASE,
)


class Taste(Action):
    """Takes an answer to one of the two questions."""

    name = NAME

    def takes(self, turn: Turn) -> bool:
        """Whether the message answers the question that is open."""
        if _ANYTHING.search(turn.text) or (turn.is_button and turn.first("price")):
            return True
        if _step(turn) == "use":
            return bool(turn.first("category")) or names_use(turn.text)
        return turn.first("price") is not None or bool(_NUMBER.search(turn.text))

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Take the answer, ask the second question, then offer what fits both answers."""
        asked: dict[str, Any] = turn.slots["asks"]
        price = _price(turn)
        if asked["step"] == "use":
            categories = turn.entities.get("category", ())
            if not categories and not _ANYTHING.search(turn.text):
                with services.database.reading() as session:
                    categories = shelves_meant(session, turn.text)
            if price is None:
                ask_budget(turn, talk, services, categories)
                return
        else:
            categories = tuple(asked["categories"])
        _note(turn, services, categories, price)
        wish = Wish(
            ProductFilter(categories=categories, price_max=price),
            strategy="taste" if categories else None,
        )
        if offer(turn, talk, services, wish, "utter_recommend_taste") is None:
            talk.say("utter_no_products", buttons=[Words(turn, services).person()])


def ask_use(turn: Turn, talk: Talk, services: Services) -> None:
    """The first question, with what this shop serves as buttons."""
    words = Words(turn, services)
    with services.database.reading() as session:
        uses, shelves = uses_of(session)
    buttons = [_use_button(words.text(f"use.{name}"), kept) for name, kept in uses]
    buttons += [_use_button(one.name(turn.language), (one.slug,)) for one in shelves]
    talk.say("utter_ask_taste_use", buttons=buttons)
    talk.remember("asks", {"action": NAME, "step": "use"})


def ask_budget(turn: Turn, talk: Talk, services: Services, categories: tuple[str, ...]) -> None:
    """The second question."""
    words = Words(turn, services)
    buttons = [
        Button(words.text("up_to", amount=f"{most} €"), f'/choose_option{{"price":"{most}"}}')
        for most in BUDGETS
    ]
    buttons.append(Button(words.text("no_limit"), '/choose_option{"price":"any"}'))
    talk.say("utter_ask_taste_budget", buttons=buttons)
    talk.remember("asks", {"action": NAME, "step": "budget", "categories": list(categories)})


def _use_button(title: str, shelves: tuple[str, ...]) -> Button:
    return Button(title, f'/choose_option{{"category":{json.dumps(list(shelves))}}}')


def _step(turn: Turn) -> str:
    return str((turn.slots.get("asks") or {}).get("step"))


def _price(turn: Turn) -> Decimal | None:
    named = amount(turn.first("price"))
    if named is None and _step(turn) == "budget" and not turn.is_button:
        found = _NUMBER.search(turn.text)
        named = amount(found.group().replace(",", ".")) if found else None
    return named if named else None


def _note(
    turn: Turn, services: Services, categories: tuple[str, ...], price: Decimal | None
) -> None:
    with services.database.session() as session:
        note_taste(
            session, categories, None if price is None else float(price),
            session_key=turn.visit, customer_id=verified_customer(turn, services),
            message_id=turn.message_id, now=turn.now,
        )  # fmt: skip
