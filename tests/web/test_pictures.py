"""A picture sent into the chat: judged by its content, kept only for a colleague."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from connectors.validation import PICTURE_BYTES
from conversations import hand_to_agent
from desk.tickets import get_file
from desk.tickets.work_models import FileRow
from kit.button import read_button
from recommender.artefacts import publish
from recommender.data import Interactions, Items
from recommender.drawings import drawn
from recommender.models.pictures import Pictures
from recommender.serving.looks import plain_picture
from shop.demo.pictures import product_picture_svg
from tests.web.conftest import Front, Thread
from tests.web.fake_rasa import FakeRasa

LOOKS = tuple(f"{shelf}/{colour}" for shelf in ("tents", "dresses") for colour in ("red", "blue"))


def picture(shelf: str, colour: str, kind: str = "PNG", **more: Any) -> bytes:
    """A product's drawing as a shopper would send it."""
    file = io.BytesIO()
    drawn(product_picture_svg(shelf, colour, "any"), 300).save(file, kind, **more)
    return file.getvalue()


@pytest.fixture
def shown(front: Front) -> Front:
    """A front whose shop has looks to show."""
    drawings = tuple(product_picture_svg(*look.split("/"), look).encode() for look in LOOKS)
    nobody = Interactions.from_rows([], [], catalogue=LOOKS)
    model = Pictures().fit(nobody, Items(LOOKS, pictures=drawings))
    publish(model, front.settings.recommender_dir / "looks")
    return front


async def send(
    thread: Thread, raw: bytes, kind: str = "image/png", **query: str
) -> tuple[int, dict[str, Any]]:
    response = await thread.client.post(
        f"{thread.path}/pictures",
        data=raw,
        params={"client_message_id": "p1", **query},
        headers={**thread.headers, "Content-Type": kind},
    )
    return response.status, await response.json()


@pytest.mark.parametrize(("kind", "type_"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")])
async def test_the_assistant_is_told_what_it_looks_like(
    shown: Front, rasa: FakeRasa, kind: str, type_: str
) -> None:
    thread = await shown.start()
    status, body = await send(
        thread, picture("dresses", "red", kind), f"image/{type_}", visit="v" * 22
    )
    assert status == 200
    (asked,) = rasa.asked
    payload = read_button(asked["text"], thread.id, shown.settings.secret_key).payload
    assert re.match(r'/search_picture\{"look": \["dresses/red", ', payload)
    assert asked["metadata"]["page"] == {"visit": "v" * 22}
    (own, _reply) = await thread.history()
    assert own["text"] == "📷 Picture"
    assert own["id"] == body["message_id"]


async def test_the_same_picture_twice_is_one_message(shown: Front, rasa: FakeRasa) -> None:
    thread = await shown.start()
    first = await send(thread, picture("tents", "blue"))
    assert await send(thread, picture("tents", "blue")) == first
    assert len(rasa.asked) == 1


@pytest.mark.parametrize(
    ("raw", "kind", "status", "error"),
    [
        (
            b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>",
            "image/png",
            415,
            "unreadable_picture",
        ),
        (b"%PDF-1.7 something", "image/jpeg", 415, "unreadable_picture"),
        (picture("tents", "red")[:400], "image/png", 415, "unreadable_picture"),
        (picture("tents", "red", "GIF"), "image/png", 415, "unreadable_picture"),
        (b"", "image/webp", 415, "unreadable_picture"),
        (picture("tents", "red"), "image/svg+xml", 415, "wrong_content_type"),
        (picture("tents", "red"), "application/json", 415, "wrong_content_type"),
        (b"x" * (PICTURE_BYTES + 1), "image/png", 413, "too_large"),
    ],
)
async def test_what_is_no_picture_is_refused(
    shown: Front, rasa: FakeRasa, raw: bytes, kind: str, status: int, error: str
) -> None:
    thread = await shown.start()
    found, body = await send(thread, raw, kind)
    assert (found, body["error"]) == (status, error)
    assert body["field"] in {"body", "content-type"}
    assert body["message"]
    assert await thread.history() == []
    assert rasa.asked == []


async def test_a_flood_without_a_length_is_cut_off(shown: Front) -> None:
    async def flood() -> Any:
        for _ in range(PICTURE_BYTES // 2**16 + 2):
            yield b"\0" * 2**16

    thread = await shown.start()
    response = await thread.client.post(
        f"{thread.path}/pictures?client_message_id=p1",
        data=flood(),
        headers={**thread.headers, "Content-Type": "image/png"},
    )
    assert response.status == 413


def test_a_bomb_of_pixels_is_refused_unopened() -> None:
    file = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(file, "PNG")
    with pytest.raises(ValueError, match="pixels"):
        plain_picture(file.getvalue())


def test_where_it_was_taken_is_gone() -> None:
    data = Image.Exif()
    data[0x0112] = 6  # turned by the camera
    data[0x010E] = "Old Road 1, Hamburg"
    raw = picture("tents", "red", "JPEG", exif=data)
    assert b"Hamburg" in raw
    assert b"Hamburg" not in plain_picture(raw)


async def test_a_shop_without_looks_says_so_kindly(front: Front, rasa: FakeRasa) -> None:
    thread = await front.start()
    status, _ = await send(thread, picture("tents", "red"))
    assert status == 200
    payload = read_button(rasa.asked[0]["text"], thread.id, front.settings.secret_key).payload
    assert payload == '/search_picture{"look": ["none"], "language": "en"}'


async def test_a_colleague_who_is_answering_sees_the_picture(shown: Front, rasa: FakeRasa) -> None:
    thread = await shown.start()
    await thread.post("hello")
    asked = len(rasa.asked)
    with shown.database.session() as session:
        hand_to_agent(session, thread.id, now=datetime.now(UTC))
    data = Image.Exif()
    data[0x010E] = "Old Road 1, Hamburg"
    raw = picture("tents", "red", "JPEG", exif=data)
    status, body = await send(thread, raw, "image/jpeg")
    assert status == 200
    assert body["handled_by"] == "agent"
    assert body["replies"] == []
    own = (await thread.history())[-1]
    assert (own["author"], own["text"]) == ("shopper", "📷 Picture")
    with shown.database.reading() as session:
        kept = get_file(session, own["image"].removeprefix("/desk/files/"))
    assert kept is not None
    assert kept.content_type == "image/png"
    assert b"Hamburg" not in kept.content
    seen = Image.open(io.BytesIO(kept.content)).convert("RGB")
    assert seen.size == Image.open(io.BytesIO(raw)).size
    assert await send(thread, raw, "image/jpeg") == (status, body)
    with shown.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FileRow)) == 1
    assert len(rasa.asked) == asked, "the assistant stays silent"


async def test_what_the_assistant_answers_is_not_kept(shown: Front) -> None:
    thread = await shown.start()
    await send(thread, picture("tents", "red"))
    with shown.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FileRow)) == 0
    assert [one["image"] for one in await thread.history()] == [None, None]


async def test_only_the_conversations_own_token_opens_it(shown: Front) -> None:
    thread, other = await shown.start(), await shown.start()
    thread.token = other.token
    status, _ = await send(thread, picture("tents", "red"))
    assert status == 404
