"""What the assistant understood before a person was called, on the ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known of older tickets."""
    op.add_column("tickets", sa.Column("understood", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("tickets", "understood")
