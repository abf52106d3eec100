"""A shopper's conversation through the chat API of a running system."""

import json
import urllib.request
import uuid
from typing import Any, Final

from conversations import as_lines, cards_from_json
from research.benchmarks.service.reading import Heard, heard_from

TIMEOUT_SECONDS: Final = 30.0


class ApiTalk:
    """A conversation at `url`, in a language. Raises OSError when the front does not answer."""

    def __init__(self, url: str, language: str) -> None:
        self._api = f"{url.rstrip('/')}/chat/api/conversations"
        opened = _post(self._api, {"language": language}, {})
        self._messages = f"{self._api}/{opened['conversation_id']}/messages"
        self._token = str(opened["token"])

    def say(self, text: str) -> Heard:
        """Send it and wait for the replies."""
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        turn = _post(self._messages, body, {"Authorization": f"Bearer {self._token}"})
        replies = turn.get("replies") or ()
        asking: dict[str, Any] = next((one for one in reversed(replies) if one.get("asks")), {})
        shown = [as_lines(card) for one in replies for card in cards_from_json(one.get("cards"))]
        cards = [f"- {' · '.join(lines)}" for lines in shown if lines]
        texts = [str(one.get("text") or "") for one in replies] + cards
        return heard_from(
            texts,
            asking.get("asks") or {},
            question=str(asking.get("text") or ""),
            by_person=turn.get("handled_by") == "agent",
        )


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        method="POST",
        headers={"Content-Type": "application/json", **headers},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
        found: dict[str, Any] = json.loads(response.read())
    return found
