"""Why this? The reason that the model gave when it chose, not one made up afterwards."""

from actions.base import Action
from actions.products.meaning import product_meant
from actions.recommending.kept import kept
from actions.services import Services
from actions.turn import Talk, Turn
from recommender.serving.told import tell_why
from shop.catalogue import get_products


class Why(Action):
    """Why was this recommended?"""

    name = "action_why"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """The reason of the product that is meant; of all that were shown when none is."""
        held = kept(turn)
        with services.database.reading() as session:
            meant = product_meant(turn, session)
            if held is None:
                talk.say("utter_why_nothing" if meant is None else "utter_why_asked")
                return
            products = [meant] if meant is not None else []
            if meant is None:
                products = get_products(session, list(held.reasons), now=turn.now)
            rows = [
                tell_why(
                    session,
                    held.reasons[one.product_id],
                    one.name(turn.language),
                    turn.language,
                    services.reasons,
                    now=turn.now,
                )
                for one in products
                if one.product_id in held.reasons
            ]
        if rows:
            talk.say("utter_why", rows="\n".join(rows))
        else:
            talk.say("utter_why_asked")
