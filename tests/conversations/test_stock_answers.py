"""Stock, restock dates and arrival in both languages; each date is the one in the database."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forecasting.delivery import promise_for_new
from forecasting.replenishment import make_plan
from forecasting.replenishment.tables import StockPlanRow
from kit.i18n import Language, format_date, local_day
from shop.models import Order, Product, PurchaseOrder, PurchaseOrderLine, Variant
from tests.conversations.conftest import SHIRT, Shop

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]
BACKPACK = "karst-ridge-45-backpack"


def olive(shop: Shop) -> int:
    with shop.database.reading() as session:
        found = session.scalar(
            select(Variant.id)
            .join(Product, Product.id == Variant.product_id)
            .where(Product.slug == BACKPACK, Variant.colour == "olive")
        )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "asks"),
    [
        ("en", "when is the Karst Ridge 45 in olive back?"),
        ("zh", "Karst 山脊 45 背包橄榄色什么时候有货"),
    ],
)
def test_the_day_it_is_back_is_the_one_of_the_plan(
    shop: Shop, language: Language, asks: str
) -> None:
    now = datetime.now(UTC)
    make_plan(shop.database, now=now)
    with shop.database.reading() as session:
        plan = session.scalars(
            select(StockPlanRow).where(StockPlanRow.variant_id == olive(shop))
        ).one()
        expected = session.scalar(
            select(PurchaseOrder.expected_on)
            .join(PurchaseOrderLine, PurchaseOrderLine.purchase_order_id == PurchaseOrder.id)
            .where(
                PurchaseOrderLine.variant_id == plan.variant_id,
                PurchaseOrder.received_on.is_(None),
            )
        )
    assert plan.restock_is_ordered
    assert plan.restock_likely is not None
    assert plan.restock_surely is not None
    assert expected is not None
    assert abs((plan.restock_likely - expected).days) <= 4
    likely, surely = (
        re.escape(format_date(day, language, local_day(now)))
        for day in (plan.restock_likely, plan.restock_surely)
    )
    talk = shop.chat(None, language)
    said = talk.say(asks, f"{likely}.*{surely}", "very probably by|很可能不晚于")
    assert re.search("In stock right now|目前有货", said.text)
    assert any(re.search("Tell me when|到货", title) for title, _ in talk.buttons())


@pytest.mark.parametrize(
    ("language", "looks", "asks"),
    [
        (
            "en",
            "is the talwind breeze merino t-shirt there in M?",
            "if I order it now, will it arrive before {day}?",
        ),
        ("zh", "Alpenrot 巅峰登山鞋有没有40码", "现在下单，{day}之前能送到吗"),
    ],
)
def test_a_promise_for_what_is_ordered_now_comes_from_real_parcels(
    shop: Shop, language: Language, looks: str, asks: str
) -> None:
    now = datetime.now(UTC)
    target = local_day(now) + timedelta(days=20)
    named = f"{target.month}月{target.day}日" if language == "zh" else f"{target:%-d %B}"
    talk = shop.chat(None, language)
    talk.say(looks)
    with shop.database.reading() as session:
        promise = promise_for_new(
            session, now=now, by=target - timedelta(days=1), language=language
        )
    assert promise is not None
    assert promise.probability is not None
    likely = re.escape(format_date(promise.likely, language, local_day(now)))
    talk.say(
        asks.format(day=named),
        likely,
        "Very likely|It might|too soon|很可能送到|有可能赶上|恐怕赶不上",
    )


@pytest.mark.parametrize(
    ("language", "asks"),
    [("en", "will my order {number} arrive by {day}?"), ("zh", "订单{number}在{day}之前能送到吗")],
)
def test_an_order_on_its_way_gets_a_chance_and_its_state(
    shop: Shop, language: Language, asks: str
) -> None:
    number = shop.order("noor", "in_transit")
    target = local_day(datetime.now(UTC)) + timedelta(days=25)
    named = f"{target.month}月{target.day}日" if language == "zh" else f"{target:%-d %B}"
    with shop.database.session() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        order.placed_at = datetime.now(UTC) - timedelta(days=1)
    talk = shop.chat("noor", language)
    talk.say(
        asks.format(number=number, day=named),
        "Very likely|It might|Probably not|很可能送到|有可能赶上|恐怕赶不上",
        "on its way|运输中",
    )


def test_my_size_is_what_was_bought_before(shop: Shop) -> None:
    number = shop.order("noor", "delivered", SHIRT, delivered=100)
    with shop.database.session() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        medium = session.scalars(
            select(Variant).where(Variant.product.has(slug=SHIRT), Variant.size == "M")
        ).first()
        assert medium is not None
        order.lines[0].variant_id = medium.id
        order.lines[0].quantity = 50  # more than all other conversations here order
    talk = shop.chat("noor")
    talk.say("do you have the talwind breeze merino t-shirt in my size?", "usually take size M")
