"""The benchmark's reference actions, done by our effects, leave the state that its rules say."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.database import Database, open_database, upgrade
from research.benchmarks.real_input import shared_data
from research.benchmarks.service import AGENDAS, POLICY
from research.benchmarks.service.agendas import read_agendas
from research.benchmarks.service.database import customer_of, user_state
from research.benchmarks.service.generated import generated_agendas
from research.benchmarks.service.reference import Reference, actions_of, in_one_line
from shop.access import access_order, access_payment_methods
from shop.addresses import change_default_address
from shop.ids import CustomerId, PaymentMethodId, VariantId
from shop.imports import import_tau
from shop.models import Variant
from shop.orders import cancel_order, change_shipping_address
from shop.policy_file import read_policy
from shop.returns import start_exchange, start_return
from shop.swaps import change_items, change_payment_method
from tests.contract.shop.conftest import NOW

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    try:
        folder = shared_data(ROOT) / "service" / "tau_retail"
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if not (folder / "db.json").exists():
        pytest.skip("the benchmark's data is not there")
    return {
        name: json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in ("db", "tasks_generated", "tasks_train")
    }


@pytest.fixture(scope="module")
def tau(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("tau")
    url = f"sqlite:///{folder}/shop.db"
    upgrade(url)
    database = open_database(url).with_info(policy=read_policy(POLICY))
    path = shared_data(ROOT) / "service" / "tau_retail" / "db.json"
    import_tau(database, path, rejects=folder / "r.csv", now=NOW)
    yield database
    database.close()


class Ours:
    """The same actions by our own effects."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.refusals: list[str] = []

    def _method(self, customer: CustomerId, key: str) -> PaymentMethodId:
        methods = access_payment_methods(self._session, customer)
        return next(one.method_id for one in methods if one.key == key)

    def do(self, name: str, arguments: Mapping[str, Any], user: str) -> None:
        """Do one action; a refusal is noted."""
        session = self._session
        customer = customer_of(session, user)
        if name == "modify_user_address":
            change_default_address(session, customer, in_one_line(arguments))
            return
        number = arguments["order_id"].lstrip("#")
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
            done: Any = cancel_order(*place, reason=arguments["reason"].replace(" ", "_"), now=NOW)
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


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("kind", "start"), [("tasks_train", 0), *(("tasks_generated", n) for n in range(0, 500, 100))]
)
def test_reference_actions_leave_the_reference_state(
    tau: Database, data: dict[str, Any], kind: str, start: int
) -> None:
    db = data["db"]
    done, wrong = 0, []
    for number, task in enumerate(data[kind][start : start + 100], start):
        actions = actions_of(task)
        reference = Reference(db)
        with tau.session() as session:
            ours = Ours(session)
            for name, arguments in actions:
                reference.do(name, arguments)
                user = arguments.get("user_id")
                ours.do(name, arguments, user or db["orders"][arguments["order_id"]]["user_id"])
            session.expire_all()
            state = {
                key: one
                for user in reference.users
                for key, one in user_state(session, user).items()
            }
            if state != reference.state():
                wrong.append((number, ours.refusals, state, reference.state()))
            session.rollback()
        done += len(actions)
    assert done > 100
    assert wrong == []


@pytest.mark.real_data
def test_every_generated_task_becomes_the_agenda_of_its_actions(data: dict[str, Any]) -> None:
    tasks = data["tasks_generated"]
    agendas = generated_agendas("tasks_generated.json", tasks)
    items = [[len(wish.items) for wish in agenda.wishes] for agenda in agendas]
    assert items == [
        [len(one["arguments"].get("item_ids", ())) for one in task["actions"]] for task in tasks
    ]
    orders = [[f"#{wish.order}" for wish in agenda.wishes] for agenda in agendas]
    assert orders == [[one["arguments"]["order_id"] for one in task["actions"]] for task in tasks]


@pytest.mark.real_data
def test_hand_made_agendas_are_of_known_tasks_users_and_orders(data: dict[str, Any]) -> None:
    known = {task["id"] for task in data["tasks_train"]}
    agendas = [one for path in AGENDAS.glob("*.json") for one in read_agendas(path)]
    assert {agenda.task for agenda in agendas} == known
    for agenda in agendas:
        numbers = data["db"]["users"][agenda.user]["orders"]
        named = {f"#{wish.order}" for wish in agenda.wishes if wish.order}
        assert named <= set(numbers), agenda.id
