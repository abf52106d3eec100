"""Roles by routes, made from the route table: a route without a rule cannot be added unnoticed."""

import pytest

from desk.tickets import BY_ROLE, change_agent, list_agents
from desk.web.nav import PLACES
from desk.web.routes import ROUTES, Route
from kit.database import Database
from tests.web.desk.conftest import ROLES, Browser, MakeTicket

PUBLIC = {"/login", "/language", "/static/{build}/{name:.+}", r"/files/{key:[\w-]{20,43}}"}
ROUTE_NAMES = [f"{route.method} {route.path}" for route in ROUTES]


def address(route: Route, number: int) -> str:
    path = route.path.replace(r"{ticket_id:\d{1,12}}", str(number))
    path = path.replace(r"{key:[\w-]{20,43}}", "k" * 32).replace(r"{id:\d{1,9}}", "1")
    path = path.replace("{sku}", "FW-0001-01").replace("{customer_id}", "1")
    return "/desk" + path.replace("{build}/{name:.+}", "x/desk.css")


def test_every_public_route_is_meant_to_be() -> None:
    assert {route.path for route in ROUTES if route.role is None} == PUBLIC


def test_no_address_is_there_twice() -> None:
    assert len(set(ROUTE_NAMES)) == len(ROUTE_NAMES)


def may(role: str, route: Route) -> bool:
    if route.role is None:
        return True
    if route.permission is not None:
        return route.permission in BY_ROLE[role]
    return ROLES.index(role) >= ROLES.index(route.role)  # type: ignore[arg-type]


async def test_nobody_gets_in_without_signing_in(browser: Browser, make_ticket: MakeTicket) -> None:
    ticket = make_ticket()
    for route in ROUTES:
        if route.role is None:
            continue
        headers = {"Accept": "application/json"}
        if route.method == "GET":
            response = await browser.client.get(address(route, ticket.id), headers=headers)
        else:
            response = await browser.send(address(route, ticket.id))
        allowed = {401, 403} if route.path == "/ws" else {401}
        assert response.status in allowed, f"{route.method} {route.path}"


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_what_the_table_says(
    role: str, browser: Browser, make_ticket: MakeTicket
) -> None:
    ticket = make_ticket()
    await browser.sign_in(role)
    later = [route for route in ROUTES if route.path == "/logout"]
    for route in [*(route for route in ROUTES if route not in later), *later]:
        path = address(route, ticket.id)
        if route.method == "GET":
            response = await browser.client.get(path, headers={"Accept": "application/json"})
        else:
            response = await browser.send(path)
        name = f"{role} {route.method} {route.path} {response.status}"
        if route.path == "/ws":
            assert response.status == 403, name  # the origin is looked at first
        elif (route.method, route.path) == ("POST", "/login"):
            assert response.status == 401, name  # nothing was filled in
        elif may(role, route):
            assert response.status not in (401, 403, 500), name
        else:
            assert response.status == 403, name


async def test_a_permission_can_be_given_to_one_person(
    agent: Browser, desk_database: Database
) -> None:
    assert (await agent.open("/desk/reports"))[0] == 403
    with desk_database.session() as session:
        person = next(one for one in list_agents(session) if one.role == "agent")
        change_agent(
            session,
            person.id,
            role="agent",
            languages=["en"],
            skills=[],
            capacity=3,
            permissions=["tickets.work", "reports.see"],
        )
    status, page = await agent.open("/desk/reports")
    assert status == 200
    assert 'href="/desk/board"' in page
    assert 'href="/desk/setup"' not in page


async def test_navigation_shows_only_what_opens(browser: Browser) -> None:
    for role in ROLES:
        await browser.sign_in(role)
        _, page = await browser.open("/desk")
        for place in PLACES:
            shown = f'href="{place.path}"' in page.split("</nav>")[0]
            assert shown == (place.permission in BY_ROLE[role]), f"{role} {place.name}"
            if shown and place.path.startswith("/desk"):  # the studio is another application
                assert (await browser.open(place.path))[0] == 200
