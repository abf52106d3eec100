"""Products that look like a picture which the shopper sent."""

from actions.answers import answers
from actions.chat import Chat
from actions.recommending.offering import offer
from dialogue.acts import Act
from recommender.serving.wishes import Wish


@answers("search_picture")
def search_picture(chat: Chat, act: Act) -> None:
    """Offer what has the looks that the front found in the picture."""
    looks = tuple(look for look in chat.turn.entities.get("look", ()) if "/" in look)
    wish = Wish(strategy="looks", looks=looks, diversity=0.0, novelty=0.0)
    if not looks or offer(chat, wish, "utter_looks_alike") is None:
        chat.say("utter_no_looks")
        chat.did("refused")
