"""A small client of the chat API, used by `chat`, `check` and the benchmarks."""

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any, Final

from kit.i18n import DEFAULT_LANGUAGE

TIMEOUT_SECONDS: Final = 20.0


class ChatError(RuntimeError):
    """The front could not be reached or refused; the message says which."""


@dataclass(frozen=True)
class Reply:
    """One reply as the chat API gives it; `asks` says what it asks for, where it asks."""

    text: str
    buttons: tuple[tuple[str, str], ...]
    cards: tuple[dict[str, Any], ...]
    asks: dict[str, Any] | None = None


@dataclass(frozen=True)
class Turn:
    """The replies to one message and who gave them."""

    replies: tuple[Reply, ...]
    handled_by: str

    @property
    def text(self) -> str:
        """All texts of the turn, a line each."""
        return "\n".join(reply.text for reply in self.replies if reply.text)


class ChatClient:
    """One conversation with a running system at `url`; a signed `identity` makes it a customer's.

    Raises ChatError when the front does not answer or refuses.
    """

    def __init__(
        self, url: str, *, language: str = DEFAULT_LANGUAGE, identity: str | None = None
    ) -> None:
        self.url = url.rstrip("/")
        body = {"language": language, **({"identity": identity} if identity else {})}
        opened = self._post("/chat/api/conversations", body, token=None)
        self.conversation_id = str(opened["conversation_id"])
        self._token = str(opened["token"])

    def send(self, text: str) -> Turn:
        """Send `text` (or a button's payload) and wait for the replies."""
        path = f"/chat/api/conversations/{self.conversation_id}/messages"
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        return _turn(self._post(path, body, token=self._token))

    def send_picture(self, picture: bytes, kind: str = "image/png") -> Turn:
        """Send a picture and wait for what looks like it."""
        place = f"/chat/api/conversations/{self.conversation_id}/pictures"
        path = f"{place}?client_message_id={uuid.uuid4().hex}"
        return _turn(self._post(path, picture, token=self._token, kind=kind))

    def _post(
        self,
        path: str,
        body: dict[str, Any] | bytes,
        *,
        token: str | None,
        kind: str = "application/json",
    ) -> dict[str, Any]:
        headers = {"Content-Type": kind}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 (our own http address)
            self.url + path, data=data, headers=headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                parsed: dict[str, Any] = json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise ChatError(
                f"{path}: {error.code} {error.read().decode(errors='replace')}"
            ) from error
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise ChatError(f"no answer from {self.url} ({error}); is `make run` up?") from error
        return parsed


def _turn(answer: dict[str, Any]) -> Turn:
    replies = tuple(
        Reply(
            text=reply.get("text") or "",
            buttons=tuple((b["title"], b["payload"]) for b in reply.get("buttons") or ()),
            cards=tuple(reply.get("cards") or ()),
            asks=reply.get("asks"),
        )
        for reply in answer.get("replies", ())
    )
    return Turn(replies, str(answer.get("handled_by", "bot")))
