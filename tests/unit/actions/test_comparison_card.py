"""Products side by side: the rows, what is better, and few words beside the table."""

import re

import pytest
import yaml

from conversations import ComparisonCard, cards_from_json
from kit.i18n import length
from tests.unit.actions.talking import BOOTS, NAME, ROOT, Talking

MOST = {"en": 25, "zh": 50}
PACK = "karst-ridge-45-backpack"


@pytest.mark.parametrize(
    ("shopper", "asks", "first", "sizes"),
    [
        ("en", f"Karst Ridge 45 Backpack or {NAME}, which is lighter", "Weight", "Sizes"),
        ("zh", f"Karst Ridge 45 Backpack 和 {NAME} 哪个更轻", "重量", "尺码"),
    ],
    indirect=["shopper"],
)
def test_what_was_asked_comes_first_and_the_better_one_is_marked(
    shopper: Talking, asks: str, first: str, sizes: str
) -> None:
    said = shopper.say(asks, "compare", "compare_products")
    (table,) = cards_from_json(said["custom"]["cards"])
    assert isinstance(table, ComparisonCard)
    assert [one.sku for one in table.columns] == [PACK, BOOTS]
    assert table.rows[0].name == first
    assert (table.rows[0].best, table.rows[0].differs) == ((1,), True)
    assert table.rows[-1].name == sizes
    assert table.rows[-1].values[0] == ""
    assert len({row.name for row in table.rows}) == len(table.rows) <= 7


@pytest.mark.parametrize(
    ("shopper", "asks"),
    [("en", "which of them should I take?"), ("zh", "你推荐哪个")],
    indirect=["shopper"],
)
def test_beside_the_table_few_words_are_enough(shopper: Talking, asks: str) -> None:
    shopper.say("hiking socks" if shopper.language == "en" else "徒步袜", "wish", "search_product")
    said = shopper.say(asks, "compare", "compare_products")
    path = ROOT / "nlu_data" / shopper.language / "responses/products.yml"
    responses = yaml.safe_load(path.read_text("utf-8"))["responses"]
    for one in responses[said["response"]]:
        text = re.sub(r"\{(\w+)\}", lambda found: said[found[1]], one["text"])
        assert length(text, shopper.language) <= MOST[shopper.language], text
    assert said["custom"]["cards"][0]["kind"] == "comparison"
