"""Offers with their reasons in words, for whatever room shows them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kit.i18n import Catalogue, Language
from recommender.serving.wishes import Reason
from recommender.serving.words import long_reason, seeds_of, short_reason
from shop.catalogue import get_products, list_categories
from shop.ids import ProductId


def tell_reasons(
    session: Session,
    reasons: Sequence[Reason],
    language: Language,
    words: Catalogue,
    *,
    now: datetime,
) -> list[str]:
    """One line a reason, for cards."""
    names, categories = _names(session, reasons, language, now)
    return [short_reason(words, language, reason, names, categories) for reason in reasons]


def tell_why(
    session: Session,
    reason: Reason,
    product: str,
    language: Language,
    words: Catalogue,
    *,
    now: datetime,
) -> str:
    """The whole answer to "why this?" about a product called `product`."""
    names, categories = _names(session, [reason], language, now)
    return long_reason(words, language, reason, product, names, categories)


def _names(
    session: Session, reasons: Sequence[Reason], language: Language, now: datetime
) -> tuple[dict[ProductId, str], dict[str, str]]:
    wanted = {key for reason in reasons for key in seeds_of(reason)}
    wanted |= {key for reason in reasons for key, _ in reason.because}
    wanted |= {reason.seed for reason in reasons if reason.seed is not None}
    found = get_products(session, sorted(wanted), now=now)
    categories: dict[str, str] = {}
    if any(reason.category for reason in reasons):
        categories = {one.slug: inside(one.name(language)) for one in list_categories(session)}
    return {one.product_id: one.name(language) for one in found}, categories


def inside(name: str) -> str:
    """A shelf's name inside a sentence: `hiking boots`, but still `T-shirts`."""
    return name[0].lower() + name[1:] if name[1:2].islower() else name
