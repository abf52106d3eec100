"""Products that look like a picture which the shopper sent."""

from actions.base import Action
from actions.recommending.offering import offer
from actions.services import Services
from actions.turn import Talk, Turn
from recommender.serving.wishes import Wish


class SearchPicture(Action):
    """What looks like this?"""

    name = "action_search_picture"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Offer what has the looks that the front found in the picture."""
        looks = tuple(look for look in turn.entities.get("look", ()) if "/" in look)
        wish = Wish(strategy="looks", looks=looks, diversity=0.0, novelty=0.0)
        if not looks or offer(turn, talk, services, wish, "utter_looks_alike") is None:
            talk.say("utter_no_looks")
