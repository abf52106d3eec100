"""Safety stock along a serial chain where each stage promises a service time (Simpson 1958).

Stage 1 serves customers, the last stage buys from outside. A stage that is promised goods in SI,
works T and promises S must cover SI + T − S periods of bounded demand (Snyder and Shen, 6.3).
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from forecasting.inventory.checks import BadPolicy, not_negative, not_negative_list

PerStage = Mapping[str, float] | Sequence[float]


class ServiceTimes(NamedTuple):
    """Committed service time of each stage by its number, and holding cost a period."""

    cst: dict[str, float]
    cost: float


def serial(
    local_holding_cost: PerStage,
    processing_time: PerStage,
    external_inbound_cst: float,
    external_outbound_cst: float,
    demand_bound_constant: float,
    sd: float,
) -> ServiceTimes:
    """The cheapest service times by dynamic programming from the customer up (6.43).

    The cost is concave in each promise, so one at an end of its range is best: 0, all it may
    take, or just what lets the stages below keep the promise to the customer.
    """
    holding = by_stage("local_holding_cost", local_holding_cost)
    times = by_stage("processing_time", processing_time)
    if len(times) != len(holding):
        raise BadPolicy("processing_time", f"has {len(times)} stages", f"give {len(holding)}")
    not_negative(
        external_inbound_cst=external_inbound_cst,
        external_outbound_cst=external_outbound_cst,
        demand_bound_constant=demand_bound_constant,
        sd=sd,
    )
    slack = [external_outbound_cst]
    for time in times[:-1]:
        slack.append(max(0.0, slack[-1] - time))
    bound = demand_bound_constant * sd
    known: dict[tuple[int, float], tuple[float, tuple[float, ...]]] = {}

    def best(stage: int, inbound: float) -> tuple[float, tuple[float, ...]]:
        """Cost of stages 1…stage and their promises, stage 1 first."""
        found = known.get((stage, inbound))
        if found is not None:
            return found
        reach = inbound + times[stage - 1]
        if stage == 1:
            net = max(0.0, reach - external_outbound_cst)
            found = (holding[0] * bound * math.sqrt(net), (external_outbound_cst,))
        else:
            options = sorted({0.0, reach, min(reach, slack[stage - 1])})
            for promise in options:
                below, promises = best(stage - 1, promise)
                total = holding[stage - 1] * bound * math.sqrt(reach - promise) + below
                if found is None or total < found[0] - 1e-12:
                    found = (total, (*promises, promise))
        assert found is not None
        known[stage, inbound] = found
        return found

    cost, promises = best(len(times), external_inbound_cst)
    return ServiceTimes({str(n): value for n, value in enumerate(promises, start=1)}, cost)


def by_stage(field: str, values: PerStage) -> list[float]:
    """Values of stages 1, 2, … from a list, or from a table keyed by the stage's number."""
    if isinstance(values, Mapping):
        wanted = [str(n) for n in range(1, len(values) + 1)]
        if sorted(values) != sorted(wanted):
            raise BadPolicy(
                field, f"has the stages {', '.join(values)}", "number them 1, 2, … without a gap"
            )
        values = [values[key] for key in wanted]
    not_negative_list(field, values)
    return list(values)
