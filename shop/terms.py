"""The numbers that texts name: the shop's own by its rules, and one that the law sets."""

import re
from collections.abc import Mapping
from typing import Final

from shop.policy import Policy

LOWEST_PRICE_DAYS: Final = 30  # Directive 98/6/EC, article 6a


_NAMED: Final = re.compile(r"\{(\w+)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with the terms that it names; other braces stay as they are."""
    return _NAMED.sub(lambda found: values.get(found[1], found[0]), text)


def terms(shop_name: str, policy: Policy) -> Mapping[str, str]:
    """What `{shop}`, `{return_days}` and the like stand for in responses, pages and mails."""
    promises = policy.promises
    return {
        "shop": shop_name,
        "return_days": str(policy.rule("return").days or ""),
        "exchange_days": str(policy.rule("exchange").days or ""),
        "label_days": str(promises.label_days),
        "refund_days": str(promises.refund_working_days),
        "search_days": str(promises.search_working_days),
        "code_minutes": str(policy.proof.code_minutes),
        "erasure_days": str(promises.erasure_days),
        "price_days": str(LOWEST_PRICE_DAYS),
        "points_step": str(policy.points.step),
        "points_worth": f"{policy.points.worth.normalize():f}",
    }
