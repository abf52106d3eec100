"""What is told unasked: asked for in this chat, by day, rarely, once, and ended by a word."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from concierge.app.telling import tell_news
from connectors.rendering import load_catalogue
from conversations import (
    CAPS,
    consents_of,
    export,
    hand_to_agent,
    make_link_code,
    unlink,
    why_not,
)
from shop.models import Customer, Order, Shipment
from shop.policy_file import policy_at
from shop.terms import terms
from tests.contract.connectors.conftest import House

NOON = datetime(2026, 5, 5, 10, tzinfo=UTC)  # noon where the shop is


@pytest.mark.parametrize(
    ("hour", "minute", "is_quiet"),
    [(18, 59, False), (19, 0, True), (23, 0, True), (5, 59, True), (6, 0, False)],
)
def test_nothing_is_told_at_night(hour: int, minute: int, is_quiet: bool) -> None:
    now = NOON.replace(hour=hour, minute=minute)  # in summer, two hours behind the shop's clock
    assert (why_not("orders", [], "bot", None, now) == "quiet hours") is is_quiet


def test_nothing_is_told_too_often_beside_a_person_or_through_a_closed_window() -> None:
    day, week = CAPS["stock"].a_day, CAPS["stock"].a_week
    assert why_not("stock", [NOON - timedelta(hours=1)] * (day - 1), "bot", None, NOON) is None
    assert why_not("stock", [NOON - timedelta(hours=1)] * day, "bot", None, NOON)
    assert why_not("stock", [NOON - timedelta(days=3)] * week, "bot", None, NOON)
    assert why_not("stock", [NOON - timedelta(days=8)] * week, "bot", None, NOON) is None
    assert why_not("orders", [], "agent", None, NOON)
    assert why_not("orders", [], "bot", "the window is closed", NOON)


def shipped(house: House, at: datetime, promised: date | None = None) -> str:
    """A customer with an order whose parcel left."""
    with house.database.session() as session:
        customer = Customer(email="mia@example.com", name="Mia Berger", created_at=at)
        session.add(customer)
        session.flush()
        order = Order(
            number="10482",
            customer_id=customer.id,
            state="shipped",
            currency="EUR",
            items_total=Decimal(90),
            total=Decimal(90),
            placed_at=at - timedelta(days=3),
            promised_on=promised,
        )
        order.shipments = [Shipment(carrier="DHL", tracking_number="0034", shipped_at=at)]
        session.add(order)
        session.flush()
        return str(customer.id)


def look(house: House, now: datetime, **open_channels: Any) -> int:
    messengers = open_channels or {house.kit.messenger.name: house.kit.messenger}
    catalogue = load_catalogue(terms("Fernweg", policy_at(house.settings.policy)))
    with house.database.session() as session:
        return tell_news(session, messengers, catalogue, now=now)


async def connect(house: House, contact: int, customer: str) -> None:
    with house.database.session() as session:
        code = make_link_code(session, customer, now=datetime.now(UTC)).code
    await house.hear(100, contact, text=code)
    await house.quiet()


def by_day(now: datetime) -> datetime:
    """Noon of the day behind: after all that the test did, whatever the clock says."""
    return (now + timedelta(days=1)).replace(hour=10, minute=0)


async def test_a_parcel_that_left_is_told_once_to_who_asked(house: House) -> None:
    now = by_day(datetime.now(UTC))
    customer = shipped(house, now - timedelta(hours=1))
    await connect(house, 7, customer)
    assert look(house, now) == 0, "connected is not asked for"
    await house.hear(1, 7, text="Please notify me here")
    await house.quiet()
    window = house.kit.messenger.can.window
    if window is not None and window <= timedelta(days=1):
        assert look(house, now + window) == 0, "the channel takes nothing now"
        return
    assert look(house, now) == 1
    assert look(house, now) == 0
    house.wake()
    await house.quiet()
    said = house.kit.texts(7)[-1]
    for word in ("10482", "DHL", "0034", "STOP"):
        assert word in said
    assert house.rasa.asked == []


async def test_stop_ends_it_behind_such_a_message_and_is_a_word_like_others_elsewhere(
    telegram: House,
) -> None:
    now = by_day(datetime.now(UTC))
    await connect(telegram, 7, shipped(telegram, now - timedelta(hours=1)))
    await telegram.hear(1, 7, text="在这里通知我")
    await telegram.hear(2, 7, text="stop")
    await telegram.quiet()
    assert [one["text"] for one in telegram.rasa.asked] == ["stop"], "the assistant stops its task"
    assert look(telegram, now) == 1
    await telegram.hear(3, 7, text="STOP")
    await telegram.quiet()
    with telegram.database.reading() as session:
        assert consents_of(session, telegram.place(7)) == []
    await telegram.hear(4, 7, text="notify me here")
    await telegram.hear(5, 7, text="停止通知！")
    await telegram.quiet()
    with telegram.database.reading() as session:
        assert consents_of(session, telegram.place(7)) == []


async def test_a_late_order_is_told_and_old_news_are_none(telegram: House) -> None:
    now = by_day(datetime.now(UTC))
    customer = shipped(telegram, now - timedelta(days=5), (now - timedelta(days=1)).date())
    await connect(telegram, 7, customer)
    await telegram.hear(1, 7, text="tell me about my orders here")
    await telegram.quiet()
    assert look(telegram, now) == 1
    telegram.wake()
    await telegram.quiet()
    assert "late" in telegram.kit.texts(7)[-1]


async def test_guests_strangers_and_the_unlinked_are_told_nothing(telegram: House) -> None:
    now = by_day(datetime.now(UTC))
    customer = shipped(telegram, now - timedelta(hours=1))
    await telegram.hear(1, 8, text="notify me here")
    await telegram.quiet()
    assert "account" in telegram.kit.texts(8)[-1]
    await connect(telegram, 7, customer)
    await telegram.hear(2, 7, text="notify me here")
    await telegram.quiet()
    assert look(telegram, now, line=telegram.kit.messenger) == 0, "the channel is closed"
    with telegram.database.session() as session:
        (told,) = export(session, customer)["conversations"]
        assert told["wants_to_be_told"] == ["orders"]
        hand_to_agent(session, telegram.place(7), now=datetime.now(UTC), agent_name="Ines")
    assert look(telegram, now) == 0
    with telegram.database.session() as session:
        assert unlink(session, telegram.place(7), now=datetime.now(UTC))
        assert consents_of(session, telegram.place(7)) == []
