"""Supervisors' pages: the live board, reports with charts and CSV, quality review."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import transcript
from desk.tickets import (
    QUESTIONS,
    Line,
    Report,
    SetupRefused,
    audit,
    hours_of,
    read_board,
    read_report,
    review_of,
    review_ticket,
    to_review,
)
from desk.web import charts
from desk.web.access import access_ticket, current_agent
from desk.web.desk import DESK
from desk.web.errors import Refused
from desk.web.forms import clean_text, form_of, go
from desk.web.pages import number_of, thread, ticket_id
from desk.web.rendering import language_of, page

SPANS: Final = (7, 30, 90)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
T = TypeVar("T")


async def board(request: web.Request) -> web.Response:
    """Waiting, late, who is there."""
    now = request.app[DESK].clock.now()
    found, hours = await reading(
        request, lambda session: (read_board(session, now=now), hours_of(session))
    )
    return page(request, "board.html", board=found, now=now, is_open=hours.is_open(now))


async def reports(request: web.Request) -> web.Response:
    """How it went, with charts."""
    days = span_of(request)
    now = request.app[DESK].clock.now()
    found = await reading(request, lambda session: read_report(session, now=now, days=days))
    return page(
        request, "reports.html", report=found, days=days, spans=SPANS, charts=drawn(request, found)
    )


async def reports_csv(request: web.Request) -> web.Response:
    """The tables of the report; cells that a spreadsheet would run are made harmless."""
    days = span_of(request)
    now = request.app[DESK].clock.now()
    found = await reading(request, lambda session: read_report(session, now=now, days=days))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "by",
            "name",
            "tickets",
            "solved",
            "first_reply_minutes",
            "resolve_minutes",
            "breached",
            "rating",
            "ratings",
        ]
    )
    for kind, lines in (("total", (found.total,)), ("day", found.days), *found.by.items()):
        for line in lines:
            writer.writerow([harmless(cell) for cell in (kind, *cells(line))])
    return web.Response(
        text="\ufeff" + out.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="desk-{days}-days.csv"'},
    )


async def reviews(request: web.Request) -> web.Response:
    """Tickets to read, those that went badly first."""
    found = await reading(request, to_review)
    return page(request, "reviews.html", tickets=found)


async def review(request: web.Request) -> web.Response:
    """One closed ticket to read and to give points for."""
    most = request.app[DESK].settings.desk_messages

    def read(session: Session) -> dict[str, Any]:
        found, conversation = access_ticket(session, ticket_id(request))
        return {
            "ticket": found,
            "conversation": conversation,
            "items": thread(transcript(session, conversation.id, most), []),
            "review": review_of(session, found.id),
        }

    return page(request, "review.html", questions=QUESTIONS, **await reading(request, read))


async def save_review(request: web.Request) -> web.StreamResponse:
    """Keep the points."""
    form = await form_of(request)
    desk, agent = request.app[DESK], current_agent(request)
    points = {
        name: int(form[name]) if form.get(name, "") in set("12345") else 0 for name in QUESTIONS
    }

    def work() -> None:
        now = desk.clock.now()
        with desk.database.session() as session:
            found, _ = access_ticket(session, ticket_id(request))
            if found.is_open:
                raise Refused(409, "conflict")
            comment = clean_text(form.get("comment", ""))
            review_ticket(session, found.id, agent, points, comment, now=now)
            audit(session, agent, "review", f"ticket {found.id}", now)

    try:
        await request.app[DESK].database.writes.run(work)
    except SetupRefused as error:
        raise Refused(422, "refused", field=str(error).partition(":")[0]) from error
    return go("/desk/reviews")


def drawn(request: web.Request, report: Report) -> dict[str, Any]:
    """The report's charts."""
    messages = request.app[DESK].catalogue.messages[language_of(request)]

    def text(key: str) -> str:
        return messages.get(key, key.rpartition(".")[2].replace("_", " "))

    days = [(line.name[5:], line) for line in report.days]
    names = [(text(f"reason.{name}"), float(count)) for name, count in report.reasons[:7]]
    points = [(str(place), float(count)) for place, count in enumerate(report.points, start=1)]
    topics = [(text(f"topic.{line.name}"), float(line.tickets)) for line in report.by["topic"][:7]]
    return {
        "tickets": charts.columns(
            text("report.chart.tickets"), [(day, float(line.tickets)) for day, line in days]
        ),
        "first": charts.columns(
            text("report.chart.first"),
            [(day, line.first_reply_minutes or 0.0) for day, line in days],
            " min",
        ),
        "reasons": charts.rows(text("report.chart.reasons"), names),
        "topics": charts.rows(text("report.chart.topics"), topics),
        "points": charts.rows(text("report.chart.points"), points),
    }


def cells(line: Line) -> Sequence[object]:
    """A line of the report as cells."""
    return (
        line.name,
        line.tickets,
        line.solved,
        _rounded(line.first_reply_minutes),
        _rounded(line.resolve_minutes),
        line.breached,
        _rounded(line.rating),
        line.ratings,
    )


def harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula gets a quote in front."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def span_of(request: web.Request) -> int:
    """How many days are asked for."""
    asked = number_of(request, "days")
    return asked if asked in SPANS else SPANS[0]


async def reading(request: web.Request, read: Callable[[Session], T]) -> T:
    """Read in a unit of work, in a thread."""

    def work() -> T:
        with request.app[DESK].database.reading() as session:
            return read(session)

    return await request.app[DESK].database.reads.run(work)


def _rounded(value: float | None) -> object:
    return "" if value is None else round(value, 2)
