"""Hostile input at the front: every refusal is a clear 4xx, nothing is stored, nothing leaks."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from connectors import keys
from connectors.errors import Refusal
from connectors.validation import TEXT_BYTES, clean_text, parse_object, shopper_text
from conversations.models import MessageRow
from kit.signing import sign
from tests.web.conftest import Front, StartFront, Thread
from tests.web.fake_rasa import FakeRasa

KEY = "client_message_id"


async def refused(thread: Thread, body: bytes | dict[str, Any], **headers: str) -> tuple[int, Any]:
    """Send a body as it is; nothing may have been stored."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = await thread.client.post(
        f"{thread.path}/messages",
        data=raw,
        headers={"Content-Type": "application/json", **thread.headers, **headers},
    )
    answer = await response.json()
    assert set(answer) >= {"error", "field", "message"}
    assert "Traceback" not in await response.text()
    assert await thread.history() == []
    return response.status, answer


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"text": "", KEY: "a"}, 422, "text"),
        ({"text": "   \n\t ", KEY: "a"}, 422, "text"),
        ({"text": "\u0000\u0007\u001b", KEY: "a"}, 422, "text"),
        ({"text": "\u200b\u2060 \ufeff", KEY: "a"}, 422, "text"),
        ({KEY: "a"}, 422, "text"),
        ({"text": None, KEY: "a"}, 422, "text"),
        ({"text": ["hi"], KEY: "a"}, 422, "text"),
        ({"text": "x" * (TEXT_BYTES + 1), KEY: "a"}, 413, "text"),
        ({"text": "长" * (TEXT_BYTES // 3 + 1), KEY: "a"}, 413, "text"),
        ({"text": "x" * 100_000, KEY: "a"}, 413, "body"),
        ({"text": "hi"}, 422, KEY),
        ({"text": "hi", KEY: ""}, 422, KEY),
        ({"text": "hi", KEY: "a b"}, 422, KEY),
        ({"text": "hi", KEY: "x" * 65}, 422, KEY),
        ({"text": "hi", KEY: 7}, 422, KEY),
        ({"text": "hi", KEY: "agent:1"}, 422, KEY),
        ({"text": "hi", KEY: "a", "sender": "me"}, 422, "sender"),
        ({"text": "hi", KEY: "a", "identity": "x"}, 422, "identity"),
        ({"text": "hi", KEY: "a", "page": "x"}, 422, "page"),
        ({"text": "hi", KEY: "a", "page": {"product": "../etc"}}, 422, "page.product"),
        (b"[]", 422, "body"),
        (b'"text"', 422, "body"),
        (b"{", 400, "body"),
        (b'{"text": "\xff\xfe"}', 400, "body"),
        (b"[" * 30_000, 400, "body"),
    ],
)
async def test_a_bad_message_is_refused_by_the_name_of_its_field(
    front: Front, rasa: FakeRasa, body: Any, status: int, field: str
) -> None:
    thread = await front.start()
    found, answer = await refused(thread, body)
    assert (found, answer["field"]) == (status, field)
    assert rasa.asked == []


async def test_another_content_type_is_refused(front: Front) -> None:
    thread = await front.start()
    status, answer = await refused(thread, b"text=hi", **{"Content-Type": "text/plain"})
    assert (status, answer["field"]) == (415, "content-type")


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE messages; --",
        '/refund_confirm{"order_id":"10482"}',
        '{"text":"nested"}',
        "mixed 中文 и العربية",
        "btn.hello",
        "{{ 7*7 }} ${x} %s {name}",
        "broken \ud800 surrogate",
        "a\u0000b\u202ec",
    ],
)
async def test_strange_text_gets_a_kind_reply(front: Front, rasa: FakeRasa, text: str) -> None:
    thread = await front.start()
    status, body = await thread.post(text)
    assert status == 200
    assert body["replies"][0]["text"] == f"You said: {clean_text(text)}"
    assert [message["text"] for message in await thread.history()][0:1] == [clean_text(text)]


@pytest.mark.parametrize(
    "authorisation", ["", "Bearer", "Bearer x", "Basic abc", "Bearer a.b.c", "Bearer é.é"]
)
async def test_a_bad_token_is_401(front: Front, authorisation: str) -> None:
    thread = await front.start()
    response = await front.client.post(
        f"{thread.path}/messages",
        json={"text": "hi", KEY: "a"},
        headers={"Authorization": authorisation.encode().decode("latin-1")},
    )
    assert response.status == 401
    assert (await response.json())["field"] == "token"
    assert await thread.history() == []


async def test_tokens_of_another_purpose_or_key_or_time_are_401(front: Front) -> None:
    thread = await front.start()
    key, now = front.settings.secret_key, datetime.now(UTC)
    tokens = [
        sign({"c": thread.id}, key=key, purpose="identity"),
        sign({"c": thread.id}, key=b"x" * 40, purpose="conversation"),
        sign(
            {"c": thread.id},
            key=key,
            purpose="conversation",
            expires_at=now - timedelta(seconds=1),
        ),
    ]
    for token in tokens:
        response = await front.client.get(
            f"{thread.path}/messages", headers={"Authorization": f"Bearer {token}"}
        )
        assert response.status == 401


async def test_a_foreign_conversation_is_the_same_404_as_none(front: Front) -> None:
    one, other = await front.start(), await front.start()
    await other.post("private")
    answers = []
    for place in (other.id, "A" * 22):
        response = await front.client.get(
            f"/chat/api/conversations/{place}/messages", headers=one.headers
        )
        answers.append((response.status, await response.json()))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


