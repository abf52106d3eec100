"""What a pressed button does."""

from dialogue.acts import Act, ActKind
from dialogue.groups import YES_OR_NO, kind_of_wish
from dialogue.message import Message
from dialogue.state import State


def pressed(state: State, message: Message) -> Act:
    """What a button does: it means exactly what stands on it."""
    question, intent = state.question, message.intent
    if intent in YES_OR_NO:
        key = message.first("key")
        kind: ActKind = "confirm" if intent == "affirm" else "refuse"
        if question is None or (key is not None and key != question.key):
            return Act(
                "other", message, "a button of a question that is no longer open", intent="stale"
            )
        return Act(kind, message, "its button was pressed")
    if intent == "choose_option" and question is not None:
        return Act("choose", message, "an option was pressed", choice=message.first("value"))
    if intent == "talk_to_person":
        return Act("person", message, "the button for a person was pressed")
    if intent == "stop":
        return Act("stop", message, "the button was pressed")
    return Act(kind_of_wish(intent), message, "its button was pressed", intent=intent)
