"""The studio as an application beside the desk: every address with the permission it needs."""

from collections.abc import Callable
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
from studio.training.status import FOLDER
from studio.web import changes, inbox, intents, new_intent, publishing, responses, trying
from studio.web.studio import FRONT, STUDIO, Studio, mark_of

PREFIX: Final = "/studio"
HERE: Final = Path(__file__).parent
SEE: Final = "assistant.see"
EDIT: Final = "assistant.edit"
PUBLISH: Final = "assistant.publish"
PASTED_BYTES: Final = 400_000
ASSETS: Final = web.AppKey("studio_assets", Assets)
INTENT: Final = r"/intents/{name:[A-Za-z0-9_.+/-]{1,80}}"
RESPONSE: Final = r"/responses/{name:[A-Za-z0-9_.+/-]{1,80}}"
CHANGE: Final = r"/history/{change:[0-9a-f]{40}}"


async def asset(request: web.Request) -> web.Response:
    """A style sheet or script of the studio."""
    return request.app[ASSETS].response(request.match_info["name"])


ROUTES: Final = (
    Route("GET", "", intents.intents, "admin", SEE),
    Route("POST", INTENT + "/add", intents.add, "admin", EDIT, body_bytes=PASTED_BYTES),
    Route("POST", INTENT + "/change", intents.change, "admin", EDIT),
    Route("POST", INTENT + "/delete", intents.delete, "admin", EDIT),
    Route("GET", INTENT, intents.intent, "admin", SEE),
    Route("GET", "/new", new_intent.form, "admin", EDIT),
    Route("POST", "/new", new_intent.add, "admin", EDIT, body_bytes=PASTED_BYTES),
    Route("GET", "/inbox", inbox.inbox, "admin", EDIT),
    Route("POST", "/inbox/teach", inbox.teach, "admin", EDIT),
    Route("POST", "/inbox/ignore", inbox.put_aside, "admin", EDIT),
    Route("GET", "/responses", responses.responses, "admin", SEE),
    Route("POST", RESPONSE + "/save", responses.save, "admin", EDIT),
    Route("POST", RESPONSE + "/delete", responses.delete, "admin", EDIT),
    Route("POST", RESPONSE + "/preview", responses.preview, "admin", EDIT),
    Route("GET", RESPONSE, responses.response, "admin", SEE),
    Route("GET", "/try", trying.trying, "admin", SEE),
    Route("POST", "/try", trying.say, "admin", EDIT),
    Route("GET", "/history", changes.changes, "admin", SEE),
    Route("POST", CHANGE + "/revert", changes.revert, "admin", EDIT),
    Route("GET", CHANGE, changes.change, "admin", SEE),
    Route("GET", "/publish", publishing.publishing, "admin", SEE),
    Route("GET", "/publish/live", publishing.live, "admin", SEE, is_activity=False),
    Route("POST", "/publish/train", publishing.train, "admin", EDIT),
    Route("POST", "/publish/stop", publishing.stop, "admin", EDIT),
    Route("POST", "/publish/review", publishing.review, "admin", SEE),
    Route("POST", "/publish", publishing.publish, "admin", PUBLISH),
    Route("POST", "/publish/back", publishing.back, "admin", PUBLISH),
    Route("GET", "/static/{build}/{name:.+}", asset, None),
)
TABS: Final = (
    ("intents", "/studio"),
    ("responses", "/studio/responses"),
    ("inbox", "/studio/inbox"),
    ("try", "/studio/try"),
    ("publish", "/studio/publish"),
    ("history", "/studio/history"),
)


def create_studio(
    desk: Desk, folder: Path, front: web.Application, train: Callable[[], None]
) -> web.Application:
    """The studio's pages on the content in `folder`; accounts, sessions, looks are the desk's."""
    own = Catalogue.load("studio")
    messages = {one: {**desk.catalogue.messages[one], **own.messages[one]} for one in LANGUAGES}
    app = web.Application(middlewares=[explain_errors])
    app[DESK] = replace(desk, catalogue=Catalogue(messages))
    data_dir = desk.settings.data_dir
    app[STUDIO] = Studio(Content(folder, data_dir / FOLDER), Reports(data_dir), train)
    app[FRONT] = front
    app[ASSETS] = Assets.load(HERE / "static", PREFIX)
    app[ENVIRONMENT] = make_environment(HERE / "templates")
    app[ENVIRONMENT].globals.update(own=app[ASSETS].url, tabs=TABS, mark_of=mark_of)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, guarded(route))
    app.on_response_prepare.append(add_headers)
    return app


def register(
    app: web.Application, desk: Desk, folder: Path, train: Callable[[], None] = lambda: None
) -> None:
    """Put the studio into the front's application; `train` tells the worker to."""
    app.add_subapp(PREFIX, create_studio(desk, folder, app, train))
