"""Pages from templates, in the agent's language."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from conversations import Message, as_lines
from desk.web.access import known_agent
from desk.web.desk import DESK
from desk.web.nav import is_at, places_for
from desk.web.security import LANGUAGE_COOKIE, VISIT_COOKIE, csrf_token, new_visit, set_cookie
from kit.i18n import SHOP_ZONE, Language, as_language, format_datetime
from kit.languages import LANGUAGES, facts

FOLDER: Final = Path(__file__).parent
SCRIPT_TEXTS: Final = "script."
KEY_BYTES: Final = 16
ENVIRONMENT: Final = web.AppKey("desk_templates", Environment)


def make_environment(*folders: Path) -> Environment:
    """Templates that escape everything and refuse unknown names; `folders` go before the desk's."""
    return Environment(
        loader=FileSystemLoader([*folders, FOLDER / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: web.Request) -> Language:
    """The agent's choice, else the browser's, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    preferred = request.headers.get("Accept-Language", "").split(",")[0]
    return as_language(chosen or preferred)


def render(request: web.Request, template: str, **values: Any) -> str:
    """A page or a part of one, as text."""
    desk = request.app[DESK]
    language = language_of(request)

    def text(key: str, **filled: object) -> str:
        return desk.catalogue.text(language, key, **filled)

    def label(kind: str, name: str) -> str:
        known = desk.catalogue.messages[language].get(f"{kind}.{name}")
        return known or name.replace("_", " ")

    return (
        request.app[ENVIRONMENT]
        .get_template(template)
        .render(
            **values,
            t=text,
            label=label,
            clock=lambda at: f"{at.astimezone(SHOP_ZONE):%H:%M}",
            moment=lambda at: format_datetime(at, language),
            static=desk.assets.url,
            language=language,
            languages={one: facts(one) for one in LANGUAGES},
            agent=known_agent(request),
            csrf=csrf_token(request),
            new_key=lambda: secrets.token_urlsafe(KEY_BYTES),
            shop_name=desk.settings.shop_name,
            places=places_for(known_agent(request)),
            is_at=is_at,
            reasons=lambda detail: reasons(request, detail),
            as_lines=as_lines,
        )
    )


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A whole page; a browser without a visit id gets one, so that its forms can be checked."""
    visit = new_visit(request)
    body = render(
        request, template, script_texts=script_texts(request), path=request.path, **values
    )
    response = web.Response(text=body, content_type="text/html", status=status)
    if visit is not None:
        set_cookie(request, response, VISIT_COOKIE, visit)
    return response


def script_texts(request: web.Request) -> Mapping[str, str]:
    """The messages that scripts show, by their short names."""
    messages = request.app[DESK].catalogue.messages[language_of(request)]
    return {
        key.removeprefix(SCRIPT_TEXTS): value
        for key, value in messages.items()
        if key.startswith(SCRIPT_TEXTS)
    }


def reasons(request: web.Request, detail: Mapping[str, Any]) -> list[str]:
    """Why something was decided, in words, from the codes in a ticket's log."""
    messages = request.app[DESK].catalogue.messages[language_of(request)]
    found = []
    for one in filter(None, str(detail.get("why", "")).split(" · ")):
        code, _, value = one.partition("=")
        text = messages.get(f"why.{code}")
        found.append(text.format(detail=value) if text else f"{code} {value}".strip())
    return found


def last_id(messages: Sequence[Message]) -> int:
    """The id to resume after."""
    return messages[-1].id if messages else 0
