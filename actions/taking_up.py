"""A task taken up again after its effect: with what is corrected, changed back or added."""

import re
from typing import Final

from actions.browsing.asked import says
from actions.chat import Chat
from actions.tasks.engine import go_on, take, values_of
from dialogue.state import Frame

# "Hm, actually navy was better, change back": said of the effect just carried out.
_BACK: Final = re.compile(
    r"\b(?:actually|instead|rather|change (?:it )?back|better)\b|还是|换回|改回", re.IGNORECASE
)


def reopen(chat: Chat) -> bool:
    """A correction after the effect: the task is taken up again with what was known."""
    done = chat.state.done[-1] if chat.state.done else None
    if done is None or done.turn < chat.state.turn - 2:
        return False
    frame = Frame(done.task, dict(done.slots), intent=done.task)
    values = values_of(chat, frame)
    if not values.new:
        return False
    chat.state.frame = frame
    take(chat, values.new)
    go_on(chat)
    return True


def changed_back(chat: Chat) -> bool:
    """Whether words want what was just done otherwise, and it was taken up again."""
    return _BACK.search(chat.turn.text) is not None and reopen(chat)


def on_the_invoice(chat: Chat) -> bool:
    """Another address or a name for the invoice that was just sent."""
    last, turn = chat.state.last, chat.turn
    if last.did != "effect_done" or last.intent != "request_invoice":
        return False
    if not (turn.first("email") or says("invoice_title", turn.text)):
        return False
    task = chat.services.task_of_intent["request_invoice"]
    chat.state.frame = Frame(task.name, intent="request_invoice")
    values = {"title": turn.text, "order": last.subject}
    take(chat, values)
    go_on(chat)
    return True
