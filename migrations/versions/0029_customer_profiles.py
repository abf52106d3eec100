"""What is known and foretold of each customer, made every night, and what it was made with."""

import sqlalchemy as sa
from alembic import op

from kit.database import Minor, UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ESTIMATES = (
    "alive",
    "purchases_ahead",
    "purchases_low",
    "purchases_high",
    "value_ahead",
    "value_low",
    "value_high",
    "value_deviation",
    "next_days",
    "next_days_low",
    "next_days_high",
    "offer_share",
    "offer_low",
    "offer_high",
    "price_level",
    "price_low",
    "price_high",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "customer_profile",
        sa.Column("customer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("segment", sa.String(20), nullable=False),
        sa.Column("marks", sa.String(80), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("buying_days", sa.Integer(), nullable=False),
        sa.Column("spent", Minor(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("recency_score", sa.Integer(), nullable=True),
        sa.Column("frequency_score", sa.Integer(), nullable=True),
        sa.Column("money_score", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ESTIMATES),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_profile"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name="fk_customer_profile_customer_id_customer",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_customer_profile_segment_value", "customer_profile", ["segment", "value_ahead"]
    )
    op.create_index("ix_customer_profile_last_on", "customer_profile", ["last_on"])
    op.create_index("ix_customer_profile_value_ahead", "customer_profile", ["value_ahead"])
    op.create_table(
        "profile_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profile_run"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("profile_run")
    for name in ("value_ahead", "last_on", "segment_value"):
        op.drop_index(f"ix_customer_profile_{name}", table_name="customer_profile")
    op.drop_table("customer_profile")
