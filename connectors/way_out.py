"""The way out of every messenger: what is said, as its provider's requests, part by part.

What a person reads first from a machine says that it is one (the law asks for it). The words come
from the front's own catalogue, which no admin edits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import aiohttp

from connectors.base import SendFailed
from connectors.degrading import parts_of
from connectors.messenger import Author, Call, Messenger, Part, Window, part_reference
from conversations import Conversation, Delivery, mark_part_sent
from kit.clock import Clock
from kit.database import Database
from kit.i18n import Catalogue, as_language

DISCLOSURE: Final = {"first": "disclosure.first", "again": "disclosure.again"}


@dataclass(frozen=True)
class WayOut:
    """Sends what is said to one messenger's contacts."""

    messenger: Messenger
    http: aiohttp.ClientSession
    database: Database
    clock: Clock
    catalogue: Catalogue
    shop_name: str
    base: str

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.messenger.name

    async def send(self, delivery: Delivery) -> None:
        """Send the parts that have not left yet, in order; raises SendFailed."""
        contact = delivery.conversation.contact
        if contact is None:
            raise SendFailed("the conversation has no contact", is_final=True)
        author = cast(Author, delivery.message.author)
        path = delivery.conversation.reply_path
        window = Window(author, delivery.heard_at, self.clock.now(), path)
        refusal = self.messenger.may_send(window)
        if refusal is not None:
            raise SendFailed(refusal, is_final=True)
        parts = self.parts(delivery)
        if self.messenger.can.whole:
            call = self.messenger.marked(self.messenger.compose(contact, parts), window)
            await self._send(call, part_reference(delivery.message.id, 0))
            return
        for number, part in enumerate(parts[delivery.parts_sent :], start=delivery.parts_sent):
            call = self.messenger.marked(self.messenger.render(contact, part), window)
            await self._send(call, part_reference(delivery.message.id, number))
            if number + 1 < len(parts):
                await self.database.writes.run(self._note, delivery.id, number + 1)

    def parts(self, delivery: Delivery) -> list[Part]:
        """All parts of a delivery; the same on every try."""
        lead = disclosure(self.catalogue, self.shop_name, delivery)
        can, base = self.messenger.can, self.base
        first = parts_of(delivery.message, can, base, lead)
        return [*first, *(part for _, one in delivery.rest for part in parts_of(one, can, base))]

    async def show_typing(self, conversation: Conversation, message_id: str) -> None:
        """Show that an answer is being written, where the channel can; its failure is nothing."""
        if conversation.contact is None:
            return
        call = self.messenger.typing(conversation.contact, message_id)
        if call is not None:
            await self.messenger.send(self.http, call, "")

    async def _send(self, call: Call, reference: str) -> None:
        try:
            await self.messenger.send(self.http, call, reference)
        except aiohttp.ClientError as error:
            raise SendFailed(type(error).__name__) from error

    def _note(self, delivery_id: int, parts: int) -> None:
        with self.database.session() as session:
            mark_part_sent(session, delivery_id, parts)


def disclosure(catalogue: Catalogue, shop_name: str, delivery: Delivery) -> str:
    """That a machine answers, where the bot begins to speak; else nothing."""
    if delivery.speaks is None:
        return ""
    language = as_language(delivery.conversation.language)
    return catalogue.text(language, DISCLOSURE[delivery.speaks], shop=shop_name)


WaysOut = Mapping[str, WayOut]
