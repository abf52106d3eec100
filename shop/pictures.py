"""The picture of a product: the shop's photograph where there is one, else a drawing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.demo.pictures import product_picture_svg
from shop.models import Category, Product, ProductImage, Variant


def photograph_of(session: Session, slug: str) -> str | None:
    """The address of the product's first photograph; None without one."""
    return session.scalar(
        select(ProductImage.url)
        .join(Product, Product.id == ProductImage.product_id)
        .where(Product.slug == slug)
        .order_by(ProductImage.position)
        .limit(1)
    )


def drawing_of(category: str, colour: str) -> bytes:
    """An SVG of what a shelf's products look like in a colour."""
    return product_picture_svg(category, colour, category).encode()


def picture_for(session: Session, slug: str, colour: str | None = None) -> str | bytes | None:
    """The address of the product's photograph, else an SVG of it; None when it is unknown.

    Drawn in `colour`, by default its first; all of the demo shop's products are drawn.
    """
    photograph = photograph_of(session, slug)
    if photograph is not None:
        return photograph
    row = session.execute(
        select(Product.id, Category.slug).join(Category).where(Product.slug == slug)
    ).one_or_none()
    if row is None:
        return None
    product_id, category = row
    if not colour:
        colour = session.scalar(
            select(Variant.colour).where(Variant.product_id == product_id).order_by(Variant.id)
        )
    return product_picture_svg(category, colour or "grey", slug).encode()
