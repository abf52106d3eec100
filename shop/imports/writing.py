"""Write batches of cleaned rows: each batch is one transaction, each row new, changed or as it was.

Keys are looked up a batch at a time, so memory does not grow with the file or the shop.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from kit.database import Base
from shop.imports.report import Report
from shop.imports.rows import (
    CustomerRow,
    EventRow,
    OrderRow,
    ProductRow,
    Rejected,
    StockRow,
    hyphenated,
)
from shop.models import (
    Address,
    BehaviourEvent,
    Brand,
    Category,
    Customer,
    Order,
    OrderLine,
    Payment,
    Price,
    Product,
    ProductImage,
    Variant,
)
from shop.orders import MOVES
from shop.upsert import insert_once

_KEYS: Final = 400  # bound parameters of one look-up; SQLite takes at least 999


R = TypeVar("R")
M = TypeVar("M", bound=Base)


@dataclass(frozen=True)
class Numbered(Generic[R]):
    """A cleaned row with its number and its words, for the file of rejected rows."""

    number: int
    raw: Mapping[str, str]
    row: R


@dataclass(frozen=True)
class Batch:
    """What a writer is given beside the rows."""

    now: datetime
    report: Report
    creates_products: bool


def write_customers(session: Session, rows: Sequence[Numbered[CustomerRow]], batch: Batch) -> None:
    """Customers by their key or their e-mail; a known one gets the file's name and phone."""
    by_email = _found(session, Customer, Customer.email, (item.row.email for item in rows))
    by_key = _found(
        session, Customer, Customer.external_id, (item.row.key for item in rows if item.row.key)
    )
    for item in rows:
        row = item.row
        known = by_key.get(row.key) if row.key else None
        known = known or by_email.get(row.email)
        if known is None:
            customer = Customer(
                external_id=row.key or None,
                email=row.email,
                name=row.name,
                phone=row.phone or None,
                language=row.language,
                created_at=row.created_at or batch.now,
            )
            if row.address:
                customer.addresses.append(
                    Address(
                        recipient=row.name, text=row.address, country=row.country, is_default=True
                    )
                )
            session.add(customer)
            by_email[row.email] = customer
            if row.key:
                by_key[row.key] = customer
            batch.report.count("customers", "new")
            continue
        if known.email != row.email and row.email in by_email:
            problem = Rejected("duplicate", "email", "another customer has this e-mail address")
            batch.report.reject(item.number, item.raw, problem)
            continue
        changes = {"name": row.name, "email": row.email, "phone": row.phone or known.phone}
        batch.report.count("customers", "updated" if _change(known, changes) else "unchanged")


def write_products(session: Session, rows: Sequence[Numbered[ProductRow]], batch: Batch) -> None:
    """Variants by their SKU, under the product of their key; prices keep their history."""
    variants = _found(session, Variant, Variant.sku, (item.row.sku for item in rows))
    products = _found(session, Product, Product.external_id, (item.row.key for item in rows))
    shelves = _Shelves(session)
    for item in rows:
        row = item.row
        known = variants.get(row.sku)
        if known is not None:
            same = products.get(row.key)
            if same is None or same.id != known.product_id:
                problem = Rejected("duplicate", "sku", "another product has this SKU")
                batch.report.reject(item.number, item.raw, problem)
                continue
            changes: dict[str, Any] = {"size": row.size, "colour": row.colour, "price": row.price}
            if row.stock is not None:
                changes["stock"] = row.stock
            is_new_price = known.price != row.price
            named = {"name_en": row.name, "name_zh": row.name_zh}
            if row.description:
                named["description_en"] = row.description
            changed = _change(same, named) | _change(known, changes)
            if is_new_price:
                _add_price(session, known, batch.now)
            changed |= _set_image(session, same.id, row.image)
            batch.report.count("products", "updated" if changed else "unchanged")
            continue
        product = products.get(row.key)
        if product is None:
            product = Product(
                external_id=row.key,
                slug=slug(row.name, row.key),
                name_en=row.name,
                name_zh=row.name_zh,
                description_en=row.description,
                description_zh=row.description_zh or row.description,
                category_id=shelves.category(row.category, row.category_zh),
                brand_id=shelves.brand(row.brand),
                currency=row.currency,
                created_at=batch.now,
            )
            session.add(product)
            products[row.key] = product
        variant = Variant(
            sku=row.sku, size=row.size, colour=row.colour, price=row.price, stock=row.stock or 0
        )
        product.variants.append(variant)
        session.flush()
        _set_image(session, product.id, row.image)
        _add_price(session, variant, batch.now)
        variants[row.sku] = variant
        batch.report.count("products", "new")


