"""Answers that reach by mail who left an address while nobody was in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from conversations import (
    Conversation,
    Reply,
    create_conversation,
    get_conversation,
    mark_seen,
    post_bot_replies,
    set_language,
    transcript,
)
from desk.tickets import (
    Agent,
    TicketView,
    finish,
    get_ticket,
    is_anything_due,
    is_contact,
    note_address,
    note_contact,
    open_ticket,
    press,
    reply,
    take,
    tick,
)
from desk.tickets.by_mail import UNSEEN_AFTER
from kit.database import Database
from shop.mail import MailView, list_mails
from shop.models import Customer, Mail
from tests.unit.desk_tickets.conftest import NOW

NIGHT = NOW.replace(hour=22)
MORNING = NIGHT + timedelta(hours=11)
LATER = MORNING + UNSEEN_AFTER


@pytest.fixture
def place(database: Database) -> Conversation:
    """A guest who asked for a person at night."""
    with database.session() as session:
        found = create_conversation(session, channel="webchat", language="en", now=NIGHT)
        open_ticket(
            session,
            conversation_id=found.id,
            reason="asked_for_person",
            topic="delivery",
            language="en",
            summary="Where is it?",
            now=NIGHT,
        )
        return found


def answered(database: Database, place: Conversation, ines: Agent, *texts: str) -> TicketView:
    with database.session() as session:
        ticket = take(session, 1, ines, version=1, now=MORNING)
        for number, text in enumerate(texts):
            ticket, _ = reply(
                session,
                1,
                ines,
                text=text,
                version=ticket.version,
                client_message_id=f"a{number}",
                now=MORNING,
            )
        return ticket


def mails(database: Database) -> list[MailView]:
    with database.reading() as session:
        return list_mails(session)


def test_an_unseen_answer_is_mailed_once_to_the_address_that_was_left(
    database: Database, place: Conversation, ines: Agent
) -> None:
    with database.session() as session:
        said = note_address(session, place.id, "write to li.na+x@example.com, ok", now=NIGHT)
        assert said == (
            "Got it: what our colleagues answer while you're away also goes to "
            "li.na+x@example.com. To change that, write another address."
        )
        assert get_ticket(session, 1).mail_to == "li.na+x@example.com"
    answered(database, place, ines, "It is on its way.", "It arrives on Friday.")
    with database.session() as session:
        tick(session, now=LATER - timedelta(seconds=1))
    assert mails(database) == []
    with database.session() as session:
        assert is_anything_due(session, LATER)
        assert tick(session, now=LATER).conversations == (place.id,)
        assert tick(session, now=LATER + timedelta(hours=1)).conversations == ()
    (mail,) = mails(database)
    assert mail.recipient == "li.na+x@example.com"
    assert mail.subject == "Ines has answered you"
    assert "It is on its way.\n\nIt arrives on Friday." in mail.body


def test_what_the_chat_has_shown_is_not_mailed(
    database: Database, place: Conversation, ines: Agent
) -> None:
    with database.session() as session:
        note_address(session, place.id, "a@example.com", now=NIGHT)
    answered(database, place, ines, "One", "Two")
    with database.session() as session:
        first = next(one for one in transcript(session, place.id) if one.text == "One")
        mark_seen(session, place.id, first.id, by="shopper")
        tick(session, now=LATER)
    (mail,) = mails(database)
    assert "Two" in mail.body
    assert "One" not in mail.body


def test_the_address_is_forgotten_when_all_is_said(
    database: Database, place: Conversation, ines: Agent
) -> None:
    with database.session() as session:
        note_address(session, place.id, "a@example.com", now=NIGHT)
    ticket = answered(database, place, ines, "Solved, I think.")
    with database.session() as session:
        finish(session, 1, ines, "solved", version=ticket.version, now=MORNING)
        tick(session, now=LATER)
        assert get_ticket(session, 1).mail_to == "a@example.com"
        tick(session, now=LATER + timedelta(seconds=1))
        assert get_ticket(session, 1).mail_to is None
        assert not is_anything_due(session, LATER + timedelta(minutes=1))
    assert len(mails(database)) == 1


def test_a_proven_customer_need_not_write_the_address(
    database: Database, place: Conversation
) -> None:
    with database.session() as session:
        session.add(
            Customer(
                id=7,
                email="mia@example.com",
                name="Mia",
                language="zh",
                created_at=NOW,
                loyalty_points=0,
            )
        )
        known = create_conversation(
            session, channel="webchat", language="zh", customer_id="7", now=NIGHT
        )
        open_ticket(
            session,
            conversation_id=known.id,
            reason="asked_for_person",
            topic="general",
            language="zh",
            summary="?",
            now=NIGHT,
        )
        assert press(session, known.id, "/desk_mail", now=NIGHT) == (
            "已登记：您离开时，客服的回复也会发到 mia@example.com。如需更改，请写另一个邮箱。"
        )
        assert press(session, place.id, "/desk_mail", now=NIGHT) == (
            "Please write your email address here. What our colleagues answer while you're away "
            "then also reaches you by email."
        )
        assert get_ticket(session, 1).mail_to is None


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("my jacket broke", NIGHT, None),
        ("mail me at mia@", NIGHT, "whole email address"),
        ("x" * 64 + "@" + "y" * 300 + ".example", NIGHT, "whole email address"),
        ("mia@example.com", NOW + timedelta(days=1), None),  # people are in: they read it
    ],
)
def test_other_words_are_for_the_desk_alone(
    database: Database, place: Conversation, text: str, at: object, says: str | None
) -> None:
    with database.session() as session:
        said = note_address(session, place.id, text, now=at)  # type: ignore[arg-type]
        assert (said is None) if says is None else (says in (said or ""))
        assert get_ticket(session, 1).mail_to is None


def test_the_mail_is_in_the_conversations_language(
    database: Database, place: Conversation, ines: Agent
) -> None:
    with database.session() as session:
        note_address(session, place.id, "我的邮箱li@example.com谢谢", now=NIGHT)
        set_language(session, place.id, "zh")
    answered(database, place, ines, "已发货。")
    with database.session() as session:
        tick(session, now=LATER)
        assert session.scalars(select(Mail.recipient)).all() == ["li@example.com"]
    (mail,) = mails(database)
    assert mail.subject == "Ines 已回复您"


def test_at_night_the_assistant_leaves_to_the_desk_what_the_desk_asked_for(
    database: Database, place: Conversation
) -> None:
    def say(text: str) -> str | None:
        return note_contact(session, place.id, text, now=NIGHT)

    with database.session() as session:
        assert get_conversation(session, place.id).handled_by == "bot"
        assert not is_contact(
            session, place.id, "li.na@example.com"
        )  # the assistant may have asked
        asked = press(session, place.id, "/desk_mail", now=NIGHT)
        assert asked is not None
        post_bot_replies(session, place.id, [Reply(asked)], now=NIGHT)
        assert is_contact(session, place.id, "it is li.na@example.com")
        assert not is_contact(session, place.id, "0170 1234567")
        assert (say("it is li.na@example.com") or "").startswith("Got it: what our colleagues")
        booked = press(
            session, place.id, '/desk_callback{"at":"2026-11-25T08:00:00+00:00"}', now=NIGHT
        )
        assert booked is not None
        post_bot_replies(session, place.id, [Reply(booked)], now=NIGHT)
        assert is_contact(session, place.id, "please on +49 170 1234567")
        assert not is_contact(session, place.id, "order 10482")
        assert say("please on +49 170 1234567") == (
            "Got it: we'll call +49 170 1234567. To change that, write another number."
        )
        found = get_ticket(session, 1)
        assert (found.mail_to, found.callback_phone) == ("li.na@example.com", "+49 170 1234567")
        both = (say("+49 40 7654321 or li1234567@example.com") or "").split("\n")
        assert [one.partition(":")[0] for one in both] == ["Got it", "Got it"]
        found = get_ticket(session, 1)
        assert (found.mail_to, found.callback_phone) == (
            "li1234567@example.com",
            "+49 40 7654321",
        )
        post_bot_replies(session, place.id, [Reply("We ship to Norway.")], now=NIGHT)
        assert not is_contact(session, place.id, "li.na@example.com")
