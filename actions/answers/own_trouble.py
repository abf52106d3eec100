"""Something is told of what one has bought, and not what shall be done: the ways are offered.

"The boots rub my heels raw" searches for no boots.
"""

from typing import Final

from actions.answers import answers_first
from actions.browsing.asked import says
from actions.chat import Chat
from actions.tasks.engine import start
from actions.tasks.order_slots import mentions_line, naming_own
from actions.turn import Button
from dialogue.acts import Act
from dialogue.polarity import read_polarity
from kit.i18n import local_day
from kit.phrases import spoken
from shop.views import LineView, OrderView

WAYS: Final = ("return_item", "exchange_item", "report_damaged_item")
# What is one's own, or was got: the fleece, my boots, I ordered it in grey.
_OWN: Final = spoken("answers", "own_trouble.own")
_TOLD: Final = frozenset({"report", "other", "feeling"})


def own_trouble_heard(chat: Chat, act: Act) -> bool:
    """Whether a shopper told of goods of their own that have arrived; what can be done is asked."""
    turn, state = chat.turn, chat.state
    if act.kind not in _TOLD or turn.is_button:
        return False
    busy = state.frame is not None or state.question is not None or state.person_wanted
    if busy or state.shown.kind == "products" or not _OWN.search(turn.text):
        return False
    if read_polarity(turn.text, turn.language).is_question and not _TELLS.search(turn.text):
        return False
    if says("again", turn.text) or says("of_others", turn.text):
        return False
    buttons = [Button(chat.words.wish(one), f"/{one}") for one in WAYS]
    if chat.signed_in is None and act.kind == "report" and turn.first("category"):
        chat.say("utter_trouble_of_guest", buttons=buttons)
        chat.did("apology", "report_damaged_item")
        return True
    found = _own_line(chat)
    if found is None:
        return act.kind == "report" and _told_of_late(chat)
    order, line = found
    state.focus.order, state.focus.kind = order.number, "order"
    state.focus.product = state.notes["bought"] = line.slug
    chat.say("utter_own_trouble", buttons=buttons, product=line.name(turn.language))
    chat.did("apology", "report_damaged_item", order.number)
    return True


@answers_first
def trouble_reported(chat: Chat, act: Act) -> bool:
    """A report of what no intent was found for searches for no goods."""
    is_report = act.kind == "report" and act.intent in {"", "nlu_fallback"}
    return is_report and own_trouble_heard(chat, act)


# What tells before it asks: "It itches. What can you do for me?", "they rub, what now"
_TELLS: Final = spoken("answers", "own_trouble.tells")


def _told_of_late(chat: Chat) -> bool:
    """ "You lost my tent": of goods that should have come by now it is told where they are."""
    today = local_day(chat.turn.now)
    late = [one for one in naming_own(chat) if one.days_late(today) > 0]
    if len(late) != 1:
        return False
    chat.state.focus.order, chat.state.focus.kind = late[0].number, "order"
    start(chat, chat.services.tasks["order_status"], "report_late_order")
    return True


def _own_line(chat: Chat) -> tuple[OrderView, LineView] | None:
    """The one thing of a delivered order that is named."""
    for order in naming_own(chat):
        lines = mentions_line(chat, order.lines) if order.state == "delivered" else []
        if len(lines) == 1:
            return order, lines[0]
    return None
