"""Products side by side, and the one to take."""

import pytest

from catalogue_search.catalogue import Catalogue
from catalogue_search.compare import Row, compare, criterion_of
from catalogue_search.constraints import parse
from catalogue_search.query import Order
from tests.unit.catalogue_search.goods import (
    BOOTS,
    COLD_BAG,
    DAYPACK,
    HIKERS,
    LAGOON,
    PARKA,
    RAIN,
    RIDGE,
    RUNNERS,
    TREKKERS,
    WARM_BAG,
    product,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which is lighter?", ("weight", "least")),
        ("whats the cheaper one", ("price", "least")),
        ("which one has better reviews", ("rating", "most")),
        ("哪个轻", ("weight", "least")),
        ("哪款便宜点", ("price", "least")),
        ("哪个更暖和", ("warmth", "most")),
        ("whats the weight difference", ("weight", "least")),
        ("价格差多少", ("price", "least")),
        ("which would you take?", None),
    ],
)
def test_the_criterion_of_a_question(
    text: str, expected: tuple[str, str] | None, catalogue: Catalogue
) -> None:
    found = criterion_of(parse(text, catalogue, [RIDGE.product_id, LAGOON.product_id]))
    assert (None if found is None else (found.quantity, found.direction)) == expected


def test_the_lighter_one_with_the_gap() -> None:
    found = compare([RIDGE, LAGOON], criterion=Order("weight", "least"))
    assert found.rows[0] == Row("weight", (1450.0, 1930.0), (0,), 480.0)
    assert found.advice is not None
    assert (found.advice.product_id, found.advice.reasons) == (
        RIDGE.product_id,
        (("weight", 1450.0),),
    )


def test_without_a_difference_nothing_is_advised() -> None:
    assert compare([BOOTS, BOOTS], criterion=Order("weight", "least")).advice is None
    assert compare([RIDGE, LAGOON], criterion=Order("persons", "most")).advice is None


def test_a_tour_decides_by_what_it_needs() -> None:
    found = compare([LAGOON, DAYPACK, RIDGE], occasion="hut_tour")
    assert found.advice is not None
    assert found.advice.product_id == RIDGE.product_id
    assert found.advice.reasons[0] == ("volume", 45.0)


def test_rain_decides_by_what_keeps_it_out() -> None:
    found = compare([HIKERS, BOOTS], occasion="rain")
    assert found.advice is not None
    assert found.advice.product_id == BOOTS.product_id
    assert found.advice.reasons[0] == ("waterproof", True)


def test_of_those_that_suit_alike_the_generally_better_is_taken() -> None:
    """One that suits less well but is the lightest of all says nothing about the others."""
    light = product(91, "A|A", "jackets", "90.00", waterproof_mm=10000, weight_g=300)
    found = compare(
        [
            light,
            product(92, "B|B", "jackets", "120.00", waterproof_mm=20000, weight_g=410),
            product(93, "C|C", "jackets", "160.00", waterproof_mm=20000, weight_g=480),
        ],
        occasion="rain",
    )
    assert found.advice is not None
    assert found.advice.product_id == 92
    assert dict(found.advice.reasons) == {"waterproofness": 20000.0}


def test_winter_takes_the_warmer_bag() -> None:
    found = compare([WARM_BAG, COLD_BAG], occasion="winter_camping")
    assert found.advice is not None
    assert found.advice.product_id == COLD_BAG.product_id
    assert dict(found.advice.reasons)["warmth"] == 4.4


def test_wishes_count_more_than_the_occasion(catalogue: Catalogue) -> None:
    wishes = parse("must not be leather", catalogue).hard
    found = compare([BOOTS, HIKERS], occasion="rain", wishes=wishes)
    assert found.advice is not None
    assert found.advice.product_id == HIKERS.product_id
    assert found.advice.reasons[0] == ("material", "polyester mesh")
    dry = compare([TREKKERS, HIKERS], wishes=wishes)
    assert dry.advice is not None
    assert dry.advice.product_id == HIKERS.product_id


def test_without_any_wish_ratings_price_and_weight_decide() -> None:
    found = compare([RIDGE, LAGOON])
    assert found.advice is not None
    assert (found.advice.product_id, [name for name, _ in found.advice.reasons]) == (
        RIDGE.product_id,
        ["rating", "weight"],
    )


def test_rows_that_differ_come_first_and_unknown_values_are_none() -> None:
    found = compare([RAIN, PARKA])
    rating = found.row("rating")
    assert rating is not None
    assert (rating.values, rating.better) == ((4.2, None), ())
    assert found.row("volume") is None
    differs = [len(set(row.values)) > 1 for row in found.rows]
    assert differs == sorted(differs, reverse=True)
    column = found.row("water_column")
    assert column is not None
    assert (column.better, column.gap) == ((0,), 10000.0)


def test_one_product_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="two or more are needed"):
        compare([RUNNERS])
