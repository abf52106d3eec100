"""What shopper and agent said while a person was in charge, put into the assistant's memory.

The words become events of the tracker before the next turn: the assistant's memory then holds the
whole conversation. They stand between two turns, so no policy predicts anything from them; slots,
language and the order that was spoken of stay as they were.
"""

from collections.abc import Mapping
from typing import Any, Final

from rasa.shared.core.events import BotUttered, UserUttered

MARK: Final = "meanwhile"


async def note_meanwhile(agent: Any, sender: str, said: object) -> None:
    """Remember what was said; the same words again change nothing.

    Whoever calls it holds the conversation's lock.
    """
    if not isinstance(said, list) or not said:
        return
    tracker = await agent.tracker_store.get_or_create_tracker(sender)
    marks = [event.metadata.get(MARK) for event in tracker.events if event.metadata]
    # A message that came with such words has them all, as a list, under the same name.
    known = {mark for mark in marks if not isinstance(mark, list)}
    new = [item for item in said if isinstance(item, dict) and item.get("id") not in known]
    for item in new:
        tracker.update(as_event(item), agent.domain)
    if new:
        await agent.tracker_store.save(tracker)


def as_event(item: Mapping[str, Any]) -> Any:
    """A shopper's or an agent's words as an event of the tracker."""
    text, metadata = str(item.get("text") or ""), {MARK: item.get("id")}
    if item.get("author") == "shopper":
        return UserUttered(text, metadata=metadata)
    return BotUttered(text, {}, metadata={**metadata, "author": "agent"})
