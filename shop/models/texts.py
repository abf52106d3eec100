"""What things of the shop are called, one row a language: any language, without a migration."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    ScalarSelect,
    String,
    Text,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from kit.database import Base


class CategoryText(Base):
    """A category's name in one language."""

    __tablename__ = "category_text"

    category_id: Mapped[int] = mapped_column(
        ForeignKey("category.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class ProductText(Base):
    """A product's name and description in one language."""

    __tablename__ = "product_text"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("product.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    description: Mapped[str] = mapped_column(Text, default="")


class PromotionText(Base):
    """A promotion's name in one language."""

    __tablename__ = "promotion_text"

    promotion_id: Mapped[int] = mapped_column(
        ForeignKey("promotion.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class CatalogueChange(Base):
    """How often a text of a product or category was changed; triggers of the database count."""

    __tablename__ = "catalogue_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class by_language(GenericFunction[dict[str, str]]):  # noqa: N801 (a function of SQL)
    """`by_language(language, text)`: a group's texts as one object, so that they need no row each.

    JSON, which both databases make themselves. None where PostgreSQL finds no row.
    """

    type = JSON()
    inherit_cache = True


@compiles(by_language, "sqlite")
def _on_sqlite(element: by_language, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **options)})"


@compiles(by_language, "postgresql")
def _on_postgresql(element: by_language, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object_agg({compiler.process(element.clauses, **options)})"


def texts_where(
    text: InstrumentedAttribute[str], owner: ColumnElement[bool]
) -> ScalarSelect[dict[str, str]]:
    """A column of each row's texts by language, read in the row's own statement."""
    table = text.class_
    return (
        select(by_language(table.language, text))
        .where(owner)
        .correlate_except(table)
        .scalar_subquery()
    )
