"""Intents on pages: what is written goes into one line of the file, and nothing else."""

import json
from pathlib import Path

import pytest

from desk.tickets import read_audit
from kit.database import Database
from studio.web.routes import ROUTES
from studio.web.studio import mark_of
from tests.web.desk.conftest import Browser
from tests.web.studio.conftest import ORDERS, git

HERE = "/studio/intents/track_order"


async def act(browser: Browser, what: str, **fields: str) -> tuple[int, str]:
    fields = {"in": "en", **fields}
    response = await browser.send(f"{HERE}/{what}", script=False, **fields)
    return response.status, await response.text()


def orders(content: Path) -> str:
    return (content / "en/nlu/orders.yml").read_text(encoding="utf-8")


async def test_only_admins_get_in(browser: Browser) -> None:
    for role, status in (("agent", 403), ("supervisor", 403), ("admin", 200)):
        await browser.sign_in(role)
        assert (await browser.open("/studio"))[0] == status
    guarded = {route.permission for route in ROUTES if not route.path.startswith("/static")}
    assert guarded == {"assistant.see", "assistant.edit", "assistant.publish"}


async def test_nobody_gets_in_and_is_sent_to_sign_in(browser: Browser, content: Path) -> None:
    response = await browser.client.get("/studio", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/desk/login?next=/studio")
    status, _ = await act(browser, "delete", mark=mark_of("any news"))
    assert (status, orders(content)) == (401, ORDERS)


async def test_a_form_of_another_site_changes_nothing(admin: Browser, content: Path) -> None:
    response = await admin.client.post(f"{HERE}/add", data={"in": "en", "text": "a new one"})
    assert (response.status, orders(content)) == (403, ORDERS)


async def test_the_list_counts_searches_and_says_what_needs_attention(
    admin: Browser, content: Path
) -> None:
    path = content / "en/nlu/orders.yml"
    path.write_text(ORDERS + "      - Any news?\n", encoding="utf-8")
    _, page = await admin.open("/studio?in=en")
    assert "2 intents, 6 examples" in page
    assert page.count("1 stand under another intent, too") == 2
    _, found = await admin.open("/studio?in=en&search=10482")
    assert "1 found:" in found
    _, found = await admin.open("/studio?in=zh&search=到哪")
    assert ("track_order" in found, "cancel_order" in found) == (True, False)


async def test_examples_are_added_one_a_line(
    admin: Browser, content: Path, desk_database: Database
) -> None:
    pasted = "- where is [10467](order_number) now\r\n\r\nAny news!\r\ntell me more\r\nTell me more"
    status, _ = await act(admin, "add", text=pasted)
    assert status == 303
    new = "      - where is [10467](order_number) now\n      - tell me more\n"
    assert orders(content) == ORDERS.replace("any news\n", "any news\n" + new)
    assert git(content, "log", "-1", "--format=%an <%ae> %s") == (
        "Ines Admin <admin@fernweg.example> track_order (en): 2 examples added\n"
    )
    with desk_database.reading() as session:
        line = read_audit(session)[0]
    assert (line.agent_name, line.act, line.subject) == (
        "Ines Admin",
        "content.change",
        "intent track_order",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  \n ", "Write something first."),
        ("good one\nfine [10482", "A square bracket is not closed."),
        ("[10482](order_nummer)", "“order_nummer” is no kind of data"),
        ("[10482] please", "the kind of data is missing"),
        ("cancel it", "This stands under cancel_order already"),
        ("any news", "This is there already, under track_order"),
        ("/restart", "cannot begin with a slash"),
        ("x" * 301, "301 characters are too many"),
    ],
)
async def test_a_line_that_cannot_be_kept_is_named_and_nothing_is_written(
    admin: Browser, content: Path, text: str, said: str
) -> None:
    status, page = await act(admin, "add", text=text)
    assert (status, said in page, orders(content)) == (422, True, ORDERS)
    assert text.strip().split("\n")[0] in page  # what was typed is kept


async def test_an_example_is_changed_and_deleted(admin: Browser, content: Path) -> None:
    status, _ = await act(admin, "change", mark=mark_of("has it left yet"), text="did it leave")
    assert status == 303
    changed = ORDERS.replace("has it left yet", "did it leave")
    assert orders(content) == changed
    status, _ = await act(admin, "delete", mark=mark_of("any news"))
    assert (status, orders(content)) == (303, changed.replace("      - any news\n", ""))
    for text in ("where is my order [10482](order_number)", "did it leave"):
        status, page = await act(admin, "delete", mark=mark_of(text))
    assert (status, "The last one cannot be deleted" in page) == (422, True)


