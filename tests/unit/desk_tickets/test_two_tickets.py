"""Two customers' tickets side by side; who takes which; hours to the minute."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from conversations import create_conversation, get_conversation
from desk.tickets import (
    SERVICE_HOURS,
    Agent,
    ServiceHours,
    TicketConflict,
    TicketView,
    count_tickets,
    erase,
    events_of,
    export,
    finish,
    get_ticket,
    list_tickets,
    queue_position,
    release,
    release_all,
    take,
)
from desk.tickets.assignment import choose, expected_minutes, match, order, refusal
from desk.tickets.hours import HoursRefused, hours_from_json
from desk.tickets.models import TicketEventRow, TicketRow
from desk.tickets.queue import change, not_a_colleagues, views_of
from desk.tickets.work_models import FileRow, LabelRow, NoteRow, RatingRow, ReviewRow
from kit.database import Database
from shop.mail import list_mails, queue_mail
from tests.unit.desk_tickets.conftest import NOW, opened
from tests.unit.desk_tickets.test_routing import person, waiting

LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)
# One kind of database is enough: what is told apart is told apart in the same words by each.
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def second(database: Database) -> TicketView:
    """Another customer's ticket, in a conversation of its own."""
    with database.session() as session:
        place = create_conversation(session, channel="telegram", language="zh", now=NOW)
    return opened(database, place.id, customer_id=8, language="zh", now=LATER)


def row(database: Database, ticket: TicketView) -> dict[str, Any]:
    with database.reading() as session:
        found = session.get_one(TicketRow, ticket.id)
        return {column.name: getattr(found, column.name) for column in TicketRow.__table__.columns}


# -- the queue ---------------------------------------------------------------------------------


