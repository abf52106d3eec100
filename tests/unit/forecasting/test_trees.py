"""Trees know what a promotion does, which no history alone can."""

import numpy as np

from forecasting.engine import forecast
from forecasting.metrics import wape
from forecasting.models.trees import trees
from forecasting.panel import Panel

HORIZON = 4


def promoted(
    series: int = 24, steps: int = 60
) -> tuple[Panel, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    random = np.random.default_rng(11)
    promotion = (random.random((series, steps)) < 0.15).astype(float)
    rate = random.uniform(20, 60, size=(series, 1)) * (1 + 2 * promotion)
    values = random.poisson(rate).astype(float)
    panel = Panel(
        tuple(f"s{row}" for row in range(series)),
        values[:, :-HORIZON],
        "day",
        known={"promotion": promotion},
    )
    return panel, values[:, -HORIZON:]


def test_a_planned_promotion_is_in_the_forecast() -> None:
    panel, actual = promoted()
    known = wape(actual, trees(panel, HORIZON, 7))
    blind = wape(actual, forecast(Panel(panel.ids, panel.values, "day"), HORIZON, 1).mean)
    chosen = forecast(panel, HORIZON, 1)
    assert known < 0.25 < 0.35 < blind
    assert wape(actual, chosen.mean) < 0.25
    assert any("trees" in model for model in chosen.models)


def test_too_little_to_learn_from_says_nothing() -> None:
    panel, _ = promoted(series=3, steps=20)
    assert np.isnan(trees(panel, HORIZON, 7)).all()
