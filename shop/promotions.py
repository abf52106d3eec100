"""Promotions that run, and what a coupon is worth to whom."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.i18n import Texts
from kit.money import Money, to_cents
from shop.ids import CustomerId
from shop.models import Category, Coupon, CouponUse, Order, Promotion
from shop.typed import lookup_key
from shop.views import PromotionView

CouponRefusal = Literal[
    "unknown", "not_yet", "expired", "first_order_only", "already_used", "below_minimum"
]


@dataclass(frozen=True)
class CouponCheck:
    """Whether a code works; `saves` when the basket is known."""

    code: str
    valid: bool
    refusal: CouponRefusal | None = None
    share: Decimal | None = None
    amount: Money | None = None
    minimum: Money | None = None
    category: str | None = None
    first_order_only: bool = False
    ends_at: datetime | None = None
    saves: Money | None = None


def active_promotions(session: Session, now: datetime) -> list[PromotionView]:
    """Promotions that run at `now`, the largest cut first."""
    rows = session.execute(
        select(Promotion, Category.slug)
        .outerjoin(Category, Category.id == Promotion.category_id)
        .where(Promotion.starts_at <= now, Promotion.ends_at > now)
        .order_by(Promotion.share.desc(), Promotion.id)
    )
    return [
        PromotionView(row.slug, Texts.of(row.names), category, row.share, row.ends_at)
        for row, category in rows
    ]


def active_coupons(session: Session, now: datetime) -> list[CouponCheck]:
    """Codes anybody may be told about at `now`."""
    codes = session.scalars(
        select(Coupon.code).where(Coupon.starts_at <= now, Coupon.ends_at > now).order_by(Coupon.id)
    ).all()
    return [check_coupon(session, code, now=now) for code in codes]


def check_coupon(
    session: Session,
    code: str,
    *,
    customer_id: CustomerId | None = None,
    basket_total: Money | None = None,
    now: datetime,
) -> CouponCheck:
    """Whether `code` works now, for this customer and basket where they are known."""
    typed = lookup_key(code).upper()
    coupon = session.scalar(select(Coupon).where(Coupon.code == typed))
    if coupon is None:
        return CouponCheck(typed, valid=False, refusal="unknown")
    category = None
    if coupon.category_id is not None:
        category = session.get_one(Category, coupon.category_id).slug
    refusal = _refusal(session, coupon, customer_id, basket_total, now)
    amount = Money(coupon.amount, coupon.currency) if coupon.amount is not None else None
    saves = None
    if refusal is None and basket_total is not None and category is None:
        cut = (
            coupon.amount
            if coupon.amount is not None
            else basket_total.amount * (coupon.share or 0)
        )
        saves = Money(min(to_cents(Decimal(cut)), basket_total.amount), coupon.currency)
    return CouponCheck(
        code=coupon.code,
        valid=refusal is None,
        refusal=refusal,
        share=coupon.share,
        amount=amount,
        minimum=Money(coupon.minimum, coupon.currency) if coupon.minimum else None,
        category=category,
        first_order_only=coupon.first_order_only,
        ends_at=coupon.ends_at,
        saves=saves,
    )


def _refusal(
    session: Session,
    coupon: Coupon,
    customer_id: CustomerId | None,
    basket_total: Money | None,
    now: datetime,
) -> CouponRefusal | None:
    if now < coupon.starts_at:
        return "not_yet"
    if now >= coupon.ends_at:
        return "expired"
    if customer_id is not None:
        used = session.scalar(
            select(func.count()).where(
                CouponUse.coupon_id == coupon.id, CouponUse.customer_id == customer_id
            )
        )
        if used:
            return "already_used"
        orders = session.scalar(
            select(func.count()).where(Order.customer_id == customer_id, Order.state != "cancelled")
        )
        if coupon.first_order_only and orders:
            return "first_order_only"
    if basket_total is not None and basket_total.amount < coupon.minimum:
        return "below_minimum"
    return None
