"""The shop page's rows for one visitor: from the models, noted as shown, rewarded when opened."""

from pathlib import Path

import pytest
from sqlalchemy import select

from kit.clock import FixedClock
from kit.database import Database
from recommender.serving.models import Models
from recommender.serving.tables import RecommendationRequest
from shop.models import BehaviourEvent, Product
from shop.pictures import picture_for
from shop.privacy import find_customer, set_personal
from storefront.catalogue import ShopTables
from storefront.views import Visitor
from tests.contract.recommender.test_serving import NOW, models, shop

__all__ = ["models", "shop"]
pytestmark = pytest.mark.timeout(600)  # each test trains a shop; machines may be busy
MIA = "mia@fernweg.example"


@pytest.fixture
def tables(shop: Database, models: Models) -> ShopTables:
    return ShopTables(
        shop, FixedClock(NOW), draw=picture_for, models=models, nlu_data=Path("nlu_data")
    )


def mia(shop: Database) -> Visitor:
    with shop.reading() as session:
        found = find_customer(session, MIA)
    assert found is not None
    return Visitor("v" * 22, int(found))


def noted(shop: Database, kind: str) -> list[BehaviourEvent]:
    with shop.reading() as session:
        return list(
            session.scalars(
                select(BehaviourEvent)
                .where(BehaviourEvent.kind == kind, BehaviourEvent.session_key == "v" * 22)
                .order_by(BehaviourEvent.id)
            )
        )


def slugs_of(shop: Database, events: list[BehaviourEvent]) -> list[str]:
    with shop.reading() as session:
        names = dict(session.execute(select(Product.id, Product.slug)).tuples().all())
    return [names[one.product_id] for one in events if one.product_id is not None]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_customers_row_is_noted_and_rewarded(
    shop: Database, tables: ShopTables, language: str
) -> None:
    visitor = mia(shop)
    row = tables.for_you(visitor, language, 4)  # type: ignore[arg-type]
    assert len(row) == 4
    assert all(tile.reason for tile in row)
    shown = noted(shop, "recommendation_shown")
    assert slugs_of(shop, shown) == [tile.slug for tile in row]
    assert all(one.propensity and 0 < one.propensity <= 1 for one in shown)
    tables.note_opened(visitor, row[1].slug, row[1].request)
    tables.note_opened(visitor, row[1].slug, row[1].request)
    assert slugs_of(shop, noted(shop, "recommendation_clicked")) == [row[1].slug]
    with shop.reading() as session:
        request = session.get_one(RecommendationRequest, row[1].request)
        assert (request.slot, request.reward) == ("home", 1.0)


def test_a_guest_gets_a_row_after_the_first_look(shop: Database, tables: ShopTables) -> None:
    guest = Visitor("v" * 22)
    assert tables.for_you(guest, "en", 4) == []
    assert tables.new_for_you(guest, "en", 4) == []
    tables.note_view(guest, "alpenrot-summit-hiking-boots")
    row = tables.for_you(guest, "en", 4)
    assert row
    shown = slugs_of(shop, noted(shop, "recommendation_shown"))
    assert shown == [tile.slug for tile in row]


def test_new_for_me_is_new_and_of_the_kinds_i_like(shop: Database, tables: ShopTables) -> None:
    row = tables.new_for_you(mia(shop), "en", 4)
    with shop.reading() as session:
        ages = [
            (
                NOW
                - session.scalars(select(Product.created_at).where(Product.slug == tile.slug)).one()
            )
            for tile in row
        ]
    assert all(age.days <= 60 for age in ages)
    assert all(tile.reason == "new in our range" for tile in row)


def test_who_refused_gets_no_row(shop: Database, tables: ShopTables, tmp_path: Path) -> None:
    visitor = mia(shop)
    with shop.session() as session:
        customer = find_customer(session, MIA)
        assert customer is not None
        set_personal(session, customer, granted=False, now=NOW)
    assert tables.for_you(visitor, "en", 4) == []
    assert tables.new_for_you(visitor, "en", 4) == []
    assert noted(shop, "recommendation_shown") == []
