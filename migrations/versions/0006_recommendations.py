"""Merchants' rules for recommendations, and the log of what was shown with which probability."""

import sqlalchemy as sa
from alembic import op

from kit.database import UtcDateTime

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "recommendation_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(80), nullable=True),
        sa.Column("factor", sa.Float(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=True),
        sa.Column("ends_at", UtcDateTime(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation_rule"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name="fk_recommendation_rule_product_id_product",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "kind IN ('pin', 'boost', 'hide')", name="ck_recommendation_rule_known_kind"
        ),
        sa.CheckConstraint("factor > 0", name="ck_recommendation_rule_factor_positive"),
    )
    op.create_index(
        "ix_recommendation_rule_product_id", "recommendation_rule", ["product_id"], unique=False
    )
    op.create_table(
        "recommendation_request",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("slot", sa.String(20), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("session_key", sa.String(64), nullable=False),
        sa.Column("ab_group", sa.String(20), nullable=False),
        sa.Column("strategy", sa.String(20), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("reward", sa.Float(), nullable=False),
        sa.Column("rewarded_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recommendation_request"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name="fk_recommendation_request_customer_id_customer",
            ondelete="SET NULL",
        ),
    )
    op.create_index(
        "ix_recommendation_request_customer_id", "recommendation_request", ["customer_id"]
    )
    op.create_index("ix_recommendation_request_slot_at", "recommendation_request", ["slot", "at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("recommendation_request")
    op.drop_table("recommendation_rule")
