"""The customers' pages: who may see them, what they say, who is never on them, what leaves."""

import csv
import io
from typing import Any

import pytest

from conversations import accept_message, create_conversation
from desk.tickets import open_ticket, read_audit
from insights.profiles import list_profiles, segment_sums
from insights.profiles.job import refresh
from kit.database import Base, Database
from shop.demo import make_demo
from shop.ids import CustomerId
from shop.privacy import find_customer, set_personal
from tests.web.desk.conftest import NOW, Browser


@pytest.fixture
def known(desk_database: Database) -> Database:
    Base.metadata.create_all(desk_database.engine)
    make_demo(desk_database, now=NOW, customers=120, products=60, days=300)
    refresh(desk_database, now=NOW)
    return desk_database


def key(database: Database, name: str = "lina") -> CustomerId:
    with database.reading() as session:
        found = find_customer(session, f"{name}@fernweg.example")
    assert found is not None
    return found


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("supervisor", 200), ("admin", 200)])
async def test_supervisors_see_them(
    browser: Browser, known: Database, role: str, status: int
) -> None:
    await browser.sign_in(role)
    one = f"/desk/insights/customers/{key(known)}"
    for path in ("", "/customers", "/customers.csv", "/audiences"):
        assert (await browser.open(f"/desk/insights{path}"))[0] == status
    assert (await browser.open(one))[0] == status


async def test_before_the_first_night_it_says_when(
    browser: Browser, desk_database: Database
) -> None:
    Base.metadata.create_all(desk_database.engine)
    await browser.sign_in("supervisor")
    for path in ("/desk/insights", "/desk/insights/customers"):
        status, text = await browser.open(path)
        assert status == 200
        assert "No profiles yet" in text
    for one in ("1", "x", "9" * 30):
        assert (await browser.open(f"/desk/insights/customers/{one}"))[0] == 404


async def test_segments_are_drawn_with_their_intervals(browser: Browser, known: Database) -> None:
    await browser.sign_in("supervisor")
    _, text = await browser.open("/desk/insights")
    with known.reading() as session:
        sums = segment_sums(session)
    for one in sums:
        assert f"segment={one.segment}" in text
    assert text.count('class="interval"') == len(
        [one for one in sums if one.value_ahead and one.value_ahead.value]
    )
    assert "style=" not in text


async def test_every_figure_of_a_customer_says_where_it_is_from(
    browser: Browser, known: Database
) -> None:
    await browser.sign_in("supervisor")
    _, text = await browser.open(f"/desk/insights/customers/{key(known)}")
    assert "李娜" in text
    rows = text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    assert len(rows) > 8
    assert all('class="source muted"></td>' not in row for row in rows)


async def test_who_refuses_is_on_no_page(browser: Browser, known: Database) -> None:
    lina = key(known)
    with known.session() as session:
        set_personal(session, lina, granted=False, now=NOW)
    await browser.sign_in("supervisor")
    assert (await browser.open(f"/desk/insights/customers/{lina}"))[0] == 404
    _, text = await browser.open("/desk/insights/customers?search=lina")
    assert "Nobody is here" in text
    _, file = await browser.open("/desk/insights/customers.csv")
    assert lina not in {int(row["customer_id"]) for row in rows_of(file)}


async def test_the_file_is_the_list_without_names(browser: Browser, known: Database) -> None:
    await browser.sign_in("supervisor")
    _, file = await browser.open("/desk/insights/customers.csv?segment=once&sort=spent")
    with known.reading() as session:
        wanted = list_profiles(session, segment="once", sort="spent", limit=None)
    assert [int(row["customer_id"]) for row in rows_of(file)] == [one.customer_id for one in wanted]
    assert wanted
    assert "@" not in file
    assert not any(one.name in file for one in wanted)


@pytest.mark.parametrize("query", ["segment=x", "mark='", "sort=1", "page=-1", "page=99999"])
async def test_what_cannot_be_asked_is_taken_for_nothing(
    browser: Browser, known: Database, query: str
) -> None:
    await browser.sign_in("supervisor")
    assert (await browser.open(f"/desk/insights/customers?{query}"))[0] == 200


async def test_an_agent_sees_tastes_beside_the_ticket_and_no_worth(
    agent: Browser, known: Database
) -> None:
    with known.session() as session:
        place = create_conversation(
            session, channel="webchat", language="en", now=NOW, customer_id=str(key(known))
        )
        accept_message(session, place.id, text="Hi", client_message_id="c1", now=NOW)
        ticket = open_ticket(
            session,
            conversation_id=place.id,
            reason="asked_for",
            topic="returns",
            language="en",
            summary="Hi",
            now=NOW,
        )
    _, text = await agent.open(f"/desk/tickets/{ticket.id}")
    panel = text.split("<h3>Profile</h3>")[1].split("</dl>")[0]
    assert "Dresses" in panel
    assert "€" not in panel
    assert "/desk/insights" not in text


async def test_a_file_for_a_platform_is_hashed_and_audited(
    browser: Browser, known: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_in("supervisor")
    asked: dict[str, Any] = {"name": "Winter", "segments": "best,loyal", "held_out": "0"}
    refused = await browser.send("/desk/insights/audiences", platform="google", **asked)
    assert (refused.status, (await refused.json())["error"]) == (422, "audience_small")
    monkeypatch.setattr("desk.web.audiences.FEWEST", 1)
    response = await browser.send("/desk/insights/audiences", platform="meta", **asked)
    lines = (await response.text()).split()
    assert response.status == 200
    assert lines[0] == "email"
    assert lines[1:]
    assert all(len(one) == 64 and set(one) <= set("0123456789abcdef") for one in lines[1:])
    with known.reading() as session:
        (line,) = (one for one in read_audit(session) if one.act == "audience_file")
    assert (line.subject, line.detail["platform"]) == ("Winter", "meta")
    assert line.detail["customers"] == len(lines) - 1


@pytest.mark.parametrize("fields", [{"name": "x"}, {"platform": "meta"}, {"platform": "x"}])
async def test_a_file_without_name_or_platform_is_refused(
    browser: Browser, known: Database, fields: dict[str, Any]
) -> None:
    await browser.sign_in("supervisor")
    assert (await browser.send("/desk/insights/audiences", **fields)).status == 422


def rows_of(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
