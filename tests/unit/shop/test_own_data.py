"""A customer's own data: all of theirs and nothing of others, in a copy and when it is erased."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from kit.database import Base, Database
from shop.events import allows_personal
from shop.ids import CustomerId
from shop.models import (
    Address,
    BehaviourEvent,
    Consent,
    Customer,
    Mail,
    Order,
    StockNotice,
    VerificationCode,
)
from shop.privacy import (
    OpenOrdersError,
    erase,
    export,
    find_customer,
    find_customers,
    set_newsletter,
    set_personal,
)
from shop.returns import start_return
from tests.dialogues import LENA, LINE, MIA, NOW, SHIRT_M, TOM

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def full(shop: Database) -> Database:
    """Mia, Tom and Lena, each with one of everything that is kept about a customer."""
    with shop.session() as session:
        for who, name in ((MIA, "mia"), (TOM, "tom"), (LENA, "lena")):
            session.get_one(Customer, who).phone = f"+49 {who}"
            session.get_one(Customer, who).external_id = f"x{who}"
            session.add_all(
                [
                    Address(customer_id=who, recipient=name, text=f"{name}'s road", country="DE"),
                    Consent(
                        customer_id=who, purpose="profiling", granted=who == TOM, changed_at=NOW
                    ),
                    StockNotice(
                        variant_id=who, email=f"{name}@fernweg.example", language="en", asked_at=NOW
                    ),
                    StockNotice(
                        variant_id=who + 4,
                        email=f"{name}2@x.zz",
                        customer_id=who,
                        language="en",
                        asked_at=NOW,
                    ),
                    BehaviourEvent(
                        kind="search",
                        at=NOW,
                        session_key=f"s{who}",
                        customer_id=who,
                        product_id=1,
                        details={"words": f"{name}'s words"},
                    ),
                    VerificationCode(
                        order_number="1",
                        email_hash=name,
                        code_hash=name,
                        customer_id=who,
                        created_at=NOW,
                        expires_at=LATER,
                    ),
                    Mail(
                        key=f"m{who}",
                        recipient=f"{name.title()}@fernweg.example",
                        subject=name,
                        body=name,
                        queued_at=NOW,
                    ),
                ]
            )
    return shop


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.reading() as session:
        return {
            name: [dict(row) for row in session.execute(select(table)).mappings()]
            for name, table in Base.metadata.tables.items()
        }


def test_a_copy_holds_all_of_ones_own_and_nothing_of_others(full: Database) -> None:
    with full.session() as session:
        start_return(session, MIA, "20002", [LINE["20002", SHIRT_M]], "other", now=NOW)
        mias, lenas = export(session, MIA), export(session, LENA)
    assert mias["customer"] == {
        "name": "Mia Berg",
        "email": "mia@fernweg.example",
        "language": "en",
        "loyalty_points": 0,
        "since": (NOW - timedelta(days=90)).isoformat(),
    }
    assert mias["addresses"] == ["mia, mia's road, DE"]
    assert mias["consents"] == {"newsletter": True, "profiling": False}
    assert [one["number"] for one in mias["orders"]] == ["20001", "20003", "20002", "20004"]
    assert mias["orders"][0] == {
        "number": "20001",
        "state": "paid",
        "placed_at": (NOW - timedelta(days=2)).isoformat(),
        "total": "459.80 EUR",
        "recipient": "R",
        "address": "Old Road 1, 20253 Hamburg",
        "lines": [
            "2 × Talwind Breeze Merino T-Shirt (V2)",
            "2 × Alpenrot Summit Hiking Boots (V5)",
        ],
    }
    assert mias["returns"] == [
        {"number": "R20002-1", "order": "20002", "state": "label_sent", "reason": "other"}
    ]
    assert mias["refunds"] == []
    assert sorted(mias["stock_notices"]) == [MIA, MIA + 4]
    assert mias["events"] == [
        {"kind": "search", "at": NOW.isoformat(), "product": 1, "words": "mia's words"}
    ]
    assert lenas["refunds"] == [{"order": "40001", "amount": "459.80 EUR", "state": "pending"}]
    assert [one["number"] for one in lenas["returns"]] == ["R40002-1"]
    assert "mia" not in str(lenas).lower()
    assert "tom's" not in str(mias)


def test_a_copy_of_nobody_is_empty(full: Database) -> None:
    with full.session() as session:
        assert export(session, CustomerId(99)) == {}
        erase(session, LENA, now=NOW)
        assert export(session, LENA) == {}


def test_erasing_one_leaves_the_others_as_they_are(full: Database) -> None:
    with full.session() as session:  # another's mail and notice of nearly the same address
        session.add(
            Mail(key="n", recipient="malena@fernweg.example", subject="s", body="b", queued_at=NOW)
        )
    before = everything(full)
    with full.session() as session:
        assert erase(session, LENA, now=LATER) is True
        assert erase(session, LENA, now=LATER) is False
        assert erase(session, CustomerId(99), now=LATER) is False
    after = everything(full)
    text = str(after).lower().replace("malena", "")
    assert "lena" not in text
    assert "x3" not in str(after["customer"])
    changed = {
        name: (len(rows), len(after[name]), sum(row not in after[name] for row in rows))
        for name, rows in before.items()
        if rows != after[name]
    }
    assert changed == {
        "address": (3, 2, 1),
        "consent": (6, 4, 2),
        "customer": (3, 3, 1),
        "behaviour_event": (3, 3, 1),
        "mail": (4, 3, 1),
        "order": (9, 9, 2),
        "stock_notice": (6, 4, 2),
        "verification_code": (3, 2, 1),
    }
    with full.reading() as session:
        gone = session.get_one(Customer, LENA)
        assert (gone.email, gone.name, gone.phone, gone.external_id, gone.erased_at) == (
            "erased-3@erased.invalid",
            "",
            None,
            None,
            LATER,
        )
        event = session.get_one(BehaviourEvent, 3)
        assert (event.customer_id, event.session_key, event.details) == (None, "erased", None)
        orders = session.scalars(select(Order).where(Order.customer_id == LENA)).all()
        assert {(one.recipient, one.address, one.country) for one in orders} == {("", "", "DE")}
        assert {str(one.total) for one in orders} == {"459.80", "279.80"}


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ("placed", False),
        ("paid", False),
        ("packed", False),
        ("shipped", False),
        ("in_transit", False),
        ("out_for_delivery", False),
        ("delivered", True),
        ("cancelled", True),
    ],
)
def test_an_order_on_its_way_is_waited_for(full: Database, state: str, may: bool) -> None:
    with full.session() as session:
        session.execute(update(Order).where(Order.id == 9).values(state=state))
        before = everything(full)
        if may:
            assert erase(session, LENA, now=NOW) is True
            return
        with pytest.raises(OpenOrdersError, match="1 orders"):
            erase(session, LENA, now=NOW)
    assert everything(full)["customer"] == before["customer"]


def test_consents_are_each_customers_own_with_their_moment(shop: Database) -> None:
    def kept() -> dict[tuple[int, str], tuple[bool, Any]]:
        with shop.reading() as session:
            rows = session.scalars(select(Consent))
            return {(one.customer_id, one.purpose): (one.granted, one.changed_at) for one in rows}

    early = NOW - timedelta(days=90)
    with shop.session() as session:
        session.add(Customer(id=4, email="new@x.zz", name="New", created_at=NOW))
        session.flush()
        new = CustomerId(4)
        assert set_newsletter(session, MIA, granted=False, now=NOW) is True
        assert set_newsletter(session, MIA, granted=False, now=LATER) is False
        assert set_newsletter(session, TOM, granted=True, now=NOW) is False
        assert set_newsletter(session, new, granted=False, now=NOW) is False
    assert kept() == {
        (1, "newsletter"): (False, NOW),
        (2, "newsletter"): (True, early),
        (3, "newsletter"): (True, early),
        (4, "newsletter"): (False, NOW),
    }
    with shop.session() as session:
        assert set_newsletter(session, new, granted=True, now=LATER) is True
        assert set_personal(session, MIA, granted=True, now=NOW) is False
        assert set_personal(session, TOM, granted=False, now=NOW) is True
        assert set_personal(session, TOM, granted=False, now=LATER) is False
        assert [allows_personal(session, one) for one in (MIA, TOM, LENA)] == [True, False, True]
        assert set_personal(session, MIA, granted=False, now=LATER) is True
    assert kept() == {
        (1, "newsletter"): (False, NOW),
        (2, "newsletter"): (True, early),
        (3, "newsletter"): (True, early),
        (4, "newsletter"): (True, LATER),
        (1, "personal_recommendations"): (False, LATER),
        (2, "personal_recommendations"): (False, NOW),
    }


def test_customers_are_found_however_their_address_is_written(shop: Database) -> None:
    with shop.session() as session:
        session.execute(update(Customer).where(Customer.id == TOM).values(email="Tom@X.zz"))
        both = find_customers(session, [" MIA@fernweg.example ", "tom@x.ZZ", "nobody@x.zz"])
        assert both == {"mia@fernweg.example": MIA, "tom@x.zz": TOM}
        assert find_customer(session, " TOM@x.zz") == TOM
        assert find_customer(session, "nobody@x.zz") is None
        session.execute(update(Customer).where(Customer.id == TOM).values(erased_at=NOW))
        assert find_customer(session, "tom@x.zz") is None
