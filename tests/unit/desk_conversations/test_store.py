"""Conversations and messages: stored once, in order, for the right reader."""

from datetime import timedelta

import pytest

from conversations import (
    Asks,
    Button,
    Card,
    Conversation,
    ConversationNotFound,
    ForeignCustomer,
    Reply,
    WrongHandler,
    accept_message,
    attach_customer,
    claim_next,
    conversations_saying,
    count_outbox,
    create_conversation,
    erase,
    export,
    get_conversation,
    hand_to_agent,
    hand_to_bot,
    list_conversations,
    messages_after,
    post_agent_message,
    post_bot_replies,
    post_notice,
    reply_from_json,
    reply_to_json,
    transcript,
)
from kit.database import Database
from tests.unit.desk_conversations.conftest import NOW


def say(database: Database, place: str, text: str, key: str) -> int:
    with database.session() as session:
        return accept_message(session, place, text=text, client_message_id=key, now=NOW).message.id


def test_conversation_ids_are_long_and_different(database: Database) -> None:
    with database.session() as session:
        ids = {
            create_conversation(session, channel="telegram", language="zh", now=NOW).id
            for _ in range(20)
        }
    assert len(ids) == 20
    assert {len(place) for place in ids} == {22}  # 16 bytes in base64url


def test_unknown_conversation_is_refused_everywhere(database: Database) -> None:
    with database.session() as session:
        with pytest.raises(ConversationNotFound):
            get_conversation(session, "nowhere")
        with pytest.raises(ConversationNotFound):
            accept_message(session, "nowhere", text="x", client_message_id="1", now=NOW)


def test_a_repeated_client_id_gives_the_first_message(
    database: Database, conversation: Conversation
) -> None:
    first = say(database, conversation.id, "hello", "a")
    with database.session() as session:
        again = accept_message(
            session, conversation.id, text="other words", client_message_id="a", now=NOW
        )
    assert (again.is_new, again.message.id, again.message.text) == (False, first, "hello")
    with database.reading() as session:
        assert len(transcript(session, conversation.id)) == 1


