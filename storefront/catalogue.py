"""The pages' shop on the shop's own tables. Shelves of the home page are kept for a minute."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from catalogue_search.facts import FEWEST_RATINGS
from catalogue_search.size_table import size_table
from kit import deadlines
from kit.clock import Clock
from kit.database import Database
from kit.i18n import Catalogue, Language
from knowledge.sources import article_now
from recommender.serving import feedback
from recommender.serving.models import Models
from recommender.serving.offers import recommend_for
from recommender.serving.shopper import Shopper, read_shopper
from recommender.serving.told import tell_reasons
from recommender.serving.wishes import Offering, Wish
from recommender.serving.words import load_words
from shop import catalogue, mail, views
from shop.access import access_customer
from shop.catalogue import ProductFilter
from shop.events import Behaviour, EventKind, record_events
from shop.ids import CustomerId, ProductId
from shop.options import colour_word, known_option
from storefront.views import (
    CategoryTile,
    HelpPage,
    Listing,
    Mail,
    Person,
    ProductView,
    StockLevel,
    Tile,
    VariantLine,
    Visitor,
)

LOW_STOCK: Final = 5
KEPT_SECONDS: Final = 60.0
SALE_CANDIDATES: Final = 160
MOST_FOUND: Final = 96

Draw = Callable[[Session, str, str | None], str | bytes | None]
ListPeople = Callable[[Session, Language], Sequence[Person]]


def nobody(session: Session, language: Language) -> Sequence[Person]:
    """No demo people."""
    return ()


@dataclass
class ShopTables:
    """Reads the shop's database; each call is its own unit of work and may run in a thread."""

    database: Database
    clock: Clock
    draw: Draw
    models: Models
    nlu_data: Path
    list_people: ListPeople = nobody
    reasons: Catalogue = field(default_factory=load_words)
    random: np.random.Generator = field(default_factory=np.random.default_rng)
    _shelves: dict[str, tuple[float, list[views.ProductView]]] = field(default_factory=dict)
    _categories: tuple[float, list[tuple[catalogue.CategoryView, str]]] | None = None

    def help(self, language: Language, slug: str) -> HelpPage | None:
        """An article of the shop's help, or None."""
        with self.database.reading() as session:
            found = article_now(session, self.nlu_data, slug, language)
        return None if found is None else HelpPage(found.title, found.body)

    def categories(self, language: Language) -> list[CategoryTile]:
        """All categories with their most popular product's picture."""
        if self._categories is None or time.monotonic() - self._categories[0] > KEPT_SECONDS:
            self._categories = (time.monotonic(), self._read_categories())
        return [
            CategoryTile(one.slug, one.name(language), picture)
            for one, picture in self._categories[1]
        ]

    def popular(self, language: Language, limit: int) -> list[Tile]:
        """The most popular products, no two of one category while there are others."""
        chosen: dict[str, views.ProductView] = {}
        for product in self._shelf():
            if product.in_stock:
                chosen.setdefault(product.category, product)
        return [tile_of(product, language) for product in list(chosen.values())[:limit]]

    def on_sale(self, language: Language, limit: int) -> list[Tile]:
        """Popular products whose price was higher lately."""
        reduced = [product for product in self._shelf() if product.old_price is not None]
        return [tile_of(product, language) for product in reduced[:limit]]

    def for_you(self, visitor: Visitor, language: Language, limit: int) -> list[Tile]:
        """What the recommender knows for this visitor; empty where it could only be the trend."""
        shopper = self._shopper(visitor)
        if not (shopper.is_personal and (shopper.history or shopper.session or shopper.taste)):
            return []
        return self._offered(shopper, Wish(slot="home"), language, limit)

    def new_for_you(self, visitor: Visitor, language: Language, limit: int) -> list[Tile]:
        """The newest products of the shelves that this visitor bought from or looked at."""
        shopper = self._shopper(visitor)
        liked = [*shopper.session, *shopper.history]
        if not (shopper.is_personal and liked):
            return []
        with self.database.reading() as session:
            seen = catalogue.get_products(session, liked, now=self.clock.now())
        shelves = tuple(dict.fromkeys(one.category for one in seen))
        wish = Wish(ProductFilter(categories=shelves), slot="home", strategy="explore")
        return self._offered(shopper, wish, language, limit, kinds=("new",))

    def _shopper(self, visitor: Visitor) -> Shopper:
        customer = None if visitor.customer_id is None else CustomerId(visitor.customer_id)
        with self.database.reading() as session:
            return read_shopper(session, customer, visitor.visit, now=self.clock.now())

    def _offered(
        self,
        shopper: Shopper,
        wish: Wish,
        language: Language,
        limit: int,
        kinds: Sequence[str] = (),
    ) -> list[Tile]:
        """A list of the recommender as tiles, noted as shown; only reasons of `kinds`, if any."""
        now = self.clock.now()
        with self.database.reading() as session:
            offering = recommend_for(
                session, shopper, wish, limit, models=self.models, now=now, random=self.random
            )
            offers = tuple(one for one in offering.offers if not kinds or one.reason.kind in kinds)
            told = [one.reason for one in offers]
            reasons = tell_reasons(session, told, language, self.reasons, now=now)
        shown = replace(offering, offers=offers)
        if offers:
            self.database.writes.attempt(deadlines.ASIDE, self._note_shown, shopper, shown, now)
        return [
            replace(tile_of(one.product, language), reason=reason, request=offering.request_id)
            for one, reason in zip(offers, reasons, strict=True)
        ]

    def _note_shown(self, shopper: Shopper, shown: Offering, now: datetime) -> None:
        with self.database.session() as session:
            feedback.note_shown(session, shopper, shown, now=now)

    def browse(
        self, language: Language, *, category: str | None, query: str, page: int, size: int
    ) -> Listing:
        """One page of a category or of a search."""
        filters = ProductFilter(categories=(category,) if category else ())
        most = MOST_FOUND if query else page * size
        with self.database.reading() as session:
            found = catalogue.search_products(
                session, query, filters, language=language, limit=most, now=self.clock.now()
            )
            total = len(found)
            if category and not query:
                counts = {one.slug: one.product_count for one in catalogue.list_categories(session)}
                total = counts.get(category, 0)
        shown = found[(page - 1) * size : page * size]
        return Listing(tuple(tile_of(product, language) for product in shown), total)

    def product(self, language: Language, slug: str) -> ProductView | None:
        """One product with its variants, sizes in order."""
        with self.database.reading() as session:
            found = catalogue.get_product(session, slug, now=self.clock.now())
            if found is None:
                return None
            shelves = {one.slug: one.name(language) for one in catalogue.list_categories(session)}
        names = tuple(found.option_values) or ("colour", "size")
        return ProductView(
            tile=tile_of(found, language),
            category_name=shelves.get(found.category, found.category),
            description=found.description(language),
            variants=tuple(_line(variant, names) for variant in found.variants),
            columns=tuple((name, known_option(name)) for name in names),
            size_table=size_table(found),
        )

    def picture(self, slug: str, colour: str | None) -> str | bytes | None:
        """The product's photograph or drawing."""
        with self.database.reading() as session:
            return self.draw(session, slug, colour)

    def people(self, language: Language) -> list[Person]:
        """The demo's people."""
        with self.database.reading() as session:
            return list(self.list_people(session, language))

    def person(self, customer_id: int, language: Language) -> Person | None:
        """Who is signed in, by name; None when unknown or erased."""
        with self.database.reading() as session:
            found = access_customer(session, CustomerId(customer_id))
        if found is None:
            return None
        return Person(customer_id, found.name, found.language, "")

    def note_view(self, visitor: Visitor, slug: str) -> None:
        """Remember that a product's page was looked at; an unknown product is nothing to note."""
        with self.database.session() as session:
            found = catalogue.get_product(session, slug, now=self.clock.now())
            if found is not None:
                record_events(session, [self._event("view", visitor, found.product_id)])

    def note_opened(self, visitor: Visitor, slug: str, request_id: str) -> None:
        """A recommended product was opened; a list that never showed it is nothing to note."""
        customer = visitor.customer_id
        with self.database.session() as session:
            found = catalogue.get_product(session, slug, now=self.clock.now())
            if found is not None:
                feedback.note_opened(
                    session,
                    request_id,
                    found.product_id,
                    session_key=visitor.visit,
                    customer_id=None if customer is None else CustomerId(customer),
                    now=self.clock.now(),
                )

    def note_search(self, visitor: Visitor, query: str) -> None:
        """Remember what was searched for."""
        with self.database.session() as session:
            record_events(session, [self._event("search", visitor, details={"query": query})])

    def _event(
        self,
        kind: EventKind,
        visitor: Visitor,
        product_id: ProductId | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Behaviour:
        customer = visitor.customer_id
        return Behaviour(
            kind,
            self.clock.now(),
            visitor.visit,
            customer_id=None if customer is None else CustomerId(customer),
            product_id=product_id,
            details=details,
        )

    def mails(self, limit: int) -> list[Mail]:
        """The newest mails of the outbox."""
        with self.database.reading() as session:
            found = mail.list_mails(session, limit)
        return [Mail(one.recipient, one.subject, one.body, one.queued_at) for one in found]

    def _shelf(self) -> list[views.ProductView]:
        kept = self._shelves.get("popular")
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        with self.database.reading() as session:
            found = catalogue.search_products(session, limit=SALE_CANDIDATES, now=self.clock.now())
        self._shelves["popular"] = (time.monotonic(), found)
        return found

    def _read_categories(self) -> list[tuple[catalogue.CategoryView, str]]:
        found = []
        with self.database.reading() as session:
            for one in catalogue.list_categories(session):
                first = catalogue.search_products(
                    session,
                    filters=ProductFilter(categories=(one.slug,)),
                    limit=1,
                    now=self.clock.now(),
                )
                if first:
                    found.append((one, first[0].slug))
        return found


def tile_of(product: views.ProductView, language: Language) -> Tile:
    """A product as the grids show it."""
    return Tile(
        slug=product.slug,
        name=product.name(language),
        brand=product.brand,
        category=product.category,
        price=product.price,
        old_price=product.old_price,
        stock=stock_level([variant.stock for variant in product.variants]),
        rating=product.rating if product.rating_count >= FEWEST_RATINGS else None,
        rating_count=product.rating_count,
    )


def stock_level(quantities: Sequence[int]) -> StockLevel:
    """In stock, only a few left of all variants together, or sold out."""
    total = sum(max(0, quantity) for quantity in quantities)
    if total == 0:
        return "out"
    return "low" if total <= LOW_STOCK else "in"


def _line(variant: views.VariantView, names: Sequence[str]) -> VariantLine:
    held = dict(variant.options) or {"colour": variant.colour, "size": variant.size}
    return VariantLine(
        sku=variant.sku,
        colour=variant.colour or None,
        values=tuple(
            colour_word(held.get(name, ""))
            if known_option(name) == "colour"
            else held.get(name, "")
            for name in names
        ),
        price=variant.price,
        quantity=variant.stock,
        back_on=variant.expected_on,
    )
