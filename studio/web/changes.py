"""History: every change with its author, what it did, and taking it back."""

from aiohttp import web

from desk.web.access import current_agent
from desk.web.errors import not_found
from desk.web.forms import go
from desk.web.rendering import page
from studio.content import history
from studio.content.history import Author, CannotRevert, Change, FileChange, NoHistory
from studio.content.store import NotKept
from studio.web.studio import STUDIO, Told, note, page_number, reading

ROWS = 50
SHORT = 10
# A page shows so many lines of a change; the first commit of a shop has tens of thousands.
MOST_LINES = 600


async def changes(request: web.Request) -> web.Response:
    """Who changed what, newest first; in plain words where there is no history."""
    content, at = request.app[STUDIO].content, page_number(request)
    kept = await reading(content.has_history)
    found: list[Change] = []
    if kept:
        found = await reading(
            lambda: history.changes(content.folder, most=ROWS + 1, skip=(at - 1) * ROWS)
        )
    reverted = request.query.get("done") == "reverted"
    return page(
        request,
        "changes.html",
        changes=found[:ROWS],
        has_more=len(found) > ROWS,
        at=at,
        kept=kept,
        told=Told("studio.done.reverted", is_problem=False) if reverted else None,
    )


async def change(request: web.Request) -> web.Response:
    """What one change did, line by line."""
    return await _change_page(request)


async def _change_page(request: web.Request, told: Told | None = None) -> web.Response:
    content, wanted = request.app[STUDIO].content, request.match_info["change"]

    def work() -> tuple[Change, list[FileChange]]:
        found = history.find_change(content.folder, wanted)
        return found, history.diff(content.folder, found.id)

    try:
        found, whole = await reading(work)
    except NoHistory as error:
        raise not_found() from error
    files, left_out = _shortened(whole)
    return page(
        request,
        "change.html",
        status=409 if told else 200,
        change=found,
        files=files,
        left_out=left_out,
        told=told,
    )


def _shortened(files: list[FileChange]) -> tuple[list[FileChange], int]:
    """The first lines of a change, and how many are left out."""
    room, shown = MOST_LINES, []
    for file in files:
        if room <= 0:
            break
        shown.append(FileChange(file.path, file.lines[:room]))
        room -= len(file.lines)
    total = sum(len(file.lines) for file in files)
    return shown, total - sum(len(file.lines) for file in shown)


async def revert(request: web.Request) -> web.StreamResponse:
    """Take a change back, as a change of its own."""
    content, wanted = request.app[STUDIO].content, request.match_info["change"]
    agent = current_agent(request)
    author = Author(agent.name, agent.email)

    def work() -> Change:
        found = history.find_change(content.folder, wanted)
        content.revert(found.id, f"Taken back: {found.subject}", author)
        return found

    try:
        found = await reading(work)
    except CannotRevert as error:
        return await _change_page(request, Told("studio.cannot_revert", str(error)))
    except NotKept as error:
        return await _change_page(request, Told("studio.not_kept", str(error)))
    except NoHistory as error:
        raise not_found() from error
    await note(request, "content.revert", found.id[:SHORT], change=found.subject[:80])
    return go("/studio/history?done=reverted")
