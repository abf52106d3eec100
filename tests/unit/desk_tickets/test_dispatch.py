"""What happens by itself: who gets what, who is told, what is late, who left."""

from datetime import timedelta

from conversations import (
    Conversation,
    accept_message,
    create_conversation,
    get_conversation,
    transcript,
)
from desk.tickets import (
    Agent,
    TicketView,
    events_of,
    expected_wait,
    get_ticket,
    is_anything_due,
    release,
    set_presence,
    sign_off,
    snooze,
    take,
    tick,
    transfer_to_team,
)
from desk.tickets.models import AgentRow, TicketRow
from desk.tickets.setup import add_rule, change_rule, list_rules, save_team, set_members
from kit.database import Database
from tests.unit.desk_tickets.conftest import NOW, opened


def come_online(database: Database, *agents: Agent, **changes: object) -> None:
    with database.session() as session:
        for agent in agents:
            set_presence(session, agent.id, "online", now=NOW)
            row = session.get_one(AgentRow, agent.id)
            for name, value in changes.items():
                setattr(row, name, value)


def look(database: Database, minutes: float = 0) -> tuple[str, ...]:
    now = NOW + timedelta(minutes=minutes)
    with database.session() as session:
        for row in session.query(AgentRow).filter_by(presence="online"):
            row.seen_at = now
        return tick(session, now=now).conversations


def state(database: Database, ticket: TicketView) -> TicketView:
    with database.reading() as session:
        return get_ticket(session, ticket.id)


def kinds(database: Database, ticket: TicketView) -> list[str]:
    with database.reading() as session:
        return [event.kind for event in events_of(session, ticket.id)]


def words(database: Database, ticket: TicketView) -> list[str]:
    with database.reading() as session:
        return [message.text for message in transcript(session, ticket.conversation_id)]


def test_nobody_online_means_nobody_gets_it(database: Database, ticket: TicketView) -> None:
    assert look(database) == ()
    assert state(database, ticket).state == "waiting"


