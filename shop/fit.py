"""How a product fits, from what came back because it was too small or too big."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.ids import ProductId
from shop.models import Order, OrderLine, Return, ReturnLine, Variant


@dataclass(frozen=True)
class FitReturns:
    """Pieces of a product sold and delivered, and sent back as too small or as too big."""

    sold: int
    too_small: int
    too_big: int


def fit_returns(session: Session, product_id: ProductId) -> FitReturns:
    """What returns say of a product's sizes, over all customers and variants."""
    of_product = select(Variant.id).where(Variant.product_id == product_id)
    sold = session.scalar(
        select(func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.variant_id.in_(of_product), Order.state == "delivered")
    )
    rows = session.execute(
        select(Return.reason, func.sum(ReturnLine.quantity))
        .join(ReturnLine, ReturnLine.return_id == Return.id)
        .join(OrderLine, OrderLine.id == ReturnLine.order_line_id)
        .where(
            OrderLine.variant_id.in_(of_product),
            Return.reason.in_(("too_small", "too_big")),
            Return.state != "rejected",
        )
        .group_by(Return.reason)
    )
    counts = {reason: int(count) for reason, count in rows}
    return FitReturns(int(sold or 0), counts.get("too_small", 0), counts.get("too_big", 0))
