"""Discounts shared to the cent, and the old price that may be shown."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.prices import net_amounts, reference_prices

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
cents = st.decimals(min_value=0, max_value=5000, places=2)


@given(st.lists(cents, min_size=1, max_size=8), cents)
def test_shares_of_a_discount_add_up_to_what_was_paid(
    amounts: list[Decimal], discount: Decimal
) -> None:
    lines = dict(enumerate(amounts))
    net = net_amounts(lines, discount)
    assert sum(net.values()) == max(Decimal(0), sum(amounts) - discount)
    assert net.keys() == lines.keys()
    for line_id, amount in net.items():
        assert Decimal(0) <= amount <= lines[line_id]


def test_a_discount_is_shared_by_value() -> None:
    assert net_amounts({1: Decimal("100.00"), 2: Decimal("20.00")}, Decimal("20.00")) == {
        1: Decimal("83.33"),
        2: Decimal("16.67"),
    }


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([(400, "50")], ("50", None), id="never changed"),
        pytest.param([(400, "50"), (5, "40")], ("50", "50"), id="reduced from a long-held price"),
        pytest.param(
            [(400, "50"), (20, "35"), (12, "60"), (5, "40")], ("35", None), id="raised first"
        ),
        pytest.param(
            [(400, "50"), (20, "45"), (12, "60"), (5, "40")], ("45", "45"), id="lowest counts"
        ),
        pytest.param([(400, "50"), (60, "30"), (50, "50"), (5, "40")], ("50", "50"), id="long ago"),
        pytest.param([(400, "50"), (45, "40")], ("40", None), id="an old reduction is the price"),
        pytest.param([(400, "50"), (5, "60")], ("50", None), id="raised"),
        pytest.param([(3, "50")], ("50", None), id="new product"),
    ],
)
def test_reference_prices(history: list[tuple[int, str]], expected: tuple[str, str | None]) -> None:
    points = [(NOW - timedelta(days=days), Decimal(amount)) for days, amount in history]
    lowest, old = reference_prices(points, NOW)
    assert (str(lowest), None if old is None else str(old)) == expected


@given(
    st.lists(st.tuples(st.integers(0, 90), cents), min_size=1, max_size=8, unique_by=lambda p: p[0])
)
def test_an_old_price_is_higher_and_was_really_asked(
    history: list[tuple[int, Decimal]],
) -> None:
    points = [
        (NOW - timedelta(days=days), amount) for days, amount in sorted(history, reverse=True)
    ]
    lowest, old = reference_prices(points, NOW)
    earlier = [amount for _, amount in points[:-1]]
    assert lowest in [*earlier, points[-1][1]]
    if old is not None:
        assert old > points[-1][1]
        assert old in earlier
