"""Write products with their variants, and stock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language, Texts
from kit.languages import facts
from shop.imports.keys import free, hyphenated
from shop.imports.lookups import change, found, parts, values
from shop.imports.matching import Article, find_variants
from shop.imports.problems import Rejected
from shop.imports.report import Numbered, Tally
from shop.imports.shapes import EVERYTHING, ProductRow, StockRow, Translation
from shop.models import (
    Brand,
    Category,
    CategoryText,
    Price,
    Product,
    ProductImage,
    ProductText,
    Variant,
)
from shop.upsert import insert_once


@dataclass(frozen=True)
class Batch:
    """What a writer is given beside the rows; `language` is that of texts that name none."""

    now: datetime
    report: Tally
    creates_products: bool
    language: Language = DEFAULT_LANGUAGE


def write_products(session: Session, rows: Sequence[Numbered[ProductRow]], batch: Batch) -> None:
    """Variants by their SKU, under the product of their key; prices keep their history."""
    variants = found(session, Variant, Variant.sku, (item.row.sku for item in rows))
    products = found(session, Product, Product.external_id, (item.row.key for item in rows))
    wanted = {slug(item.row.name, item.row.key) for item in rows}
    slugs = values(session, Product.slug, wanted)
    shelves = _Shelves(session, batch.language)
    texts = _texts_of(session, (product.id for product in products.values()))
    for item in rows:
        row = item.row
        known, product = variants.get(row.sku), products.get(row.key)
        if known is not None and (product is None or product.id != known.product_id):
            reason = "another product has this SKU; give each variant its own"
            batch.report.reject(item.number, item.raw, Rejected("duplicate", "sku", reason))
            continue
        batch.report.keep(item)
        if known is not None and product is not None:
            changed = _update(session, product, known, row, texts, batch)
            batch.report.count("products", "updated" if changed else "unchanged")
            continue
        if product is None:
            product = _product(row, shelves, slugs, batch)
            session.add(product)
            products[row.key] = product
        elif not row.is_active:
            product.is_active = False
        variant = Variant(
            sku=row.sku,
            size=row.size,
            colour=row.colour,
            options=dict(row.options),
            price=row.price,
            stock=row.stock or 0,
            supply=row.supply,
        )
        product.variants.append(variant)
        session.flush()
        _set_image(session, product.id, row.image)
        _add_price(session, variant, batch.now)
        variants[row.sku] = variant
        batch.report.count("products", "new")


def slug(name: str, key: str) -> str:
    """The product's part of an address: its name, and its key so that no two are alike."""
    words, tail = hyphenated(name)[:80], hyphenated(key)[:60]
    return words if words == tail else "-".join(filter(None, (words, tail)))


def _said(row: ProductRow, language: Language) -> Iterable[tuple[str, Translation]]:
    """What a row says, by language."""
    own = Translation(row.name, row.description, row.category)
    return {language: own, **row.translations}.items()


def _shelf_names(row: ProductRow, language: Language) -> dict[str, str]:
    """What the row calls its shelf, by language; goods on none stand on one that we name."""
    if row.category == EVERYTHING:
        return {one: facts(one).everything for one in LANGUAGES}
    return {spoken: one.category for spoken, one in _said(row, language) if one.category}


def _texts_of(session: Session, ids: Iterable[int]) -> dict[tuple[int, str], ProductText]:
    return {
        (text.product_id, text.language): text
        for part in parts(ids)
        for text in session.scalars(select(ProductText).where(ProductText.product_id.in_(part)))
    }


def _product(row: ProductRow, shelves: "_Shelves", slugs: set[str], batch: Batch) -> Product:
    address = free(slug(row.name, row.key), row.key, slugs)
    slugs.add(address)
    return Product(
        external_id=row.key,
        slug=address,
        texts=[
            ProductText(language=language, name=one.name, description=one.description)
            for language, one in _said(row, batch.language)
        ],
        category_id=shelves.category(row),
        brand_id=shelves.brand(row.brand),
        currency=row.currency,
        is_active=row.is_active,
        created_at=batch.now,
    )


