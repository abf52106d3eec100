"""Orders, payments, shipments, returns and refunds."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kit.database import Base, Minor, UtcDateTime


class Order(Base):
    """What a customer bought at one time. `version` counts changes and guards against lost ones.

    `tax` is what came on top of the prices; where they contain it, it is 0.
    """

    __tablename__ = "order"
    __table_args__ = (Index("ix_order_customer_placed", "customer_id", "placed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    state: Mapped[str] = mapped_column(String(20), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    items_total: Mapped[Decimal] = mapped_column(Minor)
    discount: Mapped[Decimal] = mapped_column(Minor, default=Decimal(0))
    shipping: Mapped[Decimal] = mapped_column(Minor, default=Decimal(0))
    tax: Mapped[Decimal] = mapped_column(Minor, default=Decimal(0))
    total: Mapped[Decimal] = mapped_column(Minor)
    coupon_code: Mapped[str | None] = mapped_column(String(40))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    promised_on: Mapped[date | None]
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recipient: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    cancel_reason: Mapped[str | None] = mapped_column(String(40))
    items_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lost_reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.position"
    )
    payments: Mapped[list["Payment"]] = relationship(back_populates="order")
    shipments: Mapped[list["Shipment"]] = relationship(back_populates="order")


class OrderLine(Base):
    """One variant of an order, at the price it had then."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"))
    position: Mapped[int]
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    quantity: Mapped[int]
    unit_price: Mapped[Decimal] = mapped_column(Minor)

    order: Mapped[Order] = relationship(back_populates="lines")


class Payment(Base):
    """Money for an order: state is authorised, captured, failed or refunded.

    `method` names what it was paid with, for people; `payment_method_id` is that, where known.
    """

    __tablename__ = "payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"), index=True)
    method: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal] = mapped_column(Minor)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    payment_method_id: Mapped[int | None] = mapped_column(
        ForeignKey("payment_method.id", ondelete="SET NULL")
    )

    order: Mapped[Order] = relationship(back_populates="payments")


class Shipment(Base):
    """A parcel of an order."""

    __tablename__ = "shipment"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"), index=True)
    carrier: Mapped[str] = mapped_column(String(60))
    tracking_number: Mapped[str] = mapped_column(String(60), unique=True)
    shipped_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_on: Mapped[date | None]

    order: Mapped[Order] = relationship(back_populates="shipments")
    events: Mapped[list["TrackingEvent"]] = relationship(
        back_populates="shipment", order_by="TrackingEvent.at"
    )


class TrackingEvent(Base):
    """What a carrier said about a parcel: a code of ours and a place."""

    __tablename__ = "tracking_event"
    __table_args__ = (UniqueConstraint("shipment_id", "at", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    code: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(120), default="")

    shipment: Mapped[Shipment] = relationship(back_populates="events")


class Return(Base):
    """Lines of an order on their way back, for money or for other variants.

    The payment method is where the money goes, or what pays or gets the price difference: what is
    sent instead costs so much more than what comes back.
    """

    __tablename__ = "return"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(60))
    payment_method_id: Mapped[int | None] = mapped_column(
        ForeignKey("payment_method.id", ondelete="SET NULL")
    )
    price_difference: Mapped[Decimal] = mapped_column(Minor, default=Decimal(0))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    lines: Mapped[list["ReturnLine"]] = relationship(back_populates="returned")


class ReturnLine(Base):
    """How many of an order line come back; an order line is returned once."""

    __tablename__ = "return_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("return.id", ondelete="CASCADE"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), unique=True)
    quantity: Mapped[int]
    exchange_variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"))

    returned: Mapped[Return] = relationship(back_populates="lines")


class Refund(Base):
    """Money on its way back; `key` makes a second one for the same cause impossible."""

    __tablename__ = "refund"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id", ondelete="CASCADE"), index=True)
    return_id: Mapped[int | None] = mapped_column(ForeignKey("return.id"))
    amount: Mapped[Decimal] = mapped_column(Minor)
    state: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expected_on: Mapped[date | None]
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    payment_method_id: Mapped[int | None] = mapped_column(
        ForeignKey("payment_method.id", ondelete="SET NULL")
    )
