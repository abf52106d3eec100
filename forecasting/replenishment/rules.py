"""How reorder points and lots are made: three rules, each with one number to tune.

`equal`: the same chance for every variant that nothing runs out while an order is on its way.
`worth`: as much of that chance as a piece served is worth, so that service is bought where it is
cheap (Hadley and Whitin 1963). `power`: (s, S) by power approximation. Which of them is used, and
with what number, simulation says; see `forecasting.replenishment.proof`.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from forecasting.inventory.policies import LEAST_MEAN, Buying, power_levels
from forecasting.inventory.simulation import Floats
from forecasting.replenishment.plan import (
    LEVELS,
    ORDER_COST,
    Ahead,
    RuleName,
    holding_costs,
    lots_of,
    quantile_at,
)

RULES: Final[tuple[RuleName, ...]] = ("equal", "worth", "power")


@dataclass(frozen=True)
class Rule:
    """A rule and its number: what a piece served is worth, in the shop's currency.

    For `equal` it is the odds that nothing runs out, 19 for 95 %; for `power` a share of the price.
    """

    name: RuleName
    worth: float

    def __call__(self, ahead: Ahead) -> tuple[Floats, Floats]:
        """Whole reorder points and lots, (variants,)."""
        if self.name == "power":
            return self._power(ahead)
        lots = lots_of(ahead.weekly, ahead.price)
        if self.name == "equal":
            levels = np.full(len(lots), self.worth / (1.0 + self.worth))
        else:
            buying = self._buying(ahead, self.worth)
            levels = 1.0 - buying.risks(np.maximum(ahead.weekly, LEAST_MEAN), lots)
        levels = np.clip(levels, LEVELS[0], LEVELS[-1])
        return np.ceil(quantile_at(ahead.quantiles, levels) - 1e-9), lots

    def _power(self, ahead: Ahead) -> tuple[Floats, Floats]:
        weekly, sd = np.maximum(ahead.weekly, LEAST_MEAN), np.maximum(ahead.sd, LEAST_MEAN)
        buying = self._buying(ahead, self.worth * ahead.price)
        points, lots = power_levels(buying, weekly, sd, ahead.weeks)
        return np.maximum(np.rint(points), 0.0), np.maximum(np.rint(lots), 1.0)

    def _buying(self, ahead: Ahead, worth: float | Floats) -> Buying:
        """Costs of a week; what is due in between does not matter to a rule."""
        holding = holding_costs(ahead.price)
        return Buying(holding, np.full(len(holding), ORDER_COST), 0, worth)
