"""The only way into the assistant: the front's call on loopback.

A shared secret opens it; a repeated message id gets the first replies again; a text that begins
with a slash is made harmless; buttons are signed going out and verified coming in.
"""

import asyncio
import hmac
import logging
import re
import unicodedata
from collections.abc import Awaitable, Callable
from typing import Any, Final

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.shared.core.events import BotUttered, UserUttered
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.guards import TROUBLE
from bot.meanwhile import note_meanwhile
from bot.swap import CannotLoad, Swap
from bot.thoughts import thoughts_of
from bot.tracker_store import held
from kit import deadlines
from kit.button import button_token, is_button, read_button
from kit.i18n import as_language
from kit.settings import Settings, load_settings
from kit.signing import BadSignature, process_secret

log = logging.getLogger(__name__)
LONGEST_TEXT: Final = 10_000
_INVISIBLE: Final = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_SLASHES: Final = "/\uff0f\u2044\u2215\u29f8"


def harmless(text: str) -> str:
    """`text` without control characters and without slashes at its beginning.

    Rasa takes a text that begins with a slash for an intent; look-alikes and invisible characters
    before it are taken off too.
    """
    clean = "".join(
        character if character in "\n\t" or unicodedata.category(character) != "Cc" else " "
        for character in unicodedata.normalize("NFC", text)
    )
    start = 0
    while start < len(clean) and (
        clean[start] in _SLASHES or unicodedata.category(clean[start]) in _INVISIBLE
    ):
        start += 1
    return clean[start:].rstrip()


