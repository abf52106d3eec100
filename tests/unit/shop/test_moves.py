"""The tables of moves: every state is known, reachable, and the ends are ends."""

from typing import get_args

import pytest

from shop import orders, returns
from shop.policy_file import BEFORE_SENDING
from shop.views import OrderState, ReturnState


@pytest.mark.parametrize(
    ("moves", "states", "start", "ends"),
    [
        (orders.MOVES, get_args(OrderState), "placed", {"delivered", "cancelled"}),
        (returns.MOVES, get_args(ReturnState), "requested", {"refunded", "exchanged", "rejected"}),
    ],
)
def test_moves_are_whole(
    moves: dict[str, frozenset[str]], states: tuple[str, ...], start: str, ends: set[str]
) -> None:
    assert set(moves) == set(states)
    reached, rest = {start}, [start]
    while rest:
        new = moves[rest.pop()] - reached
        reached |= new
        rest += new
    assert reached == set(states)
    assert {state for state, targets in moves.items() if not targets} == ends


def test_nothing_is_cancelled_once_it_has_left() -> None:
    can_be = {state for state, to in orders.MOVES.items() if "cancelled" in to}
    assert can_be == set(BEFORE_SENDING)
