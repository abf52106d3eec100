"""What the inbox's worker asks of messengers: show that we write, fetch what came with a message.

A picture becomes a question for products like it, as in the web chat; a colleague who is answering
gets it to see. What is neither words nor picture needs a person.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field, replace
from typing import Final

import aiohttp

from connectors.base import SendFailed
from connectors.messenger import LARGEST_FILE
from connectors.notices import Notices
from connectors.way_out import WayOut, WaysOut
from conversations import File, Reply, Work, complete, show_image
from desk.tickets import FileTooLarge, WrongType, keep_file
from kit.clock import Clock
from kit.database import Database
from kit.i18n import as_language, length
from kit.languages import facts
from recommender.models.pictures import BadPicture
from recommender.serving.looks import looks_like
from recommender.serving.models import Models

log = logging.getLogger(__name__)

FETCH_SECONDS: Final = 15.0
FETCHES: Final = 4  # tries of one file before words must do
TYPING_SECONDS: Final = 5.0
# "Do you have this in black?" is about the picture; from here on words have a matter of their own.
MATTER: Final = {"words": 12, "signs": 24}


@dataclass(frozen=True)
class Outside:
    """The open messengers, as the worker needs them."""

    database: Database
    clock: Clock
    ways_out: WaysOut
    models: Models
    notices: Notices
    _showing: set[asyncio.Task[None]] = field(default_factory=set)

    def show_typing(self, work: Work) -> None:
        """Show the contact that an answer is being written, aside; a failure is nothing."""
        way = self.ways_out.get(work.conversation.channel)
        if way is not None:
            showing = asyncio.create_task(self._show_typing(way, work))
            self._showing.add(showing)
            showing.add_done_callback(self._showing.discard)

    async def _show_typing(self, way: WayOut, work: Work) -> None:
        try:
            async with asyncio.timeout(TYPING_SECONDS):
                await way.show_typing(work.conversation, work.message.client_message_id or "")
        except (SendFailed, aiohttp.ClientError, TimeoutError, OSError):
            log.info("typing could not be shown", extra={"channel": way.name})

    async def read(self, work: Work, worker: str) -> Work | None:
        """The message as the assistant gets it; None when it is dealt with already.

        Raises SendFailed while a file cannot be fetched and may be on a later try.
        """
        file = work.files[0]
        raw = await self._fetched(work, file)
        if work.conversation.handled_by == "agent":
            await self.database.writes.run(self._keep, work, worker, file, raw)
            return None
        if raw is not None and file.kind == "picture" and not self._says_what_it_is_about(work):
            with contextlib.suppress(BadPicture):
                looks = await asyncio.to_thread(looks_like, self.models, raw)
                button = self.notices.picture_button(work.conversation, looks)
                return replace(work, text=button.payload)
        if self._has_words(work):
            return work
        await self.database.writes.run(self._ask_for_words, work, worker)
        return None

    def _says_what_it_is_about(self, work: Work) -> bool:
        """Whether the words beside a picture are the matter, as in a complaint, and no caption."""
        if not self._has_words(work):
            return False
        language = as_language(work.conversation.language)
        measure = "words" if facts(language).measured_in == "words" else "signs"
        return length(work.message.text, language) >= MATTER[measure]

    def _has_words(self, work: Work) -> bool:
        return not self.notices.is_file_title(work.message.text)

    async def _fetched(self, work: Work, file: File) -> bytes | None:
        """The file's bytes; None where they cannot be had or would be of no use."""
        way = self.ways_out.get(work.conversation.channel)
        is_useful = file.kind == "picture" or work.conversation.handled_by == "agent"
        if way is None or not is_useful or file.size > LARGEST_FILE:
            return None
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return await self._fetch(way, file)
        except (SendFailed, TimeoutError, OSError) as error:
            is_final = isinstance(error, SendFailed) and error.is_final
            if is_final or work.attempts >= FETCHES:
                return None
            raise SendFailed(type(error).__name__) from error

    async def _fetch(self, way: WayOut, file: File) -> bytes:
        try:
            return await way.messenger.fetch(way.http, file)
        except aiohttp.ClientError as error:
            raise SendFailed(type(error).__name__) from error

    def _keep(self, work: Work, worker: str, file: File, raw: bytes | None) -> None:
        """Put the file beside the message for the colleague who is answering."""
        now, place = self.clock.now(), work.conversation.id
        with self.database.session() as session:
            complete(session, work.message.id, [], worker=worker, now=now)
            if raw is None:
                return
            try:
                kept = keep_file(session, place, file.kind, raw, now=now)
            except (FileTooLarge, WrongType):
                return
            if kept.is_picture:
                show_image(session, work.message.id, kept.address)

    def _ask_for_words(self, work: Work, worker: str) -> None:
        reply: Reply = self.notices.unreadable(work.conversation)
        with self.database.session() as session:
            complete(session, work.message.id, [reply], worker=worker, now=self.clock.now())
