"""The chat's HTTP API. Every refusal is `{"error","field","message"}`."""

import asyncio
from typing import Any, Final

from aiohttp import web

from connectors import keys
from connectors.addresses import client_address
from connectors.errors import Refusal, bad_field, unauthorised
from connectors.limits import (
    MESSAGES_PER_CONVERSATION,
    NEW_CONVERSATIONS,
    PICTURES_PER_CONVERSATION,
    REQUESTS_PER_ADDRESS,
    TRANSCRIPTS_PER_CONVERSATION,
)
from connectors.validation import (
    LARGEST_ID,
    PAGE_FIELDS,
    client_message_id,
    message_id,
    number_of,
    optional_language,
    page_context,
    read_json,
    read_picture,
    shopper_text,
)
from connectors.webchat.home import read_home
from connectors.webchat.service import message_to_json
from connectors.webchat.transcript import mail_transcript
from conversations import Accepted, Outcome
from kit import deadlines
from kit.i18n import as_language
from recommender.models.pictures import BadPicture
from recommender.serving.looks import looks_like, plain_picture

ROOT: Final = "/chat/api/conversations"
MOST_MESSAGES: Final = 200
SHOWN_SIDE: Final = 1024  # pixels of a picture that a colleague looks at


def add_routes(app: web.Application) -> None:
    """The API under /chat/api."""
    app.add_routes(
        [
            web.post(ROOT, start),
            web.post("/chat/api/home", home),
            web.post(f"{ROOT}/{{id}}/messages", post_message),
            web.get(f"{ROOT}/{{id}}/messages", get_messages),
            web.post(f"{ROOT}/{{id}}/pictures", post_picture),
            web.post(f"{ROOT}/{{id}}/person", call_person),
            web.post(f"{ROOT}/{{id}}/seen", note_seen),
            web.post(f"{ROOT}/{{id}}/helpful", judge),
            web.post(f"{ROOT}/{{id}}/transcript", send_transcript),
            web.post(f"{ROOT}/{{id}}/identity", attach_identity),
            web.post(f"{ROOT}/{{id}}/language", choose_language),
        ]
    )


async def start(request: web.Request) -> web.Response:
    """Start a conversation; a signed `identity` makes it a known customer's."""
    request.app[keys.LIMITER].spend(NEW_CONVERSATIONS, client_address(request))
    body = await read_json(request, allowed=("language", "identity"))
    chat = request.app[keys.CHAT]
    language = optional_language(body, request.app[keys.SETTINGS].default_language)
    conversation = await chat.start(language, await chat.customer_of(body.get("identity")))
    return web.json_response(
        {
            "conversation_id": conversation.id,
            "token": chat.token(conversation.id),
            "language": conversation.language,
            "handled_by": conversation.handled_by,
        },
        status=201,
    )


async def home(request: web.Request) -> web.Response:
    """First name and last order of whoever a page vouches for, for the first screen."""
    request.app[keys.LIMITER].spend(REQUESTS_PER_ADDRESS, client_address(request))
    body = await read_json(request, allowed=("language", "identity"))
    language = as_language(optional_language(body, request.app[keys.SETTINGS].default_language))
    customer = await request.app[keys.CHAT].customer_of(body.get("identity"))
    if customer is None:
        raise unauthorised("The identity is missing.")
    database, catalogue = request.app[keys.DATABASE], request.app[keys.CATALOGUE]
    found = await database.reads.run(read_home, database, customer, language, catalogue)
    return web.json_response(found)


async def post_message(request: web.Request) -> web.Response:
    """Take a message and answer it: 200 with the replies, or 202 when they take longer."""
    place = _authorise(request)
    body = await read_json(request, allowed=("text", "client_message_id", "page"))
    text, client_id = shopper_text(body), client_message_id(body)
    page = page_context(body)
    request.app[keys.LIMITER].spend(MESSAGES_PER_CONVERSATION, place)
    return await _converse(request, place, text, client_id, page)


async def post_picture(request: web.Request) -> web.Response:
    """Take a picture and answer with products that look like it; the picture is not kept.

    Unless a colleague is answering: then it is kept with the conversation, for them to see.
    The body is the file; `client_message_id`, and `product` and `visit` of the page, stand in the
    query.
    """
    place = _authorise(request)
    client_id = client_message_id(request.query)
    page = page_context({"page": {k: v for k, v in request.query.items() if k in PAGE_FIELDS}})
    request.app[keys.LIMITER].spend(PICTURES_PER_CONVERSATION, place)
    raw = await read_picture(request)
    try:
        looks = await asyncio.to_thread(looks_like, request.app[keys.MODELS], raw)
        plain = await asyncio.to_thread(plain_picture, raw, SHOWN_SIDE)
    except BadPicture as error:
        raise Refusal(415, "unreadable_picture", f"{error}."[:300], field="body") from error
    token = await request.app[keys.CHAT].picture_button(place, looks)
    return await _converse(request, place, token, client_id, page, plain)