def test_a_ticket_goes_to_who_is_online_and_says_why(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    come_online(database, ines)
    assert look(database) == (ticket.conversation_id,)
    found = state(database, ticket)
    assert (found.state, found.agent_id) == ("assigned", ines.id)
    assert "Ines from our team has joined the chat." in words(database, ticket)
    with database.reading() as session:
        last = events_of(session, ticket.id)[-1]
    assert last.kind == "assigned"
    assert "speaks=en" in last.detail["why"]
    assert look(database) == ()


def test_rules_send_a_ticket_to_a_team_with_the_skill(
    database: Database, conversation: Conversation, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        team = save_team(session, key="returns", name="Returns", is_default=True)
        set_members(session, team.id, [ines.id, wang.id])
        add_rule(session, "Warranty", {"topics": ["warranty"]}, {"skills": ["zips"]})
    come_online(database, ines)
    come_online(database, wang, skills=["zips"])
    ticket = opened(database, conversation.id, topic="warranty")
    assert (ticket.team_name, ticket.skills) == ("Returns", ("zips",))
    look(database)
    assert state(database, ticket).agent_id == wang.id


def test_overflow_to_the_other_team_after_a_while(
    database: Database, conversation: Conversation, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        help_team = save_team(session, key="help", name="Help")
        save_team(
            session,
            key="first",
            name="First",
            overflow_key="help",
            overflow_minutes=4,
            is_default=True,
        )
        first = save_team(
            session,
            key="first",
            name="First",
            overflow_key="help",
            overflow_minutes=4,
            is_default=True,
        )
        set_members(session, help_team.id, [ines.id])
        set_members(session, first.id, [wang.id])
    come_online(database, ines)
    ticket = opened(database, conversation.id)
    look(database, 1)
    assert state(database, ticket).state == "waiting"
    look(database, 5)
    assert state(database, ticket).agent_id == ines.id


def test_who_waits_is_told_place_and_time(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    come_online(database, ines, capacity=0)
    look(database, 1)
    assert not any("number 1" in text for text in words(database, ticket))
    look(database, 3)
    look(database, 4)
    told = [text for text in words(database, ticket) if "number 1 in the queue" in text]
    assert len(told) == 1


def test_a_late_ticket_is_marked_once_and_becomes_urgent(
    database: Database, ticket: TicketView
) -> None:
    look(database, 31)
    look(database, 32)
    found = state(database, ticket)
    assert found.breached_at == NOW + timedelta(minutes=31)
    assert found.priority == "urgent"
    assert kinds(database, ticket).count("breached") == 1


def test_signing_off_puts_tickets_back_and_a_colleague_gets_them(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent
) -> None:
    come_online(database, ines)
    look(database)
    come_online(database, wang)
    with database.session() as session:
        assert sign_off(session, ines.id, now=NOW) == [ticket.conversation_id]
    look(database, 1)
    assert state(database, ticket).agent_id == wang.id
    with database.reading() as session:
        assert get_conversation(session, ticket.conversation_id).agent_name == "Wang"
    assert "requeued" in kinds(database, ticket)


def test_somebody_whose_browser_is_gone_is_signed_off(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    come_online(database, ines)
    look(database)
    with database.session() as session:
        tick(session, now=NOW + timedelta(minutes=5))
    found = state(database, ticket)
    assert (found.state, found.agent_id) == ("waiting", None)


def test_a_returning_shopper_gets_the_agent_they_know(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent
) -> None:
    come_online(database, wang)
    look(database)
    come_online(database, ines)
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW)
    again = opened(database, place.id)
    look(database, 1)
    assert state(database, again).agent_id == wang.id


def test_a_snoozed_ticket_comes_back_when_its_time_is_over_or_the_shopper_writes(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        snooze(session, ticket.id, ines, NOW + timedelta(hours=4), version=1, now=NOW)
    look(database, 1)
    assert state(database, ticket).snoozed_until is not None
    with database.session() as session:
        accept_message(
            session,
            ticket.conversation_id,
            text="Any news?",
            client_message_id="m9",
            now=NOW + timedelta(minutes=2),
        )
    look(database, 3)
    found = state(database, ticket)
    assert found.snoozed_until is None
    with database.session() as session:
        later = NOW + timedelta(minutes=4)
        snooze(session, ticket.id, ines, NOW + timedelta(hours=1), version=found.version, now=later)
    look(database, 61)
    assert state(database, ticket).snoozed_until is None
    assert kinds(database, ticket).count("woken") == 2


def test_rules_can_be_moved_and_turned_off(database: Database) -> None:
    with database.session() as session:
        save_team(session, key="a", name="A")
        first = add_rule(session, "One", {}, {"team": "a"})
        add_rule(session, "Two", {}, {"priority": "high"})
        change_rule(session, first.id, "down")
        change_rule(session, first.id, "off")
    with database.reading() as session:
        assert [(one.rule.name, one.is_active) for one in list_rules(session)] == [
            ("Two", True),
            ("One", False),
        ]


def test_tickets_of_before_keep_working(database: Database, ticket: TicketView) -> None:
    with database.session() as session:
        row = session.get_one(TicketRow, ticket.id)
        row.first_due_at = row.resolve_due_at = None
    look(database, 60)
    assert state(database, ticket).breached_at is None


def test_who_puts_a_ticket_back_does_not_get_it_again_at_once(
    database: Database, ticket: TicketView, ines: Agent, wang: Agent
) -> None:
    come_online(database, ines)
    look(database)
    with database.session() as session:
        team = save_team(session, key="returns", name="Returns")
        set_members(session, team.id, [ines.id, wang.id])
        release(session, ticket.id, ines, version=2, now=NOW)
        place = get_conversation(session, ticket.conversation_id)
    assert (place.handled_by, place.agent_name) == ("agent", None)
    look(database, 1)
    assert state(database, ticket).state == "waiting"
    look(database, 14)
    assert state(database, ticket).state == "waiting"
    look(database, 16)
    assert state(database, ticket).agent_id == ines.id
    version = state(database, ticket).version
    with database.session() as session:
        transfer_to_team(
            session, ticket.id, ines, team.id, version=version, now=NOW + timedelta(minutes=16)
        )
    look(database, 17)
    assert state(database, ticket).state == "waiting"
    come_online(database, wang)
    look(database, 18)
    assert state(database, ticket).agent_id == wang.id


def test_a_skill_that_nobody_has_keeps_nobody_waiting(
    database: Database, conversation: Conversation, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        add_rule(session, "Chinese", {"languages": ["en"]}, {"skills": ["mandarin"]})
    ticket = opened(database, conversation.id)
    come_online(database, ines)
    with database.session() as session:
        session.get_one(AgentRow, wang.id).skills = ["mandarin"]  # she has it, and is not in
    look(database)
    assert state(database, ticket).state == "waiting"
    with database.reading() as session:
        assert expected_wait(session, state(database, ticket), now=NOW) is None
    with database.session() as session:
        session.get_one(AgentRow, wang.id).is_active = False
    look(database)
    assert state(database, ticket).agent_id == ines.id


def test_who_waits_while_nobody_is_in_is_told_so_now_and_then(
    database: Database, ticket: TicketView
) -> None:
    told = "All our colleagues are away for a moment."
    for minutes, times in ((1, 0), (3, 1), (20, 1), (34, 2)):
        with database.reading() as session:
            due = is_anything_due(session, NOW + timedelta(minutes=minutes))
        look(database, minutes)
        said = [one for one in words(database, ticket) if one.startswith(told)]
        assert len(said) == times, minutes
        assert due == (minutes in (3, 34)), minutes


def test_whoever_waits_at_closing_time_is_helped_by_the_assistant(
    database: Database, ticket: TicketView, ines: Agent
) -> None:
    night = NOW.replace(hour=21)
    with database.session() as session:
        assert get_conversation(session, ticket.conversation_id).handled_by == "agent"
        assert is_anything_due(session, night)
        assert tick(session, now=night).conversations == (ticket.conversation_id,)
        assert get_conversation(session, ticket.conversation_id).handled_by == "bot"
        assert tick(session, now=night).conversations == ()
        assert get_ticket(session, ticket.id).state == "waiting"
        take(session, ticket.id, ines, version=get_ticket(session, ticket.id).version, now=night)
        place = get_conversation(session, ticket.conversation_id)
        assert (place.handled_by, place.agent_name) == ("agent", "Ines")
        version = get_ticket(session, ticket.id).version
        release(session, ticket.id, ines, version=version, now=night)
        place = get_conversation(session, ticket.conversation_id)
        assert (place.handled_by, place.agent_name) == ("bot", None)
    assert words(database, ticket)[-1].startswith("A colleague goes on as soon as the desk opens")
