"""Audiences for ads: rules, how many they reach now, a file of hashed e-mails."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from desk.tickets import audit
from desk.web.access import current_agent
from desk.web.desk import DESK
from desk.web.errors import Refused
from desk.web.forms import clean_text, form_of
from desk.web.rendering import language_of, page
from desk.web.supervise import reading
from insights.profiles import MARKS, SEGMENTS, read_run
from insights.profiles.audiences import (
    FEWEST,
    HEADINGS,
    HELD_OUT,
    LONGEST_NAME,
    PLATFORMS,
    Audience,
    hashed,
    members,
    reach,
)
from kit.i18n import local_day
from shop.catalogue import list_categories


async def audiences(request: web.Request) -> web.Response:
    """The rules as asked for, and how many customers they reach now."""
    asked = _audience(request.query, request.query.getall("segment", []))

    def read(session: Session) -> dict[str, Any]:
        run = read_run(session)
        return {
            "run": run,
            "reach": reach(session, asked) if run else None,
            "categories": list_categories(session),
        }

    values = await reading(request, read)
    return page(
        request,
        "insights_audiences.html",
        asked=asked,
        segments=[one for one in SEGMENTS if one != "none"],
        marks=MARKS,
        platforms=PLATFORMS,
        shares=HELD_OUT,
        fewest=FEWEST,
        spoken=language_of(request),
        **values,
    )


async def audience_file(request: web.Request) -> web.Response:
    """The file for one platform; who took it, and for how many, goes into the audit log."""
    form = await form_of(request)
    asked = _audience(form, [one for one in form.get("segments", "").split(",") if one])
    platform = next((one for one in PLATFORMS if one == form.get("platform")), None)
    if platform is None or not asked.name:
        raise Refused(422, "refused", field="name" if platform else "platform")
    desk, agent = request.app[DESK], current_agent(request)
    now = desk.clock.now()

    def work() -> list[str]:
        with desk.database.session() as session:
            found = [hashed(email) for _, email in members(session, asked)]
            if len(found) < FEWEST:
                raise Refused(422, "audience_small")
            audit(
                session,
                agent,
                "audience_file",
                asked.name,
                now,
                platform=platform,
                customers=len(found),
                segments=list(asked.segments),
                mark=asked.mark,
                category=asked.category,
                held_out=asked.held_out,
            )
            return found

    found = await desk.database.writes.run(work)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([HEADINGS[platform]])
    writer.writerows([one] for one in sorted(found))
    return web.Response(
        text=out.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{platform}-{local_day(now)}.csv"'},
    )


def _audience(words: Mapping[str, str], segments: list[str]) -> Audience:
    """From a form or an address; what cannot be is taken for nothing."""
    held_out = words.get("held_out", "")
    mark = words.get("mark")
    return Audience(
        name=clean_text(words.get("name", ""))[:LONGEST_NAME].strip(),
        segments=tuple(one for one in SEGMENTS if one in segments and one != "none"),
        mark=mark if mark in MARKS else None,
        category=words.get("category") or None,
        held_out=next((one for one in HELD_OUT if str(one) == held_out), 10),
    )
