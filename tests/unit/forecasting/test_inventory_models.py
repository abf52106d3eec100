"""Inventory models on published values, and on what must hold for any numbers."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.inventory import (
    discounts,
    guaranteed,
    joint,
    loss,
    lot_sizes,
    min_max,
    newsvendor,
    reorder,
    reorder_poisson,
    safety,
    schedules,
    serial,
    shared_limits,
    supply,
)
from forecasting.inventory.checks import BadPolicy

COSTS = st.floats(0.05, 50)
DEMANDS = st.floats(0.5, 500)


def close(found: object, expected: object, tolerance: float = 1e-6) -> bool:
    return bool(np.allclose(found, expected, rtol=tolerance, atol=tolerance))


def test_lot_sizes_of_the_textbook() -> None:
    assert close(lot_sizes.economic_order_quantity(8, 0.225, 1300), (304.0467800, 68.4105255))
    assert close(lot_sizes.economic_order_cost(8, 0.225, 1300, 250), (69.725,))
    assert close(lot_sizes.production_quantity(4, 0.08, 80, 110), (171.2697677, 3.7367950))


def test_planned_backorders_can_be_evaluated() -> None:
    best = lot_sizes.with_backorders(8, 0.225, 5, 1300)
    assert close(best, (310.8125566, 0.0430622, 66.9213547))
    other = lot_sizes.with_backorders(8, 0.225, 5, 1300, order_quantity=350, stockout_fraction=0.1)
    assert other.cost > best.cost


def test_one_supplier_for_three_products() -> None:
    """Snyder and Shen, the example of Silver's heuristic."""
    found = joint.joint_replenishment_silver(600, [120, 840, 300], [160, 20, 50], [1, 1, 1])
    assert found.order_multiples == [1, 3, 1]
    assert close(found.order_quantities, [3.1031645, 9.3094934, 3.1031645])
    assert close(found.cost, 837.8544026)


def test_discounts() -> None:
    assert close(
        discounts.all_units(8, 0.3, 1300, [0, 400, 800], [0.75, 0.72, 0.68]),
        (800, 2, 1300 * 0.68 + 8 * 1300 / 800 + 0.3 * 0.68 * 400),
    )
    assert discounts.incremental(8, 0.3, 1300, [0], [0.75]) == discounts.all_units(
        8, 0.3, 1300, [0], [0.75]
    )


def test_newsvendor_by_prices() -> None:
    """Snyder and Shen, example 4.2, with normal and with Poisson demand."""
    assert close(newsvendor.normal_explicit(1, 0.3, 0.12, 50, 8), (56.6039559, 33.0023948))
    assert close(newsvendor.poisson_explicit(1, 0.3, 0.12, 50), (56, 33.2027648))


def test_discrete_newsvendor_equals_the_search() -> None:
    table = {"5": 0.25, "2": 0.5, "9": 0.25}
    found = newsvendor.discrete(1, 2, table)
    costs = {
        level: newsvendor.discrete(1, 2, table, base_stock_level=level).cost for level in range(12)
    }
    assert found.level == 5
    assert found.cost == min(costs.values())


def test_poisson_reorder_policy() -> None:
    """Snyder and Shen, example 5.8: the cost of (3, 5), which is the best policy."""
    assert close(reorder_poisson.cost(20, 150, 100, 1.5, 2, 3, 5), (107.9235806,))
    assert reorder_poisson.exact(20, 150, 100, 1.5, 2)[:2] == (3, 5)


def test_exact_reorder_policy_beats_the_approximations() -> None:
    case = (0.225, 7.5, 8, 1300, 150, 1 / 12)
    best = reorder.exact(*case)
    for approximation in (reorder.eoqb, reorder.eoqss, reorder.loss_function):
        found = approximation(*case)
        assert best.cost <= found.cost + 1e-9
        assert close(reorder.cost(*case, found.reorder_point, found.order_quantity), found.cost)


def test_min_max_equals_the_search() -> None:
    best = min_max.poisson(1, 4, 5, 6)
    costs = {
        (low, high): min_max.poisson_policy_cost(1, 4, 5, 6, low, high)[0]
        for low, high in product(range(10), range(1, 20))
        if low < high
    }
    assert min(costs, key=lambda pair: costs[pair]) == (best.reorder_level, best.order_up_to)
    assert close(min(costs.values()), best.cost)


def test_a_table_of_demand_gives_the_same_policy_as_its_distribution() -> None:
    masses = min_max.poisson_masses(6)
    table = {str(value): float(mass) for value, mass in enumerate(masses)}
    assert close(min_max.discrete(1, 4, 5, table), min_max.poisson(1, 4, 5, 6))


