"""E-mail with real servers: Dovecot holds the mailboxes, OpenSMTPD takes and brings the mails."""

import asyncio
import email
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any, cast

import pytest
from aiohttp.test_utils import TestClient, TestServer

from concierge.cli.channels import ask_provider
from connectors import keys
from connectors.application import create_app
from connectors.asking import ASK
from connectors.base import SendFailed
from connectors.email import Email, from_values
from connectors.messenger import Part
from conversations.models import ConversationRow
from kit.database import Database
from kit.settings import Settings
from tests.contract.connectors.conftest import FAST
from tests.contract.connectors.mail_servers import MailServers, mail_servers
from tests.web.fake_rasa import FakeRasa


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with mail_servers() as found:
        yield found


@pytest.fixture(autouse=True)
def trusted(servers: MailServers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.root / "cert.pem"))


def write(servers: MailServers, text: str, **headers: str) -> None:
    """A shopper's mail, as another server brings it."""
    mail = EmailMessage(policy=SMTP)
    told = {"From": "Mia <mia@buyers.example>", "To": "help@shop.example", **headers}
    for name, value in told.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", servers.smtp) as server:
        server.sendmail("mia@buyers.example", ["help@shop.example"], mail.as_bytes())


async def until(holds: Any) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.05)


async def test_mails_come_and_go_by_real_servers(
    servers: MailServers, database: Database, settings: Settings, rasa: FakeRasa
) -> None:
    changed = replace(settings, rasa_port=rasa.port)  # type: ignore[attr-defined]
    channel = from_values(servers.values())
    write(servers, "from before", Message_ID="<m0@buyers.example>", Subject="old")
    before = len(servers.mails_of("buyers"))
    await until(lambda: servers.mails_of("help"))
    app = create_app(changed, database, channels=[channel], tuning=FAST)
    async with TestClient(TestServer(app, host="127.0.0.1")):
        arrivals = app[keys.ARRIVALS]
        await arrivals.take(channel, ASK)

        async def answered(many: int) -> list[EmailMessage]:
            async def ask() -> None:
                await arrivals.take(channel, ASK)

            async with asyncio.timeout(30):
                while len(servers.mails_of("buyers")) < before + many:
                    await ask()
                    await asyncio.sleep(0.1)
            found = servers.mails_of("buyers")[before:]
            return [
                cast(EmailMessage, email.message_from_bytes(one, policy=default)) for one in found
            ]

        write(servers, "Größe 42? 有没有", Message_ID="<m1@buyers.example>", Subject="Boots")
        (first,) = await answered(1)
        body = first.get_body(("plain",))
        assert body is not None
        assert "Größe 42? 有没有" in body.get_content()
        assert first["In-Reply-To"] == "<m1@buyers.example>"
        assert first["Return-Path"] == "<help@shop.example>"
        write(
            servers,
            "In black.\n\n> old words",
            Message_ID="<m2@buyers.example>",
            Subject="Re: Boots",
            References=f"<m1@buyers.example> {first['Message-ID']}",
        )
        write(servers, "away", Auto_Submitted="auto-replied", Message_ID="<m3@buyers.example>")
        await answered(2)
    assert [one["text"] for one in rasa.asked] == ["Boots\n\nGröße 42? 有没有", "In black."]
    with database.reading() as session:
        assert session.query(ConversationRow).count() == 1
    assert not any("S" in one for one in servers.flags("help")), "nothing is marked as read"


async def test_what_real_servers_refuse_is_told(servers: MailServers) -> None:
    values = servers.values()
    good = from_values(values)
    assert all(one.done for one in await ask_provider(good, "x", False, "mia@buyers.example"))
    wrong = from_values({**values, "CONCIERGE_EMAIL_PASSWORD": "wrong"})
    steps = await ask_provider(wrong, "x", False, None)
    assert [one.done for one in steps] == [False]
    assert "wrong" not in steps[0].text
    with pytest.raises(SendFailed) as refused:
        await send(good, "x@gone.example")
    assert refused.value.is_final


async def test_a_server_that_nobody_vouches_for_gets_no_password(
    servers: MailServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    channel = from_values(servers.values())
    assert not (await ask_provider(channel, "x", False, None))[0].done


async def send(channel: Email, contact: str) -> None:
    call = channel.render(contact, Part("hello"))
    await channel.send(cast(Any, None), call, "1-0")
