"""The benchmark's reference actions, done by our effects, leave the state that its rules say."""

import copy
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.database import Database, open_database, upgrade
from research.benchmarks.real_input import shared_data
from shop.access import access_order, access_payment_methods, access_payments
from shop.ids import CustomerId, PaymentMethodId, VariantId
from shop.imports import import_tau
from shop.models import Customer, Order, PaymentMethod, Return, Variant
from shop.orders import cancel_order, change_shipping_address
from shop.returns import start_exchange, start_return
from shop.swaps import change_items, change_payment_method
from tests.contract.shop.conftest import NOW

ROOT = Path(__file__).resolve().parents[3]
State = dict[str, Any]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    try:
        folder = shared_data(ROOT) / "service" / "tau_retail"
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if not (folder / "db.json").exists():
        pytest.skip("the benchmark's data is not there")
    return {name: json.loads((folder / f"{name}.json").read_text("utf-8"))
            for name in ("db", "tasks_generated", "tasks_train")}  # fmt: skip


@pytest.fixture(scope="module")
def tau(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("tau")
    url = f"sqlite:///{folder}/shop.db"
    upgrade(url)
    database = open_database(url)
    path = shared_data(ROOT) / "service" / "tau_retail" / "db.json"
    import_tau(database, path, rejects=folder / "r.csv", now=NOW)
    yield database
    database.close()


def cents(amount: float) -> Decimal:
    return Decimal(str(round(amount, 2))).quantize(Decimal("0.01"))


def in_one_line(a: Mapping[str, str]) -> str:
    parts = (a["address1"], a["address2"], a["city"], f"{a['state']} {a['zip']}")
    return ", ".join(filter(None, parts))


class Rules:
    """What the benchmark's policy says that an action does to the file's own state."""

    def __init__(self, db: Mapping[str, Any]) -> None:
        self._db = db
        self.orders: dict[str, Any] = {}
        self.users: dict[str, Any] = {}

    def do(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Do one action."""
        number = arguments["order_id"]
        if number not in self.orders:
            self.orders[number] = copy.deepcopy(self._db["orders"][number])
            user = self.orders[number]["user_id"]
            self.users.setdefault(user, copy.deepcopy(self._db["users"][user]))
        order = self.orders[number]
        getattr(self, name)(order, **{k: v for k, v in arguments.items() if k != "order_id"})

    def _pay(self, order: State, way: str, amount: float, key: str) -> None:
        entry = {"transaction_type": way, "amount": amount, "payment_method_id": key}
        order["payment_history"].append(entry)
        method = self.users[order["user_id"]]["payment_methods"][key]
        if "balance" in method:
            method["balance"] += amount if way == "refund" else -amount

    def _lacks(self, order: State, amount: float, key: str) -> bool:
        """Whether a gift card has too little left; then nothing is done, in the reference, too."""
        method = self.users[order["user_id"]]["payment_methods"][key]
        return "balance" in method and cents(method["balance"]) < cents(amount)

    def _pairs(
        self, order: State, old: Sequence[str], new: Sequence[str]
    ) -> tuple[list[tuple[State, State]], float]:
        left = list(order["items"])
        pairs = []
        for before, after in zip(old, new, strict=True):
            item = next(one for one in left if one["item_id"] == before)
            left.remove(item)
            pairs.append((item, self._db["products"][item["product_id"]]["variants"][after]))
        return pairs, round(sum(after["price"] - item["price"] for item, after in pairs), 2)

    def cancel_pending_order(self, order: State, reason: str) -> None:
        order |= {"status": "cancelled", "reason": reason}
        for paid in list(order["payment_history"]):
            self._pay(order, "refund", paid["amount"], paid["payment_method_id"])

    def modify_pending_order_address(self, order: State, **address: str) -> None:
        order["address"] = address

    def modify_pending_order_payment(self, order: State, payment_method_id: str) -> None:
        paid = order["payment_history"][0]
        if self._lacks(order, paid["amount"], payment_method_id):
            return
        self._pay(order, "payment", paid["amount"], payment_method_id)
        self._pay(order, "refund", paid["amount"], paid["payment_method_id"])

    def modify_pending_order_items(
        self, order: State, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        pairs, difference = self._pairs(order, item_ids, new_item_ids)
        if self._lacks(order, difference, payment_method_id):
            return
        order["status"] = "items changed"
        way = "payment" if difference > 0 else "refund"
        self._pay(order, way, abs(difference), payment_method_id)
        for item, after in pairs:
            item |= {"item_id": after["item_id"], "price": after["price"]}

    def exchange_delivered_order_items(
        self, order: State, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        _, difference = self._pairs(order, item_ids, new_item_ids)
        if self._lacks(order, difference, payment_method_id):
            return
        order["back"] = (
            "exchange", sorted(item_ids), sorted(new_item_ids), payment_method_id,
            cents(difference),
        )  # fmt: skip

    def return_delivered_order_items(
        self, order: State, item_ids: list[str], payment_method_id: str
    ) -> None:
        order["back"] = ("refund", sorted(item_ids), [], payment_method_id, cents(0))

    def state(self) -> State:
        """All that was touched."""
        found: State = {}
        for number, order in self.orders.items():
            found[number] = {
                "status": order["status"], "reason": order.get("reason"),
                "address": in_one_line(order["address"]), "back": order.get("back"),
                "items": sorted((one["item_id"], cents(one["price"])) for one in order["items"]),
                "payments": Counter(
                    (one["transaction_type"], cents(one["amount"]), one["payment_method_id"])
                    for one in order["payment_history"] if one["amount"]
                ),
            }  # fmt: skip
        for user, known in self.users.items():
            methods = known["payment_methods"].items()
            found[user] = {k: cents(v["balance"]) for k, v in methods if "balance" in v}
        return found


class Ours:
    """The same actions by our own effects."""

    def __init__(self, session: Session, names: Mapping[str, str]) -> None:
        self._session = session
        self._names = names
        self.refusals: list[str] = []

    def _customer(self, user: str) -> CustomerId:
        key = select(Customer.id).where(Customer.external_id == user)
        return CustomerId(self._session.scalars(key).one())

    def _method(self, customer: CustomerId, key: str) -> PaymentMethodId:
        methods = access_payment_methods(self._session, customer)
        return next(one.method_id for one in methods if one.key == key)

    def do(self, name: str, arguments: Mapping[str, Any], user: str) -> None:
        """Do one action; a refusal is noted."""
        session, number = self._session, arguments["order_id"].lstrip("#")
        customer = self._customer(user)
        order = access_order(session, customer, number)
        assert order is not None
        left = list(order.lines)
        lines = []
        for sku in arguments.get("item_ids", ()):
            line = next(one for one in left if one.sku == sku)
            left.remove(line)
            lines.append(line.line_id)
        skus = arguments.get("new_item_ids", ())
        rows = session.execute(select(Variant.sku, Variant.id).where(Variant.sku.in_(skus)))
        ids = {sku: VariantId(key) for sku, key in rows}
        swaps = dict(zip(lines, (ids[sku] for sku in skus), strict=False))
        key = arguments.get("payment_method_id")
        method = self._method(customer, key) if key else PaymentMethodId(0)
        place = session, customer, number
        if name == "cancel_pending_order":
            done: Any = cancel_order(*place, reason=arguments["reason"], now=NOW)
        elif name == "modify_pending_order_address":
            done = change_shipping_address(*place, in_one_line(arguments), now=NOW)
        elif name == "modify_pending_order_payment":
            done = change_payment_method(*place, method, now=NOW)
        elif name == "modify_pending_order_items":
            done = change_items(*place, swaps, method_id=method, now=NOW)
        elif name == "exchange_delivered_order_items":
            done = start_exchange(*place, swaps, "other", method_id=method, now=NOW)
        else:
            done = start_return(*place, lines, "other", method_id=method, now=NOW)
        if done.refusal is not None:
            self.refusals.append(f"{name}: {done.refusal}")

    def state(self, numbers: Sequence[str], users: Sequence[str]) -> State:
        """What the database shows of some orders and users."""
        found = {number: self._order(number.lstrip("#")) for number in numbers}
        for user in users:
            methods = access_payment_methods(self._session, self._customer(user))
            balances = {one.key: one.balance.amount for one in methods if one.balance is not None}
            found[user] = balances
        return found

    def _order(self, number: str) -> State:
        session = self._session
        row = session.scalars(select(Order).where(Order.number == number)).one()
        customer = CustomerId(row.customer_id)
        order = access_order(session, customer, number)
        assert order is not None
        keys = {one.id: one.key for one in session.scalars(
            select(PaymentMethod).where(PaymentMethod.customer_id == customer))}  # fmt: skip
        skus = {line.line_id: line.sku for line in order.lines}
        back = None
        for one in session.scalars(select(Return).where(Return.order_id == row.id)):
            sent = [session.get_one(Variant, line.exchange_variant_id).sku
                    for line in one.lines if line.exchange_variant_id is not None]  # fmt: skip
            assert one.payment_method_id is not None
            back = (one.kind, sorted(skus[line.order_line_id] for line in one.lines), sorted(sent),
                    keys[one.payment_method_id], one.price_difference)  # fmt: skip
        return {
            "status": "items changed" if row.items_changed_at else self._names[order.state],
            "reason": row.cancel_reason, "address": order.address, "back": back,
            "items": sorted((line.sku, line.unit_price.amount) for line in order.lines),
            "payments": Counter(
                (one.kind, one.amount.amount, keys[one.method_id])
                for one in access_payments(session, customer, number) if one.method_id
            ),
        }  # fmt: skip


NAMES = {"paid": "pending", "packed": "processed", "delivered": "delivered",
         "cancelled": "cancelled"}  # fmt: skip
WRITES = {name for name in vars(Rules) if name not in {"do", "state"} and not name.startswith("_")}


def actions_of(task: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The actions that change something, in their order; generated and hand-made tasks alike."""
    listed = task.get("actions") or (task.get("evaluation_criteria") or {}).get("actions") or []
    return [(one["name"], one["arguments"]) for one in listed if one["name"] in WRITES]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("kind", "start"), [("tasks_train", 0), *(("tasks_generated", n) for n in range(0, 500, 100))]
)
def test_reference_actions_leave_the_reference_state(
    tau: Database, data: dict[str, Any], kind: str, start: int
) -> None:
    done, wrong = 0, []
    for number, task in enumerate(data[kind][start : start + 100], start):
        actions = actions_of(task)
        rules = Rules(data["db"])
        with tau.session() as session:
            ours = Ours(session, NAMES)
            for name, arguments in actions:
                rules.do(name, arguments)
                user = rules.orders[arguments["order_id"]]["user_id"]
                ours.do(name, arguments, user)
            session.expire_all()
            state = ours.state([*rules.orders], [*rules.users])
            if state != rules.state():
                wrong.append((number, ours.refusals, state, rules.state()))
            session.rollback()
        done += len(actions)
    assert done > 100
    assert wrong == []
