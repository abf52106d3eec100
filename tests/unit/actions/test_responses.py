"""Every response that actions can utter exists, refusals put together from codes included."""

import re
from pathlib import Path
from typing import get_args

from bot.importer import merged_responses
from shop import orders, returns
from shop.promotions import CouponRefusal

ROOT = Path(__file__).resolve().parents[3]
# Refusals of changing a line have words of their own; a parcel is only asked for once it is sent.
ELSEWHERE = {"no_stock", "same_variant", "price_differs", "not_shipped"}


def test_every_response_named_in_actions_exists() -> None:
    known = merged_responses(ROOT / "nlu_data")
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "actions").rglob("*.py"))
    named = set(re.findall(r'"(utter_[a-z_0-9]+)"', code))
    assert sorted(named - known.keys()) == []


def test_every_refusal_has_words() -> None:
    known = merged_responses(ROOT / "nlu_data").keys()
    wanted = {f"utter_refused_{code}" for code in set(get_args(orders.Refusal)) - ELSEWHERE}
    wanted |= {f"utter_return_{code}" for code in get_args(returns.Refusal)}
    wanted |= {f"utter_coupon_{code}" for code in get_args(CouponRefusal)}
    wanted |= {f"utter_item_{code}" for code in ("no_stock", "same_variant", "price_differs")}
    assert sorted(wanted - known) == []
