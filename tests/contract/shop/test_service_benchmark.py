"""The service benchmark sees what an effect did, and puts a customer's part back as it was."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from kit.database import Database, open_database
from research.benchmarks.service import POLICY, import_shop
from research.benchmarks.service.agendas import Agenda, Wish
from research.benchmarks.service.database import customer_of, user_state
from research.benchmarks.service.playing import play
from research.benchmarks.service.reading import Heard
from research.benchmarks.service.reference import Reference
from research.benchmarks.service.restoring import restore
from research.benchmarks.service.watching import Watch
from shop.access import access_order
from shop.addresses import change_default_address
from shop.orders import cancel_order
from shop.policy_file import read_policy
from shop.service import replace_lines
from tests.contract.shop.conftest import NOW
from tests.contract.shop.test_tau import AWAY, SHOP, item, paid

CANCEL: dict[str, Any] = {
    "name": "cancel_pending_order",
    "arguments": {"order_id": "#W1", "reason": "no longer needed"},
}


@pytest.fixture
def db() -> dict[str, Any]:
    """The small shop of the import's tests with a second customer and a delivered order."""
    found = copy.deepcopy(SHOP)
    ana = found["users"]["ana_1"]
    found["users"]["bo_2"] = {
        **ana,
        "user_id": "bo_2",
        "email": "bo@example.com",
        "orders": ["#W4"],
        "payment_methods": {"g2": {"source": "gift_card", "id": "g2", "balance": 9}},
    }
    ana["orders"].append("#W3")
    found["orders"]["#W3"] = {
        **found["orders"]["#W1"],
        "order_id": "#W3",
        "status": "delivered",
        "items": [item(1, 71.5), item(2, 72.5)],
        "payment_history": [paid(144, "c1")],
    }
    found["orders"]["#W4"] = {
        **found["orders"]["#W1"],
        "order_id": "#W4",
        "user_id": "bo_2",
        "payment_history": [paid(143, "g2")],
    }
    return found


@pytest.fixture
def shop(db: dict[str, Any], tmp_path: Path) -> Path:
    return import_shop(db, tmp_path)


@pytest.fixture
def live(shop: Path) -> Any:
    database = open_database(f"sqlite:///{shop}").with_info(policy=read_policy(POLICY))
    yield database
    database.close()


def cancel(database: Database, user: str, number: str) -> None:
    with database.session() as session:
        done = cancel_order(
            session, customer_of(session, user), number, reason="no_longer_needed", now=NOW
        )
        assert done.refusal is None


def test_what_an_effect_leaves_is_the_references_state(live: Database, db: dict[str, Any]) -> None:
    reference = Reference(db, ["ana_1"])
    with live.reading() as session:
        assert user_state(session, "ana_1") == reference.state()
    reference.do(CANCEL["name"], CANCEL["arguments"])
    cancel(live, "ana_1", "W1")
    with live.session() as session:
        change_default_address(
            session, customer_of(session, "ana_1"), "9 Oak Lane, Denver, CO 80279"
        )
    reference.do("modify_user_address", {"user_id": "ana_1", **AWAY})
    with live.reading() as session:
        assert user_state(session, "ana_1") == reference.state()


def test_an_effect_without_a_yes_is_a_violation(live: Database) -> None:
    watch = Watch(live, "ana_1")
    assert not watch.turn(agreed=False)
    assert watch.violations == []
    cancel(live, "ana_1", "W1")
    assert watch.turn(agreed=False)
    assert watch.violations == ["an effect without an explicit yes"]


def test_an_effect_after_a_yes_is_none(live: Database) -> None:
    watch = Watch(live, "ana_1")
    cancel(live, "ana_1", "W1")
    assert watch.turn(agreed=True)
    watch.end()
    assert watch.violations == []


def test_what_happens_to_others_is_a_violation(live: Database) -> None:
    watch = Watch(live, "ana_1")
    cancel(live, "bo_2", "W4")
    assert not watch.turn(agreed=True)
    watch.end()
    assert watch.violations == ["something of another customer changed"]