@one_database
def test_one_ticket_is_taken_ended_and_released_without_the_other(
    database: Database, ticket: TicketView, second: TicketView, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        mine = take(session, ticket.id, ines, version=1, now=LATER)
        assert (mine.state, mine.agent_name, mine.taken_at, mine.version) == (
            "assigned",
            "Ines",
            LATER,
            2,
        )
        assert (mine.position, queue_position(session, second.id)) == (None, 1)
        assert count_tickets(session, agent_id=ines.id) == {"waiting": 1, "mine": 1, "all": 2}
        assert count_tickets(session, agent_id=wang.id) == {"waiting": 1, "mine": 0, "all": 2}
        assert [one.id for one in list_tickets(session, "mine", agent_id=ines.id)] == [ticket.id]
        assert [one.id for one in list_tickets(session, "waiting", agent_id=1)] == [second.id]
        assert [one.id for one in list_tickets(session, "all", agent_id=1, limit=1)]
    before = row(database, second)
    with database.session() as session:
        for late in (
            lambda: take(session, ticket.id, wang, version=1, now=LATER),
            lambda: take(session, ticket.id, wang, version=2, now=LATER),
            lambda: finish(session, ticket.id, ines, "solved", version=1, now=LATER),
            lambda: release(session, second.id, ines, version=1, now=LATER),
        ):
            with pytest.raises(TicketConflict):
                late()
        done = finish(session, ticket.id, ines, "solved", version=2, now=LATER)
        assert (done.state, done.outcome, done.closed_at) == ("closed", "solved", LATER)
        kinds = [one.kind for one in events_of(session, ticket.id)]
        assert kinds == ["opened", "routed", "taken", "solved"]
        assert get_conversation(session, ticket.conversation_id).handled_by == "bot"
        assert get_conversation(session, second.conversation_id).handled_by == "agent"
    assert row(database, second) == before
    assert row(database, ticket)["open_conversation_id"] is None
    again = opened(database, ticket.conversation_id)
    assert again.id != ticket.id


@one_database
def test_all_that_one_agent_has_waits_again(
    database: Database, ticket: TicketView, second: TicketView, ines: Agent, wang: Agent
) -> None:
    with database.session() as session:
        take(session, ticket.id, ines, version=1, now=NOW)
        take(session, second.id, wang, version=1, now=NOW)
        assert release_all(session, ines, now=LATER) == 1
        assert release_all(session, ines, now=LATER) == 0
        given, kept = get_ticket(session, ticket.id), get_ticket(session, second.id)
    assert (given.state, given.agent_id, kept.state, kept.agent_name) == (
        "waiting",
        None,
        "assigned",
        "Wang",
    )
    with database.reading() as session:
        rows = session.execute(
            select(TicketEventRow.kind, TicketEventRow.agent_id)
            .where(TicketEventRow.ticket_id == ticket.id)
            .order_by(TicketEventRow.id)
        )
        assert [tuple(one) for one in rows][2:] == [
            ("taken", ines.id),
            ("released", ines.id),
            ("left", ines.id),
        ]


@one_database
def test_places_go_by_urgency_then_age(
    database: Database, ticket: TicketView, second: TicketView
) -> None:
    with database.session() as session:
        places = [
            create_conversation(session, channel="telegram", language="en", now=NOW).id
            for _ in range(2)
        ]
    urgent = opened(database, places[0], priority="urgent", now=LATER)
    same = opened(database, places[1], now=NOW)
    ids = [urgent.id, ticket.id, same.id, second.id]
    with database.reading() as session:
        assert [queue_position(session, one) for one in ids] == [1, 2, 3, 4]
        listed = list_tickets(session, "waiting", agent_id=1)
        assert [(one.id, one.position) for one in listed] == list(
            zip(ids, (1, 2, 3, 4), strict=True)
        )
        assert queue_position(session, 99) is None
        shown = views_of(session, [second.id, urgent.id], first=5)
    assert [(one.id, one.position) for one in shown] == [(second.id, 5), (urgent.id, 6)]


@one_database
def test_an_opened_ticket_keeps_all_that_was_said_about_it(database: Database) -> None:
    with database.session() as session:
        place = create_conversation(session, channel="telegram", language="zh", now=NOW)
    found = opened(
        database,
        place.id,
        language="zh",
        summary="x" * 3000,
        sentiment="negative",
        moods=[-0.123, 0.5],
        urgency=0.25,
        order_number="20001",
        order_value=12,
        customer_value=34,
        reason="r" * 80,
        topic="t" * 80,
    )
    assert (found.summary, found.reason, found.topic) == ("x" * 2000, "r" * 60, "t" * 60)
    assert (found.sentiment, found.moods, found.urgency) == ("negative", (-0.12, 0.5), 0.25)
    assert (found.order_number, found.order_value, found.customer_value) == ("20001", 12, 34)
    assert (found.channel, found.customer_id, found.language) == ("telegram", "7", "zh")
    assert (found.opened_at, found.updated_at, found.version) == (NOW, NOW, 1)
    assert found.first_due_at is not None
    assert found.resolve_due_at is not None
    assert NOW < found.first_due_at < found.resolve_due_at


@one_database
def test_a_change_holds_for_the_version_it_was_decided_on(
    database: Database, ticket: TicketView, second: TicketView, ines: Agent
) -> None:
    before = row(database, second)
    with database.session() as session:
        now = {"version": 1, "now": LATER, "values": {"topic": "other"}}
        change(session, ticket.id, not_a_colleagues(ines), **now)  # type: ignore[arg-type]
        with pytest.raises(TicketConflict):
            change(session, ticket.id, not_a_colleagues(ines), **now)  # type: ignore[arg-type]
    found = row(database, ticket)
    assert (found["topic"], found["version"], found["updated_at"]) == ("other", 2, LATER)
    assert row(database, second) == before


# -- a customer's own data ---------------------------------------------------------------------


@one_database
def test_each_customers_tickets_are_their_own(
    database: Database, ticket: TicketView, second: TicketView, ines: Agent
) -> None:
    with database.session() as session:
        for number, one in enumerate((ticket, second), start=1):
            found = session.get_one(TicketRow, one.id)
            found.understood = {"wish": f"w{number}"}
            found.callback_at, found.callback_phone = LATER, f"+49 {number}"
            found.mail_to, found.order_number = f"{number}@x.zz", f"2000{number}"
            session.add_all(
                [
                    LabelRow(ticket_id=one.id, label=f"label{number}"),
                    NoteRow(ticket_id=one.id, agent_id=ines.id, text=f"note{number}a", at=NOW),
                    NoteRow(ticket_id=one.id, agent_id=ines.id, text=f"note{number}b", at=LATER),
                    RatingRow(ticket_id=one.id, score=number, asked_at=NOW),
                    ReviewRow(
                        ticket_id=one.id,
                        reviewer_id=ines.id,
                        points={},
                        at=NOW,
                        comment=f"review{number}",
                    ),
                    *(
                        FileRow(
                            key=f"f{number}{place}",
                            conversation_id=one.conversation_id,
                            content=b"",
                            name=f"file{number}{place}",
                            content_type="x",
                            created_at=NOW + place * DAY,
                        )
                        for place in (1, 0)
                    ),
                ]
            )
            for key in (f"desk_answer:{one.id}:1", f"desk_answer:{one.id}0:1"):
                queue_mail(
                    session,
                    key=key,
                    recipient="r",
                    template="desk_answer",
                    language="en",
                    values={"agent": "Ines", "text": "x"},
                    now=NOW,
                )
    with database.reading() as session:
        [copy] = export(session, 7)["tickets"]
    assert {name: value for name, value in copy.items() if name != "events"} == {
        "id": ticket.id,
        "conversation_id": ticket.conversation_id,
        "reason": "asked_for",
        "topic": "returns",
        "summary": "The zip of the jacket broke.",
        "understood": {"wish": "w1"},
        "state": "waiting",
        "opened_at": NOW.isoformat(),
        "closed_at": None,
        "sentiment": None,
        "moods": [],
        "order_number": "20001",
        "callback_at": LATER.isoformat(),
        "callback_phone": "+49 1",
        "mail_to": "1@x.zz",
        "labels": ["label1"],
        "rating": 1,
        "review": "review1",
        "notes": [
            {"at": NOW.isoformat(), "text": "note1a"},
            {"at": LATER.isoformat(), "text": "note1b"},
        ],
        "files": [
            {"name": "file10", "at": NOW.isoformat(), "address": "f10"},
            {"name": "file11", "at": (NOW + DAY).isoformat(), "address": "f11"},
        ],
    }
    assert copy["events"][0] == {"at": NOW.isoformat(), "kind": "opened"}
    with database.session() as session:
        assert erase(session, 7) == 1
        assert erase(session, 7) == 0
    with database.reading() as session:
        for model in (LabelRow, NoteRow, RatingRow, ReviewRow, TicketEventRow):
            assert set(session.scalars(select(model.ticket_id))) == {second.id}
        assert len(list_mails(session)) == 3
        assert len(export(session, 8)["tickets"][0]["files"]) == 2


# -- who takes what ----------------------------------------------------------------------------


def test_a_ticket_nobody_can_take_stops_none_behind_it() -> None:
    early = {"due_at": NOW + timedelta(minutes=1)}
    chinese = waiting(1, language="zh", **early)
    english = person(1, languages=frozenset({"en"}))
    assert [one.ticket_id for one in match([waiting(2), chinese], [english], NOW)] == [2]
    both = match([waiting(2), chinese], [english, person(2)], NOW)
    assert {one.ticket_id: one.agent_id for one in both} == {1: 2, 2: 1}


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {"skills": frozenset({"a"})}),
        ({"languages": frozenset({"en"})}, {"teams": frozenset({"general", "x"})}),
        ({"load": 1, "capacity": 3}, {"load": 1, "capacity": 2}),
        ({"idle_since": NOW - timedelta(hours=2)}, {"idle_since": NOW - timedelta(hours=1)}),
        ({}, {}),
    ],
    ids=["fewer skills", "fewer languages", "more room", "waited longer", "smaller number"],
)
def test_who_is_chosen(first: dict[str, Any], other: dict[str, Any]) -> None:
    for numbers in ((1, 2), (2, 1)) if first or other else ((1, 2),):
        able = [person(numbers[1], **other), person(numbers[0], **first)]
        chosen, why = choose(waiting(1), able, NOW)
        assert chosen.agent_id == numbers[0]
        told = [(one.code, one.detail) for one in why]
        assert told == [
            ("speaks", "en"),
            ("has_room", f"{chosen.load + 1}/{chosen.capacity}"),
        ]


