"""How far a channel's messages were fetched, where they have to be."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "channel_cursors",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("cursor", sa.String(512), nullable=False),
    )


def downgrade() -> None:
    """Take it away; what is fetched again is known by its claims."""
    op.drop_table("channel_cursors")
