"""What to order today and why: the list, one variant with its chart, what-if, CSV."""

import csv
import io
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from aiohttp import web
from sqlalchemy.orm import Session

from desk.web.desk import DESK
from desk.web.errors import Refused, not_found
from desk.web.fan import fan_chart
from desk.web.rendering import language_of, page
from desk.web.supervise import harmless, reading
from forecasting.replenishment import (
    CHOICES,
    LEVELS,
    SHOWS,
    PlannedVariant,
    Show,
    WhatIf,
    count_plans,
    list_plans,
    night_rule,
    plan_currency,
    plan_made_at,
    read_plan,
    weekly_history,
    what_if,
)
from kit.i18n import format_date, format_money, format_short_day, local_day
from kit.money import Money
from shop.ids import VariantId

ON_A_PAGE: Final = 50
LONGEST_SEARCH: Final = 80
COLUMNS: Final = (
    "sku",
    "product",
    "size",
    "colour",
    "supplier",
    "stock",
    "on_order",
    "waiting",
    "weekly_demand",
    "lead_days",
    "stockout_on",
    "stockout_probability",
    "reorder_point",
    "order",
    "reason",
    "restock_likely",
    "restock_surely",
    "restock_is_ordered",
    "forecast",
)


async def stock(request: web.Request) -> web.Response:
    """The night's plan, the most urgent first; `service` asks what another level would order."""
    show, search, number = _show(request), _search(request), _number(request)
    service = _service(request)

    def read(session: Session) -> dict[str, Any]:
        levels = {*CHOICES} if service is None else {*CHOICES, service}
        options = what_if(session, [None, *sorted(levels)])
        chosen = next(one for one in options if one.service == service)
        among = _among(show, chosen)
        found = list_plans(
            session,
            show=_kept(show),
            search=search,
            among=among,
            limit=ON_A_PAGE,
            offset=(number - 1) * ON_A_PAGE,
        )
        return {
            "rows": [(row, chosen.quantities.get(row.plan.variant_id, 0)) for row in found],
            "total": count_plans(session, show=_kept(show), search=search, among=among),
            "options": options,
            "chosen": chosen,
            "counts": {
                one: chosen.variants if one == "order" else count_plans(session, show=one)
                for one in SHOWS
            },
            "currency": plan_currency(session) or request.app[DESK].settings.currency,
            "made_at": plan_made_at(session),
            "night": night_rule(session),
        }

    values = await reading(request, read)
    pages = max(1, -(-values["total"] // ON_A_PAGE))
    return page(
        request,
        "stock.html",
        show=show,
        shows=SHOWS,
        search=search,
        service=service,
        number=number,
        pages=pages,
        day=_day(request),
        money=_money(request, values),
        **values,
    )


async def stock_item(request: web.Request) -> web.Response:
    """One variant: why, and its weeks with the forecast fan."""
    sku = request.match_info["sku"]
    now = request.app[DESK].clock.now()

    def read(session: Session) -> tuple[PlannedVariant, Any]:
        found = read_plan(session, sku)
        if found is None:
            raise not_found()
        return found, weekly_history(session, found.plan.variant_id, now=now)

    found, history = await reading(request, read)
    name = found.name(language_of(request))
    language = language_of(request)
    chart = fan_chart(
        name,
        history.first_day,
        history.pieces,
        found.plan.fan,
        lambda at: format_short_day(at, language),
    )
    return page(request, "stock_item.html", row=found, chart=chart, day=_day(request))


async def stock_csv(request: web.Request) -> web.Response:
    """The list as shown; cells that a spreadsheet would run are made harmless."""
    show, search, service = _show(request), _search(request), _service(request)

    def read(session: Session) -> list[tuple[PlannedVariant, int]]:
        chosen = what_if(session, [service])[0]
        rows = list_plans(
            session, show=_kept(show), search=search, among=_among(show, chosen), limit=None
        )
        return [(row, chosen.quantities.get(row.plan.variant_id, 0)) for row in rows]

    found = await reading(request, read)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row, quantity in found:
        writer.writerow([harmless(cell) for cell in _cells(row, quantity, language_of(request))])
    today = local_day(request.app[DESK].clock.now())
    return web.Response(
        text="\ufeff" + out.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="stock-{today}.csv"'},
    )


def _among(show: Show, chosen: WhatIf) -> Collection[VariantId] | None:
    """What is to be ordered depends on the service level, all else on the night's plan."""
    return chosen.quantities.keys() if show == "order" else None


def _kept(show: Show) -> Show:
    return "all" if show == "order" else show


def _cells(row: PlannedVariant, quantity: int, language: str) -> Sequence[object]:
    plan = row.plan
    return (
        row.sku,
        row.name(language),
        row.size,
        row.colour,
        row.supplier,
        plan.stock,
        plan.on_order,
        plan.waiting,
        round(plan.weekly_mean, 3),
        plan.lead_days,
        plan.stockout_on or "",
        round(plan.stockout_probability, 3),
        plan.reorder_point,
        quantity,
        plan.reason,
        plan.restock_likely or "",
        plan.restock_surely or "",
        plan.restock_is_ordered,
        plan.source,
    )


def _day(request: web.Request) -> Any:
    language, today = language_of(request), local_day(request.app[DESK].clock.now())

    def written(day: date | None) -> str:
        return "–" if day is None else format_date(day, language, today)

    return written


def _money(request: web.Request, values: dict[str, Any]) -> Any:
    """Whole amounts in the plan's currency: they are estimates."""
    currency, language = values["currency"], language_of(request)
    return lambda amount: format_money(Money(Decimal(amount), currency), language, whole=True)


def _show(request: web.Request) -> Show:
    asked = request.query.get("show", "order")
    return next((one for one in SHOWS if one == asked), "order")


def _search(request: web.Request) -> str:
    return " ".join(request.query.get("search", "")[:LONGEST_SEARCH].split())


def _number(request: web.Request) -> int:
    asked = request.query.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _service(request: web.Request) -> float | None:
    """A service level in per cent, None for the night's plan; what cannot be is refused by name."""
    asked = request.query.get("service")
    if not asked:
        return None
    try:
        service = float(asked) / 100
    except ValueError as error:
        raise Refused(422, "service", field="service") from error
    if not LEVELS[0] <= service <= LEVELS[-1]:
        raise Refused(422, "service", field="service")
    return service
