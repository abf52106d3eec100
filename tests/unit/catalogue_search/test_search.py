"""What fits, what is not known, and what stands in the way."""

import numpy as np
import pytest

from catalogue_search.catalogue import Catalogue, build_catalogue
from catalogue_search.checks import Check, within
from catalogue_search.constraints import parse
from catalogue_search.message import take_apart
from catalogue_search.query import Constraint, Query, place
from catalogue_search.search import BOUND, SAID, Result, _weights, search
from catalogue_search.texts import TEXT, root, wish_in_words
from catalogue_search.tokens import stem
from shop.ids import ProductId
from tests.unit.catalogue_search.goods import (
    BIG_TENT,
    BOOTS,
    BOTTLE,
    COLD_BAG,
    DAYPACK,
    DOWN,
    HIKERS,
    LAGOON,
    PARKA,
    RAIN,
    RIDGE,
    RUNNERS,
    TENT,
    TREKKERS,
    WARM_BAG,
    product,
)


def found(text: str, catalogue: Catalogue, shown: tuple[ProductId, ...] = ()) -> Result:
    return search(parse(text, catalogue, shown), catalogue, shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("waterproof boots size 40", [BOOTS]),
        ("boots without leather", [HIKERS]),
        ("不是皮的登山鞋", [HIKERS]),
        ("backpack in blue", [RIDGE, LAGOON]),
        ("daypacks", [DAYPACK]),
        ("tent for 3 people", [BIG_TENT]),
        ("under 2.5 kg tent", [TENT]),
        ("sleeping bag for -2 degrees", [COLD_BAG]),
        ("women's jacket", [RAIN, DOWN]),
        ("the lightest pack", [DAYPACK, RIDGE, LAGOON]),
        ("warmest jacket", [PARKA, DOWN, RAIN]),
        ("最暖和的睡袋", [COLD_BAG, WARM_BAG]),
        ("best rated backpack", [RIDGE, LAGOON, DAYPACK]),
        ("bottle under 500 g", [BOTTLE]),
        ("silverish percolator", [17, 18, 19]),
        ("not the alpenrot jackets", [RAIN, PARKA]),
        ("a jacket in olive", [PARKA]),
    ],
)
def test_what_fits(text: str, expected: list[object], catalogue: Catalogue) -> None:
    result = found(text, catalogue)
    ids = [getattr(one, "product_id", one) for one in expected]
    assert (result.is_exact, list(result.ids), result.total) == (True, ids, len(ids))
    assert all(one.fits for one in result.products)


def test_nothing_fits_and_each_constraint_in_the_way_is_named(catalogue: Catalogue) -> None:
    result = found("waterproof boots, not leather", catalogue)
    assert (result.products, result.total, result.is_exact) == ((), 0, False)
    told = [
        ([c.source for c in one.constraints], [n.product_id for n in one.nearest], one.total)
        for one in result.blocking
    ]
    assert told == [
        (["leather"], [BOOTS.product_id, TREKKERS.product_id], 2),
        (["waterproof"], [HIKERS.product_id], 1),
    ]
    nearest = result.blocking[0].nearest[0]
    assert [(c.attribute, c.operator) for c in nearest.unmet] == [("material", "is_not")]
    assert {("waterproof", True), ("material", "nubuck")} <= set(nearest.values)


def test_two_constraints_in_the_way_at_once(catalogue: Catalogue) -> None:
    result = found("rain jacket, red, size XL, under 250", catalogue)
    assert [[c.attribute for c in one.constraints] for one in result.blocking] == [
        ["colour", "size"]
    ]
    assert [one.product_id for one in result.blocking[0].nearest] == [RAIN.product_id]


def test_the_nearest_are_those_least_far_off(catalogue: Catalogue) -> None:
    result = found("sleeping bag for -10", catalogue)
    assert [n.product_id for n in result.blocking[0].nearest] == [
        COLD_BAG.product_id,
        WARM_BAG.product_id,
    ]
    assert dict(result.blocking[0].nearest[0].values)["comfort"] == -2.0


def test_what_is_not_known_is_neither_met_nor_held_against_a_product(catalogue: Catalogue) -> None:
    result = found("wide fit boots under 150", catalogue)
    assert (result.is_exact, list(result.ids)) == (
        False,
        [BOOTS.product_id, HIKERS.product_id],
    )
    first = result.products[0]
    assert [c.attribute for c in first.unknown] == ["feature"]
    assert [c.attribute for c in first.met] == ["price", "stock"]
    assert not first.fits


def test_an_exclusion_is_not_met_by_silence(catalogue: Catalogue) -> None:
    result = found("bottle, no plastic", catalogue)
    assert (result.is_exact, list(result.ids)) == (False, [BOTTLE.product_id])
    assert [c.operator for c in result.products[0].unknown] == ["is_not"]


def test_no_sandal_sleeps_three(catalogue: Catalogue) -> None:
    assert list(found("something for 3 people", catalogue).ids) == [BIG_TENT.product_id]


