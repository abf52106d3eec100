"""Finding products by words, names and filters, in both languages and with typing errors."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from threading import Lock
from time import monotonic
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Engine, case, func, select
from sqlalchemy.orm import Session

from kit.i18n import DEFAULT_LANGUAGE, Language, Texts
from kit.spelling import one_slip
from shop.ids import ProductId
from shop.models import Brand, CatalogueChange, Category, Product, Variant
from shop.reading import read_products
from shop.views import ProductView

Sort = Literal["relevance", "price", "-price", "popularity", "newest"]
REFRESH_SECONDS: Final = 60.0
READ_AT_ONCE: Final = 400
_CHANGES: Final = select(CatalogueChange.number).scalar_subquery()
_WORD: Final = re.compile(r"[^\W_\u4e00-\u9fff]+|[\u4e00-\u9fff]")


@dataclass(frozen=True)
class ProductFilter:
    """What a product must be; empty means anything. Prices in the shop's currency.

    Of several `attributes` (name, value) all must hold; `season` "winter, autumn" holds winter.
    """

    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    in_stock: bool = False
    exclude: tuple[ProductId, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CategoryView:
    """A shelf and how many products stand on it."""

    slug: str
    names: Texts
    product_count: int

    def name(self, language: Language) -> str:
        """The name in `language`."""
        return self.names.text(language)


def get_product(session: Session, slug: str, *, now: datetime) -> ProductView | None:
    """The product called `slug`."""
    product_id = product_called(session, slug)
    found = read_products(session, [] if product_id is None else [product_id], now)
    return found[0] if found else None


def product_called(session: Session, slug: str) -> ProductId | None:
    """The key of the product called `slug`."""
    found = session.scalar(select(Product.id).where(Product.slug == slug))
    return None if found is None else ProductId(found)


def slugs_of(session: Session, ids: Collection[ProductId]) -> dict[ProductId, str]:
    """What products are called."""
    if not ids:
        return {}
    rows = session.execute(select(Product.id, Product.slug).where(Product.id.in_(list(ids))))
    return {ProductId(row[0]): row[1] for row in rows}


def category_slugs(session: Session) -> list[str]:
    """What all categories are called, the empty ones, too."""
    return list(session.scalars(select(Category.slug).order_by(Category.slug)))


def get_products(session: Session, ids: Sequence[ProductId], *, now: datetime) -> list[ProductView]:
    """Products by id, in that order; unknown ones are left out."""
    return read_products(session, ids, now)


def iterate_products(session: Session, *, now: datetime) -> Iterator[ProductView]:
    """Every active product, the most popular first, read some hundred at a time."""
    ids = list(
        session.scalars(
            select(Product.id)
            .where(Product.is_active)
            .order_by(Product.popularity.desc(), Product.id)
        )
    )
    for start in range(0, len(ids), READ_AT_ONCE):
        yield from read_products(session, ids[start : start + READ_AT_ONCE], now)


def catalogue_version(session: Session) -> str:
    """A text that changes with products, their texts, variants, prices and what is sold out."""
    products = session.execute(
        select(func.count(Product.id), func.max(Product.id), _CHANGES).where(Product.is_active)
    ).one()
    variants = session.execute(
        select(
            func.count(Variant.id),
            func.sum(Variant.price),
            func.sum(case((Variant.stock > 0, 1), else_=0)),
        )
    ).one()
    return "|".join(str(value) for value in (*products, *variants))


def list_categories(session: Session) -> list[CategoryView]:
    """Shelves with something on them, by slug."""
    rows = session.execute(
        select(Category, func.count(Product.id))
        .join(Product, Product.category_id == Category.id)
        .where(Product.is_active)
        .group_by(Category.id)
        .order_by(Category.slug)
    )
    return [CategoryView(c.slug, Texts.of(c.names), count) for c, count in rows]


def search_products(
    session: Session,
    text: str = "",
    filters: ProductFilter | None = None,
    *,
    language: Language = DEFAULT_LANGUAGE,
    limit: int = 10,
    sort: Sort = "relevance",
    now: datetime,
) -> list[ProductView]:
    """Products that fit the filters, best match of `text` first, then the most popular.

    With words that match nothing the list is empty; without words every product matches.
    """
    ids = _matching_ids(session, filters or ProductFilter())
    words = tokens(text)
    if words:
        scores = _index(session).score(words, set(ids))
        ids = [key for key in ids if key in scores]
        if sort == "relevance":
            place = {key: number for number, key in enumerate(ids)}
            ids.sort(key=lambda key: (-scores[key], place[key]))
    ordered = _sorted(session, ids, sort) if sort not in {"relevance", "popularity"} else ids
    return read_products(session, ordered[:limit], now)


def find_products_by_name(
    session: Session,
    text: str,
    *,
    language: Language = DEFAULT_LANGUAGE,
    limit: int = 5,
    now: datetime,
) -> list[ProductView]:
    """Products whose own name is meant by `text`: most of the name's words must be in it."""
    words = tokens(text)
    if not words:
        return []
    return read_products(session, _index(session).named(words)[:limit], now)


