"""Where a return's money goes, an exchange's difference, why and when an order was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of earlier returns nothing is known."""
    op.add_column("order", sa.Column("cancel_reason", sa.String(40)))
    op.add_column("order", sa.Column("items_changed_at", sa.DateTime(timezone=True)))
    difference = sa.Column("price_difference", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("return", difference)
    # Written out: made again as a batch, the table would take its lines with it on SQLite.
    op.execute(
        'ALTER TABLE "return" ADD COLUMN payment_method_id INTEGER '
        "CONSTRAINT fk_return_payment_method_id_payment_method "
        "REFERENCES payment_method (id) ON DELETE SET NULL"
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_column("return", "payment_method_id")
    op.drop_column("return", "price_difference")
    op.drop_column("order", "items_changed_at")
    op.drop_column("order", "cancel_reason")
