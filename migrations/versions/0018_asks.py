"""Which answer a message waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; older messages wait for nothing in particular."""
    op.add_column("messages", sa.Column("asks", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("messages", "asks")
