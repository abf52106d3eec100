"""What the assistant knows of a shopper's wish when a person is called, and learns afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from conversations import announce_change
from desk.tickets.models import TicketRow
from desk.tickets.queue import open_ticket_of, record_why

MOST: Final = 12
LONGEST: Final = 120


@dataclass(frozen=True)
class Known:
    """A thing that is known; `source` says from where: said, shop or shown."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class Understood:
    """A dialogue in short: the task in hand, what is known, what was asked, what was done.

    `asked` names what the assistant's open question is about, `kind` how it was asked (confirm,
    value, choose, offer). Tasks and things are codes that the desk puts into words.
    """

    task: str = ""
    known: tuple[Known, ...] = ()
    kind: str = ""
    asked: str = ""
    parked: tuple[str, ...] = ()
    done: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self == Understood()

    def to_json(self) -> dict[str, Any]:
        """For storing; texts are cut to LONGEST characters, lists to MOST."""
        return {
            "task": self.task[:LONGEST],
            "known": [
                [one.name[:LONGEST], one.value[:LONGEST], one.source[:LONGEST]]
                for one in self.known[:MOST]
            ],
            "kind": self.kind[:LONGEST],
            "asked": self.asked[:LONGEST],
            "parked": [one[:LONGEST] for one in self.parked[:MOST]],
            "done": [one[:LONGEST] for one in self.done[-MOST:]],
        }


def understood_from_json(kept: Mapping[str, Any] | None) -> Understood:
    """What `to_json` wrote; empty for tickets of which nothing is known."""
    if not kept:
        return Understood()
    return Understood(
        task=kept["task"],
        known=tuple(Known(*one) for one in kept["known"]),
        kind=kept["kind"],
        asked=kept["asked"],
        parked=tuple(kept["parked"]),
        done=tuple(kept["done"]),
    )


def note_understood(session: Session, ticket_id: int, understood: Understood) -> None:
    """Keep on the ticket what the assistant understood; the newest counts."""
    if not understood.is_empty:
        session.execute(
            update(TicketRow)
            .where(TicketRow.id == ticket_id)
            .values(understood=understood.to_json())
        )
        session.expire_all()


def understood_of(session: Session, ticket_id: int) -> Understood:
    """What the assistant understood before and while the ticket was open."""
    row = session.get(TicketRow, ticket_id)
    return Understood() if row is None else understood_from_json(row.understood)


def note_customer(
    session: Session, conversation_id: str, customer_id: object, *, now: datetime
) -> bool:
    """A guest with an open ticket has proved who they are: the agent may see it from now on.

    False where there is no such ticket, or it is a customer's already.
    """
    ticket = open_ticket_of(session, conversation_id)
    if ticket is None or ticket.customer_id is not None:
        return False
    session.execute(
        update(TicketRow).where(TicketRow.id == ticket.id).values(customer_id=str(customer_id))
    )
    session.expire_all()
    record_why(session, ticket.id, "identified", now, ())
    announce_change(session, conversation_id, now=now)
    return True
