"""Pages that act: sign in and out, language, and everything an agent does to a ticket.

Forms work without scripts (they answer with a page); scripts ask for JSON.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import WrongHandler
from desk.tickets import (
    GAP,
    Agent,
    AgentNotFound,
    AgentOffline,
    NotYours,
    SetupRefused,
    SignInRefused,
    TicketConflict,
    TicketView,
    TooManyTries,
    ask_rating,
    finish,
    release,
    reply,
    set_presence,
    sign_off,
    take,
)
from desk.web.access import SESSION_COOKIE, access_ticket, current_agent
from desk.web.desk import DESK
from desk.web.dispatcher import DISPATCHER
from desk.web.errors import Refused, conflict
from desk.web.pages import ticket_id, ticket_parts, ticket_state, whole
from desk.web.rendering import page
from desk.web.security import COOKIE_PATH, LANGUAGE_COOKIE, client_address, set_cookie
from kit.i18n import as_language

TEXT_LENGTH: Final = 4000
YEAR: Final = 365 * 24 * 3600
_SHORTCUT: Final = re.compile(r"/[a-z0-9][a-z0-9_-]{0,38}")
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LOCAL_PATH: Final = re.compile(r"/(?:desk|studio)(/[A-Za-z0-9/_-]*)?(\?[A-Za-z0-9=&_-]*)?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
Act = Callable[[Session, Agent, int], TicketView]


async def sign_in_page(request: web.Request) -> web.Response:
    """The form to sign in; in demo mode it says how."""
    return _sign_in_page(request)


async def sign_in(request: web.Request) -> web.Response:
    """Sign in; every refusal reads the same."""
    form = await request.post()
    desk = request.app[DESK]
    try:
        token, _ = await request.app[DESK].database.writes.run(
            desk.sign_in.sign_in,
            str(form.get("email", "")),
            str(form.get("password", "")),
            client_address(request),
        )
    except SignInRefused:
        return _sign_in_page(request, status=401, problem="sign_in.refused")
    except TooManyTries as refused:
        response = _sign_in_page(request, status=429, problem="sign_in.too_many")
        response.headers["Retry-After"] = str(refused.seconds)
        return response
    earlier = request.cookies.get(SESSION_COOKIE)
    if earlier:
        await request.app[DESK].database.writes.run(desk.sign_in.sign_out, earlier)
    response = go(local_path(str(form.get("next", ""))))
    set_cookie(request, response, SESSION_COOKIE, token)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """Sign out of this browser; what was open goes back to the queue."""
    token = request.cookies.get(SESSION_COOKIE, "")
    await request.app[DESK].database.writes.run(_leave, request)
    await request.app[DESK].database.writes.run(request.app[DESK].sign_in.sign_out, token)
    response = go("/desk/login")
    response.del_cookie(SESSION_COOKIE, path=COOKIE_PATH)
    return response


def _leave(request: web.Request) -> None:
    desk, agent = request.app[DESK], current_agent(request)
    if agent.presence == "offline":
        return
    with desk.database.session() as session:
        changed = sign_off(session, agent.id, now=desk.clock.now())
    for conversation_id in changed:
        desk.live.publish(conversation_id)


async def choose_presence(request: web.Request) -> web.StreamResponse:
    """Take tickets from now on, pause, or stop and give back what is open."""
    form = await form_of(request)
    desk, agent = request.app[DESK], current_agent(request)
    wanted = form.get("presence", "")
    if wanted not in ("online", "away", "offline"):
        raise Refused(422, "bad_presence", field="presence")

    def work() -> None:
        now = desk.clock.now()
        with desk.database.session() as session:
            if wanted == "offline":
                sign_off(session, agent.id, now=now)
            else:
                set_presence(session, agent.id, "away" if wanted == "away" else "online", now=now)

    await request.app[DESK].database.writes.run(work)
    request.app[DISPATCHER].wake()
    if wants_json(request):
        return web.json_response({"presence": wanted})
    return go(local_path(form.get("next", "")))


async def choose_language(request: web.Request) -> web.Response:
    """Show the desk in another language."""
    form = await request.post()
    chosen = as_language(form.get("language"))
    response = go(local_path(str(form.get("next", ""))))
    set_cookie(request, response, LANGUAGE_COOKIE, chosen, YEAR)
    return response


async def take_ticket(request: web.Request) -> web.StreamResponse:
    """Take a waiting ticket."""
    version = await version_of(request)
    now = request.app[DESK].clock.now()
    return await act_on_ticket(
        request,
        lambda session, agent, number: take(session, number, agent, version=version, now=now),
    )


async def release_ticket(request: web.Request) -> web.StreamResponse:
    """Put a ticket back into the queue."""
    version = await version_of(request)
    now = request.app[DESK].clock.now()
    return await act_on_ticket(
        request,
        lambda session, agent, number: release(session, number, agent, version=version, now=now),
    )


async def hand_back(request: web.Request) -> web.StreamResponse:
    """Hand the shopper back to the bot."""
    version = await version_of(request)
    now = request.app[DESK].clock.now()
    return await act_on_ticket(
        request,
        lambda session, agent, number: finish(
            session, number, agent, "handed_back", version=version, now=now
        ),
    )


async def close_ticket(request: web.Request) -> web.StreamResponse:
    """Mark a ticket as solved, and ask the shopper how the help was."""
    version = await version_of(request)
    desk = request.app[DESK]
    now = desk.clock.now()

    def act(session: Session, agent: Agent, number: int) -> TicketView:
        ended = finish(session, number, agent, "solved", version=version, now=now)
        ask_rating(session, ended, key=desk.settings.secret_key, now=now)
        return ended

    return await act_on_ticket(request, act)


async def send_reply(request: web.Request) -> web.StreamResponse:
    """Say something to the shopper, once."""
    form = await request.post()
    text = clean_text(str(form.get("text", "")))
    client_message_id = str(form.get("client_message_id", ""))
    if not text:
        raise Refused(422, "empty_text", field="text")
    if len(text) > TEXT_LENGTH:
        raise Refused(413, "long_text", field="text")
    check_finished(text)
    if not _CLIENT_ID.fullmatch(client_message_id):
        raise Refused(422, "bad_client_message_id", field="client_message_id")
    version = await version_of(request)
    now = request.app[DESK].clock.now()

    def act(session: Session, agent: Agent, number: int) -> TicketView:
        found, _ = reply(
            session,
            number,
            agent,
            text=text,
            version=version,
            client_message_id=client_message_id,
            now=now,
        )
        return found

    return await act_on_ticket(request, act)


async def typing(request: web.Request) -> web.Response:
    """Tell the shopper that the agent is writing."""

    def read() -> TicketView:
        with request.app[DESK].database.reading() as session:
            return access_ticket(session, ticket_id(request))[0]

    found = await request.app[DESK].database.reads.run(read)
    if found.state != "assigned" or found.agent_id != current_agent(request).id:
        raise conflict()
    request.app[DESK].live.publish(found.conversation_id, "agent_typing")
    return web.Response(status=204)


def check_finished(text: str) -> None:
    """Refuse words with a gap still in them, or a shortcut in place of its reply."""
    if GAP in text:
        raise Refused(422, "gap", field="text")
    if _SHORTCUT.fullmatch(text):
        raise Refused(422, "shortcut", field="text")


def clean_text(text: str) -> str:
    """What the agent wrote, without control characters and outer space."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def local_path(path: str) -> str:
    """`path` if it is a page of desk or studio, else the inbox; nobody is sent elsewhere."""
    return path if _LOCAL_PATH.fullmatch(path) else "/desk"


