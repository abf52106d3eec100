"""What visitors do on the pages is remembered: by visit, and by customer once signed in."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from connectors.application import create_app
from kit.database import Database
from kit.settings import Settings
from storefront.pages import add_storefront
from tests.web.fake_shop import FakeShop


@pytest.fixture
def fake() -> FakeShop:
    return FakeShop()


@pytest.fixture
async def client(settings: Settings, database: Database, fake: FakeShop):
    app = create_app(settings, database)
    add_storefront(app, fake)
    async with TestClient(TestServer(app, host="127.0.0.1")) as found:
        yield found


async def test_looking_and_searching_are_noted_under_one_visit(
    client: TestClient, fake: FakeShop
) -> None:
    first = await client.get("/product/karst-ridge-45")
    cookie = first.cookies["shop_visit"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert f'data-visit="{cookie.value}"' in await first.text()
    second = await client.get("/search?q=boots")
    assert "shop_visit" not in second.cookies
    await client.get("/search?q=boots&page=2")
    assert [(kind, what) for kind, _, what in fake.noted] == [
        ("view", "karst-ridge-45"),
        ("search", "boots"),
    ]
    assert {visitor.visit for _, visitor, _ in fake.noted} == {cookie.value}
    assert {visitor.customer_id for _, visitor, _ in fake.noted} == {None}


async def test_who_is_signed_in_is_noted_with_it(client: TestClient, fake: FakeShop) -> None:
    origin = {"Origin": f"http://{client.host}:{client.port}"}
    await client.post("/demo/sign-in", data={"customer": "1"}, headers=origin)
    await client.get("/product/karst-ridge-45")
    assert [visitor.customer_id for _, visitor, _ in fake.noted] == [1]


async def test_a_made_up_visit_is_replaced(client: TestClient, fake: FakeShop) -> None:
    client.session.cookie_jar.update_cookies({"shop_visit": "x' OR 1=1 --"})
    await client.get("/product/karst-ridge-45")
    assert len(fake.noted[0][1].visit) == 22


async def test_what_nobody_saw_is_not_noted(client: TestClient, fake: FakeShop) -> None:
    await client.get("/product/karst-ridge-45", headers={"Sec-Purpose": "prefetch"})
    await client.head("/product/karst-ridge-45")
    assert (await client.get("/product/unknown")).status == 404
    assert fake.noted == []


async def test_a_guest_sees_no_row_of_their_own(client: TestClient) -> None:
    assert 'id="for-you"' not in await (await client.get("/")).text()


async def test_who_is_known_sees_offers_with_reasons(client: TestClient) -> None:
    origin = {"Origin": f"http://{client.host}:{client.port}"}
    await client.post("/demo/sign-in", data={"customer": "1"}, headers=origin)
    page = await (await client.get("/")).text()
    assert 'id="for-you"' in page
    assert 'id="new-for-you"' not in page
    assert "goes with the boots you looked at" in page
    assert f"/product/karst-granit-mid?rec={'r' * 22}" in page
    ahead = await client.get("/", headers={"Sec-Purpose": "prefetch"})
    assert 'id="for-you"' not in await ahead.text(), "nobody has seen it, so nothing is shown"
