"""Replies: the languages side by side, variations, and how each looks before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from desk.web.desk import DESK
from desk.web.errors import Refused, not_found
from desk.web.forms import go
from desk.web.rendering import page, render
from kit.i18n import LANGUAGES, Language
from shop.policy_file import policy_at
from shop.terms import terms
from studio.content.entries import add_items, change_item, delete_item
from studio.content.marks import Problem
from studio.content.replies import (
    Looks,
    faults_of,
    looks_of,
    problem_of_reply,
    values_in,
    voices,
)
from studio.content.store import Content, Placed
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
from studio.words.rules import BadVoice, Fault, Voice

ROWS: Final = 60


@dataclass(frozen=True)
class Variation:
    """One way of saying it."""

    text: str
    mark: str
    looks: Looks
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Column:
    """A language's side of a response."""

    language: Language
    file: str
    is_editable: bool
    variations: tuple[Variation, ...]
    missing: tuple[Fault, ...]  # values that only other languages name


@dataclass(frozen=True)
class Typed:
    """What was written and is not kept: where, why not, and what breaks the rules of voice."""

    language: Language
    mark: str
    text: str
    problem: Problem | None = None
    faults: tuple[Fault, ...] = ()


async def responses(request: web.Request) -> web.Response:
    """All responses, what they say in each language, searched by name or words."""
    content, wanted = request.app[STUDIO].content, page_number(request)
    search = request.query.get("search", "").strip()[:80]

    def work() -> dict[str, Any]:
        needle = search.lower()
        shelves = {one: content.shelf(one).responses for one in LANGUAGES}
        names = sorted({name for shelf in shelves.values() for name in shelf})
        rows = []
        for name in names:
            said = {
                one: shelf[name].texts if name in shelf else [] for one, shelf in shelves.items()
            }
            words = " ".join((name, *(text for texts in said.values() for text in texts)))
            if needle in words.lower():
                rows.append((name, said))
        pages = max(1, -(-len(rows) // ROWS))
        number = min(wanted, pages)
        return {
            "rows": rows[(number - 1) * ROWS : number * ROWS],
            "total": len(rows),
            "pages": pages,
            "number": number,
            "broken": content.broken(),
            "kept": content.has_history(),
        }

    values = await reading(work)
    return page(request, "responses.html", search=search, **values)


async def response(request: web.Request) -> web.Response:
    """One response in all languages, each variation with its looks."""
    return await _response_page(request)


async def _response_page(
    request: web.Request, *, told: Told | None = None, typed: Typed | None = None
) -> web.Response:
    content, name = request.app[STUDIO].content, request.match_info["name"]

    def work() -> tuple[list[Column], list[str], bool]:
        said = _said(content, name)
        columns = _columns(content, name, said, _terms(request))
        known = sorted(_known(said, _terms(request)))
        return columns, known, content.has_history()

    columns, known, kept = await reading(work)
    done = request.query.get("done", "")
    if told is None and typed is None and done in ("changed", "added", "deleted"):
        told = Told(f"studio.done.{done}", is_problem=False)
    status = 200 if typed is None else 422
    if told and told.key == "studio.conflict":
        status = 409
    return page(
        request,
        "response.html",
        status=status,
        name=name,
        columns=columns,
        known=known,
        kept=kept,
        broken=content.broken(),
        told=told,
        typed=typed,
    )


def _voices(content: Content) -> Mapping[Language, Voice]:
    try:
        return voices(content)
    except BadVoice as error:
        raise Refused(422, "refused_because", field=str(error)) from error


def _said(content: Content, name: str) -> dict[Language, Placed]:
    found = {}
    for language in LANGUAGES:
        placed = content.shelf(language).responses.get(name)
        if placed is not None:
            found[language] = placed
    if not found:
        raise not_found()
    return found


def _known(said: Mapping[Language, Placed], known_terms: Mapping[str, str]) -> set[str]:
    """The values that may be named: those that are named now, and the shop's terms."""
    return values_in(text for placed in said.values() for text in placed.texts) | set(known_terms)


def _terms(request: web.Request) -> Mapping[str, str]:
    settings = request.app[DESK].settings
    return terms(settings.shop_name, policy_at(settings.policy))


def _columns(
    content: Content, name: str, said: Mapping[Language, Placed], known_terms: Mapping[str, str]
) -> list[Column]:
    spoken = _voices(content)
    found = faults_of(name, {one: placed.texts for one, placed in said.items()}, spoken)
    columns = []
    for language, placed in said.items():
        variations = tuple(
            Variation(
                text,
                mark_of(text),
                looks_of(text, spoken[language], known_terms),
                tuple(
                    one
                    for one in found[language]
                    if one.text.words == text and one.code != "values"
                ),
            )
            for text in placed.texts
        )
        columns.append(
            Column(
                language,
                placed.file.relative_to(content.folder).as_posix(),
                placed.entry.is_editable,
                variations,
                tuple(one for one in found[language] if one.code == "values"),
            )
        )
    return columns


async def save(request: web.Request) -> web.StreamResponse:
    """Change a variation, or add one where the form names none.

    What breaks a rule of voice is shown first; it is kept where the person wants it all the same.
    """
    form = await words_of(request)
    content, name = request.app[STUDIO].content, request.match_info["name"]
    language, mark, words = content_language(request, form), form.get("mark", ""), form["text"]
    problem, faults = await reading(
        lambda: _judged(content, name, language, mark, words, _terms(request))
    )
    if problem is not None or (faults and form.get("anyway") != "yes"):
        typed = Typed(language, mark, words, problem, tuple(faults))
        return await _response_page(request, typed=typed)

    def work(text: str) -> str:
        if not mark:
            return add_items(text, "response", name, [words])
        return change_item(text, "response", name, seen_text(text, "response", name, mark), words)

    act = "changed" if mark else "added"
    told = await keep(request, language, "response", name, work, f"wording {act}")
    if told is not None:
        typed = Typed(language, mark, words)
        return await _response_page(request, told=told, typed=typed)
    return go(f"/studio/responses/{name}?done={act}")


def _judged(
    content: Content,
    name: str,
    language: Language,
    mark: str,
    words: str,
    known_terms: Mapping[str, str],
) -> tuple[Problem | None, list[Fault]]:
    """What keeps a text from being kept, and what breaks the rules of voice in it."""
    said, spoken = _said(content, name), _voices(content)
    if language not in said:
        raise not_found()
    others = [one for one in said[language].texts if mark_of(one) != mark]
    problem = problem_of_reply(name, words, spoken[language], _known(said, known_terms), others)
    after = {one: placed.texts for one, placed in said.items()} | {language: [*others, words]}
    found = [
        one
        for one in faults_of(name, after, spoken)[language]
        if one.text.words == words or one.code == "values"
    ]
    return problem, [one for one in found if one.code != "machine"]


async def delete(request: web.Request) -> web.StreamResponse:
    """Take one variation out; the last one stays."""
    form = await words_of(request)
    name, mark = request.match_info["name"], form.get("mark", "")
    language = content_language(request, form)

    def work(text: str) -> str:
        return delete_item(text, "response", name, seen_text(text, "response", name, mark))

    try:
        told = await keep(request, language, "response", name, work, "wording deleted")
    except ValueError:
        told = Told("studio.last_example")
    if told is not None:
        return await _response_page(request, told=told, typed=Typed(language, mark, ""))
    return go(f"/studio/responses/{name}?done=deleted")


async def preview(request: web.Request) -> web.Response:
    """How words that are being written look, and what breaks the rules in them."""
    form = await words_of(request)
    content, name = request.app[STUDIO].content, request.match_info["name"]
    language, mark, words = content_language(request, form), form.get("mark", ""), form["text"]

    def work() -> dict[str, Any]:
        known_terms = _terms(request)
        problem, faults = _judged(content, name, language, mark, words, known_terms)
        looks = looks_of(words, _voices(content)[language], known_terms)
        return {"problem": problem, "faults": faults, "looks": looks, "spoken": language}

    values = await reading(work)
    return web.json_response({"html": render(request, "_looks.html", **values)})
