"""A picture that the shopper sent: of their own thing in trouble, or of what they look for."""

from actions.answers import answers
from actions.chat import Chat
from actions.on_tasks import takes_photos
from actions.recommending.offering import offer
from dialogue.acts import Act
from recommender.serving.wishes import Wish


@answers("search_picture")
def search_picture(chat: Chat, act: Act) -> None:
    """Offer what has the looks that the front found in the picture; in a case it is no search."""
    if takes_photos(chat):
        chat.say("utter_trouble_photo_sent")
        return
    looks = tuple(look for look in chat.turn.entities.get("look", ()) if "/" in look)
    wish = Wish(strategy="looks", looks=looks, diversity=0.0, novelty=0.0)
    if not looks or offer(chat, wish, "utter_looks_alike") is None:
        chat.say("utter_no_looks")
        chat.did("refused")
