"""Greetings, thanks, small talk, stopping, and words that carry no request of their own."""

from typing import Final

from actions.base import REGISTER, Action
from actions.identity import verified_customer
from actions.recommending.wordings import means_all
from actions.services import Services
from actions.turn import Button, Talk, Turn, order_at_place
from actions.wording import Words
from shop.access import access_customer

RESPONSES: Final = {
    "goodbye": "utter_goodbye",
    "thank": "utter_you_are_welcome",
    "bot_challenge": "utter_i_am_a_bot",
    "small_talk": "utter_small_talk",
    "switch_language": "utter_language",
    "praise": "utter_praise",
}


class Chat(Action):
    """One fitting sentence."""

    name = "action_chat"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Say what belongs to the intent."""
        talk.say(RESPONSES.get(turn.intent, "utter_small_talk"))


class Greet(Action):
    """Hello, by name where that is proved, with what can be done here."""

    name = "action_greet"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Greet and show the most wanted things."""
        words = Words(turn, services)
        customer_id = verified_customer(turn, services)
        customer = None
        if customer_id is not None:
            with services.database.reading() as session:
                customer = access_customer(session, customer_id)
        if customer is not None:
            name = customer.name if turn.language == "zh" else customer.name.split()[0]
            talk.say("utter_greet_by_name", buttons=main_wishes(words), name=name)
        else:
            talk.say("utter_greet", buttons=main_wishes(words))


class Help(Action):
    """What can be done here."""

    name = "action_help"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """List it, with buttons for the most wanted things."""
        words = Words(turn, services)
        talk.say("utter_help", buttons=[*main_wishes(words), words.person()])


def main_wishes(words: Words) -> list[Button]:
    """The things most shoppers come for."""
    return [
        Button(words.text("wish.track_order"), "/track_order"),
        Button(words.text("wish.return_item"), "/return_item"),
        Button(words.text("wish.recommend_products"), "/recommend_products"),
    ]


class NothingOpen(Action):
    """A yes, a no, a stop or a choice when nothing was asked."""

    name = "action_nothing_open"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Take it kindly and show what can be done."""
        if turn.active_form:
            return  # the open question is asked again
        if turn.intent == "affirm" and turn.slots.get("offer") == "person":
            REGISTER["action_talk_to_person"].run(turn, talk, services)
            return
        if turn.intent == "deny" and turn.slots.get("shown_products") and means_all(turn.text):
            REGISTER["action_refuse_offer"].run(turn, talk, services)  # "none of these"
            return
        words = Words(turn, services)
        response = "utter_fine_stopped" if turn.intent in {"stop", "deny"} else "utter_what_next"
        talk.say(response, buttons=main_wishes(words))


class Inform(Action):
    """Bare data when nothing was asked: an order number is about an order, a product about it."""

    name = "action_inform"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Do the likely thing with what was given."""
        if turn.active_form:
            return
        words = Words(turn, services)
        number = turn.first("order_number") or turn.first("code") or order_at_place(turn)
        if number is not None:
            buttons = [
                Button(words.text(f"wish.{wish}"), f'/{wish}{{"order_number":"{number}"}}')
                for wish in ("track_order", "cancel_order", "return_item")
            ]
            talk.say("utter_what_about_order", buttons=buttons, number=number)
            return
        if turn.first("coupon"):
            REGISTER["action_coupon"].run(turn, talk, services)
        elif any(turn.first(name) for name in ("product", "category", "brand", "colour", "price")):
            refines = turn.slots.get("search") and not (
                turn.first("category") or turn.first("product")
            )
            name = "action_refine_search" if refines else "action_search_products"
            REGISTER[name].run(turn, talk, services)
        else:
            talk.say("utter_what_next", buttons=main_wishes(words))


class Choose(Action):
    """ "The second one" when no form asks: the product at that place."""

    name = "action_choose"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Show the product that was chosen."""
        if turn.active_form:
            return
        if not order_at_place(turn) and (turn.slots.get("shown_products") or turn.first("slug")):
            REGISTER["action_product_details"].run(turn, talk, services)
        else:
            REGISTER["action_inform"].run(turn, talk, services)