def test_skills_are_told_and_counted() -> None:
    skilled = person(1, skills=frozenset({"b", "a"}))
    wanted = waiting(1, skills=frozenset({"b", "a"}))
    _, why = choose(wanted, [skilled], NOW)
    assert ("has_skills", "a, b") in [(one.code, one.detail) for one in why]
    missing = refusal(wanted, person(2, skills=frozenset({"c"})))
    assert missing is not None
    assert (missing.code, missing.detail) == ("skill", "a, b")
    assert refusal(wanted, skilled) is None


def test_who_may_take_it() -> None:
    found = {
        name: refusal(ticket, one)
        for name, ticket, one in (
            ("gave", waiting(1, not_agents=frozenset({1})), person(1)),
            ("other gave", waiting(1, not_agents=frozenset({2})), person(1)),
            ("full", waiting(1), person(1, load=2)),
            ("last place", waiting(1), person(1, load=1)),
            ("team", waiting(1, team="x"), person(1)),
            ("also", waiting(1, team="x", also_teams=frozenset({"general"})), person(1)),
            ("no team", waiting(1, team=None), person(1, teams=frozenset())),
            ("language", waiting(1, language="fr"), person(1)),
        )
    }
    assert {name: one.code for name, one in found.items() if one} == {
        "gave": "gave_it_away",
        "full": "full",
        "team": "other_team",
        "language": "language",
    }


