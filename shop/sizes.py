"""Which size somebody wears, from what they bought and kept."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ids import CustomerId
from shop.models import Category, Order, OrderLine, Product, ReturnLine, Variant


def usual_size(session: Session, customer_id: CustomerId, category: str) -> str | None:
    """The size kept most often in a category, of equals the newest; None without purchases."""
    rows = session.execute(
        select(Variant.size, OrderLine.quantity)
        .join(OrderLine, OrderLine.variant_id == Variant.id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == Variant.product_id)
        .join(Category, Category.id == Product.category_id)
        .outerjoin(ReturnLine, ReturnLine.order_line_id == OrderLine.id)
        .where(
            Order.customer_id == customer_id,
            Order.state != "cancelled",
            Category.slug == category,
            Variant.size != "",
            ReturnLine.id.is_(None),
        )
        .order_by(Order.placed_at.desc(), OrderLine.position)
    )
    kept: Counter[str] = Counter()
    for size, quantity in rows:
        kept[size] += quantity
    # Counter keeps the order of first sight, so that of equals the newest wins.
    return kept.most_common(1)[0][0] if kept else None
