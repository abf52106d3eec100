"""Find the variant that a line of an order or of stock means: by SKU, else product and options."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.imports.keys import shortened, variant_key
from shop.imports.lookups import found, parts
from shop.imports.options import titles
from shop.models import Product, ProductText, Variant
from shop.options import Options


@dataclass(frozen=True)
class Article:
    """What a file says of a variant: SKU, its product's key and title, options; or "" each."""

    sku: str
    product: str
    title: str
    options: Options


def find_variants(session: Session, articles: Sequence[Article]) -> dict[Article, Variant]:
    """Those of `articles` that the shop has. What could be two variants is not found."""
    wanted = list(dict.fromkeys(articles))
    by_sku = found(session, Variant, Variant.sku, (key for one in wanted for key in _skus(one)))
    matched = {}
    for one in wanted:
        known = next((by_sku[key] for key in _skus(one) if key in by_sku), None)
        if known is not None:
            matched[one] = known
    left = [one for one in wanted if one not in matched]
    if left:
        matched |= _by_name(session, left)
    return matched


def _skus(article: Article) -> list[str]:
    """The SKU, and what the import of products makes of product and options without one."""
    keys = [article.sku] if article.sku else []
    if article.product and (article.options or not article.sku):
        keys.append(variant_key(article.product, article.options))
    if article.title and not article.sku:
        keys.append(variant_key(article.title, article.options))
    return [shortened(key, 80) for key in keys]


def _by_name(session: Session, articles: Iterable[Article]) -> dict[Article, Variant]:
    readings = {one: list(titles(one.title)) if one.title else [] for one in articles}
    names = {name for several in readings.values() for name, _ in several}
    by_name = _called(session, names)
    by_key = found(session, Product, Product.external_id, (one.product for one in readings))
    ids = {product.id for product in (*by_name.values(), *by_key.values())}
    variants: dict[int, list[Variant]] = defaultdict(list)
    for part in parts(ids):
        for variant in session.scalars(select(Variant).where(Variant.product_id.in_(part))):
            variants[variant.product_id].append(variant)
    matched = {}
    for one, several in readings.items():
        own = frozenset(value.casefold() for _, value in one.options)
        candidates = [(by_key.get(one.product), own)]
        candidates += [(by_name.get(name), own | values) for name, values in several]
        for product, values in candidates:
            found_one = _variant(variants[product.id], values, one) if product else None
            if found_one is not None:
                matched[one] = found_one
                break
    return matched


def _called(session: Session, names: Iterable[str]) -> dict[str, Product]:
    """Products by a name in whatever language, where only one is called so."""
    several: dict[str, dict[int, Product]] = defaultdict(dict)
    for part in parts(names):
        statement = (
            select(ProductText.name, Product)
            .join(Product, Product.id == ProductText.product_id)
            .where(ProductText.name.in_(part))
        )
        for name, product in session.execute(statement):
            several[name][product.id] = product
    return {name: next(iter(ones.values())) for name, ones in several.items() if len(ones) == 1}


def _variant(
    variants: Sequence[Variant], values: frozenset[str], article: Article
) -> Variant | None:
    """The one variant with these option values; beside an unknown SKU a name is not enough."""
    if not values:
        return variants[0] if len(variants) == 1 and not article.sku else None
    for fits in (frozenset.__eq__, frozenset.__le__):
        hits = [one for one in variants if fits(values, _values(one))]
        if len(hits) == 1:
            return hits[0]
    return None


def _values(variant: Variant) -> frozenset[str]:
    options: Mapping[str, str] = variant.options or {}
    named = options.values() or filter(None, (variant.size, variant.colour))
    return frozenset(value.casefold() for value in named)
