"""A dialogue's state in short, as a colleague gets it at the hand-over."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from actions.handover import understood
from actions.identity import remember_proof
from actions.turn import Talk
from conversations import create_conversation
from desk.tickets import Known, Understood, events_of, get_ticket, open_ticket
from dialogue.state import Done, Focus, Frame, Question, State
from kit.database import Base, open_database
from shop.ids import CustomerId

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_the_frame_is_told_without_proofs_and_records() -> None:
    frame = Frame("change_address")
    frame.put("customer", {"number": "10482", "email": "mia@fernweg.example", "code": "423968"})
    frame.put("_tries", 2)
    frame.put("order", "10482", "said")
    frame.put("lines", [3, 4, 5], "shop")
    frame.put("variant", 77, "said")
    state = State(
        question=Question("confirm", "change_address", "address"),
        frame=frame,
        parked=[Frame("return")],
        focus=Focus(order="10500", product="karst-jacket"),
        done=[Done("cancel_order")],
    )
    assert understood(state, {3: "Karst jacket, M", 4: "Beanie"}) == Understood(
        task="change_address",
        known=(
            Known("order", "10482", "said"),
            Known("lines", "Karst jacket, M, Beanie", "shop"),
            Known("product", "karst-jacket", "shown"),
        ),
        kind="confirm",
        asked="address",
        parked=("return",),
        done=("cancel_order",),
    )
    assert understood(State(), {}).is_empty


def test_who_proves_themselves_during_a_ticket_is_known_to_the_desk(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'desk.db'}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        tickets = [
            open_ticket(
                session,
                conversation_id=create_conversation(
                    session, channel="webchat", language="en", now=NOW
                ).id,
                reason="asked_for",
                topic="orders",
                language="en",
                summary="",
                now=NOW,
            )
            for _ in range(2)
        ]
    services = SimpleNamespace(settings=SimpleNamespace(secret_key=b"k" * 32), database=database)
    turn = SimpleNamespace(conversation_id=tickets[0].conversation_id, now=NOW)
    talk = Talk()
    remember_proof(cast(Any, turn), talk, cast(Any, services), CustomerId(7))
    with database.reading() as session:
        assert [get_ticket(session, one.id).customer_id for one in tickets] == ["7", None]
        assert events_of(session, tickets[0].id)[-1].kind == "identified"
    database.close()
