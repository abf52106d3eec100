"""What a channel needs to answer where it was written to, such as a mail's subject."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the channels so far need no more than the contact."""
    op.add_column("conversations", sa.Column("reply_path", sa.JSON()))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("conversations", "reply_path")
