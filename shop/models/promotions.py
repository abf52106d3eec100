"""Promotions, coupons and what shoppers did."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from kit.database import Base, Minor, UtcDateTime
from shop.models.texts import PromotionText, texts_where


class Promotion(Base):
    """A price cut on a category (or everything) for a time; `share` is 0.15 for 15 %."""

    __tablename__ = "promotion"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    share: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    names: Mapped[dict[str, str] | None] = column_property(
        texts_where(PromotionText.name, PromotionText.promotion_id == id)
    )
    texts: Mapped[list[PromotionText]] = relationship(cascade="all, delete-orphan")


class Coupon(Base):
    """A code that takes a share or an amount off."""

    __tablename__ = "coupon"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    share: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    amount: Mapped[Decimal | None] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    minimum: Mapped[Decimal] = mapped_column(Minor, default=Decimal(0))
    first_order_only: Mapped[bool] = mapped_column(default=False)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CouponUse(Base):
    """A customer used a coupon."""

    __tablename__ = "coupon_use"
    __table_args__ = (UniqueConstraint("coupon_id", "customer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    coupon_id: Mapped[int] = mapped_column(ForeignKey("coupon.id", ondelete="CASCADE"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class BehaviourEvent(Base):
    """View, search, cart, purchase, rating, recommendation shown or clicked (with propensity)."""

    __tablename__ = "behaviour_event"
    __table_args__ = (
        Index("ix_behaviour_customer_at", "customer_id", "at"),
        Index("ix_behaviour_session_at", "session_key", "at"),
        Index("ix_behaviour_product_kind", "product_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id", ondelete="SET NULL"))
    session_key: Mapped[str] = mapped_column(String(64))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id", ondelete="SET NULL"))
    value: Mapped[float | None]
    propensity: Mapped[float | None]
    details: Mapped[dict[str, str] | None] = mapped_column(JSON)