def wants_json(request: web.Request) -> bool:
    """Whether a script is asking."""
    return "application/json" in request.headers.get("Accept", "")


async def act_on_ticket(request: web.Request, act: Act) -> web.StreamResponse:
    """Do an act in one unit of work, tell everybody, and answer with the ticket as it is now."""
    desk, agent, number = request.app[DESK], current_agent(request), ticket_id(request)
    form = await form_of(request)
    after, noted = (whole(form.get(name, "0")) for name in ("after", "notes"))

    def work() -> tuple[TicketView, dict[str, Any]]:
        with desk.database.session() as session:
            access_ticket(session, number)
            try:
                acted_on = act(session, agent, number)
            except NotYours as error:
                raise Refused(403, "not_yours") from error
            except (TicketConflict, WrongHandler) as error:
                raise conflict() from error
            except SetupRefused as error:
                raise Refused(422, "refused", field=str(error).partition(":")[0]) from error
            except AgentOffline as error:
                raise Refused(422, "offline_colleague", field="to") from error
            except AgentNotFound as error:
                raise Refused(422, "bad_target", field="to") from error
            return acted_on, ticket_parts(request, session, number, after, noted)

    acted_on, values = await request.app[DESK].database.writes.run(work)
    for place in values["chats"]:
        desk.live.publish(place)
    request.app[DISPATCHER].wake()
    if not wants_json(request):
        return go(f"/desk/tickets/{acted_on.id}")
    state = ticket_state(request, values, after, noted)
    if acted_on.id != number:
        state["go"] = f"/desk/tickets/{acted_on.id}"
    return web.json_response(state)


async def form_of(request: web.Request) -> dict[str, str]:
    """The form's words; files are left out."""
    found = await request.post()
    return {name: value for name, value in found.items() if isinstance(value, str)}


async def version_of(request: web.Request) -> int:
    """The version of the ticket that the page showed; 422 for a form without one."""
    raw = str((await request.post()).get("version", ""))
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise Refused(422, "bad_version", field="version")
    return int(raw)


def go(path: str) -> web.Response:
    """See another page."""
    return web.Response(status=303, headers={"Location": path})


def _sign_in_page(
    request: web.Request, *, status: int = 200, problem: str | None = None
) -> web.Response:
    return page(
        request,
        "login.html",
        status=status,
        problem=problem,
        demo=request.app[DESK].demo,
        next_path=local_path(request.query.get("next", "")),
    )
