"""(r, Q) policies with Poisson demand, exact (Snyder and Shen, chapter 5)."""

from forecasting.inventory.checks import BadPolicy, not_negative, positive
from forecasting.inventory.loss import poisson_loss
from forecasting.inventory.newsvendor import poisson_quantile
from forecasting.inventory.reorder import ReorderPolicy


def cost(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    lead_time: float,
    reorder_point: int,
    order_quantity: int,
) -> tuple[float]:
    """g(r,Q) = [Kλ + Σ g(y) for y = r+1 … r+Q]/Q (5.48)."""
    _check(holding_cost, stockout_cost, fixed_cost, demand_mean, lead_time)
    if order_quantity < 1:
        raise BadPolicy("Q", f"is {order_quantity}", "give a whole number of at least 1")
    mean = demand_mean * lead_time
    total = fixed_cost * demand_mean + sum(
        _newsvendor(level, holding_cost, stockout_cost, mean)
        for level in range(reorder_point + 1, reorder_point + order_quantity + 1)
    )
    return (total / order_quantity,)


def exact(
    holding_cost: float,
    stockout_cost: float,
    fixed_cost: float,
    demand_mean: float,
    lead_time: float,
) -> ReorderPolicy:
    """The best r and Q by Federgruen and Zheng (1992).

    The Q best levels of the newsvendor cost lie together; Q grows by the cheaper neighbour on
    either side while that one costs less than the average so far.
    """
    _check(holding_cost, stockout_cost, fixed_cost, demand_mean, lead_time)
    mean = demand_mean * lead_time
    best = poisson_quantile(stockout_cost / (stockout_cost + holding_cost), mean)
    low = high = best
    total = fixed_cost * demand_mean + _newsvendor(best, holding_cost, stockout_cost, mean)
    while True:
        below = _newsvendor(low - 1, holding_cost, stockout_cost, mean)
        above = _newsvendor(high + 1, holding_cost, stockout_cost, mean)
        if min(below, above) > total / (high - low + 1):
            break
        if below < above:
            low, total = low - 1, total + below
        else:
            high, total = high + 1, total + above
    quantity = high - low + 1
    return ReorderPolicy(low - 1, quantity, total / quantity)


def _newsvendor(level: int, holding: float, stockout: float, mean: float) -> float:
    loss = poisson_loss(level, mean)
    return holding * loss.complement + stockout * loss.loss


def _check(
    holding_cost: float, stockout_cost: float, fixed_cost: float, mean: float, lead_time: float
) -> None:
    positive(
        holding_cost=holding_cost,
        stockout_cost=stockout_cost,
        fixed_cost=fixed_cost,
        demand_mean=mean,
    )
    not_negative(lead_time=lead_time)