async def test_the_second_of_two_people_is_told_and_loses_nothing(
    admin: Browser, content: Path
) -> None:
    mark = mark_of("any news")
    assert (await act(admin, "change", mark=mark, text="news please"))[0] == 303
    status, page = await act(admin, "change", mark=mark, text="what is the news")
    assert status == 409
    assert "Somebody changed this before you (last change: Ines Admin)" in page
    assert "what is the news" in page
    assert orders(content) == ORDERS.replace("any news", "news please")


async def test_a_file_broken_by_hand_is_named_and_left_alone(admin: Browser, content: Path) -> None:
    path = content / "en/nlu/orders.yml"
    path.write_text(ORDERS.replace('"3.1"', '"3.1'), encoding="utf-8")
    status, page = await admin.open("/studio?in=en")
    assert (status, "en/nlu/orders.yml cannot be read: line" in page) == (200, True)
    assert (await act(admin, "add", text="a new one"))[0] == 404
    assert path.read_text(encoding="utf-8") == ORDERS.replace('"3.1"', '"3.1')


async def test_what_git_refuses_is_not_kept(admin: Browser, content: Path) -> None:
    (content / ".git/index.lock").touch()
    status, page = await act(admin, "add", text="a new one")
    assert (status, "could not be kept and nothing was changed" in page) == (422, True)
    assert orders(content) == ORDERS


async def test_without_git_changes_are_kept_and_the_page_says_so(
    admin: Browser, content: Path
) -> None:
    (content / ".git").rename(content.parent / "git")
    assert (await act(admin, "add", text="a new one"))[0] == 303
    assert "      - a new one\n" in orders(content)
    assert "this folder is in no git repository" in (await admin.open("/studio/history"))[1]


async def test_the_last_check_is_shown_while_it_still_holds(
    admin: Browser, content: Path, desk_settings: object, tmp_path: Path
) -> None:
    report = {
        "en": {
            "accuracy": 0.9,
            "intents": [
                {"intent": "track_order", "recall": 0.75, "taken_for": "cancel_order"},
                {"intent": "cancel_order", "recall": 1.0, "taken_for": None},
            ],
            "doubtful": [{"text": "any news", "intent": "track_order", "rather": "cancel_order"}],
            "twins": [
                {
                    "text": "has it left yet",
                    "intent": "track_order",
                    "other_text": "cancel it",
                    "other_intent": "cancel_order",
                }
            ],
        }
    }
    path = tmp_path / "var/studio/health.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report), encoding="utf-8")
    _, page = await admin.open(f"{HERE}?in=en")
    assert "75 % recognised" in page
    assert "cancel_order: cancel it" in page
    assert "Looks as if it belonged to" in page
    await act(admin, "change", mark=mark_of("any news"), text="news of my parcel")
    await act(admin, "delete", mark=mark_of("has it left yet"))
    _, page = await admin.open(f"{HERE}?in=en")
    assert ("cancel_order: cancel it" in page, "Looks as if" in page) == (False, False)


async def test_a_change_is_shown_and_taken_back(admin: Browser, content: Path) -> None:
    await act(admin, "change", mark=mark_of("any news"), text="<b>news</b>")
    await act(admin, "add", text="one more")
    ids = git(content, "log", "--format=%H").split()
    _, page = await admin.open("/studio/history")
    assert page.index("example added") < page.index("example changed")
    _, page = await admin.open(f"/studio/history/{ids[1]}")
    assert "      - &lt;b&gt;news&lt;/b&gt;" in page
    before = orders(content)
    lock = content / ".git/index.lock"
    lock.touch()
    response = await admin.send(f"/studio/history/{ids[1]}/revert", script=False)
    assert (response.status, "could not be kept" in await response.text()) == (409, True)
    assert orders(content) == before
    lock.unlink()
    response = await admin.send(f"/studio/history/{ids[1]}/revert", script=False)
    assert response.status == 303
    assert orders(content) == ORDERS.replace("any news\n", "any news\n      - one more\n")
    response = await admin.send(f"/studio/history/{ids[1]}/revert", script=False)
    assert (response.status, "cannot be taken back by itself" in await response.text()) == (
        409,
        True,
    )
    assert (await admin.open(f"/studio/history/{'0' * 40}"))[0] == 404


async def test_a_long_change_is_shown_by_its_beginning(admin: Browser, content: Path) -> None:
    (content / "notes.md").write_text("".join(f"note {number}\n" for number in range(700)))
    git(content, "add", "notes.md")
    git(content, "commit", "-qm", "many notes")
    _, page = await admin.open(f"/studio/history/{git(content, 'rev-parse', 'HEAD').strip()}")
    assert ("note 599" in page, "note 600" in page) == (True, False)
    assert "100 more lines are not shown" in page
