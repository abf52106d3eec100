"""What the front itself may have to say to a shopper, from the catalogue, with its buttons."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from connectors.people import PERSON_PAYLOAD
from conversations import (
    Button,
    Conversation,
    Delivery,
    FileKind,
    Message,
    Reply,
    post_aside,
)
from kit.button import button_token
from kit.i18n import LANGUAGES, Catalogue, as_language

SHOWN: Final = 80
FILE_TITLES: Final[dict[FileKind, str]] = {
    "picture": "chat.picture",
    "document": "chat.document",
    "voice": "chat.voice",
    "video": "chat.video",
}


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

    def welcome(self, conversation: Conversation) -> Reply:
        """Somebody opened the conversation and said nothing yet."""
        return self._with_person(conversation, "chat.welcome")

    def unreadable(self, conversation: Conversation) -> Reply:
        """What was sent is for eyes or ears: words are needed, or a person."""
        return self._with_person(conversation, "chat.unreadable")

    def file_title(self, conversation: Conversation, kind: FileKind) -> str:
        """What the thread shows for a file that came without words."""
        return self.text(conversation, FILE_TITLES[kind])

    def is_file_title(self, text: str) -> bool:
        """Whether a message says no more than that a file came."""
        titles = FILE_TITLES.values()
        return any(text == self.catalogue.messages[one][key] for one in LANGUAGES for key in titles)

    def note_edit(
        self, session: Session, conversation: Conversation, text: str, now: datetime
    ) -> None:
        """Tell the desk that a message was changed after it had been answered."""
        shown = self.text(conversation, "chat.edited", text=text)
        post_aside(session, conversation.id, shown, now=now)

    def note_dead(self, session: Session, delivery: Delivery, now: datetime) -> None:
        """Tell the desk that the channel did not take a message."""
        for message in delivery.messages:
            self.note_undelivered(session, delivery.conversation, message, now)

    def note_undelivered(
        self, session: Session, conversation: Conversation, message: Message, now: datetime
    ) -> None:
        """Tell the desk that a message did not reach the shopper."""
        text = self.text(conversation, "chat.undelivered", text=message.text[:SHOWN])
        post_aside(session, conversation.id, text, now=now)

    def note_two(self, session: Session, conversation: Conversation, now: datetime) -> None:
        """Tell the desk that the shopper goes on in another conversation of the same channel."""
        post_aside(session, conversation.id, self.text(conversation, "chat.moved"), now=now)

    def person_button(self, conversation: Conversation) -> Button:
        """The button that asks for a person."""
        title = self.text(conversation, "chat.person_button")
        return Button(title, button_token(PERSON_PAYLOAD, title, conversation.id, self.key))

    def signed_in_button(self, conversation: Conversation) -> Button:
        """The button by which a page tells that a guest who was asked for a proof has signed in."""
        title = self.text(conversation, "chat.signed_in")
        return Button(title, button_token("/inform", title, conversation.id, self.key))

    def picture_button(self, conversation: Conversation, looks: Sequence[str] | None) -> Button:
        """The button by which a picture that was sent asks for products like it."""
        title = self.text(conversation, FILE_TITLES["picture"])
        meant = {"look": list(looks or ("none",)), "language": conversation.language}
        payload = f"/search_picture{json.dumps(meant)}"
        return Button(title, button_token(payload, title, conversation.id, self.key))

    def _with_person(self, conversation: Conversation, key: str) -> Reply:
        return Reply(self.text(conversation, key), buttons=(self.person_button(conversation),))