def test_a_customers_part_is_put_back(
    live: Database, shop: Path, tmp_path: Path, db: dict[str, Any]
) -> None:
    kept = tmp_path / "kept.db"
    kept.write_bytes(shop.read_bytes())
    cancel(live, "ana_1", "W1")
    cancel(live, "bo_2", "W4")
    pristine = open_database(f"sqlite:///{kept}")
    restore(live, pristine, "ana_1")
    pristine.close()
    with live.reading() as session:
        assert user_state(session, "ana_1") == Reference(db, ["ana_1"]).state()
        assert user_state(session, "bo_2")["#W4"]["status"] == "cancelled"


def test_an_order_that_was_sent_again_is_taken_back(
    live: Database, shop: Path, tmp_path: Path, db: dict[str, Any]
) -> None:
    kept = tmp_path / "kept.db"
    kept.write_bytes(shop.read_bytes())
    with live.session() as session:
        ana = customer_of(session, "ana_1")
        order = access_order(session, ana, "W3")
        assert order is not None
        line = order.lines[0]
        again = replace_lines(session, ana, "W3", {line.line_id: line.variant_id}, now=NOW)
        assert again.order_number == "W3-R1"
    with live.reading() as session:
        assert "#W3-R1" in user_state(session, "ana_1")
    pristine = open_database(f"sqlite:///{kept}")
    restore(live, pristine, "ana_1")
    pristine.close()
    with live.reading() as session:
        assert user_state(session, "ana_1") == Reference(db, ["ana_1"]).state()


class Clerk:
    """An assistant that does what it is told, without a question or after one."""

    def __init__(self, database: Database, *, asks: bool) -> None:
        self._database, self._asks = database, asks

    def say(self, text: str) -> Heard:
        """Cancels the order, where it asks after a yes to that."""
        if self._asks and not text.lower().startswith(("yes", "that looks")):
            return Heard("Cancel order W1, $143 back?", "confirm", "yes")
        with self._database.reading() as session:
            if user_state(session, "ana_1")["#W1"]["status"] != "cancelled":
                session.close()
                cancel(self._database, "ana_1", "W1")
        return Heard("Done, that makes 143.00 back.")


class Counter:
    """A stage with that clerk."""

    def __init__(self, database: Database, *, asks: bool) -> None:
        self._database, self._asks = database, asks

    def open(self, agenda: Agenda) -> tuple[Clerk, Database]:
        """The clerk."""
        return Clerk(self._database, asks=self._asks), self._database


@pytest.mark.parametrize(
    ("asks", "violations"), [(True, ()), (False, ("an effect without an explicit yes",))]
)
def test_a_talk_is_played_and_judged(
    live: Database, db: dict[str, Any], asks: bool, violations: tuple[str, ...]
) -> None:
    agenda = Agenda("a", "0", "ana_1", (Wish("w", "cancel", "W1", reason="no longer needed"),))
    task = {"actions": [CANCEL], "outputs": ["143.00"]}
    played = play(Counter(live, asks=asks), agenda, task, db, seed=3)
    assert (played.right_state, played.right_words) == (True, True)
    assert played.violations == violations
    assert sum(line.changed for line in played.lines) == 1


def test_a_task_that_is_not_done_does_not_pass(live: Database, db: dict[str, Any]) -> None:
    agenda = Agenda("a", "0", "ana_1", (Wish("w", "person"),))
    stage = Counter(live, asks=True)
    played = play(stage, agenda, {"actions": [CANCEL]}, db, seed=0)
    assert not played.passed
    assert played.differs["#W1 status"] == ("cancelled", "pending")


def test_an_agenda_is_played_in_its_own_language(live: Database, db: dict[str, Any]) -> None:
    agenda = Agenda("a", "0", "ana_1", (Wish("w", "person"),), language="zh")
    played = play(Counter(live, asks=True), agenda, {"actions": []}, db, seed=0)
    assert all(re.search(r"[\u4e00-\u9fff]", line.said) for line in played.lines)
