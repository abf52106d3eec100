"""The desk as an application: every address with the role it needs, in one table."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from aiohttp import web
from sqlalchemy.exc import DataError, OperationalError

from conversations import LiveUpdates
from desk.tickets import Permission, Role, SignIn, ensure_demo_agents
from desk.tickets.files import LARGEST
from desk.web import (
    acts,
    audiences,
    channels,
    composer,
    forms,
    insights,
    orders,
    pages,
    setting_up,
    socket,
    stock,
    supervise,
)
from desk.web.access import access_agent
from desk.web.api import add_api
from desk.web.assets import Assets
from desk.web.customer import read_customer, read_names
from desk.web.desk import DESK, Desk
from desk.web.dispatcher import run_dispatcher
from desk.web.errors import Refused
from desk.web.outgoing import run_outbound
from desk.web.rendering import ENVIRONMENT, language_of, make_environment, page
from desk.web.security import BODY_BYTES, HEADERS, SAFE_METHODS, check_forgery
from desk.web.suggesting import Articles
from kit.clock import Clock, SystemClock
from kit.database import Database
from kit.i18n import Catalogue
from kit.settings import Settings
from kit.threads import Crowded
from recommender.serving.models import Models
from recommender.serving.words import load_words

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PREFIX: Final = "/desk"
MANAGE: Final = "tickets.manage"
TICKET: Final = r"/tickets/{ticket_id:\d{1,12}}"
REVIEW: Final = r"/reviews/{ticket_id:\d{1,12}}"


@dataclass(frozen=True)
class Route:
    """An address below /desk and the lowest role that may use it; None: everybody.

    Where a permission is named it decides, so that it can be given to one person. What pages ask
    for by themselves is no activity: it does not keep an idle session alive.
    """

    method: str
    path: str
    handler: Handler
    role: Role | None
    permission: Permission | None = None
    is_activity: bool = True
    body_bytes: int = BODY_BYTES


STOCK_ROUTES: Final = (
    Route("GET", "/stock", stock.stock, "supervisor", "reports.see"),
    Route("GET", "/stock.csv", stock.stock_csv, "supervisor", "reports.see"),
    Route("GET", "/stock/{sku}", stock.stock_item, "supervisor", "reports.see"),
)
INSIGHTS_ROUTES: Final = (
    Route("GET", "/insights/audiences", audiences.audiences, "supervisor", "reports.see"),
    Route("POST", "/insights/audiences", audiences.audience_file, "supervisor", "reports.see"),
    Route("GET", "/insights", insights.insights, "supervisor", "reports.see"),
    Route("GET", "/insights/customers", insights.customers, "supervisor", "reports.see"),
    Route("GET", "/insights/customers.csv", insights.customers_csv, "supervisor", "reports.see"),
    Route(
        "GET", "/insights/customers/{customer_id}", insights.customer, "supervisor", "reports.see"
    ),
)
ROUTES: Final = (
    Route("GET", "", pages.inbox, "agent"),
    Route("GET", "/rows", pages.rows, "agent", is_activity=False),
    Route("POST", "/bulk", acts.bulk, "agent"),
    Route("POST", "/views", composer.keep_view, "agent"),
    Route("POST", "/presence", forms.choose_presence, "agent"),
    Route("GET", TICKET, pages.ticket, "agent"),
    Route("GET", TICKET + "/live", pages.live, "agent", is_activity=False),
    Route("POST", TICKET + "/take", forms.take_ticket, "agent"),
    Route("POST", TICKET + "/reply", forms.send_reply, "agent"),
    Route("POST", TICKET + "/typing", forms.typing, "agent"),
    Route("POST", TICKET + "/release", forms.release_ticket, "agent"),
    Route("POST", TICKET + "/hand-back", forms.hand_back, "agent"),
    Route("POST", TICKET + "/close", forms.close_ticket, "agent"),
    Route("POST", TICKET + "/note", acts.write_note, "agent"),
    Route("POST", TICKET + "/priority", acts.change_priority, "agent"),
    Route("POST", TICKET + "/labels", acts.change_labels, "agent"),
    Route("POST", TICKET + "/snooze", acts.snooze_ticket, "agent"),
    Route("POST", TICKET + "/transfer", acts.transfer, "agent"),
    Route("POST", TICKET + "/step", acts.lend_step, "agent"),
    Route("POST", TICKET + "/take-over", acts.take_over_again, "agent"),
    Route("POST", TICKET + "/merge", acts.merge_tickets, "agent"),
    Route("POST", TICKET + "/follow-up", acts.follow_up_ticket, "agent"),
    Route("POST", TICKET + "/macro", acts.run_macro, "agent"),
    Route("POST", TICKET + "/order", orders.act_on_order, "agent", "orders.change"),
    Route("POST", TICKET + "/files", composer.send_file, "agent", body_bytes=LARGEST),
    Route("GET", TICKET + "/canned", composer.canned, "agent"),
    Route("GET", TICKET + "/suggestions", composer.suggestions, "agent", is_activity=False),
    Route("POST", TICKET + "/suggestions", composer.judge_suggestion, "agent"),
    Route("GET", r"/files/{key:[\w-]{20,43}}", composer.give_file, None),
    Route("GET", "/board", supervise.board, "supervisor", "reports.see"),
    Route("GET", "/reports", supervise.reports, "supervisor", "reports.see"),
    Route("GET", "/reports.csv", supervise.reports_csv, "supervisor", "reports.see"),
    *STOCK_ROUTES,
    *INSIGHTS_ROUTES,
    Route("GET", "/reviews", supervise.reviews, "supervisor", "reviews.write"),
    Route("GET", REVIEW, supervise.review, "supervisor", "reviews.write"),
    Route("POST", REVIEW, supervise.save_review, "supervisor", "reviews.write"),
    Route("GET", "/team", setting_up.team, "supervisor", "team.see"),
    Route("POST", "/team", setting_up.save_person, "admin", "team.edit"),
    Route("GET", "/setup", setting_up.setup, "admin", "rules.edit"),
    Route("POST", "/setup/rules", setting_up.save_rule, "admin", "rules.edit"),
    Route("POST", "/setup/rules/move", setting_up.move_rule, "admin", "rules.edit"),
    Route("POST", "/setup/teams", setting_up.save_team_form, "admin", "rules.edit"),
    Route("POST", "/setup/hours", setting_up.save_hours, "admin", "rules.edit"),
    Route("POST", "/setup/targets", setting_up.save_targets, "admin", "rules.edit"),
    Route("GET", "/ready-made", setting_up.ready_made, "supervisor", MANAGE),
    Route(
        "POST", "/ready-made/replies", setting_up.save_canned_form, "supervisor", "tickets.manage"
    ),
    Route("POST", "/ready-made/macros", setting_up.save_macro_form, "supervisor", MANAGE),
    Route("GET", "/setup/embed", setting_up.embed, "admin", "rules.edit"),
    Route("GET", "/channels", channels.channels, "admin", "api.edit"),
    Route("POST", "/channels/again", channels.send_letter_again, "admin", "api.edit"),
    Route("GET", "/api", setting_up.api_page, "admin", "api.edit"),
    Route("POST", "/api", setting_up.save_api, "admin", "api.edit"),
    Route("GET", "/audit", setting_up.audit_log, "admin", "audit.see"),
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
        catalogue=Catalogue.load("desk"),
        assets=Assets.load(),
        read_customer=partial(
            read_customer, models=Models(settings.recommender_dir), words=load_words()
        ),
        read_names=read_names,
        articles=Articles(settings.knowledge_dir, settings.data_dir),
    )
    app[ENVIRONMENT] = make_environment()
    app[socket.SOCKETS] = set()
    app[socket.WATCHERS] = {}
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route))
    add_api(app)
    app.on_startup.append(_prepare_demo)
    app.cleanup_ctx.append(run_dispatcher)
    app.cleanup_ctx.append(run_outbound)
    app.on_shutdown.append(socket.close_sockets)
    app.on_response_prepare.append(add_headers)
    return app


def register(
    app: web.Application,
    settings: Settings,
    database: Database,
    live: LiveUpdates,
    *,
    clock: Clock | None = None,
) -> Desk:
    """Put the desk into the front's application; what its pages work with."""
    desk = create_desk(settings, database, live, clock=clock)
    app.add_subapp(PREFIX, desk)
    return desk[DESK]


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
    except (DataError, OverflowError):  # a number that no row can have
        return _explained(request, Refused(422, "refused"))
    except (OperationalError, Crowded):
        log.exception("the database did not answer")
        return _explained(request, Refused(503, "unavailable"))
    except ConnectionResetError:
        raise
    except Exception:
        log.exception("a request failed")
        return _explained(request, Refused(500, "failed"))


