"""What was said while a person was in charge, in the assistant's memory."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from types import SimpleNamespace
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.meanwhile import MARK, note_meanwhile

SAID = [
    {"id": 7, "author": "shopper", "text": "It broke."},
    {"id": 8, "author": "agent", "text": "A new one is on its way."},
]


class Memory:
    """A tracker store of one conversation, with a lock that is always free."""

    def __init__(self) -> None:
        self.tracker = DialogueStateTracker.from_events("one", [])
        self.saved = 0
        self.agent = SimpleNamespace(tracker_store=self, lock_store=self, domain=Domain.empty())

    def lock(self, _sender: str) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def get_or_create_tracker(self, _sender: str) -> DialogueStateTracker:
        return self.tracker

    async def save(self, _tracker: DialogueStateTracker) -> None:
        self.saved += 1

    def note(self, said: Any) -> list[str]:
        asyncio.run(note_meanwhile(self.agent, "one", said))
        return [event.text for event in self.tracker.events if hasattr(event, "text")]


def test_words_are_remembered_once_and_in_order() -> None:
    memory = Memory()
    assert memory.note(SAID) == ["It broke.", "A new one is on its way."]
    assert memory.note(SAID) == ["It broke.", "A new one is on its way."]
    assert memory.saved == 1


def test_a_message_that_brought_the_words_does_not_break_the_next_one() -> None:
    memory = Memory()
    memory.note(SAID)
    memory.tracker.update(UserUttered("And delivery?", metadata={MARK: SAID}), Domain.empty())
    more = [*SAID, {"id": 9, "author": "shopper", "text": "Thanks."}]
    assert memory.note(more)[-2:] == ["And delivery?", "Thanks."]


def test_nothing_said_touches_nothing() -> None:
    memory = Memory()
    for said in (None, [], "words", [3]):
        memory.note(said)
    assert memory.saved == 0
