"""A small shop with two of everything, and a dialogue with it that needs no trained model."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import actions.server
from actions.browsing.live import LiveCatalogue
from actions.services import Services
from actions.tasks.definitions import Task, load_tasks
from dialogue.message import Message, Part
from kit.clock import FixedClock
from kit.database import Base, Database, open_database, upgrade
from kit.i18n import Catalogue, Language
from kit.settings import load_settings
from research.player import Player, Said, load_texts
from shop.ids import CustomerId
from shop.models import (
    Brand,
    Category,
    CategoryText,
    Consent,
    Customer,
    Order,
    OrderLine,
    Payment,
    Product,
    ProductText,
    Refund,
    Return,
    ReturnLine,
    Shipment,
    Variant,
)
from shop.policy import Policy
from shop.policy_file import shop_policy
from shop.terms import terms

ROOT: Final = Path(__file__).resolve().parents[1]
NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MIA, TOM, LENA = CustomerId(1), CustomerId(2), CustomerId(3)
_GOODS: Final = (
    (
        "talwind-breeze-merino-t-shirt",
        "Talwind Breeze Merino T-Shirt",
        "Talwind 清风美利奴T恤",
        "t-shirts",
        "59.95",
        (("navy", "S", 9), ("navy", "M", 9), ("navy", "L", 9)),
    ),
    (
        "alpenrot-summit-hiking-boots",
        "Alpenrot Summit Hiking Boots",
        "Alpenrot 顶峰登山鞋",
        "hiking-boots",
        "169.95",
        (("brown", "41", 9), ("brown", "42", 9), ("brown", "43", 9)),
    ),
    (
        "fernweg-birch-fleece-jacket",
        "Fernweg Birch Fleece Jacket",
        "Fernweg 白桦抓绒夹克",
        "fleece-jackets",
        "79.95",
        (("green", "S", 9), ("green", "M", 9)),
    ),
    (
        "karst-ridge-45-backpack",
        "Karst Ridge 45 Backpack",
        "Karst 山脊45背包",
        "backpacks",
        "129.95",
        (("olive", "", 0), ("blue", "", 9)),
    ),
)
# Numbers of variants as they are counted through: shirt S M L, boots 41 42 43, fleece S M, packs.
SHIRT_S, SHIRT_M, SHIRT_L, BOOTS_41, BOOTS_42, BOOTS_43, FLEECE_S, FLEECE_M, PACK_OLIVE, _ = range(
    1, 11
)
_ORDERS: Final = (
    ("20001", MIA, "paid", 2, (SHIRT_M, BOOTS_42)),
    ("20002", MIA, "delivered", 8, (FLEECE_M, SHIRT_M)),
    ("20003", MIA, "paid", 3, (SHIRT_L, FLEECE_S)),
    ("20004", MIA, "delivered", 9, (BOOTS_42, SHIRT_S)),
    ("30001", TOM, "paid", 2, (SHIRT_L, FLEECE_S)),
    ("30002", TOM, "shipped", 4, (BOOTS_43, SHIRT_S)),
    ("30003", TOM, "shipped", 5, (FLEECE_M, SHIRT_M)),
    ("40001", LENA, "cancelled", 9, (SHIRT_M, BOOTS_42)),
    ("40002", LENA, "delivered", 12, (FLEECE_M, SHIRT_L)),
)
# Lines are numbered through in the order of _ORDERS, two an order.
LINE: Final = {
    (number, variant): 2 * place + position
    for place, (number, _, _, _, variants) in enumerate(_ORDERS)
    for position, variant in enumerate(variants, start=1)
}


def make_template(folder: Path) -> Path:
    """The shop as a database file, to be copied for each test."""
    path = folder / "template.db"
    upgrade(f"sqlite:///{path}")
    database = open_database(f"sqlite:///{path}")
    fill_shop(database)
    database.close()
    return path


def fill_shop(database: Database) -> None:
    """Put the shop into a migrated database."""
    with database.session() as session:
        _add_goods(session)
        for number, email, name in (
            (1, "mia", "Mia Berg"),
            (2, "tom", "Tom Hill"),
            (3, "lena", "Lena Roth"),
        ):
            session.add(
                Customer(
                    id=number,
                    email=f"{email}@fernweg.example",
                    name=name,
                    created_at=NOW - timedelta(days=90),
                )
            )
            session.add(
                Consent(
                    id=number,
                    customer_id=number,
                    purpose="newsletter",
                    granted=True,
                    changed_at=NOW - timedelta(days=90),
                )
            )
        session.flush()
        for place, one in enumerate(_ORDERS, start=1):
            _add_order(session, place, *one)
        session.flush()
        _add_lenas(session)


def _add_goods(session: Session) -> None:
    session.add(Brand(id=1, name="Fernweg"))
    variant = 0
    for place, (slug, name_en, name_zh, category, price, variants) in enumerate(_GOODS, start=1):
        shelf = CategoryText(language="en", name=category)
        session.add(Category(id=place, slug=category, texts=[shelf]))
        session.flush()
        session.add(
            Product(
                id=place,
                slug=slug,
                texts=[
                    ProductText(language="en", name=name_en),
                    ProductText(language="zh", name=name_zh),
                ],
                brand_id=1,
                category_id=place,
                currency="EUR",
                attributes={},
                created_at=NOW - timedelta(days=400),
            )
        )
        session.flush()
        for colour, size, stock in variants:
            variant += 1
            session.add(
                Variant(
                    id=variant,
                    product_id=place,
                    sku=f"V{variant}",
                    colour=colour,
                    size=size,
                    price=Decimal(price),
                    stock=stock,
                )
            )
    session.flush()


def _add_order(
    session: Session, place: int, number: str, who: int, state: str, age: int, variants: Any
) -> None:
    prices = {one.id: one.price for one in session.scalars(select(Variant))}
    total = sum((2 * prices[one] for one in variants), Decimal(0))
    placed = NOW - timedelta(days=age)
    delivered = placed + timedelta(days=5) if state == "delivered" else None
    session.add(
        Order(
            id=place,
            number=number,
            customer_id=who,
            state=state,
            currency="EUR",
            items_total=total,
            total=total,
            placed_at=placed,
            recipient="R",
            promised_on=(placed + timedelta(days=9)).date(),
            delivered_at=delivered,
            address="Old Road 1, 20253 Hamburg",
            country="DE",
        )
    )
    session.flush()
    for position, variant in enumerate(variants, start=1):
        session.add(
            OrderLine(
                id=LINE[number, variant],
                order_id=place,
                position=position,
                variant_id=variant,
                quantity=2,
                unit_price=prices[variant],
            )
        )
    session.add(Payment(order_id=place, method="PayPal", state="captured", amount=total, at=placed))
    if state in {"shipped", "delivered"}:
        session.add(
            Shipment(
                order_id=place,
                carrier="DHL",
                tracking_number=f"JD{number}",
                shipped_at=placed + timedelta(days=1),
                expected_on=(placed + timedelta(days=9)).date(),
            )
        )


def _add_lenas(session: Session) -> None:
    session.add(
        Refund(
            key="cancel:8",
            order_id=8,
            amount=Decimal("459.80"),
            state="pending",
            method="PayPal",
            created_at=NOW - timedelta(days=8),
            expected_on=(NOW + timedelta(days=2)).date(),
        )
    )
    session.add(
        Return(
            id=1,
            number="R40002-1",
            order_id=9,
            kind="refund",
            state="label_sent",
            reason="too_big",
            label="RET-40002-1",
            created_at=NOW - timedelta(days=2),
            changed_at=NOW - timedelta(days=2),
        )
    )
    session.flush()
    session.add(ReturnLine(return_id=1, order_line_id=LINE["40002", FLEECE_M], quantity=2))


class NoArticles:
    """A shop without articles."""

    def article(self, *_: Any, **__: Any) -> None:
        """None."""

    def search(self, *_: Any, **__: Any) -> list[Any]:
        """Nothing."""
        return []

    suggest = articles = search


@dataclass
class Desk:
    """Everything a dialogue needs, on a database of its own."""

    services: Services
    texts: Mapping[Language, Mapping[str, Sequence[str]]]

    @property
    def database(self) -> Database:
        return self.services.database

    def under(self, policy: Policy) -> "Desk":
        """The same shop with other rules."""
        services = replace(
            self.services,
            policy=policy,
            database=self.services.database.with_info(policy=policy),
            words=Catalogue(self.services.words.messages, terms("Fernweg", policy)),
        )
        return Desk(services, self.texts)

    def talk(self, who: CustomerId | None = MIA, language: Language = "en") -> "Talk":
        """A new conversation of a signed-in customer, or of a guest."""
        unread = cast(Any, None)
        return Talk(Player(self.services, unread, self.texts, NOW, who=who, language=language))

    def rows(self) -> dict[str, dict[Any, dict[str, Any]]]:
        """Every row of every table that a wrong effect could touch, by table and key."""
        return rows_of(self.database)


def rows_of(database: Database) -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of every table that a wrong effect could touch, by table and key."""
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    with database.reading() as session:
        for name in WATCHED:
            table = Base.metadata.tables[name]
            keys = [column.name for column in table.primary_key]
            rows = session.execute(select(table)).mappings()
            found[name] = {tuple(row[key] for key in keys): dict(row) for row in rows}
    return found