def write_stock(session: Session, rows: Sequence[Numbered[StockRow]], batch: Batch) -> None:
    """What can be sold of each SKU; an unknown SKU is rejected."""
    variants = _found(session, Variant, Variant.sku, (item.row.sku for item in rows))
    for item in rows:
        known = variants.get(item.row.sku)
        if known is None:
            problem = Rejected("unknown_product", "sku", "no product has this SKU; import it first")
            batch.report.reject(item.number, item.raw, problem)
            continue
        changed = _change(known, {"stock": item.row.stock})
        batch.report.count("stock", "updated" if changed else "unchanged")


def write_events(session: Session, rows: Sequence[Numbered[EventRow]], batch: Batch) -> None:
    """Behaviour events once by their key; one of an unknown customer or product is rejected."""
    customers = _customers(session, [item.row.customer for item in rows if item.row.customer])
    variants = _found(
        session, Variant, Variant.sku, (item.row.sku for item in rows if item.row.sku)
    )
    keys = _values(session, BehaviourEvent.key, (item.row.key for item in rows))
    new: list[dict[str, Any]] = []
    for item in rows:
        row = item.row
        if row.key in keys:
            batch.report.count("events", "unchanged")
            continue
        customer, variant = customers.get(row.customer), variants.get(row.sku)
        problem = None
        if row.customer and customer is None:
            problem = Rejected("unknown_customer", "customer", "no customer has this key or e-mail")
        elif row.sku and variant is None:
            problem = Rejected("unknown_product", "sku", "no product has this SKU")
        if problem is not None:
            batch.report.reject(item.number, item.raw, problem)
            continue
        keys.add(row.key)
        new.append(
            {
                "key": row.key,
                "kind": row.kind,
                "at": row.at,
                "customer_id": customer and customer.id,
                "session_key": row.session,
                "product_id": variant and variant.product_id,
                "variant_id": variant and variant.id,
                "value": row.value,
            }
        )
    if new:
        session.execute(insert(BehaviourEvent), new)
    batch.report.count("events", "new", len(new))


def write_orders(
    session: Session, orders: Sequence[Sequence[Numbered[OrderRow]]], batch: Batch
) -> None:
    """Whole orders, each with its lines, its payment, and its customer where that one is new.

    An order that is known keeps its lines; a new state and a delivery day are taken over.
    """
    known = _found(session, Order, Order.number, (order[0].row.order for order in orders))
    new: list[Sequence[Numbered[OrderRow]]] = []
    for order in orders:
        first = order[0].row
        before = known.get(first.order)
        if before is None:
            new.append(order)
            continue
        changed = _is_later(before.state, first.state) and _change(
            before, {"state": first.state, "delivered_at": first.delivered_at}
        )
        batch.report.count("orders", "updated" if changed else "unchanged")
    variants = _order_variants(session, [item for order in new for item in order], batch)
    whole = [order for order in new if _is_of_known_products(order, variants, batch.report)]
    people = _order_customers(session, [item for order in whole for item in order], batch)
    sold: Counter[int] = Counter()
    for order in whole:
        first = order[0].row
        bought = [variants[_article(item.row)] for item in order]
        made = _order(order, bought, people[first.customer or first.email], batch.report)
        session.add(made)
        batch.report.count("orders", "new")
        batch.report.count("order lines", "new", len(made.lines))
        for item, variant in zip(order, bought, strict=True):
            sold[variant.product_id] += item.row.quantity
    if sold:
        session.connection().execute(
            update(Product)
            .where(Product.id == bindparam("product"))
            .values(popularity=Product.popularity + bindparam("pieces")),
            [{"product": product, "pieces": pieces} for product, pieces in sold.items()],
        )


