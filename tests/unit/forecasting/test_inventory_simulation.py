"""The simulator on cases whose outcome is known, and policies chosen on the past."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.inventory import min_max, newsvendor
from forecasting.inventory.checks import BadPolicy
from forecasting.inventory.policies import (
    Buying,
    last_mean,
    negative_binomial,
    pooled,
    power,
    price_for_fill_rate,
    replay,
    rolling,
    smoothed,
)
from forecasting.inventory.simulation import (
    Floats,
    Levels,
    Terms,
    bootstrap,
    random_lead_times,
    simulate,
)


def terms(count: int = 1, **more: object) -> Terms:
    ones = np.ones(count)
    return Terms(ones, 9 * ones, 5 * ones, **more)  # type: ignore[arg-type]


def levels(periods: int, low: float, high: float, count: int = 1) -> Levels:
    shape = (periods, count)
    return Levels(np.full(shape, float(low)), np.full(shape, float(high)))


def column(*values: float) -> Floats:
    return np.array(values, dtype=float)[:, None]


def waits(periods: int, lead: int, count: int = 1) -> np.ndarray:
    return np.full((periods, count), lead)


def test_every_unit_is_followed_by_hand() -> None:
    found = simulate(column(3, 4, 5, 0), levels(4, 2, 10), terms(), waits(4, 1))
    # 10 on hand; after 3, 4: 3 left; 5 asked, 2 lost; at 0 ten are ordered, there a period later.
    assert found.demand.tolist() == [12]
    assert found.served.tolist() == [10]
    assert found.orders.tolist() == [1]
    assert found.holding.tolist() == [7 + 3 + 0 + 0]
    assert found.ordering.tolist() == [5]
    assert found.stockout.tolist() == [18]
    assert found.fill_rate == 10 / 12
    assert found.cycle_service == 0


def test_backorders_are_served_when_stock_arrives() -> None:
    found = simulate(column(12, 0, 0), levels(3, 2, 10), terms(is_lost=False), waits(3, 1))
    assert found.served.tolist() == [10]
    # Two are owed at the end of two periods, then paid; ten are left of the twelve that came.
    assert found.stockout.tolist() == [9 * 2 + 9 * 2]
    assert found.holding.tolist() == [10]


def test_minimum_orders_packs_and_a_shared_supplier() -> None:
    both = terms(
        2,
        minimum_order=np.array([8.0, 0.0]),
        pack=np.array([5.0, 1.0]),
        supplier=np.array([0, 0]),
        supplier_fixed_cost={0: 6.0},
        supplier_minimum={0: 12.0},
    )
    demand = np.array([[3.0, 0.0], [0.0, 6.0], [0.0, 0.0]])
    found = simulate(demand, levels(3, 2, 4, 2), both, waits(3, 0, 2), opening=np.array([4.0, 7.0]))
    # Ten of the first alone are below the supplier's twelve until the second needs three more.
    assert found.orders.tolist() == [1, 1]
    assert found.ordering.tolist() == [5 + 3, 5 + 3]
    assert found.holding.tolist() == [1 + 1 + 11, 7 + 1 + 4]


def test_the_simulator_agrees_with_the_exact_policy() -> None:
    best = min_max.poisson(1, 9, 5, 6)
    demand = np.random.default_rng(3).poisson(6, (4000, 60)).astype(float)
    ones = np.ones(60)
    found = simulate(
        demand,
        levels(4000, best.reorder_level, best.order_up_to, 60),
        Terms(ones, 9 * ones, 5 * ones, is_lost=False),
        waits(4000, 0, 60),
        count_from=50,
    )
    assert found.cost / 60 / 3950 == pytest.approx(best.cost, rel=0.01)


def test_base_stock_with_lead_time_agrees_with_the_newsvendor() -> None:
    best = newsvendor.poisson(1, 9, 4, lead_time=2)
    demand = np.random.default_rng(4).poisson(4, (3000, 60)).astype(float)
    ones = np.ones(60)
    found = simulate(
        demand,
        levels(3000, best.level - 1, best.level, 60),
        Terms(ones, 9 * ones, 0 * ones, is_lost=False),
        waits(3000, 2, 60),
        count_from=50,
    )
    assert found.cost / 60 / 2950 == pytest.approx(best.cost, rel=0.02)


@given(
    demand=st.lists(st.integers(0, 30), min_size=3, max_size=25),
    low=st.integers(-1, 20),
    more=st.integers(1, 30),
    lead=st.integers(0, 4),
    is_lost=st.booleans(),
)
def test_nothing_is_negative_and_nothing_appears_from_nowhere(
    demand: list[int], low: int, more: int, lead: int, is_lost: bool
) -> None:
    periods = len(demand)
    found = simulate(
        column(*demand),
        levels(periods, low, low + more),
        terms(is_lost=is_lost),
        waits(periods, lead),
    )
    for values in (found.served, found.holding, found.ordering, found.stockout):
        assert (values >= 0).all()
    assert (found.served <= found.demand).all()
    assert 0 <= found.fill_rate <= 1
    assert 0 <= found.cycle_service <= 1


@given(stock=st.integers(1, 60), more=st.integers(1, 20))
def test_more_stock_never_serves_less(stock: int, more: int) -> None:
    demand = np.random.default_rng(5).poisson(8, (60, 4)).astype(float)

    def served(level: int) -> float:
        return simulate(
            demand, levels(60, level - 1, level, 4), terms(4), waits(60, 2, 4)
        ).fill_rate

    assert served(stock) <= served(stock + more) + 1e-12


def lumpy(periods: int, products: int) -> Floats:
    rng = np.random.default_rng(6)
    scale = rng.lognormal(1, 1, products)
    sizes = rng.negative_binomial(1, 1 / (1 + scale), (periods, products))
    return np.asarray(sizes * (rng.random((periods, products)) < 0.6), dtype=float)


def test_a_price_chosen_on_the_past_reaches_the_target_later() -> None:
    demand = lumpy(60, 400)
    ones = np.ones(400)
    costs = Terms(ones, 0 * ones, 3 * ones)

    def family(price: float) -> object:
        return pooled(Buying(ones, 3 * ones, 1, price), last_mean(12))

    price = price_for_fill_rate(
        family,
        demand[:40],
        costs,
        1,
        0.95,
        start=25,
        count_from=32,
        prices=(0.1, 1000),  # type: ignore[arg-type]
    )
    later = replay(demand, family(price), costs, 1, start=25, count_from=40)  # type: ignore[arg-type]
    assert later.fill_rate == pytest.approx(0.95, abs=0.02)


def test_levels_know_the_past_only() -> None:
    demand = lumpy(30, 50)
    changed = demand.copy()
    changed[25:] *= 100
    ones = np.ones(50)
    buying = Buying(ones, ones, 1, 20.0)
    for policy in (
        pooled(buying, smoothed(0.2)),
        negative_binomial(buying, last_mean(8)),
        power(buying),
    ):
        one, other = rolling(demand, policy, 15), rolling(changed, policy, 15)
        assert (one.reorder[:11] == other.reorder[:11]).all()
        assert (one.order_up_to[:11] == other.order_up_to[:11]).all()
        assert np.isfinite(one.reorder).all()


def test_drawn_demand_and_lead_times_stay_possible() -> None:
    rng = np.random.default_rng(8)
    history = lumpy(20, 3)
    drawn = bootstrap(rng, history, 50, block=4)
    assert drawn.shape == (50, 3)
    assert {tuple(row) for row in drawn} <= {tuple(row) for row in history}
    times = random_lead_times(rng, np.array([4.0, 2.0]), np.array([1.5, 0.0]), 4000)
    assert times.min() >= 0
    assert times[:, 0].mean() == pytest.approx(4, abs=0.1)
    assert (times[:, 1] == 2).all()


def test_impossible_terms_and_demand_are_refused_by_name() -> None:
    ones = np.ones(2)
    with pytest.raises(BadPolicy, match="holding_cost"):
        Terms(-ones, ones, ones)
    with pytest.raises(BadPolicy, match="fixed_cost"):
        Terms(ones, ones, np.ones(3))
    with pytest.raises(BadPolicy, match="pack"):
        Terms(ones, ones, ones, pack=np.zeros(2))
    with pytest.raises(BadPolicy, match="order_up_to"):
        levels(3, 5, 4)
    with pytest.raises(BadPolicy, match="demand"):
        simulate(column(1, -1), levels(2, 1, 2), terms(), waits(2, 0))
    with pytest.raises(BadPolicy, match="fill_rate"):
        price_for_fill_rate(
            lambda price: power(Buying(ones, ones, 1, price)),
            lumpy(20, 2),
            Terms(ones, ones, ones),
            1,
            1.0,
            start=10,
            count_from=12,
            prices=(1, 2),
        )
