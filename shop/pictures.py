"""The picture of a product."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.demo.pictures import product_picture_svg
from shop.models import Category, Product, Variant


def picture_for(session: Session, slug: str, colour: str | None = None) -> bytes | None:
    """An SVG of the product in `colour` (its first colour by default); None when unknown.

    Products carry no photographs yet, so every shop's pictures are drawn.
    """
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
