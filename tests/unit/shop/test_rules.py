"""Effects keep to the shop's rules, whoever calls them: refused, nothing changes."""

from decimal import Decimal
from typing import Any

import pytest

from kit.database import Database
from shop.access import access_order
from shop.ids import VariantId
from shop.orders import cancel_lines, cancel_order, change_line_variant, change_shipping_address
from shop.policy import Act, Policy, Reason
from shop.returns import returnable_lines, start_exchange, start_return
from shop.swaps import change_items
from tests.dialogues import BOOTS_42, BOOTS_43, FLEECE_M, FLEECE_S, LINE, MIA, NOW, SHIRT_L, SHIRT_M
from tests.policies import demo_with
from tests.unit.shop.conftest import Changed, put

WHY = (Reason("no_longer_needed"),)
BOOTS = LINE["20001", BOOTS_42]
FLEECE, SHIRT = LINE["20002", FLEECE_M], LINE["20002", SHIRT_M]
DO: dict[Act, Any] = {
    "cancel_order": lambda s: cancel_order(s, MIA, "20001", now=NOW),
    "cancel_items": lambda s: cancel_lines(s, MIA, "20001", [BOOTS], now=NOW),
    "change_address": lambda s: change_shipping_address(s, MIA, "20001", "New 1", now=NOW),
    "change_items": lambda s: change_line_variant(
        s, MIA, "20001", BOOTS, VariantId(BOOTS_43), now=NOW
    ),
    "return": lambda s: start_return(s, MIA, "20002", [FLEECE], "other", now=NOW),
    "exchange": lambda s: start_return(
        s, MIA, "20002", [FLEECE], "other", exchange_variant_id=VariantId(FLEECE_S), now=NOW
    ),
}
each_act = pytest.mark.parametrize("act", list(DO))


def refusal(shop: Database, act: Act, policy: Policy) -> str | None:
    with shop.with_info(policy=policy).session() as session:
        refused: str | None = DO[act](session).refusal
        return refused


@each_act
def test_what_nobody_does_is_not_offered(shop: Database, changed: Changed, act: Act) -> None:
    assert refusal(shop, act, demo_with(act, by="nobody", states=frozenset())) == "not_offered"
    assert changed() == []


@each_act
def test_what_a_person_does_is_not_done_by_the_assistant(
    shop: Database, changed: Changed, act: Act
) -> None:
    assert refusal(shop, act, demo_with(act, by="person")) == "needs_person"
    assert changed() == []


@each_act
def test_what_the_rules_allow_is_done(shop: Database, changed: Changed, act: Act) -> None:
    assert refusal(shop, act, demo_with(act)) is None
    assert changed() != []


@pytest.mark.parametrize(
    ("act", "limit", "refused"),
    [
        ("cancel_order", "459.80", "needs_person"),
        ("cancel_order", "459.81", None),
        ("cancel_items", "339.90", "needs_person"),
        ("cancel_items", "339.91", None),
        ("return", "159.90", "needs_person"),
        ("return", "159.91", None),
    ],
)
def test_from_an_amount_on_a_person_decides(
    shop: Database, changed: Changed, act: Act, limit: str, refused: str | None
) -> None:
    assert refusal(shop, act, demo_with(act, person_from=Decimal(limit))) == refused
    assert (changed() == []) is (refused is not None)


def test_only_the_shops_reasons_cancel_an_order_and_its_people_need_none(
    shop: Database, changed: Changed
) -> None:
    with shop.with_info(policy=demo_with("cancel_order", reasons=WHY)).session() as session:
        for reason in (None, "found_cheaper", ""):
            done = cancel_order(session, MIA, "20001", reason=reason, now=NOW)
            assert done.refusal == "bad_reason"
    assert changed() == []
    with shop.with_info(policy=demo_with("cancel_order", reasons=WHY)).session() as session:
        good = cancel_order(session, MIA, "20001", reason="no_longer_needed", now=NOW)
        by_person = cancel_order(session, MIA, "20003", by_person=True, now=NOW)
    assert (good.changed, by_person.changed) == (True, True)


def test_people_of_the_shop_may_what_the_assistant_may_not(shop: Database) -> None:
    asks = demo_with("change_address", by="person")
    with shop.with_info(policy=asks).session() as session:
        mine = change_shipping_address(session, MIA, "20001", "New 1", now=NOW)
        theirs = change_shipping_address(session, MIA, "20001", "New 1", by_person=True, now=NOW)
    assert (mine.refusal, theirs.changed) == ("needs_person", True)


def test_items_are_changed_once_and_what_that_closes_is_over(
    shop: Database, changed: Changed
) -> None:
    policy = demo_with("change_items", once=True, closes=frozenset({"cancel_order"}))
    with shop.with_info(policy=policy).session() as session:
        swap = {BOOTS: VariantId(BOOTS_43)}
        place = session, MIA, "20001"
        assert change_items(*place, swap, method_id=None, now=NOW).changed
        again = change_items(*place, swap, method_id=None, now=NOW)
        assert (again.changed, again.refusal) == (False, None)  # said twice is done once
        changed()
        other = change_items(*place, {BOOTS: VariantId(BOOTS_42)}, method_id=None, now=NOW)
        assert other.refusal == "changed_once"
        assert cancel_order(*place, now=NOW).refusal == "changed_once"
        assert cancel_lines(*place, [BOOTS], now=NOW).refusal is None


@pytest.mark.parametrize("first", ["return", "exchange"])
@pytest.mark.parametrize("second", ["return", "exchange"])
def test_things_come_back_once_for_an_order(
    shop: Database, changed: Changed, first: Act, second: Act
) -> None:
    policy = demo_with(first, once=True, closes=frozenset({"return", "exchange"} - {first}))
    with shop.with_info(policy=policy).session() as session:
        assert DO[first](session).started
    changed()
    with shop.with_info(policy=policy).session() as session:
        if second == "return":
            refused = start_return(session, MIA, "20002", [SHIRT], "other", now=NOW)
        else:
            swap = {SHIRT: VariantId(SHIRT_L)}
            refused = start_exchange(session, MIA, "20002", swap, "other", method_id=None, now=NOW)
    assert (refused.refusal, changed()) == ("returned_once", [])
    with shop.session() as session:  # the demo shop's own rules
        assert start_return(session, MIA, "20002", [SHIRT], "other", now=NOW).started


def test_without_a_window_old_orders_come_back_without_a_day_of_delivery(shop: Database) -> None:
    put(shop, "20002", delivered_at=None)
    assert refusal(shop, "return", demo_with("return")) == "not_delivered"
    assert refusal(shop, "return", demo_with("return", days=None)) is None


def test_returns_and_exchanges_have_windows_of_their_own(shop: Database) -> None:
    policy = demo_with("exchange", days=2)
    assert refusal(shop, "exchange", policy) == "window_over"
    with shop.with_info(policy=policy).reading() as session:
        order = access_order(session, MIA, "20002")
        assert order is not None
        back = returnable_lines(session, order, now=NOW)
        swap = returnable_lines(session, order, now=NOW, act="exchange")
    assert {one.refusal for one in back} == {None}
    assert {one.refusal for one in swap} == {"window_over"}


def test_a_unit_of_work_keeps_the_rules_of_its_database(shop: Database) -> None:
    never = shop.with_info(policy=demo_with("cancel_order", by="nobody", states=frozenset()))
    with never.session() as session:
        assert cancel_order(session, MIA, "20001", now=NOW).refusal == "not_offered"
    with shop.session() as session:
        assert cancel_order(session, MIA, "20001", now=NOW).changed