def test_colour_and_size_must_be_in_stock_together(catalogue: Catalogue) -> None:
    assert list(found("rain jacket black L", catalogue).ids) == [RAIN.product_id]
    sold_out = found("rain jacket in black, size M", catalogue)
    assert not sold_out.is_exact
    assert sorted(c.attribute for one in sold_out.blocking for c in one.constraints) == [
        "colour",
        "size",
        "stock",
    ]
    query = parse("rain jacket in black, size M", catalogue)
    assert search(query, catalogue, in_stock=False).ids == (RAIN.product_id,)


def test_wishes_only_sort(catalogue: Catalogue) -> None:
    result = found("a backpack, ideally olive and not too heavy", catalogue)
    assert result.is_exact
    assert list(result.ids) == [RIDGE.product_id, DAYPACK.product_id, LAGOON.product_id]
    assert [c.attribute for c in result.products[0].met if not c.is_hard] == ["colour", "weight"]


def test_shown_products_come_last_among_equals(catalogue: Catalogue) -> None:
    assert list(found("jackets", catalogue).ids)[:2] == [RAIN.product_id, DOWN.product_id]
    shown = (RAIN.product_id,)
    assert list(found("jackets", catalogue, shown).ids) == [
        DOWN.product_id,
        PARKA.product_id,
        RAIN.product_id,
    ]


def test_the_value_of_a_superlative_is_said(catalogue: Catalogue) -> None:
    first = found("lightest tent", catalogue).products[0]
    assert first.values == (("weight", 2100.0), ("price", 299.0))


def test_unknown_values_come_last_under_a_superlative(catalogue: Catalogue) -> None:
    assert found("best rated jacket", catalogue).ids == (
        DOWN.product_id,
        RAIN.product_id,
        PARKA.product_id,
    )


def test_an_occasion_without_a_kind_offers_the_best_of_each(catalogue: Catalogue) -> None:
    result = found("what do i need for a weekend hut tour", catalogue)
    assert list(result.ids)[:3] == [RIDGE.product_id, BOOTS.product_id, RAIN.product_id]


def test_a_kind_that_the_shop_has_not(catalogue: Catalogue) -> None:
    result = found("sunglasses", catalogue)
    assert (result.products, result.is_exact) == ((), False)
    assert [(one.constraints[0].values, one.nearest) for one in result.blocking] == [
        (("sunglasses",), ())
    ]


def test_a_wider_kind_is_nearest_when_there_is_none(catalogue: Catalogue) -> None:
    result = found("sandals in 43", catalogue)
    assert [n.product_id for n in result.blocking[0].nearest] == [
        BOOTS.product_id,
        TREKKERS.product_id,
        RUNNERS.product_id,
    ]


def test_words_of_the_description_rank(catalogue: Catalogue) -> None:
    assert found("a jacket with sealed seams", catalogue).ids[0] == RAIN.product_id


@pytest.mark.parametrize("count", [1, 7])
def test_many_constraints_end_quickly(count: int, catalogue: Catalogue) -> None:
    ranges = tuple(
        Constraint("weight", "at_most", high=float(place), source=str(place))
        for place in range(count)
    )
    result = search(Query(ranges=ranges), catalogue)
    assert [len(one.constraints) for one in result.blocking] == [count]


def test_an_empty_shop_finds_nothing() -> None:
    empty = build_catalogue([])
    result = search(parse("blue jacket under 100", empty), empty)
    assert (result.products, result.total, result.is_exact) == ((), 0, False)


def test_attributes_of_an_imported_shop_are_read() -> None:
    goods = [
        product(1, "Acme Alpha Jacket|Acme 阿尔法夹克", "coats", "50", weight_kg="0.5"),
        product(2, "Acme Beta Jacket|Acme 贝塔夹克", "coats", "60", weight_g="no idea"),
    ]
    shop = build_catalogue(goods)
    assert shop.value("weight", 0) == 500.0
    assert shop.value("weight", 1) is None
    assert np.isnan(shop.quantity("volume")).all()


def test_what_is_there_already_is_not_looked_for(catalogue: Catalogue) -> None:
    for text in ("he has a tent already", "already got a tent", "帐篷已经有了", "我已经有帐篷"):
        query = parse(text, catalogue)
        assert not query.kinds, text
        assert [(one.attribute, one.values) for one in query.must_not] == [("kind", ("tent",))], (
            text
        )
    assert parse("is the tent already packed", catalogue).kind_values() == ("tent",)


def test_how_small_it_packs_is_no_backpack(catalogue: Catalogue) -> None:
    assert parse("how small does it pack", catalogue).kinds == ()
    assert parse("a pack for school", catalogue).kind_values() == ("backpack",)


def test_dry_feet_are_waterproof_shoes(catalogue: Catalogue) -> None:
    query = parse("something to keep my feet dry", catalogue)
    assert query.kind_values() == ("shoe",)
    assert [one.values for one in query.must] == [("waterproof",)]


