"""The label of a return once more, by mail to the shopper's own address."""

from typing import Any

from actions.browsing.asked import says
from actions.chat import Chat
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.registry import SlotKind
from dialogue.state import Frame
from shop.returns import send_label_again
from shop.views import ReturnView


def send_label(chat: Chat, returned: ReturnView) -> None:
    """Send it: what was asked for is the shopper's own, and costs nothing."""
    with chat.services.database.session() as session:
        send_label_again(session, customer_of(chat), returned.number, now=chat.turn.now)
    chat.finish(
        "utter_label_sent_again",
        label=returned.label,
        order=returned.order_number,
        items=chat.words.lines(returned.lines),
    )


class LabelSlot(SlotKind):
    """Whether the label of a return is to be sent once more, by any message of the task."""

    name = "label"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """True where the words ask for it."""
        return says("label_again", chat.turn.text) or None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Never asked for: without it the state of the return is told."""
