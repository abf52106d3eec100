"""Who the customers are: segments with money and its uncertainty, lists, one customer, CSV."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.orm import Session

from desk.web import charts
from desk.web.customer import shop_id
from desk.web.desk import DESK
from desk.web.errors import not_found
from desk.web.rendering import language_of, page
from desk.web.supervise import harmless, reading
from insights.profiles import (
    MARKS,
    SEGMENTS,
    SORTS,
    Profile,
    Range,
    Sort,
    count_profiles,
    list_profiles,
    mark_counts,
    read_profile,
    read_run,
    segment_sums,
)
from kit.i18n import format_date, format_money, local_day
from kit.money import Money
from shop.access import customers_called
from shop.catalogue import list_categories

ON_A_PAGE: Final = 50
LONGEST_SEARCH: Final = 80
MOST_FOUND: Final = 500
MOST_IN_FILE: Final = 100_000
COLUMNS: Final = (
    "customer_id",
    "language",
    "segment",
    "marks",
    "orders",
    "buying_days",
    "spent",
    "currency",
    "first_on",
    "last_on",
    "alive_probability",
    "purchases_ahead",
    "purchases_low",
    "purchases_high",
    "value_ahead",
    "value_low",
    "value_high",
    "next_purchase_days",
    "next_purchase_low",
    "next_purchase_high",
    "offer_share",
    "price_level",
)


async def insights(request: web.Request) -> web.Response:
    """Every segment: how many, what they spent, what is to come."""

    def read(session: Session) -> dict[str, Any]:
        return {
            "run": read_run(session),
            "sums": segment_sums(session),
            "marks": mark_counts(session, MARKS),
        }

    values = await reading(request, read)
    sums, run = values["sums"], values["run"]
    money = _money(request, run.currency if run else "")
    text = request.app[DESK].catalogue.messages[language_of(request)]
    ahead = [(one, one.value_ahead) for one in sums if one.value_ahead and one.value_ahead.value]
    return page(
        request,
        "insights.html",
        money=money,
        percent=_percent,
        total=_total([one for _, one in ahead]),
        people=charts.rows(
            text["insights.customers"],
            [(text[f"segment.{one.segment}"], float(one.customers)) for one in sums],
        ),
        chart=charts.ranges(
            text["insights.ahead"],
            [
                (text[f"segment.{one.segment}"], to_come.value, to_come.low, to_come.high)
                for one, to_come in ahead
            ],
            money,
        ),
        **values,
    )


async def customers(request: web.Request) -> web.Response:
    """The customers of a segment or with a mark, the most valuable first."""
    segment, mark, sort = _one_of(request, "segment", SEGMENTS), _mark(request), _sort(request)
    search, number = _search(request), _number(request)

    def read(session: Session) -> dict[str, Any]:
        among = customers_called(session, search, MOST_FOUND) if search else None
        return {
            "run": read_run(session),
            "rows": list_profiles(
                session,
                segment=segment,
                mark=mark,
                among=among,
                sort=sort,
                limit=ON_A_PAGE,
                offset=(number - 1) * ON_A_PAGE,
            ),
            "total": count_profiles(session, segment=segment, mark=mark, among=among),
            "counts": {one.segment: one.customers for one in segment_sums(session)},
        }

    values = await reading(request, read)
    run, rows = values["run"], values["rows"]
    money = _money(request, run.currency if run else "")
    highest = max((one.value_ahead.high for one in rows if one.value_ahead), default=0)

    def drawn(found: Range) -> Markup:
        return charts.interval(found.value, found.low, found.high, highest, _told(found, money))

    return page(
        request,
        "insights_customers.html",
        segment=segment,
        mark=mark,
        sort=sort,
        search=search,
        number=number,
        pages=max(1, -(-values["total"] // ON_A_PAGE)),
        segments=[one for one in SEGMENTS if values["counts"].get(one)],
        sorts=SORTS,
        money=money,
        drawn=drawn,
        day=_day(request),
        **values,
    )


async def customer(request: web.Request) -> web.Response:
    """One customer: each figure, its interval and where it comes from."""
    asked = shop_id(request.match_info["customer_id"])

    def read(session: Session) -> dict[str, Any]:
        found = None if asked is None else read_profile(session, asked)
        if found is None:
            raise not_found()
        return {
            "one": found,
            "run": read_run(session),
            "names": {
                shelf.slug: shelf.name(language_of(request)) for shelf in list_categories(session)
            },
        }

    values = await reading(request, read)
    money = _money(request, values["run"].currency)
    return page(
        request,
        "insights_customer.html",
        money=money,
        percent=_percent,
        told=lambda found: _told(found, money),
        day=_day(request),
        chart=charts.rows(
            values["one"].name,
            [
                (values["names"].get(part["category"], part["category"]), 100 * part["share"])
                for part in values["one"].categories
            ],
            " %",
        ),
        **values,
    )


async def customers_csv(request: web.Request) -> web.Response:
    """The list as shown, without names and addresses."""
    segment, mark, sort = _one_of(request, "segment", SEGMENTS), _mark(request), _sort(request)
    found = await reading(
        request,
        lambda session: list_profiles(
            session, segment=segment, mark=mark, sort=sort, limit=MOST_IN_FILE
        ),
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in found:
        writer.writerow([harmless(cell) for cell in _cells(one)])
    today = local_day(request.app[DESK].clock.now())
    return web.Response(
        text="\ufeff" + out.getvalue(),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="customers-{today}.csv"'},
    )


def _cells(one: Profile) -> Sequence[object]:
    return (
        one.customer_id,
        one.language,
        one.segment,
        " ".join(one.marks),
        one.orders,
        one.buying_days,
        one.spent.amount,
        one.spent.currency,
        one.first_on or "",
        one.last_on or "",
        "" if one.alive is None else round(one.alive, 3),
        *_spread(one.purchases_ahead),
        *_spread(one.value_ahead),
        *_spread(one.next_days),
        "" if one.offers is None else round(one.offers.value, 3),
        "" if one.price_level is None else round(one.price_level.value, 3),
    )


def _spread(found: Range | None) -> Sequence[object]:
    if found is None:
        return ("", "", "")
    return (round(found.value, 2), round(found.low, 2), round(found.high, 2))


def _total(parts: Sequence[Range]) -> Range | None:
    """Segments share the models, so their errors add up."""
    if not parts:
        return None
    return Range(
        sum(one.value for one in parts),
        sum(one.low for one in parts),
        sum(one.high for one in parts),
    )


def _told(found: Range, money: Any) -> str:
    return f"{money(found.value)} ({money(found.low)} – {money(found.high)})"


def _percent(value: float) -> str:
    digits = 0 if value >= 0.1 or not value else 1
    return f"{value * 100:.{digits}f} %"


def _money(request: web.Request, currency: str) -> Any:
    """Whole amounts: they are estimates."""
    language = language_of(request)
    known = currency or request.app[DESK].settings.currency
    return lambda amount: format_money(Money(Decimal(amount), known), language, whole=True)


def _day(request: web.Request) -> Any:
    language, today = language_of(request), local_day(request.app[DESK].clock.now())

    def written(day: date | None) -> str:
        return "–" if day is None else format_date(day, language, today)

    return written


def _one_of(request: web.Request, name: str, known: Sequence[str]) -> str | None:
    asked = request.query.get(name, "")
    return asked if asked in known else None


def _mark(request: web.Request) -> str | None:
    return _one_of(request, "mark", MARKS)


def _sort(request: web.Request) -> Sort:
    asked = request.query.get("sort", "value")
    return next((one for one in SORTS if one == asked), "value")


def _search(request: web.Request) -> str:
    return " ".join(request.query.get("search", "")[:LONGEST_SEARCH].split())


def _number(request: web.Request) -> int:
    asked = request.query.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
