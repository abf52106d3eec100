"""What actions answer about stock and arrival agrees with the tables, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from sqlalchemy import select, update

from actions.arrival import say_for_order
from actions.browsing.live import LiveCatalogue
from actions.chat import Chat
from actions.identity import remember_proof
from actions.respond import respond
from actions.server import import_actions
from actions.services import Services
from actions.tasks.definitions import load_tasks
from actions.turn import Talk, Turn
from actions.wording import Words
from dialogue.message import Message
from dialogue.state import State
from forecasting.delivery import promise_for_new, promise_for_order
from forecasting.replenishment import make_plan
from forecasting.replenishment.tables import StockPlanRow
from kit.clock import FixedClock
from kit.database import open_database, upgrade
from kit.i18n import Catalogue, Language
from kit.settings import load_settings
from shop.access import access_orders
from shop.deliveries import usual_country
from shop.demo import make_demo
from shop.ids import CustomerId
from shop.models import Customer, Order, OrderLine, Product, PurchaseOrderLine, Variant
from shop.policy_file import shop_policy
from shop.terms import terms
from tests.databases import KINDS, fresh_url
from tests.dialogues import NoArticles

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
BACKPACK = "karst-ridge-45-backpack"
SHIRT = "talwind-breeze-merino-t-shirt"
AMIRA = "amira@fernweg.example"


@pytest.fixture(params=KINDS)
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    with fresh_url(request.param, tmp_path) as url:
        upgrade(url)
        database = open_database(url)
        make_demo(database, now=NOW, customers=60, products=60, days=160)
        make_plan(database, now=NOW)
        import_actions()
        tasks = load_tasks(ROOT / "nlu_data" / "tasks")
        yield Services(
            settings=load_settings({"CONCIERGE_DATA_DIR": str(tmp_path)}, tmp_path),
            database=database,
            catalogue=LiveCatalogue(database, FixedClock(NOW)),
            knowledge=cast(Any, NoArticles()),
            words=Catalogue.load("actions", terms("Fernweg", shop_policy())),
            clock=FixedClock(NOW),
            models=cast(Any, None),
            reasons=cast(Any, None),
            random=np.random.default_rng(1),
            tasks=tasks,
            task_of_intent={intent: task for task in tasks.values() for intent in task.intents},
        )
        database.close()


def turn(
    text: str,
    intent: str,
    *,
    language: Language = "en",
    product: str | None = None,
    slots: dict[str, Any] | None = None,
    **entities: str,
) -> Turn:
    named = {name: (value,) for name, value in entities.items()}
    message = Message(text, language, intent, 0.9, ((intent, 0.9),), named)
    return Turn(
        conversation_id="c",
        message_id="m",
        message=message,
        identity_token=None,
        page_product=product,
        visit="v",
        slots=slots or {},
        now=NOW,
    )


def answered(services: Services, asked: Turn) -> list[dict[str, Any]]:
    """What is answered to the first message of a conversation."""
    chat = Chat(asked, State(), Talk(), services)
    respond(chat)
    return chat.talk.responses


def variant_id(services: Services, slug: str, **wanted: str) -> int:
    with services.database.reading() as session:
        statement = select(Variant.id).join(Product, Product.id == Variant.product_id)
        for name, value in wanted.items():
            statement = statement.where(getattr(Variant, name) == value)
        found = session.scalars(statement.where(Product.slug == slug)).first()
    assert found is not None
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_restock_days_are_those_of_the_plan(services: Services, language: Language) -> None:
    asked = turn(
        "when is it back", "ask_restock_date", language=language, product=BACKPACK, colour="olive"
    )
    responses = answered(services, asked)
    with services.database.reading() as session:
        plan = session.scalars(
            select(StockPlanRow).where(
                StockPlanRow.variant_id == variant_id(services, BACKPACK, colour="olive")
            )
        ).one()
    words = Words(asked, services)
    said = responses[0]
    assert said["response"] == "utter_back_on"
    assert said["likely"] == words.day(plan.restock_likely)
    assert said["surely"] == words.day(plan.restock_surely)
    assert "/notify_restock" in said["buttons"][0]["payload"]
    assert responses[1]["response"] == "utter_there_instead"


def test_a_day_that_is_named_gets_a_chance(services: Services) -> None:
    asked = turn("is it back by 30 January", "ask_restock_date", product=BACKPACK, colour="olive")
    responses = answered(services, asked)
    said = responses[1]
    assert said["response"] == "utter_back_by"
    assert 90 < int(said["chance"]) <= 100


def test_nothing_ordered_is_no_date(services: Services) -> None:
    with services.database.session() as session:
        key = variant_id(services, BACKPACK, colour="olive")
        session.query(PurchaseOrderLine).filter(PurchaseOrderLine.variant_id == key).delete()
    asked = turn("when is it back", "ask_restock_date", product=BACKPACK, colour="olive")
    responses = answered(services, asked)
    assert responses[0]["response"] == "utter_back_unknown"


def test_a_guest_hears_what_real_parcels_took(services: Services) -> None:
    asked = turn("if I order now, is it here before Monday?", "ask_delivery", product=SHIRT)
    responses = answered(services, asked)
    by = NOW.date() + timedelta(days=5)
    with services.database.reading() as session:
        promise = promise_for_new(session, now=NOW, by=by, language="en")
    assert promise is not None
    assert promise.probability is not None
    said = responses[0]
    words = Words(asked, services)
    assert said["by"] == words.day(by)
    assert said["chance"] == str(round(100 * promise.probability))
    assert (said["likely"], said["surely"]) == (
        words.day(promise.likely),
        words.text("surely", day=words.day(promise.surely)),
    )
    assert promise.likely <= promise.surely


def test_the_country_that_is_named_counts(services: Services) -> None:
    asked = turn("if I order now, is it in Germany before Monday?", "ask_delivery", product=SHIRT)
    said = answered(services, asked)[0]
    with services.database.reading() as session:
        by = NOW.date() + timedelta(days=5)
        promise = promise_for_new(session, now=NOW, by=by, country="DE")
    assert promise is not None
    assert (said["country"], said["parcels"]) == ("Germany", str(promise.parcels))


@pytest.mark.parametrize("place", ["Munich", "慕尼黑"])
def test_the_country_of_a_city_counts(services: Services, place: str) -> None:
    asked = turn(f"if I order now, is it in {place} before Monday?", "ask_delivery", product=SHIRT)
    assert answered(services, asked)[0]["country"] == "Germany"


def test_a_guest_is_told_of_where_shoppers_of_the_language_live(services: Services) -> None:
    with services.database.session() as session:
        since = NOW - timedelta(days=365)
        assert usual_country(session, since=since, language="zh") == "CN"
        assert usual_country(session, since=since, language="en") != "CN"


def test_a_promise_survives_a_message_that_was_not_understood(services: Services) -> None:
    asked = turn("现在下单，12月3日之前能送到吗", "nlu_fallback", language="zh", product=SHIRT)
    responses = answered(services, asked)
    assert responses[0]["response"].startswith("utter_arrival_")
    assert responses[0]["by"] == "12月2日（周三）"


def test_what_is_sold_out_is_no_promise(services: Services) -> None:
    asked = turn(
        "if I order now, is it here by Friday?", "ask_delivery", product=BACKPACK, colour="olive"
    )
    responses = answered(services, asked)
    assert responses[0]["response"] == "utter_back_on"


def test_an_order_on_its_way_gets_the_chance_of_parcels_like_it(services: Services) -> None:
    with services.database.session() as session:
        order = session.scalars(
            select(Order).where(Order.state == "in_transit").order_by(Order.id)
        ).first()
        assert order is not None
        order.placed_at = NOW - timedelta(days=1)
        order.country = "DE"
        owner, number = CustomerId(order.customer_id), order.number
    with services.database.reading() as session:
        view = next(one for one in access_orders(session, owner) if one.number == number)
        late = NOW.date() + timedelta(days=30)
        promise = promise_for_order(
            session, placed_at=view.placed_at, country="DE", now=NOW, by=late
        )
    assert promise is not None
    assert promise.probability is not None
    chat = Chat(turn("is it here by 24 December", "track_order"), State(), Talk(), services)
    say_for_order(chat, view)
    responses = chat.talk.responses
    assert responses[0]["response"] == "utter_order_likely"
    assert responses[0]["chance"] == str(round(100 * promise.probability))
    silent = Chat(turn("where is it", "track_order"), State(), Talk(), services)
    say_for_order(silent, view)
    assert silent.talk.responses == []


@pytest.mark.parametrize("text", ["do you have it in my size?", "有我的尺码吗"])
def test_my_size_is_the_one_bought_before(services: Services, text: str) -> None:
    medium = variant_id(services, SHIRT, size="M")
    with services.database.session() as session:
        order = session.scalars(select(Order).order_by(Order.id)).first()
        owner = session.scalars(select(Customer).where(Customer.email == AMIRA)).one()
        assert order is not None
        order.customer_id = owner.id
        owner_id = CustomerId(owner.id)
        session.execute(update(Variant).where(Variant.id == medium).values(stock=3))
        session.add(
            OrderLine(order_id=order.id, position=90, variant_id=medium, quantity=40, unit_price=0)
        )
    known = Talk()
    remember_proof(turn(text, "check_stock"), known, services, owner_id)
    asked = turn(text, "check_stock", product=SHIRT, slots=known.slots)
    responses = answered(services, asked)
    assert responses[0] == {"response": "utter_your_size", "size": "M"}
    assert responses[1]["response"].startswith("utter_stock_yes")
    guest = answered(services, turn(text, "check_stock", product=SHIRT))
    assert guest[0]["response"] == "utter_stock_yes"
