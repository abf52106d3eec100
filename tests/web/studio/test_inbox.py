"""Real messages that teach most, masked, given to an intent or put aside."""

import re
from pathlib import Path

from sqlalchemy import update

from conversations import accept_message, create_conversation
from conversations.models import MessageRow
from kit.database import Database
from tests.web.desk.conftest import NOW, Browser
from tests.web.studio.conftest import ORDERS, git

HERE = "/studio/inbox?in=en"


def said(database: Database, *rows: tuple[str, str, float], tried: bool = False) -> None:
    """Messages with what the assistant took them for and how sure it was."""
    with database.session() as session:
        talk = create_conversation(session, channel="webchat", language="en", now=NOW)
        for at, (text, intent, confidence) in enumerate(rows):
            key = f"{'studio' if tried else 'm'}-{at}"
            found = accept_message(
                session, conversation_id=talk.id, text=text, client_message_id=key, now=NOW
            )
            session.execute(
                update(MessageRow)
                .where(MessageRow.id == found.message.id)
                .values(intent=intent, confidence=confidence)
            )


def shown(page: str) -> list[str]:
    return re.findall(r'name="text"[^>]*value="([^"]*)"', page)


async def test_the_least_sure_comes_first_and_nothing_personal_is_shown(
    admin: Browser, desk_database: Database
) -> None:
    said(
        desk_database,
        ("is it coming", "track_order", 0.5),
        ("mail mia.berg@web.de about 20417, I'm Mia Berg", "nlu_fallback", 0.2),
        ("Is it coming?", "track_order", 0.5),
        ("any news", "track_order", 0.4),  # stands in the examples
        ("cancel that thing", "cancel_order", 0.99),  # surely understood
    )
    said(desk_database, ("tried by an admin", "greet", 0.1), tried=True)
    _, page = await admin.open(HERE)
    assert shown(page) == ["mail mia@example.com about 10482, I&#39;m Mia", "Is it coming?"]
    assert "said 2 times" in page
    assert "not understood, 20 % sure" in page
    for own in ("mia.berg", "20417", "Berg"):
        assert own not in page


async def test_a_message_becomes_an_example_as_one_commit_and_is_gone(
    admin: Browser, desk_database: Database, content: Path
) -> None:
    said(desk_database, ("is it coming", "cancel_order", 0.5), ("huh", "nlu_fallback", 0.1))
    _, page = await admin.open(HERE)
    marks = re.findall(r'name="mark" value="(\w+)"', page)
    fields = {"in": "en", "mark": marks[1], "text": "is it coming soon, ann@web.de"}
    response = await admin.send("/studio/inbox/teach", script=False, **fields, intent="")
    assert response.status == 422
    await admin.send("/studio/inbox/teach", script=False, **fields, intent="track_order")
    text = (content / "en/nlu/orders.yml").read_text(encoding="utf-8")
    new = "      - is it coming soon, mia@example.com\n"
    assert text == ORDERS.replace("any news\n", f"any news\n{new}")
    subject = git(content, "log", "--format=%s", "-1").strip()
    assert subject == "track_order (en): example added from a real message"
    await admin.send("/studio/inbox/ignore", script=False, **{"in": "en", "mark": marks[0]})
    _, page = await admin.open(HERE)
    assert shown(page) == []
    assert "Nothing waits here" in page
