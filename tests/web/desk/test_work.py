"""Everyday work at the desk: notes, labels, snooze, passing on, macros, files, orders, bulk."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from PIL import Image

from conversations import get_conversation, transcript
from desk.tickets import (
    Known,
    TicketView,
    Understood,
    change_agent,
    first_break,
    get_ticket,
    labels_of,
    list_agents,
    note_customer,
    note_understood,
    notes_of,
    read_audit,
    save_canned,
    save_macro,
    set_presence,
    take,
    understood_of,
)
from kit.database import Database
from shop.models import Customer
from tests.web.desk.conftest import NOW, Browser, MakeTicket

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def state(database: Database, number: int) -> Any:
    with database.reading() as session:
        return get_ticket(session, number)


async def taken(agent: Browser, make_ticket: Callable[[], TicketView]) -> int:
    ticket = make_ticket()
    assert (await agent.send(f"/desk/tickets/{ticket.id}/take", version=1)).status == 200
    return ticket.id


async def test_notes_are_for_colleagues_and_mentions_tell_them(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    number = await taken(agent, make_ticket)
    sent = await agent.send(
        f"/desk/tickets/{number}/note", version=2, text="@supervisor please look " + EVIL
    )
    body = await sent.json()
    assert sent.status == 200
    assert "<script>" not in body["messages"]
    with desk_database.reading() as session:
        assert len(notes_of(session, number)) == 1
        said = transcript(session, get_ticket(session, number).conversation_id)
    assert not any("please look" in message.text for message in said)
    await agent.sign_in("supervisor")
    _, page = await agent.open("/desk?view=mentions")
    assert '<span class="count" data-count="mentions">1</span>' in page
    await agent.open(f"/desk/tickets/{number}")
    _, page = await agent.open("/desk?view=mentions")
    assert '<span class="count" data-count="mentions">0</span>' in page


async def test_scripts_are_inert_in_every_field(agent: Browser, make_ticket: MakeTicket) -> None:
    ticket = make_ticket(EVIL, topic=EVIL[:60], reason=EVIL[:60], summary=EVIL)
    for path in (f"/desk/tickets/{ticket.id}", "/desk", f"/desk?q={EVIL[:40]}"):
        _, page = await agent.open(path)
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


async def test_labels_priority_and_snooze(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    number = await taken(agent, make_ticket)
    place = f"/desk/tickets/{number}"
    assert (await agent.send(f"{place}/labels", version=2, labels="VIP, zip")).status == 200
    assert (await agent.send(f"{place}/labels", version=3, labels="<b>")).status == 422
    assert (await agent.send(f"{place}/priority", version=3, priority="urgent")).status == 200
    assert (await agent.send(f"{place}/priority", version=3, priority="low")).status == 409
    assert (await agent.send(f"{place}/snooze", version=4, hours="4")).status == 200
    assert (await agent.send(f"{place}/snooze", version=5, hours="soon")).status == 422
    found = state(desk_database, number)
    assert (found.priority, found.snoozed_until is not None) == ("urgent", True)
    with desk_database.reading() as session:
        assert labels_of(session, [number]) == {number: ["vip", "zip"]}
    _, page = await agent.open("/desk?view=snoozed&label=vip")
    assert f'data-row="{number}"' in page
    assert f'data-row="{number}"' not in (await agent.open("/desk?view=mine"))[1]


async def test_passing_on_to_a_colleague_and_back_to_the_bot_for_a_step(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    number = await taken(agent, make_ticket)
    place = f"/desk/tickets/{number}"
    stepped = await agent.send(f"{place}/step", version=2, step="offer_return")
    assert stepped.status == 200
    conversation_id = state(desk_database, number).conversation_id
    with desk_database.reading() as session:
        assert get_conversation(session, conversation_id).is_lent
    assert (await agent.send(f"{place}/step", version=3, step="fly")).status == 422
    with desk_database.reading() as session:
        other = next(one for one in list_agents(session) if one.role == "supervisor")
    refused = await agent.send(f"{place}/transfer", version=3, to=f"agent:{other.id}")
    told = await refused.json()
    assert (refused.status, told["error"], told["field"]) == (422, "offline_colleague", "to")
    assert state(desk_database, number).version == 3
    with desk_database.session() as session:
        set_presence(session, other.id, "online", now=NOW)
    sent = await agent.send(f"{place}/transfer", version=3, to=f"agent:{other.id}")
    assert sent.status == 200
    assert state(desk_database, number).agent_id == other.id
    assert (await agent.send(f"{place}/transfer", version=4, to="moon:1")).status == 422


async def test_a_macro_answers_labels_and_closes_in_one_go(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    with desk_database.session() as session:
        save_macro(
            session,
            "Zip",
            [("reply", "Hello {customer|there}, {agent} here."), ("label", "zip"), ("close", "")],
        )
    number = await taken(agent, make_ticket)
    done = await agent.send(f"/desk/tickets/{number}/macro", version=2, macro="1")
    assert done.status == 200
    found = state(desk_database, number)
    assert (found.state, found.outcome) == ("closed", "solved")
    with desk_database.reading() as session:
        said = [one.text for one in transcript(session, found.conversation_id)]
    assert "Hello there, Ines Agent here." in said
    assert said[-1] == "How was the help from Ines Agent?"


async def test_ready_made_replies_and_suggestions(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    with desk_database.session() as session:
        save_canned(session, "zip", "en", "Sorry about the broken zip! It is ticket {ticket}.")
    number = await taken(agent, make_ticket)
    place = f"/desk/tickets/{number}"
    canned = await (await agent.client.get(f"{place}/canned")).json()
    assert canned["replies"] == [
        {"shortcut": "zip", "text": f"Sorry about the broken zip! It is ticket #{number}."}
    ]
    offered = await (await agent.client.get(f"{place}/suggestions")).json()
    assert [one["source"] for one in offered["suggestions"]] == ["canned:zip"]
    kept = await agent.send(
        f"{place}/suggestions",
        source="canned:zip",
        message_id=offered["message_id"],
        score=0.3,
        outcome="accepted",
    )
    assert kept.status == 200
    wrong = await agent.send(
        f"{place}/suggestions", source="x", message_id=1, score=1, outcome="perhaps"
    )
    assert wrong.status == 422


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind)
    return out.getvalue()


async def test_pictures_are_sent_and_what_is_not_one_is_refused(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    number = await taken(agent, make_ticket)
    csrf = await agent.csrf()
    headers = {"X-CSRF-Token": csrf, "Accept": "application/json"}

    async def send(body: bytes, key: str, name: str = "zip.png", version: int = 2) -> Any:
        path = f"/desk/tickets/{number}/files?name={name}&version={version}&client_message_id={key}"
        return await agent.client.post(path, data=body, headers=headers)

    assert (await send(picture(), "a")).status == 200
    assert (await send(picture(), "b")).status == 409
    assert (await send(b"<svg onload=alert(1)>", "c", "x.png", 3)).status == 415
    assert (await send(b"x" * (5 * 2**20 + 1), "d", "big.png", 3)).status == 413
    assert (await send(b"", "e", "none.png", 3)).status == 422
    with desk_database.reading() as session:
        found = get_ticket(session, number)
        image = [m.image for m in transcript(session, found.conversation_id) if m.image][-1]
    assert image is not None
    shown = await agent.client.get(image)
    assert (shown.status, shown.content_type) == (200, "image/png")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert (await agent.client.get("/desk/files/" + "k" * 32)).status == 404


async def test_many_tickets_at_once_and_who_was_faster_is_counted(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    tickets = [make_ticket() for _ in range(3)]
    with desk_database.session() as session:
        other = next(one for one in list_agents(session) if one.role == "supervisor")
        take(session, tickets[0].id, other, version=1, now=NOW)
    response = await agent.client.post(
        "/desk/bulk",
        data=[
            ("csrf", await agent.csrf()),
            ("act", "take"),
            *(("ticket", str(one.id)) for one in tickets),
        ],
        headers={"Accept": "application/json"},
    )
    assert await response.json() == {"done": 2, "left": 1}
    assert (await agent.send("/desk/bulk", act="take")).status == 422


async def test_nothing_is_sent_with_gaps_or_as_a_bare_shortcut(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    with desk_database.session() as session:
        save_macro(session, "Hi", [("reply", "Hello {customer}!"), ("label", "met")])
    number = await taken(agent, make_ticket)
    before = len(said_in(desk_database, number))
    for text, code in (("____您好", "gap"), ("Order ____ is late", "gap"), ("/zzz", "shortcut")):
        sent = await agent.send(
            f"/desk/tickets/{number}/reply", version=2, text=text, client_message_id="a"
        )
        assert (sent.status, (await sent.json())["error"]) == (422, code), text
    done = await agent.send(f"/desk/tickets/{number}/macro", version=2, macro="1")
    assert (done.status, (await done.json())["error"]) == (422, "gap")
    assert state(desk_database, number).version == 2
    assert len(said_in(desk_database, number)) == before


def said_in(database: Database, number: int) -> list[str]:
    with database.reading() as session:
        place = get_ticket(session, number).conversation_id
        return [one.text for one in transcript(session, place)]


async def test_bulk_acts_take_what_the_page_offers_and_explain_the_rest(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    numbers = [await taken(agent, make_ticket) for _ in range(2)]

    async def act(**fields: str) -> tuple[int, Any]:
        response = await agent.client.post(
            "/desk/bulk",
            data=[
                ("csrf", await agent.csrf()),
                *fields.items(),
                *(("ticket", str(one)) for one in numbers),
            ],
            headers={"Accept": "application/json"},
        )
        return response.status, await response.json()

    for name, value in (
        ("priority", "Urgent"),
        ("label", "bad#"),
        ("label", " "),
        ("snooze", "9999"),
        ("snooze", "0"),
    ):
        status, body = await act(act=name, **{name: value})
        assert (status, body["error"]) != (500, "failed"), name
        assert status == 422, (name, value)
    assert {state(desk_database, one).version for one in numbers} == {2}

    everything = {"label": "zip", "priority": "urgent", "snooze": "4"}
    for name in everything:
        assert await act(act=name, **everything) == (200, {"done": 2, "left": 0})
    found = state(desk_database, numbers[1])
    assert (found.priority, found.snoozed_until) == ("urgent", NOW + timedelta(hours=4))
    with desk_database.reading() as session:
        assert labels_of(session, numbers) == {one: ["zip"] for one in numbers}
    assert await act(act="close") == (200, {"done": 2, "left": 0})
    for number in numbers:
        assert said_in(desk_database, number)[-1] == "How was the help from Ines Agent?"


async def test_a_colleagues_ticket_is_left_alone_unless_one_may(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    number = make_ticket().id
    with desk_database.session() as session:
        people = {one.role: one for one in list_agents(session)}
        take(session, number, people["supervisor"], version=1, now=NOW)
    place = f"/desk/tickets/{number}"
    acts: tuple[tuple[str, dict[str, str]], ...] = (
        ("snooze", {"hours": "4"}),
        ("labels", {"labels": "x"}),
        ("priority", {"priority": "low"}),
        ("release", {}),
        ("close", {}),
        ("transfer", {"to": f"agent:{people['agent'].id}"}),
    )
    for path, fields in acts:
        sent = await agent.send(f"{place}/{path}", version=2, **fields)
        assert (sent.status, (await sent.json())["error"]) == (403, "not_yours"), path
    assert state(desk_database, number).version == 2
    with desk_database.session() as session:
        change_agent(
            session,
            people["agent"].id,
            role="agent",
            languages=["en"],
            skills=[],
            capacity=4,
            permissions=["tickets.work", "tickets.manage"],
        )
    for version, (path, fields) in enumerate(acts[:4], start=2):
        assert (await agent.send(f"{place}/{path}", version=version, **fields)).status == 200, path
    found = state(desk_database, number)
    assert (found.state, found.priority) == ("waiting", "low")


async def test_search_finds_words_and_numbers(agent: Browser, make_ticket: MakeTicket) -> None:
    zip_ticket = make_ticket("The zip of my Karst jacket broke 100%.")
    make_ticket("Where is my parcel?")
    for asked in ("Karst", "100%25", f"%23{zip_ticket.id}"):
        _, page = await agent.open(f"/desk?view=open&q={asked}")
        assert f'data-row="{zip_ticket.id}"' in page, asked
        assert page.count("data-row=") == 1, asked
    _, page = await agent.open("/desk?view=open&q=nothing_like_it")
    assert "No ticket fits this filter." in page


async def test_search_finds_people_notes_and_labels_in_every_list(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    with desk_database.session() as session:
        session.add_all(
            Customer(id=number, email=mail, name=name, created_at=NOW)
            for number, name, mail in (
                (7, "Mia Berger", "mia@fernweg.example"),
                (8, "José Müller", "jm@post.example"),
            )
        )
    mia = await taken(agent, lambda: make_ticket("Hello", customer_id=7))
    jose = make_ticket("Where is it?", customer_id=8).id
    await agent.send(f"/desk/tickets/{mia}/note", version=2, text="The carrier called back.")
    await agent.send(f"/desk/tickets/{jose}/labels", version=1, labels="vip")
    for asked, number in (
        ("mia berger", mia),
        ("mia@fernweg", mia),
        ("carrier called", mia),
        ("vip", jose),
        ("MULLER", jose),
        ("josé", jose),
    ):
        _, page = await agent.open("/desk?view=waiting&q=" + quote(asked))
        assert re.findall(r'data-row="(\d+)"', page) == [str(number)], asked


async def test_a_filter_can_be_kept(agent: Browser, make_ticket: MakeTicket) -> None:
    make_ticket()
    kept = await agent.send(
        "/desk/views", script=False, name="Chinese", query="view=open&language=zh", next="/desk"
    )
    assert kept.status == 303
    _, page = await agent.open("/desk")
    assert 'href="/desk?view=open&amp;language=zh">Chinese</a>' in page
    bad = await agent.send("/desk/views", name="x", query='"><script>')
    assert bad.status == 422


async def test_foreign_and_missing_tickets_are_404(agent: Browser) -> None:
    for path in ("", "/live", "/canned", "/suggestions"):
        assert (await agent.open(f"/desk/tickets/999{path}"))[0] == 404, path
    for path in ("note", "priority", "transfer", "order", "merge", "macro", "step"):
        response = await agent.send(
            f"/desk/tickets/999/{path}", version=1, act="cancel", confirm="yes"
        )
        assert response.status == 404, path


async def test_setup_is_kept_audited_and_explained_when_refused(
    browser: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    await browser.sign_in("admin")
    sent = await browser.send(
        "/desk/setup/teams", script=False, key="returns", name="Returns", is_default="yes"
    )
    assert sent.status == 303
    sent = await browser.send(
        "/desk/setup/rules",
        script=False,
        name="Zips first",
        topics="returns",
        team="returns",
        priority="high",
    )
    assert sent.status == 303
    refused = await browser.send("/desk/setup/rules", name="Bad", value_from="much")
    assert refused.status == 422
    assert "value_from" in (await refused.json())["message"]
    hours = {"opens_0": "09:00", "closes_0": "08:00", "zone": "Europe/Berlin"}
    assert (await browser.send("/desk/setup/hours", **hours)).status == 422
    ticket = make_ticket()
    assert (ticket.team_name, ticket.priority) == ("Returns", "high")
    _, page = await browser.open(f"/desk/tickets/{ticket.id}")
    assert "Rule: Zips first" in page
    with desk_database.reading() as session:
        assert [line.act for line in read_audit(session)] == ["setup.rule", "setup.team"]
        assert first_break(session) is None


async def test_reports_as_csv_keep_formulas_harmless(
    browser: Browser, make_ticket: MakeTicket
) -> None:
    make_ticket(topic="=HYPERLINK(1)")
    await browser.sign_in("supervisor")
    status, text = await browser.open("/desk/reports.csv")
    assert status == 200
    assert "'=HYPERLINK(1)" in text
    _, page = await browser.open("/desk/reports")
    assert "<svg" in page


async def test_the_ticket_shows_what_the_assistant_understood_and_who_proves_themselves_later(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    number = await taken(agent, make_ticket)
    make_ticket("Something else")
    frame = Understood(
        task="change_address",
        known=(Known("order", "10482", "said"), Known("address", "<b>New Lane 5", "said")),
        kind="confirm",
        asked="address",
        parked=("return",),
        done=("cancel_order",),
    )
    with desk_database.session() as session:
        note_understood(session, number, frame)
        assert understood_of(session, number) == frame
        assert understood_of(session, number + 1).is_empty
        session.add(Customer(id=7, email="mia@fernweg.example", name="Mia Berger", created_at=NOW))
    _, page = await agent.open(f"/desk/tickets/{number}")
    for words in (
        "What the assistant understood",
        "Change the address",
        "&lt;b&gt;New Lane 5",
        "A yes to this",
        "Cancel an order",
    ):
        assert words in page, words
    assert "has not proved who they are" in page
    _, other = await agent.open(f"/desk/tickets/{number + 1}")
    assert "What the assistant understood" not in other

    place = state(desk_database, number).conversation_id
    with desk_database.session() as session:
        assert note_customer(session, place, 7, now=NOW)
        assert not note_customer(session, place, 8, now=NOW)
    body = await (await agent.client.get(f"/desk/tickets/{number}/live")).json()
    assert body["customer"] == "7"
    _, page = await agent.open(f"/desk/tickets/{number}")
    assert "Mia Berger" in page
    assert state(desk_database, number + 1).customer_id is None