def _explained(request: web.Request, refused: Refused) -> web.Response:
    if refused.status == 401 and request.method == "GET" and not _is_script(request):
        return web.Response(
            status=303,
            headers={"Location": f"{PREFIX}/login?next={forms.local_path(request.path_qs)}"},
        )
    message = request.app[DESK].catalogue.text(
        language_of(request), f"error.{refused.code}", field=refused.field or ""
    )
    if _is_script(request):
        return web.json_response(
            {"error": refused.code, "field": refused.field, "message": message},
            status=refused.status,
        )
    return page(request, "error.html", status=refused.status, message=message)


def _is_script(request: web.Request) -> bool:
    return (
        forms.wants_json(request)
        or "/api/v1/" in request.path
        or request.path.endswith(("/live", "/rows", "/ws", "/canned", "/suggestions"))
    )


def guarded(route: Route) -> Handler:
    """The handler behind its checks: forged requests first, then who is asking."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method not in SAFE_METHODS:
            await check_forgery(request, route.body_bytes)
        if route.role is not None:
            await access_agent(request, route.role, route.permission, is_activity=route.is_activity)
        return await route.handler(request)

    return handle


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """What every answer tells the browser to keep to."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


async def _prepare_demo(app: web.Application) -> None:
    desk = app[DESK]
    if desk.settings.demo:
        desk.demo = await asyncio.to_thread(
            ensure_demo_agents, desk.database, desk.settings.data_dir, desk.clock.now()
        )
