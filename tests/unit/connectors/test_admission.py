"""What can be answered soon is let in; the others are told when to come back."""

import pytest

from connectors.admission import LONGEST_QUEUE, Admission


@pytest.mark.parametrize(
    ("waiting", "turn_seconds", "is_up", "expected"),
    [
        (0, 9.0, True, None),
        (7, 9.0, True, None),  # fewer than are answered at once
        (8, 9.0, True, 9),
        (80, 0.1, True, None),  # exactly one second
        (81, 0.1, True, 2),
        (400, 0.2, True, 10),
        (4000, 0.5, True, 30),
        (1000, 0.5, False, None),  # kept for an assistant that is down
        (LONGEST_QUEUE, 0.01, False, 3),
    ],
)
def test_messages_are_let_in_while_the_wait_is_short(
    waiting: int, turn_seconds: float, is_up: bool, expected: int | None
) -> None:
    admission = Admission(8, waiting=waiting, turn_seconds=turn_seconds)
    assert admission.come_back_in(is_up=is_up) == expected


def test_it_counts_what_comes_and_goes_and_learns_how_long_turns_take() -> None:
    now = 0.0
    admission = Admission(2, monotonic=lambda: now)
    admission.begun()
    for _ in range(3):
        admission.entered()
    admission.begun()
    assert (admission.waiting, admission.entering) == (2, 0)
    with admission.storing():
        assert admission.entering == 1
        assert admission.expected_wait == pytest.approx(3 * 0.1 / 2)
    for _ in range(60):
        admission.answered(0.5)
    assert admission.turn_seconds == pytest.approx(0.5, abs=0.001)
    assert admission.expected_wait == pytest.approx(0.5, abs=0.001)
    assert [admission.wants_count(), admission.wants_count()] == [True, False]
    now = 1.0
    assert admission.wants_count()


def test_a_front_at_its_limit_lets_nobody_in() -> None:
    admission = Admission(4, entering=8, turn_seconds=0.01)
    assert admission.come_back_in(is_up=True) == 1
    admission.entering = 7
    assert admission.come_back_in(is_up=True) is None
