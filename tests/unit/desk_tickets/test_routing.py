"""Rules, clocks, assignment and summaries: the pure parts of routing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from desk.tickets.assignment import Person, Waiting, expected_minutes, match, order, refusal
from desk.tickets.hours import SERVICE_HOURS, HoursRefused, hours_from_json
from desk.tickets.routing import (
    DEFAULT_TARGETS,
    Facts,
    Rule,
    RuleRefused,
    Why,
    checked_rule,
    decide,
    fits,
)
from desk.tickets.summary import summarise

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Berlin


def facts(**changes: object) -> Facts:
    values = {"topic": "returns", "language": "en", "reason": "asked_for_person", **changes}
    return Facts(**values)  # type: ignore[arg-type]


def decision(rules: list[Rule], **changes: object):  # type: ignore[no-untyped-def]
    return decide(
        facts(**changes),
        rules,
        least_priority="normal",
        default_team="general",
        targets=DEFAULT_TARGETS,
        hours=SERVICE_HOURS,
        now=NOW,
    )


def test_rules_add_up_and_the_later_one_wins() -> None:
    rules = [
        Rule("Returns", {"topics": ["returns"]}, {"team": "returns", "skills": ["refunds"]}),
        Rule("Good customers", {"value_from": "500"}, {"priority": "high"}),
        Rule("Chinese", {"languages": ["zh"]}, {"team": "asia"}),
    ]
    found = decision(rules, customer_value=Decimal("640.10"))
    assert (found.team, found.priority, found.skills) == ("returns", "high", {"refunds"})
    assert Why("rule", "Good customers") in found.why
    assert decision(rules, language="zh").team == "asia"


def test_a_rule_that_stops_is_the_last_and_priority_never_sinks() -> None:
    rules = [
        Rule("First", {}, {"team": "first", "stop": True}),
        Rule("Second", {}, {"team": "second"}),
    ]
    assert decision(rules).team == "first"
    low = [Rule("Low", {}, {"priority": "low"})]
    assert decision(low).priority == "normal"


def test_what_is_not_known_fits_no_condition() -> None:
    assert not fits({"value_from": "0"}, facts())
    assert not fits({"sentiments": ["negative"]}, facts())
    assert fits({"hours": "closed"}, facts(is_open=False))
    assert fits({"urgency_from": "0.5"}, facts(urgency=0.7))


@pytest.mark.parametrize(
    ("conditions", "effects", "field"),
    [
        ({"topcis": ["x"]}, {"team": "general"}, "topcis"),
        ({"value_from": "much"}, {"team": "general"}, "value_from"),
        ({"hours": "later"}, {"team": "general"}, "hours"),
        ({}, {"team": "nobody"}, "team"),
        ({}, {"priority": "huge"}, "priority"),
        ({}, {}, "effects"),
    ],
)
def test_rules_that_cannot_work_name_the_field(
    conditions: dict[str, object], effects: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleRefused, match=f"^{field}:"):
        checked_rule("A rule", conditions, effects, ["general"])


def test_the_clock_runs_while_the_desk_is_open() -> None:
    evening = datetime(2026, 11, 24, 16, 50, tzinfo=UTC)  # ten minutes before closing
    assert SERVICE_HOURS.after(evening, 30) == datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
    saturday = datetime(2026, 11, 28, 16, 0, tzinfo=UTC)  # closed until Monday
    assert SERVICE_HOURS.after(saturday, 5) == datetime(2026, 11, 30, 8, 5, tzinfo=UTC)
    assert SERVICE_HOURS.slots(saturday, 2) == [
        datetime(2026, 11, 30, 8, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
    ]


def test_hours_survive_storing_and_bad_ones_name_the_field() -> None:
    assert hours_from_json(SERVICE_HOURS.as_json()) == SERVICE_HOURS
    week = {"0": ["09:00", "17:00"]}
    for value, field in (
        ({"week": {}, "zone": "Europe/Berlin"}, "week"),
        ({"week": {"0": ["17:00", "09:00"]}, "zone": "Europe/Berlin"}, "week.0"),
        ({"week": week, "zone": "Mars/Crater"}, "zone"),
        ({"week": week, "zone": "Europe/Berlin", "closed_days": ["Christmas"]}, "closed_days"),
    ):
        with pytest.raises(HoursRefused, match=f"^{field}"):
            hours_from_json(value)


def person(number: int, **changes: object) -> Person:
    values = {
        "agent_id": number,
        "languages": frozenset({"en", "zh"}),
        "skills": frozenset[str](),
        "teams": frozenset({"general"}),
        "load": 0,
        "capacity": 2,
        "idle_since": NOW,
        **changes,
    }
    return Person(**values)  # type: ignore[arg-type]


def waiting(number: int, **changes: object) -> Waiting:
    values = {
        "ticket_id": number,
        "team": "general",
        "language": "en",
        "skills": frozenset[str](),
        "priority": 1,
        "opened_at": NOW,
        "due_at": NOW + timedelta(minutes=30),
        **changes,
    }
    return Waiting(**values)  # type: ignore[arg-type]


def test_who_knows_the_shopper_comes_first_then_the_one_with_fewest_other_uses() -> None:
    expert = person(1, skills=frozenset({"refunds", "warranty"}))
    plain = person(2, load=1)
    assert [m.agent_id for m in match([waiting(1)], [expert, plain], NOW)] == [2]
    found = match([waiting(1, last_agent_id=1)], [expert, plain], NOW)[0]
    assert (found.agent_id, found.why[0]) == (1, Why("knows_shopper"))


def test_nobody_gets_more_than_they_can_take_and_the_rest_waits() -> None:
    found = match([waiting(n) for n in range(5)], [person(1), person(2)], NOW)
    assert sorted(one.agent_id for one in found) == [1, 1, 2, 2]


def test_reasons_why_somebody_cannot_take_a_ticket() -> None:
    assert refusal(waiting(1, team="returns"), person(1)) == Why("other_team")
    assert refusal(waiting(1, language="zh"), person(1, languages=frozenset({"en"}))) == Why(
        "language", "zh"
    )
    assert refusal(waiting(1, skills=frozenset({"tax"})), person(1)) == Why("skill", "tax")
    assert refusal(waiting(1), person(1, load=2)) == Why("full")
    helped = waiting(1, team="returns", also_teams=frozenset({"general"}))
    assert refusal(helped, person(1)) is None


def test_tickets_that_can_still_be_in_time_go_before_those_that_cannot() -> None:
    late = waiting(1, opened_at=NOW - timedelta(minutes=40), due_at=NOW - timedelta(minutes=10))
    soon = waiting(2, due_at=NOW + timedelta(minutes=1))
    forgotten = waiting(3, opened_at=NOW - timedelta(hours=3), due_at=NOW - timedelta(hours=2))
    assert [one.ticket_id for one in order([late, soon, forgotten], NOW)] == [3, 2, 1]


def test_expected_wait() -> None:
    assert expected_minutes(1, 0, 0, 6) is None
    assert expected_minutes(2, 3, 2, 6) == 0
    assert expected_minutes(5, 3, 0, 6) == 10


def test_a_summary_is_made_of_what_was_said() -> None:
    said = [
        "Hi",
        "My order 10482 arrived yesterday. The zip of the jacket is broken.",
        "The zip of the jacket is broken!",
        "I want my €129 back. Thanks!",
    ]
    found = summarise(said).split("\n")
    assert found == [
        "My order 10482 arrived yesterday.",
        "The zip of the jacket is broken.",
        "I want my €129 back.",
    ]
    assert summarise(["你好", "我的包裹丢了，订单10482。请帮我查一下"]) == (
        "我的包裹丢了，订单10482。\n请帮我查一下"
    )
    assert summarise(["Hello!", "ok"]) == ""
