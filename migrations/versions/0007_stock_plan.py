"""The nightly stock plan: reorder suggestions, projected stock-out and restock dates."""

import sqlalchemy as sa
from alembic import op

from kit.database import UtcDateTime

revision = "0007"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "stock_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("on_order", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("weekly_mean", sa.Float(), nullable=False),
        sa.Column("service", sa.Float(), nullable=False),
        sa.Column("reorder_point", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("stockout_on", sa.Date(), nullable=True),
        sa.Column("stockout_probability", sa.Float(), nullable=False),
        sa.Column("restock_likely", sa.Date(), nullable=True),
        sa.Column("restock_surely", sa.Date(), nullable=True),
        sa.Column("restock_is_ordered", sa.Boolean(), nullable=False),
        sa.Column("protection", sa.JSON(), nullable=False),
        sa.Column("fan", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_plan"),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["variant.id"],
            name="fk_stock_plan_variant_id_variant",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["supplier.id"],
            name="fk_stock_plan_supplier_id_supplier",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("variant_id", name="uq_stock_plan_variant_id"),
    )
    op.create_index("ix_stock_plan_quantity", "stock_plan", ["quantity"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_stock_plan_quantity", table_name="stock_plan")
    op.drop_table("stock_plan")
