"""What is personal does not reach a log, whatever brings it there; ids and figures do."""

import json
import logging
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kit.database import open_database
from kit.logs import RedactingFormatter
from kit.redaction import redact


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("sent to Mia Berger", "sent to [name]"),
        ("refused by Jürgen von Ärger", "refused by [name]"),
        ("Dear Siobhán, thank you", "Dear [name], thank you"),
        ("收件人：王小明 已签收", "收件人：[name] 已签收"),
        ("王女士来电", "[name]女士来电"),
        ("to 12 Abbey Road, SW1A 1AA", "to [address], [address]"),
        ("to Old Road 1, 20253 Hamburg", "to [address], [address]"),
        ("Schöne Aussicht liegt am Mühlenweg 5a", "[name] liegt am [address]"),
        ("an Hauptstraße 17", "an [address]"),
        ("au 12 rue de Rivoli", "au [address]"),
        ("in Via Roma 10", "in [address]"),
        ("寄到上海市浦东新区世纪大道100号3楼", "[address]"),
        ("with cdk_Zm9vYmFyMTIzNDU2Nzg5MA", "with [token]"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [token]"),
        ("token=s3cret&x=1", "token=[token]&x=1"),
        ("postgresql://shop:hunter2@db/shop", "postgresql://shop:[token]@db/shop"),
        ("key Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7j", "key [token]"),
        ("mail mia@fernweg.example, +49 170 1234567", "mail [email], [number]"),
    ],
)
def test_what_is_personal_is_hidden(said: str, left: str) -> None:
    assert redact(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "order 10482 took 35.2 ms",
        "action failed action=action_track_order",
        "turn took too long conversation=tK3uO1bq7mFzXnYw0aLr2g",
        "a delivery failed delivery=12 attempt=3 outcome=failed",
        "sqlalchemy.exc.OperationalError: database is locked",
        "Rasa server is up and running.",
        "sha 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_what_helps_stays(said: str) -> None:
    assert redact(said) == said


def formatted(message: str, **fields: object) -> str:
    record = logging.makeLogRecord({"msg": message, "levelname": "ERROR", **fields})
    return RedactingFormatter("front", as_json=True).format(record)


def test_personal_fields_are_hidden_whole() -> None:
    found = json.loads(formatted("told", recipient="mia", text="hi", order="10482"))
    assert (found["recipient"], found["text"], found["order"]) == ("[hidden]", "[hidden]", "10482")


def test_errors_do_not_quote_what_people_wrote() -> None:
    try:
        raise ValueError("cannot read 'my parcel is at the neighbours' at 'order_number'")
    except ValueError:
        trace = json.loads(formatted("failed", exc_info=sys.exc_info()))["trace"]
    last = trace.splitlines()[-1]
    assert last == "ValueError: cannot read '[text]' at 'order_number'"
    assert "test_redaction.py" in trace


def test_a_failed_statement_does_not_tell_its_values() -> None:
    database, values = open_database("sqlite://"), {"name": "-".join(("mia", "hamburg"))}
    try:
        with database.session() as session:
            session.execute(text("INSERT INTO nowhere VALUES (:name)"), values)
    except OperationalError:
        line = formatted("failed", exc_info=sys.exc_info())
    assert "INSERT INTO nowhere" in line
    assert "mia-hamburg" not in line
