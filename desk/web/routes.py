"""The desk as an application: every address with the role it needs, in one table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web
from sqlalchemy.exc import OperationalError

from concierge.kit.clock import Clock, SystemClock
from concierge.kit.database import Database
from concierge.kit.i18n import Catalogue
from concierge.kit.settings import Settings
from desk.conversations import LiveUpdates
from desk.tickets import Role, SignIn, ensure_demo_agents
from desk.web import forms, pages, socket
from desk.web.access import access_agent
from desk.web.assets import Assets
from desk.web.customer import read_customer, read_names
from desk.web.desk import DESK, Desk
from desk.web.errors import Refused
from desk.web.rendering import ENVIRONMENT, language_of, make_environment, page
from desk.web.security import HEADERS, SAFE_METHODS, check_forgery

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PREFIX: Final = "/desk"
TICKET: Final = r"/tickets/{ticket_id:\d{1,12}}"


@dataclass(frozen=True)
class Route:
    """An address below /desk and the lowest role that may use it; None: everybody.

    What pages ask for by themselves is no activity: it does not keep an idle session alive.
    """

    method: str
    path: str
    handler: Handler
    role: Role | None
    is_activity: bool = True


ROUTES: Final = (
    Route("GET", "", pages.inbox, "agent"),
    Route("GET", "/rows", pages.rows, "agent", is_activity=False),
    Route("GET", TICKET, pages.ticket, "agent"),
    Route("GET", TICKET + "/live", pages.live, "agent", is_activity=False),
    Route("POST", TICKET + "/take", forms.take_ticket, "agent"),
    Route("POST", TICKET + "/reply", forms.send_reply, "agent"),
    Route("POST", TICKET + "/typing", forms.typing, "agent"),
    Route("POST", TICKET + "/release", forms.release_ticket, "agent"),
    Route("POST", TICKET + "/hand-back", forms.hand_back, "agent"),
    Route("POST", TICKET + "/close", forms.close_ticket, "agent"),
    Route("GET", "/team", pages.team, "supervisor"),
    Route("GET", "/ws", socket.updates, "agent", is_activity=False),
    Route("GET", "/login", forms.sign_in_page, None),
    Route("POST", "/login", forms.sign_in, None),
    Route("POST", "/logout", forms.sign_out, "agent"),
    Route("POST", "/language", forms.choose_language, None),
    Route("GET", "/static/{build}/{name:.+}", pages.asset, None),
)


def create_desk(
    settings: Settings,
    database: Database,
    live: LiveUpdates,
    *,
    clock: Clock | None = None,
) -> web.Application:
    """The desk's pages, to be put under /desk. The caller closes the database and runs `live`."""
    clock = clock or SystemClock()
    app = web.Application(middlewares=[explain_errors])
    app[DESK] = Desk(
        settings=settings,
        database=database,
        clock=clock,
        live=live,
        sign_in=SignIn(database, clock),
        catalogue=Catalogue.load(Path(__file__).parent / "messages"),
        assets=Assets.load(),
        read_customer=read_customer,
        read_names=read_names,
    )
    app[ENVIRONMENT] = make_environment()
    app[socket.SOCKETS] = set()
    for route in ROUTES:
        app.router.add_route(route.method, route.path, _guarded(route))
    app.on_startup.append(_prepare_demo)
    app.on_shutdown.append(socket.close_sockets)
    app.on_response_prepare.append(_add_headers)
    return app


def register(
    app: web.Application,
    settings: Settings,
    database: Database,
    live: LiveUpdates,
    *,
    clock: Clock | None = None,
) -> None:
    """Put the desk into the front's application."""
    app.add_subapp(PREFIX, create_desk(settings, database, live, clock=clock))


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal as a page, or as JSON where a script asked; never a stack trace."""
    try:
        return await handler(request)
    except Refused as refused:
        return _explained(request, refused)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        codes = {404: "not_found", 405: "not_allowed", 413: "too_large"}
        return _explained(request, Refused(error.status, codes.get(error.status, "failed")))
    except OperationalError:
        log.exception("the database did not answer")
        return _explained(request, Refused(503, "unavailable"))


def _explained(request: web.Request, refused: Refused) -> web.Response:
    if refused.status == 401 and request.method == "GET" and not _is_script(request):
        return web.Response(
            status=303,
            headers={"Location": f"{PREFIX}/login?next={forms.local_path(request.path_qs)}"},
        )
    message = request.app[DESK].catalogue.text(language_of(request), f"error.{refused.code}")
    if _is_script(request):
        return web.json_response(
            {"error": refused.code, "field": refused.field, "message": message},
            status=refused.status,
        )
    return page(request, "error.html", status=refused.status, message=message)


def _is_script(request: web.Request) -> bool:
    return forms.wants_json(request) or request.path.endswith(("/live", "/rows", "/ws"))


def _guarded(route: Route) -> Handler:
    """The handler behind its checks: forged requests first, then who is asking."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method not in SAFE_METHODS:
            await check_forgery(request)
        if route.role is not None:
            await access_agent(request, route.role, is_activity=route.is_activity)
        return await route.handler(request)

    return handle


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


async def _prepare_demo(app: web.Application) -> None:
    desk = app[DESK]
    if desk.settings.demo:
        desk.demo = await asyncio.to_thread(
            ensure_demo_agents, desk.database, desk.settings.data_dir, desk.clock.now()
        )
