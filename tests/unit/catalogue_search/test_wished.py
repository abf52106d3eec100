"""The variant that words wish for, among odd options: clear, ambiguous, gone, left as it is."""

from decimal import Decimal

import pytest

from catalogue_search.option_words import mentions
from catalogue_search.wish_words import any_will_do
from catalogue_search.wished import Wished, all_meeting, wished
from kit.money import Money
from shop.ids import VariantId
from shop.options import colour_of, size_of
from shop.views import VariantView

# switch, backlight, size, colour; price; how many are left.
ROWS = (
    ("linear", "RGB", "full size", "black", "90", 5),
    ("clicky", "RGB", "full size", "black", "95", 0),
    ("clicky", "none", "full size", "black", "85", 5),
    ("clicky", "RGB", "80%", "black", "88", 5),
    ("tactile", "RGB", "full size", "white", "120", 5),
    ("tactile", "RGB", "60%", "rose gold", "70", 5),
)
NAMES = ("switch type", "backlight", "size", "color")


def variant(place: int) -> VariantView:
    *values, price, stock = ROWS[place]
    options = tuple(zip(NAMES, map(str, values), strict=True))
    return VariantView(
        VariantId(place),
        f"k{place}",
        size_of(options),
        colour_of(options),
        Money(Decimal(str(price)), "USD"),
        int(stock),
        None,
        options,
    )


KEYBOARDS = [variant(place) for place in range(len(ROWS))]
BOOTS = [
    VariantView(
        VariantId(10 + n),
        f"b{n}",
        size,
        "",
        Money(Decimal(price), "USD"),
        3,
        None,
        (("size", size), ("waterproof", dry), ("weight", weight)),
    )
    for n, (size, dry, weight, price) in enumerate(
        (
            ("9", "yes", "1.5kg", "100"),
            ("9", "no", "1.5kg", "80"),
            ("10", "no", "1.5kg", "80"),
            ("11", "yes", "2kg", "110"),
        )
    )
]


def wish(text: str, base: int = 0) -> Wished:
    return wished(text, KEYBOARDS, KEYBOARDS[base], name="Mechanical Keyboard")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the same but 80% and clicky", 3),
        ("the keyboard (linear, RGB, full size, black) for a clicky one, no backlight", 2),
        ("clicky, 80 percent", 3),
        ("the cheapest one you have", 5),
        ("the most expensive", 4),
        ("not black but white, tactile", 4),
        ("tactile in rosé or rose gold, 60%", 5),
        ("exactly the same again", 0),
        ("clicky instead of linear, without a backlight", 2),
        (
            "the same with clicky switches. If there is no clicky one with RGB, I'd take no backlight",
            2,
        ),
        ("clicky RGB full size, else the cheapest", 5),
    ],
)
def test_words_lead_to_one_variant(text: str, place: int) -> None:
    found = wish(text).chosen
    assert found is not None
    assert found.variant_id == place


@pytest.mark.parametrize("text", ["clicky please", "another one", "tactile"])
def test_what_several_could_be_is_not_chosen(text: str) -> None:
    assert wish(text).chosen is None


def test_what_is_sold_out_is_told_and_the_nearest_are_known() -> None:
    found = wish("everything the same but clicky")
    assert (found.chosen, found.lacks) == (None, ("clicky",))
    assert [dict(one.options)["switch type"] for one in found.near[:2]] == ["clicky", "clicky"]


def test_an_item_is_left_where_that_was_said_for_the_case() -> None:
    assert wish("the same but clicky, otherwise leave it as it is").leaves
    assert not wish("clicky, no backlight, otherwise leave it").leaves


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("not waterproof", 1),
        ("a size bigger, not waterproof", 2),
        ("size 11", 3),
        ("the non-waterproof ones in 10", 2),
        ("the heaviest, 2 kg and size 11", 3),
    ],
)
def test_options_that_are_there_or_not_and_numbers(text: str, place: int) -> None:
    found = wished(text, BOOTS, BOOTS[0], name="Boots").chosen
    assert found is not None
    assert found.variant_id == 10 + place