def test_serial_chain_of_the_textbook() -> None:
    """Snyder and Shen, example 6.1: levels 6.49, 12.02, 22.71."""
    found = serial.base_stock(3, [1, 1, 2], 37.12, 5, 1, echelon_holding_cost=[3, 2, 2])
    assert [round(level, 2) for level in found.levels.values()] == [6.49, 12.02, 22.71]
    assert close(found.cost, 47.6601488)
    local = serial.base_stock(3, [1, 1, 2], 37.12, 5, 1, local_holding_cost=[7, 4, 2])
    assert close(local.cost, found.cost)


def test_serial_chain_agrees_with_a_simulation() -> None:
    found = serial.base_stock(2, [1, 2], 15, 20, 4, echelon_holding_cost=[2, 1])
    draws = np.random.default_rng(7).normal(20, 4, (400_000, 3))
    position = np.minimum(found.levels["1"], found.levels["2"] - draws[:, :2].sum(axis=1))
    net = position - draws[:, 2]
    cost = (
        1 * (found.levels["2"] - draws[:, :2].sum(axis=1))
        + 2 * net
        + (15 + 3) * np.maximum(0, -net)
    )
    assert abs(cost.mean() - found.cost) < 4 * cost.std() / math.sqrt(len(cost))


def test_one_stage_is_a_newsvendor() -> None:
    found = serial.base_stock(1, [1], 9, 20, 4, echelon_holding_cost=[1])
    one = newsvendor.normal(1, 9, 20, 4)
    assert close((found.levels["1"], found.cost), one)


def test_guaranteed_service_equals_the_search() -> None:
    holding, times, promise = [9, 6, 5, 1], [2, 3, 1, 4], 1
    found = guaranteed.serial(holding, times, 2, promise, 1.5, 3)
    costs = []
    for inner in product(range(11), repeat=3):
        service = [promise, *inner, 2]
        net = [service[n + 1] + times[n] - service[n] for n in range(4)]
        if min(net) >= 0:
            costs.append(sum(1.5 * 3 * h * math.sqrt(t) for h, t in zip(holding, net, strict=True)))
    assert close(found.cost, min(costs))


def test_suppliers_that_fail() -> None:
    assert close(supply.eoq_with_disruptions(8, 0.225, 5, 1300, 1.5, 14), (772.8110, 173.95), 1e-5)
    assert close(
        supply.eoq_with_disruptions(8, 0.225, 5, 1300, 1.5, 14, approximate=True),
        (773.1432417, 173.9572294),
    )
    assert close(
        supply.eoq_additive_yield(18500, 0.06, 75000, -15000, 9000), (230246.37, 12914.782)
    )
    levels = [2000 * n for n in range(1, 9)]
    costs = [supply.newsvendor_with_disruptions(0.25, 3, 2000, 0.04, 0.25, s).cost for s in levels]
    assert levels[int(np.argmin(costs))] == 8000


def test_reorder_points_of_the_textbooks() -> None:
    assert close(safety.demand_varies(30, 5, 10, z=1.65), (26.0887907, 326.0887907))
    assert close(safety.of_lead_time_demand(350, 10, 0.05, z_table=1.65), (16.5, 366.5))
    assert close(safety.of_lead_time_demand(350, 10, 0.05), (16.4485363, 366.4485363))


def test_fill_rate_target_is_what_the_point_achieves() -> None:
    point = safety.for_fill_rate(50, 20, 2, 120, 0.97).reorder_point
    assert close(safety.service_of(50, 20, 2, 120, point).fill_rate, 0.97)


def test_shared_budget_binds_and_is_shared_by_worth() -> None:
    free = shared_limits.order_quantities([10, 10], [1, 2], [100, 200], [5, 5], 1e9)
    tight = shared_limits.order_quantities([10, 10], [1, 2], [100, 200], [5, 5], 200)
    assert free.multiplier == 0
    assert close(5 * sum(tight.quantities), 200)
    assert tight.cost > free.cost
    levels = shared_limits.newsvendors([1, 1], [9, 2], [50, 50], [8, 8], [1, 1], 100)
    assert close(sum(levels.quantities), 100)
    assert levels.quantities[0] > levels.quantities[1]


@given(fixed=COSTS, holding=COSTS, demand=DEMANDS, factor=st.floats(0.2, 5))
def test_no_quantity_beats_the_economic_one(
    fixed: float, holding: float, demand: float, factor: float
) -> None:
    best = lot_sizes.economic_order_quantity(fixed, holding, demand)
    other = lot_sizes.economic_order_quantity(fixed, holding, demand, best.quantity * factor)
    assert other.cost >= best.cost * (1 - 1e-12)


