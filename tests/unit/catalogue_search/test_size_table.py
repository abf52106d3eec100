"""A size table says of every size what the advice says of a body that it is made for."""

import pytest

from catalogue_search.advice import size_advice
from catalogue_search.body import Body
from catalogue_search.size_table import size_table
from shop.views import ProductView
from tests.unit.catalogue_search.goods import HIKERS, RAIN, RUNNERS, SOCKS, TREKKERS


@pytest.mark.parametrize("shoes", [HIKERS, RUNNERS, TREKKERS])
def test_the_longest_foot_of_a_size_takes_that_size(shoes: ProductView) -> None:
    table = size_table(shoes)
    assert table is not None
    assert table.measures == ("foot_cm",)
    for size, (longest,) in table.rows:
        foot = float(longest.removeprefix("≤ "))
        assert size_advice(shoes, Body(foot_cm=foot)).size == size


def test_clothes_tell_three_measures_and_others_have_no_table() -> None:
    table = size_table(RAIN)
    assert table is not None
    assert table.measures == ("chest_cm", "height_cm", "weight_kg")
    sizes = {variant.size for variant in RAIN.variants}
    assert {size for size, _ in table.rows} == sizes
    for size, (chest, _, _) in table.rows:
        if "–" in chest:
            low, high = map(float, chest.split("–"))
            found = size_advice(RAIN, Body(chest_cm=(low + high) / 2))
            assert size in {found.size, found.alternative}
    assert size_table(SOCKS) is None
