"""Where a ticket belongs: rules decide on queue, priority, skills and the clock. Pure functions.

Rules are tried in their order. Every rule that fits adds its effects; a later one overrules an
earlier one; a rule marked `stop` is the last. What decided is part of the answer, so that the
ticket can say why it is where it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from desk.tickets.hours import ServiceHours
from desk.tickets.records import PRIORITIES, Priority

LISTS: Final = ("topics", "languages", "reasons", "sentiments", "channels")
AMOUNTS: Final = ("value_from", "order_value_from", "urgency_from")
EFFECTS: Final = ("team", "priority", "skills", "stop")
LONGEST: Final = 60


class RuleRefused(ValueError):
    """A rule that cannot be used; the message names the field and what is wrong."""


@dataclass(frozen=True)
class Facts:
    """What is known of a request when it needs a person; amounts in the shop's currency."""

    topic: str
    language: str
    reason: str
    channel: str = "webchat"
    sentiment: str | None = None
    urgency: float | None = None
    customer_value: Decimal | None = None
    order_value: Decimal | None = None
    is_open: bool = True


@dataclass(frozen=True)
class Rule:
    """Conditions that must all hold, and what follows from them."""

    name: str
    conditions: Mapping[str, Any]
    effects: Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """How soon a priority wants a first reply and an end, in minutes of service time."""

    first_reply_minutes: int
    resolve_minutes: int


DEFAULT_TARGETS: Final[Mapping[Priority, Target]] = {
    "urgent": Target(5, 120),
    "high": Target(10, 240),
    "normal": Target(30, 480),
    "low": Target(120, 1440),
}


@dataclass(frozen=True)
class Why:
    """One reason of a decision: a code of the message catalogue and what fills it."""

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Decision:
    """Where a ticket goes, how urgent it is, by when it wants what, and why."""

    team: str | None
    priority: Priority
    skills: frozenset[str]
    first_due_at: datetime
    resolve_due_at: datetime
    why: tuple[Why, ...]


def decide(
    facts: Facts,
    rules: Sequence[Rule],
    *,
    least_priority: Priority,
    default_team: str | None,
    targets: Mapping[Priority, Target],
    hours: ServiceHours,
    now: datetime,
) -> Decision:
    """The decision for one ticket; priority never falls below what the caller asked for."""
    team, priority, skills = default_team, least_priority, set[str]()
    why = [Why("default_team", default_team)] if default_team else []
    for rule in rules:
        if not fits(rule.conditions, facts):
            continue
        why.append(Why("rule", rule.name))
        team = rule.effects.get("team") or team
        wanted = rule.effects.get("priority")
        if wanted and PRIORITIES.index(wanted) >= PRIORITIES.index(least_priority):
            priority = wanted
        skills.update(rule.effects.get("skills") or ())
        if rule.effects.get("stop"):
            break
    target = targets.get(priority, DEFAULT_TARGETS[priority])
    return Decision(
        team=team,
        priority=priority,
        skills=frozenset(skills),
        first_due_at=hours.after(now, target.first_reply_minutes),
        resolve_due_at=hours.after(now, target.resolve_minutes),
        why=(*why, Why("clock", str(target.first_reply_minutes))),
    )


def fits(conditions: Mapping[str, Any], facts: Facts) -> bool:
    """Whether every condition holds; what is not known does not hold."""
    known: dict[str, str | None] = {
        "topics": facts.topic,
        "languages": facts.language,
        "reasons": facts.reason,
        "sentiments": facts.sentiment,
        "channels": facts.channel,
    }
    for name, value in known.items():
        if conditions.get(name) and value not in conditions[name]:
            return False
    amounts = {
        "value_from": facts.customer_value,
        "order_value_from": facts.order_value,
        "urgency_from": None if facts.urgency is None else Decimal(str(facts.urgency)),
    }
    for name, amount in amounts.items():
        if name in conditions and (amount is None or amount < Decimal(str(conditions[name]))):
            return False
    hours = conditions.get("hours")
    return hours is None or (hours == "open") == facts.is_open


def checked_rule(
    name: str, conditions: Mapping[str, Any], effects: Mapping[str, Any], teams: Sequence[str]
) -> Rule:
    """The rule in its stored form; raises RuleRefused naming the field."""
    if not 1 <= len(name.strip()) <= LONGEST:
        raise RuleRefused(f"name: must have 1 to {LONGEST} characters")
    unknown = [key for key in conditions if key not in (*LISTS, *AMOUNTS, "hours")]
    unknown += [key for key in effects if key not in EFFECTS]
    if unknown:
        raise RuleRefused(f"{unknown[0]}: is not something a rule knows")
    wanted: dict[str, Any] = {}
    for key in LISTS:
        words = [str(word).strip().lower() for word in conditions.get(key) or ()]
        if any(not 0 < len(word) <= LONGEST for word in words):
            raise RuleRefused(f"{key}: each must have 1 to {LONGEST} characters")
        if words:
            wanted[key] = words
    for key in AMOUNTS:
        if conditions.get(key) not in (None, ""):
            wanted[key] = str(_amount(key, conditions[key]))
    if conditions.get("hours") not in (None, ""):
        if conditions["hours"] not in ("open", "closed"):
            raise RuleRefused("hours: must be open or closed")
        wanted["hours"] = conditions["hours"]
    return Rule(name.strip(), wanted, _checked_effects(effects, teams))


def _checked_effects(effects: Mapping[str, Any], teams: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if effects.get("team"):
        if effects["team"] not in teams:
            raise RuleRefused(f"team: there is no team {effects['team']}")
        found["team"] = effects["team"]
    if effects.get("priority"):
        if effects["priority"] not in PRIORITIES:
            raise RuleRefused(f"priority: must be one of {', '.join(PRIORITIES)}")
        found["priority"] = effects["priority"]
    skills = [
        str(word).strip().lower() for word in effects.get("skills") or () if str(word).strip()
    ]
    if any(len(word) > LONGEST for word in skills):
        raise RuleRefused(f"skills: each may have {LONGEST} characters")
    if skills:
        found["skills"] = skills
    if effects.get("stop"):
        found["stop"] = True
    if not found.keys() - {"stop"}:
        raise RuleRefused("effects: a rule must set a team, a priority or skills")
    return found


def _amount(name: str, value: object) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise RuleRefused(f"{name}: must be a number") from error
    if not amount.is_finite() or not 0 <= amount < 10**9:
        raise RuleRefused(f"{name}: must be a number from 0 on")
    return amount
