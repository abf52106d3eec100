"""`concierge shop import` refuses clearly; `concierge customers erase` leaves nothing behind."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from concierge.cli import customers, shop
from conversations import create_conversation
from kit.database import open_database, upgrade
from kit.settings import Settings, load_settings
from shop.models import Customer

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(tmp_path))
    found = load_settings()
    upgrade(found.database_url)
    return found


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["stock", "none.csv"], "none.csv does not exist"),
        (["stock", "{file}", "--preset", "oscommerce"], "--preset must be one of"),
        (["stock", "{file}", "--map", "sku"], "--map must look like sku=Article"),
        (["stock", "{file}", "--currency", "euro"], "--currency must be three capitals"),
        (["stock", "{file}", "--decimal", "dot"], "--decimal must be point or comma"),
        (["stock", "{file}", "--dates", "us"], "--dates must be day-first or month-first"),
        (["stock", "{file}", "--encoding", "latin99"], "--encoding 'latin99' is not known"),
        (["products", "{file}"], "lacks the column name"),
    ],
)
def test_imports_that_cannot_be_made_say_why(
    settings: Settings, tmp_path: Path, arguments: list[str], says: str
) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("sku,stock\nmug,3\n", encoding="utf-8")
    given = [word.format(file=file) for word in arguments]
    done = CliRunner().invoke(shop.app, ["import", *given])
    assert done.exit_code == 2
    assert says in " ".join(done.output.split())


def test_an_import_tells_what_it_did(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,name\nana@example.org,Ana\n,Nobody\n", encoding="utf-8")
    done = CliRunner().invoke(shop.app, ["import", "customers", str(file)])
    assert done.exit_code == 0
    assert "customers new" in done.output
    assert "rule missing_email" in done.output
    assert (tmp_path / "imports" / "people-customers.rejects.csv").exists()
    again = CliRunner().invoke(shop.app, ["import", "customers", str(file)])
    assert "nothing has changed" in again.output


def test_erasing_a_customer_clears_what_the_assistant_remembers(settings: Settings) -> None:
    database = open_database(settings.database_url)
    with database.session() as session:
        person = Customer(email="ana@example.org", name="Ana", created_at=NOW)
        session.add(person)
        session.flush()
        customer_id = person.id
        talk = create_conversation(
            session, channel="webchat", language="en", customer_id=str(customer_id), now=NOW
        )
    trackers = open_database(settings.tracker_database_url)
    with trackers.session() as session:
        session.execute(text("CREATE TABLE events (sender_id TEXT, data TEXT)"))
        for sender in (talk.id, "somebody else"):
            session.execute(text("INSERT INTO events VALUES (:s, 'hi')"), {"s": sender})
    done = CliRunner().invoke(customers.app, ["erase", str(customer_id), "--yes"])
    assert done.exit_code == 0, done.output
    with trackers.reading() as session:
        left = session.scalars(text("SELECT sender_id FROM events")).all()
    assert left == ["somebody else"]
    database.close()
    trackers.close()
