"""A new intent on one page: its name, its topic, examples and the answer in every language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from desk.web.access import current_agent
from desk.web.desk import DESK
from desk.web.forms import go
from desk.web.rendering import page
from kit.i18n import LANGUAGES, Language
from kit.intents import OWN
from shop.policy_file import policy_at
from shop.terms import terms
from studio.content.entries import MARK, BrokenFile
from studio.content.history import Author
from studio.content.marks import Problem
from studio.content.replies import faults_of, problem_of_reply, voices
from studio.content.store import Content, NewIntent, NotKept
from studio.web.intents import FEW, sorted_out
from studio.web.studio import STUDIO, Told, note, reading, words_of
from studio.words.rules import Fault

LEAST: Final = 5
LONGEST_NAME: Final = 40
_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Side:
    """A language's side of the form: what was written, and what is wrong with it."""

    language: Language
    examples: str = ""
    reply: str = ""
    lines: tuple[tuple[int, str, Problem], ...] = ()
    few: int = 0
    problem: Problem | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Form:
    """The whole form."""

    title: str = ""
    topic: str = ""
    name: str = ""
    name_problem: str = ""
    sides: tuple[Side, ...] = field(default=tuple(Side(one) for one in LANGUAGES))

    @property
    def is_wrong(self) -> bool:
        """Whether something keeps the intent from being kept."""
        return bool(
            self.name_problem or any(one.lines or one.few or one.problem for one in self.sides)
        )

    @property
    def has_faults(self) -> bool:
        """Whether an answer breaks the rules of voice."""
        return any(one.faults for one in self.sides)


def name_of(title: str) -> str:
    """The intent's name: words of a title, as files and programs know it; "" where none is left."""
    words = "_".join(_WORD.findall(title.lower().replace("'", "")))[:LONGEST_NAME].strip("_")
    return f"{OWN}{words.removeprefix(OWN)}" if words else ""


async def form(request: web.Request) -> web.Response:
    """The empty form."""
    return await _page(request, Form())


async def add(request: web.Request) -> web.StreamResponse:
    """Keep the intent in all languages as one commit, or say what is missing."""
    fields, content = await words_of(request), request.app[STUDIO].content
    settings, agent = request.app[DESK].settings, current_agent(request)
    known = terms(settings.shop_name, policy_at(settings.policy))
    filled = await reading(lambda: _filled(content, fields, known))
    if filled.is_wrong or (filled.has_faults and fields.get("anyway") != "yes"):
        return await _page(request, filled, status=422)
    new = NewIntent(
        filled.name,
        filled.topic,
        {one.language: _lines(one.examples) for one in filled.sides},
        {one.language: one.reply for one in filled.sides},
    )
    try:
        await reading(lambda: content.add_intent(new, Author(agent.name, agent.email)))
    except BrokenFile as error:
        return await _page(request, filled, Told("studio.broken_file", str(error)), status=422)
    except NotKept as error:
        return await _page(request, filled, Told("studio.not_kept", str(error)), status=422)
    await note(request, "content.change", f"intent {filled.name}", change="new intent")
    return go(f"/studio/intents/{filled.name}?done=new")


def _filled(content: Content, fields: Mapping[str, str], known: Mapping[str, str]) -> Form:
    name, topics = name_of(fields.get("title", "")), content.topics()
    topic = fields.get("topic", "")
    shelves = {one: content.shelf(one) for one in LANGUAGES}
    taken = any(name in shelf.intents for shelf in shelves.values())
    name_problem = "" if name and not taken else "taken" if taken else "letters"
    spoken, sides = voices(content), []
    replies = {one: [fields.get(f"reply_{one}", "")] for one in LANGUAGES}
    faults = faults_of(f"utter_{name}", replies, spoken)
    for language in LANGUAGES:
        text, reply = fields.get(f"examples_{language}", ""), replies[language][0]
        fresh, lines = sorted_out(shelves[language], name, _lines(text))
        problem = problem_of_reply(f"utter_{name}", reply, spoken[language], set(known), [])
        few = 0 if lines or len(fresh) >= LEAST else LEAST - len(fresh)
        kept = tuple(one for one in faults[language] if one.code != "machine")
        shown = () if problem else kept
        sides.append(Side(language, text, reply, tuple(lines), few, problem, shown))
    return Form(
        fields.get("title", ""),
        topic if topic in topics else (topics[0] if topics else ""),
        name,
        name_problem,
        tuple(sides),
    )


def _lines(text: str) -> list[str]:
    """Examples, one a line, each once."""
    lines = [one.strip().removeprefix(MARK).strip() for one in text.split("\n")]
    return list(dict.fromkeys(one for one in lines if one))


async def _page(
    request: web.Request, filled: Form, told: Told | None = None, *, status: int = 200
) -> web.Response:
    content = request.app[STUDIO].content

    def work() -> dict[str, Any]:
        return {
            "topics": content.topics(),
            "kept": content.has_history(),
            "broken": content.broken(),
        }

    values = await reading(work)
    return page(
        request,
        "new_intent.html",
        status=status,
        form=filled,
        told=told,
        least=LEAST,
        few=FEW,
        **values,
    )
