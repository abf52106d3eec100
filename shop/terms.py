"""The shop's terms: effects keep to them, texts name them and hold no number."""

from collections.abc import Mapping
from typing import Final

RETURN_DAYS: Final = 30
REFUND_WORKING_DAYS: Final = 5
CODE_MINUTES: Final = 15
# Promised by the shop, held by its people and its carriers.
LABEL_DAYS: Final = 14
SEARCH_WORKING_DAYS: Final = 5
ERASURE_DAYS: Final = 30
LOWEST_PRICE_DAYS: Final = 30  # Directive 98/6/EC, article 6a


def terms(shop_name: str) -> Mapping[str, str]:
    """What `{shop}`, `{return_days}` and the like stand for in responses, pages and mails."""
    return {
        "shop": shop_name,
        "return_days": str(RETURN_DAYS),
        "label_days": str(LABEL_DAYS),
        "refund_days": str(REFUND_WORKING_DAYS),
        "search_days": str(SEARCH_WORKING_DAYS),
        "code_minutes": str(CODE_MINUTES),
        "erasure_days": str(ERASURE_DAYS),
        "price_days": str(LOWEST_PRICE_DAYS),
    }
