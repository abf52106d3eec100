"""What the assistant understood before a person was called, and the number to call back."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; nothing is known of older tickets."""
    op.add_column("tickets", sa.Column("understood", sa.JSON(), nullable=True))
    op.add_column("tickets", sa.Column("callback_phone", sa.String(40), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("tickets", "callback_phone")
    op.drop_column("tickets", "understood")