def test_what_is_said_outright_counts_more_than_what_a_use_prefers() -> None:
    spans = [(14, 18), (37, 43), (37, 43)]
    soft = [
        Constraint("warmth", "much", strength="soft", start=first, end=last)
        for first, last in spans
    ]
    # Of what a use prefers its bounds count first: a pack for a trek has the litres for it.
    soft.append(Constraint("volume", "at_least", low=50, strength="soft", start=37, end=43))
    empty = np.zeros(0, bool)
    assert _weights([Check(one, empty, empty) for one in soft]) == [SAID, 1.0, 1.0, BOUND]


def test_for_two_no_larger_tent_comes_first_whatever_the_use_prefers(catalogue: Catalogue) -> None:
    assert found("tent for 2 people, camping", catalogue).ids[0] == TENT.product_id


def test_something_for_somebody_is_of_each_shelf_in_turn(catalogue: Catalogue) -> None:
    ids = found("something for my dad", catalogue).ids
    shelves = {k: v for k, v in catalogue.kinds.by_value.items() if k.startswith("category:")}
    rows = [catalogue.row_of[one] for one in ids[:3]]
    first = [next(name for name, mask in shelves.items() if mask[row]) for row in rows]
    assert len(set(first)) == len(first)


def test_where_most_are_alike_much_is_more_than_they_have() -> None:
    values = np.array([1.5, 1.5, 1.5, 1.5, 6.0])
    among = np.ones(5, bool)
    much = within(values, Constraint("warmth", "much"), among)
    assert much.tolist() == [False, False, False, False, True]
    assert within(values[:4], Constraint("warmth", "much"), among[:4]).all()


def test_the_nearest_to_goods_that_a_shop_lacks(catalogue: Catalogue) -> None:
    """Cookware is no stove, yet a suitcase is nearest to a backpack; there is nothing near skis."""
    found = search(parse("a suitcase", catalogue), catalogue)
    assert not found.is_exact
    assert {one.product_id for one in found.blocking[0].nearest} <= {
        RIDGE.product_id,
        LAGOON.product_id,
        DAYPACK.product_id,
    }
    assert search(parse("crampons", catalogue), catalogue).blocking[0].nearest == ()


@pytest.mark.parametrize(
    ("phrase", "negated", "fits"),
    [("sealed seam", False, True), ("全压胶", False, True), ("sealed seam", True, False)],
)
def test_a_wish_in_words_is_looked_for_in_the_texts(
    phrase: str, negated: bool, fits: bool, catalogue: Catalogue
) -> None:
    wish = Constraint(TEXT, "is_not" if negated else "is", (phrase,))
    kind = Constraint("kind", "is", ("rain_jacket",))
    query = place(Query(kinds=(kind,)), [wish])
    assert search(query, catalogue).is_exact is fits


def test_what_no_text_says_is_not_known_and_not_denied(catalogue: Catalogue) -> None:
    wish = Constraint(TEXT, "is", ("pit zips",))
    kind = Constraint("kind", "is", ("rain_jacket",))
    found = search(place(Query(kinds=(kind,)), [wish]), catalogue)
    assert not found.is_exact
    assert found.products[0].unknown == (wish,)


@pytest.mark.parametrize(
    ("word", "other"), [("ventilated", "ventilation"), ("adjustable", "adjusts"), ("zips", "zip")]
)
def test_words_with_other_endings_are_one(word: str, other: str) -> None:
    assert root(stem(word)) == root(stem(other))


def test_several_kinds_take_turns(catalogue: Catalogue) -> None:
    found = search(parse("tents and sleeping bags", catalogue), catalogue).ids[:2]
    tents = {TENT.product_id, BIG_TENT.product_id}
    assert len(tents.intersection(found)) == 1


def test_wind_that_is_to_be_kept_off_is_a_wish(catalogue: Catalogue) -> None:
    for text in ("双人帐篷 要能防大风的", "扛得住大风的帐篷"):
        query = parse(text, catalogue)
        assert ("feature", ("windproof",), "hard") in {
            (one.attribute, one.values, one.strength) for one in query.must
        }, text


def test_a_kind_that_is_denied_is_not_asked_for_beside_it(catalogue: Catalogue) -> None:
    query = parse("不要衣服 他衣服够多了", catalogue)
    assert (query.kinds, [one.values for one in query.must_not]) == ((), [("clothing",)])


def test_a_wide_kind_is_what_the_use_is_for(catalogue: Catalogue) -> None:
    assert parse("爬武功山穿什么鞋", catalogue).kind_values() == ("hiking_boot",)
    assert parse("shoes for running", catalogue).kind_values() == ("trail_shoe",)
    assert parse("a pack for school", catalogue).kind_values() == ("backpack",)


@pytest.mark.parametrize(
    ("text", "wish"), [("冲锋衣 三合一的 男", "三合一"), ("帐篷 我昨天看到的", None)]
)
def test_a_piece_apart_says_what_it_is_to_be_like(
    catalogue: Catalogue, text: str, wish: str | None
) -> None:
    message, left = take_apart(text, catalogue, ()), parse(text, catalogue).query_words
    found = wish_in_words(message.text, message.tokens, left, message.hits)
    assert (None if found is None else found.source) == wish
