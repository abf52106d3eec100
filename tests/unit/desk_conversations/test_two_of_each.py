"""Two conversations, two messages, two deliveries: what is done to one is done to that one alone,
and a call that comes late or twice changes nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from conversations import (
    ClaimLost,
    Conversation,
    Message,
    Reply,
    accept_message,
    announce_change,
    attach_customer,
    claim_delivery,
    claim_event,
    claim_next,
    complete,
    conversation_ids,
    count_conversations,
    count_open,
    count_waiting,
    create_conversation,
    erase,
    export,
    get_conversation,
    get_message,
    give_back,
    hand_to_agent,
    handled_by_agent,
    has_due,
    is_known,
    last_message_id,
    last_words,
    lend_to_bot,
    mark_failed,
    mark_seen,
    mark_sent,
    messages_since,
    note_alive,
    open_since,
    post_agent_message,
    post_bot_replies,
    post_delay_notice,
    release_claims,
    said_meanwhile,
    set_language,
    show_image,
    transcript,
    unanswered,
    unseen_agent_messages,
    waiting_behind,
)
from conversations.models import ConversationRow, EventClaimRow, MessageRow, OutboxRow
from kit.database import Database
from tests.unit.desk_conversations.conftest import NOW

# What is told apart here is told apart by each database in the same words: one of them is enough.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SOON = NOW + timedelta(seconds=5)
HOUR = NOW + timedelta(hours=1)


@pytest.fixture
def other(database: Database) -> Conversation:
    with database.session() as session:
        return create_conversation(session, channel="telegram", language="zh", now=NOW)


def accept(database: Database, place: str, key: str, **more: Any) -> int:
    with database.session() as session:
        return accept_message(
            session, place, text=key, client_message_id=key, now=more.pop("now", NOW), **more
        ).message.id


def row(database: Database, table: Any, key: Any) -> dict[str, Any]:
    """Everything a row holds."""
    with database.reading() as session:
        found = session.get(table, key)
        return {name: getattr(found, name) for name in table.__table__.columns.keys()}  # noqa: SIM118


def outbox(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(
            select(MessageRow.text, OutboxRow.state)
            .join(OutboxRow, OutboxRow.message_id == MessageRow.id)
            .order_by(OutboxRow.id)
        )
        return [(text, state) for text, state in rows]


@pytest.fixture
def held(database: Database, conversation: Conversation, other: Conversation) -> tuple[int, int]:
    """A message in each conversation, both claimed by one worker."""
    ids = accept(database, conversation.id, "a"), accept(database, other.id, "b")
    with database.session() as session:
        for _ in ids:
            claim_next(session, worker="w", now=NOW)
    return ids


# -- the inbox ---------------------------------------------------------------------------------


def test_an_answer_goes_to_its_own_conversation(
    database: Database, conversation: Conversation, other: Conversation, held: tuple[int, int]
) -> None:
    first, second = held
    with database.session() as session:
        said = complete(
            session,
            second,
            [Reply("for b"), Reply("too")],
            worker="w",
            now=SOON,
            language="en",
            intent="greet",
            confidence=0.5,
        )
    assert [(one.text, one.conversation_id, one.reply_to) for one in said] == [
        ("for b", other.id, second),
        ("too", other.id, second),
    ]
    with database.reading() as session:
        assert [one.text for one in transcript(session, conversation.id)] == ["a"]
        assert get_conversation(session, other.id).language == "en"
        assert get_conversation(session, conversation.id).language == "en"
        assert get_conversation(session, other.id).updated_at == SOON
    done = row(database, MessageRow, second)
    assert (done["state"], done["available_at"], done["intent"], done["confidence"]) == (
        "done",
        None,
        "greet",
        0.5,
    )
    assert row(database, MessageRow, first)["state"] == "claimed"
    assert [row(database, MessageRow, one.id)["position"] for one in said] == [0, 1]


def test_a_claim_says_whose_until_when_and_how_often(
    database: Database, conversation: Conversation, held: tuple[int, int]
) -> None:
    taken = row(database, MessageRow, held[0])
    assert (taken["state"], taken["claimed_by"], taken["attempts"]) == ("claimed", "w", 1)
    assert taken["available_at"] == NOW + timedelta(seconds=60)


def test_a_worker_gets_what_the_bot_reads(database: Database, conversation: Conversation) -> None:
    page = {"path": "/product/x"}
    accept(database, conversation.id, "Yes", payload="btn.x", page=page)
    with database.session() as session:
        work = claim_next(session, worker="w", now=NOW)
    assert work is not None
    assert (work.text, work.message.text, work.page, work.attempts) == ("btn.x", "Yes", page, 1)
    assert work.conversation.id == conversation.id


def test_the_oldest_message_is_taken_first(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    ids = accept(database, other.id, "b"), accept(database, conversation.id, "a")
    with database.session() as session:
        first, second = (claim_next(session, worker="w", now=NOW) for _ in ids)
    assert first is not None
    assert second is not None
    assert (first.message.id, second.message.id) == ids


LATE: dict[str, Callable[..., Any]] = {
    "complete": lambda session, one, worker: complete(
        session, one, [Reply("late")], worker=worker, now=SOON
    ),
    "give back": lambda session, one, worker: give_back(session, one, worker=worker, until=SOON),
    "release": lambda session, one, worker: release_claims(session, worker=worker, now=SOON),
}


@pytest.mark.parametrize("act", LATE)
@pytest.mark.parametrize("when", ["answered", "another's", "given back"])
def test_what_comes_late_changes_nothing(
    database: Database, held: tuple[int, int], act: str, when: str
) -> None:
    message, worker = held[0], "w"
    with database.session() as session:
        if when == "answered":
            complete(session, message, [Reply("good")], worker="w", now=NOW)
            complete(session, held[1], [Reply("good")], worker="w", now=NOW)
        elif when == "given back":
            release_claims(session, worker="w", now=NOW)
        else:
            worker = "late"
    before = [row(database, MessageRow, one) for one in held]
    with database.session() as session:
        if act == "complete":
            with pytest.raises(ClaimLost, match=str(message)):
                LATE[act](session, message, worker)
        else:
            assert not LATE[act](session, message, worker)
    assert [row(database, MessageRow, one) for one in held] == before


def test_one_of_two_is_given_back(database: Database, held: tuple[int, int]) -> None:
    with database.session() as session:
        give_back(session, held[0], worker="w", until=SOON)
    given, kept = (row(database, MessageRow, one) for one in held)
    assert (given["state"], given["claimed_by"], given["available_at"]) == ("waiting", None, SOON)
    assert (kept["state"], kept["claimed_by"]) == ("claimed", "w")
    with database.session() as session:
        hand_to_agent(session, given["conversation_id"], now=NOW)
    assert row(database, MessageRow, held[0])["state"] == "done"  # people have it now


def test_all_that_a_dead_worker_held_is_given_back(
    database: Database, conversation: Conversation, held: tuple[int, int]
) -> None:
    answered = accept(database, conversation.id, "c")
    with database.session() as session:
        complete(session, held[0], [Reply("good")], worker="w", now=NOW)
        claim_next(session, worker="w", now=NOW)
        assert release_claims(session, worker="w", now=SOON) == 2
    for one in (answered, held[1]):
        found = row(database, MessageRow, one)
        assert (found["state"], found["claimed_by"], found["available_at"]) == (
            "waiting",
            None,
            SOON,
        )
    assert row(database, MessageRow, held[0])["state"] == "done"


def test_a_lease_ends_to_the_second_and_a_far_one_is_a_wrong_clock(
    database: Database, conversation: Conversation
) -> None:
    message = accept(database, conversation.id, "a")

    def due(until: timedelta) -> bool:
        with database.session() as session:
            session.get_one(MessageRow, message).available_at = NOW + until
            session.flush()
            return has_due(session, NOW)

    second = timedelta(seconds=1)
    assert due(20 * second)  # never tried
    with database.session() as session:
        claim_next(session, worker="w", now=NOW)
    assert [due(one * second) for one in (0, 1, 59, 60, 61)] == [True, False, False, False, True]
    with database.session() as session:
        give_back(session, message, worker="w", until=SOON)
    assert [due(one * second) for one in (0, 1, 10, 11)] == [True, False, False, True]
    with database.session() as session:
        claim_next(session, worker="w", now=HOUR)
        complete(session, message, [], worker="w", now=HOUR)
    assert not due(timedelta())


def test_open_and_waiting_messages_are_counted(
    database: Database, conversation: Conversation, held: tuple[int, int]
) -> None:
    accept(database, conversation.id, "c")
    with database.session() as session:
        assert (count_open(session), count_waiting(session)) == (3, 1)
        complete(session, held[0], [], worker="w", now=NOW)
        assert (count_open(session), count_waiting(session)) == (2, 1)


def test_the_notice_is_told_once_and_not_after_the_answer(
    database: Database, conversation: Conversation, other: Conversation, held: tuple[int, int]
) -> None:
    first, second = held
    with database.session() as session:
        told = post_delay_notice(session, first, Reply("wait"), now=NOW)
        assert told is not None
        assert (told.conversation_id, told.reply_to) == (conversation.id, first)
        assert post_delay_notice(session, first, Reply("wait"), now=NOW) is None
        complete(session, second, [Reply("answer")], worker="w", now=NOW)
        assert post_delay_notice(session, second, Reply("wait"), now=NOW) is None
        assert [one.text for one in transcript(session, other.id)] == ["b", "answer"]
        complete(session, first, [Reply("one"), Reply("two")], worker="w", now=NOW)
        texts = [one.text for one in transcript(session, conversation.id)]
    assert texts == ["a", "wait", "one", "two"]


def test_what_waits_before_and_behind_a_message(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    first = accept(database, conversation.id, "a", now=NOW)
    accept(database, other.id, "b")
    second = accept(database, conversation.id, "c", now=SOON, payload="btn.c")
    third = accept(database, conversation.id, "d", now=HOUR)
    with database.session() as session:
        work = claim_next(session, worker="w", now=NOW)
        assert work is not None
        assert waiting_behind(session, work.message) == [(second, "btn.c"), (third, "d")]
        assert waiting_behind(session, get_message(session, second)) == [(third, "d")]
        assert open_since(session, conversation.id, first) is None
        assert open_since(session, conversation.id, second) == NOW
        assert open_since(session, conversation.id, third) == NOW
        complete(session, first, [], worker="w", now=NOW)
        assert open_since(session, conversation.id, third) == SOON
        assert open_since(session, other.id, third) == NOW
        claim_next(session, worker="w", now=NOW)
        claim_next(session, worker="w", now=NOW)
        assert waiting_behind(session, work.message) == [(third, "d")]


def test_events_are_claimed_by_channel_and_id(database: Database) -> None:
    with database.session() as session:
        found = [
            claim_event(session, *one, NOW)
            for one in (("line", "1"), ("line", "2"), ("line", "1"), ("1", "line"))
        ]
        assert found == [True, True, False, True]
        note_alive(session, "x" * 200, now=NOW)
        note_alive(session, "x" * 200, now=SOON)
        note_alive(session, "second", now=NOW)
    with database.reading() as session:
        alive = select(EventClaimRow).where(EventClaimRow.channel == "front")
        rows = session.scalars(alive.order_by(EventClaimRow.claimed_at)).all()
    assert [(one.event_id, one.claimed_at) for one in rows] == [
        ("second", NOW),
        ("x" * 128, SOON),
    ]


# -- the outbox --------------------------------------------------------------------------------


@pytest.fixture
def leaving(database: Database, conversation: Conversation, other: Conversation) -> list[Any]:
    """A delivery under way in each conversation, and one more that waits behind the first."""
    with database.session() as session:
        for place, text in ((conversation.id, "a"), (other.id, "b"), (conversation.id, "c")):
            post_bot_replies(session, place, [Reply(text)], now=NOW)
        found = [claim_delivery(session, sender="s", now=NOW) for _ in range(3)]
    assert found[2] is None  # "c" leaves after "a"
    return found[:2]


def test_one_of_two_deliveries_is_sent(database: Database, leaving: list[Any]) -> None:
    first, second = leaving
    assert (first.message.text, second.message.text) == ("a", "b")
    under_way = row(database, OutboxRow, first.id)
    assert (under_way["claimed_by"], under_way["available_at"], under_way["attempts"]) == (
        "s",
        NOW + timedelta(seconds=30),
        1,
    )
    with database.session() as session:
        mark_sent(session, second.id, now=SOON)
    assert outbox(database) == [("a", "sending"), ("b", "sent"), ("c", "waiting")]
    assert row(database, OutboxRow, second.id)["sent_at"] == SOON


def test_one_of_two_deliveries_fails_and_is_tried_again(
    database: Database, leaving: list[Any]
) -> None:
    first, second = leaving
    with database.session() as session:
        assert mark_failed(session, first, error="x" * 300, now=NOW) is True
    failed = row(database, OutboxRow, first.id)
    assert (failed["state"], failed["last_error"]) == ("waiting", "x" * 200)
    assert failed["available_at"] == NOW + timedelta(seconds=1)
    assert row(database, OutboxRow, second.id)["last_error"] is None
    assert outbox(database) == [("a", "waiting"), ("b", "sending"), ("c", "waiting")]
    with database.session() as session:
        assert claim_delivery(session, sender="s", now=NOW) is None
        again = claim_delivery(session, sender="s", now=NOW + timedelta(seconds=1))
        assert again is not None
        assert (again.id, again.attempts) == (first.id, 2)
        mark_sent(session, again.id, now=SOON)
    assert row(database, OutboxRow, first.id)["last_error"] is None


def test_a_dead_senders_late_word_changes_nothing(database: Database, leaving: list[Any]) -> None:
    first, second = leaving
    with database.session() as session:
        again = claim_delivery(session, sender="t", now=NOW + timedelta(seconds=30))
        assert again is not None
        assert again.id == first.id
        mark_sent(session, first.id, now=SOON)
        mark_failed(session, first, error="late", now=SOON)
        mark_sent(session, first.id, now=HOUR)
        mark_failed(session, second, error="503", now=SOON)
        mark_sent(session, second.id, now=SOON)  # given back meanwhile: it goes out again
    sent = row(database, OutboxRow, first.id)
    assert (sent["state"], sent["sent_at"], sent["last_error"]) == ("sent", SOON, None)
    assert outbox(database) == [("a", "sent"), ("b", "waiting"), ("c", "waiting")]


def test_the_last_try_is_the_last(database: Database, leaving: list[Any]) -> None:
    first, second = leaving
    with database.session() as session:
        for delivery, attempts in ((first, 11), (second, 12)):
            worn = delivery.__class__(
                delivery.id, delivery.message, delivery.conversation, attempts
            )
            assert mark_failed(session, worn, error="503", now=NOW) is (attempts < 12)
        assert claim_delivery(session, sender="s", now=NOW + timedelta(minutes=9)) is None
    assert outbox(database) == [("a", "waiting"), ("b", "dead"), ("c", "waiting")]


def test_a_wait_asked_for_is_no_longer_than_the_longest(
    database: Database, leaving: list[Any]
) -> None:
    with database.session() as session:
        mark_failed(session, leaving[0], error="429", now=NOW, retry_after=timedelta(days=1))
        exactly = timedelta(minutes=10)
        assert row(database, OutboxRow, leaving[1].id)["available_at"] != NOW + exactly
    assert row(database, OutboxRow, leaving[0].id)["available_at"] == NOW + exactly
    with database.session() as session:  # to the minute it may be meant; beyond, a clock was wrong
        assert claim_delivery(session, sender="s", now=NOW) is None
        assert claim_delivery(session, sender="s", now=NOW - timedelta(seconds=1)) is not None


def test_what_was_never_tried_leaves_whatever_its_time_says(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("a")], now=NOW)
        assert claim_delivery(session, sender="s", now=NOW - timedelta(seconds=1)) is not None


# -- conversations and messages ----------------------------------------------------------------


def test_languages_customers_and_news_are_the_conversations_own(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    before = row(database, ConversationRow, other.id)
    with database.session() as session:
        set_language(session, conversation.id, "zh")
        attach_customer(session, conversation.id, "7")
        announce_change(session, conversation.id, now=SOON)
        hand_to_agent(session, conversation.id, now=SOON, agent_name="Ines")
        hand_to_agent(session, conversation.id, now=SOON)
    assert row(database, ConversationRow, other.id) == before
    now = row(database, ConversationRow, conversation.id)
    assert (now["language"], now["customer_id"], now["updated_at"]) == ("zh", "7", SOON)
    assert (now["revision"], now["handled_by"], now["agent_name"]) == (3, "agent", "Ines")


def test_everything_said_is_news(database: Database, conversation: Conversation) -> None:
    accept(database, conversation.id, "a", now=SOON)
    now = row(database, ConversationRow, conversation.id)
    assert (now["revision"], now["updated_at"]) == (1, SOON)
    accept(database, conversation.id, "a", now=HOUR)  # said before: looked at again, no more
    now = row(database, ConversationRow, conversation.id)
    assert (now["revision"], now["updated_at"]) == (2, HOUR)


def test_a_message_is_known_by_its_place_and_key(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    accept(database, conversation.id, "a")
    with database.session() as session:
        again = accept_message(session, conversation.id, text="a", client_message_id="a", now=SOON)
        assert (again.is_new, again.is_handled, again.handled_by) == (False, False, "bot")
        assert is_known(session, conversation.id, "a")
        assert not is_known(session, conversation.id, "b")
        assert not is_known(session, other.id, "a")


def test_what_is_said_again_after_its_answer_is_handled(
    database: Database, conversation: Conversation, held: tuple[int, int]
) -> None:
    with database.session() as session:
        complete(session, held[0], [Reply("good")], worker="w", now=NOW)
        again = accept_message(session, conversation.id, text="a", client_message_id="a", now=SOON)
    assert (again.is_new, again.is_handled, again.message.id) == (False, True, held[0])


def test_a_picture_goes_to_its_message(database: Database, held: tuple[int, int]) -> None:
    with database.session() as session:
        shown: Message = show_image(session, held[1], "/media/x")
        assert (shown.id, shown.image) == (held[1], "/media/x")
    with database.reading() as session:
        assert get_message(session, held[0]).image is None
        assert get_message(session, held[1]).image == "/media/x"
        assert last_message_id(session) == held[1]
        with pytest.raises(LookupError):
            get_message(session, 99)


def test_agents_messages_carry_their_own_keys(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    accept(database, conversation.id, "k")
    with database.session() as session:
        for place in (conversation.id, other.id):
            hand_to_agent(session, place, now=NOW)
        said = [
            post_agent_message(
                session, place, text="hi", agent_name="Ines", now=NOW, client_message_id="k"
            ).id
            for place in (conversation.id, other.id, conversation.id)
        ]
        keyless = [
            post_agent_message(session, other.id, text="x", agent_name="Wang", now=NOW).id
            for _ in range(2)
        ]
    assert said[0] == said[2] != said[1]
    assert keyless[0] != keyless[1]
    with database.reading() as session:
        assert get_message(session, said[0]).author_name == "Ines"
        assert get_conversation(session, other.id).agent_name == "Wang"
        assert get_message(session, said[0]).client_message_id is None


def test_a_step_is_lent_and_the_agent_stays(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    with database.session() as session:
        hand_to_agent(session, conversation.id, now=NOW, agent_name="Ines")
        asked = lend_to_bot(session, conversation.id, text="Ines asks", payload="btn.x", now=SOON)
        assert get_conversation(session, conversation.id).is_lent
        assert not get_conversation(session, other.id).is_lent
        work = claim_next(session, worker="w", now=SOON)
        assert work is not None
        assert (work.message.id, work.text, work.message.author) == (asked.id, "btn.x", "system")
    now = row(database, ConversationRow, conversation.id)
    assert (now["updated_at"], now["handled_by"], now["agent_name"]) == (SOON, "bot", "Ines")


def test_who_waits_for_people(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    both = [conversation.id, other.id]
    first, second = accept(database, conversation.id, "a"), accept(database, other.id, "b")
    with database.session() as session:
        post_bot_replies(session, other.id, [Reply("bot")], now=NOW)
        assert unanswered(session, both) == {conversation.id: first, other.id: second}
        assert unanswered(session, [other.id]) == {other.id: second}
        hand_to_agent(session, conversation.id, now=NOW)
        post_agent_message(session, conversation.id, text="hi", agent_name="Ines", now=NOW)
        assert unanswered(session, both) == {other.id: second}
        assert handled_by_agent(session, both) == {conversation.id}
        assert handled_by_agent(session, [other.id]) == set()


def test_seen_by_whom_and_where(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    with database.session() as session:
        for place in (conversation.id, other.id):
            hand_to_agent(session, place, now=NOW)
        said = [
            post_agent_message(session, place, text=text, agent_name="Ines", now=NOW).id
            for place, text in ((conversation.id, "1"), (other.id, "2"), (conversation.id, "3"))
        ]
    accept(database, conversation.id, "shopper's")

    def unseen(after: int) -> list[str]:
        with database.reading() as session:
            return [one.text for one in unseen_agent_messages(session, conversation.id, after)]

    assert (unseen(0), unseen(said[0]), unseen(said[2])) == (["1", "3"], ["3"], [])
    with database.session() as session:
        assert mark_seen(session, conversation.id, said[2], by="agent") is True
        assert mark_seen(session, conversation.id, said[2], by="agent") is False
        assert mark_seen(session, other.id, said[1], by="shopper") is True
    assert unseen(0) == ["1", "3"]
    with database.session() as session:
        assert mark_seen(session, conversation.id, said[0], by="shopper") is True
        assert mark_seen(session, conversation.id, said[0] - 1, by="shopper") is False
        seen = get_conversation(session, conversation.id)
    assert (seen.shopper_seen_id, seen.agent_seen_id) == (said[0], said[2])
    assert unseen(0) == ["3"]


def test_what_was_said_meanwhile(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    first = accept(database, conversation.id, "to the bot")
    accept(database, other.id, "elsewhere")
    with database.session() as session:
        claim_next(session, worker="w", now=NOW)
        complete(session, first, [Reply("bot")], worker="w", now=NOW)
        hand_to_agent(session, conversation.id, now=NOW)
        post_agent_message(session, conversation.id, text="agent", agent_name="Ines", now=NOW)
        accept_message(session, conversation.id, text="1", client_message_id="1", now=NOW)
    last = accept(database, conversation.id, "last")
    with database.reading() as session:
        said = [one.text for one in said_meanwhile(session, conversation.id, last)]
        assert said_meanwhile(session, conversation.id, first) == []
    assert said == ["agent", "1"]


def test_what_is_new_among_conversations(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    first = accept(database, conversation.id, "1")
    accept(database, other.id, "2")
    accept(database, conversation.id, "3")
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("bot")], now=NOW)
        one = select(ConversationRow.id).where(ConversationRow.id == conversation.id)
        both = select(ConversationRow.id)

        def since(after: int, limit: int, among: Any) -> list[str]:
            return [found.text for found in messages_since(session, after, limit, among=among)]

        assert since(0, 9, both) == ["1", "2", "3"]
        assert since(first, 9, both) == ["2", "3"]
        assert since(first, 1, both) == ["2"]
        assert since(0, 9, one) == ["1", "3"]
        silent = create_conversation(session, channel="line", language="en", now=HOUR)
        post_bot_replies(session, silent.id, [Reply("bot")], now=HOUR)
        assert count_conversations(session, since=NOW) == 2
        assert count_conversations(session, since=SOON) == 0
        words = last_words(session, [conversation.id, silent.id])
    assert {place: one.last_text for place, one in words.items()} == {
        conversation.id: "bot",
        silent.id: "bot",
    }
    assert words[conversation.id].messages == 3


def test_a_copy_holds_all_that_was_said_in_its_order(
    database: Database, conversation: Conversation, other: Conversation
) -> None:
    with database.session() as session:
        early: datetime = NOW - timedelta(days=1)
        older = create_conversation(session, channel="line", language="zh", now=early)
        for place in (conversation.id, older.id):
            attach_customer(session, place, "7")
        attach_customer(session, other.id, "8")
        post_bot_replies(session, conversation.id, [Reply("1"), Reply("2")], now=SOON)
        post_bot_replies(session, other.id, [Reply("other's")], now=NOW)
        assert set(conversation_ids(session, "7")) == {conversation.id, older.id}
        assert conversation_ids(session, "9") == []
        copies = export(session, "7")["conversations"]
    assert [one["id"] for one in copies] == [older.id, conversation.id]
    assert copies[0] == {
        "id": older.id,
        "channel": "line",
        "language": "zh",
        "started_at": early.isoformat(),
        "wants_to_be_told": [],
        "messages": [],
    }
    assert [(one["author"], one["at"], one["text"]) for one in copies[1]["messages"]] == [
        ("bot", SOON.isoformat(), "1"),
        ("bot", SOON.isoformat(), "2"),
    ]
    with database.session() as session:
        assert erase(session, "7") == 2
    with database.reading() as session:
        for table in (MessageRow, OutboxRow):
            assert set(session.scalars(select(table.conversation_id))) == {other.id}
        assert session.scalars(select(ConversationRow.id)).all() == [other.id]
