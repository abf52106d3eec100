"""Behaviour events: written by the pages, once each, and only as far as the customer allows."""

from pathlib import Path

from sqlalchemy import select

from kit.clock import FixedClock
from kit.database import Database
from recommender.serving.models import Models
from shop.events import Behaviour, recent_events, record_events
from shop.models import BehaviourEvent, Product
from shop.pictures import picture_for
from shop.privacy import erase, export, set_personal
from storefront.catalogue import ShopTables
from storefront.views import Visitor
from tests.contract.shop.conftest import NOW, customer_id

TOM = "tom@fernweg.example"
TENT = "nordlicht-aurora-two-person-tent"


def test_pages_write_events_of_guests_and_customers(shop: Database, tmp_path: Path) -> None:
    tables = ShopTables(
        shop, FixedClock(NOW), draw=picture_for, models=Models(tmp_path), nlu_data=tmp_path
    )
    tom = customer_id(shop, TOM)
    tables.note_view(Visitor("visit-1"), TENT)
    tables.note_view(Visitor("visit-1"), "no-such-product")
    tables.note_search(Visitor("visit-1", int(tom)), "tent")
    with shop.reading() as session:
        tent = session.scalar(select(Product.id).where(Product.slug == TENT))
        found = recent_events(session, session_key="visit-1")
    assert [(e.kind, e.product_id, e.customer_id, e.details) for e in found] == [
        ("search", None, tom, {"query": "tent"}),
        ("view", tent, None, None),
    ]
    assert {e.at for e in found} == {NOW}


def test_a_repeated_event_is_stored_once(shop: Database) -> None:
    event = Behaviour("recommendation_shown", NOW, "visit-2", propensity=0.25, key="shown:a:1")
    for _ in range(2):
        with shop.session() as session:
            record_events(session, [event])
    with shop.reading() as session:
        assert recent_events(session, session_key="visit-2") == [event]


def test_who_refused_is_a_guest_again(shop: Database) -> None:
    tom = customer_id(shop, TOM)
    with shop.session() as session:
        assert not set_personal(session, tom, granted=True, now=NOW)
        assert set_personal(session, tom, granted=False, now=NOW)
        assert not set_personal(session, tom, granted=False, now=NOW)
        record_events(session, [Behaviour("view", NOW, "visit-3", customer_id=tom)])
    with shop.reading() as session:
        assert [e.customer_id for e in recent_events(session, session_key="visit-3")] == [None]
    with shop.session() as session:
        assert set_personal(session, tom, granted=True, now=NOW)
        record_events(session, [Behaviour("view", NOW, "visit-4", customer_id=tom)])
        assert [e.customer_id for e in recent_events(session, session_key="visit-4")] == [tom]


def test_export_tells_what_was_searched_and_erasing_takes_it(shop: Database) -> None:
    tom = customer_id(shop, TOM)
    with shop.session() as session:
        event = Behaviour("search", NOW, "visit-5", customer_id=tom, details={"query": "my secret"})
        record_events(session, [event])
        events = export(session, tom)["events"]
        assert events[-1] == {
            "kind": "search",
            "at": NOW.isoformat(),
            "product": None,
            "query": "my secret",
        }
        assert erase(session, tom, now=NOW)
    with shop.reading() as session:
        kept = session.scalars(select(BehaviourEvent.details)).all()
        assert {"query": "my secret"} not in kept
        assert recent_events(session, customer_id=tom) == []
