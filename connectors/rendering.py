"""Pages: templates, the shopper's language, hashed addresses of static files."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kit.i18n import LANGUAGES, Catalogue, Language, as_language
from kit.languages import facts

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
LANGUAGE_COOKIE: Final = "language"
LANGUAGE_SECONDS: Final = 365 * 24 * 3600


def load_catalogue(terms: Mapping[str, str] | None = None) -> Catalogue:
    """The front's messages in both languages; `terms` are the shop's."""
    return Catalogue.load("connectors", terms)


@dataclass(frozen=True)
class Pages:
    """Renders templates with the catalogue; everything is escaped."""

    environment: Environment
    catalogue: Catalogue
    shop_name: str
    default_language: Language

    @classmethod
    def load(cls, catalogue: Catalogue, shop_name: str, default_language: Language) -> "Pages":
        """Read the templates; a missing value in one is an error, not a gap."""
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["static"] = _static_addresses()
        environment.globals["icon"] = icon
        return cls(environment, catalogue, shop_name, default_language)

    def language(self, request: web.Request) -> Language:
        """The language of a page: asked for, remembered, the browser's, or the shop's."""
        for choice in (request.query.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
            if choice in LANGUAGES:
                return as_language(choice)
        accepted = request.headers.get("Accept-Language", "")
        return as_language(accepted.split(",")[0].strip(), self.default_language)

    def render(self, request: web.Request, template: str, **context: Any) -> str:
        """A page as HTML."""
        language = self.language(request)

        def say(key: str, **values: object) -> str:
            return self.catalogue.text(language, key, **values)

        def say_many(key: str, count: int, **values: object) -> str:
            return self.catalogue.plural(language, key, count, **values)

        values: dict[str, Any] = {
            "language": language,
            "languages": {one: facts(one) for one in LANGUAGES},
            "here": str(request.rel_url.without_query_params("lang")),
            "t": say,
            "tn": say_many,
            "shop_name": self.shop_name,
            **context,
        }
        return self.environment.get_template(template).render(values)

    def respond(
        self, request: web.Request, template: str, *, status: int = 200, **context: Any
    ) -> web.Response:
        """A page as a response; a language chosen in the address is remembered."""
        response = web.Response(
            text=self.render(request, template, **context),
            status=status,
            content_type="text/html",
            headers={"Cache-Control": "private, no-cache"},
        )
        if request.query.get("lang") in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE,
                request.query["lang"],
                max_age=LANGUAGE_SECONDS,
                samesite="Lax",
                httponly=True,
            )
        return response

    def error(self, request: web.Request, status: int) -> str:
        """The page of an error."""
        known = status if status in (403, 404, 500, 503) else 500 if status >= 500 else 404
        return self.render(request, "error.html", status=status, kind=str(known))


def _static_addresses() -> Callable[[str], str]:
    """A function from a static file's name to its address with the hash of its content."""
    hashes: dict[str, str] = {}

    def address(name: str) -> str:
        if name not in hashes:
            content = (STATIC / name).read_bytes()
            hashes[name] = hashlib.sha256(content).hexdigest()[:12]
        return f"/static/{name}?_hash={hashes[name]}"

    return address


def icon(name: str) -> Markup:
    """A drawing of the sprite, hidden from screen readers."""
    return Markup(
        '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#{}"/></svg>'
    ).format(name)
