"""Demand forecasts, and the days on which a variant was out of stock."""

import sqlalchemy as sa
from alembic import op

from kit.database import UtcDateTime

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "demand_forecast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("step_days", sa.Integer(), nullable=False),
        sa.Column("demand_class", sa.String(20), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("mean", sa.JSON(), nullable=False),
        sa.Column("quantiles", sa.JSON(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demand_forecast"),
        sa.UniqueConstraint("level", "key", name="uq_demand_forecast_level_key"),
    )
    op.create_table(
        "stock_out_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_out_day"),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name="fk_stock_out_day_variant_id_variant",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("variant_id", "day", name="uq_stock_out_day_variant_id_day"),
    )
    op.create_index("ix_stock_out_day_day", "stock_out_day", ["day"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_stock_out_day_day", table_name="stock_out_day")
    op.drop_table("stock_out_day")
    op.drop_table("demand_forecast")
