"""The rule that the night's stock plan was made by, and its proof by simulation."""

import sqlalchemy as sa
from alembic import op

from kit.database import UtcDateTime

revision = "0013"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "stock_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("rule", sa.String(10), nullable=False),
        sa.Column("target", sa.Float(), nullable=False),
        sa.Column("variants", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("tried", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_rule"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("stock_rule")
