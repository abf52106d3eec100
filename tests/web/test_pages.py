"""The shop's pages: both languages, escaped, signed in only by the door."""

import io
import re
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from connectors.application import create_app
from kit.database import Database
from kit.settings import Settings
from shop.demo.pictures import product_picture_svg
from storefront.pages import add_storefront
from tests.web.fake_shop import FakeShop


@pytest.fixture
async def client(settings: Settings, database: Database):
    app = create_app(settings, database)
    add_storefront(app, FakeShop())
    async with TestClient(TestServer(app, host="127.0.0.1")) as found:
        yield found


def same_origin(client: TestClient) -> dict[str, str]:
    return {"Origin": f"http://{client.host}:{client.port}"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/category/jackets",
        "/search?q=boots",
        "/search?q=nothing-of-that",
        "/product/karst-ridge-45",
        "/demo/mail",
        "/privacy",
        "/help/delivery",
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_page_is_whole_in_both_languages(
    client: TestClient, path: str, language: str
) -> None:
    response = await client.get(path, headers={"Accept-Language": language})
    text = await response.text()
    assert response.status == 200
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
    assert text.count("<h1>") == 1
    assert text.count(f'<script src="/chat/widget.js?language={language}" async') == 1
    assert 'id="main"' in text
    assert not re.search(r"\son\w+=|style=|javascript:", text)
    assert "<script>alert" not in text
    for image in re.findall(r"<img [^>]*>", text):
        assert 'alt="' in image


async def test_text_of_the_shop_is_escaped(client: TestClient) -> None:
    for path in ("/product/karst-ridge-45", "/demo/mail"):
        text = await (await client.get(path)).text()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    text = await (await client.get("/search", params={"q": '"><b>x</b>'})).text()
    assert "<b>x</b>" not in text


async def test_the_language_switch_is_remembered(client: TestClient) -> None:
    assert "走得更远，也走得回来" in await (await client.get("/?lang=zh")).text()
    assert "走得更远，也走得回来" in await (await client.get("/")).text()
    assert "Made for the long way home" in await (await client.get("/?lang=en")).text()


async def test_signing_in_gives_the_page_an_identity(client: TestClient) -> None:
    assert "data-identity" not in await (await client.get("/")).text()
    response = await client.post(
        "/demo/sign-in",
        data={"customer": "1", "next": "/product/karst-ridge-45"},
        headers=same_origin(client),
        allow_redirects=False,
    )
    assert (response.status, response.headers["Location"]) == (303, "/product/karst-ridge-45")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    text = await (await client.get("/")).text()
    assert "Mia Berger" in text
    identity = re.search(r'data-identity="([^"]+)"', text)
    assert identity is not None
    opened = await client.post("/chat/api/conversations", json={"identity": identity[1]})
    assert opened.status == 201
    await client.post("/demo/sign-out", headers=same_origin(client))
    assert "data-identity" not in await (await client.get("/")).text()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_form_of_a_foreign_page_is_refused(client: TestClient, origin: str | None) -> None:
    response = await client.post(
        "/demo/sign-in",
        data={"customer": "1"},
        headers={} if origin is None else {"Origin": origin},
        allow_redirects=False,
    )
    assert response.status == 403
    assert "Set-Cookie" not in response.headers


async def test_only_demo_people_can_be_signed_in(client: TestClient) -> None:
    for customer in ("2", "", "1 OR 1=1"):
        response = await client.post(
            "/demo/sign-in",
            data={"customer": customer},
            headers=same_origin(client),
            allow_redirects=False,
        )
        assert response.status == 403


@pytest.mark.parametrize("place", ["https://evil.example", "//evil.example", "/\\evil", "/a\nb"])
async def test_signing_in_never_leads_to_another_site(client: TestClient, place: str) -> None:
    response = await client.post(
        "/demo/sign-in",
        data={"customer": "1", "next": place},
        headers=same_origin(client),
        allow_redirects=False,
    )
    assert response.headers["Location"] == "/"


async def test_a_forged_session_is_a_guest(client: TestClient) -> None:
    client.session.cookie_jar.update_cookies({"shop_session": "eyJjdXN0b21lciI6MX0.x"})
    assert "data-identity" not in await (await client.get("/")).text()


async def test_a_drawing_is_there_as_pixels_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    svg = product_picture_svg("tents", "red", "any").encode()
    monkeypatch.setattr(FakeShop, "picture", lambda _self, _slug, _colour: svg)
    picture = await client.get("/media/products/any.png?colour=red")
    assert (picture.status, picture.content_type) == (200, "image/png")
    drawing = Image.open(io.BytesIO(await picture.read())).convert("RGB")
    assert len(set(drawing.resize((40, 40)).getdata())) > 3, "no blank sheet"
    monkeypatch.setattr(FakeShop, "picture", lambda _self, _slug, _colour: None)
    assert (await client.get("/media/products/any.png")).status == 404


async def test_pictures_and_files(client: TestClient) -> None:
    picture = await client.get("/media/products/karst-ridge-45.svg")
    assert (picture.status, picture.content_type) == (200, "image/svg+xml")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    for path in (
        "/media/products/none.svg",
        "/product/none",
        "/category/none",
        "/static/none.css",
        "/static/..%2fkeys.css",
        "/chat/widget/none.js",
    ):
        assert (await client.get(path)).status == 404


async def test_without_the_demo_there_are_no_demo_doors(
    settings: Settings, database: Database
) -> None:
    app = create_app(replace(settings, demo=False), database)
    add_storefront(app, FakeShop())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        text = await (await client.get("/")).text()
        assert "/demo/" not in text
        assert (await client.get("/demo/mail")).status == 404
        response = await client.post("/demo/sign-in", headers=same_origin(client))
        assert response.status == 404


async def test_the_widget_may_be_embedded_in_each_language(client: TestClient) -> None:
    packed = await client.get("/chat/widget.js?language=zh", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Access-Control-Allow-Origin"] == "*"
    assert packed.headers["Content-Encoding"] == "gzip"
    text = await packed.text()
    assert "打开聊天" in text
    assert "Open the chat" not in text
    known = {"If-None-Match": packed.headers["ETag"]}
    assert (await client.get("/chat/widget.js?language=zh", headers=known)).status == 304
    assert "Open the chat" in await (await client.get("/chat/widget.js")).text()
    address = re.search(r"words/en\.json\?v=[0-9a-f]+", text)
    assert address is not None
    words = await client.get(f"/chat/{address[0]}")
    assert words.headers["Access-Control-Allow-Origin"] == "*"
    assert "immutable" in words.headers["Cache-Control"]
    assert (await words.json())["open"] == "Open the chat"
    assert (await client.get("/chat/words/xx.json")).status == 404


async def test_a_page_is_told_whether_it_may_use_the_chat(client: TestClient) -> None:
    stranger = {"Origin": "https://other.example"}
    told = await client.get("/chat/origin", headers=stranger)
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert await told.json() == {"origin": "https://other.example", "is_allowed": False}
    own = await client.get("/chat/origin", headers=same_origin(client))
    assert (await own.json())["is_allowed"] is True


async def test_photographs_are_shown_from_where_the_shop_keeps_them(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://cdn.example.com/a.jpg"
    monkeypatch.setattr(FakeShop, "picture", lambda _self, _slug, _colour: address)
    app = create_app(replace(settings, image_origins=("https://cdn.example.com",)), database)
    add_storefront(app, FakeShop())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        answer = await client.get("/media/products/any.svg", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (302, address)
        page = await client.get("/")
    assert (
        "img-src 'self' data: https://cdn.example.com;" in page.headers["Content-Security-Policy"]
    )
