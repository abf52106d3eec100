"""The shop's pages. Reading is open to all; signing in is the demo's, without a password."""

import asyncio
import io
import logging
import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from connectors import keys
from connectors.rendering import STATIC
from kit import deadlines
from kit.i18n import Language, format_date, format_datetime, format_money
from kit.money import Money
from recommender.artefacts import ArtefactError
from recommender.drawings import drawn
from storefront import session, visits
from storefront.views import Person, Storefront, Tile, Visitor

log = logging.getLogger(__name__)

T = TypeVar("T")
SHOP: Final = web.AppKey("shop", Storefront)
PAGE_SIZE: Final = 24
SHELF: Final = 8
OFFERED: Final = 4
MAILS: Final = 50
MOST_PAGES: Final = 500
QUERY_LENGTH: Final = 100
COLOUR: Final = re.compile("[a-z]{1,20}")
RECOMMENDED: Final = re.compile("[A-Za-z0-9_-]{22}")
PNG_SIDE: Final = 640
YEAR: Final = "public, max-age=31536000, immutable"
HOUR: Final = "public, max-age=3600"


def add_storefront(app: web.Application, shop: Storefront) -> None:
    """The shop's pages and their files; the demo's extras only in demo mode."""
    app[SHOP] = shop
    app.add_routes(
        [
            web.get("/", home),
            web.get("/search", search),
            web.get("/category/{slug:[a-z0-9-]+}", category),
            web.get("/product/{slug:[A-Za-z0-9_-]+}", product),
            web.get("/media/products/{slug:[A-Za-z0-9_-]+}.{kind:svg|png}", picture),
            web.get("/privacy", privacy),
            web.get("/help/{slug:[a-z0-9-]{1,80}}", help_page),
            web.get("/favicon.ico", favicon),
            web.get("/static/{name:[a-z0-9-]+\\.(css|js|svg)}", static_file),
        ]
    )
    if app[keys.SETTINGS].demo:
        app.add_routes(
            [
                web.get("/demo/mail", mail),
                web.post("/demo/sign-in", sign_in),
                web.post("/demo/sign-out", sign_out),
            ]
        )


async def _ask(work: Callable[..., T], *values: Any, **named: Any) -> T:
    return await asyncio.to_thread(work, *values, **named)


async def _respond(request: web.Request, template: str, **context: Any) -> web.Response:
    """A page with its frame: categories, who is signed in, the chat's tag."""
    pages, shop = request.app[keys.PAGES], request.app[SHOP]
    language = pages.language(request)
    settings = request.app[keys.SETTINGS]
    customer_id = session.customer_of(request)
    person: Person | None = None
    if customer_id is not None:
        person = await _ask(shop.person, customer_id, language)
    signed_in = customer_id if person is not None else None
    today = request.app[keys.CLOCK].today()

    def money(amount: Money) -> str:
        return format_money(amount, language)

    def colour_name(code: str) -> str:
        return pages.catalogue.messages[language].get(f"colour.{code}", code)

    response = pages.respond(
        request,
        template,
        colour_name=colour_name,
        categories=context.pop("categories", None) or await _ask(shop.categories, language),
        person=person,
        people=await _ask(shop.people, language) if settings.demo else [],
        is_demo=settings.demo,
        identity=session.identity(request, signed_in),
        reader=session.reader(request, signed_in),
        money=money,
        day=lambda day: format_date(day, language, today),
        moment=lambda at: format_datetime(at, language),
        query=context.pop("query", ""),
        product_slug=context.pop("product_slug", None),
        visit=visits.key_of(request),
        **context,
    )
    visits.keep(request, response)
    return response


async def _note(request: web.Request, work: Callable[..., None], *values: Any) -> None:
    """Remember what a visitor did; a page is shown whether or not that works."""
    if visits.is_prefetch(request):
        return
    writes = request.app[keys.DATABASE].writes
    await writes.aside(deadlines.ASIDE, work, _visitor(request), *values)


async def _offered(request: web.Request, work: Callable[..., list[Tile]]) -> list[Tile]:
    """A row for this visitor; the page is shown without it when it cannot be made."""
    if visits.is_prefetch(request):
        return []
    try:
        return await asyncio.to_thread(work, _visitor(request), _language(request), OFFERED)
    except (SQLAlchemyError, ArtefactError):
        log.exception("nothing could be recommended")
        return []


def _visitor(request: web.Request) -> Visitor:
    return Visitor(visits.key_of(request), session.customer_of(request))


def _language(request: web.Request) -> Language:
    return request.app[keys.PAGES].language(request)


async def home(request: web.Request) -> web.Response:
    """The shop's front page."""
    shop, language = request.app[SHOP], _language(request)
    return await _respond(
        request,
        "home.html",
        for_you=await _offered(request, shop.for_you),
        new_for_you=await _offered(request, shop.new_for_you),
        popular=await _ask(shop.popular, language, SHELF),
        on_sale=await _ask(shop.on_sale, language, SHELF),
    )