# pieces, theme, difficulty; how many are left.
PUZZLES = [
    VariantView(
        VariantId(20 + n),
        f"{700000 + n}",
        "",
        "",
        Money(Decimal(50 - n), "USD"),
        left,
        None,
        (("pieces", pieces), ("theme", theme), ("difficulty level", level)),
    )
    for n, (pieces, theme, level, left) in enumerate(
        (
            ("500", "art", "intermediate", 1),
            ("1000", "animals", "expert", 1),
            ("1500", "animals", "intermediate", 1),
            ("1500", "art", "intermediate", 1),
            ("500", "art", "beginner", 1),
            ("1000", "art", "beginner", 1),
            ("500", "art", "expert", 0),
        )
    )
]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("one with 1000 more pieces in the same difficulty, animals rather than art", 2),
        ("1000 additional pieces, same difficulty level, art not animals", 3),
        ("the easiest one with the fewest pieces", 4),
        ("as few pieces as possible, and the simplest", 4),
        ("change it to item 700005", 5),
    ],
)
def test_steps_several_orders_and_numbers_of_goods(text: str, place: int) -> None:
    found = wished(text, PUZZLES, PUZZLES[0], name="Puzzle").chosen
    assert found is not None
    assert found.variant_id == 20 + place


@pytest.mark.parametrize(
    "text",
    [
        "size 10, waterproof or not",
        "size 10, the waterproofing doesn't matter, same weight",
        "a pair in size 10, same weight, I don't care about waterproofness",
    ],
)
def test_an_option_may_be_left_open(text: str) -> None:
    found = wished(text, BOOTS, BOOTS[0], name="Boots").chosen
    assert found is not None
    assert found.variant_id == 12


@pytest.mark.parametrize("option", ["color", "colour", "Colour"])
@pytest.mark.parametrize("said", ["the colour doesn't matter", "the color does not matter"])
def test_a_colour_may_be_left_open_however_it_is_spelled(said: str, option: str) -> None:
    assert any_will_do(said, option)
    assert not any_will_do(said, "size")


def test_a_fallback_keeps_what_it_does_not_replace() -> None:
    text = "a harder one with 1500 pieces, else 1000"
    found = wished(text, PUZZLES, PUZZLES[0], name="Puzzle")
    assert found.chosen is not None
    assert found.chosen.variant_id == 21
    assert found.lacks == ("1500",)


def test_a_number_that_is_sold_out_is_told() -> None:
    found = wished("item 700006", PUZZLES, PUZZLES[0], name="Puzzle")
    assert (found.chosen, found.lacks) == (None, ("700006",))


def test_all_that_there_are_of_a_kind_are_listed_the_cheapest_first() -> None:
    found = all_meeting("which ones with more pieces in art are there?", PUZZLES, PUZZLES[0])
    assert [one.variant_id for one in found] == [25, 23]


def test_a_number_that_no_variant_has_is_no_other_one() -> None:
    assert wished("with 3kg", BOOTS, BOOTS[0], name="Boots").lacks == ("3kg",)


def test_the_longer_value_is_meant_and_the_nearer_name() -> None:
    several = [
        (("frame color", a), ("lens color", b))
        for a in ("gold", "rose gold", "black")
        for b in ("gold", "black")
    ]
    assert [(one.option, one.value) for one in mentions("rose gold", several)] == [
        ("frame color", "rose gold")
    ]
    named = mentions("a black frame with gold lenses", several)
    assert {(one.option, one.value) for one in named} == {
        ("frame color", "black"),
        ("lens color", "gold"),
    }


@pytest.mark.parametrize("text", ["that's all", "I'm done, that’s it", "I'd say so"])
def test_a_letter_behind_an_apostrophe_is_no_size(text: str) -> None:
    shirts = [(("size", size),) for size in ("S", "M", "D")]
    assert mentions(text, shirts) == []
    assert [one.value for one in mentions("an S please", shirts)] == ["S"]
