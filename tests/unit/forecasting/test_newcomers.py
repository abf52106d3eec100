"""New variants lean on what they resemble, the less the longer they are on sale."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from forecasting.classes import DemandClass
from forecasting.engine import PanelForecast
from forecasting.newcomers import TRUST_STEPS, content_of, likeness, with_neighbours
from shop.ids import ProductId, VariantId
from shop.sales import VariantFacts


def variant(number: int, name: str, category: str = "boots", brand: int = 1) -> VariantFacts:
    return VariantFacts(
        VariantId(number),
        f"SKU-{number}",
        ProductId(number),
        f"p-{number}",
        category,
        brand,
        name,
        "42",
        "black",
        Decimal(100),
        3,
        date(2026, 1, 1),
    )


def made(means: list[float], classes: list[DemandClass]) -> PanelForecast:
    mean = np.array(means)[:, None] * np.ones(2)
    return PanelForecast(
        ids=tuple(map(str, range(len(means)))),
        mean=mean,
        quantiles={0.5: mean, 0.9: mean * 2},
        intervals={},
        classes=tuple(classes),
        models=("ses",) * len(means),
    )


def test_a_newcomer_leans_on_its_own_kind() -> None:
    variants = [
        variant(1, "Trail boot"),
        variant(2, "Trail boot high"),
        variant(3, "Lamp", "lamps"),
    ]
    result = with_neighbours(
        made([0.0, 6.0, 50.0], ["new", "smooth", "smooth"]), variants, np.array([2.0, 60.0, 60.0])
    )
    share = TRUST_STEPS / (TRUST_STEPS + 2)
    np.testing.assert_allclose(result.mean[0], 6.0 * share)
    np.testing.assert_allclose(result.quantiles[0.9][0], 12.0 * share)
    assert result.models == ("ses+neighbours", "ses", "ses")
    np.testing.assert_array_equal(result.mean[1:], made([0, 6.0, 50.0], ["new"] * 3).mean[1:])


def test_a_newcomer_alone_in_its_category_stays_as_it_is() -> None:
    result = with_neighbours(
        made([2.0, 9.0], ["new", "smooth"]),
        [variant(1, "Kite", "kites"), variant(2, "Boot")],
        np.array([1.0, 60.0]),
    )
    np.testing.assert_array_equal(result.mean[0], 2.0)
    assert result.models[0] == "ses"


def test_likeness_counts_name_brand_and_price() -> None:
    boot = content_of(variant(1, "Trail boot"))
    assert likeness(boot, boot) == 1.0
    other = content_of(variant(2, "Trail shoe", brand=2))
    assert likeness(boot, other) == pytest.approx((1 / 3 + 0 + 1 + 1 + 1) / 5)
