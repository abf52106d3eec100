"""The ORM classes of the profiles: they stay inside `insights`; others get dataclasses."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, Minor, UtcDateTime


class ProfileRow(Base):
    """What is known and foretold of one customer; see `Profile` for the fields."""

    __tablename__ = "customer_profile"
    __table_args__ = (Index("ix_customer_profile_segment_value", "segment", "value_ahead"),)

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    segment: Mapped[str] = mapped_column(String(20))
    marks: Mapped[str] = mapped_column(String(80))  # words with a space before and after each
    orders: Mapped[int]
    buying_days: Mapped[int]
    spent: Mapped[Decimal] = mapped_column(Minor)
    first_on: Mapped[date | None]
    last_on: Mapped[date | None] = mapped_column(index=True)
    recency_score: Mapped[int | None]
    frequency_score: Mapped[int | None]
    money_score: Mapped[int | None]
    alive: Mapped[float | None]
    purchases_ahead: Mapped[float | None]
    purchases_low: Mapped[float | None]
    purchases_high: Mapped[float | None]
    value_ahead: Mapped[float | None] = mapped_column(index=True)
    value_low: Mapped[float | None]
    value_high: Mapped[float | None]
    value_deviation: Mapped[float | None]
    next_days: Mapped[float | None]
    next_days_low: Mapped[float | None]
    next_days_high: Mapped[float | None]
    offer_share: Mapped[float | None]
    offer_low: Mapped[float | None]
    offer_high: Mapped[float | None]
    price_level: Mapped[float | None]
    price_low: Mapped[float | None]
    price_high: Mapped[float | None]
    pieces: Mapped[int]
    categories: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    sizes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    @classmethod
    def marked(cls, mark: str) -> ColumnElement[bool]:
        """Whether a mark is set."""
        return cls.marks.contains(f" {mark} ", autoescape=True)


class ProfileRunRow(Base):
    """The newest run: what all profiles were made with, and how good that was before."""

    __tablename__ = "profile_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    customers: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)
