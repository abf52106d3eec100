"""E-mail beyond what every channel does: threads, one mail an answer, loops, what comes back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, cast

import pytest

from concierge.cli.channels import ask_provider
from connectors import keys
from connectors.asking import ASK
from connectors.base import SendFailed
from connectors.email import Email, channel, from_values
from conversations import Button, Card, Reply, cursor_of, post_bot_replies
from conversations.models import ConversationRow, MessageRow, OutboxRow
from kit.database import Database
from kit.settings import Settings, SettingsError
from tests.contract.connectors.conftest import House, opened
from tests.contract.connectors.email_kit import EmailKit
from tests.contract.connectors.test_wechat import photo
from tests.web.fake_rasa import FakeRasa


@pytest.fixture
async def mail(database: Database, settings: Settings, rasa: FakeRasa) -> AsyncIterator[House]:
    async for found in opened(EmailKit(), database, settings, rasa):
        yield found


def kit_of(house: House) -> EmailKit:
    return cast(EmailKit, house.kit)


def contacts(house: House) -> set[str]:
    with house.database.reading() as session:
        return {str(one.contact) for one in session.query(ConversationRow)}


def part(found: EmailMessage, kind: str) -> str:
    body = found.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_an_answer_stands_in_its_thread_and_says_who_wrote_it(mail: House) -> None:
    await mail.hear(1, 7, text="hello", subject="My boots")
    await mail.quiet()
    (sent,) = kit_of(mail).sent
    assert sent["Subject"] == "Re: My boots"
    assert sent["In-Reply-To"] == "<m1@buyers.example>"
    assert str(sent["References"]).split() == ["<root7@buyers.example>", "<m1@buyers.example>"]
    assert sent["Auto-Submitted"] == "auto-replied"
    assert "hello" in part(sent, "plain")
    await mail.hear(2, 7, text="and in black?", subject="Re: My boots")
    await mail.quiet()
    assert contacts(mail) == {mail.kit.contact(7)}
    assert kit_of(mail).sent[1]["Subject"] == "Re: My boots"
    assert sent["Message-ID"] in str(kit_of(mail).sent[1]["References"])


async def test_a_forged_sender_gets_into_no_conversation_that_somebody_reads(mail: House) -> None:
    await mail.hear(1, 7, text="hello")
    await mail.quiet()
    await mail.hear(2, 7, text="it is me")
    await mail.quiet()
    thread = {"References": "<root7@buyers.example>", "In-Reply-To": "<m2@buyers.example>"}
    await mail.hear(3, 7, text="cancel it", headers=thread)
    await mail.quiet()
    said = [one.text for one in mail.thread(7) if one.author == "shopper"]
    assert said == ["hello", "it is me"]
    assert len(contacts(mail)) == 2
    senders = {one["sender"] for one in mail.rasa.asked}
    assert len(senders) == 2


async def test_one_answer_of_many_messages_is_one_mail(mail: House) -> None:
    cards = (
        Card(title="Boot <b>", image="/media/products/b.svg", url="/products/b", price="€ 90.00"),
        Card(title="Tent", url="/products/t"),
    )
    await mail.hear(1, 7, text="hello")
    await mail.quiet()
    kit_of(mail).troubles = [(503, {}, {}), (500, {}, {})]
    said = mail.thread(7)[0].id
    with mail.database.session() as session:
        replies = [
            Reply("Two things:", cards=cards),
            Reply("Which <one>? https://x.example/a", buttons=(Button("Boot", "/p0"),)),
        ]
        for number, reply in enumerate(replies, start=5):
            (message,) = post_bot_replies(session, mail.place(7), [reply], now=datetime.now(UTC))
            row = session.get_one(MessageRow, message.id)
            row.reply_to, row.position = said, number
        assert session.query(OutboxRow).count() == 3
    mail.wake()
    await mail.quiet()
    assert kit_of(mail).troubles == []
    assert len(kit_of(mail).sent) == 2
    sent = kit_of(mail).sent[1]
    plain, page = part(sent, "plain"), part(sent, "html")
    for words in ("Two things:", "Boot", "€ 90.00", "Tent", "• Boot"):
        assert words in plain
    assert plain.index("Two things") < plain.index("€ 90.00") < plain.index("Which")
    assert "<b>Boot</b>" in page, "the choice"
    assert "Boot &lt;b&gt;" in page
    assert "Which &lt;one&gt;" in page
    assert 'src="https://shop.example/media/products/b.png"' in page


async def test_the_words_of_a_button_press_it(mail: House) -> None:
    await mail.hear(1, 7, text="where is my order")
    await mail.quiet()
    titles = [title for title, _ in mail.kit.shown[-1].buttons]
    assert titles == ["Order 10482", "Order 10391"]
    await mail.hear(2, 7, text="order 10391.\n\nBest regards,\nMia")
    await mail.quiet()
    assert 'You said: /inform{"order_number":"10391"}' in mail.kit.texts(7)[-1]
    await mail.hear(3, 8, text="Order 10391")
    await mail.quiet()
    assert "You said: Order 10391" in mail.kit.texts(8)[-1], "another one's words are words"


async def test_machines_are_not_answered_and_a_loop_ends(mail: House) -> None:
    await mail.hear(1, 7, text="away", headers={"Auto-Submitted": "auto-replied"})
    await mail.hear(2, 7, text="news", headers={"List-Id": "<x.example>"})
    await mail.hear(3, 7, text="mine", headers={"From": "help@shop.example"})
    assert mail.kinds() == ["automatic", "list", "own"]
    assert mail.count()["messages"] == 0
    for number in range(10, 35):
        thread = {"References": f"<other{number}@buyers.example>", "In-Reply-To": ""}
        await mail.hear(number, 7, text="I am a machine that does not say so", headers=thread)
    await mail.quiet()
    assert mail.kinds().count("loop") == 5
    assert len(kit_of(mail).sent) == 20


async def test_what_comes_back_is_told_to_the_desk(mail: House) -> None:
    await mail.hear(1, 7, text="hello")
    await mail.quiet()
    (sent,) = kit_of(mail).sent
    body = (
        "From: MAILER-DAEMON@mx.example\r\nTo: help@shop.example\r\nMessage-ID: <d@mx.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\nTo: {sent['To']}\r\n"
        f"Message-ID: {sent['Message-ID']}\r\n\r\nhello\r\n--B--\r\n"
    )
    assert await mail.post(kit_of(mail).signed(body.encode())) == 200
    last = mail.thread(7)[-1]
    assert last.author == "system"
    assert "hello" in last.text
    assert len(kit_of(mail).sent) == 1


async def test_a_picture_is_fetched_from_the_mailbox(mail: House) -> None:
    await mail.hear(1, 7, text="", picture=photo())
    await mail.quiet()
    assert len(mail.rasa.asked) == 1
    await mail.hear(2, 7, text="", picture=photo(), headers={"Message-ID": "<gone@b.example>"})
    await mail.quiet()
    found = cast(Email, mail.kit.messenger)
    with pytest.raises(SendFailed) as gone:
        await asyncio.to_thread(found.box.mail, "1.999")
    assert gone.value.is_final


async def test_words_of_a_complaint_count_more_than_its_picture(mail: House) -> None:
    said = "My boots came with a broken sole, see the picture. What can we do about it?"
    await mail.hear(1, 7, text=said, picture=photo())
    await mail.hear(2, 8, text="Do you have this in black?", picture=photo())
    await mail.hear(3, 6, text="请问这个背包有没有黑色的？", picture=photo())
    await mail.quiet()
    texts = {one["text"] for one in mail.rasa.asked}
    assert said in texts
    assert len([one for one in texts if one.startswith("btn.")]) == 2, "captions are about it"


async def test_a_mailbox_made_anew_is_read_again_and_nothing_is_answered_twice(mail: House) -> None:
    kit = kit_of(mail)
    await mail.hear(1, 7, text="hello")
    await mail.quiet()
    with mail.database.reading() as session:
        assert cursor_of(session, "email") == "1:2"
    old = [kit.mails[number] for number in sorted(kit.mails) if number > 1]
    kit.life, kit.mails, kit.following = 2, {}, 1
    for raw in old:
        kit.arrive(raw)
    await mail.hear(2, 7, text="again")
    await mail.quiet()
    assert len(kit.texts(7)) == 2
    with mail.database.reading() as session:
        assert cursor_of(session, "email") == "2:2"


async def test_a_mail_that_cannot_be_read_keeps_no_other_waiting(
    mail: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = channel.event_of

    def breaks(raw: bytes, *more: Any) -> Any:
        if b"poison" in raw:
            raise RecursionError
        return real(raw, *more)

    monkeypatch.setattr(channel, "event_of", breaks)
    await mail.hear(1, 7, text="poison")
    await mail.hear(2, 7, text="hello")
    await mail.quiet()
    assert len(kit_of(mail).sent) == 1
    assert "unknown:unreadable" in mail.kinds()


async def test_many_mails_at_once_are_fetched_page_by_page(mail: House) -> None:
    app: Any = mail.client.app
    await app[keys.ARRIVALS].take(mail.kit.messenger, ASK)
    for number in range(45):
        kit_of(mail).arrive(mail.kit.hook(number, number % 9, text=f"m{number}").body)
    await app[keys.ARRIVALS].take(mail.kit.messenger, ASK)
    await mail.quiet()
    assert mail.count()["events"] == 45


async def test_a_server_that_is_away_is_asked_again(mail: House) -> None:
    found = cast(Email, mail.kit.messenger)
    wrong = from_values({**kit_of(mail).values(9, 9)})
    app: Any = mail.client.app
    with pytest.raises(SendFailed):
        await app[keys.ARRIVALS].take(wrong, ASK)
    steps = await ask_provider(wrong, "x", False, None)
    assert [one.done for one in steps] == [False]
    good = await ask_provider(found, "x", False, "c7@buyers.example")
    assert all(one.done for one in good)
    assert len(kit_of(mail).sent) == 1
    assert kit_of(mail).password not in " ".join(one.text for one in (*steps, *good))
    assert (await ask_provider(found, "x", False, "7"))[-1].done is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADDRESS", "help"),
        ("IMAP", "https://imap.example"),
        ("IMAP", "imaps://imap.example:99999"),
        ("SMTP", "imaps://imap.example"),
        ("SECRET", "short"),
        ("FOLDER", 'x"y'),
        ("PASSWORD", ""),
    ],
)
def test_wrong_values_are_named(name: str, value: str) -> None:
    values = {**EmailKit().values(1, 2), f"CONCIERGE_EMAIL_{name}": value}
    with pytest.raises(SettingsError, match=f"CONCIERGE_EMAIL_{name}"):
        from_values(values)
