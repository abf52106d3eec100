"""The rule that the night plans by: tuned and chosen on the past, proved on what follows."""

from datetime import date

import numpy as np
import pytest

from forecasting.replenishment.plan import Ahead, Stocked
from forecasting.replenishment.proof import LEAST_VARIANTS, choose_rule
from forecasting.replenishment.rules import Rule, RuleName
from forecasting.replenishment.sources import ShopState
from shop.ids import VariantId

TODAY = date(2026, 11, 1)


def a_shop(variants: int, weeks: int = 104, rate: float = 3.0) -> ShopState:
    """Negative binomial demand: cheap things sell fast, dear ones slowly."""
    random = np.random.default_rng(5)
    prices = np.geomspace(5, 400, variants)
    rates = rate * prices[::-1] / prices.mean()
    luck = random.gamma(1.5, 1 / 1.5, (variants, weeks))
    sales = random.poisson(rates[:, None] * luck).astype(float)
    return ShopState(
        variants=tuple(
            Stocked(VariantId(row), None, 7 + 7 * (row % 3), 5, (), 0, float(price))
            for row, price in enumerate(prices)
        ),
        skus=tuple(f"sku-{row}" for row in range(variants)),
        categories=tuple("ab"[row % 2] for row in range(variants)),
        sales=sales,
        is_known=np.ones(sales.shape, bool),
    )


def test_the_cheapest_rule_that_serves_the_target_is_chosen_and_proved_later() -> None:
    rule, night = choose_rule(a_shop(200), 0.95)
    assert (night.rule, night.target, night.variants, night.weeks) == (rule.name, 0.95, 200, 13)
    assert [one.rule for one in night.tried] == ["equal", "worth", "power"]
    chosen = next(one for one in night.tried if one.rule == rule.name)
    assert chosen.fill_rate == pytest.approx(0.95, abs=0.015)
    assert chosen.stock_cost == min(one.stock_cost for one in night.tried)
    assert choose_rule(a_shop(200), 0.95) == (rule, night)


def test_more_service_costs_more_stock() -> None:
    low, high = (choose_rule(a_shop(60), target)[1] for target in (0.85, 0.97))
    for before, after in zip(low.tried, high.tried, strict=True):
        assert before.fill_rate < after.fill_rate
        assert before.stock_cost < after.stock_cost


@pytest.mark.parametrize(
    "shop",
    [a_shop(60, weeks=20), a_shop(LEAST_VARIANTS - 1), a_shop(60, rate=0.01)],
    ids=["few weeks", "few variants", "few pieces"],
)
def test_too_short_a_past_keeps_one_level_for_all_and_says_so(shop: ShopState) -> None:
    rule, night = choose_rule(shop, 0.95)
    assert rule.name == "equal"
    assert rule.worth == pytest.approx(19)
    assert (night.variants, night.weeks, night.tried) == (0, 0, ())


@pytest.mark.parametrize("name", ["equal", "worth", "power"])
def test_a_rule_gives_whole_levels_that_rise_with_its_number(name: RuleName) -> None:
    one = np.array([2.0, 0.0])
    levels = np.cumsum(np.ones((2, 12)), axis=1) * one[:, None]
    ahead = Ahead(one, one * 0 + 3, one * 3, one, levels, np.array([20.0, 5.0]))
    low, _ = Rule(name, 0.5)(ahead)
    high, lots = Rule(name, 90.0)(ahead)
    assert (high >= low).all()
    assert high[0] > low[0]
    assert (lots >= 1).all()
    for values in (low, high, lots):
        assert np.isfinite(values).all()
        np.testing.assert_array_equal(values, np.rint(values))
