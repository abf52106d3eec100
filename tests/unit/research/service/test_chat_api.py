"""A shopper's messages go to the chat API, and what it asks for comes back with the texts."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from research.benchmarks.service.chat_api import ApiTalk
from research.benchmarks.service.reading import Heard

ANSWER = {
    "replies": [
        {"text": "Here they are.", "cards": [{"title": "Lamp", "price": "$5"}]},
        {"text": "Which one?", "asks": {"kind": "choose", "slot": "lines", "options": ["Lamp"]}},
    ],
    "handled_by": "bot",
}


class Front(BaseHTTPRequestHandler):
    """The chat API's two calls; what was sent is kept."""

    asked: list[tuple[str, str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers.get("Authorization", ""), body))
        is_new = self.path.endswith("/conversations")
        answer = json.dumps({"conversation_id": "c1", "token": "t1"} if is_new else ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments: Any) -> None:
        """Nothing is written."""


@pytest.fixture
def front() -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    Front.asked = []
    server = HTTPServer(("127.0.0.1", 0), Front)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", Front.asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_turn_goes_there_and_back(front: tuple[str, list[tuple[str, str, Any]]]) -> None:
    url, asked = front
    talk = ApiTalk(url, "zh")
    heard = talk.say("你好")
    assert heard == Heard(
        "Here they are.\nWhich one?\n- Lamp · $5",
        "choose",
        "lines",
        ("Lamp",),
        question="Which one?",
    )
    (opened, _, language), (said, token, message) = asked
    assert (opened, language) == ("/chat/api/conversations", {"language": "zh"})
    assert (said, token) == ("/chat/api/conversations/c1/messages", "Bearer t1")
    assert message["text"] == "你好"
    assert message["client_message_id"]


def test_a_person_is_noticed(front: tuple[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWER, "handled_by", "agent")
    assert ApiTalk(front[0], "en").say("Hello").by_person
