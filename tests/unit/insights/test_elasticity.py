"""Elasticities that made the data are found, copies of the price and its kin are refused."""

import numpy as np
import pandas as pd
import pytest

from insights.prices.demand import demand
from insights.prices.evaluation import ElasticityReport, evaluate
from insights.tables import BadData, read_table
from tests.unit.insights.samples import public

TRUTH = {"mug": -1.0, "pan": -2.0, "pot": -3.0}


def sales(each: int = 300, seed: int = 5) -> pd.DataFrame:
    """Three products; the price falls in the season, when people buy more whatever it is."""
    rng = np.random.default_rng(seed)
    parts = []
    for product, elasticity in TRUTH.items():
        season = rng.random(each) < 0.4
        price = np.exp(rng.normal(2, 0.2, each) - 0.3 * season)
        noise = rng.normal(0, 0.4, each)
        sold = np.exp(8 + elasticity * np.log(price) + 0.8 * season + noise)
        parts.append(
            pd.DataFrame(
                {"product": product, "price": price, "sold": sold, "season": season.astype(int)}
            )
        )
    return pd.concat(parts, ignore_index=True)


def measured(frame: pd.DataFrame, *controls: str) -> ElasticityReport:
    one = demand(frame, quantity="sold", price="price", group="product", controls=controls)
    return evaluate(one)


def test_controls_mend_what_the_season_confounds() -> None:
    report = measured(sales(), "season")
    assert report.plain.high < -2  # the season makes demand look touchier than it is
    assert report.main.low < -2 < report.main.high
    assert report.learned.low < -2 < report.learned.high
    for product, truth in TRUTH.items():
        own, shrunk = report.groups[product], report.shrunk[product]
        assert own.low < truth < own.high
        assert abs(shrunk.elasticity - report.main.elasticity) < abs(own.elasticity + 2) + 0.1
    assert report.gain[1] > 0
    assert set(report.levels) == {f"{name}, season={level}" for name in TRUTH for level in (0, 1)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price": 3.0}, "'price' never changes"),
        ({"price": -1.0}, "rows are 0 or below"),
        ({"sold": 0.0}, "add up over longer periods"),
        ({"sold": "many"}, "missing or no number"),
    ],
)
def test_what_says_nothing_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadData, match=said):
        demand(sales(40).assign(**change), quantity="sold", price="price", group="product")


def test_a_copy_of_the_price_and_revenue_are_no_controls() -> None:
    frame = sales(40).assign(
        cents=lambda f: f["price"] * 100, paid=lambda f: f["price"] * f["sold"]
    )
    for name, said in (("cents", "price under another name"), ("paid", "gives the quantity away")):
        with pytest.raises(BadData, match=said):
            demand(frame, quantity="sold", price="price", group="product", controls=[name])


def test_a_group_with_one_price_is_left_out_with_a_note() -> None:
    frame = sales(60)
    frame.loc[frame["product"] == "mug", "price"] = 4.0
    one = demand(frame, quantity="sold", price="price", group="product")
    assert one.groups == ("pan", "pot")
    assert "left out: mug" in one.notes[0]


def test_a_quantity_that_changes_only_where_prices_do_not_is_refused() -> None:
    frame = sales(60)
    frame.loc[frame["product"] == "mug", "price"] = 4.0
    frame.loc[frame["product"] != "mug", "sold"] = 9.0
    with pytest.raises(BadData, match="--quantity 'sold' never changes"):
        demand(frame, quantity="sold", price="price", group="product", controls=["season"])


@pytest.mark.real_data
def test_the_published_elasticities_of_orange_juice() -> None:
    table = read_table(public("oj/oj.csv.gz"))
    one = demand(table, quantity="sales", price="price", group="brand", controls=["feat"])
    report = evaluate(one)
    assert round(report.plain.elasticity, 3) == -3.139
    levels = {name: round(one.elasticity, 3) for name, one in report.levels.items()}
    assert levels == {
        "dominicks, feat=0": -2.774,
        "minute.maid, feat=0": -1.991,
        "tropicana, feat=0": -2.038,
        "dominicks, feat=1": -3.245,
        "minute.maid, feat=1": -3.571,
        "tropicana, feat=1": -3.495,
    }
    assert report.gain[1] > 0
