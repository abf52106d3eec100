"""`concierge users` and `concierge customers`, on a migrated database with a small demo shop."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from typer.testing import CliRunner

from concierge.cli import customers, users
from conversations import conversation_ids, create_conversation
from desk.tickets import (
    SignIn,
    add_agent,
    add_note,
    keep_file,
    open_ticket,
    reply,
    set_labels,
    take,
)
from desk.tickets.by_mail import UNSEEN_AFTER, mail_unseen
from desk.tickets.models import TicketRow
from desk.tickets.work_models import FileRow, LabelRow, NoteRow, RatingRow
from desk.web.customer import read_customer, read_names
from kit.clock import SystemClock
from kit.database import Database, open_database, upgrade
from recommender.serving.models import Models
from recommender.serving.words import load_words
from shop.demo import make_demo
from shop.mail import list_mails
from tests.unit.desk_tickets.conftest import NOW

TOM = 6  # one delivered order: may be erased
run = CliRunner()


@pytest.fixture
def shop_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(tmp_path))
    url = f"sqlite:///{tmp_path / 'concierge.db'}"
    upgrade(url)
    database = open_database(url)
    make_demo(database, now=NOW, customers=60, products=120, days=120)
    with database.session() as session:
        place = create_conversation(
            session, channel="webchat", language="en", now=NOW, customer_id=str(TOM)
        )
        open_ticket(
            session,
            conversation_id=place.id,
            reason="asked_for",
            topic="returns",
            language="en",
            summary="Too late to return?",
            customer_id=TOM,
            now=NOW,
        )
    yield database
    database.close()


def test_people_are_added_listed_and_disabled(shop_database: Database) -> None:
    added = run.invoke(users.app, ["add", "ada@example.com", "--role", "supervisor"])
    assert added.exit_code == 0
    password = added.output.split("(shown once): ")[1].strip()
    door = SignIn(shop_database, SystemClock())
    token, agent = door.sign_in("ada@example.com", password, "1.1.1.1")
    assert (agent.name, agent.role) == ("Ada", "supervisor")
    assert "ada@example.com" in run.invoke(users.app, ["list"]).output
    assert run.invoke(users.app, ["disable", "ada@example.com"]).exit_code == 0
    assert door.agent_of_token(token) is None


def test_a_password_can_be_set(shop_database: Database) -> None:
    run.invoke(users.app, ["add", "ada@example.com", "--role", "agent"])
    chosen = run.invoke(
        users.app, ["password", "ada@example.com"], env={"CONCIERGE_NEW_PASSWORD": "a good new one"}
    )
    assert chosen.exit_code == 0
    assert "a good new one" not in chosen.output
    SignIn(shop_database, SystemClock()).sign_in("ada@example.com", "a good new one", "1.1.1.1")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["add", "ada@example.com", "--role", "queen"], "role: must be one of"),
        (["add", "nobody", "--role", "agent"], "email:"),
        (["disable", "nobody@example.com"], "email: nobody has the address nobody@example.com"),
        (["password", "nobody@example.com"], "email: nobody has the address nobody@example.com"),
    ],
)
def test_bad_input_names_the_field(
    shop_database: Database, command: list[str], message: str
) -> None:
    result = run.invoke(users.app, command)
    assert result.exit_code == 2
    assert message in result.output


@pytest.fixture
def worked_on(shop_database: Database) -> None:
    """What colleagues wrote, sent and mailed about Tom's ticket, and what he thought of it."""
    with shop_database.session() as session:
        (ids,) = conversation_ids(session, str(TOM))
        person = add_agent(
            session,
            email="ada@example.com",
            name="Ada",
            role="agent",
            password="a long enough password",
            now=NOW,
        )
        ticket = take(session, 1, person, version=1, now=NOW)
        add_note(session, 1, person, "Polite, in a hurry", now=NOW)
        ticket = set_labels(session, 1, person, ["late"], version=ticket.version, now=NOW)
        keep_file(session, ids, "receipt.pdf", b"%PDF-1.7 receipt", now=NOW)
        reply(
            session,
            1,
            person,
            text="Send it back.",
            version=ticket.version,
            client_message_id="a",
            now=NOW,
        )
        session.execute(update(TicketRow).values(mail_to="tom@work.example"))
        mail_unseen(session, now=NOW + UNSEEN_AFTER)
        session.add(RatingRow(ticket_id=1, score=4, asked_at=NOW, rated_at=NOW))


@pytest.mark.usefixtures("worked_on")
def test_what_colleagues_noted_is_exported_and_erased(
    shop_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "tom.json"
    assert run.invoke(customers.app, ["export", str(TOM), "--json", str(file)]).exit_code == 0
    (ticket,) = json.loads(file.read_text(encoding="utf-8"))["tickets"]
    assert [note["text"] for note in ticket["notes"]] == ["Polite, in a hurry"]
    assert [one["name"] for one in ticket["files"]] == ["receipt.pdf"]
    assert (ticket["rating"], ticket["labels"]) == (4, ["late"])
    assert ticket["mail_to"] == "tom@work.example"
    assert run.invoke(customers.app, ["erase", str(TOM), "--yes"]).exit_code == 0
    with shop_database.reading() as session:
        for table in (TicketRow, NoteRow, RatingRow, LabelRow, FileRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
        assert "tom@work.example" not in [one.recipient for one in list_mails(session)]


def test_a_customer_is_exported(shop_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "tom.json"
    assert run.invoke(customers.app, ["export", str(TOM), "--json", str(file)]).exit_code == 0
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["shop"]["customer"]["name"] == "Tom Okafor"
    assert [ticket["summary"] for ticket in found["tickets"]] == ["Too late to return?"]
    assert len(found["conversations"]) == 1


def test_a_customer_is_erased_everywhere(shop_database: Database) -> None:
    assert run.invoke(customers.app, ["erase", str(TOM), "--yes"]).exit_code == 0
    assert run.invoke(customers.app, ["export", str(TOM)]).exit_code == 2
    with shop_database.reading() as session:
        assert conversation_ids(session, str(TOM)) == []


def test_nothing_is_erased_while_an_order_is_on_its_way(shop_database: Database) -> None:
    result = run.invoke(customers.app, ["erase", "1", "--yes"])
    assert result.exit_code == 1
    assert "on their way" in result.output
    assert run.invoke(customers.app, ["export", "1"]).exit_code == 0


def test_unknown_customers_are_bad_input(shop_database: Database) -> None:
    assert run.invoke(customers.app, ["export", "999999"]).exit_code == 2
    assert run.invoke(customers.app, ["erase", "999999", "--yes"]).exit_code == 2


def test_the_panel_shows_orders_and_returns(shop_database: Database, tmp_path: Path) -> None:
    with shop_database.reading() as session:
        models, words = Models(tmp_path), load_words()  # nothing is trained: the trend is left
        read = partial(read_customer, models=models, words=words)
        panel = read(session, "5", "zh", NOW)
        assert panel is not None
        assert (panel.name, panel.language) == ("李娜", "zh")
        assert {order.number for order in panel.orders} == {"10377", "10290"}
        assert [item.order_number for item in panel.returns] == ["10290"]
        assert read(session, "999999", "en", NOW) is None
        assert read(session, "guest", "en", NOW) is None
        assert panel.offers
        assert all(one.because == "近期热销" for one in panel.offers)
        assert read_names(session, {"5", "guest", "999999"}) == {"5": "李娜"}
