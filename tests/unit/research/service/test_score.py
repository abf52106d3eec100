"""Figures by their formula; a task passes by state, words and nothing else."""

import math
from typing import Any

import pytest

from research.benchmarks.service.agendas import BadAgenda
from research.benchmarks.service.playing import Line, Played, difference
from research.benchmarks.service.reference import Reference, check_task, were_said
from research.benchmarks.service.score import figures, pass_k

PLACE = {
    "address1": "1 Elm",
    "address2": "",
    "city": "Rye",
    "state": "NY",
    "zip": "10580",
    "country": "USA",
}
DB: dict[str, Any] = {
    "products": {},
    "users": {
        "ada_1": {
            "orders": ["#W1"],
            "address": PLACE,
            "payment_methods": {"g": {"source": "gift_card", "balance": 5.0}},
        },
    },
    "orders": {
        "#W1": {
            "user_id": "ada_1",
            "status": "pending",
            "address": PLACE,
            "items": [],
            "payment_history": [
                {"transaction_type": "payment", "amount": 9.5, "payment_method_id": "g"}
            ],
        },
    },
}


def played(agenda: str, seed: int, *, passed: bool, **changes: Any) -> Played:
    lines = (Line("Hi", False, "Hello", "", False),) * 3
    values: dict[str, Any] = {"violations": (), "seconds": 2.0, "lines": lines, **changes}
    return Played(agenda, seed, passed, True, **values)


def test_pass_k_is_the_chance_that_k_tries_all_succeed() -> None:
    assert pass_k([4, 2, 0], [4, 4, 4], 1) == pytest.approx(0.5)
    assert pass_k([4, 2, 0], [4, 4, 4], 2) == pytest.approx((1 + 1 / 6) / 3)
    assert pass_k([4, 3, 0], [4, 4, 4], 4) == pytest.approx(1 / 3)
    assert math.isnan(pass_k([1], [1], 4))


def test_the_figures_are_counted_over_all_talks() -> None:
    talks = [played("a", seed, passed=True) for seed in range(4)]
    talks += [played("b", seed, passed=seed > 0) for seed in range(4)]
    talks[0] = played("a", 0, passed=True, violations=("items of one order changed twice",))
    found = figures(talks)
    assert found["pass_1"] == pytest.approx(7 / 8)
    assert found["pass_4"] == pytest.approx(0.5)
    assert (found["tasks"], found["talks"], found["turns_mean"]) == (2, 8, 3)
    assert found["violations"] == 1
    assert found["violations_items_of_one_order_changed_twice"] == 1


def test_one_try_has_no_pass_4() -> None:
    assert "pass_4" not in figures([played("a", 0, passed=True)])


def test_a_failed_assistant_passes_nothing() -> None:
    assert not played("a", 0, passed=True, error="KeyError: 'x'").passed


def test_the_reference_does_what_the_policy_says() -> None:
    reference = Reference(DB, ["ada_1"])
    reference.do("cancel_pending_order", {"order_id": "#W1", "reason": "no longer needed"})
    home = {**PLACE, "zip": "10581"}
    reference.do("modify_user_address", {"user_id": "ada_1", **home})
    found = reference.state()
    assert found["ada_1"] == {
        "balances": {"g": pytest.approx(14.5)},
        "address": "1 Elm, Rye, NY 10581",
    }
    assert (found["#W1"]["status"], found["#W1"]["reason"]) == ("cancelled", "no longer needed")
    assert DB["orders"]["#W1"]["status"] == "pending"


def test_states_differ_where_they_differ() -> None:
    one, two = (
        {"#W1": {"status": "pending", "items": []}},
        {"#W1": {"status": "cancelled", "items": []}},
    )
    assert difference(one, two) == {"#W1 status": ("pending", "cancelled")}


def test_strings_are_looked_for_without_commas_and_case() -> None:
    assert were_said(["1234.50", "polyester"], "It is $1,234.50, of Polyester.")
    assert not were_said(["10"], "There are nine.")


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({}, "t: [3].actions is missing or no list"),
        ({"actions": [{}]}, "t: [3].actions[0].name is missing or no text"),
        (
            {"actions": [{"name": "cancel_pending_order", "arguments": {"order_id": "#W9"}}]},
            "t: [3].actions[0].arguments.order_id names nothing of the shop's",
        ),
        (
            {"actions": [{"name": "cancel_pending_order", "arguments": {"order_id": "#W1"}}]},
            "t: [3].actions[0].arguments.reason is missing",
        ),
    ],
)
def test_a_broken_task_is_told_by_path_and_field(task: dict[str, Any], message: str) -> None:
    with pytest.raises(BadAgenda) as caught:
        check_task("t: [3]", task, DB)
    assert str(caught.value) == message