def test_the_same_client_id_in_two_conversations_is_two_messages(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        other = create_conversation(session, channel="telegram", language="en", now=NOW)
    assert say(database, conversation.id, "x", "a") != say(database, other.id, "x", "a")


def test_messages_after_resumes_from_an_id(database: Database, conversation: Conversation) -> None:
    ids = [say(database, conversation.id, f"m{n}", str(n)) for n in range(5)]
    with database.reading() as session:
        found = messages_after(session, conversation.id, after=ids[1], limit=2)
    assert [message.text for message in found] == ["m2", "m3"]


def test_replies_keep_buttons_cards_and_pictures(
    database: Database, conversation: Conversation
) -> None:
    reply = Reply(
        text="Look",
        buttons=(Button("Yes", "btn.x"),),
        cards=(Card(title="Karst Ridge", price="€189.00", buttons=(Button("Buy", "btn.y"),)),),
        image="/media/products/x.svg",
        asks=Asks("choose", "order", ("Order 10482", "Order 10391")),
    )
    with database.session() as session:
        post_bot_replies(session, conversation.id, [reply, Reply()], now=NOW)
    with database.reading() as session:
        [message] = transcript(session, conversation.id)
        assert count_outbox(session) == {"waiting": 1}
    assert message.reply == reply


@pytest.mark.parametrize(
    ("told", "asks"),
    [
        (None, None),
        ("email", None),
        ({"kind": "email"}, None),
        ({"kind": "email", "slot": "email"}, Asks("email", "email")),
        ({"kind": "confirm", "slot": "yes", "options": "no"}, Asks("confirm", "yes")),
        (
            {"kind": "choose", "slot": "size", "options": [42, "43"]},
            Asks("choose", "size", ("42", "43")),
        ),
    ],
)
def test_what_is_asked_for_is_read_or_left_out(told: object, asks: Asks | None) -> None:
    reply = reply_from_json({"text": "?", "asks": told})
    assert reply == Reply("?", asks=asks)
    assert reply_from_json(reply_to_json(reply)) == reply


def test_with_an_agent_in_charge_nothing_waits_for_the_bot(
    database: Database, conversation: Conversation
) -> None:
    say(database, conversation.id, "still waiting for the bot", "a")
    with database.session() as session:
        hand_to_agent(session, conversation.id, now=NOW, agent_name="Ines")
    with database.session() as session:
        accepted = accept_message(
            session, conversation.id, text="hi Ines", client_message_id="b", now=NOW
        )
        assert (accepted.handled_by, accepted.is_handled) == ("agent", True)
        assert claim_next(session, worker="w", now=NOW + timedelta(hours=1)) is None


def test_only_who_is_in_charge_speaks(database: Database, conversation: Conversation) -> None:
    with database.session() as session, pytest.raises(WrongHandler):
        post_agent_message(session, conversation.id, text="hi", agent_name="Ines", now=NOW)
    with database.session() as session:
        hand_to_agent(session, conversation.id, now=NOW)
        post_agent_message(session, conversation.id, text="hi", agent_name="Ines", now=NOW)
        assert get_conversation(session, conversation.id).agent_name == "Ines"
        back = hand_to_bot(session, conversation.id, now=NOW)
    assert (back.handled_by, back.agent_name) == ("bot", None)
    with database.reading() as session:
        assert [message.author for message in transcript(session, conversation.id)] == ["agent"]


def test_an_agents_double_click_sends_once(database: Database, conversation: Conversation) -> None:
    with database.session() as session:
        hand_to_agent(session, conversation.id, now=NOW)
        ids = {
            post_agent_message(
                session,
                conversation.id,
                text="once",
                agent_name="Ines",
                now=NOW,
                client_message_id="k",
            ).id
            for _ in range(3)
        }
        assert len(ids) == 1
        assert count_outbox(session) == {"waiting": 1}


def test_two_customers_are_never_merged(database: Database, conversation: Conversation) -> None:
    with database.session() as session:
        assert attach_customer(session, conversation.id, "7").customer_id == "7"
        assert attach_customer(session, conversation.id, "7").customer_id == "7"
    with database.session() as session, pytest.raises(ForeignCustomer):
        attach_customer(session, conversation.id, "8")
    with database.reading() as session:
        assert get_conversation(session, conversation.id).customer_id == "7"


def test_the_list_shows_the_newest_word_first(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        later = create_conversation(
            session, channel="telegram", language="en", now=NOW + timedelta(minutes=1)
        )
        hand_to_agent(session, later.id, now=NOW + timedelta(minutes=1))
        post_notice(session, conversation.id, "A note", now=NOW + timedelta(minutes=2))
    with database.reading() as session:
        everything = list_conversations(session)
        [waiting] = list_conversations(session, handled_by="agent")
    assert [line.conversation.id for line in everything] == [conversation.id, later.id]
    assert (everything[0].last_text, everything[0].last_author) == ("A note", "system")
    assert (waiting.conversation.id, waiting.messages) == (later.id, 0)


def test_export_and_erase_touch_one_customer_only(
    database: Database, conversation: Conversation
) -> None:
    say(database, conversation.id, "my secret", "a")
    with database.session() as session:
        attach_customer(session, conversation.id, "7")
        other = create_conversation(
            session, channel="telegram", language="en", now=NOW, customer_id="8"
        )
        post_bot_replies(session, conversation.id, [Reply("answer")], now=NOW)
        post_bot_replies(session, other.id, [Reply("kept")], now=NOW)
    with database.session() as session:
        [copy] = export(session, "7")["conversations"]
        assert [message["text"] for message in copy["messages"]] == ["my secret", "answer"]
        assert erase(session, "7") == 1
    with database.reading() as session:
        assert export(session, "7") == {"conversations": []}
        assert [message.text for message in transcript(session, other.id)] == ["kept"]
        assert count_outbox(session) == {"waiting": 1}


def test_what_browsers_fetch_needs_no_outbox(database: Database) -> None:
    with database.session() as session:
        place = create_conversation(session, channel="webchat", language="en", now=NOW).id
        post_bot_replies(session, place, [Reply("stored")], now=NOW)
    with database.reading() as session:
        assert [message.text for message in messages_after(session, place)] == ["stored"]
        assert count_outbox(session) == {}


@pytest.mark.parametrize(
    "text",
    [
        "ärger",
        "MÜLLER",
        "STRASSE",
        "straße",
        "cafe",
        "CAFÉ",
        "cafe\u0301",
        "ABC123",
        "abc１２３",
        "订单",
        "100%",
        "a_b",
    ],
)
def test_searching_counts_no_capitals_accents_or_widths(database: Database, text: str) -> None:
    with database.session() as session:
        places = [
            create_conversation(session, channel="telegram", language="en", now=NOW).id
            for _ in range(2)
        ]
    said = "Ärger mit MÜLLER Straße, café ＡＢＣ１２３ 订单 100% a_b"
    say(database, places[0], said, "1")
    say(database, places[1], "Nothing of that, a x b, 1000 pieces", "1")
    with database.reading() as session:
        assert conversations_saying(session, text, 10) == [places[0]]
