"""Small parts of the front: limits, the circuit breaker, the sender, prices of patience."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import conversations.models
from connectors.assistant import CircuitBreaker
from connectors.base import SendFailed
from connectors.errors import Refusal
from connectors.limits import Limit, RateLimiter
from connectors.metrics import Metrics
from connectors.rendering import load_catalogue
from connectors.sender import OutboxSender
from conversations import (
    Delivery,
    Reply,
    count_outbox,
    create_conversation,
    post_bot_replies,
)
from kit.clock import FixedClock
from kit.database import Base, Database, open_database
from storefront.catalogue import stock_level

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLES = [
    table.__table__
    for table in (
        conversations.models.ConversationRow,
        conversations.models.MessageRow,
        conversations.models.EventClaimRow,
        conversations.models.OutboxRow,
    )
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(f"sqlite:///{tmp_path / 'front.db'}")
    Base.metadata.create_all(found.engine, tables=TABLES)  # type: ignore[arg-type]
    yield found
    found.close()


class Watch:
    """A clock to turn by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_limit_lets_its_burst_through_then_refills() -> None:
    watch, limit = Watch(), Limit(3, 30.0)
    limiter = RateLimiter(monotonic=watch)
    for _ in range(3):
        limiter.spend(limit, "a")
    with pytest.raises(Refusal) as refusal:
        limiter.spend(limit, "a")
    assert (refusal.value.status, refusal.value.retry_after) == (429, 10)
    limiter.spend(limit, "b")
    watch.seconds = 10.0
    limiter.spend(limit, "a")
    with pytest.raises(Refusal):
        limiter.spend(limit, "a")


def test_a_disabled_limiter_lets_everything_through() -> None:
    limiter = RateLimiter(is_enabled=False)
    for _ in range(100):
        limiter.spend(Limit(1, 60.0), "a")


def test_the_breaker_opens_looks_and_closes() -> None:
    watch = Watch()
    breaker = CircuitBreaker(failures=2, seconds=5.0, monotonic=watch)
    breaker.failed()
    assert breaker.admits()
    breaker.failed()
    assert not breaker.is_closed
    assert not breaker.admits()
    watch.seconds = 5.0
    assert breaker.admits()  # one call to look
    assert not breaker.admits()
    breaker.succeeded()
    assert breaker.admits()
    assert breaker.is_closed


class Door:
    """A channel that fails as often as it is told to."""

    name = "door"

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.sent: list[str] = []

    async def send(self, delivery: Delivery) -> None:
        if self.failures:
            self.failures -= 1
            raise SendFailed("closed", timedelta(seconds=0))
        self.sent.append(delivery.message.text)


async def test_the_sender_retries_keeps_the_order_and_sends_once(database: Database) -> None:
    door = Door(failures=2)
    sender = OutboxSender(database, FixedClock(NOW), {"door": door}, Metrics(), name="s")
    with database.session() as session:
        place = create_conversation(session, channel="door", language="en", now=NOW).id
        post_bot_replies(session, place, [Reply("one"), Reply("two")], now=NOW)
    assert [await sender.send_next() for _ in range(5)] == [True, True, True, True, False]
    assert door.sent == ["one", "two"]
    with database.reading() as session:
        assert count_outbox(session) == {"sent": 2}


async def test_a_missing_channel_keeps_the_message(database: Database) -> None:
    sender = OutboxSender(database, FixedClock(NOW), {}, Metrics(), name="s")
    with database.session() as session:
        place = create_conversation(session, channel="fax", language="en", now=NOW).id
        post_bot_replies(session, place, [Reply("one")], now=NOW)
    assert await sender.send_next()
    assert not await sender.send_next()
    with database.reading() as session:
        assert count_outbox(session) == {"waiting": 1}


@pytest.mark.parametrize(
    ("quantities", "level"), [([], "out"), ([0, 0], "out"), ([2, 3], "low"), ([6, 0], "in")]
)
def test_stock_levels(quantities: list[int], level: str) -> None:
    assert stock_level(quantities) == level


def test_the_catalogue_has_both_languages_and_the_same_values() -> None:
    messages = load_catalogue().messages
    for key, english in messages["en"].items():
        places = sorted(part.split("}")[0] for part in english.split("{")[1:])
        chinese = sorted(part.split("}")[0] for part in messages["zh"][key].split("{")[1:])
        assert places == chinese, key