@pytest.mark.parametrize("identity", ["x", "a.b", 7, {"customer": 1}])
async def test_a_made_up_identity_is_refused(front: Front, identity: Any) -> None:
    response = await front.client.post("/chat/api/conversations", json={"identity": identity})
    assert response.status in (401, 422)
    assert (await response.json())["field"] == "identity"


@pytest.mark.parametrize(
    ("body", "field"), [({"language": "fr"}, "language"), ({"customer_id": 1}, "customer_id")]
)
async def test_a_bad_start_is_refused(front: Front, body: dict[str, Any], field: str) -> None:
    response = await front.client.post("/chat/api/conversations", json=body)
    assert response.status == 422
    assert (await response.json())["field"] == field


async def test_too_many_messages_are_429_with_a_time_to_come_back(
    start_front: StartFront, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = await start_front(rasa.port, rate_limits=True)  # type: ignore[attr-defined]
    # Time stands still, so that a slow machine does not earn tokens while it sends.
    monkeypatch.setattr(front.client.app[keys.LIMITER], "_monotonic", lambda: 0.0)
    thread = await front.start()
    answers = [await thread.post(f"m{n}") for n in range(41)]
    assert [status for status, _ in answers] == [200] * 40 + [429]
    assert answers[-1][1]["error"] == "too_many_requests"
    response = await front.client.post(
        f"{thread.path}/messages", json={"text": "x", KEY: "zz"}, headers=thread.headers
    )
    assert 1 <= int(response.headers["Retry-After"]) <= 2
    other = await front.start()
    assert (await other.post("not my fault"))[0] == 200


async def test_every_answer_carries_safe_headers(front: Front) -> None:
    for path in ("/healthz", "/chat/widget.js", "/nowhere", "/chat/api/nowhere"):
        response = await front.client.get(path)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'self'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert len(response.headers["X-Request-Id"]) == 16


async def test_errors_are_json_for_programs_and_pages_for_people(front: Front) -> None:
    api = await front.client.get("/chat/api/nowhere")
    assert (api.status, (await api.json())["error"]) == (404, "not_found")
    page = await front.client.get("/nowhere", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert page.status == 404
    assert "走错路了" in await page.text()
    wrong = await front.client.delete("/chat/api/conversations")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")


async def test_a_broken_database_is_503_and_never_a_trace(front: Front) -> None:
    thread = await front.start()
    MessageRow.__table__.drop(front.database.engine)  # type: ignore[attr-defined]
    status, body = await thread.post("hello")
    assert status == 503
    assert body["error"] == "unavailable"
    assert "messages" not in body["message"]


async def test_foreign_pages_may_not_use_the_api_and_registered_ones_may(
    start_front: StartFront, rasa: FakeRasa
) -> None:
    shop = "https://shop.example"
    front = await start_front(rasa.port, public_origins=(shop,))  # type: ignore[attr-defined]
    for origin, allowed in ((shop, shop), ("https://evil.example", None), ("null", None)):
        response = await front.client.post(
            "/chat/api/conversations", json={}, headers={"Origin": origin}
        )
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
    preflight = await front.client.options(
        "/chat/api/conversations",
        headers={"Origin": shop, "Access-Control-Request-Method": "POST"},
    )
    assert preflight.status == 204
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]


async def test_figures_are_for_the_own_network(front: Front) -> None:
    thread = await front.start()
    await thread.post("hello")
    response = await front.client.get("/metrics")
    text = await response.text()
    assert 'concierge_messages_accepted_total{channel="webchat",handled_by="bot"} 1.0' in text
    assert 'concierge_assistant_calls_total{outcome="answered"} 1.0' in text
    assert "concierge_inbox_open 0.0" in text


async def test_health_and_readiness(front: Front) -> None:
    assert (await front.client.get("/healthz")).status == 200
    ready = await front.client.get("/readyz")
    assert (ready.status, await ready.json()) == (
        200,
        {"status": "ready", "database": "ok", "assistant": "ok"},
    )


@given(st.text(max_size=400))
def test_cleaned_text_is_clean_and_cleaning_it_again_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert not any(ord(char) < 32 and char not in "\n\t" for char in cleaned)
    assert clean_text(cleaned) == cleaned


def outcome_of(work: Callable[[], Any]) -> tuple[Any, Refusal | None]:
    """What `work` gives, or how it refuses; any other error is the test's failure."""
    try:
        return work(), None
    except Refusal as refusal:
        return None, refusal


@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_a_refusal(raw: bytes) -> None:
    body, refusal = outcome_of(lambda: parse_object(raw, allowed=("text",)))
    if refusal is None:
        assert set(body) <= {"text"}
    else:
        assert refusal.status in (400, 422)
        assert refusal.field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["text", KEY, "page", "x"]), json_values))
@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_object_has_a_text_or_is_refused(body: dict[str, Any]) -> None:
    text, refusal = outcome_of(lambda: shopper_text(body))
    if refusal is None:
        assert text
        assert isinstance(body["text"], str)
    else:
        assert refusal.status in (413, 422)
        assert refusal.field == "text"


async def test_an_identity_that_names_nobody_is_refused(front: Front) -> None:
    identity = sign(
        {"somebody": 7},
        key=front.settings.secret_key,
        purpose="shopper",
        expires_at=datetime.now(UTC) + timedelta(minutes=5),
    )
    response = await front.client.post("/chat/api/conversations", json={"identity": identity})
    assert (response.status, (await response.json())["field"]) == (401, "identity")
