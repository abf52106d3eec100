"""What is there, when more comes, and telling those who wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kit.i18n import Texts
from kit.settings import shop_address
from shop.ids import CustomerId, ProductId, VariantId
from shop.mail import queue_mail
from shop.models import Product, StockNotice, Variant
from shop.reading import read_products
from shop.upsert import insert_once
from shop.views import VariantView


def stock_of(
    session: Session,
    product_id: ProductId,
    *,
    size: str | None = None,
    colour: str | None = None,
    now: datetime,
) -> list[VariantView]:
    """The product's variants of that size and colour (None: any)."""
    products = read_products(session, [product_id], now)
    return [
        variant
        for product in products
        for variant in product.variants
        if (size is None or variant.size.casefold() == size.casefold())
        and (colour is None or variant.colour.casefold() == colour.casefold())
    ]


def add_stock_notice(
    session: Session,
    variant_id: VariantId,
    email: str,
    *,
    language: str,
    customer_id: CustomerId | None = None,
    now: datetime,
) -> bool:
    """Note that `email` wants to hear when the variant is back; False while noted already."""
    email = email.strip().lower()
    again = session.execute(
        update(StockNotice)
        .where(
            StockNotice.variant_id == variant_id,
            StockNotice.email == email,
            StockNotice.sent_at.is_not(None),
        )
        .values(sent_at=None, asked_at=now)
    )
    if again.rowcount:  # type: ignore[attr-defined]
        return True
    return insert_once(
        session,
        StockNotice,
        {
            "variant_id": variant_id,
            "email": email,
            "customer_id": customer_id,
            "language": language,
            "asked_at": now,
        },
        unique=["variant_id", "email"],
    )


@dataclass(frozen=True)
class NoticeSent:
    """Somebody was told that a product is back; `names` by language."""

    key: str
    slug: str
    names: Mapping[str, str]
    at: datetime


def notices_sent(session: Session, customer_id: CustomerId, *, since: datetime) -> list[NoticeSent]:
    """What a customer waited for and was mailed about since then."""
    rows = session.execute(
        select(StockNotice, Product)
        .join(Variant, Variant.id == StockNotice.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(StockNotice.customer_id == customer_id, StockNotice.sent_at >= since)
        .order_by(StockNotice.id)
    )
    return [
        NoticeSent(
            f"{notice.id}:{notice.asked_at.isoformat()}",
            product.slug,
            product.names or {},
            notice.sent_at,
        )
        for notice, product in rows
        if notice.sent_at is not None
    ]


def count_waiting(session: Session) -> dict[int, int]:
    """Variant → how many wait to hear that it is back."""
    rows = session.execute(
        select(StockNotice.variant_id, func.count(StockNotice.id))
        .where(StockNotice.sent_at.is_(None))
        .group_by(StockNotice.variant_id)
    )
    return {row[0]: row[1] for row in rows}


def shift_stock(session: Session, changes: Mapping[VariantId, int]) -> bool:
    """Add to the stock of variants, or take from it; all or nothing, False when one has too little.

    Rows are taken in the order of their ids, so that two calls cannot wait for each other.
    """
    savepoint = session.begin_nested()
    for variant_id, pieces in sorted(changes.items()):
        done = session.execute(
            update(Variant)
            .where(Variant.id == variant_id, Variant.stock + pieces >= 0)
            .values(stock=Variant.stock + pieces)
        )
        if not done.rowcount:  # type: ignore[attr-defined]
            savepoint.rollback()
            return False
    savepoint.commit()
    return True


def send_due_notices(session: Session, *, now: datetime, limit: int = 200) -> int:
    """Mail those who wait for a variant that is back, the longest waiting first; how many."""
    due = session.execute(
        select(StockNotice, Variant, Product)
        .join(Variant, Variant.id == StockNotice.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(StockNotice.sent_at.is_(None), Variant.stock > 0)
        .order_by(StockNotice.asked_at, StockNotice.id)
        .limit(limit)
    ).all()
    sent = 0
    for notice, variant, product in due:
        won = session.execute(
            update(StockNotice)
            .where(StockNotice.id == notice.id, StockNotice.sent_at.is_(None))
            .values(sent_at=now)
        )
        if not won.rowcount:  # type: ignore[attr-defined]
            continue
        name = Texts.of(product.names).text(notice.language)
        queue_mail(
            session,
            key=f"stock:{notice.id}:{notice.asked_at.isoformat()}",
            recipient=notice.email,
            template="back_in_stock",
            language=notice.language,
            values={
                "name": name,
                "address": shop_address(f"/product/{product.slug}"),
                "size": variant.size,
            },
            now=now,
        )
        sent += 1
    return sent
