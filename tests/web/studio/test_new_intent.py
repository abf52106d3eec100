"""A new intent with its answer: both languages, one commit, or nothing."""

import re
from pathlib import Path

import pytest

from studio.web.new_intent import name_of
from tests.web.desk.conftest import Browser
from tests.web.studio.conftest import ORDERS, ORDERS_ZH, git

EN = "do you wrap gifts\nis there gift paper\ncan you pack it as a present\nwrapping\nas a gift"
ZH = "可以包装礼物吗\n有礼品纸吗\n能包成礼物吗\n礼品包装\n我要送人的"
GOOD = {
    "title": "Gift wrapping, for weddings!",
    "topic": "orders",
    "examples_en": EN,
    "examples_zh": ZH,
    "reply_en": "Yes, for free: {shop} wraps it before it leaves.",
    "reply_zh": "可以，{shop} 免费包装。",
}
NAME = "own_gift_wrapping_for_weddings"


async def post(browser: Browser, **changed: str) -> tuple[int, str]:
    response = await browser.send("/studio/new", script=False, **{**GOOD, **changed})
    return response.status, await response.text()


async def test_an_intent_with_its_answer_is_one_commit(admin: Browser, content: Path) -> None:
    status, _ = await admin.open("/studio/new")
    assert status == 200
    response = await admin.send("/studio/new", script=False, **GOOD)
    assert response.headers["Location"] == f"/studio/intents/{NAME}?done=new"
    for language, before, examples in (("en", ORDERS, EN), ("zh", ORDERS_ZH, ZH)):
        text = (content / language / "nlu/orders.yml").read_text(encoding="utf-8")
        lines = "".join(f"      - {one}\n" for one in examples.split("\n"))
        assert text == f"{before}\n  - intent: {NAME}\n    examples: |\n{lines}"
        replies = (content / language / "responses/own.yml").read_text(encoding="utf-8")
        said = GOOD[f"reply_{language}"]
        assert replies == f'responses:\n  utter_{NAME}:\n    - text: "{said}"\n'
    assert git(content, "log", "--format=%s|%an", "-1").strip() == f"{NAME}: new intent|Ines Admin"
    assert git(content, "show", "--name-only", "--format=", "HEAD").split() == [
        "en/nlu/orders.yml",
        "en/responses/own.yml",
        "zh/nlu/orders.yml",
        "zh/responses/own.yml",
    ]
    assert git(content, "status", "--porcelain") == ""
    status, page = await post(admin, examples_en=EN.replace("wrap", "pack"))
    assert (status, f"There is {NAME} already" in page) == (422, True)
    change = git(content, "rev-parse", "HEAD").strip()
    assert (await admin.send(f"/studio/history/{change}/revert", script=False)).status == 303
    assert (content / "en/nlu/orders.yml").read_text(encoding="utf-8") == ORDERS
    assert not (content / "en/responses/own.yml").exists()


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("title", "礼品包装", "at least one word in English letters"),
        ("examples_en", "do you wrap gifts\nis there gift paper", "3 more, please"),
        ("examples_zh", f"{ZH}\n发货了吗", "This stands under track_order already"),
        ("examples_en", f"{EN}\n[10482", "A square bracket is not closed"),
        ("reply_zh", " ", "Write something first"),
        ("reply_en", "It costs {price}.", "Nothing fills in {price}"),
        ("reply_en", "Gladly. We wrap it.", "It begins with “Gladly”"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_kept(
    field: str, words: str, said: str, admin: Browser, content: Path
) -> None:
    status, page = await post(admin, **{field: words})
    assert (status, said in re.sub(r"&#39;", "'", page)) == (422, True)
    assert "can you pack it as a present" in page or field == "examples_en"
    assert git(content, "status", "--porcelain") == ""


async def test_a_file_that_ends_in_something_else_stays_as_it_is(
    admin: Browser, content: Path
) -> None:
    path = content / "zh/nlu/orders.yml"
    path.write_text(ORDERS_ZH + "other:\n  - a\n", encoding="utf-8")
    status, page = await post(admin)
    assert (status, "nothing was changed" in page) == (422, True)
    assert (content / "en/nlu/orders.yml").read_text(encoding="utf-8") == ORDERS
    assert not (content / "en/responses/own.yml").exists()


def test_a_title_becomes_a_name() -> None:
    said = {
        "Workshops": "own_workshops",
        "own_workshops": "own_workshops",
        "Don't ask": "own_dont_ask",
        "课程 2026": "own_2026",
        "课程": "",
        "a " * 60: "own_" + "a_" * 19 + "a",
    }
    assert {title: name_of(title) for title in said} == said
