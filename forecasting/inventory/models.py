"""The models by name, with the names that their parameters and results have in case files.

A parameter's name and kind are those of the function; `NAMES` holds the few whose symbol is one
letter in case files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

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

# symbol in a case file → the parameters that it may stand for
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "Q": ("order_quantity",),
    "S": ("base_stock_level", "order_up_to"),
    "r": ("reorder_point",),
    "s": ("reorder_level",),
}


@dataclass(frozen=True)
class Model:
    """What solves a case, and what its results are called, in order."""

    solve: Callable[..., tuple[Any, ...]]
    results: tuple[str, ...]


def _models() -> dict[str, Model]:
    lot, level, policy = ("Q", "cost"), ("S", "cost"), ("r", "Q", "cost")
    point = ("safety_stock", "reorder_point")
    limited = ("quantities", "multiplier", "cost")
    return {
        "eoq": Model(lot_sizes.economic_order_quantity, lot),
        "eoq_cost": Model(lot_sizes.economic_order_cost, ("cost",)),
        "eoq_backorders": Model(lot_sizes.with_backorders, ("Q", "stockout_fraction", "cost")),
        "epq": Model(lot_sizes.production_quantity, lot),
        "eoq_all_units_discount": Model(discounts.all_units, ("Q", "region", "cost")),
        "eoq_incremental_discount": Model(discounts.incremental, ("Q", "region", "cost")),
        "eoq_disruptions": Model(supply.eoq_with_disruptions, lot),
        "eoq_additive_yield": Model(supply.eoq_additive_yield, lot),
        "eoq_multiplicative_yield": Model(supply.eoq_multiplicative_yield, lot),
        "eoq_shared_limit": Model(shared_limits.order_quantities, limited),
        "wagner_whitin": Model(schedules.wagner_whitin, ("order_quantities", "cost")),
        "jrp_silver": Model(
            joint.joint_replenishment_silver,
            ("order_quantities", "base_cycle_time", "order_multiples", "cost"),
        ),
        "newsvendor_normal": Model(newsvendor.normal, level),
        "newsvendor_normal_cost": Model(newsvendor.normal_cost, ("cost",)),
        "newsvendor_normal_explicit": Model(newsvendor.normal_explicit, ("S", "profit")),
        "newsvendor_poisson": Model(newsvendor.poisson, level),
        "newsvendor_poisson_cost": Model(newsvendor.poisson_cost, ("cost",)),
        "newsvendor_poisson_explicit": Model(newsvendor.poisson_explicit, ("S", "profit")),
        "newsvendor_lognormal": Model(newsvendor.lognormal, level),
        "newsvendor_discrete": Model(newsvendor.discrete, level),
        "newsvendor_disruptions": Model(supply.newsvendor_with_disruptions, level),
        "newsvendor_additive_yield": Model(supply.newsvendor_additive_yield, level),
        "newsvendor_shared_limit": Model(shared_limits.newsvendors, limited),
        "rq_cost": Model(reorder.cost, ("cost",)),
        "rq_optimal_r": Model(reorder.best_reorder_point, ("r",)),
        "rq_exact": Model(reorder.exact, policy),
        "rq_eil": Model(reorder.eil, policy),
        "rq_eoqb": Model(reorder.eoqb, policy),
        "rq_eoqss": Model(reorder.eoqss, policy),
        "rq_loss_function": Model(reorder.loss_function, policy),
        "rq_poisson_cost": Model(reorder_poisson.cost, ("cost",)),
        "rq_poisson_exact": Model(reorder_poisson.exact, policy),
        "s_S_poisson": Model(min_max.poisson, ("s", "S", "cost")),
        "s_S_poisson_cost": Model(min_max.poisson_policy_cost, ("cost",)),
        "s_S_discrete": Model(min_max.discrete, ("s", "S", "cost")),
        "s_S_power_approx": Model(min_max.power_approximation, ("s", "S")),
        "standard_normal_loss": Model(loss.standard_normal_loss, ("L", "L_bar")),
        "guaranteed_service_serial": Model(guaranteed.serial, ("cst", "cost")),
        "serial_multi_echelon_base_stock": Model(serial.base_stock, ("S_echelon", "cost")),
        "safety_stock_demand_and_leadtime": Model(safety.demand_and_lead_time_vary, point),
        "safety_stock_leadtime_varies": Model(safety.lead_time_varies, point),
        "reorder_point_demand_varies": Model(safety.demand_varies, point),
        "reorder_point_leadtime_demand": Model(safety.of_lead_time_demand, point),
        "reorder_point_fill_rate": Model(safety.for_fill_rate, point),
        "base_stock_fill_rate": Model(
            safety.base_stock_for_fill_rate, ("safety_stock", "base_stock_level")
        ),
        "service_levels": Model(safety.service_of, ("cycle_service", "fill_rate")),
    }


MODELS: Final = _models()
