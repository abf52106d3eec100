"""ORM classes of the forecasts: they stay inside `forecasting`; others get dataclasses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kit.database import Base, UtcDateTime


class DemandForecastRow(Base):
    """What will be asked for of one variant, product or category, or of the whole shop.

    `key` is a SKU, a product's slug, a category's slug, or "shop". `mean` is a list with one
    number a step; `quantiles` maps a level ("0.9") to such a list.
    """

    __tablename__ = "demand_forecast"
    __table_args__ = (UniqueConstraint("level", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(160))
    start: Mapped[date]
    step_days: Mapped[int]
    demand_class: Mapped[str] = mapped_column(String(20))
    model: Mapped[str] = mapped_column(String(80))
    mean: Mapped[list[float]] = mapped_column(JSON)
    quantiles: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StockOutDay(Base):
    """A day on which a variant could not be bought, so that its sales say less than its demand."""

    __tablename__ = "stock_out_day"
    __table_args__ = (UniqueConstraint("variant_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(index=True)
