"""The ORM classes of the plan: they stay inside `forecasting`; others get dataclasses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime


class StockPlanRow(Base):
    """What the last night's run found out about one variant; see `StockPlan` for the fields."""

    __tablename__ = "stock_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("variant.id", ondelete="CASCADE"), unique=True
    )
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stock: Mapped[int]
    on_order: Mapped[int]
    waiting: Mapped[int]
    lead_days: Mapped[int]
    source: Mapped[str] = mapped_column(String(80))
    weekly_mean: Mapped[float]
    service: Mapped[float]
    reorder_point: Mapped[int]
    lot: Mapped[int]
    quantity: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(30))
    stockout_on: Mapped[date | None]
    stockout_probability: Mapped[float]
    restock_likely: Mapped[date | None]
    restock_surely: Mapped[date | None]
    restock_is_ordered: Mapped[bool]
    protection: Mapped[dict[str, float]] = mapped_column(JSON)
    fan: Mapped[dict[str, list[float]]] = mapped_column(JSON)


class StockRuleRow(Base):
    """The rule of the night's plan and its proof: see `NightRule`."""

    __tablename__ = "stock_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rule: Mapped[str] = mapped_column(String(10))
    target: Mapped[float]
    variants: Mapped[int]
    weeks: Mapped[int]
    tried: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
