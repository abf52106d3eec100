"""How the desk is set up: teams, hours, rules, targets; what admins edit and routing reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from desk.tickets.hours import SERVICE_HOURS, ServiceHours, hours_from_json
from desk.tickets.models import AgentRow
from desk.tickets.records import PRIORITIES, Priority
from desk.tickets.routing import DEFAULT_TARGETS, Rule, RuleRefused, Target, checked_rule
from desk.tickets.routing_models import (
    RoutingRuleRow,
    ServiceHoursRow,
    SlaTargetRow,
    TeamMemberRow,
    TeamRow,
)

HOUSE: Final = "house"
LONGEST_MINUTES: Final = 60 * 24 * 30


class SetupRefused(ValueError):
    """A setting that cannot be kept; the message names the field."""


@dataclass(frozen=True)
class Team:
    """A queue; after `overflow_minutes` of waiting the team `overflow_key` may help."""

    id: int
    key: str
    name: str
    overflow_key: str | None
    overflow_minutes: int
    is_default: bool
    members: frozenset[int] = frozenset()


@dataclass(frozen=True)
class StoredRule:
    """A rule with its place."""

    id: int
    position: int
    is_active: bool
    rule: Rule


def hours_of(session: Session, team_key: str | None = None) -> ServiceHours:
    """The hours of a team where it has its own, else the house's, else the built-in ones."""
    for name in filter(None, (team_key, HOUSE)):
        row = session.get(ServiceHoursRow, name)
        if row is not None:
            return hours_from_json(row.hours)
    return SERVICE_HOURS


def set_hours(session: Session, hours: Mapping[str, Any], team_key: str | None = None) -> None:
    """Keep hours of the house or of a team; raises HoursRefused naming the field."""
    checked = hours_from_json(hours).as_json()
    session.merge(ServiceHoursRow(name=team_key or HOUSE, hours=checked))
    session.flush()


def list_teams(session: Session) -> list[Team]:
    """All teams with who works in them, by name."""
    members: dict[int, set[int]] = {}
    for row in session.scalars(select(TeamMemberRow)):
        members.setdefault(row.team_id, set()).add(row.agent_id)
    return [
        Team(
            id=row.id,
            key=row.key,
            name=row.name,
            overflow_key=row.overflow_key,
            overflow_minutes=row.overflow_minutes,
            is_default=row.is_default,
            members=frozenset(members.get(row.id, ())),
        )
        for row in session.scalars(select(TeamRow).order_by(TeamRow.name))
    ]


def default_team(session: Session) -> str | None:
    """The key of the team that takes what no rule sends elsewhere."""
    return session.scalar(select(TeamRow.key).where(TeamRow.is_default.is_(True)).limit(1))


def save_team(
    session: Session,
    *,
    key: str,
    name: str,
    overflow_key: str | None = None,
    overflow_minutes: int = 5,
    is_default: bool = False,
) -> Team:
    """Make or change the team `key`; raises SetupRefused naming the field."""
    if not (1 <= len(key) <= 60 and key.replace("_", "").replace("-", "").isalnum()):
        raise SetupRefused("key: use 1 to 60 letters, digits, - and _")
    if not 1 <= len(name.strip()) <= 120:
        raise SetupRefused("name: must have 1 to 120 characters")
    if not 0 <= overflow_minutes <= LONGEST_MINUTES:
        raise SetupRefused("overflow_minutes: must be 0 to 43200")
    known = set(session.scalars(select(TeamRow.key)))
    if overflow_key and (overflow_key == key or overflow_key not in known):
        raise SetupRefused("overflow_key: must be another team")
    row = session.scalar(select(TeamRow).where(TeamRow.key == key))
    if row is None:
        row = TeamRow(key=key)
        session.add(row)
    row.name, row.overflow_key = name.strip(), overflow_key or None
    row.overflow_minutes = overflow_minutes
    if is_default:
        for other in session.scalars(select(TeamRow).where(TeamRow.is_default.is_(True))):
            other.is_default = False
    row.is_default = is_default
    session.flush()
    return next(team for team in list_teams(session) if team.key == key)


def set_members(session: Session, team_id: int, agent_ids: Sequence[int]) -> None:
    """Who works in a team from now on."""
    session.execute(delete(TeamMemberRow).where(TeamMemberRow.team_id == team_id))
    known = set(session.scalars(select(AgentRow.id).where(AgentRow.id.in_(agent_ids))))
    session.add_all(TeamMemberRow(team_id=team_id, agent_id=one) for one in sorted(known))
    session.flush()


def list_rules(session: Session) -> list[StoredRule]:
    """All rules in the order they are tried."""
    rows = session.scalars(select(RoutingRuleRow).order_by(RoutingRuleRow.position))
    return [
        StoredRule(row.id, row.position, row.is_active, Rule(row.name, row.conditions, row.effects))
        for row in rows
    ]


def active_rules(session: Session) -> list[Rule]:
    """The rules that routing tries, in order."""
    return [stored.rule for stored in list_rules(session) if stored.is_active]


def add_rule(
    session: Session, name: str, conditions: Mapping[str, Any], effects: Mapping[str, Any]
) -> StoredRule:
    """Add a rule at the end; raises RuleRefused naming the field."""
    teams = [team.key for team in list_teams(session)]
    rule = checked_rule(name, conditions, effects, teams)
    last = session.scalar(select(func.max(RoutingRuleRow.position))) or 0
    row = RoutingRuleRow(
        position=last + 1,
        name=rule.name,
        is_active=True,
        conditions=dict(rule.conditions),
        effects=dict(rule.effects),
    )
    session.add(row)
    session.flush()
    return StoredRule(row.id, row.position, True, rule)


def change_rule(session: Session, rule_id: int, what: str) -> None:
    """Move a rule "up" or "down", turn it "on" or "off", or "delete" it; RuleRefused if unknown."""
    rows = list(session.scalars(select(RoutingRuleRow).order_by(RoutingRuleRow.position)))
    here = next((i for i, row in enumerate(rows) if row.id == rule_id), None)
    if here is None:
        raise RuleRefused("rule: there is no such rule")
    if what in ("on", "off"):
        rows[here].is_active = what == "on"
    elif what == "delete":
        session.delete(rows[here])
    elif what in ("up", "down"):
        there = here + (1 if what == "down" else -1)
        if 0 <= there < len(rows):
            a, b = rows[here], rows[there]
            a.position, b.position = b.position, a.position
    else:
        raise RuleRefused("what: must be up, down, on, off or delete")
    session.flush()


def sla_targets(session: Session) -> dict[Priority, Target]:
    """First reply and end by priority; the built-in ones where none were set."""
    stored = {
        PRIORITIES[row.priority]: Target(row.first_reply_minutes, row.resolve_minutes)
        for row in session.scalars(select(SlaTargetRow))
    }
    return {**DEFAULT_TARGETS, **stored}


def set_sla_target(session: Session, priority: Priority, target: Target) -> None:
    """Set how soon a priority wants what; raises SetupRefused."""
    if not 1 <= target.first_reply_minutes <= target.resolve_minutes <= LONGEST_MINUTES:
        raise SetupRefused(f"{priority}: the first reply must come before the end, both in minutes")
    session.merge(
        SlaTargetRow(
            priority=PRIORITIES.index(priority),
            first_reply_minutes=target.first_reply_minutes,
            resolve_minutes=target.resolve_minutes,
        )
    )
    session.flush()
