"""The studio as an application beside the desk: every address with the permission it needs."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from aiohttp import web

from desk.web.assets import Assets
from desk.web.desk import DESK, Desk
from desk.web.rendering import ENVIRONMENT, make_environment
from desk.web.routes import Route, add_headers, explain_errors, guarded
from kit.i18n import LANGUAGES, Catalogue
from studio.content.health import Reports
from studio.content.store import Content
from studio.web import changes, intents, responses, trying
from studio.web.studio import FRONT, STUDIO, Studio, mark_of

PREFIX: Final = "/studio"
HERE: Final = Path(__file__).parent
EDIT: Final = "assistant.edit"
PASTED_BYTES: Final = 400_000
ASSETS: Final = web.AppKey("studio_assets", Assets)
INTENT: Final = r"/intents/{name:[A-Za-z0-9_.+/-]{1,80}}"
RESPONSE: Final = r"/responses/{name:[A-Za-z0-9_.+/-]{1,80}}"
CHANGE: Final = r"/history/{change:[0-9a-f]{40}}"


async def asset(request: web.Request) -> web.Response:
    """A style sheet or script of the studio."""
    return request.app[ASSETS].response(request.match_info["name"])


ROUTES: Final = (
    Route("GET", "", intents.intents, "admin", EDIT),
    Route("POST", INTENT + "/add", intents.add, "admin", EDIT, body_bytes=PASTED_BYTES),
    Route("POST", INTENT + "/change", intents.change, "admin", EDIT),
    Route("POST", INTENT + "/delete", intents.delete, "admin", EDIT),
    Route("GET", INTENT, intents.intent, "admin", EDIT),
    Route("GET", "/responses", responses.responses, "admin", EDIT),
    Route("POST", RESPONSE + "/save", responses.save, "admin", EDIT),
    Route("POST", RESPONSE + "/delete", responses.delete, "admin", EDIT),
    Route("POST", RESPONSE + "/preview", responses.preview, "admin", EDIT),
    Route("GET", RESPONSE, responses.response, "admin", EDIT),
    Route("GET", "/try", trying.trying, "admin", EDIT),
    Route("POST", "/try", trying.say, "admin", EDIT),
    Route("GET", "/history", changes.changes, "admin", EDIT),
    Route("POST", CHANGE + "/revert", changes.revert, "admin", EDIT),
    Route("GET", CHANGE, changes.change, "admin", EDIT),
    Route("GET", "/static/{build}/{name:.+}", asset, None),
)
TABS: Final = (
    ("intents", "/studio"),
    ("responses", "/studio/responses"),
    ("try", "/studio/try"),
    ("history", "/studio/history"),
)


def create_studio(desk: Desk, folder: Path, front: web.Application) -> web.Application:
    """The studio's pages on the content in `folder`; accounts, sessions, looks are the desk's."""
    own = Catalogue.load("studio")
    messages = {one: {**desk.catalogue.messages[one], **own.messages[one]} for one in LANGUAGES}
    app = web.Application(middlewares=[explain_errors])
    app[DESK] = replace(desk, catalogue=Catalogue(messages))
    data_dir = desk.settings.data_dir
    app[STUDIO] = Studio(Content(folder, data_dir / "studio"), Reports(data_dir))
    app[FRONT] = front
    app[ASSETS] = Assets.load(HERE / "static", PREFIX)
    app[ENVIRONMENT] = make_environment(HERE / "templates")
    app[ENVIRONMENT].globals.update(own=app[ASSETS].url, tabs=TABS, mark_of=mark_of)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route))
    app.on_response_prepare.append(add_headers)
    return app


def register(app: web.Application, desk: Desk, folder: Path) -> None:
    """Put the studio into the front's application."""
    app.add_subapp(PREFIX, create_studio(desk, folder, app))