# Where effects leave traces; tables of words and of counters change with every message.
WATCHED: Final = (
    "customer",
    "consent",
    "address",
    "variant",
    "order",
    "order_line",
    "payment",
    "shipment",
    "return",
    "return_line",
    "refund",
    "mail",
    "stock_notice",
    "tickets",
)


@contextmanager
def open_desk(template: Path, path: Path) -> Iterator[Desk]:
    """A desk on a copy of the template."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    shutil.copy(template, path)
    database = open_database(f"sqlite:///{path}")
    yield desk_on(database, path.parent)
    database.close()


def desk_on(database: Database, folder: Path) -> Desk:
    """A desk on a database with the shop in it, which the caller closes."""
    tasks = _tasks()
    services = Services(
        settings=load_settings({"CONCIERGE_DATA_DIR": str(folder)}, folder),
        database=database,
        knowledge=cast(Any, NoArticles()),
        words=Catalogue.load("actions", terms("Fernweg", shop_policy())),
        clock=FixedClock(NOW),
        models=cast(Any, None),
        reasons=cast(Any, None),
        catalogue=LiveCatalogue(database, FixedClock(NOW)),
        random=np.random.default_rng(1),
        tasks=tasks,
        task_of_intent={intent: task for task in tasks.values() for intent in task.intents},
    )
    return Desk(services, _texts())


@cache
def _tasks() -> Mapping[str, Task]:
    actions.server.import_actions()
    return load_tasks(ROOT / "nlu_data" / "tasks")


@cache
def _texts() -> Mapping[Language, Mapping[str, Sequence[str]]]:
    return load_texts(ROOT)


_NUMBER: Final = re.compile(r"(?<!\d)\d{5}(?!\d)")
_EMAIL: Final = re.compile(r"[\w.]+@[\w.]+\w")


def understood(
    text: str, intent: str, language: Language, parts: tuple[Part, ...] = (), **named: str
) -> Message:
    """A message as it is understood when understanding makes no mistake."""
    entities = {name: (value,) for name, value in named.items()}
    if numbers := tuple(_NUMBER.findall(text)):
        entities["order_number"] = numbers
    if email := _EMAIL.search(text):
        entities["email"] = (email.group(),)
    return Message(text, language, intent, 0.95, ((intent, 0.95),), entities, parts)


@dataclass
class Talk:
    """A conversation; `replies` are those of the last turn."""

    player: Player
    replies: list[Said] = field(default_factory=list)

    @property
    def state(self) -> Any:
        """The state of the dialogue."""
        return self.player.state

    @property
    def said(self) -> list[str]:
        """Names of the last turn's responses."""
        return [one.response for one in self.replies]

    @property
    def text(self) -> str:
        """The last turn's words."""
        return "\n".join(one.text for one in self.replies)

    def say(self, text: str, intent: str = "nlu_fallback", **named: Any) -> list[str]:
        """Say something; names of the responses."""
        message = understood(text, intent, self.player.language, **named)
        self.replies = self.player.send(message)
        return self.said

    def press(self, title: str) -> list[str]:
        """Press the button of the last turn with this title."""
        shown = [button for one in self.replies for button in one.buttons]
        payload = next(payload for name, payload in shown if name == title)
        return self.press_payload(payload)

    def press_payload(self, payload: str) -> list[str]:
        """Press a button, also one of an earlier turn."""
        self.replies = self.player.press(payload)
        return self.said


