"""What admins and supervisors set: people, teams, rules, hours, targets, ready-made texts."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, cast

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy.orm import Session

from desk.tickets import (
    PERMISSIONS,
    PRIORITIES,
    STEP_KINDS,
    VARIABLES,
    AccountRefused,
    Agent,
    AgentNotFound,
    HoursRefused,
    RuleRefused,
    SetupRefused,
    Target,
    add_rule,
    audit,
    change_agent,
    change_rule,
    delete_canned,
    delete_macro,
    first_break,
    hours_of,
    list_canned,
    list_macros,
    list_rules,
    list_teams,
    read_audit,
    read_board,
    save_canned,
    save_macro,
    save_team,
    set_hours,
    set_members,
    set_sla_target,
    sla_targets,
)
from desk.tickets.webhooks import (
    add_token,
    add_webhook,
    delete_token,
    delete_webhook,
    list_tokens,
    list_webhooks,
)
from desk.web.access import current_agent
from desk.web.desk import DESK
from desk.web.errors import Refused
from desk.web.forms import go
from desk.web.pages import TOPICS, number_of
from desk.web.rendering import page
from desk.web.supervise import reading

Form = MultiMapping[Any]
Work = Callable[[Session, Agent, Form, datetime], str]
_MEMBER: Final = re.compile(r"[0-9]{1,9}")
REASONS: Final = (
    "asked_for_person",
    "complaint",
    "misunderstood",
    "unsure",
    "upset",
    "assistant_down",
    "policy",
)
DAYS: Final = range(7)


async def team(request: web.Request) -> web.Response:
    """Who is at the desk, with how much to do, and what they can."""
    now = request.app[DESK].clock.now()
    found, teams = await reading(
        request, lambda session: (read_board(session, now=now), list_teams(session))
    )
    return page(request, "team.html", board=found, teams=teams, permissions=PERMISSIONS)


async def setup(request: web.Request) -> web.Response:
    """Teams, rules, hours, targets."""

    def read(session: Session) -> dict[str, Any]:
        return {
            "teams": list_teams(session),
            "rules": list_rules(session),
            "hours": hours_of(session).as_json(),
            "targets": sla_targets(session),
            "people": [one for one, _ in read_board(session, now=now).people],
        }

    now = request.app[DESK].clock.now()
    return page(
        request,
        "setup.html",
        topics=TOPICS,
        reason_codes=REASONS,
        priorities=PRIORITIES,
        days=DAYS,
        **await reading(request, read),
    )


async def ready_made(request: web.Request) -> web.Response:
    """Ready-made replies and macros."""
    canned, macros = await reading(
        request, lambda session: (list_canned(session), list_macros(session))
    )
    return page(
        request,
        "ready_made.html",
        canned=canned,
        macros=macros,
        variables=VARIABLES,
        kinds=STEP_KINDS,
    )


async def embed(request: web.Request) -> web.Response:
    """The chat as it looks in a shop's page, and the tag that puts it there."""
    origins = request.app[DESK].settings.public_origins
    return page(request, "embed.html", origins=origins)


async def audit_log(request: web.Request) -> web.Response:
    """Who changed what, newest first; whether the log adds up."""
    at = max(1, number_of(request, "page"))
    lines, broken = await reading(
        request, lambda session: (read_audit(session, page=at), first_break(session))
    )
    return page(request, "audit.html", lines=lines, broken=broken, at=at)


async def api_page(request: web.Request) -> web.Response:
    """Tokens and webhooks."""
    return await _api_page(request, None)


async def save_api(request: web.Request) -> web.StreamResponse:
    """Add or delete a token or a webhook; a new secret is shown once, on the page that answers."""
    form = cast(Form, await request.post())
    desk, agent = request.app[DESK], current_agent(request)
    what, number = _word(form, "what"), _whole(form, "id", 0)

    def work() -> str | None:
        now = desk.clock.now()
        secret = None
        with desk.database.session() as session:
            if what == "token":
                can_write = _word(form, "writes") == "yes"
                secret = add_token(session, _word(form, "name"), can_write=can_write, now=now)
            elif what == "hook":
                _, secret = add_webhook(
                    session,
                    _word(form, "kind"),
                    _word(form, "url"),
                    _word(form, "secret") or None,
                    now=now,
                )
            elif what == "delete_token":
                delete_token(session, number)
            elif what == "delete_hook":
                delete_webhook(session, number)
            else:
                raise SetupRefused("what: must be token, hook, delete_token or delete_hook")
            subject = _word(form, "name") or _word(form, "url") or str(number)
            audit(session, agent, f"api.{what}", subject, now)
        return secret

    try:
        secret = await request.app[DESK].database.writes.run(work)
    except SetupRefused as error:
        raise Refused(422, "refused_because", field=str(error)) from error
    return await _api_page(request, secret)


async def _api_page(request: web.Request, secret: str | None) -> web.Response:
    tokens, hooks = await reading(
        request, lambda session: (list_tokens(session), list_webhooks(session))
    )
    return page(request, "api.html", tokens=tokens, hooks=hooks, shown_once=secret)


