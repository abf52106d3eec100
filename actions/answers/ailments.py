"""What is told of the wearer's health while goods are looked for: nothing of theirs is broken."""

from actions.answers import answers_first
from actions.chat import Chat
from dialogue.acts import Act
from kit.phrases import spoken


def tells_ailment(text: str) -> bool:
    """ "She has bad knees", 他膝盖不好."""
    return spoken("actions", "ailments.told").search(text) is not None


def without_ailments(text: str) -> str:
    """The text without the words that tell of an ailment, for who looks for a fault of goods."""
    while (found := spoken("actions", "ailments.told").search(text)) is not None:
        text = text.replace(found[0], " ")
    return text


@answers_first
def ailment_told(chat: Chat, act: Act) -> bool:
    """The shop's data say nothing of knees: that is said, and what can be looked for instead."""
    state = chat.state
    if chat.turn.is_button or state.frame is not None or not tells_ailment(chat.turn.text):
        return False
    if not (state.search or state.shown.kind == "products") or act.kind in {"ask", "compare"}:
        return False
    chat.say("utter_ailment", buttons=[chat.words.person()])
    chat.did("products_listed")
    return True
