"""Try it: a chat with the running assistant, and beside it what the assistant thought.

The chat is a web chat like any shopper's: the same doors, the same processes, nothing played.
"""

import secrets
from typing import Any, Final

from aiohttp import web

from connectors import keys
from connectors.assistant import AssistantUnavailable, Thought
from connectors.errors import Refusal
from conversations import Message
from desk.web.errors import Refused
from desk.web.forms import go, wants_json
from desk.web.rendering import page, render
from studio.web.studio import FRONT, Told, content_language, words_of

SECONDS: Final = 12.0  # how long a page waits for an answer; a reload shows what came later
LONGEST: Final = 1000


async def trying(request: web.Request) -> web.Response:
    """The chat as far as it has come, with the thoughts beside each message."""
    return await _page(request, request.query.get("talk", ""))


async def say(request: web.Request) -> web.StreamResponse:
    """Say something, or press a button; the first message opens the conversation."""
    form = await words_of(request)
    text, talk = form.get("text", ""), form.get("talk", "")
    if not text:
        raise Refused(422, "empty_text", field="text")
    if len(text) > LONGEST:
        raise Refused(413, "long_text", field="text")
    chat = request.app[FRONT][keys.CHAT]
    try:
        if talk:
            conversation_id = chat.authorise(talk)
        else:
            conversation_id = (await chat.start(content_language(request, form), None)).id
            talk = chat.token(conversation_id)
        key = f"studio-{secrets.token_urlsafe(12)}"
        await chat.wait_for_answer(conversation_id, text, key, None, SECONDS)
    except Refusal as refused:
        told = Told("studio.try.refused", str(refused))
        return await _page(request, talk, told, status=refused.status)
    if wants_json(request):
        return web.json_response({"html": await _talk(request, talk), "talk": talk})
    return go(f"/studio/try?talk={talk}#say")


async def _page(
    request: web.Request, talk: str, told: Told | None = None, status: int = 200
) -> web.Response:
    values = await _values(request, talk)
    return page(
        request,
        "try.html",
        status=status,
        talk=talk,
        told=told,
        spoken=content_language(request),
        **values,
    )


async def _talk(request: web.Request, talk: str) -> str:
    return render(request, "_talk.html", talk=talk, **await _values(request, talk))


async def _values(request: web.Request, talk: str) -> dict[str, Any]:
    """The messages with their thoughts; `silent` where the assistant cannot be asked."""
    if not talk:
        return {"turns": [], "silent": False}
    front = request.app[FRONT]
    chat, assistant = front[keys.CHAT], front[keys.ASSISTANT]
    try:
        conversation_id = chat.authorise(talk)
    except Refusal as error:
        raise Refused(404, "not_found") from error
    _, messages = await chat.read(conversation_id)
    try:
        thoughts = {one.message_id: one for one in await assistant.thoughts(conversation_id)}
        silent = False
    except AssistantUnavailable:
        thoughts, silent = {}, True
    turns: list[tuple[Message, Thought | None]] = [
        (one, thoughts.get(str(one.id)) if one.author == "shopper" else None) for one in messages
    ]
    return {"turns": turns, "silent": silent}
