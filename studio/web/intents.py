"""Intents: the list with its health, and one intent's examples in a table that is edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from desk.web.errors import not_found
from desk.web.forms import go
from desk.web.rendering import page
from kit.i18n import LANGUAGES, Language
from studio.content.entries import MARK, add_items, change_item, delete_item
from studio.content.health import UNKNOWN, IntentHealth, Report
from studio.content.marks import Problem, plain, problem_of
from studio.content.store import Placed, Shelf, key_of
from studio.web.studio import (
    STUDIO,
    Told,
    content_language,
    keep,
    mark_of,
    page_number,
    reading,
    seen_text,
    words_of,
)

FEW: Final = 10  # with fewer examples nothing can be said of an intent
POOR: Final = 0.6  # share of its examples that the others recognise
ROWS: Final = 100
MOST_PASTED: Final = 500
FILTERS: Final = ("all", "attention")


@dataclass(frozen=True)
class IntentRow:
    """One line of the list; `hits` are the examples that the search found."""

    name: str
    examples: int
    shared: int
    health: IntentHealth
    hits: int
    hit: str
    is_editable: bool

    @property
    def needs_attention(self) -> bool:
        """Whether something is to be done about it."""
        return bool(self.examples < FEW or self.shared or self.health.near or self.is_poor)

    @property
    def is_poor(self) -> bool:
        """Whether the others recognise too few of its examples."""
        return self.health.recall is not None and self.health.recall < POOR


@dataclass(frozen=True)
class ExampleRow:
    """One example with where else it stands or fits."""

    number: int
    text: str
    mark: str
    shared_with: tuple[str, ...]
    near: str
    rather: str


async def intents(request: web.Request) -> web.Response:
    """All intents of a language with the number of examples and their health; searched."""
    studio, language = request.app[STUDIO], content_language(request)
    search = request.query.get("search", "").strip()[:80]
    show = request.query.get("show", "all")

    def work() -> tuple[Report | None, list[IntentRow]]:
        shelf = studio.content.shelf(language)
        report = studio.reports.of(language, shelf)
        return report, _rows(shelf, report, search)

    report, rows = await reading(work)
    attention = [row for row in rows if row.needs_attention]
    return page(
        request,
        "intents.html",
        rows=attention if show == "attention" else rows,
        counts={"all": len(rows), "attention": len(attention)},
        show=show if show in FILTERS else "all",
        search=search,
        spoken=language,
        report=report,
        examples=sum(row.examples for row in rows),
        broken=studio.content.broken(),
        kept=await reading(studio.content.has_history),
    )


def _rows(shelf: Shelf, report: Report | None, search: str) -> list[IntentRow]:
    needle = search.lower()
    rows = []
    for name, placed in shelf.intents.items():
        texts = placed.texts
        hits = [one for one in texts if needle in plain(one).lower()] if needle else []
        if needle and not hits and needle not in name:
            continue
        rows.append(
            IntentRow(
                name,
                len(texts),
                len(shelf.shared.get(name, ())),
                (report.intents.get(name) if report else None) or UNKNOWN,
                len(hits),
                plain(hits[0]) if hits else "",
                placed.entry.is_editable,
            )
        )
    return rows


async def intent(request: web.Request) -> web.Response:
    """One intent's examples, a page at a time."""
    return await _intent_page(request)