def _article(row: OrderRow) -> str:
    """What a line calls its product: the SKU, or its name where there is none."""
    return row.sku or row.product


def _is_of_known_products(
    order: Sequence[Numbered[OrderRow]], variants: Mapping[str, Variant], report: Report
) -> bool:
    """Whether the shop has all that was ordered; else the whole order is rejected."""
    if all(_article(item.row) in variants for item in order):
        return True
    number = order[0].row.order
    reason = f"order {number}: no product has this SKU; import the products first"
    for item in order:
        report.reject(item.number, item.raw, Rejected("unknown_product", "sku", reason))
    return False


def slug(name: str, key: str) -> str:
    """The product's part of an address: its name, and its key so that no two are alike."""
    words, tail = hyphenated(name)[:90], hyphenated(key)[:60]
    return words if words == tail else "-".join(filter(None, (words, tail)))


def _is_later(state: str, new: str) -> bool:
    """Whether an order can still come to `new`; a file may be older than the shop."""
    reached, frontier = set[str](), [state]
    while frontier:
        for following in MOVES[frontier.pop()]:  # type: ignore[index]
            if following not in reached:
                reached.add(following)
                frontier.append(following)
    return new != state and new in reached


def _order(
    order: Sequence[Numbered[OrderRow]],
    variants: Sequence[Variant],
    customer: Customer,
    report: Report,
) -> Order:
    """The order with its lines and payment; `variants` are those of its lines."""
    first = order[0].row
    joined: dict[tuple[int, Decimal], int] = {}
    for item, variant in zip(order, variants, strict=True):
        key = (variant.id, item.row.price)
        if key in joined:
            report.repaired("repeated_line_joined")
        joined[key] = joined.get(key, 0) + item.row.quantity
    items_total = sum((price * count for (_, price), count in joined.items()), Decimal(0))
    discount = min(first.discount, items_total)
    total = items_total - discount + first.shipping
    made = Order(
        number=first.order,
        customer_id=customer.id,
        state=first.state,
        currency=first.currency,
        items_total=items_total,
        discount=discount,
        shipping=first.shipping,
        total=total,
        coupon_code=first.coupon or None,
        placed_at=first.placed_at,
        delivered_at=first.delivered_at,
        cancelled_at=first.placed_at if first.state == "cancelled" else None,
        recipient=first.recipient or customer.name,
        address=first.address,
        country=first.country,
    )
    if first.state not in {"placed", "cancelled"}:
        made.payments.append(
            Payment(method="imported", state="captured", amount=total, at=first.placed_at)
        )
    made.lines = [
        OrderLine(position=place, variant_id=variant_id, quantity=count, unit_price=price)
        for place, ((variant_id, price), count) in enumerate(joined.items(), start=1)
    ]
    return made


def _order_customers(
    session: Session, lines: Sequence[Numbered[OrderRow]], batch: Batch
) -> dict[str, Customer]:
    """Everybody who ordered, by key or e-mail; who is new is made from what the order says."""
    keys = [item.row.customer or item.row.email for item in lines]
    found = _customers(session, keys)
    by_email = _found(
        session, Customer, Customer.email, (item.row.email for item in lines if item.row.email)
    )
    for item in lines:
        row = item.row
        key = row.customer or row.email
        if key in found:
            continue
        known = by_email.get(row.email)
        if known is None:
            known = Customer(
                external_id=row.customer or None,
                email=row.email or f"customer-{hyphenated(row.customer)[:60]}@import.invalid",
                name=row.name or row.recipient or f"Customer {row.customer}",
                created_at=row.placed_at,
            )
            session.add(known)
            by_email[known.email] = known
            batch.report.count("customers", "new")
        found[key] = known
    session.flush()
    return found