@given(level=st.floats(-200, 900), mean=DEMANDS, share=st.floats(0.01, 1))
def test_losses_are_never_negative_and_add_up(level: float, mean: float, share: float) -> None:
    whole = math.floor(level)
    for found, at in (
        (loss.normal_loss(level, mean, mean * share), level),
        (loss.poisson_loss(whole, mean), whole),
    ):
        assert found.loss >= 0
        assert found.complement >= 0
        assert found.complement - found.loss == pytest.approx(at - mean, abs=1e-6 * (1 + mean))


@given(
    mean=DEMANDS, sd=st.floats(0.1, 80), first=st.floats(0.5, 0.95), more=st.floats(0.001, 0.049)
)
def test_more_service_never_needs_less_stock(
    mean: float, sd: float, first: float, more: float
) -> None:
    def point(rate: float) -> float:
        return safety.for_fill_rate(mean, sd, 2, mean, rate).reorder_point

    assert point(first) <= point(first + more) + 1e-6
    low = safety.demand_varies(mean, sd, 2, service_level=first).reorder_point
    assert low < safety.demand_varies(mean, sd, 2, service_level=first + more).reorder_point


@given(demand=st.lists(st.integers(0, 60), min_size=1, max_size=7), fixed=COSTS, holding=COSTS)
def test_schedules_meet_demand_and_no_plan_is_cheaper(
    demand: list[int], fixed: float, holding: float
) -> None:
    found = schedules.wagner_whitin(len(demand), demand, fixed, holding)
    assert sum(found.order_quantities) == sum(demand)
    assert min(found.order_quantities) >= 0
    stock = np.cumsum(np.asarray(found.order_quantities) - demand)
    assert stock.min() >= -1e-9
    costs = []
    for orders in product([False, True], repeat=len(demand)):
        last, total = None, 0.0
        for period, (order, units) in enumerate(zip(orders, demand, strict=True)):
            if order:
                last, total = period, total + fixed
            if units and last is None:
                break
            total += units and holding * units * (period - (last or 0))
        else:
            costs.append(total)
    assert found.cost == pytest.approx(min(costs))


@given(holding=COSTS, stockout=COSTS, fixed=COSTS, mean=st.floats(0.2, 12))
def test_min_max_levels_are_ordered_and_beat_their_neighbours(
    holding: float, stockout: float, fixed: float, mean: float
) -> None:
    best = min_max.poisson(holding, stockout, fixed, mean)
    low, high = int(best.reorder_level), int(best.order_up_to)
    assert low < high
    for other in ((low, high + 1), (low - 1, high), (low - 1, high - 1), (low + 1, high + 1)):
        cost = min_max.poisson_policy_cost(holding, stockout, fixed, mean, *other)[0]
        assert cost >= best.cost - 1e-9 * (1 + best.cost)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda: lot_sizes.economic_order_quantity(-8, 0.2, 10), "fixed_cost"),
        (lambda: lot_sizes.economic_order_quantity(8, 0, 10), "holding_cost"),
        (lambda: lot_sizes.production_quantity(8, 1, 10, 10), "production_rate"),
        (lambda: newsvendor.normal(1, math.nan, 5, 1), "stockout_cost"),
        (lambda: newsvendor.discrete(1, 1, {"2": 0.5}), "demand_pmf"),
        (lambda: newsvendor.normal_explicit(1, 2, 0, 50, 8), "revenue"),
        (lambda: safety.demand_varies(30, 5, 10, service_level=1), "service_level"),
        (lambda: safety.for_fill_rate(30, 5, 10, 20, 1.2), "fill_rate"),
        (lambda: safety.demand_varies(30, 5, 10), "z"),
        (lambda: discounts.all_units(8, 0.3, 10, [0, 5, 5], [3, 2, 1]), "breakpoints[2]"),
        (lambda: discounts.incremental(8, 0.3, 10, [0, 5], [1, 2]), "unit_costs[1]"),
        (lambda: schedules.wagner_whitin(3, [1, 2], 5, 1), "demand"),
        (lambda: serial.base_stock(2, [1, 1], 9, 5, 1, [1, 1], [9, 1]), "echelon_holding_cost"),
        (lambda: guaranteed.serial({"1": 1, "3": 2}, [1, 1], 0, 0, 1, 1), "local_holding_cost"),
        (lambda: supply.newsvendor_with_disruptions(1, 1, 5, 1.5, 0.5), "disruption_prob"),
        (lambda: reorder.eil(5, 0.1, 50, 10, 2, 1), "stockout_cost"),
    ],
)
def test_impossible_policies_are_refused_by_name(call: object, field: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        call()  # type: ignore[operator]
    assert refused.value.field == field
    assert ";" in str(refused.value)
