"""Coupons and promotions, past and running."""

from datetime import datetime, timedelta
from decimal import Decimal

from shop.demo.goods import CURRENCY
from shop.demo.texts import demo_texts
from shop.demo.vocabulary import SHELVES
from shop.demo.writing import Tables
from shop.models import Coupon, Promotion, PromotionText


def make_offers(tables: Tables, *, now: datetime, days: int) -> None:
    """The coupons that documents speak of; two running promotions and a past one per season."""
    shelf_ids = {shelf.slug: place for place, shelf in enumerate(SHELVES, start=1)}
    start, end = now - timedelta(days=days), now + timedelta(days=180)
    for code, share, amount, minimum, first, shelf, until in (
        ("WELCOME10", "0.10", None, 40, True, None, end),
        ("TRAIL20", None, 20, 120, False, None, now + timedelta(days=40)),
        ("SUMMER24", "0.15", None, 0, False, None, now - timedelta(days=60)),
        ("PACKS15", "0.15", None, 0, False, "backpacks", now + timedelta(days=21)),
    ):
        tables.add(
            Coupon,
            code=code,
            share=None if share is None else Decimal(share),
            amount=None if amount is None else Decimal(amount),
            currency=CURRENCY,
            minimum=Decimal(minimum),
            first_order_only=first,
            category_id=None if shelf is None else shelf_ids[shelf],
            starts_at=start,
            ends_at=until,
        )
    for slug, shelf, share, begins, ends in (
        ("hut-weeks", "hiking-boots", "0.15", -6, 9),
        ("warm-up", "base-layers", "0.10", -3, 18),
        ("summer-sale", "sandals", "0.20", -150, -120),
        ("tent-days", "tents", "0.10", -220, -200),
    ):
        key = tables.add(
            Promotion,
            slug=slug,
            category_id=shelf_ids[shelf],
            share=Decimal(share),
            starts_at=now + timedelta(days=begins),
            ends_at=now + timedelta(days=ends),
        )
        for language, texts in demo_texts().items():
            name = texts.promotions[slug]
            tables.put(PromotionText, promotion_id=key, language=language, name=name)
