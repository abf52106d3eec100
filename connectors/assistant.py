"""The client of the assistant (Rasa): one call a message, with a timeout and a circuit breaker.

A repeated message id is safe: the assistant gives the same replies again and does nothing twice.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from conversations import Reply, reply_from_json
from kit import deadlines
from kit.i18n import LANGUAGES
from kit.signing import process_secret

log = logging.getLogger(__name__)

FAILURES_TO_OPEN: Final = 4
OPEN_SECONDS: Final = 5.0
SERVE_SECONDS: Final = 120.0  # a model is loaded beside the one that serves


class AssistantUnavailable(RuntimeError):
    """No answer for a reason that passes: not reachable, too slow, overloaded, breaker open."""


class AssistantFailed(RuntimeError):
    """The assistant answered this message with an error; others may well go through."""


@dataclass(frozen=True)
class Answer:
    """What the assistant said to one message; `is_trouble` when what it should do failed."""

    replies: tuple[Reply, ...]
    language: str | None
    intent: str | None
    confidence: float | None
    is_handover: bool
    active_form: str | None = None
    is_trouble: bool = False


@dataclass(frozen=True)
class Thought:
    """What the assistant thought at one message: intents with their probability, entities, acts
    (kind, intent, why), what it did, the task in hand, what it asks, which responses it said."""

    message_id: str
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[tuple[str, str], ...]
    acts: tuple[tuple[str, str, str], ...]
    did: str
    task: str
    asks: str
    responses: tuple[str, ...]
    seconds: float


class CircuitBreaker:
    """Stops calling a part that is down; lets one call through every `seconds` to look."""

    def __init__(
        self,
        failures: int = FAILURES_TO_OPEN,
        seconds: float = OPEN_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._seconds = seconds
        self._monotonic = monotonic
        self._failures = 0
        self._retry_at = 0.0

    @property
    def is_closed(self) -> bool:
        """Whether calls go through as usual."""
        return self._failures < self._most

    def admits(self) -> bool:
        """Whether a call may be made now; an open breaker admits one call per period."""
        if self.is_closed:
            return True
        now = self._monotonic()
        if now < self._retry_at:
            return False
        self._retry_at = now + self._seconds
        return True

    def succeeded(self) -> None:
        """The part answered."""
        self._failures = 0

    def failed(self) -> None:
        """The part did not answer."""
        self._failures += 1
        if self._failures >= self._most:
            self._retry_at = self._monotonic() + self._seconds


class CannotServe(RuntimeError):
    """A model that the assistant could not load; the one before goes on serving."""


class Assistant:
    """Calls the assistant's input channel on loopback."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        key: bytes,
        *,
        timeout: float = deadlines.ASSISTANT,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._session = session
        self._url = f"{url}/webhooks/concierge/webhook"
        self._thoughts_url = f"{url}/webhooks/concierge/thoughts"
        self._serve_url = f"{url}/webhooks/concierge/serve"
        self._headers = {"Authorization": f"Bearer {process_secret(key, 'rasa-channel')}"}
        self._seconds = timeout
        self.breaker = breaker or CircuitBreaker()

    @property
    def is_up(self) -> bool:
        """Whether the last calls were answered."""
        return self.breaker.is_closed

    async def ask(
        self,
        *,
        sender: str,
        text: str,
        message_id: str,
        metadata: Mapping[str, Any],
        seconds: float = deadlines.ASSISTANT,
    ) -> Answer:
        """The answer to one message; raises AssistantUnavailable or AssistantFailed.

        Waits for `seconds` at most, or for the assistant's own limit where that is shorter.
        """
        if not self.breaker.admits():
            raise AssistantUnavailable("the circuit breaker is open")
        body = {
            "sender": sender,
            "text": text,
            "message_id": message_id,
            "metadata": dict(metadata),
        }
        try:
            status, raw = await self._post(self._url, body, min(seconds, self._seconds))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.breaker.failed()
            raise AssistantUnavailable(type(error).__name__) from error
        if status in (502, 503, 504, 429):
            self.breaker.failed()
            raise AssistantUnavailable(f"status {status}")
        self.breaker.succeeded()
        if status != 200:
            raise AssistantFailed(f"status {status}")
        return _answer(raw)

    async def thoughts(self, sender: str) -> tuple[Thought, ...]:
        """What it thought at each message of a conversation; raises AssistantUnavailable."""
        try:
            status, raw = await self._post(self._thoughts_url, {"sender": sender}, self._seconds)
            if status != 200:
                raise AssistantUnavailable(f"status {status}")
            return tuple(_thought(one) for one in json.loads(raw)["turns"])
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError) as error:
            raise AssistantUnavailable(type(error).__name__) from error

    async def serve(self, model: str) -> None:
        """Have a candidate or an earlier model serve from now on, by its file's name.

        Raises CannotServe where it cannot be loaded, AssistantUnavailable where nobody answers.
        """
        try:
            status, raw = await self._post(self._serve_url, {"model": model}, SERVE_SECONDS)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AssistantUnavailable(type(error).__name__) from error
        if status == 422:
            raise CannotServe(str(json.loads(raw)["error"]))
        if status != 200:
            raise AssistantUnavailable(f"status {status}")

    async def _post(self, url: str, body: Mapping[str, Any], seconds: float) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=seconds, connect=2.0)
        async with self._session.post(
            url, json=body, headers=self._headers, timeout=timeout
        ) as response:
            return response.status, await response.read()


def _thought(body: Mapping[str, Any]) -> Thought:
    return Thought(
        message_id=str(body["message_id"]),
        ranking=tuple((one["intent"], one["confidence"]) for one in body["ranking"]),
        entities=tuple((one["name"], one["value"]) for one in body["entities"]),
        acts=tuple((one["act"], one["intent"], one["why"]) for one in body["acts"]),
        did=body["did"],
        task=body["task"],
        asks=body["asks"],
        responses=tuple(body["responses"]),
        seconds=body["seconds"],
    )


def _answer(raw: bytes) -> Answer:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise AssistantFailed("the answer is not JSON") from error
    if not isinstance(body, dict) or not isinstance(body.get("replies"), list):
        raise AssistantFailed("the answer has no replies")
    intent = body.get("intent") if isinstance(body.get("intent"), dict) else {}
    assert isinstance(intent, dict)
    confidence = intent.get("confidence")
    return Answer(
        replies=tuple(reply_from_json(item) for item in body["replies"] if isinstance(item, dict)),
        language=body.get("language") if body.get("language") in LANGUAGES else None,
        intent=str(intent["name"])[:80] if intent.get("name") else None,
        confidence=float(confidence) if isinstance(confidence, int | float) else None,
        is_handover=bool(body.get("handover")),
        active_form=str(body["active_form"]) if body.get("active_form") else None,
        is_trouble=bool(body.get("trouble")),
    )
