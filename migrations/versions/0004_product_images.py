"""Photographs of products."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of product images."""
    op.create_table(
        "product_image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_product_image"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name="fk_product_image_product_id_product",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("product_id", "position", name="uq_product_image_product_id_position"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("product_image")
