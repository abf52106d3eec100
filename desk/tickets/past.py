"""Past conversations with the turn at which a person was needed, to learn from."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations import Message, list_conversations, transcript
from desk.tickets.models import TicketRow

MOST: Final = 20_000
CALLED: Final = frozenset({"asked_for_person", "misunderstood", "unsure", "upset", "complaint"})


def past_conversations(session: Session) -> list[tuple[list[Message], list[int]]]:
    """What bot and shopper said, up to the handover where there was one, and 1 at that turn.

    The last thing the shopper said before a ticket was opened is the turn that needed a person.
    """
    rows = session.scalars(
        select(TicketRow).where(TicketRow.reason.in_(CALLED)).order_by(TicketRow.id.desc())
    )
    opened = {row.conversation_id: row.opened_at for row in rows}  # the first ticket's moment
    found = []
    for summary in list_conversations(session, limit=MOST):
        place = summary.conversation.id
        at = opened.get(place)
        said = [
            message
            for message in transcript(session, place)
            if message.author in ("shopper", "bot")
            and message.text
            and (at is None or message.created_at <= at)
        ]
        labels = [0] * len(said)
        if at is not None:
            for turn in range(len(said) - 1, -1, -1):
                if said[turn].author == "shopper":
                    labels[turn] = 1
                    break
        if said:
            found.append((said, labels))
    return found
