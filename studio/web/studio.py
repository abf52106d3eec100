"""What the studio's pages work with, and how they read a form and keep a change."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from aiohttp import web

from desk.tickets import audit
from desk.web.access import current_agent
from desk.web.desk import DESK
from desk.web.errors import Refused
from desk.web.forms import clean_text, form_of
from desk.web.rendering import language_of
from kit.i18n import LANGUAGES, Language, as_language
from studio.content import history
from studio.content.entries import BrokenFile, ItemGone, Kind, find_entry
from studio.content.health import Reports
from studio.content.history import Author, Change
from studio.content.store import Content, NotKept

T = TypeVar("T")
MARK_LENGTH: Final = 16


@dataclass(frozen=True)
class Studio:
    """The content, what the worker found out about it, and how the worker is told to train."""

    content: Content
    reports: Reports
    train: Callable[[], None]


STUDIO: Final = web.AppKey("studio", Studio)
# The front's application: it makes its chat and its way to the assistant when it starts.
FRONT: Final = web.AppKey("studio_front", web.Application)


@dataclass(frozen=True)
class Told:
    """What a page says about the last act: a key of the catalogue and what fills it."""

    key: str
    detail: str = ""
    is_problem: bool = True


async def reading(work: Callable[[], T]) -> T:
    """Read files or git beside the pages of others."""
    return await asyncio.to_thread(work)


def content_language(request: web.Request, form: Mapping[str, str] | None = None) -> Language:
    """The language whose content is shown: asked for, else the interface's."""
    asked = (form or request.query).get("in", "")
    return as_language(asked) if asked in LANGUAGES else language_of(request)


def mark_of(text: str) -> str:
    """What a form carries to say which text it saw."""
    return hashlib.sha256(text.encode()).hexdigest()[:MARK_LENGTH]


def seen_text(text: str, kind: Kind, name: str, mark: str) -> str:
    """The item of the file that the form saw. Raises ItemGone and BrokenFile."""
    for item in find_entry(text, kind, name).items:
        if mark_of(item.text) == mark:
            return item.text
    raise ItemGone(f"{kind} {name}")


async def words_of(request: web.Request) -> dict[str, str]:
    """The form with every text cleaned of control characters and outer space."""
    return {name: clean_text(value) for name, value in (await form_of(request)).items()}


async def keep(
    request: web.Request,
    language: Language,
    kind: Kind,
    name: str,
    change: Callable[[str], str],
    subject: str,
) -> Told | None:
    """Make a change of an entry as one commit of the person who asks, and audit it.

    What stands in its way is told, and nothing is changed then; None when it is kept.
    """
    content = request.app[STUDIO].content
    agent = current_agent(request)
    author = Author(agent.name, agent.email)
    try:
        await reading(
            lambda: content.edit(
                language, kind, name, change, f"{name} ({language}): {subject}", author
            )
        )
    except ItemGone:
        last = await reading(lambda: last_change(content))
        return Told("studio.conflict", last.author.name if last else "?")
    except BrokenFile as error:
        return Told("studio.broken_file", str(error))
    except NotKept as error:
        return Told("studio.not_kept", str(error))
    await note(request, "content.change", f"{kind} {name}", language=language, change=subject)
    return None


async def note(
    request: web.Request, act: str, subject: str, **detail: str | bool | list[str]
) -> None:
    """Write into the audit log who did what."""
    desk, agent = request.app[DESK], current_agent(request)

    def work() -> None:
        with desk.database.session() as session:
            audit(session, agent, act, subject, desk.clock.now(), **detail)

    await desk.database.writes.run(work)


def last_change(content: Content) -> Change | None:
    """The newest change of the content; None without a history."""
    try:
        found = history.changes(content.folder, most=1)
    except history.NoHistory:
        return None
    return found[0] if found else None


def page_number(request: web.Request) -> int:
    """Which page of a list, from 1."""
    raw = request.query.get("page", "1")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 7):
        raise Refused(422, "refused", field="page")
    return max(1, int(raw))
