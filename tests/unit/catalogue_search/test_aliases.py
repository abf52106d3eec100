"""Products by parts of their names."""

from dataclasses import replace

import pytest

from catalogue_search.aliases import build_names, find_products
from catalogue_search.catalogue import Catalogue
from kit.i18n import Language, Texts
from shop.ids import ProductId
from tests.unit.catalogue_search.goods import (
    BIG_TENT,
    BOOTS,
    COLD_BAG,
    HIKERS,
    LAGOON,
    RAIN,
    RIDGE,
    SOCKS,
    TENT,
)

ONE = [
    ("en", "is the Nordlicht Storm Rain Shell in stock?", RAIN, "Nordlicht Storm Rain Shell"),
    ("en", "storm shell in M", RAIN, "storm shell"),
    ("en", "the storm jacket", RAIN, "storm jacket"),
    ("en", "ridge 45", RIDGE, "ridge 45"),
    ("en", "ridge45 please", RIDGE, "ridge45"),
    ("en", "the karst rucksack 45", RIDGE, "karst rucksack 45"),
    ("en", "how warm is the glacier bag", COLD_BAG, "glacier bag"),
    ("en", "do the sumit boots run small", BOOTS, "sumit boots"),
    ("en", "alpenrot boots", BOOTS, "alpenrot boots"),
    ("en", "is the aurora freestanding", TENT, "aurora"),
    ("en", "ridge socks", SOCKS, "ridge socks"),
    ("zh", "风暴冲锋衣有货吗", RAIN, "风暴冲锋衣"),
    ("zh", "山脊45多重", RIDGE, "山脊45"),
    ("zh", "山脊书包", RIDGE, "山脊书包"),
    ("zh", "巅峰登山鞋偏小吗", BOOTS, "巅峰登山鞋"),
    ("zh", "颠峰登山鞋", BOOTS, "颠峰登山鞋"),
    ("zh", "冰川睡袋多暖和", COLD_BAG, "冰川睡袋"),
    ("zh", "极光的帐篷", TENT, "极光的帐篷"),
    ("zh", "Karst 山脊 45 背包", RIDGE, "Karst 山脊 45 背包"),
    ("zh", "storm那件", RAIN, "storm"),
]


@pytest.mark.parametrize(("language", "text", "expected", "words"), ONE)
def test_a_short_name_finds_its_product(
    language: Language, text: str, expected: object, words: str, catalogue: Catalogue
) -> None:
    matches = find_products(text, language, catalogue.names)
    assert [(m.product_id, text[m.start : m.end]) for m in matches] == [
        (expected.product_id, words)  # type: ignore[attr-defined]
    ]


def test_a_whole_name_of_common_words_names_its_product() -> None:
    names = [
        "White Hanging Heart Light Holder",
        "Red Hanging Heart Light Holder",
        "Glass Heart",
        "Wall Hanging White",
        "Ceramic Light",
        "Drink Me Mug",
        "Heart of Hanging",
        "Cake Holder",
    ]
    goods = [
        replace(RAIN, product_id=ProductId(place), brand="", names=Texts.of({"en": name}))
        for place, name in enumerate(names, start=1)
    ]
    index = build_names(goods)
    found = find_products("what does the white hanging heart light holder cost?", "en", index)
    assert found[0].product_id == 1
    assert find_products("show me a holder", "en", index) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Karst Ridge 45 or Nordlicht Lagoon 55, which is better?", "en"),
        ("ridge 45 vs lagoon 55", "en"),
        ("compare the ridge backpack with the lagoon", "en"),
        ("山脊45和泻湖55有啥区别", "zh"),
        ("泻湖跟山脊45哪个好", "zh"),
    ],
)
def test_two_products_of_one_message(text: str, language: Language, catalogue: Catalogue) -> None:
    matches = find_products(text, language, catalogue.names)
    assert {m.product_id for m in matches} == {RIDGE.product_id, LAGOON.product_id}
    assert len({(m.start, m.end) for m in matches}) == 2


@pytest.mark.parametrize(
    "text",
    [
        "hiking boots",
        "blue backpack under 100",
        "not nordlicht",
        "where is my order",
        "can I ride a bike with it",
        "it started to pour",
        "the karst ridge 99",
        "我想买登山鞋",
        "订单什么时候到",
        "有没有防水的外套",
        "",
    ],
)
def test_no_product_is_named(text: str, catalogue: Catalogue) -> None:
    language: Language = "en" if text.isascii() else "zh"
    assert find_products(text, language, catalogue.names) == []


def test_an_unclear_name_lists_only_what_it_may_be(catalogue: Catalogue) -> None:
    matches = find_products("the cliff one", "en", catalogue.names)
    assert {m.product_id for m in matches} == {HIKERS.product_id, BIG_TENT.product_id}
    assert all(m.score < 0.6 for m in matches)


def test_what_is_looked_at_is_meant(catalogue: Catalogue) -> None:
    near = [BIG_TENT.product_id]
    matches = find_products("the cliff one", "en", catalogue.names, among=near)
    assert [m.product_id for m in matches] == near
    elsewhere = find_products("the aurora", "en", catalogue.names, among=[ProductId(999)])
    assert [m.product_id for m in elsewhere] == [TENT.product_id]


def test_a_full_name_is_sure(catalogue: Catalogue) -> None:
    full = find_products("Nordlicht Aurora Two-Person Tent", "en", catalogue.names)[0]
    part = find_products("aurora tent", "en", catalogue.names)[0]
    slip = find_products("aurorra tent", "en", catalogue.names)[0]
    assert full.score == 1.0
    assert full.score > part.score > slip.score
