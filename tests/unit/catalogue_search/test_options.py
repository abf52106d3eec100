"""Options beside size and colour: named in a message, kept where nothing is said of them."""

from dataclasses import replace

import pytest

from catalogue_search.catalogue import build_catalogue
from catalogue_search.facts import facts_of
from catalogue_search.options import fitting, options_named
from shop.options import Options
from shop.views import ProductView, VariantView
from tests.unit.catalogue_search.goods import product

KEYBOARD = (
    ("clicky", "none", "full size"),
    ("clicky", "RGB", "80%"),
    ("linear", "RGB", "full size"),
    ("linear", "none", "80%"),
    ("tactile", "white", "full size"),
)


def keyboard() -> ProductView:
    made = product(7, "Keyboard|键盘", "bottles", "70", sizes="a b c d e")
    variants = tuple(
        replace(one, colour="", size="", options=options(*values))
        for one, values in zip(made.variants, KEYBOARD, strict=True)
    )
    return replace(made, variants=variants)


def options(switch: str, light: str, size: str) -> Options:
    return (("switch type", switch), ("backlight", light), ("layout", size))


def shown(variant: VariantView | None) -> tuple[str, ...] | None:
    return None if variant is None else tuple(value for _, value in variant.options)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("the same but clicky please", {"switch type": "clicky"}),
        ("not linear, I want tactile ones", {"switch type": "tactile"}),
        ("with RGB light and full size", {"backlight": "RGB", "layout": "full size"}),
        ("a linear one", {}),
        ("clicked by mistake", {}),
        ("换成 clicky 的", {"switch type": "clicky"}),
    ],
)
def test_values_that_a_message_names(text: str, named: dict[str, str]) -> None:
    several = [options(*values) for values in KEYBOARD]
    assert options_named(text, several, held=options("linear", "none", "80%")) == named


def test_a_value_of_two_options_needs_the_name_of_one() -> None:
    several: list[Options] = [
        (("frame color", "black"), ("lens color", "blue")),
        (("frame color", "blue"), ("lens color", "black")),
    ]
    assert options_named("the black ones", several) == {}
    assert options_named("with a blue lens", several) == {"lens color": "blue"}
    assert options_named("frame blue", several) == {"frame color": "blue"}


def test_what_is_not_named_stays_as_it_is() -> None:
    variants = keyboard().variants
    base = variants[3]
    assert shown(fitting(variants, base, None, None, {"layout": "full size"})) is None
    assert shown(fitting(variants, variants[2], None, None, {"layout": "80%"})) is None
    assert shown(fitting(variants, base, None, None, {"switch type": "tactile"})) == KEYBOARD[4]
    one = fitting(variants, variants[1], None, None, {"switch type": "linear"})
    assert one is None, "two are linear, none of them is else the same"


def test_a_product_is_found_by_its_options() -> None:
    found = build_catalogue([product(1, "Bottle|水壶", "bottles", "9"), keyboard()])
    assert found.postings["clicky"].tolist() == [1]
    leather = replace(keyboard().variants[0], options=(("Material", "leather"),))
    assert "leather" in (facts_of(replace(keyboard(), variants=(leather,))).materials or ())
