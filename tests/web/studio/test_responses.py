"""Replies on pages: both languages, rules of voice before saving, the sentence that must stay."""

from pathlib import Path

import pytest

from studio.web.studio import mark_of
from tests.web.desk.conftest import Browser
from tests.web.studio.conftest import TALK, TALK_ZH, git

HERE = "/studio/responses/utter_cancelled"
BOT = "/studio/responses/utter_i_am_a_bot"
FIRST = "Order {number} is cancelled."


async def save(browser: Browser, place: str = HERE, **fields: str) -> tuple[int, str]:
    fields = {"in": "en", **fields}
    response = await browser.send(f"{place}/save", script=False, **fields)
    return response.status, await response.text()


def talk(content: Path, language: str = "en") -> str:
    return (content / language / "responses/talk.yml").read_text(encoding="utf-8")


async def test_both_languages_are_listed_and_searched(admin: Browser) -> None:
    _, page = await admin.open("/studio/responses")
    assert FIRST in page
    assert "订单 {number} 已取消。" in page
    assert "and 1 more" in page
    _, page = await admin.open("/studio/responses?search=智能助手")
    assert ("utter_i_am_a_bot" in page, "utter_cancelled" in page) == (True, False)


async def test_a_wording_is_changed_added_and_deleted(admin: Browser, content: Path) -> None:
    status, _ = await save(admin, mark=mark_of(FIRST), text="I've cancelled order {number}.")
    assert status == 303
    changed = TALK.replace(FIRST, "I've cancelled order {number}.")
    assert talk(content) == changed
    status, _ = await save(admin, mark="", text='{number} is "off".')
    assert status == 303
    second = '    - text: "Done: {number} is cancelled."\n'
    assert talk(content) == changed.replace(
        second, second + '    - text: "{number} is \\"off\\"."\n'
    )
    fields = {"in": "en", "mark": mark_of('{number} is "off".')}
    response = await admin.send(f"{HERE}/delete", script=False, **fields)
    assert (response.status, talk(content)) == (303, changed)
    assert git(content, "log", "-1", "--format=%an %s") == (
        "Ines Admin utter_cancelled (en): wording deleted\n"
    )
    assert talk(content, "zh") == TALK_ZH


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write something first."),
        ("Order {number is gone", "A brace is not closed"),
        ("Order {nummer} is gone", "Nothing fills in {nummer} here."),
        ("Done: {number} is cancelled.", "This is there already"),
        ("x" * 2001, "2001 characters are too many"),
    ],
)
async def test_what_cannot_be_kept_is_said_with_the_fix(
    admin: Browser, content: Path, text: str, said: str
) -> None:
    status, page = await save(admin, mark=mark_of(FIRST), text=text, anyway="yes")
    assert (status, said in page, talk(content)) == (422, True, TALK)


async def test_rules_of_voice_are_shown_before_saving(admin: Browser, content: Path) -> None:
    text = "Gladly. It is cancelled."
    status, page = await save(admin, mark=mark_of(FIRST), text=text)
    assert (status, talk(content)) == (422, TALK)
    assert "Not saved yet" in page
    assert "It begins with “Gladly”." in page
    assert text in page
    status, _ = await save(admin, mark=mark_of(FIRST), text=text, anyway="yes")
    assert (status, talk(content)) == (303, TALK.replace(FIRST, text))


async def test_both_languages_must_tell_the_same_values(admin: Browser, content: Path) -> None:
    text = "订单已取消。"
    status, page = await save(
        admin, **{"in": "zh", "mark": mark_of("订单 {number} 已取消。"), "text": text}
    )
    assert (status, "English names {number}" in page) == (422, True)
    assert talk(content, "zh") == TALK_ZH


async def test_the_sentence_that_a_machine_answers_stays(admin: Browser, content: Path) -> None:
    mark = mark_of("I'm {shop}'s digital assistant – a program, not a person.")
    for text in ("I'm Ines from {shop}.", "I'm not a program, I'm a person.", "Hi from {shop}!"):
        for which in (mark, ""):
            status, page = await save(admin, BOT, mark=which, text=text, anyway="yes")
            assert (status, "must say that a program answers" in page) == (422, True)
    fields = {"in": "en", "mark": mark}
    response = await admin.send(f"{BOT}/delete", script=False, **fields)
    assert (response.status, talk(content)) == (422, TALK)
    status, _ = await save(admin, BOT, mark=mark, text="I'm {shop}'s shop bot, a program.")
    assert status == 303


async def test_the_second_of_two_people_keeps_their_words(admin: Browser, content: Path) -> None:
    await save(admin, mark=mark_of(FIRST), text="{number} is cancelled now.")
    status, page = await save(admin, mark=mark_of(FIRST), text="Cancelled: {number}.")
    assert (status, "Somebody changed this before you" in page) == (409, True)
    assert "Cancelled: {number}." in page
    assert talk(content) == TALK.replace(FIRST, "{number} is cancelled now.")


async def test_a_reply_is_seen_as_shoppers_see_it(admin: Browser, content: Path) -> None:
    words = "<b>{shop}</b>: order {number}. " + "word " * 42
    fields = {"in": "en", "mark": "", "text": words}
    response = await admin.send(f"{HERE}/preview", **fields)
    html = (await response.json())["html"]
    assert "&lt;b&gt;Fernweg&lt;/b&gt;" in html
    assert '<span class="gap">number</span>' in html
    assert "47 words are too many: at most 42" in html
    long = {"in": "zh", "mark": "", "text": "很" * 1000}
    response = await admin.send(f"{HERE}/preview", **long)
    assert "In a messenger (2)" in (await response.json())["html"]
    assert talk(content) == TALK


async def test_a_shop_whose_rules_name_no_such_answer_keeps_it_all_the_same(
    admin: Browser, content: Path
) -> None:
    voice = content / "en/voice.yml"
    text = voice.read_text(encoding="utf-8")
    voice.write_text(text[: text.index("machine:")], encoding="utf-8")
    mark = mark_of("I'm {shop}'s digital assistant – a program, not a person.")
    status, page = await save(admin, BOT, mark=mark, text="I'm Ines from {shop}.", anyway="yes")
    assert (status, "must say that a program answers" in page) == (422, True)
    voice.write_text("unit: miles\n", encoding="utf-8")
    status, page = await admin.open(BOT)
    assert (status, "voice.yml: unit: must be words or characters" in page) == (422, True)
    assert talk(content) == TALK
