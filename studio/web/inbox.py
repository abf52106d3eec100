"""Inbox: real messages that the assistant was unsure of, to be given to an intent or put aside."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from conversations import shoppers_said
from desk.web.desk import DESK
from desk.web.forms import go
from desk.web.rendering import page
from studio.content.entries import add_items
from studio.content.inbox import ignore, ignored_in, lessons, mark_of_lesson
from studio.content.marks import problem_of
from studio.content.masking import as_example
from studio.training.status import FOLDER
from studio.web.studio import STUDIO, Told, content_language, keep, note, reading, words_of

DAYS: Final = timedelta(days=30)
MOST: Final = 2000
ROWS: Final = 50
DONE: Final = ("taught", "ignored")


async def inbox(request: web.Request) -> web.Response:
    """The page."""
    done = request.query.get("done", "")
    return await _page(
        request, Told(f"inbox.done.{done}", is_problem=False) if done in DONE else None
    )


async def teach(request: web.Request) -> web.StreamResponse:
    """Give a message to an intent: one example more, as one commit."""
    form = await words_of(request)
    language, name = content_language(request, form), form.get("intent", "")
    text = as_example(form.get("text", ""))  # whoever edits it may type what is personal
    shelf = await reading(lambda: request.app[STUDIO].content.shelf(language))
    if name not in shelf.intents:
        return await _page(request, Told("inbox.choose"), status=422)
    problem = problem_of(text, shelf.entities)
    if problem is not None:
        return await _page(request, Told(f"problem.{problem.code}", problem.detail), status=422)
    if others := shelf.under(text):
        code = "known" if name in others else "elsewhere"
        return await _page(request, Told(f"problem.{code}", others[0]), status=422)
    told = await keep(
        request,
        language,
        "intent",
        name,
        lambda body: add_items(body, "intent", name, [text]),
        "example added from a real message",
    )
    if told is not None:
        return await _page(request, told, status=409 if told.key == "studio.conflict" else 422)
    if form.get("mark") != mark_of_lesson(text):  # it was edited: what was said is done with, too
        await _ignore(request, form.get("mark", ""))
    return _back(language, "taught")


async def put_aside(request: web.Request) -> web.StreamResponse:
    """Not worth learning, for everybody."""
    form = await words_of(request)
    await _ignore(request, form.get("mark", ""))
    await note(request, "inbox.ignore", "message")
    return _back(content_language(request, form), "ignored")


async def _ignore(request: web.Request, mark: str) -> None:
    folder = request.app[DESK].settings.data_dir / FOLDER
    if mark.isalnum() and len(mark) == len(mark_of_lesson("")):
        await reading(lambda: ignore(folder, mark))


async def _page(
    request: web.Request, told: Told | None = None, *, status: int = 200
) -> web.Response:
    desk, content = request.app[DESK], request.app[STUDIO].content
    language = content_language(
        request, await words_of(request) if told and status != 200 else None
    )

    def work() -> dict[str, Any]:
        with desk.database.reading() as session:
            said = shoppers_said(session, since=desk.clock.now() - DAYS, most=MOST)
        shelf = content.shelf(language)
        ignored = ignored_in(desk.settings.data_dir / FOLDER)
        found, more = lessons(said, language, shelf, ignored, ROWS)
        return {
            "lessons": found,
            "total": len(found) + more,
            "names": list(shelf.intents),
            "broken": content.broken(),
            "kept": content.has_history(),
        }

    values = await reading(work)
    return page(request, "inbox.html", status=status, told=told, spoken=language, **values)


def _back(language: str, done: str) -> web.Response:
    return go(f"/studio/inbox?{urlencode({'in': language, 'done': done})}")
