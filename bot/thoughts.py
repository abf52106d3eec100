"""What the assistant thought at each message of a conversation, read from its events."""

from collections.abc import Iterable
from typing import Any, Final

from rasa.shared.core.events import BotUttered, SlotSet, UserUttered

STATE: Final = "dialogue"  # the slot that keeps the dialogue's state
RANKED: Final = 3


def thoughts_of(events: Iterable[Any]) -> list[dict[str, Any]]:
    """One for each message: what was understood, which acts with why, what was done, how long.

    `seconds` is the time from the message to the last reply.
    """
    found: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, UserUttered):
            found.append(_understood(event))
        elif not found:
            continue
        elif isinstance(event, SlotSet) and event.key == STATE and isinstance(event.value, dict):
            found[-1] |= _decided(event.value)
        elif isinstance(event, BotUttered):
            found[-1]["seconds"] = max(0.0, event.timestamp - found[-1]["at"])
            name = (event.metadata or {}).get("utter_action")
            if name:
                found[-1]["responses"].append(name)
    return found


def _understood(event: UserUttered) -> dict[str, Any]:
    parsed = event.parse_data or {}
    return {
        "message_id": event.message_id,
        "at": event.timestamp,
        "ranking": [
            {"intent": one.get("name"), "confidence": float(one.get("confidence") or 0.0)}
            for one in (parsed.get("intent_ranking") or [parsed.get("intent") or {}])[:RANKED]
            if one.get("name")
        ],
        "entities": [
            {"name": one.get("entity"), "value": str(one.get("value"))}
            for one in parsed.get("entities") or ()
            if one.get("entity")
        ],
        "acts": [],
        "did": "",
        "task": "",
        "asks": "",
        "responses": [],
        "seconds": 0.0,
    }


def _decided(state: dict[str, Any]) -> dict[str, Any]:
    question = state.get("question") or {}
    return {
        "acts": [
            {"act": kind, "intent": intent, "why": why}
            for kind, intent, why in (state.get("notes") or {}).get("thought") or ()
        ],
        "did": (state.get("last") or {}).get("did") or "",
        "task": (state.get("frame") or {}).get("task") or "",
        "asks": question.get("slot") or "",
    }