def saving(place: str, work: Work) -> Callable[[web.Request], Any]:
    """A handler that keeps one setting, audits it, and shows the page again."""

    async def handle(request: web.Request) -> web.StreamResponse:
        form = cast(Form, await request.post())
        desk, agent = request.app[DESK], current_agent(request)

        def unit() -> None:
            now = desk.clock.now()
            with desk.database.session() as session:
                subject = work(session, agent, form, now)
                audit(session, agent, f"setup.{work.__name__.strip('_')}", subject, now)

        try:
            await request.app[DESK].database.writes.run(unit)
        except (SetupRefused, RuleRefused, HoursRefused, AccountRefused) as error:
            raise Refused(422, "refused_because", field=str(error)) from error
        except AgentNotFound as error:
            raise Refused(404, "not_found") from error
        return go(place)

    return handle


def _team(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    saved = save_team(
        session,
        key=_word(form, "key").lower(),
        name=_word(form, "name"),
        overflow_key=_word(form, "overflow_key") or None,
        overflow_minutes=_whole(form, "overflow_minutes", 5),
        is_default=_word(form, "is_default") == "yes",
    )
    members = [int(raw) for raw in map(str, form.getall("member", [])) if _MEMBER.fullmatch(raw)]
    set_members(session, saved.id, members)
    return f"team {saved.key}"


def _rule(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    conditions: dict[str, Any] = {
        name: [str(one) for one in form.getall(name, []) if one]
        for name in ("topics", "languages", "reasons", "sentiments")
    }
    for name in ("value_from", "order_value_from", "urgency_from", "hours"):
        conditions[name] = _word(form, name)
    effects = {
        "team": _word(form, "team"),
        "priority": _word(form, "priority"),
        "skills": _word(form, "skills").replace("，", ",").split(","),
        "stop": _word(form, "stop") == "yes",
    }
    return f"rule {add_rule(session, _word(form, 'name'), conditions, effects).rule.name}"


def _move_rule(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    number = _whole(form, "rule", 0)
    change_rule(session, number, _word(form, "what"))
    return f"rule {number} {_word(form, 'what')}"


def _hours(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    week = {
        str(day): [_word(form, f"opens_{day}"), _word(form, f"closes_{day}")]
        for day in DAYS
        if _word(form, f"opens_{day}")
    }
    closed = _word(form, "closed_days").replace(",", " ").split()
    hours: Mapping[str, Any] = {"week": week, "zone": _word(form, "zone"), "closed_days": closed}
    set_hours(session, hours)
    return "hours"


def _targets(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    for priority in PRIORITIES:
        target = Target(_whole(form, f"first_{priority}", 0), _whole(form, f"end_{priority}", 0))
        set_sla_target(session, priority, target)
    return "targets"


def _person(session: Session, agent: Agent, form: Form, _now: datetime) -> str:
    chosen = [str(one) for one in form.getall("permission", [])]
    number = _whole(form, "agent", 0)
    if number == agent.id and "team.edit" not in chosen and _word(form, "custom") == "yes":
        raise SetupRefused("permissions: you cannot take this right from yourself")
    changed = change_agent(
        session,
        number,
        role=_word(form, "role"),
        languages=[str(one) for one in form.getall("language", [])],
        skills=_word(form, "skills").replace("，", ",").split(","),
        capacity=_whole(form, "capacity", 4),
        permissions=chosen if _word(form, "custom") == "yes" else None,
    )
    return f"agent {changed.email}"


def _canned(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    if _word(form, "delete"):
        delete_canned(session, _whole(form, "delete", 0))
        return f"canned {_word(form, 'delete')} deleted"
    save_canned(session, _word(form, "shortcut"), _word(form, "language"), _word(form, "text"))
    return f"canned /{_word(form, 'shortcut')}"


def _macro(session: Session, _agent: Agent, form: Form, _now: datetime) -> str:
    if _word(form, "delete"):
        delete_macro(session, _whole(form, "delete", 0))
        return f"macro {_word(form, 'delete')} deleted"
    kinds, values = form.getall("kind", []), form.getall("value", [])
    steps = [(str(k), str(v)) for k, v in zip(kinds, values, strict=False) if k]
    save_macro(session, _word(form, "name"), steps)
    return f"macro {_word(form, 'name')}"


def _word(form: Form, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _whole(form: Form, name: str, default: int) -> int:
    raw = _word(form, name)
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 8 else default


save_team_form = saving("/desk/setup", _team)
save_rule = saving("/desk/setup", _rule)
move_rule = saving("/desk/setup", _move_rule)
save_hours = saving("/desk/setup", _hours)
save_targets = saving("/desk/setup", _targets)
save_person = saving("/desk/team", _person)
save_canned_form = saving("/desk/ready-made", _canned)
save_macro_form = saving("/desk/ready-made", _macro)
