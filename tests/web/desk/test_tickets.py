"""Agents at work: take, answer, put back, hand back; and what happens when two act at once."""

import re

from conversations import (
    Card,
    Reply,
    accept_message,
    get_conversation,
    hand_to_bot,
    post_bot_replies,
    transcript,
)
from conversations.models import OutboxRow
from desk.tickets import get_ticket, take
from desk.tickets.accounts import list_agents
from kit.database import Database
from tests.web.desk.conftest import NOW, Browser, MakeTicket
from tests.web.fake_cards import CANCEL, COMPARED, ORDER, SMALL


def words(database, ticket):  # type: ignore[no-untyped-def]
    with database.reading() as session:
        return [message.text for message in transcript(session, ticket.conversation_id)]


async def test_the_inbox_shows_who_waits(agent: Browser, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("Where is my parcel?")
    status, page = await agent.open("/desk")
    assert status == 200
    assert f'data-row="{ticket.id}"' in page
    assert "Where is my parcel?" in page
    assert '<span class="count" data-count="waiting">1</span>' in page


async def test_cards_of_every_kind_are_read_in_the_chat(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    place = make_ticket("Where is my parcel?")
    cards = (Card("Boots", price="€9.00"), ORDER, *SMALL, CANCEL, COMPARED)
    with desk_database.session() as session:
        hand_to_bot(session, place.conversation_id, now=NOW)
        post_bot_replies(session, place.conversation_id, [Reply("Look:", cards=cards)], now=NOW)
    _, page = await agent.open(f"/desk/tickets/{place.id}")
    for told in ("€9.00", "✓ Ordered  ✓ Packed  ● Shipped  ○ Delivered", "Price: Granit Mid"):
        assert told in page
    shown = page[page.index('<ul class="cards">') :].split("</ul>")[0]
    assert shown.count("<li>") == 3


async def test_an_empty_inbox_says_so(agent: Browser) -> None:
    _, page = await agent.open("/desk?view=mine")
    assert "You have no open tickets." in page


async def test_take_reply_and_hand_back(
    agent: Browser, make_ticket: MakeTicket, desk_database
) -> None:  # type: ignore[no-untyped-def]
    ticket = make_ticket()
    place = f"/desk/tickets/{ticket.id}"
    taken = await (await agent.send(f"{place}/take", version=1)).json()
    assert (taken["state"], taken["version"], taken["can_reply"]) == ("assigned", 2, True)

    answer = await agent.send(
        f"{place}/reply", version=2, text="  I am sorry. \r\n", client_message_id="m1"
    )
    body = await answer.json()
    assert (answer.status, body["version"]) == (200, 3)
    assert "I am sorry." in body["messages"]

    back = await (await agent.send(f"{place}/hand-back", version=3)).json()
    assert (back["state"], back["can_reply"]) == ("closed", False)
    assert words(desk_database, ticket) == [
        "The zip broke.",
        "Ines Agent from our team has joined the chat.",
        "I am sorry.",
        "Ines Agent has left the chat; the assistant is here again. Ask for a person at any time.",
    ]
    with desk_database.reading() as session:
        assert get_conversation(session, ticket.conversation_id).handled_by == "bot"
        assert session.query(OutboxRow).count() == 3


async def test_forms_work_without_scripts(
    agent: Browser, make_ticket: MakeTicket, desk_database
) -> None:  # type: ignore[no-untyped-def]
    ticket = make_ticket()
    response = await agent.send(f"/desk/tickets/{ticket.id}/take", script=False, version=1)
    assert (response.status, response.headers["Location"]) == (303, f"/desk/tickets/{ticket.id}")
    _, page = await agent.open(f"/desk/tickets/{ticket.id}")
    assert "You are in charge" in page


async def test_the_same_message_sent_twice_is_said_once(
    agent: Browser, make_ticket: MakeTicket, desk_database
) -> None:  # type: ignore[no-untyped-def]
    ticket = make_ticket()
    await agent.send(f"/desk/tickets/{ticket.id}/take", version=1)
    for _ in range(2):
        response = await agent.send(
            f"/desk/tickets/{ticket.id}/reply", version=2, text="Once", client_message_id="m1"
        )
        assert response.status == 200
    assert words(desk_database, ticket).count("Once") == 1


async def test_a_colleague_who_was_faster_is_a_conflict(
    agent: Browser, make_ticket: MakeTicket, desk_database
) -> None:  # type: ignore[no-untyped-def]
    ticket = make_ticket()
    with desk_database.session() as session:
        other = next(person for person in list_agents(session) if person.role == "supervisor")
        take(session, ticket.id, other, version=1, now=NOW)
    faster, theirs = (409, "conflict"), (403, "not_yours")
    for path, fields, refusal in (
        ("take", {"version": 1}, faster),
        ("take", {"version": 2}, faster),
        ("reply", {"version": 1, "text": "Hi", "client_message_id": "m0"}, faster),
        ("reply", {"version": 2, "text": "Hi", "client_message_id": "m1"}, theirs),
        ("close", {"version": 2}, theirs),
        ("typing", {}, faster),
    ):
        response = await agent.send(f"/desk/tickets/{ticket.id}/{path}", **fields)
        assert (response.status, (await response.json())["error"]) == refusal, path
    assert len(words(desk_database, ticket)) == 2
    with desk_database.reading() as session:
        assert get_ticket(session, ticket.id).version == 2


async def test_a_stale_page_is_a_conflict(
    agent: Browser, make_ticket: MakeTicket, desk_database
) -> None:  # type: ignore[no-untyped-def]
    ticket = make_ticket()
    await agent.send(f"/desk/tickets/{ticket.id}/take", version=1)
    response = await agent.send(
        f"/desk/tickets/{ticket.id}/reply", version=1, text="Hi", client_message_id="m1"
    )
    assert response.status == 409
    assert len(words(desk_database, ticket)) == 2


async def test_live_gives_what_came_after(agent: Browser, make_ticket: MakeTicket) -> None:
    ticket = make_ticket("Hello there")
    first = await (await agent.client.get(f"/desk/tickets/{ticket.id}/live?after=0")).json()
    assert "Hello there" in first["messages"]
    again = await (
        await agent.client.get(f"/desk/tickets/{ticket.id}/live?after={first['last_id']}")
    ).json()
    assert (again["messages"].strip(), again["last_id"]) == ("", first["last_id"])


async def test_supervisors_see_the_team(browser: Browser) -> None:
    await browser.sign_in("supervisor")
    status, page = await browser.open("/desk/team")
    assert status == 200
    assert "Ines Admin" in page


async def test_the_desk_speaks_chinese(agent: Browser) -> None:
    response = await agent.send("/desk/language", script=False, language="zh", next="/desk")
    assert (response.status, response.headers["Location"]) == (303, "/desk")
    _, page = await agent.open("/desk")
    assert '<html lang="zh">' in page
    assert "收件箱" in page


async def test_lists_that_fill_later_are_on_the_page_and_new_words_are_counted(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    _, page = await agent.open("/desk")
    for view in ("snoozed", "breached", "mentions"):
        assert re.search(rf'<a href="/desk\?view={view}" data-if-any hidden>', page), view
    first, second = make_ticket(), make_ticket()
    for one in (first, second):
        await agent.send(f"/desk/tickets/{one.id}/take", version=1)
    await agent.send(f"/desk/tickets/{first.id}/reply", version=2, text="Hi", client_message_id="a")
    body = await (await agent.client.get("/desk/rows?view=mine&current=")).json()
    assert body["unanswered"] == 1
    before = body["newest"]
    with desk_database.session() as session:
        accept_message(session, first.conversation_id, text="And?", client_message_id="c2", now=NOW)
    body = await (await agent.client.get("/desk/rows?view=mine&current=")).json()
    assert body["unanswered"] == 2
    assert body["newest"] > before
    await agent.send(f"/desk/tickets/{second.id}/snooze", version=2, hours="4")
    body = await (await agent.client.get("/desk/rows?view=mine&current=")).json()
    assert (body["counts"]["snoozed"], body["unanswered"]) == (1, 1)


async def test_a_ticket_of_the_night_shows_what_the_assistant_says_until_it_is_taken(
    agent: Browser, make_ticket: MakeTicket, desk_database: Database
) -> None:
    ticket = make_ticket("A person, please", now=NOW.replace(hour=2))
    place = ticket.conversation_id
    path = f"/desk/tickets/{ticket.id}"
    _, page = await agent.open(path)
    assert "A person, please" in page
    with desk_database.session() as session:
        assert get_conversation(session, place).handled_by == "bot"
        asked = accept_message(
            session, place, text="Do you ship to Norway?", client_message_id="c2", now=NOW
        )
        post_bot_replies(session, place, [Reply("Yes, we do.")], now=NOW)
    found = await (await agent.client.get(f"{path}/live?after={asked.message.id - 1}")).json()
    for words in ("Do you ship to Norway?", "Yes, we do."):
        assert words in found["messages"], words
    assert not found["can_reply"]
    with desk_database.reading() as session:
        version = get_ticket(session, ticket.id).version
    assert (await agent.send(f"{path}/take", version=version)).status == 200
    with desk_database.session() as session:
        conversation = get_conversation(session, place)
        assert (conversation.handled_by, conversation.agent_name) == ("agent", "Ines Agent")
        later = accept_message(
            session, place, text="And to Iceland?", client_message_id="c3", now=NOW
        )
        assert (later.handled_by, later.is_handled) == ("agent", True)
