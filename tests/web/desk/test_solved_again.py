"""A shopper who writes after "solved" reaches the person who had the ticket, not the assistant."""

from conversations import transcript
from desk.tickets import (
    add_agent,
    finish,
    open_ticket,
    open_ticket_of,
    set_hours,
    set_presence,
    take,
)
from kit.clock import SystemClock
from tests.web.conftest import Front

ALWAYS = {"week": {str(day): ["00:00", "23:59"] for day in range(7)}, "zone": "Europe/Berlin"}


async def test_words_after_solved_reach_the_agent_and_thanks_the_assistant(front: Front) -> None:
    thread, other = await front.start(), await front.start()
    now = SystemClock().now()
    with front.database.session() as session:
        set_hours(session, ALWAYS)
        ines = add_agent(
            session, email="ines@fernweg.example", name="Ines", role="agent",
            password="correct horse battery", now=now,
        )  # fmt: skip
        set_presence(session, ines.id, "online", now=now)
        ticket = open_ticket(
            session, conversation_id=thread.id, reason="asked_for", topic="refunds",
            language="en", summary="Refund", now=now,
        )  # fmt: skip
        take(session, ticket.id, ines, version=ticket.version, now=now)
        finish(session, ticket.id, ines, "solved", version=ticket.version + 1, now=now)

    _, body = await thread.post("Thank you!")
    assert [one["text"] for one in body["replies"]] == ["You said: Thank you!"]
    status, body = await thread.post("No, the refund is still missing")
    assert (status, body["replies"]) == (200, [])
    _, elsewhere = await other.post("No, the refund is still missing")
    assert len(elsewhere["replies"]) == 1
    with front.database.reading() as session:
        again = open_ticket_of(session, thread.id)
        assert again is not None
        assert (again.agent_id, again.follows_id) == (ines.id, ticket.id)
        assert open_ticket_of(session, other.id) is None
        said = [one.text for one in transcript(session, thread.id)]
    assert said[-2:] == [
        "Ines gets to see this again. One moment, please.",
        "Ines from our team has joined the chat.",
    ]
