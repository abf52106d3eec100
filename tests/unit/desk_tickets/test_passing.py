"""Tickets that pass on: to colleagues, teams, the bot for a step; merged, followed up, rated."""

from datetime import timedelta

import pytest

from conversations import (
    accept_message,
    claim_next,
    complete,
    create_conversation,
    get_conversation,
    hand_to_agent,
    said_meanwhile,
    transcript,
)
from desk.tickets import (
    Agent,
    AgentOffline,
    NotYours,
    TicketConflict,
    TicketView,
    add_note,
    ask_rating,
    finish,
    follow_up,
    get_ticket,
    go_on,
    is_thanks,
    labels_of,
    lend,
    merge,
    notes_of,
    open_ticket_of,
    others_of,
    press,
    reply,
    set_labels,
    set_presence,
    set_priority,
    take,
    take_over,
    transfer_to_agent,
    transfer_to_team,
)
from desk.tickets.places import messages_of, places_of
from desk.tickets.setup import SetupRefused, save_team
from desk.tickets.work_models import RatingRow
from kit.button import read_button
from kit.database import Database
from tests.unit.desk_tickets.conftest import NOW, make_agent, opened

KEY = b"k" * 32


@pytest.fixture
def taken(database: Database, ticket: TicketView, ines: Agent) -> TicketView:
    with database.session() as session:
        return take(session, ticket.id, ines, version=1, now=NOW)


def words(database: Database, ticket: TicketView) -> list[str]:
    with database.reading() as session:
        return [message.text for message in transcript(session, ticket.conversation_id)]


