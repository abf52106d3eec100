"""What helps to write: ready-made replies, suggestions, pictures and documents."""

import re
from typing import Any, Final

from aiohttp import web

from conversations import Card, transcript
from desk.tickets import (
    FileTooLarge,
    SetupRefused,
    StoredFile,
    TicketConflict,
    WrongType,
    filled,
    forget_view,
    get_file,
    keep_file,
    list_canned,
    note_suggestion,
    reply,
    save_view,
)
from desk.tickets.files import LARGEST
from desk.web.access import access_ticket, current_agent
from desk.web.acts import variables
from desk.web.desk import DESK
from desk.web.errors import Refused, conflict, not_found
from desk.web.forms import form_of, go, local_path
from desk.web.pages import number_of, ticket_id, ticket_parts, ticket_state
from desk.web.suggesting import suggest

CHUNK: Final = 2**16
_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_SCORE: Final = re.compile(r"[0-9](?:\.[0-9]{1,20})?(?:e-[0-9]{1,3})?")


async def canned(request: web.Request) -> web.Response:
    """Ready-made replies in the shopper's language, their gaps filled in."""

    def read() -> list[dict[str, str]]:
        desk = request.app[DESK]
        with desk.database.reading() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            values = variables(session, found, current_agent(request), desk)
            return [
                {"shortcut": one.shortcut, "text": filled(one.text, values)}
                for one in list_canned(session, conversation.language)
            ]

    return web.json_response({"replies": await request.app[DESK].database.reads.run(read)})


async def suggestions(request: web.Request) -> web.Response:
    """Replies that may fit what the shopper said last."""

    def read() -> dict[str, Any]:
        desk = request.app[DESK]
        with desk.database.reading() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            messages = transcript(session, conversation.id)
            values = variables(session, found, current_agent(request), desk)
            offered = suggest(session, desk.articles, messages, conversation.language)
        last = max((one.id for one in messages if one.author == "shopper"), default=0)
        return {
            "message_id": last,
            "suggestions": [
                {
                    "source": one.source,
                    "title": one.title,
                    "text": filled(one.text, values),
                    "score": round(one.score, 3),
                }
                for one in offered
            ],
        }

    return web.json_response(await request.app[DESK].database.reads.run(read))


async def judge_suggestion(request: web.Request) -> web.Response:
    """An agent took a suggestion or waved it away."""
    form = await form_of(request)
    raw, told = form.get("message_id", ""), form.get("score", "")
    if not _NUMBER.fullmatch(raw):
        raise Refused(422, "refused", field="message_id")
    if not _SCORE.fullmatch(told):
        raise Refused(422, "refused", field="score")
    message_id, score = int(raw), float(told)
    desk, agent = request.app[DESK], current_agent(request)

    def work() -> None:
        with desk.database.session() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            note_suggestion(
                session,
                ticket_id=found.id,
                message_id=message_id,
                source=form.get("source", ""),
                language=conversation.language,
                score=score,
                outcome=form.get("outcome", ""),
                agent_id=agent.id,
                now=desk.clock.now(),
            )

    try:
        await request.app[DESK].database.writes.run(work)
    except SetupRefused as error:
        raise Refused(422, "refused", field="outcome") from error
    return web.json_response({"kept": True})


async def send_file(request: web.Request) -> web.Response:
    """A picture or a PDF as the body of the request; sent to the shopper at once."""
    body = await _body(request)
    version, after, noted = (number_of(request, name) for name in ("version", "after", "notes"))
    client_id = request.query.get("client_message_id", "")
    if not 1 <= len(client_id) <= 64 or not client_id.isascii():
        raise Refused(422, "bad_client_message_id", field="client_message_id")
    desk, agent = request.app[DESK], current_agent(request)

    def work() -> dict[str, Any]:
        now = desk.clock.now()
        with desk.database.session() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            stored = keep_file(
                session, conversation.id, request.query.get("name", "file"), body, now=now
            )
            try:
                reply(
                    session,
                    found.id,
                    agent,
                    text="" if stored.is_picture else stored.name,
                    version=version,
                    client_message_id=client_id,
                    now=now,
                    image=stored.address if stored.is_picture else None,
                    cards=() if stored.is_picture else (document(stored),),
                )
            except TicketConflict as error:
                raise conflict() from error
            return ticket_parts(request, session, found.id, after, noted)

    try:
        values = await request.app[DESK].database.writes.run(work)
    except FileTooLarge as error:
        raise Refused(413, "large_file", field="file") from error
    except WrongType as error:
        raise Refused(415, "wrong_type", field="file") from error
    desk.live.publish(values["conversation"].id)
    return web.json_response(ticket_state(request, values, after, noted))


async def give_file(request: web.Request) -> web.Response:
    """A file to whoever knows its key: the shopper it was sent to, and the desk."""

    def read() -> StoredFile | None:
        with request.app[DESK].database.reading() as session:
            return get_file(session, request.match_info["key"])

    found = await request.app[DESK].database.reads.run(read)
    if found is None:
        raise not_found()
    kind = "inline" if found.is_picture else "attachment"
    ascii_name = found.name.encode("ascii", "replace").decode().replace("?", "_")
    return web.Response(
        body=found.content,
        content_type=found.content_type,
        headers={
            "Content-Disposition": f'{kind}; filename="{ascii_name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "private, max-age=3600",
        },
    )


def document(stored: StoredFile) -> Card:
    """A document as the shopper sees it."""
    size = f"PDF, {max(1, len(stored.content) // 1024)} kB"
    return Card(title=stored.name, subtitle=size, url=stored.address)


async def keep_view(request: web.Request) -> web.StreamResponse:
    """Keep the list's filter under a name, or forget one."""
    form = await form_of(request)
    desk, agent = request.app[DESK], current_agent(request)
    forgotten = form.get("forget", "")

    def work() -> None:
        with desk.database.session() as session:
            if forgotten.isascii() and forgotten.isdigit():
                forget_view(session, agent.id, int(forgotten[:9]))
            else:
                save_view(session, agent.id, form.get("name", ""), form.get("query", ""))

    try:
        await request.app[DESK].database.writes.run(work)
    except SetupRefused as error:
        raise Refused(422, "refused", field=str(error).partition(":")[0]) from error
    return go(local_path(form.get("next", "")))


async def _body(request: web.Request) -> bytes:
    """The raw body, read no further than what is allowed."""
    if (request.content_length or 0) > LARGEST:
        raise Refused(413, "large_file", field="file")
    parts, size = [], 0
    async for chunk in request.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > LARGEST:
            raise Refused(413, "large_file", field="file")
        parts.append(chunk)
    if not size:
        raise Refused(422, "empty_file", field="file")
    return b"".join(parts)
