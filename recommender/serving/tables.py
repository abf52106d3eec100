"""Rows of the running recommender: merchants' rules, and what was shown with which probability."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime


class RecommendationRule(Base):
    """What a merchant wants: pin a product first, boost it by a factor, or never offer it.

    With a `category` it holds in lists of that category only. Outside its dates it does nothing.
    """

    __tablename__ = "recommendation_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('pin', 'boost', 'hide')", name="known_kind"),
        CheckConstraint("factor > 0", name="factor_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str | None] = mapped_column(String(80))
    factor: Mapped[float] = mapped_column(default=1.0)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecommendationRequest(Base):
    """One list that was shown: the strategy behind it, the probability of that choice, its reward.

    `context` are the features that the choice was made on; `reward` is 1 when something of the
    list was opened or bought. Together they are a log that another policy can be judged by.
    """

    __tablename__ = "recommendation_request"
    __table_args__ = (Index("ix_recommendation_request_slot_at", "slot", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    slot: Mapped[str] = mapped_column(String(20))
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer.id", ondelete="SET NULL"), index=True
    )
    session_key: Mapped[str] = mapped_column(String(64))
    group: Mapped[str] = mapped_column("ab_group", String(20))
    strategy: Mapped[str] = mapped_column(String(20))
    propensity: Mapped[float]
    choices: Mapped[dict[str, float]] = mapped_column(JSON)
    context: Mapped[list[float]] = mapped_column(JSON)
    reward: Mapped[float] = mapped_column(default=0.0)
    rewarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