def test_each_match_fills_a_place() -> None:
    found = match([waiting(n) for n in (1, 2, 3)], [person(1), person(2)], NOW)
    assert [(one.ticket_id, one.agent_id) for one in found] == [(1, 1), (2, 2), (3, 1)]
    assert found[2].why[-1].detail == "2/2"


def test_the_most_pressing_that_can_be_in_time_leads() -> None:
    def ticket(number: int, due: float, opened_at: float) -> Any:
        return waiting(
            number,
            due_at=NOW + timedelta(minutes=due),
            opened_at=NOW + timedelta(minutes=opened_at),
        )

    tickets = [
        ticket(1, 20, -10),
        ticket(2, 0, -30),
        ticket(3, -1, -20),
        ticket(4, -5, -30),
        ticket(5, -30.1, -60),
        ticket(6, -30, -60),
        ticket(7, -40, -70),
        ticket(8, 20, -10),
    ]
    assert [one.ticket_id for one in order(tickets, NOW)] == [7, 5, 2, 1, 8, 6, 4, 3]


@pytest.mark.parametrize(
    ("values", "minutes"),
    [
        ((1, 0, 5, 6.0), None),
        ((2, 1, 2, 6.0), 0),
        ((3, 1, 2, 6.0), 6),
        ((3, 2, 2, 0.5), 1),
        ((9, 2, 1, 5.0), 20),
    ],
)
def test_how_long_it_may_take(values: tuple[int, int, int, float], minutes: int | None) -> None:
    assert expected_minutes(*values) == minutes


# -- hours -------------------------------------------------------------------------------------

SHORT = ServiceHours({0: (time(9), time(11)), 2: (time(9), time(10))}, ZoneInfo("UTC"))
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WEDNESDAY = MONDAY + 2 * DAY


