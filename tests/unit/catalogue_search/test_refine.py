"""A search changed by the next message, and kept as JSON in between."""

import json

import pytest

from catalogue_search.catalogue import Catalogue
from catalogue_search.constraints import parse
from catalogue_search.query import Query
from catalogue_search.refine import refine
from tests.unit.catalogue_search.goods import BOOTS, TREKKERS
from tests.unit.catalogue_search.test_phrasings import told


def _parts(query: Query) -> list[str]:
    return sorted(told(query).split("; "))


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("blue jacket in M", "in red", "jacket; size=M; colour=red"),
        ("蓝色外套 M码", "粉色", "jacket; size=M; colour=pink"),
        ("blue jacket", "not blue", "jacket; colour!=blue"),
        ("blue or red jacket", "no red please", "jacket; colour=blue; colour!=red"),
        ("jacket, not black", "black after all", "jacket; colour=black"),
        ("boots under 200", "under 150", "hiking_boot; price ..150"),
        ("boots under 200", "over 100", "hiking_boot; price ..200; price 100.."),
        ("boots under 200", "over 250", "hiking_boot; price 250.."),
        ("karst backpack", "any brand", "backpack"),
        ("红色的背包", "颜色无所谓", "backpack"),
        ("waterproof boots", "doesn't need to be waterproof", "hiking_boot"),
        ("waterproof and breathable boots", "不需要防水", "hiking_boot; feature=breathable"),
        ("boots", "waterproof", "hiking_boot; feature=waterproof"),
        ("boots, no leather", "no mesh either", "hiking_boot; material!=leather; material!=mesh"),
        ("backpacks in olive", "daypacks", "daypack; colour=olive"),
        ("tent for 2 under 400", "sleeping bags", "sleeping_bag; price ..400"),
        (
            "men's boots 43 brown under 200",
            "trail shoes",
            "trail_shoe; gender=men; size=43; price ..200",
        ),
        ("boots 43", "a jacket", "jacket"),
        ("登山鞋 43码 200以内", "跑鞋呢", "trail_shoe; size=43; price ..200"),
        ("lightest tent", "under 400", "tent; price ..400; least weight"),
        ("lightest tent", "the cheapest", "tent; least price"),
        ("jacket", "forget the price", "jacket"),
        ("socks or gloves", "no socks", "gloves; kind!=socks"),
        ("merino t-shirt", "in cotton", "t_shirt; material=cotton"),
    ],
)
def test_a_message_changes_the_search(
    first: str, then: str, expected: str, catalogue: Catalogue
) -> None:
    changed = refine(parse(first, catalogue), parse(then, catalogue))
    assert _parts(changed) == sorted(expected.split("; "))


def test_cheaper_is_bound_by_the_list_and_keeps_the_rest(catalogue: Catalogue) -> None:
    shown = [BOOTS.product_id, TREKKERS.product_id]
    kept = parse("waterproof boots size 42 under 250", catalogue)
    cheaper = refine(kept, parse("cheaper", catalogue, shown))
    expected = ["feature=waterproof", "hiking_boot", "price ..149.95", "size=42"]
    assert _parts(cheaper) == expected


def test_what_the_caller_drops_is_gone(catalogue: Catalogue) -> None:
    kept = parse("red jacket from alpenrot in M", catalogue)
    assert told(refine(kept, Query(), {"brand", "colour"})) == "jacket; size=M"


def test_an_occasion_is_replaced_with_what_it_suggested(catalogue: Catalogue) -> None:
    hut = parse("backpack for a hut tour, olive", catalogue)
    assert [c.attribute for c in hut.soft] == ["feature", "volume", "weight"]
    city = refine(hut, parse("for the city", catalogue))
    assert (city.occasion, [(c.attribute, c.low) for c in city.soft]) == (
        "city",
        [("feature", None), ("volume", 10), ("weight", None)],
    )
    assert [c.values for c in city.hard] == [("olive",)]


@pytest.mark.parametrize(
    "text",
    [
        "waterproof boots, not leather, size 42, under 150 euros, ideally brown",
        "lightest tent for 3 people, 40-50 litres, best rated",
        "which is cheaper for a 3 day hut tour? any brand, with laptop sleeve doodad",
        "女款冲锋衣 不要红色 200到300 防水 M码 露营",
        "",
    ],
)
def test_a_query_survives_json(text: str, catalogue: Catalogue) -> None:
    query = parse(text, catalogue)
    assert Query.from_json(json.loads(json.dumps(query.to_json()))) == query


def test_an_empty_query_is_an_empty_object() -> None:
    assert (Query().to_json(), Query().is_empty) == ({}, True)


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown fields \['colour'\]"):
        Query.from_json({"colour": "red"})
