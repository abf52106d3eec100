"""Products, variants, prices with history, stock, suppliers and what is on its way."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from kit.database import Base, Minor, UtcDateTime
from shop.models.texts import CategoryText, ProductText, texts_where


class Category(Base):
    """A shelf of the shop; `names` by language are written through `texts`."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)

    names: Mapped[dict[str, str] | None] = column_property(
        texts_where(CategoryText.name, CategoryText.category_id == id)
    )
    texts: Mapped[list[CategoryText]] = relationship(cascade="all, delete-orphan")


class Brand(Base):
    """Who makes a product."""

    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Product(Base):
    """Something for sale; sizes and colours are its variants.

    `names` and `descriptions` by language are written through `texts`.
    """

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    currency: Mapped[str] = mapped_column(String(3))
    popularity: Mapped[int] = mapped_column(default=0, index=True)
    rating_sum: Mapped[int] = mapped_column(default=0)
    rating_count: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    names: Mapped[dict[str, str] | None] = column_property(
        texts_where(ProductText.name, ProductText.product_id == id)
    )
    descriptions: Mapped[dict[str, str] | None] = column_property(
        texts_where(ProductText.description, ProductText.product_id == id), deferred=True
    )
    texts: Mapped[list[ProductText]] = relationship(cascade="all, delete-orphan")
    category: Mapped[Category] = relationship()
    brand: Mapped[Brand] = relationship()
    variants: Mapped[list["Variant"]] = relationship(back_populates="product")


class ProductImage(Base):
    """A photograph of a product, at an address of the shop's own; position 0 comes first."""

    __tablename__ = "product_image"
    __table_args__ = (UniqueConstraint("product_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    url: Mapped[str] = mapped_column(String(500))


class Variant(Base):
    """One size and colour of a product, with its stock. `stock` counts what can still be sold.

    `options` are all properties that tell it from its sisters, by the shop's own names; size and
    colour are those of them that the assistant asks for. `supply` says how the shop supplies it:
    counted, uncounted (always there; `stock` is only a large number) or backorder (also when none
    is there).
    """

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        Index("ix_variant_product_colour_size", "product_id", "colour", "size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id", ondelete="CASCADE"))
    sku: Mapped[str] = mapped_column(String(80), unique=True)
    size: Mapped[str] = mapped_column(String(20), default="")
    colour: Mapped[str] = mapped_column(String(40), default="")
    options: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    supply: Mapped[str] = mapped_column(String(10), default="counted")
    price: Mapped[Decimal] = mapped_column(Minor)
    stock: Mapped[int] = mapped_column(default=0)

    product: Mapped[Product] = relationship(back_populates="variants")


class Price(Base):
    """A price a variant had from a moment on; the newest one is also on the variant."""

    __tablename__ = "price"
    __table_args__ = (UniqueConstraint("variant_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id", ondelete="CASCADE"))
    amount: Mapped[Decimal] = mapped_column(Minor)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)


class Supplier(Base):
    """Who delivers to the shop, and how long that takes."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    lead_time_days: Mapped[int]
    lead_time_spread_days: Mapped[int] = mapped_column(default=2)


class PurchaseOrder(Base):
    """Goods ordered from a supplier, with the day they are expected."""

    __tablename__ = "purchase_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    ordered_on: Mapped[date]
    expected_on: Mapped[date] = mapped_column(index=True)
    received_on: Mapped[date | None]

    supplier: Mapped[Supplier] = relationship()
    lines: Mapped[list["PurchaseOrderLine"]] = relationship(back_populates="purchase_order")


class PurchaseOrderLine(Base):
    """How many of a variant a purchase order brings."""

    __tablename__ = "purchase_order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_order_id: Mapped[int] = mapped_column(
        ForeignKey("purchase_order.id", ondelete="CASCADE"), index=True
    )
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"), index=True)
    quantity: Mapped[int]

    purchase_order: Mapped[PurchaseOrder] = relationship(back_populates="lines")
