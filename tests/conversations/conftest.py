"""One running system for all conversations: real model, real actions, a seeded shop."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from concierge.cli.client import ChatClient, Turn
from concierge.cli.identity import customer_identity
from desk.tickets.models import TicketRow
from kit.database import Database, open_database
from kit.settings import Settings, load_settings
from research.benchmarks.ours import System, our_system
from shop.mail import list_mails
from shop.models import Customer, Order, OrderLine, Payment, Return, Shipment, Variant
from tests.conversations.trained import keep_trained, take_trained

ROOT = Path(__file__).resolve().parents[2]
SHIRT = "talwind-breeze-merino-t-shirt"
BOOTS = "alpenrot-summit-hiking-boots"
FLEECE = "fernweg-birch-fleece-jacket"


@dataclass(frozen=True)
class Shop:
    """The running system and its database, with what tests look up there."""

    system: System
    database: Database
    settings: Settings
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(90_001))

    @property
    def url(self) -> str:
        return self.system.front_url

    def chat(self, who: str | None = None, language: str = "en") -> "Talk":
        """A conversation of a signed-in demo person, or of a guest."""
        email = f"{who}@fernweg.example"
        identity = customer_identity(self.settings, email) if who else None
        return Talk(ChatClient(self.url, language=language, identity=identity))

    def order(
        self, who: str, state: str = "paid", *products: str, delivered: int = 3, due: int = 2
    ) -> str:
        """A new order of a demo person, so that conversations do not meet in one; its number.

        It was `delivered` days ago, or is `due` in so many; below 0 it is late.
        """
        number, now = str(next(self._numbers)), datetime.now(UTC)
        with self.database.session() as session:
            customer = session.scalars(
                select(Customer).where(Customer.email == f"{who}@fernweg.example")
            ).one()
            variants = [self._variant(session, slug) for slug in products or (SHIRT,)]
            total = sum((variant.price for variant in variants), Decimal(0))
            order = Order(
                number=number,
                customer_id=customer.id,
                state=state,
                currency="EUR",
                items_total=total,
                total=total,
                placed_at=now - timedelta(days=5),
                promised_on=(now + timedelta(days=due)).date(),
                recipient=customer.name,
                address="Old Road 1, 20253 Hamburg",
                country="DE",
                delivered_at=now - timedelta(days=delivered) if state == "delivered" else None,
            )
            order.lines = [
                OrderLine(position=place, variant_id=one.id, quantity=1, unit_price=one.price)
                for place, one in enumerate(variants, start=1)
            ]
            order.payments = [Payment(method="PayPal", state="captured", amount=total, at=now)]
            if state not in {"placed", "paid", "packed"}:
                order.shipments = [
                    Shipment(
                        carrier="DHL",
                        tracking_number=f"JD{number}",
                        shipped_at=now,
                        expected_on=(now + timedelta(days=due)).date(),
                    )
                ]
            session.add(order)
        return number

    @staticmethod
    def _variant(session: Any, slug: str) -> Variant:
        found: Variant = session.scalars(
            select(Variant)
            .where(Variant.product.has(slug=slug), Variant.stock > 3)
            .order_by(Variant.id)
        ).first()
        return found

    def value(self, column: Any, number: str) -> Any:
        """A column of an order."""
        with self.database.reading() as session:
            return session.scalar(select(column).where(Order.number == number))

    def state(self, number: str) -> str | None:
        """The state of an order."""
        found: str | None = self.value(Order.state, number)
        return found

    def returned(self, number: str) -> tuple[str, str] | None:
        """Kind and state of the return of an order."""
        statement = select(Return.kind, Return.state).where(Return.number == f"R{number}-1")
        with self.database.reading() as session:
            row = session.execute(statement).first()
        return None if row is None else (row[0], row[1])

    def mails(self, email: str) -> list[str]:
        """Subjects of what was sent to an address, newest first."""
        with self.database.reading() as session:
            return [mail.subject for mail in list_mails(session, 60) if mail.recipient == email]

    def code(self, email: str) -> str:
        """The code in the newest mail to an address."""
        found = re.search(r"\d{6}", self.mails(email)[0])
        assert found
        return found.group()

    def tickets(self, conversation_id: str) -> list[str]:
        """Reasons of the tickets of a conversation."""
        statement = select(TicketRow.reason).where(TicketRow.conversation_id == conversation_id)
        with self.database.reading() as session:
            return list(session.scalars(statement))


@dataclass
class Talk:
    """A conversation that checks as it goes."""

    client: ChatClient
    last: Turn | None = None

    def say(self, text: str, *expects: str) -> Turn:
        """Send a text; every pattern must be in the reply, `!pattern` must not."""
        return self._check(text, self.client.send(text), expects)

    def _check(self, text: str, turn: Turn, expects: Sequence[str]) -> Turn:
        self.last = turn
        assert self.last.text or any(reply.cards for reply in self.last.replies), text
        for pattern in expects:
            found = re.search(pattern.removeprefix("!"), self.last.text, re.IGNORECASE)
            wanted = not pattern.startswith("!")
            assert bool(found) is wanted, f"{text!r} → {self.last.text!r}, wanted {pattern!r}"
        return self.last

    def show(self, picture: bytes, *expects: str) -> Turn:
        """Send a picture; patterns as in `say`."""
        return self._check("a picture", self.client.send_picture(picture), expects)

    def press(self, title: str, *expects: str) -> Turn:
        """Press the button of the last reply whose title matches."""
        assert self.last is not None
        for shown, payload in self.buttons():
            if re.search(title, shown, re.IGNORECASE):
                return self.say(payload, *expects)
        raise AssertionError(f"no button {title!r} in {[t for t, _ in self.buttons()]}")

    def buttons(self) -> list[tuple[str, str]]:
        assert self.last is not None
        return [button for reply in self.last.replies for button in reply.buttons]

    def cards(self) -> Sequence[dict[str, Any]]:
        """What was shown; of products in a table each one with its price."""
        assert self.last is not None
        shown = [card for reply in self.last.replies for card in reply.cards]
        return [one for card in shown for one in columns_of(card) or [card]]


def columns_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The products of a table; none for any other card."""
    rows = [row["values"] for row in card.get("rows", ())]
    prices = next((one for one in rows if any("€" in value for value in one)), None)
    columns: list[dict[str, Any]] = card.get("columns", [])
    return [
        one if prices is None else {**one, "price": prices[place]}
        for place, one in enumerate(columns)
    ]


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("data")
    take_trained(folder)
    with our_system(ROOT, folder) as system:
        keep_trained(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CONCIERGE_DATA_DIR", str(folder))
            settings = load_settings()
        database = open_database(settings.database_url)
        yield Shop(system, database, settings)
        database.close()