def tokens(text: str) -> list[str]:
    """Lower-case Latin words (plural s cut off) and single Chinese characters."""
    return [_stem(word) for word in _WORD.findall(text.lower())]


def _stem(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def _matching_ids(session: Session, filters: ProductFilter) -> list[int]:
    """Ids of products that fit, the most popular first."""
    statement = select(Product.id).where(Product.is_active)
    if filters.categories:
        statement = statement.join(Category).where(Category.slug.in_(filters.categories))
    if filters.brands or filters.not_brands:
        statement = statement.join(Brand)
        if filters.brands:
            wanted = [brand.lower() for brand in filters.brands]
            statement = statement.where(func.lower(Brand.name).in_(wanted))
        if filters.not_brands:
            refused = [brand.lower() for brand in filters.not_brands]
            statement = statement.where(func.lower(Brand.name).not_in(refused))
    if filters.exclude:
        statement = statement.where(Product.id.not_in(filters.exclude))
    conditions: list[ColumnElement[bool]] = []
    if filters.colours:
        conditions.append(Variant.colour.in_(filters.colours))
    if filters.sizes:
        conditions.append(Variant.size.in_(filters.sizes))
    if filters.price_min is not None:
        conditions.append(Variant.price >= filters.price_min)
    if filters.price_max is not None:
        conditions.append(Variant.price <= filters.price_max)
    if filters.in_stock:
        conditions.append(Variant.stock > 0)
    if conditions:
        statement = statement.where(
            select(Variant.id).where(Variant.product_id == Product.id, *conditions).exists()
        )
    ids = list(session.scalars(statement.order_by(Product.popularity.desc(), Product.id)))
    if not filters.attributes:
        return ids
    rows = session.execute(select(Product.id, Product.attributes).where(Product.id.in_(ids)))
    held: dict[int, dict[str, Any]] = {row[0]: row[1] or {} for row in rows}
    return [
        key
        for key in ids
        if all(has_attribute(held[key], name, value) for name, value in filters.attributes)
    ]


def has_attribute(attributes: Mapping[str, Any], name: str, value: str) -> bool:
    """Whether an attribute has this value; a list in words has each of its words."""
    held = str(attributes.get(name, "")).lower()
    wanted = value.lower()
    return held == wanted or wanted in (part.strip() for part in held.split(","))


def _sorted(session: Session, ids: Sequence[int], sort: Sort) -> list[int]:
    if sort == "newest":
        rows = session.execute(select(Product.id, Product.created_at).where(Product.id.in_(ids)))
        newest = {key: at.timestamp() for key, at in rows}
        return sorted(ids, key=lambda key: -newest[key])
    prices = session.execute(
        select(Variant.product_id, func.min(Variant.price))
        .where(Variant.product_id.in_(ids))
        .group_by(Variant.product_id)
    )
    price = {row[0]: row[1] for row in prices}
    sign = -1 if sort == "-price" else 1
    return sorted((key for key in ids if key in price), key=lambda key: sign * price[key])


class WordIndex:
    """Products by the words of names, brands, shelves and options, with typing errors allowed."""

    def __init__(
        self,
        rows: Iterable[tuple[int, Texts, str, Texts, Texts]],
        options: Mapping[int, Collection[str]],
    ) -> None:
        self.postings: dict[str, dict[int, float]] = defaultdict(dict)
        self.names: dict[int, list[list[str]]] = {}
        self._by_gram: dict[str, set[str]] = defaultdict(set)
        for key, names, brand, shelf, descriptions in rows:
            self.names[key] = [tokens(name) for name in names.all]
            for weight, text in (
                (3.0, names.together),
                (2.0, " ".join((brand, *shelf.all))),
                (1.0, " ".join(options.get(key, ()))),
                (0.5, descriptions.together),
            ):
                for word in set(tokens(text)):
                    self.postings[word][key] = max(self.postings[word].get(key, 0.0), weight)
        for word in self.postings:
            for gram in _grams(word):
                self._by_gram[gram].add(word)

    def score(self, words: Sequence[str], allowed: set[int]) -> dict[int, float]:
        """Points of each allowed product that has a good part of `words`; rare words count more."""
        points: dict[int, float] = defaultdict(float)
        best = 0.0
        for word in words:
            known = self.nearest(word)
            if known is None:
                continue
            rarity = 1.0 / (1.0 + len(self.postings[known]) / 50.0)
            best += rarity
            for key, weight in self.postings[known].items():
                if key in allowed:
                    points[key] += weight * rarity
        return {key: value for key, value in points.items() if value >= 0.5 * best}

    def named(self, words: Sequence[str]) -> list[int]:
        """Products of whose name most words are given, the fullest match first."""
        given = {known for word in words if (known := self.nearest(word)) is not None}
        common: Counter[int] = Counter()
        for word in given:
            for key, weight in self.postings[word].items():
                if weight == 3.0:
                    common[key] += 1
        matches = []
        for key in common:
            for name in self.names[key]:
                shared = len(given & set(name))
                if name and shared / len(set(name)) >= 0.6 and shared >= 2:
                    matches.append((shared / len(set(name)), shared, -key))
                    break
        return [-key for _, _, key in sorted(matches, reverse=True)]

    def nearest(self, word: str) -> str | None:
        """The known word that `word` is, or is one slip away from; None when there is none."""
        if word in self.postings:
            return word
        if len(word) < 4:
            return None
        candidates: Counter[str] = Counter()
        for gram in _grams(word):
            candidates.update(self._by_gram[gram])
        close = [known for known, _ in candidates.most_common(20) if one_slip(word, known)]
        return close[0] if close else None


def _grams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[start : start + 2] for start in range(len(padded) - 1)}