def test_a_colleague_takes_over_and_the_shopper_is_told(
    database: Database, taken: TicketView, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        with pytest.raises(AgentOffline):  # nobody would see it there
            transfer_to_agent(session, taken.id, ines, wang.id, version=2, now=NOW)
        untouched = get_ticket(session, taken.id)
        assert (untouched.agent_id, untouched.version) == (ines.id, 2)
        set_presence(session, wang.id, "away", now=NOW)
        found = transfer_to_agent(session, taken.id, ines, wang.id, version=2, now=NOW)
        assert (found.agent_id, found.version) == (wang.id, 3)
        with pytest.raises(TicketConflict):
            transfer_to_agent(session, taken.id, ines, ines.id, version=3, now=NOW)
    assert words(database, taken)[-2:] == [
        "Ines has asked a colleague to take over, who sees everything so far.",
        "Wang from our team has joined the chat.",
    ]


def test_a_team_gets_it_in_its_old_place(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        team = save_team(session, key="returns", name="Returns")
        found = transfer_to_team(session, taken.id, ines, team.id, version=2, now=NOW)
        assert (found.state, found.team_name, found.opened_at) == ("waiting", "Returns", NOW)
        with pytest.raises(SetupRefused, match="team"):
            transfer_to_team(session, taken.id, ines, 99, version=3, now=NOW)


def test_who_manages_tickets_sends_waiting_ones_on_and_takes_colleagues_over(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent
) -> None:
    lena = make_agent(database, "Lena", "supervisor")
    with database.session() as session:
        set_presence(session, wang.id, "online", now=NOW)
        set_presence(session, lena.id, "online", now=NOW)
        team = save_team(session, key="returns", name="Returns")
        with pytest.raises(TicketConflict):
            transfer_to_agent(session, ticket.id, ines, wang.id, version=1, now=NOW)
        found = transfer_to_team(session, ticket.id, lena, team.id, version=1, now=NOW)
        assert (found.state, found.team_name) == ("waiting", "Returns")
        found = transfer_to_agent(session, ticket.id, lena, wang.id, version=2, now=NOW)
        assert (found.state, found.agent_id) == ("assigned", wang.id)
        found = transfer_to_agent(session, ticket.id, lena, lena.id, version=3, now=NOW)
        assert found.agent_id == lena.id
        place = get_conversation(session, ticket.conversation_id)
        assert (place.handled_by, place.agent_name) == ("agent", "Lena")
    assert words(database, ticket) == [
        "Wang from our team has joined the chat.",
        "Wang has asked a colleague to take over, who sees everything so far.",
        "Lena from our team has joined the chat.",
    ]


def test_another_priority_moves_what_is_due(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    def due(found: TicketView) -> tuple[int, int]:
        assert found.first_due_at is not None
        assert found.resolve_due_at is not None
        spans = (found.first_due_at - NOW, found.resolve_due_at - NOW)
        return (int(spans[0].total_seconds() // 60), int(spans[1].total_seconds() // 60))

    later = NOW + timedelta(minutes=2)
    with database.session() as session:
        assert due(ticket) == (30, 480)
        found = set_priority(session, ticket.id, ines, "urgent", version=1, now=later)
        assert due(found) == (5, 120)
        take(session, ticket.id, ines, version=2, now=later)
        reply(session, ticket.id, ines, text="Hi", version=3, client_message_id="a", now=later)
        found = set_priority(session, ticket.id, ines, "high", version=4, now=later)
        assert due(found) == (5, 240)  # the first reply was given: its clock has stopped


def test_the_bot_does_a_step_while_the_agent_watches(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    place = taken.conversation_id
    with database.session() as session:
        lend(session, taken.id, ines, "offer_return", "Start a return", version=2, key=KEY, now=NOW)
        assert get_conversation(session, place).is_lent
        work = claim_next(session, worker="w", now=NOW)
        assert work is not None
        assert read_button(work.text, place, KEY).payload == "/return_item"
        complete(session, work.message.id, [], worker="w", now=NOW)
        found = get_ticket(session, taken.id)
        assert (found.state, found.agent_id) == ("assigned", ines.id)
        take_over(session, taken.id, ines, version=found.version, now=NOW)
        assert get_conversation(session, place).handled_by == "agent"
    assert "Ines has asked the assistant to help with the next step: Start a return" in words(
        database, taken
    )


def test_who_writes_during_a_step_is_in_charge_again(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        lend(session, taken.id, ines, "recommend", "Ideas", version=2, key=KEY, now=NOW)
        reply(
            session, taken.id, ines, text="One moment.", version=3, client_message_id="c", now=NOW
        )
        assert get_conversation(session, taken.conversation_id).handled_by == "agent"


def test_the_bot_hears_what_was_said_meanwhile(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    place = taken.conversation_id
    with database.session() as session:
        accept_message(session, place, text="It is order 10482", client_message_id="1", now=NOW)
        reply(session, taken.id, ines, text="Thank you.", version=2, client_message_id="a", now=NOW)
        finish(session, taken.id, ines, "handed_back", version=3, now=NOW)
        accept_message(session, place, text="And my refund?", client_message_id="2", now=NOW)
        work = claim_next(session, worker="w", now=NOW)
        assert work is not None
        said = said_meanwhile(session, place, work.message.id)
        assert [(one.author, one.text) for one in said] == [
            ("shopper", "It is order 10482"),
            ("agent", "Thank you."),
        ]
        complete(session, work.message.id, [], worker="w", now=NOW)
        later = accept_message(session, place, text="Hm", client_message_id="3", now=NOW)
        assert said_meanwhile(session, place, later.message.id) == []


def test_two_tickets_of_one_person_become_one(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW)
    second = opened(database, place.id)
    stranger_place = second
    with database.session() as session:
        other = create_conversation(session, channel="webchat", language="en", now=NOW)
    stranger_place = opened(database, other.id, customer_id=8)
    with database.session() as session:
        survivor = merge(session, second.id, ticket.id, ines, version=1, now=NOW)
        assert survivor.id == ticket.id
        ended = get_ticket(session, second.id)
        assert (ended.outcome, ended.merged_into_id) == ("merged", ticket.id)
        assert [one.id for one in others_of(session, ticket)] == [second.id]
        with pytest.raises(SetupRefused, match="into"):
            merge(session, stranger_place.id, ticket.id, ines, version=1, now=NOW)


def test_a_closed_ticket_can_be_followed_up(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        with pytest.raises(TicketConflict):
            follow_up(session, taken.id, ines, now=NOW)
        finish(session, taken.id, ines, "solved", version=2, now=NOW)
        again = follow_up(session, taken.id, ines, now=NOW)
        assert (again.follows_id, again.agent_id, again.reason) == (taken.id, ines.id, "follow_up")


def test_shoppers_are_asked_once_how_the_help_was(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    place = taken.conversation_id
    with database.session() as session:
        ended = finish(session, taken.id, ines, "solved", version=2, now=NOW)
        assert ask_rating(session, ended, key=KEY, now=NOW)
        assert not ask_rating(session, ended, key=KEY, now=NOW)
        question = transcript(session, place)[-1]
        pressed = read_button(question.buttons[1].payload, place, KEY).payload
        assert press(session, place, pressed, now=NOW) == "Thank you for telling us."
        assert session.get_one(RatingRow, taken.id).score == 4
        assert press(session, place, "/return_item", now=NOW) is None
        other = create_conversation(session, channel="webchat", language="en", now=NOW)
        assert press(session, other.id, pressed, now=NOW) is None


def test_a_time_for_a_call_is_noted_on_the_ticket(database: Database, ticket: TicketView) -> None:
    with database.session() as session:
        said = press(
            session,
            ticket.conversation_id,
            '/desk_callback{"at":"2026-11-25T08:00:00+00:00"}',
            now=NOW,
        )
        assert said is not None
        assert "Wednesday 25 November, 09:00" in said
        found = open_ticket_of(session, ticket.conversation_id)
        assert found is not None
        assert found.callback_at is not None


def test_a_button_in_an_agents_chat_waits_for_the_worker(
    database: Database, taken: TicketView
) -> None:
    place = taken.conversation_id
    with database.session() as session:
        pressed = accept_message(
            session, place, text="Call me", payload="btn.x", client_message_id="1", now=NOW
        )
        assert (pressed.handled_by, pressed.is_handled) == ("agent", False)
        hand_to_agent(session, place, now=NOW)
        assert claim_next(session, worker="w", now=NOW) is None


def test_a_merged_ticket_brings_its_conversation_notes_and_labels(
    database: Database, taken: TicketView, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        there = create_conversation(session, channel="webchat", language="en", now=NOW).id
        accept_message(session, there, text="In the other window", client_message_id="1", now=NOW)
    second = opened(database, there, priority="high")
    here = taken.conversation_id
    with database.session() as session:
        set_labels(session, second.id, ines, ["vip"], version=1, now=NOW)
        add_note(session, second.id, ines, "Called before.", now=NOW)
        take(session, second.id, wang, version=2, now=NOW)
        with pytest.raises(NotYours):
            merge(session, second.id, taken.id, ines, version=3, now=NOW)
        survivor = merge(session, second.id, taken.id, wang, version=3, now=NOW)
        assert survivor.priority == "high"
        assert labels_of(session, [survivor.id]) == {survivor.id: ["vip"]}
        assert [one.text for one in notes_of(session, survivor.id)] == ["Called before."]
        assert places_of(session, survivor) == [here, there]
        place = get_conversation(session, there)
        assert (place.handled_by, place.agent_name) == ("agent", "Ines")

        later = accept_message(session, there, text="Still me", client_message_id="2", now=NOW)
        assert (later.handled_by, later.is_handled) == ("agent", True)
        said = [one.text for one in messages_of(session, survivor)]
        assert said.count("In the other window") == 1
        assert said[-1] == "Still me"
        version = survivor.version
        reply(
            session, survivor.id, ines, text="Here", version=version, client_message_id="a", now=NOW
        )
        assert transcript(session, there)[-1].text == "Here"
        accept_message(session, here, text="Now here", client_message_id="3", now=NOW)
        reply(
            session,
            survivor.id,
            ines,
            text="There",
            version=version + 1,
            client_message_id="b",
            now=NOW,
        )
        assert transcript(session, here)[-1].text == "There"
        finish(session, survivor.id, ines, "solved", version=version + 2, now=NOW)
        for one in (here, there):
            assert get_conversation(session, one).handled_by == "bot"


def test_who_writes_after_solved_gets_the_same_person_again(
    database: Database, taken: TicketView, ines: Agent
) -> None:
    place = taken.conversation_id
    with database.session() as session:
        other = create_conversation(session, channel="webchat", language="en", now=NOW).id
        set_presence(session, ines.id, "online", now=NOW)
        set_labels(session, taken.id, ines, ["vip"], version=2, now=NOW)
        set_priority(session, taken.id, ines, "high", version=3, now=NOW)
        words = "No, that is not what I wanted, the refund is missing"
        assert go_on(session, place, words, now=NOW) is None
        finish(session, taken.id, ines, "solved", version=4, now=NOW)
        for text in (
            "Thank you so much!",
            "ok, bye 👋",
            "5",
            "谢谢您！",
            "好的，没有了，谢谢",
            "thx",
        ):
            assert go_on(session, place, text, now=NOW) is None, text
        assert go_on(session, place, words, now=NOW + timedelta(hours=4)) is None
        assert go_on(session, other, words, now=NOW) is None
        ticket = go_on(session, place, words, now=NOW + timedelta(hours=3))
        assert ticket is not None
        assert (ticket.agent_id, ticket.priority, ticket.follows_id, ticket.state) == (
            ines.id,
            "high",
            taken.id,
            "assigned",
        )
        assert labels_of(session, [ticket.id]) == {ticket.id: ["vip"]}
        assert get_conversation(session, place).handled_by == "agent"
        assert go_on(session, place, words, now=NOW + timedelta(hours=3)) is None
    for text in (
        "thanks but where is my refund?",
        "没解决",
        "the refund is missing",
        "不对",
        "客服",
    ):
        assert not is_thanks(text), text