async def category(request: web.Request) -> web.Response:
    """The products of a category."""
    shop, language = request.app[SHOP], _language(request)
    categories = await _ask(shop.categories, language)
    slug = request.match_info["slug"]
    found = next((one for one in categories if one.slug == slug), None)
    if found is None:
        raise web.HTTPNotFound
    return await _list(request, found.name, category=slug, query="", categories=categories)


async def search(request: web.Request) -> web.Response:
    """Products that match what was typed."""
    query = " ".join(request.query.get("q", "").split())[:QUERY_LENGTH]
    if not query:
        raise web.HTTPSeeOther("/")
    title = request.app[keys.PAGES].catalogue.text(
        _language(request), "shop.search.title", query=query
    )
    if "page" not in request.query:
        await _note(request, request.app[SHOP].note_search, query)
    return await _list(request, title, category=None, query=query)


async def _list(
    request: web.Request, title: str, *, category: str | None, query: str, **context: Any
) -> web.Response:
    shop, language = request.app[SHOP], _language(request)
    raw = request.query.get("page", "1")
    is_number = raw.isascii() and raw.isdigit() and len(raw) <= 6
    page = int(raw) if is_number and 1 <= int(raw) <= MOST_PAGES else 1
    listing = await _ask(
        shop.browse, language, category=category, query=query, page=page, size=PAGE_SIZE
    )
    return await _respond(
        request,
        "browse.html",
        title=title,
        listing=listing,
        page=page,
        last_page=max(1, -(-listing.total // PAGE_SIZE)),
        query=query,
        **context,
    )


async def product(request: web.Request) -> web.Response:
    """One product with its sizes and colours."""
    shop, language = request.app[SHOP], _language(request)
    found = await _ask(shop.product, language, request.match_info["slug"])
    if found is None:
        raise web.HTTPNotFound
    await _note(request, shop.note_view, found.tile.slug)
    recommended = request.query.get("rec", "")
    if RECOMMENDED.fullmatch(recommended):
        await _note(request, shop.note_opened, found.tile.slug, recommended)
    colours = list(dict.fromkeys(v.colour for v in found.variants if v.colour))
    return await _respond(
        request, "product.html", product=found, colours=colours, product_slug=found.tile.slug
    )


async def picture(request: web.Request) -> web.Response:
    """A product's photograph at its own address, or its drawing; as PNG where SVG is not shown."""
    colour = request.query.get("colour")
    if colour is not None and not COLOUR.fullmatch(colour):
        raise web.HTTPNotFound
    found = await _ask(request.app[SHOP].picture, request.match_info["slug"], colour)
    if found is None:
        raise web.HTTPNotFound
    if isinstance(found, str):
        raise web.HTTPFound(found, headers={"Cache-Control": HOUR})
    is_png = request.match_info["kind"] == "png"
    return web.Response(
        body=await asyncio.to_thread(png_of, found) if is_png else found,
        content_type="image/png" if is_png else "image/svg+xml",
        headers={
            "Cache-Control": HOUR,
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        },
    )


def png_of(svg: bytes) -> bytes:
    """A drawing's pixels, for messengers and mail, which show no SVG."""
    file = io.BytesIO()
    drawn(svg.decode(), PNG_SIDE).save(file, "PNG")
    return file.getvalue()


async def help_page(request: web.Request) -> web.Response:
    """An article of the shop's help, which the assistant answers from."""
    found = await _ask(request.app[SHOP].help, _language(request), request.match_info["slug"])
    if found is None:
        raise web.HTTPNotFound
    return await _respond(request, "help.html", article=found)


async def privacy(request: web.Request) -> web.Response:
    """What is kept of a conversation, and for how long."""
    return await _respond(request, "privacy.html")


async def favicon(request: web.Request) -> web.FileResponse:
    """The shop's mark."""
    return web.FileResponse(STATIC / "mark.svg", headers={"Cache-Control": HOUR})


async def static_file(request: web.Request) -> web.FileResponse:
    """A file of the pages; with the hash of its content in the address it is kept for ever."""
    path = STATIC / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound
    cache = YEAR if "_hash" in request.query else "no-cache"
    return web.FileResponse(path, headers={"Cache-Control": cache})


async def mail(request: web.Request) -> web.Response:
    """The mails that the demo shop has "sent"."""
    return await _respond(request, "mail.html", mails=await _ask(request.app[SHOP].mails, MAILS))


async def sign_in(request: web.Request) -> web.Response:
    """Become one of the demo's people, and no other customer."""
    form = await request.post()
    language = _language(request)
    people = await _ask(request.app[SHOP].people, language)
    person = next((one for one in people if str(one.customer_id) == form.get("customer")), None)
    if person is None:
        raise web.HTTPForbidden(text="not a demo person")
    response = web.Response(status=303, headers={"Location": _back(form.get("next"))})
    session.sign_in(request, response, person.customer_id)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """Be a guest again."""
    form = await request.post()
    response = web.Response(status=303, headers={"Location": _back(form.get("next"))})
    session.sign_out(response)
    return response


def _back(place: object) -> str:
    """A place on this site to go back to, never another site."""
    if isinstance(place, str) and place.startswith("/") and not place.startswith(("//", "/\\")):
        return place if place.isprintable() else "/"
    return "/"