def changes(
    before: Mapping[str, Mapping[Any, Mapping[str, Any]]],
    after: Mapping[str, Mapping[Any, Mapping[str, Any]]],
) -> list[str]:
    """What differs, a line a row: `order 20001: state paid → cancelled`, `+ refund …`."""
    found = []
    for table, rows in after.items():
        was = before[table]
        for key in rows.keys() | was.keys():
            old, new = was.get(key), rows.get(key)
            if old is not None and new is not None:
                if different := [
                    f"{column} {old[column]} → {new[column]}"
                    for column in new
                    if old[column] != new[column] and column not in UNTOLD
                ]:
                    found.append(f"{table} {_name(table, new)}: {', '.join(different)}")
            else:
                sign, row = ("+", new) if new is not None else ("-", old)
                assert row is not None
                found.append(f"{sign} {table} {_name(table, row)}")
    return sorted(found)


# Counters and moments that say nothing of their own.
UNTOLD: Final = frozenset({"version", "cancelled_at", "changed_at"})
_NAMES: Final = {
    "order": ("number",),
    "order_line": ("order_id", "variant_id", "quantity", "unit_price"),
    "variant": ("id",),
    "refund": ("order_id", "amount", "method"),
    "return": ("number", "kind", "reason"),
    "return_line": ("order_line_id", "quantity", "exchange_variant_id"),
    "mail": ("recipient", "subject"),
    "consent": ("customer_id", "purpose"),
    "stock_notice": ("variant_id", "email"),
    "tickets": ("reason",),
}


def _name(table: str, row: Mapping[str, Any]) -> str:
    return " ".join(str(row[column]) for column in _NAMES.get(table, ()) if row[column] is not None)
