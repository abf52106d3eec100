"""What imported shops need: options of any name, how goods are supplied, tax on top of prices."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; all goods so far are counted, and their prices contain the tax."""
    op.add_column("variant", sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
    supply = sa.Column("supply", sa.String(10), nullable=False, server_default="counted")
    op.add_column("variant", supply)
    op.add_column("order", sa.Column("tax", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("order", "tax")
    op.drop_column("variant", "supply")
    op.drop_column("variant", "options")