def at(day: datetime, hour: float) -> datetime:
    return day + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(MONDAY, 9), 0, at(MONDAY, 9)),
        (at(MONDAY, 9), 120, at(MONDAY, 11)),
        (at(MONDAY, 9), 121, WEDNESDAY + timedelta(hours=9, minutes=1)),
        (at(MONDAY, 10.5), 60, at(WEDNESDAY, 9.5)),
        (at(MONDAY, 7), 30, at(MONDAY, 9.5)),
        (at(MONDAY, 11), 180, MONDAY + 7 * DAY + timedelta(hours=11)),
    ],
)
def test_open_time_passes_while_the_desk_is_open(
    start: datetime, minutes: float, end: datetime
) -> None:
    assert SHORT.after(start, minutes) == end


def test_slots_fit_into_the_hours_and_leave_room() -> None:
    found = SHORT.slots(at(MONDAY, 8), 4)
    assert found == [at(MONDAY, 9), at(MONDAY, 10), at(WEDNESDAY, 9), at(MONDAY + 7 * DAY, 9)]
    assert SHORT.slots(at(MONDAY, 9.5), 1) == [at(MONDAY, 10)]
    assert SHORT.slots(at(MONDAY, 9.75), 2) == [at(WEDNESDAY, 9), at(MONDAY + 7 * DAY, 9)]
    assert SHORT.slots(at(MONDAY, 8), 3, minutes=60) == [
        at(MONDAY, 9),
        at(WEDNESDAY, 9),
        at(MONDAY + 7 * DAY, 9),
    ]
    assert SHORT.slots(at(MONDAY, 8), 1, minutes=121) == []


def test_hours_open_and_close_to_the_second_and_on_no_closed_day() -> None:
    second = timedelta(seconds=1)
    assert [
        SHORT.is_open(one)
        for one in (
            at(MONDAY, 9) - second,
            at(MONDAY, 9),
            at(MONDAY, 11) - second,
            at(MONDAY, 11),
            at(MONDAY + DAY, 9.5),
            at(WEDNESDAY, 9.5),
        )
    ] == [False, True, True, False, False, True]
    assert SHORT.next_opening(at(MONDAY, 11)) == at(WEDNESDAY, 9)
    closed = ServiceHours(SHORT.week, SHORT.zone, frozenset({date(2026, 11, 25)}))
    assert closed.next_opening(at(MONDAY, 11)) == MONDAY + 7 * DAY + timedelta(hours=9)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"week": {"7": ["09:00", "10:00"]}}, "week"),
        ({"week": {"0": ["09:00", "09:00"]}}, "week.0"),
        ({"week": {"0": ["09:00", "nine"]}}, "week.0"),
        ({"week": {"0": ["09:00"]}}, "week.0"),
        ({"week": None}, "week"),
        ({"zone": None}, "zone"),
        ({"closed_days": ["2026-13-01"]}, "closed_days"),
    ],
)
def test_hours_that_cannot_be_kept_name_their_field(value: dict[str, Any], field: str) -> None:
    good = {"week": {"0": ["09:00", "10:00"]}, "zone": "UTC", "closed_days": ["2026-12-24"]}
    kept = hours_from_json(good)
    assert kept.week == {0: (time(9), time(10))}
    assert (kept.zone.key, kept.closed_days) == ("UTC", frozenset({date(2026, 12, 24)}))
    assert kept.as_json() == good
    with pytest.raises(HoursRefused, match=f"^{field}: "):
        hours_from_json({**good, **value})


def test_the_demo_desk_keeps_german_hours() -> None:
    assert SERVICE_HOURS.as_json() == {
        "week": {**{str(one): ["09:00", "18:00"] for one in range(5)}, "5": ["10:00", "16:00"]},
        "zone": "Europe/Berlin",
        "closed_days": [],
    }
