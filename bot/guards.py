"""What Rasa does slowly or silently when it calls an action, done fast and audibly.

Rasa 3.6 builds a JSON schema anew for each answer of the action server (32 to 39 ms), sends the
whole domain and history with each call, opens a new connection each time, waits up to 300 s, and
says nothing when the action server is down. Here: a compiled check, the part of the tracker that
actions read, one kept-alive session, 4.5 s at most, and `utter_system_trouble` instead of
silence. While the action server is being started again, the call waits for it.
"""

import asyncio
import logging
from typing import Any, Final

import aiohttp
from rasa.core.actions import action as rasa_action
from rasa.shared.core import events

from kit import deadlines

log = logging.getLogger(__name__)
LIMIT: Final = aiohttp.ClientTimeout(total=deadlines.ACTION_CALL, connect=1.0)
PATIENCE_SECONDS: Final = 3.5
PAUSE_SECONDS: Final = 0.15
# After waiting in vain the next calls do not wait, so that shoppers hear of it at once.
IMPATIENT_SECONDS: Final = 10.0
TROUBLE: Final = "utter_system_trouble"
MOODS: Final = 12


class ActionClient:
    """One session to the action server, opened at the first call."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None
        self._impatient_until = 0.0

    async def call(self, body: dict[str, Any]) -> dict[str, Any]:
        """The action server's answer; raises aiohttp.ClientError, TimeoutError or ValueError.

        A call that found no server, or lost it, is made again for a while: effects of actions
        happen once however often they are called.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        while True:
            try:
                return await self._call_once(body)
            except (aiohttp.ClientConnectionError, ConnectionError):
                waited = clock() - began
                if clock() < self._impatient_until or waited > PATIENCE_SECONDS:
                    self._impatient_until = clock() + IMPATIENT_SECONDS
                    raise
                await asyncio.sleep(PAUSE_SECONDS)

    async def _call_once(self, body: dict[str, Any]) -> dict[str, Any]:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=LIMIT)
        async with self._session.post(self._url, json=body) as response:
            response.raise_for_status()
            answer = await response.json()
        if not (
            isinstance(answer, dict)
            and isinstance(answer.get("events"), list)
            and isinstance(answer.get("responses"), list)
        ):
            raise ValueError("the answer must have the lists events and responses")
        return answer


def install(url: str) -> None:
    """Replace how remote actions are run in this process; `url` is the action server's webhook."""
    client = ActionClient(url)

    async def run(self: Any, output_channel: Any, nlg: Any, tracker: Any, domain: Any) -> list[Any]:
        try:
            answer = await client.call(_call(self.name(), tracker))
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            log.error("action failed", extra={"action": self.name(), "error": type(error).__name__})
            return await _say_trouble(self, output_channel, nlg, tracker)
        uttered = await self._utter_responses(answer["responses"], output_channel, nlg, tracker)
        return [*uttered, *events.deserialise_events(answer["events"])]

    rasa_action.RemoteAction.run = run


def _call(name: str, tracker: Any) -> dict[str, Any]:
    """What our actions read of a tracker: slots, the message, the moods so far, the active loop."""
    latest = tracker.latest_message
    parsed = (latest.parse_data or {}) if latest else {}
    return {
        "next_action": name,
        "sender_id": tracker.sender_id,
        "tracker": {
            "sender_id": tracker.sender_id,
            "slots": tracker.current_slot_values(),
            "latest_message": {
                "text": latest.text if latest else "",
                "intent": latest.intent if latest else {},
                "entities": latest.entities if latest else [],
                "intent_ranking": parsed.get("intent_ranking", []),
                "sentiment": parsed.get("sentiment"),
                "parts": parsed.get("parts", []),
                "metadata": latest.metadata if latest else {},
                "message_id": latest.message_id if latest else None,
            },
            "latest_action_name": tracker.latest_action_name,
            "moods": _moods(tracker.events),
            "events": [],
        },
        "domain": {},
    }


def _moods(said: Any) -> list[dict[str, Any]]:
    """Moods of the shopper's last messages, oldest first; buttons and agents' talks have none."""
    found: list[dict[str, Any]] = []
    for event in reversed(said):
        if isinstance(event, events.UserUttered):
            mood = (event.parse_data or {}).get("sentiment")
            if isinstance(mood, dict):
                found.append(mood)
        if len(found) == MOODS:
            break
    return found[::-1]


async def _say_trouble(self: Any, output_channel: Any, nlg: Any, tracker: Any) -> list[Any]:
    uttered = await self._utter_responses([{"response": TROUBLE}], output_channel, nlg, tracker)
    return list(uttered)
