"""One customer on several channels: joined by a code of theirs alone, and let go of again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.linking import is_about_links
from connectors.webchat.identity import sign_identity
from conversations import (
    create_conversation,
    erase,
    export,
    get_conversation,
    hand_to_agent,
    link_by_code,
    link_code_in,
    links_of,
    make_link_code,
    unlink,
)
from tests.contract.connectors.conftest import House

NOW = datetime(2026, 5, 5, 12, tzinfo=UTC)


def code_for(house: House, customer: str, now: datetime | None = None) -> str:
    with house.database.session() as session:
        return make_link_code(session, customer, now=now or datetime.now(UTC)).code


def owner(house: House, contact: int) -> str | None:
    with house.database.reading() as session:
        return get_conversation(session, house.place(contact)).customer_id


def known(house: House) -> list[bool]:
    return ["identity" in one["metadata"] for one in house.rasa.asked]


async def test_a_code_connects_one_chat_and_a_word_lets_go_of_it(house: House) -> None:
    code = code_for(house, "31")
    await house.hear(1, 7, text="hello, I am Mia Berger")
    await house.quiet()
    await house.hear(2, 7, text=f"my code: {code.lower().replace('-', ' ')}.")
    await house.quiet()
    assert owner(house, 7) == "31"
    assert "connected" in house.kit.texts(7)[-1]
    await house.hear(3, 7, text="where is my order?")
    await house.hear(4, 8, text=code)
    await house.quiet()
    assert owner(house, 8) is None, "a code connects one chat"
    await house.hear(5, 7, text="Please disconnect my account!")
    await house.quiet()
    assert owner(house, 7) is None
    await house.hear(6, 7, text="and now?")
    await house.quiet()
    assert known(house) == [False, True, False], "codes and endings are no assistant's"


async def test_nothing_but_a_fresh_code_connects(telegram: House) -> None:
    old = code_for(telegram, "31", datetime.now(UTC) - timedelta(minutes=16))
    for number, text in enumerate((old, "LINK-AAAA-BBBB-CCCC", "I am customer 31"), start=1):
        await telegram.hear(number, 7, text=text)
    await telegram.quiet()
    assert owner(telegram, 7) is None
    first, second = code_for(telegram, "31"), code_for(telegram, "31")
    await telegram.hear(10, 7, text=first)
    await telegram.quiet()
    assert owner(telegram, 7) is None, "a new code ends the one before"
    await telegram.hear(11, 7, text=second)
    await telegram.quiet()
    assert owner(telegram, 7) == "31"


async def test_two_people_never_become_one_and_the_code_is_kept(telegram: House) -> None:
    await telegram.hear(1, 7, text=code_for(telegram, "31"))
    code = code_for(telegram, "32")
    await telegram.hear(2, 7, text=code)
    await telegram.quiet()
    assert owner(telegram, 7) == "31"
    await telegram.hear(3, 7, text="unlink")
    await telegram.hear(4, 7, text=code)
    await telegram.quiet()
    assert owner(telegram, 7) == "32"


async def test_a_code_counts_while_a_colleague_answers_and_by_a_link(telegram: House) -> None:
    await telegram.hear(1, 7, text=f"/start {code_for(telegram, '31')}")
    await telegram.quiet()
    assert owner(telegram, 7) == "31"
    with telegram.database.session() as session:
        hand_to_agent(session, telegram.place(7), now=datetime.now(UTC), agent_name="Ines")
    await telegram.hear(2, 7, text="解除账户关联")
    await telegram.quiet()
    assert owner(telegram, 7) is None
    assert telegram.rasa.asked == []


async def test_the_account_makes_codes_lists_and_ends_its_own_links(telegram: House) -> None:
    async def ask(path: str, customer: int | None, **more: Any) -> tuple[int, dict[str, Any]]:
        key, now = telegram.settings.secret_key, datetime.now(UTC)
        told = {} if customer is None else {"identity": sign_identity(key, customer, now)}
        answer = await telegram.client.post(f"/chat/api/links/{path}", json={**told, **more})
        return answer.status, await answer.json()

    for path in ("codes", "list", "end"):
        assert (await ask(path, None))[0] == 401
        refused = await telegram.client.post(f"/chat/api/links/{path}", json={"identity": "x"})
        assert refused.status == 401
    status, made = await ask("codes", 31)
    assert status == 201
    await telegram.hear(1, 7, text=made["code"])
    await telegram.quiet()
    _, mine = await ask("list", 31)
    (link,) = mine["links"]
    assert link["channel"] == "telegram"
    assert (await ask("list", 32))[1] == {"links": []}
    assert (await ask("end", 32, id=link["id"]))[0] == 404
    assert (await ask("end", 31, id="1"))[0] == 422
    assert (await ask("end", 31, id=link["id"]))[0] == 200
    assert (await ask("end", 31, id=link["id"]))[0] == 404
    assert owner(telegram, 7) is None


async def test_the_web_chat_is_signed_in_by_pages_alone(telegram: House) -> None:
    code = code_for(telegram, "31")
    with telegram.database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW).id
    with telegram.database.reading() as session:
        assert not is_about_links(session, place, code)


@pytest.mark.parametrize("text", ["LINK", "link it", "LINK-1234", "BLINK-AAAA-BBBB-CCCC"])
def test_words_are_no_codes(text: str) -> None:
    assert link_code_in(text) is None


async def test_copies_and_erasure_cover_what_was_said_while_connected(telegram: House) -> None:
    await telegram.hear(1, 7, text="before")
    await telegram.quiet()
    await telegram.hear(2, 7, text=code_for(telegram, "31"))
    await telegram.hear(3, 7, text="while")
    await telegram.quiet()
    place = telegram.place(7)
    with telegram.database.session() as session:
        assert len(export(session, "31")["conversations"]) == 1
        assert unlink(session, place, now=datetime.now(UTC))
    await telegram.hear(4, 7, text="behind")
    await telegram.quiet()
    with telegram.database.reading() as session:
        (told,) = export(session, "31")["conversations"]
        texts = " ".join(one["text"] for one in told["messages"])
    assert "while" in texts
    assert "before" not in texts
    assert "behind" not in texts
    with telegram.database.session() as session:
        erase(session, "31")
    said = [one.text for one in telegram.thread(7) if one.author == "shopper"]
    assert said == ["before", "behind"]
    with telegram.database.session() as session:
        assert links_of(session, "31") == []
        assert export(session, "31") == {"conversations": []}
        code = make_link_code(session, "31", now=NOW).code
        assert link_by_code(session, place, code, now=NOW) == "linked"
        assert erase(session, "31") == 1
    assert telegram.count()["conversations"] == 0


async def test_a_mail_that_shows_nothing_gets_into_no_connected_conversation(
    house: House,
) -> None:
    if house.kit.messenger.name != "email":
        pytest.skip("mails alone have senders that prove nothing")
    await house.hear(1, 7, text=code_for(house, "31"))
    await house.quiet()
    thread = {"References": "<root7@buyers.example>", "In-Reply-To": "<m1@buyers.example>"}
    await house.hear(2, 7, text="send it to Eve", headers=thread)
    await house.quiet()
    assert known(house) == [False]