def _order_variants(
    session: Session, lines: Sequence[Numbered[OrderRow]], batch: Batch
) -> dict[str, Variant]:
    """Everything that was ordered, by SKU (or name without one); made where that is wanted."""
    keys = [_article(item.row) for item in lines]
    found = _found(session, Variant, Variant.sku, keys)
    if not batch.creates_products:
        return found
    missing: dict[str, Numbered[ProductRow]] = {}
    for item, key in zip(lines, keys, strict=True):
        if key in found or not item.row.product:
            continue
        row = item.row
        missing[key] = Numbered(
            item.number,
            item.raw,
            ProductRow(
                key=key, sku=key[:80], name=row.product, name_zh=row.product, description="",
                description_zh="", category="Everything", category_zh="全部商品", brand="No brand",
                size="", colour="", price=row.price, currency=row.currency, stock=None,
            ),
        )  # fmt: skip
    write_products(session, list(missing.values()), batch)
    session.flush()
    return {**found, **_found(session, Variant, Variant.sku, missing)}


def _customers(session: Session, keys: Sequence[str]) -> dict[str, Customer]:
    return {
        **_found(session, Customer, Customer.email, (key for key in keys if "@" in key)),
        **_found(session, Customer, Customer.external_id, keys),
    }


class _Shelves:
    """Categories and brands by name, made when first needed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._brands = {brand.name: brand.id for brand in session.scalars(select(Brand))}
        self._categories: dict[str, int] = {}
        for category in session.scalars(select(Category)):
            self._categories[category.slug] = category.id
            self._categories.setdefault(category.name_en.lower(), category.id)

    def brand(self, name: str) -> int:
        if name not in self._brands:
            brand = Brand(name=name)
            self._session.add(brand)
            self._session.flush()
            self._brands[name] = brand.id
        return self._brands[name]

    def category(self, name: str, chinese: str) -> int:
        found = self._categories.get(name.lower())
        if found is None:
            key = hyphenated(name)[:90] or f"category-{len(self._categories) + 1}"
            found = self._categories.get(key)
        if found is None:
            category = Category(slug=key[:80], name_en=name, name_zh=chinese or name)
            self._session.add(category)
            self._session.flush()
            found = self._categories[key] = self._categories[name.lower()] = category.id
        return found


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
        return _change(known, {"url": url})
    session.add(ProductImage(product_id=product_id, position=0, url=url))
    session.flush()
    return True


def _add_price(session: Session, variant: Variant, now: datetime) -> None:
    """The price that the variant has from now on."""
    price = {"variant_id": variant.id, "amount": variant.price, "valid_from": now}
    insert_once(session, Price, price, unique=["variant_id", "valid_from"])


def _change(row: Base, values: Mapping[str, Any]) -> bool:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _found(
    session: Session, model: type[M], column: InstrumentedAttribute[Any], keys: Iterable[str]
) -> dict[str, M]:
    """Rows whose `column` is one of `keys`, by that column."""
    return {
        getattr(row, column.key): row
        for part in _parts(keys)
        for row in session.scalars(select(model).where(column.in_(part)))
    }


def _values(session: Session, column: InstrumentedAttribute[Any], keys: Iterable[str]) -> set[str]:
    """Those of `keys` that `column` has."""
    return {
        value
        for part in _parts(keys)
        for value in session.scalars(select(column).where(column.in_(part)))
    }


def _parts(keys: Iterable[str]) -> Iterator[list[str]]:
    """Each key once, as many at a time as one statement takes."""
    wanted = sorted({key for key in keys if key})
    for start in range(0, len(wanted), _KEYS):
        yield wanted[start : start + _KEYS]