async def call_person(request: web.Request) -> web.Response:
    """Ask for a person, as the "talk to a person" button does."""
    place = _authorise(request)
    body = await read_json(request, allowed=("client_message_id",))
    client_id = client_message_id(body)
    request.app[keys.LIMITER].spend(MESSAGES_PER_CONVERSATION, place)
    token = await request.app[keys.CHAT].person_button(place)
    return await _converse(request, place, token, client_id, None)


async def _converse(
    request: web.Request,
    place: str,
    text: str,
    client_id: str,
    page: dict[str, Any] | None,
    picture: bytes | None = None,
) -> web.Response:
    accepted, outcome = await request.app[keys.CHAT].wait_for_answer(
        place, text, client_id, page, deadlines.ANSWER, picture
    )
    return web.json_response(
        _outcome_to_json(place, accepted, outcome), status=202 if outcome.is_pending else 200
    )


def _outcome_to_json(place: str, accepted: Accepted, outcome: Outcome) -> dict[str, Any]:
    body = {
        "message_id": accepted.message.id,
        "replies": [message_to_json(message) for message in outcome.messages],
        "handled_by": outcome.handled_by,
    }
    if outcome.is_pending:
        body["pending"] = True
        body["fetch"] = f"{ROOT}/{place}/messages?after={accepted.message.id}"
    return body


async def get_messages(request: web.Request) -> web.Response:
    """Messages after an id, oldest first; `has_more` when there are further ones."""
    place = _authorise(request)
    after = number_of(request.query, "after", 0, LARGEST_ID)
    limit = number_of(request.query, "limit", MOST_MESSAGES, MOST_MESSAGES) or 1
    conversation, messages = await request.app[keys.CHAT].read(place, after, limit + 1)
    return web.json_response(
        {
            "messages": [message_to_json(message) for message in messages[:limit]],
            "has_more": len(messages) > limit,
            "handled_by": conversation.handled_by,
            "agent_name": conversation.agent_name,
            "agent_seen_id": conversation.agent_seen_id,
            "language": conversation.language,
        }
    )


async def note_seen(request: web.Request) -> web.Response:
    """The shopper had the messages up to the id `after` before their eyes."""
    place = _authorise(request)
    body = await read_json(request, allowed=("after",))
    await request.app[keys.CHAT].seen(place, message_id(body))
    return web.json_response({"seen": True})


async def judge(request: web.Request) -> web.Response:
    """The shopper says whether the conversation helped."""
    place = _authorise(request)
    body = await read_json(request, allowed=("helpful",))
    if not isinstance(body.get("helpful"), bool):
        raise bad_field("helpful", "helpful must be true or false.")
    request.app[keys.LIMITER].spend(MESSAGES_PER_CONVERSATION, place)
    await request.app[keys.CHAT].judge(place, is_helpful=body["helpful"])
    return web.json_response({"helpful": body["helpful"]})


async def send_transcript(request: web.Request) -> web.Response:
    """Mail the conversation to the customer it belongs to; 409 for a guest's."""
    place = _authorise(request)
    await read_json(request, allowed=())
    request.app[keys.LIMITER].spend(TRANSCRIPTS_PER_CONVERSATION, place)
    chat, catalogue = request.app[keys.CHAT], request.app[keys.CATALOGUE]

    def work() -> bool:
        with chat.database.session() as session:
            return mail_transcript(session, place, catalogue, now=chat.clock.now())

    if not await chat.database.writes.run(work):
        raise Refusal(409, "no_address", "Only who is signed in gets the conversation by email.")
    return web.json_response({"sent": True})


async def attach_identity(request: web.Request) -> web.Response:
    """Tell a guest's conversation who signed in; 409 when it is another customer's."""
    place = _authorise(request)
    body = await read_json(request, allowed=("identity",))
    chat = request.app[keys.CHAT]
    customer = await chat.customer_of(body.get("identity"))
    if customer is None:
        raise unauthorised("The identity is missing.")
    conversation = await chat.attach(place, customer)
    go_on = await chat.signed_in_button(place)
    return web.json_response(
        {
            "conversation_id": conversation.id,
            "signed_in": True,
            "go_on": {"title": go_on.title, "payload": go_on.payload},
        }
    )


async def choose_language(request: web.Request) -> web.Response:
    """The shopper switched the language of the page."""
    place = _authorise(request)
    body = await read_json(request, allowed=("language",))
    language = optional_language(body, request.app[keys.SETTINGS].default_language)
    await request.app[keys.CHAT].speak(place, language)
    return web.json_response({"language": language})


def _authorise(request: web.Request) -> str:
    """The conversation of the path, when the bearer token opens it."""
    request.app[keys.LIMITER].spend(REQUESTS_PER_ADDRESS, client_address(request))
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorised()
    return request.app[keys.CHAT].authorise(token.strip(), request.match_info["id"])