def _update(
    session: Session,
    product: Product,
    variant: Variant,
    row: ProductRow,
    texts: Mapping[tuple[int, str], ProductText],
    batch: Batch,
) -> bool:
    """Take over what the file says now; True when that is news."""
    new: dict[str, Any] = {
        "size": row.size,
        "colour": row.colour,
        "price": row.price,
        "options": dict(row.options),
    }
    if row.stock is not None:
        new |= {"stock": row.stock, "supply": row.supply}
    is_new_price = variant.price != row.price
    changed = change(product, {"is_active": row.is_active}) | change(variant, new)
    for language, one in _said(row, batch.language):
        text = texts.get((product.id, language))
        if text is None:
            product.texts.append(ProductText(language=language, name="", description=""))
            text, changed = product.texts[-1], True
        told = {"name": one.name, "description": one.description}
        changed |= change(text, {name: value for name, value in told.items() if value})
    if is_new_price:
        _add_price(session, variant, batch.now)
    return changed | _set_image(session, product.id, row.image)


def write_stock(session: Session, rows: Sequence[Numbered[StockRow]], batch: Batch) -> None:
    """What can be sold of each variant; an unknown one is rejected."""
    articles = [Article(item.row.sku, item.row.product, "", item.row.options) for item in rows]
    variants = find_variants(session, articles)
    for item, article in zip(rows, articles, strict=True):
        known = variants.get(article)
        if known is None:
            reason = "no product has this SKU; import it first"
            if not item.row.sku:
                reason = "no product has this key and these options; import it first"
            problem = Rejected("unknown_product", "sku" if item.row.sku else "product", reason)
            batch.report.reject(item.number, item.raw, problem)
            continue
        batch.report.keep(item)
        new: dict[str, Any] = {"stock": item.row.stock}
        if known.supply == "uncounted":
            new["supply"] = "counted"
        batch.report.count("stock", "updated" if change(known, new) else "unchanged")


class _Shelves:
    """Categories and brands by name, made when first needed."""

    def __init__(self, session: Session, language: Language) -> None:
        self._session, self._language = session, language
        self._brands = {brand.name: brand.id for brand in session.scalars(select(Brand))}
        categories = session.scalars(select(Category)).all()
        self._slugs = {category.slug for category in categories}
        self._categories: dict[str, int] = {}
        for category in categories:
            # The demo's categories are asked for by their slugs, too.
            for name in (*Texts.of(category.names).all, category.slug):
                self._categories.setdefault(name.lower(), category.id)

    def brand(self, name: str) -> int:
        """The brand of that name."""
        if name not in self._brands:
            brand = Brand(name=name)
            self._session.add(brand)
            self._session.flush()
            self._brands[name] = brand.id
        return self._brands[name]

    def category(self, row: ProductRow) -> int:
        """The row's category; one that only looks alike in Latin letters is another."""
        name = row.category
        key = name.lower()
        known = self._categories.get(key)
        if known is None:
            address = free(hyphenated(name)[:60].strip("-"), key, self._slugs)
            names = _shelf_names(row, self._language)
            texts = [CategoryText(language=spoken, name=one) for spoken, one in names.items()]
            category = Category(slug=address, texts=texts)
            self._session.add(category)
            self._session.flush()
            self._slugs.add(address)
            known = self._categories[key] = category.id
        return known


def _set_image(session: Session, product_id: int, url: str) -> bool:
    """The product's first photograph; True when that is news."""
    if not url:
        return False
    known = session.scalars(
        select(ProductImage).where(
            ProductImage.product_id == product_id, ProductImage.position == 0
        )
    ).one_or_none()
    if known is not None:
        return change(known, {"url": url})
    session.add(ProductImage(product_id=product_id, position=0, url=url))
    session.flush()
    return True


def _add_price(session: Session, variant: Variant, now: datetime) -> None:
    """The price that the variant has from now on."""
    price = {"variant_id": variant.id, "amount": variant.price, "valid_from": now}
    insert_once(session, Price, price, unique=["variant_id", "valid_from"])