class ConciergeInput(InputChannel):  # type: ignore[misc]
    """Rasa's input channel for the front."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.secret_key
        self._secret = f"Bearer {process_secret(settings.secret_key, 'rasa-channel')}"
        self._swap = Swap(settings)

    @classmethod
    def name(cls) -> str:
        """The channel's place under /webhooks."""
        return "concierge"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "ConciergeInput":
        """The secret is derived from the installation's key, not from credentials.yml."""
        return cls(load_settings())

    def blueprint(self, _on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """GET / says that the assistant is there; POST /webhook answers one message."""
        blueprint = Blueprint("concierge_webhook")

        @blueprint.route("/", methods=["GET"])  # type: ignore[untyped-decorator]
        async def health(_request: Request) -> HTTPResponse:
            return json_response({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])  # type: ignore[untyped-decorator]
        async def receive(request: Request) -> HTTPResponse:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                return json_response({"error": "unauthorized"}, status=401)
            body = request.json
            problem = _problem(body)
            if problem:
                return json_response({"error": "invalid", "field": problem}, status=400)
            agent = request.app.ctx.agent
            if agent is None or not agent.is_ready():
                return json_response({"error": "not_ready"}, status=503)
            try:
                answer = await asyncio.wait_for(self.answer(agent, body), deadlines.TURN)
            except TimeoutError:
                log.error("turn took too long", extra={"conversation": body["sender"]})
                return json_response({"error": "timeout"}, status=504)
            return json_response(answer)

        @blueprint.route("/thoughts", methods=["POST"])  # type: ignore[untyped-decorator]
        async def think_aloud(request: Request) -> HTTPResponse:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                return json_response({"error": "unauthorized"}, status=401)
            sender = (request.json or {}).get("sender")
            agent = request.app.ctx.agent
            if not isinstance(sender, str) or not _ID.fullmatch(sender):
                return json_response({"error": "invalid", "field": "sender"}, status=400)
            if agent is None or not agent.is_ready():
                return json_response({"error": "not_ready"}, status=503)
            tracker = await agent.tracker_store.retrieve(sender)
            return json_response({"turns": thoughts_of(tracker.events if tracker else ())})

        @blueprint.route("/serve", methods=["POST"])  # type: ignore[untyped-decorator]
        async def serve(request: Request) -> HTTPResponse:
            given = request.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                return json_response({"error": "unauthorized"}, status=401)
            wanted = (request.json or {}).get("model")
            if not isinstance(wanted, str) or not _ARCHIVE.fullmatch(wanted):
                return json_response({"error": "invalid", "field": "model"}, status=400)
            try:
                loaded = await self._swap.to(request.app.ctx.loaded, wanted)
            except CannotLoad as error:
                return json_response({"error": str(error)}, status=422)
            request.app.ctx.loaded = loaded
            return json_response({"model": loaded.model.name})

        return blueprint

    async def answer(self, agent: Any, body: dict[str, Any]) -> dict[str, Any]:
        """One turn, alone in its conversation; what it said, again for a repeated message id."""
        sender, message_id = body["sender"], body["message_id"]
        async with agent.lock_store.lock(sender):
            with held(sender):
                return await self._turn(agent, sender, message_id, body)

    async def _turn(
        self, agent: Any, sender: str, message_id: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        metadata = body.get("metadata") or {}
        tracker = await agent.tracker_store.retrieve(sender)
        replies = None if tracker is None else self._repeated(tracker, message_id)
        if replies is None:
            await note_meanwhile(agent, sender, metadata.get("meanwhile"))
            collector = CollectingOutputChannel()
            message = UserMessage(
                self._meaning(body["text"], sender),
                collector,
                sender,
                input_channel=self.name(),
                message_id=message_id,
                metadata=metadata,
            )
            # Not by the agent, who would ask for the lock that is held here.
            await agent.processor.handle_message(message)
            replies = [self._reply(raw, sender) for raw in collector.messages]
            tracker = await agent.tracker_store.retrieve(sender)
        latest = tracker.latest_message if tracker else None
        return {
            "replies": merged(replies),
            "language": as_language(tracker.get_slot("language") if tracker else None),
            "intent": (latest.intent if latest else None) or {},
            "active_form": task_in_hand(tracker.get_slot("dialogue") if tracker else None),
            "trouble": tracker is not None and was_in_trouble(tracker, message_id),
        }

    def _meaning(self, text: str, sender: str) -> str:
        """What Rasa is told: the payload behind a button of this conversation, or harmless text."""
        if is_button(text):
            try:
                return read_button(text, sender, self._key).payload
            except BadSignature:
                log.warning("button refused", extra={"conversation": sender})
        return harmless(text)

    def _repeated(self, tracker: Any, message_id: str) -> list[dict[str, Any]] | None:
        """The replies to a message that was handled before; None when it is new."""
        found: list[dict[str, Any]] | None = None
        for event in tracker.events:
            if isinstance(event, UserUttered):
                if found is not None:
                    break
                if event.message_id == message_id:
                    found = []
            elif isinstance(event, BotUttered) and found is not None:
                raw = {"text": event.text, **{k: v for k, v in event.data.items() if v}}
                found.append(self._reply(raw, tracker.sender_id))
        return found

    def _reply(self, raw: dict[str, Any], sender: str) -> dict[str, Any]:
        reply = {name: raw[name] for name in ("text", "image") if raw.get(name)}
        custom = raw.get("custom") or {}
        reply["cards"] = [
            {**card, "buttons": self._signed(card.get("buttons"), sender)}
            for card in custom.get("cards") or ()
        ]
        reply["buttons"] = self._signed(raw.get("buttons"), sender)
        if custom.get("asks"):
            reply["asks"] = custom["asks"]
        return reply

    def _signed(self, buttons: Any, sender: str) -> list[dict[str, str]]:
        return [
            {
                "title": button["title"],
                "payload": button_token(button["payload"], button["title"], sender, self._key),
            }
            for button in buttons or ()
        ]


def task_in_hand(state: Any) -> str | None:
    """The task that the dialogue's state says is open; None where none is."""
    frame = state.get("frame") if isinstance(state, dict) else None
    return str(frame["task"]) if isinstance(frame, dict) and frame.get("task") else None


def was_in_trouble(tracker: Any, message_id: str) -> bool:
    """Whether an action failed in the turn of this message; the wish behind it was not heard."""
    is_turn = False
    for event in tracker.events:
        if isinstance(event, UserUttered):
            is_turn = event.message_id == message_id
        is_apology = isinstance(event, BotUttered) and event.metadata.get("utter_action") == TROUBLE
        if is_turn and is_apology:
            return True
    return False


def merged(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rasa sends text, cards and buttons of one utterance apart; put neighbours together again."""
    found: list[dict[str, Any]] = []
    for reply in replies:
        if found and not reply.get("text") and not reply.get("image"):
            found[-1]["cards"] = found[-1]["cards"] + reply["cards"]
            found[-1]["buttons"] = found[-1]["buttons"] + reply["buttons"]
            if reply.get("asks"):
                found[-1]["asks"] = reply["asks"]
        else:
            found.append(dict(reply))
    return found


_ID: Final = re.compile(r"[\w.:-]{1,128}")
_ARCHIVE: Final = re.compile(r"[\w-]{1,100}\.tar\.gz")


def _problem(body: Any) -> str | None:
    """The field that is wrong, if one is."""
    if not isinstance(body, dict):
        return "body"
    for name in ("sender", "message_id"):
        if not isinstance(body.get(name), str) or not _ID.fullmatch(body[name]):
            return name
    if not isinstance(body.get("text"), str) or len(body["text"]) > LONGEST_TEXT:
        return "text"
    if not isinstance(body.get("metadata") or {}, dict):
        return "metadata"
    return None
