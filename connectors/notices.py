"""What the front itself may have to say to a shopper, from the catalogue, with its buttons."""

from dataclasses import dataclass

from connectors.people import PERSON_PAYLOAD
from conversations import Button, Conversation, Reply
from kit.button import button_token
from kit.i18n import Catalogue, as_language


@dataclass(frozen=True)
class Notices:
    """Makes the front's own replies in the conversation's language."""

    catalogue: Catalogue
    key: bytes

    def text(self, conversation: Conversation, key: str, **values: object) -> str:
        """A message of the catalogue in the conversation's language."""
        return self.catalogue.text(as_language(conversation.language), key, **values)

    def delayed(self, conversation: Conversation) -> Reply:
        """The assistant is slow or down: the message is safe, the answer comes, or a person."""
        return self._with_person(conversation, "chat.delayed")

    def failed(self, conversation: Conversation) -> Reply:
        """This one message could not be answered."""
        return self._with_person(conversation, "chat.failed")

    def person_called(self, conversation: Conversation) -> Reply:
        """A person will read on."""
        return Reply(self.text(conversation, "chat.person_called"))

    def person_button(self, conversation: Conversation) -> Button:
        """The button that asks for a person."""
        title = self.text(conversation, "chat.person_button")
        return Button(title, button_token(PERSON_PAYLOAD, title, conversation.id, self.key))

    def _with_person(self, conversation: Conversation, key: str) -> Reply:
        return Reply(self.text(conversation, key), buttons=(self.person_button(conversation),))