_indexes: dict[str, tuple[float, tuple[int | None, ...], WordIndex]] = {}
_indexes_lock = Lock()


def _index(session: Session) -> WordIndex:
    """The word index of this database, made again when the catalogue has changed."""
    bind = session.get_bind()
    assert isinstance(bind, Engine)
    place = str(bind.url)
    with _indexes_lock:
        known = _indexes.get(place)
        if known is not None and monotonic() - known[0] < REFRESH_SECONDS:
            return known[2]
        version = tuple(
            session.execute(select(func.count(Product.id), func.max(Product.id), _CHANGES)).one()
        )
        if known is not None and known[1] == version:
            index = known[2]
        else:
            rows = session.execute(
                select(
                    Product.id,
                    Product.names,
                    Brand.name,
                    Category.names,
                    Product.descriptions,
                )
                .join(Brand, Brand.id == Product.brand_id)
                .join(Category, Category.id == Product.category_id)
                .where(Product.is_active)
            )
            options: dict[int, set[str]] = defaultdict(set)
            for product_id, held in session.execute(select(Variant.product_id, Variant.options)):
                options[product_id].update(held.keys(), held.values())
            index = WordIndex(
                (
                    (key, Texts.of(names), brand, Texts.of(shelf), Texts.of(told))
                    for key, names, brand, shelf, told in rows
                ),
                options,
            )
        _indexes[place] = (monotonic(), version, index)
        return index


def name_table(session: Session) -> dict[str, tuple[str, str]]:
    """What shoppers may call things: name → (brand, category or product; its value).

    A product's value is its slug; its name is known with and without its brand.
    """
    names: dict[str, tuple[str, str]] = {}
    for slug, called, brand in session.execute(
        select(Product.slug, Product.names, Brand.name).join(Brand)
    ):
        for name in Texts.of(called).all:
            names[name.lower()] = ("product", slug)
            short = name.removeprefix(brand).strip()
            names.setdefault(short.lower(), ("product", short))
    for category in session.scalars(select(Category)):
        for name in Texts.of(category.names).all:
            names[name.lower()] = ("category", category.slug)
    for brand in session.scalars(select(Brand.name)):
        names[brand.lower()] = ("brand", brand)
    return names
