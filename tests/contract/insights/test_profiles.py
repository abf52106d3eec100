"""Profiles of a shop's customers: from its own data, for those who allow it, gone when erased."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, update

from concierge.cli.customers import collect, erase
from insights.profiles import (
    SEGMENTS,
    count_profiles,
    list_profiles,
    read_profile,
    read_run,
    segment_sums,
)
from insights.profiles.audiences import Audience, hashed, members, reach
from insights.profiles.job import profiles_are_due, refresh, refresh_changed
from insights.profiles.tables import ProfileRow
from kit.database import Database
from shop.demo import make_demo
from shop.ids import CustomerId
from shop.models import Consent, Customer, Order
from shop.privacy import find_customer, set_newsletter, set_personal
from tests.contract.insights.conftest import NOW

AGREED = select(Consent.customer_id).where(
    Consent.purpose == "newsletter", Consent.granted.is_(True)
)


def key(database: Database, name: str) -> CustomerId:
    with database.reading() as session:
        found = find_customer(session, f"{name}@fernweg.example")
    assert found is not None
    return found


def test_it_counts_what_was_bought_and_takes_off_what_was_given_back(known: Database) -> None:
    lina = key(known, "lina")
    with known.reading() as session:
        found = read_profile(session, lina)
        kept = session.scalar(select(Order.items_total).where(Order.number == "10377"))
        sent_back = session.scalar(select(Order.items_total).where(Order.number == "10290"))
    assert found is not None
    assert sent_back
    assert sent_back > 0
    assert (found.orders, found.buying_days, found.pieces) == (2, 2, 3)
    assert found.spent.amount == kept
    assert found.segment == "new"  # the first order is 40 days old
    assert {one["category"]: one["bought"] for one in found.categories} == {
        "dresses": 1,
        "fleece": 1,
        "sneakers": 1,
    }
    assert {one["category"]: one["size"] for one in found.sizes} == {"dresses": "S", "fleece": "M"}


def test_everybody_is_in_one_segment_and_the_sums_add_up(known: Database) -> None:
    with known.reading() as session:
        run, sums = read_run(session), segment_sums(session)
        customers = session.scalar(select(func.count()).select_from(Customer))
        orders = session.scalar(
            select(func.count()).select_from(Order).where(Order.state != "cancelled")
        )
        best = list_profiles(session, segment="best", sort="spent")
    assert run is not None
    assert run.customers == customers == sum(one.customers for one in sums)
    assert sum(one.orders for one in sums) == orders
    assert [one.segment for one in sums] == [
        name for name in SEGMENTS if name in {one.segment for one in sums}
    ]
    assert best
    assert all(one.scores is not None and one.scores[1] >= 4 for one in best)
    assert [one.spent.amount for one in best] == sorted(
        (one.spent.amount for one in best), reverse=True
    )


def test_what_is_foretold_has_an_interval_and_a_proof(known: Database) -> None:
    with known.reading() as session:
        run, sums = read_run(session), segment_sums(session)
        buyers = [one for one in list_profiles(session, limit=None) if one.orders]
    assert run is not None
    assert run.proof is not None
    assert run.proof.covered > 0.8
    for one in buyers:
        assert one.value_ahead is not None
        assert one.purchases_ahead is not None
        assert one.next_days is not None
        assert 0 <= one.purchases_ahead.low <= one.purchases_ahead.high
        assert 0 <= one.value_ahead.low <= one.value_ahead.high
        assert 0 < one.next_days.low < one.next_days.value < one.next_days.high
    for part in sums:
        if part.value_ahead is not None and part.value_ahead.value:
            assert part.value_ahead.low < part.value_ahead.value < part.value_ahead.high


def test_the_same_day_gives_the_same_profiles(known: Database) -> None:
    with known.reading() as session:
        before = list_profiles(session, limit=None)
    refresh(known, now=NOW)
    with known.reading() as session:
        assert list_profiles(session, limit=None) == before


def test_who_refuses_is_not_shown_at_once_and_not_kept_overnight(known: Database) -> None:
    mia = key(known, "mia")
    with known.session() as session:
        assert read_profile(session, mia) is not None
        everybody = count_profiles(session)
        set_personal(session, mia, granted=False, now=NOW)
    with known.reading() as session:
        assert read_profile(session, mia) is None
        assert count_profiles(session) == everybody - 1
        assert sum(one.customers for one in segment_sums(session)) == everybody - 1
    refresh(known, now=NOW + timedelta(days=1))
    with known.reading() as session:
        assert session.get(ProfileRow, mia) is None
        run = read_run(session)
    assert run is not None
    assert run.customers == everybody - 1


def test_the_profile_is_exported_and_erased_with_the_customer(known: Database) -> None:
    tom = key(known, "tom")
    with known.session() as session:
        given = collect(session, tom)["profile"]
        assert given["orders"] == 1
        assert given["segment"] == "once"
        assert erase(session, tom)
    with known.reading() as session:
        assert session.get(ProfileRow, tom) is None
        assert collect(session, tom)["profile"] == {}
    refresh(known, now=NOW)
    with known.reading() as session:
        assert session.get(ProfileRow, tom) is None
        assert tom not in {one.customer_id for one in list_profiles(session, limit=None)}


def test_a_cancelled_order_changes_the_profile_without_a_night(known: Database) -> None:
    jonas, later = key(known, "jonas"), NOW + timedelta(hours=2)
    assert refresh_changed(known, now=NOW + timedelta(hours=1)) == 0
    with known.session() as session:
        before = read_profile(session, jonas)
        session.execute(
            update(Order)
            .where(Order.customer_id == jonas)
            .values(state="cancelled", cancelled_at=NOW + timedelta(hours=1))
        )
    assert before is not None
    assert before.orders == 1
    assert refresh_changed(known, now=later) == 1
    with known.reading() as session:
        after = read_profile(session, jonas)
    assert after is not None
    assert (after.orders, after.spent.amount, after.segment) == (0, Decimal(0), "none")
    assert refresh_changed(known, now=later + timedelta(minutes=5)) == 0


def test_many_who_changed_at_once_are_all_made_anew(
    known: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("insights.profiles.job.CHANGED_AT_ONCE", 3)
    moment = NOW + timedelta(minutes=1)
    with known.session() as session:
        chosen = session.scalars(select(Order.customer_id).distinct().limit(7)).all()
        session.execute(
            update(Order)
            .where(Order.customer_id.in_(chosen))
            .values(state="cancelled", cancelled_at=moment)
        )
    assert refresh_changed(known, now=moment) == 7
    with known.reading() as session:
        found = list_profiles(session, among=chosen, limit=None)
    assert [(one.orders, one.segment) for one in found] == [(0, "none")] * 7


def test_it_is_due_once_a_night(known: Database) -> None:
    with known.reading() as session:
        assert not profiles_are_due(session, now=NOW)
        assert profiles_are_due(session, now=NOW + timedelta(days=1))


def test_too_few_customers_get_counts_and_no_forecast(empty_shop: Database) -> None:
    assert refresh(empty_shop, now=NOW).customers == 0
    make_demo(empty_shop, now=NOW, customers=20, products=60, days=120)
    refresh(empty_shop, now=NOW)
    with empty_shop.reading() as session:
        run, mia = read_run(session), read_profile(session, key(empty_shop, "mia"))
    assert run is not None
    assert run.notes == ("few_repeaters",)
    assert run.proof is None
    assert mia is not None
    assert mia.orders == 2
    assert (mia.scores, mia.alive, mia.value_ahead, mia.next_days) == (None,) * 4


def test_an_audience_holds_only_who_agreed_and_is_the_same_each_time(known: Database) -> None:
    everybody = Audience("Winter", segments=SEGMENTS, held_out=20)
    with known.reading() as session:
        found, listed = reach(session, everybody), members(session, everybody)
        agreed = set(session.scalars(AGREED))
        assert members(session, everybody) == listed
        others = members(session, replace(everybody, name="Spring"))
    assert found.found > found.allowed == len(agreed)
    assert {one for one, _ in listed} < agreed
    assert 0.6 < len(listed) / found.allowed < 0.95
    assert {one for one, _ in others} != {one for one, _ in listed}


def test_nobody_stays_in_an_audience_who_leaves(known: Database) -> None:
    everybody = Audience("Winter", held_out=0)
    mia, tom = key(known, "mia"), key(known, "tom")
    with known.session() as session:
        before = {one for one, _ in members(session, everybody)}
        assert {mia, tom} <= before
        erase(session, tom)
        set_newsletter(session, mia, granted=False, now=NOW)
        after = {one for one, _ in members(session, everybody)}
    assert before - after == {mia, tom}


def test_rules_of_an_audience_must_all_hold(known: Database) -> None:
    lina = key(known, "lina")
    with known.reading() as session:
        for rules, is_in in (
            ({"segments": ("new",), "category": "dresses"}, True),
            ({"segments": ("best",), "category": "dresses"}, False),
            ({"segments": ("new",), "category": "tents"}, False),
            ({"mark": "premium"}, False),
            ({"category": '" OR 1=1 --'}, False),
        ):
            asked = Audience("x", **rules)
            assert (lina in {one for one, _ in members(session, asked)}) == is_in, rules


def test_hashes_are_those_of_the_platforms() -> None:
    # the digest of "test@example.com"
    known_digest = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
    assert hashed(" Test@Example.com ") == known_digest
