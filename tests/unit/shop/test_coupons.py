"""Coupons and promotions: to the moment, to the cent, for each customer on their own."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from kit.database import Database
from kit.i18n import Texts
from kit.money import Money
from shop.ids import CustomerId
from shop.models import Category, Coupon, CouponUse, Customer, Order, Promotion, PromotionText
from shop.promotions import CouponCheck, active_coupons, active_promotions, check_coupon
from shop.views import PromotionView
from tests.dialogues import LENA, MIA, NOW, TOM

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
START, END = NOW - DAY, NOW + DAY


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.fixture
def coupons(shop: Database) -> Database:
    """A share, an amount, one for beginners, one for boots, and one that takes nothing off."""
    kinds: dict[str, dict[str, Any]] = {
        "SHARE": {"share": Decimal("0.1")},
        "AMOUNT": {"amount": Decimal(20), "minimum": Decimal(50)},
        "FIRST": {"share": Decimal("0.2"), "first_order_only": True},
        "BOOTS": {"amount": Decimal(5), "category_id": 2},
        "NOTHING": {},
    }
    with shop.session() as session:
        for number, (code, more) in enumerate(kinds.items(), start=1):
            session.add(
                Coupon(id=number, code=code, currency="EUR", starts_at=START, ends_at=END, **more)
            )
    return shop


def check(shop: Database, code: str, **known: Any) -> CouponCheck:
    with shop.reading() as session:
        return check_coupon(session, code, now=known.pop("now", NOW), **known)


@pytest.mark.parametrize(
    ("at", "refusal"),
    [(START - MOMENT, "not_yet"), (START, None), (END - MOMENT, None), (END, "expired")],
)
def test_a_coupon_holds_from_its_first_moment_to_its_last(
    coupons: Database, at: Any, refusal: str | None
) -> None:
    found = check(coupons, " share ", now=at, basket_total=euros("80"))
    assert (found.code, found.refusal, found.valid) == ("SHARE", refusal, refusal is None)
    assert found.saves == (euros("8") if refusal is None else None)
    with coupons.reading() as session:
        active = [one.code for one in active_coupons(session, at)]
    assert active == (["SHARE", "AMOUNT", "FIRST", "BOOTS", "NOTHING"] if refusal is None else [])


def test_all_that_is_known_of_a_coupon_is_told(coupons: Database) -> None:
    assert check(coupons, "AMOUNT") == CouponCheck(
        "AMOUNT", True, None, None, euros("20"), euros("50"), None, False, END, None
    )
    assert check(coupons, "FIRST") == CouponCheck(
        "FIRST", True, None, Decimal("0.2"), None, None, None, True, END, None
    )
    assert check(coupons, "boots", basket_total=euros("80")) == CouponCheck(
        "BOOTS", True, None, None, euros("5"), None, "hiking-boots", False, END, None
    )
    assert check(coupons, "nope") == CouponCheck("NOPE", False, "unknown")


@pytest.mark.parametrize(
    ("code", "basket", "refusal", "saves"),
    [
        ("AMOUNT", "49.99", "below_minimum", None),
        ("AMOUNT", "50", None, "20"),
        ("SHARE", "0.05", None, "0.01"),
        ("SHARE", "0.04", None, "0"),
        ("NOTHING", "80", None, "0"),
        ("FIRST", "99.99", None, "20"),
    ],
)
def test_what_a_basket_saves(
    coupons: Database, code: str, basket: str, refusal: str | None, saves: str | None
) -> None:
    found = check(coupons, code, basket_total=euros(basket))
    assert (found.refusal, found.saves) == (refusal, None if saves is None else euros(saves))


def test_an_amount_saves_no_more_than_the_basket(coupons: Database) -> None:
    with coupons.session() as session:
        session.execute(update(Coupon).where(Coupon.code == "AMOUNT").values(minimum=0))
    found = check(coupons, "AMOUNT", basket_total=euros("12.5"))
    assert (found.saves, found.minimum) == (euros("12.5"), None)


def test_who_used_it_is_refused_and_nobody_else(coupons: Database) -> None:
    with coupons.session() as session:
        session.add(CouponUse(coupon_id=1, customer_id=MIA, at=NOW))
        session.add(CouponUse(coupon_id=2, customer_id=TOM, at=NOW))
    found = {
        (code, who): check(coupons, code, customer_id=who).refusal
        for code in ("SHARE", "AMOUNT")
        for who in (MIA, TOM, None)
    }
    assert [pair for pair, refusal in found.items() if refusal] == [("SHARE", MIA), ("AMOUNT", TOM)]
    assert set(found.values()) == {None, "already_used"}


def test_a_first_order_is_the_first_that_was_not_cancelled(coupons: Database) -> None:
    with coupons.session() as session:
        session.add(Customer(id=4, email="new@x.zz", name="New", created_at=NOW))
        session.execute(update(Order).where(Order.customer_id == LENA).values(state="cancelled"))
    refusals = [
        check(coupons, "FIRST", customer_id=CustomerId(who)).refusal for who in (MIA, TOM, LENA, 4)
    ]
    assert refusals == ["first_order_only", "first_order_only", None, None]
    assert check(coupons, "SHARE", customer_id=MIA).refusal is None


def named(slug: str) -> Texts:
    return Texts.of({"zh": f"{slug} 中", "en": slug})


def test_promotions_run_from_their_first_moment_to_their_last(shop: Database) -> None:
    with shop.session() as session:
        session.add_all(
            [
                Promotion(
                    id=number,
                    slug=slug,
                    texts=[
                        PromotionText(language="en", name=slug),
                        PromotionText(language="zh", name=f"{slug} 中"),
                    ],
                    share=Decimal(share),
                    category_id=category,
                    starts_at=START,
                    ends_at=END,
                )
                for number, slug, share, category in (
                    (1, "small", "0.1", None),
                    (2, "large", "0.3", 2),
                    (3, "same", "0.3", None),
                )
            ]
        )
        boots = session.get_one(Category, 2).slug
        session.flush()
        running = active_promotions(session, NOW)
        assert running == [
            PromotionView("large", named("large"), boots, Decimal("0.3"), END),
            PromotionView("same", named("same"), None, Decimal("0.3"), END),
            PromotionView("small", named("small"), None, Decimal("0.1"), END),
        ]
        moments = {START - MOMENT: 0, START: 3, END - MOMENT: 3, END: 0}
        assert {at: len(active_promotions(session, at)) for at in moments} == moments
