"""Tickets: one per conversation, one agent each, nothing said twice."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from conversations import (
    Conversation,
    ConversationNotFound,
    count_outbox,
    create_conversation,
    get_conversation,
    transcript,
)
from desk.tickets import (
    Agent,
    TicketConflict,
    TicketNotFound,
    TicketView,
    count_tickets,
    events_of,
    finish,
    get_ticket,
    list_tickets,
    queue_position,
    release,
    release_all,
    reply,
    take,
)
from desk.tickets.models import LogIsFinal, TicketEventRow
from kit.database import Database
from tests.unit.desk_tickets.conftest import NOW, opened


def said(database: Database, conversation_id: str) -> list[str]:
    with database.reading() as session:
        return [message.text for message in transcript(session, conversation_id)]


def test_opening_hands_the_conversation_to_people(
    database: Database, ticket: TicketView, conversation: Conversation
) -> None:
    with database.reading() as session:
        assert get_conversation(session, conversation.id).handled_by == "agent"
        assert [event.kind for event in events_of(session, ticket.id)] == ["opened", "routed"]
    assert (ticket.state, ticket.position, ticket.customer_id, ticket.version) == (
        "waiting",
        1,
        "7",
        1,
    )


def test_opening_twice_keeps_the_first_ticket(database: Database, ticket: TicketView) -> None:
    again = opened(database, ticket.conversation_id, reason="complaint")
    assert again == ticket


def test_opening_for_an_unknown_conversation_is_refused(database: Database) -> None:
    with pytest.raises(ConversationNotFound):
        opened(database, "nobody")


def test_a_conversation_can_need_a_person_again(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        taken = take(session, ticket.id, ines, version=1, now=NOW)
        finish(session, ticket.id, ines, "solved", version=taken.version, now=NOW)
    assert opened(database, ticket.conversation_id).id != ticket.id


def test_urgent_tickets_come_first_then_the_oldest(database: Database, ines: Agent) -> None:
    ids = []
    for minutes, priority in ((0, "normal"), (1, "urgent"), (2, "normal")):
        with database.session() as session:
            place = create_conversation(session, channel="webchat", language="zh", now=NOW)
        at = NOW + timedelta(minutes=minutes)
        ids.append(opened(database, place.id, priority=priority, now=at).id)
    with database.reading() as session:
        waiting = list_tickets(session, "waiting", agent_id=ines.id)
        assert [(item.id, item.position) for item in waiting] == [
            (ids[1], 1),
            (ids[0], 2),
            (ids[2], 3),
        ]
        assert [queue_position(session, number) for number in ids] == [2, 1, 3]
        assert count_tickets(session, agent_id=ines.id) == {"waiting": 3, "mine": 0, "all": 3}


def test_taking_tells_the_shopper_who_is_there(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        taken = take(session, ticket.id, ines, version=1, now=NOW)
    assert (taken.state, taken.agent_name, taken.version, taken.position) == (
        "assigned",
        "Ines",
        2,
        None,
    )
    assert said(database, ticket.conversation_id) == ["Ines from our team has joined the chat."]


def test_of_two_agents_at_once_one_wins(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent
) -> None:
    start = threading.Barrier(2)
    results: dict[str, str] = {}

    def act(agent: Agent) -> None:
        start.wait()
        try:
            with database.session() as session:
                take(session, ticket.id, agent, version=1, now=NOW)
            results[agent.name] = "won"
        except TicketConflict:
            results[agent.name] = "told"

    threads = [threading.Thread(target=act, args=(agent,)) for agent in (ines, wang)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results.values()) == ["told", "won"]
    with database.reading() as session:
        winner = get_ticket(session, ticket.id).agent_name
    assert winner is not None
    assert results[winner] == "won"
    assert len(said(database, ticket.conversation_id)) == 1


def test_many_opening_at_once_make_one_ticket(
    database: Database, conversation: Conversation
) -> None:
    found: list[int] = []

    def act() -> None:
        found.append(opened(database, conversation.id).id)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_reply_goes_out_once(database: Database, ticket: TicketView, ines: Agent) -> None:
    with database.session() as session:
        taken = take(session, ticket.id, ines, version=1, now=NOW)
    for expected in (True, False):
        with database.session() as session:
            _, message = reply(
                session,
                ticket.id,
                ines,
                text="I have sent you a label.",
                version=taken.version,
                client_message_id="c1",
                now=NOW,
            )
        assert (message is not None) is expected
    assert said(database, ticket.conversation_id)[1:] == ["I have sent you a label."]
    with database.reading() as session:
        assert count_outbox(session)["waiting"] == 2


@pytest.mark.parametrize(
    ("author", "version"), [("Wang", 2), ("Ines", 1)], ids=["not-mine", "stale"]
)
def test_a_refused_reply_says_nothing(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent, author: str, version: int
) -> None:
    with database.session() as session:
        take(session, ticket.id, ines, version=1, now=NOW)
    agent = {"Ines": ines, "Wang": wang}[author]
    with pytest.raises(TicketConflict), database.session() as session:
        reply(
            session,
            ticket.id,
            agent,
            text="Hello",
            version=version,
            client_message_id="c1",
            now=NOW,
        )
    assert len(said(database, ticket.conversation_id)) == 1
    with database.reading() as session:
        assert get_ticket(session, ticket.id).version == 2


def test_handing_back_puts_the_bot_in_charge(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        take(session, ticket.id, ines, version=1, now=NOW)
        ended = finish(session, ticket.id, ines, "handed_back", version=2, now=NOW)
    assert (ended.state, ended.outcome, ended.closed_at) == ("closed", "handed_back", NOW)
    with database.reading() as session:
        assert get_conversation(session, ticket.conversation_id).handled_by == "bot"
        assert [event.kind for event in events_of(session, ticket.id)] == [
            "opened",
            "routed",
            "taken",
            "handed_back",
        ]


def test_notices_are_in_the_language_of_the_conversation(database: Database, ines: Agent) -> None:
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="zh", now=NOW)
    found = opened(database, place.id, language="zh")
    with database.session() as session:
        take(session, found.id, ines, version=1, now=NOW)
    assert said(database, place.id) == ["人工客服 Ines 已加入对话。"]


def test_a_released_ticket_waits_again_in_its_old_place(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        take(session, ticket.id, ines, version=1, now=NOW)
        found = release(session, ticket.id, ines, version=2, now=NOW)
    assert (found.state, found.agent_id, found.position) == ("waiting", None, 1)


def test_a_colleague_cannot_end_it_but_a_supervisor_can(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        take(session, ticket.id, ines, version=1, now=NOW)
    with pytest.raises(TicketConflict), database.session() as session:
        finish(session, ticket.id, wang, "solved", version=2, now=NOW)
    with database.session() as session:
        finish(session, ticket.id, replace(wang, role="supervisor"), "solved", version=2, now=NOW)
        assert get_ticket(session, ticket.id).state == "closed"


def test_nobody_is_left_hanging_when_an_agent_leaves(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        take(session, ticket.id, ines, version=1, now=NOW)
    with database.session() as session:
        assert release_all(session, ines, now=NOW) == 1
        assert get_ticket(session, ticket.id).state == "waiting"


def test_unknown_tickets_are_not_found(database: Database, ines: Agent) -> None:
    with pytest.raises(TicketNotFound), database.session() as session:
        take(session, 404, ines, version=1, now=NOW)


def test_the_log_cannot_be_rewritten(database: Database, ticket: TicketView) -> None:
    with database.session() as session:
        session.query(TicketEventRow).filter_by(kind="opened").one().kind = "never happened"
        with pytest.raises(LogIsFinal):
            session.flush()
        session.rollback()