async def _intent_page(
    request: web.Request,
    *,
    told: Told | None = None,
    at: str = "",
    typed: str = "",
    lines: Sequence[tuple[int, str, Problem]] = (),
    status: int = 200,
) -> web.Response:
    """The page; `told` is what the last act came to, `typed` what was written and is not kept.

    `at` is the mark of the example that was being changed, or "add".
    """
    studio, language = request.app[STUDIO], content_language(request, await _fields(request))
    name, wanted = request.match_info["name"], page_number(request)
    search = request.query.get("search", "").strip()[:80]

    def work() -> dict[str, Any]:
        shelf = studio.content.shelf(language)
        placed = shelf.intents.get(name)
        if placed is None:
            raise not_found()
        report = studio.reports.of(language, shelf)
        health = (report.intents.get(name) if report else None) or UNKNOWN
        rows = _examples(placed, shelf, health)
        if search:
            rows = [row for row in rows if search.lower() in row.text.lower()]
        pages = max(1, -(-len(rows) // ROWS))
        number = min(wanted, pages)
        return {
            "rows": rows[(number - 1) * ROWS : number * ROWS],
            "found": len(rows),
            "total": len(placed.texts),
            "pages": pages,
            "number": number,
            "health": health,
            "placed": placed,
            "file": placed.file.relative_to(studio.content.folder).as_posix(),
            "others": [one for one in LANGUAGES if name in studio.content.shelf(one).intents],
            "entities": sorted(shelf.entities),
        }

    values = await reading(work)
    return page(
        request,
        "intent.html",
        status=status,
        name=name,
        spoken=language,
        search=search,
        told=told or _done(request),
        at=at,
        typed=typed,
        lines=lines,
        few=FEW,
        kept=await reading(studio.content.has_history),
        **values,
    )


def _examples(placed: Placed, shelf: Shelf, health: IntentHealth) -> list[ExampleRow]:
    near = {one.text: f"{one.other_intent}: {one.other_text}" for one in health.near}
    rather = {one.text: one.other_intent for one in health.doubtful}
    return [
        ExampleRow(
            number,
            text,
            mark_of(text),
            tuple(one for one in dict.fromkeys(shelf.under(text)) if one != placed.entry.name),
            near.get(plain(text), ""),
            rather.get(plain(text), ""),
        )
        for number, text in enumerate(placed.texts, start=1)
    ]


async def add(request: web.Request) -> web.StreamResponse:
    """Add one example or many, one a line; nothing is kept while a line cannot be."""
    form = await words_of(request)
    language, name = content_language(request, form), request.match_info["name"]
    typed = form.get("text", "")
    lines = [one.strip() for one in typed.split("\n")]
    new = [one.removeprefix(MARK).strip() if one.startswith(MARK) else one for one in lines if one]
    if not new:
        return await _refused(request, Told("problem.empty"), "add", typed)
    if len(new) > MOST_PASTED:
        return await _refused(request, Told("studio.too_many", str(MOST_PASTED)), "add", typed)
    shelf = await reading(lambda: request.app[STUDIO].content.shelf(language))
    fresh, problems = sorted_out(shelf, name, new)
    if problems:
        return await _refused(request, Told("studio.lines"), "add", typed, problems)
    if not fresh:
        return await _refused(request, Told("problem.known", name), "add", typed)
    told = await keep(
        request,
        language,
        "intent",
        name,
        lambda text: add_items(text, "intent", name, fresh),
        f"{len(fresh)} examples added" if len(fresh) > 1 else "example added",
    )
    if told:
        return await _refused(request, told, "add", typed)
    return _back(request, language, "added", len(fresh), len(new) - len(fresh))


def sorted_out(
    shelf: Shelf, name: str, new: Sequence[str]
) -> tuple[list[str], list[tuple[int, str, Problem]]]:
    """Lines that are new here, and those that cannot be kept, with their number and why."""
    fresh: dict[str, str] = {}
    problems = []
    for number, text in enumerate(new, start=1):
        problem = problem_of(text, shelf.entities)
        others = [one for one in shelf.under(text) if one != name]
        if problem is None and others:
            problem = Problem("elsewhere", others[0])
        if problem is not None:
            problems.append((number, text, problem))
        elif not shelf.under(text):
            fresh.setdefault(key_of(text), text)
    return list(fresh.values()), problems


async def change(request: web.Request) -> web.StreamResponse:
    """Change one example."""
    form = await words_of(request)
    language, name = content_language(request, form), request.match_info["name"]
    mark, new = form.get("mark", ""), form.get("text", "")
    shelf = await reading(lambda: request.app[STUDIO].content.shelf(language))
    placed = shelf.intents.get(name)
    old = next((one for one in placed.texts if mark_of(one) == mark), "") if placed else ""
    problem = problem_of(new, shelf.entities)
    if problem is None and key_of(new) != key_of(old):
        elsewhere = shelf.under(new)
        if elsewhere:
            problem = Problem("known" if elsewhere[0] == name else "elsewhere", elsewhere[0])
    if problem is not None:
        told = Told(f"problem.{problem.code}", problem.detail)
        return await _refused(request, told, mark, new)

    def work(text: str) -> str:
        return change_item(text, "intent", name, seen_text(text, "intent", name, mark), new)

    told_after = await keep(request, language, "intent", name, work, "example changed")
    if told_after:
        return await _refused(request, told_after, mark, new)
    return _back(request, language, "changed")


async def delete(request: web.Request) -> web.StreamResponse:
    """Take one example out."""
    form = await words_of(request)
    language, name = content_language(request, form), request.match_info["name"]
    mark = form.get("mark", "")

    def work(text: str) -> str:
        return delete_item(text, "intent", name, seen_text(text, "intent", name, mark))

    try:
        told = await keep(request, language, "intent", name, work, "example deleted")
    except ValueError:
        told = Told("studio.last_example")
    if told:
        return await _refused(request, told, mark, "")
    return _back(request, language, "deleted")


async def _fields(request: web.Request) -> dict[str, str]:
    return dict(request.query) if request.method == "GET" else await words_of(request)


async def _refused(
    request: web.Request,
    told: Told,
    at: str,
    typed: str,
    lines: Sequence[tuple[int, str, Problem]] = (),
) -> web.Response:
    """The page again with what was typed; 409 where somebody else was first."""
    status = 409 if told.key == "studio.conflict" else 422
    return await _intent_page(request, told=told, at=at, typed=typed, lines=lines, status=status)


def _back(
    request: web.Request, language: Language, done: str, count: int = 1, known: int = 0
) -> web.Response:
    """The page where the person was, with what was done."""
    values = {
        "in": language,
        "search": request.query.get("search", ""),
        "page": request.query.get("page", ""),
        "done": done,
        "count": count if count > 1 else "",
        "known": known or "",
    }
    query = urlencode({key: value for key, value in values.items() if value})
    return go(f"/studio/intents/{request.match_info['name']}?{query}")


def _done(request: web.Request) -> Told | None:
    """What the act before this page came to, from its address."""
    done = request.query.get("done", "")
    if done not in ("added", "changed", "deleted", "new"):
        return None
    count = request.query.get("count", "1")
    key = "studio.done.added_some" if done == "added" and count != "1" else f"studio.done.{done}"
    return Told(key, count if count.isdigit() else "", is_problem=False)
