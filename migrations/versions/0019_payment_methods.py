"""Several payment methods for a customer, and which of them a payment or a refund used."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the columns; of older payments only the method's name is known."""
    op.create_table(
        "payment_method",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("brand", sa.String(40), nullable=False),
        sa.Column("last_four", sa.String(4), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("balance >= 0", name="ck_payment_method_balance_not_negative"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.id"],
            name="fk_payment_method_customer_id_customer",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_method"),
        sa.UniqueConstraint("customer_id", "key", name="uq_payment_method_customer_id_key"),
    )
    for table in ("payment", "refund"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("payment_method_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                f"fk_{table}_payment_method_id_payment_method",
                "payment_method",
                ["payment_method_id"],
                ["id"],
                ondelete="SET NULL",
            )


def downgrade() -> None:
    """Take them away."""
    for table in ("payment", "refund"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(
                f"fk_{table}_payment_method_id_payment_method", type_="foreignkey"
            )
            batch.drop_column("payment_method_id")
    op.drop_table("payment_method")
