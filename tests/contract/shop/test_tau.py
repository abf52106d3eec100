"""A whole shop from one JSON file: payment methods, payment history, orders; all or nothing."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from kit.database import Database
from kit.money import Money
from shop.access import (
    access_addresses,
    access_orders,
    access_payment_methods,
    access_payments,
)
from shop.ids import CustomerId
from shop.imports import ImportProblem, Report, import_tau
from shop.models import Customer, Order, PaymentMethod, Product, Variant
from shop.privacy import erase, export, find_customer
from shop.views import PaymentMethodView
from tests.contract.shop.conftest import NOW

HOME = {
    "address1": "1 Elm Street",
    "address2": "Suite 2",
    "city": "Denver",
    "country": "USA",
    "state": "CO",
    "zip": "80279",
}
AWAY = {**HOME, "address1": "9 Oak Lane", "address2": ""}


def item(number: int, price: float) -> dict[str, Any]:
    return {
        "name": "Keyboard",
        "product_id": "p1",
        "item_id": f"k{number}",
        "price": price,
        "options": {},
    }


def variant(number: int, switch: str, *, available: bool) -> dict[str, Any]:
    return {
        "item_id": f"k{number}",
        "options": {"switch type": switch, "color": "black"},
        "available": available,
        "price": 70.5 + number,
    }


def paid(amount: float, method: str, way: str = "payment") -> dict[str, Any]:
    return {"transaction_type": way, "amount": amount, "payment_method_id": method}


SHOP: dict[str, Any] = {
    "products": {
        "p1": {
            "name": "Keyboard",
            "product_id": "p1",
            "variants": {
                "k1": variant(1, "clicky", available=True),
                "k2": variant(2, "linear", available=False),
            },
        },
    },
    "users": {
        "ana_1": {
            "user_id": "ana_1",
            "name": {"first_name": "Ana", "last_name": "Lima"},
            "address": HOME,
            "email": "ana@example.com",
            "orders": ["#W1", "#W2"],
            "payment_methods": {
                "g1": {"source": "gift_card", "id": "g1", "balance": 41.5},
                "c1": {"source": "credit_card", "id": "c1", "brand": "visa", "last_four": "9212"},
                "y1": {"source": "paypal", "id": "y1"},
            },
        },
    },
    "orders": {
        "#W1": {
            "order_id": "#W1",
            "user_id": "ana_1",
            "address": AWAY,
            "status": "pending",
            "items": [item(1, 71.5), item(1, 71.5)],
            "fulfillments": [],
            "payment_history": [paid(143, "c1")],
        },
        "#W2": {
            "order_id": "#W2",
            "user_id": "ana_1",
            "address": HOME,
            "status": "cancelled",
            "items": [item(2, 72.5)],
            "payment_history": [paid(72.5, "g1"), paid(72.5, "g1", "refund")],
            "fulfillments": [{"tracking_id": ["123"], "item_ids": ["k2"]}],
        },
    },
}


def bring_in(database: Database, folder: Path, shop: object, *, dry_run: bool = False) -> Report:
    path = folder / "db.json"
    path.write_text(json.dumps(shop), encoding="utf-8")
    return import_tau(database, path, rejects=folder / "r.csv", now=NOW, dry_run=dry_run)


def ana(database: Database) -> CustomerId:
    with database.reading() as session:
        found = find_customer(session, "ana@example.com")
    assert found is not None
    return found


def counts(database: Database) -> list[int]:
    with database.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Customer, Product, Variant, Order, PaymentMethod)
        ]


def test_the_whole_shop_comes_in_once(empty: Database, tmp_path: Path) -> None:
    dry = bring_in(empty, tmp_path, SHOP, dry_run=True)
    assert (dry.counts["orders new"], counts(empty)) == (2, [0, 0, 0, 0, 0])
    report = bring_in(empty, tmp_path, SHOP)
    assert (report.changed, counts(empty)) == (8, [1, 1, 2, 2, 3])
    again = bring_in(empty, tmp_path, SHOP)
    assert (again.changed, counts(empty)) == (0, [1, 1, 2, 2, 3])


def test_orders_keep_their_items_addresses_and_payments(empty: Database, tmp_path: Path) -> None:
    bring_in(empty, tmp_path, SHOP)
    with empty.reading() as session:
        cancelled, pending = access_orders(session, ana(empty))
        history = {n: access_payments(session, ana(empty), n) for n in ("W1", "W2", "W3")}
        home = access_addresses(session, ana(empty))
    assert (pending.state, cancelled.state) == ("paid", "cancelled")
    assert [(one.quantity, dict(one.options)["switch type"]) for one in pending.lines] == [
        (1, "clicky"),
        (1, "clicky"),
    ]
    assert pending.total == Money(Decimal("143.00"), "USD")
    assert pending.address == "9 Oak Lane, Denver, CO 80279"
    assert [(one.text, one.country, one.is_default) for one in home] == [
        ("1 Elm Street, Suite 2, Denver, CO 80279", "US", True)
    ]
    assert cancelled.shipments[0].tracking_number == "123"
    assert [(one.kind, one.method) for one in history["W1"]] == [("payment", "Visa 9212")]
    assert [(one.kind, str(one.amount.amount)) for one in history["W2"]] == [
        ("payment", "72.50"),
        ("refund", "72.50"),
    ]
    assert history["W3"] == []


def test_a_customer_has_several_payment_methods(empty: Database, tmp_path: Path) -> None:
    bring_in(empty, tmp_path, SHOP)

    def told(one: PaymentMethodView) -> tuple[str, str, str, str | None]:
        return one.key, one.kind, one.last_four, one.balance and str(one.balance.amount)

    with empty.session() as session:
        customer = ana(empty)
        methods = access_payment_methods(session, customer)
        assert list(map(told, methods)) == [
            ("g1", "gift_card", "", "41.50"),
            ("c1", "card", "9212", None),
            ("y1", "paypal", "", None),
        ]
        used = access_payments(session, customer, "W1")[0].method_id
        assert used == methods[1].method_id
        assert len(export(session, customer)["payment_methods"]) == 3
        assert access_payment_methods(session, CustomerId(customer + 1)) == []
        assert access_payments(session, CustomerId(customer + 1), "W1") == []
        session.get_one(Order, 1).state = "cancelled"
        session.flush()
        assert erase(session, customer, now=NOW)
        session.expire_all()
        assert session.scalars(select(PaymentMethod)).all() == []


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("users.ana_1.email", None, "users.ana_1.email is missing"),
        ("users.ana_1.email", "ana", "users.ana_1.email is not an e-mail"),
        ("users.ana_1.payment_methods.g1.balance", -1, "users.ana_1.payment_methods.g1.balance"),
        ("users.ana_1.payment_methods.g1.source", "shells", "source must be one of credit_card"),
        ("products.p1.variants.k1.price", "cheap", "products.p1.variants.k1.price must be an"),
        ("products.p1.variants.k1.available", "yes", "k1.available must be true or false"),
        ("orders.#W1.status", "lost", "orders.#W1.status must be one of pending"),
        ("orders.#W1.user_id", "ben_2", "orders.#W1.user_id names ben_2"),
        ("orders.#W1.items.0.item_id", "k9", "orders.#W1.items[0].item_id names k9"),
        ("orders.#W1.payment_history.0.payment_method_id", "c9", "payment_history[0]."),
        ("orders.#W2.fulfillments", "none", "orders.#W2.fulfillments must be a list"),
        ("users.ana_1.address.country", "Atlantis", "users.ana_1.address.country is not a"),
        ("products", [], "db.json: products must be an object"),
    ],
)
def test_what_is_wrong_is_told_by_file_path_and_field(
    empty: Database, tmp_path: Path, path: str, value: object, says: str
) -> None:
    shop = copy.deepcopy(SHOP)
    *steps, last = path.split(".")
    place: Any = shop
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(ImportProblem) as caught:
        bring_in(empty, tmp_path, shop)
    assert says in str(caught.value)
    assert str(caught.value).startswith("db.json: ")
    assert counts(empty) == [0, 0, 0, 0, 0]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"products": {}}'])
def test_a_file_that_is_no_shop_is_refused(empty: Database, tmp_path: Path, text: str) -> None:
    path = tmp_path / "db.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportProblem, match=r"db\.json"):
        import_tau(empty, path, rejects=tmp_path / "r.csv", now=NOW)
