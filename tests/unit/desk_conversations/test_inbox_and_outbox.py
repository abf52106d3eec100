"""Inbox and outbox: once, in order, and again after a crash."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from conversations import (
    Button,
    Card,
    ClaimLost,
    Conversation,
    Reply,
    accept_message,
    claim_delivery,
    claim_event,
    claim_next,
    complete,
    conversation_with,
    count_open,
    count_outbox,
    create_conversation,
    get_conversation,
    get_message,
    give_back,
    hand_to_agent,
    hand_to_bot,
    has_delivery,
    has_due,
    mark_failed,
    mark_part_sent,
    mark_sent,
    messages_after,
    outcome_of,
    post_agent_message,
    post_bot_replies,
    post_delay_notice,
    post_notice,
    pressed_button,
    release_claims,
    release_deliveries,
    transcript,
)
from conversations.models import OutboxRow
from kit.database import Database
from tests.unit.desk_conversations.conftest import NOW

LATER = NOW + timedelta(minutes=5)


def accept(database: Database, place: str, key: str, text: str = "hello") -> int:
    with database.session() as session:
        return accept_message(session, place, text=text, client_message_id=key, now=NOW).message.id


def test_a_conversation_is_worked_on_one_message_at_a_time(
    database: Database, conversation: Conversation
) -> None:
    first = accept(database, conversation.id, "a")
    second = accept(database, conversation.id, "b")
    with database.session() as session:
        taken = claim_next(session, worker="w1", now=NOW)
        assert taken is not None
        assert taken.message.id == first
        assert claim_next(session, worker="w2", now=NOW) is None
    with database.session() as session:
        complete(session, first, [Reply("one")], worker="w1", now=NOW)
        following = claim_next(session, worker="w2", now=NOW)
    assert following is not None
    assert following.message.id == second


def test_two_conversations_are_worked_on_side_by_side(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        other = create_conversation(session, channel="telegram", language="en", now=NOW)
    ids = [accept(database, conversation.id, "a"), accept(database, other.id, "a")]
    with database.session() as session:
        taken = [claim_next(session, worker="w", now=NOW) for _ in range(3)]
    assert [work.message.id if work else None for work in taken] == [*ids, None]


def test_a_dead_workers_message_is_taken_again_after_its_lease(
    database: Database, conversation: Conversation
) -> None:
    message = accept(database, conversation.id, "a")
    lease = timedelta(seconds=30)
    with database.session() as session:
        claim_next(session, worker="dead", now=NOW, lease=lease)
    with database.session() as session:
        assert claim_next(session, worker="w", now=NOW + timedelta(seconds=29)) is None
        again = claim_next(session, worker="w", now=NOW + lease)
        assert again is not None
        assert (again.message.id, again.attempts) == (message, 2)
    with database.session() as session, pytest.raises(ClaimLost):
        complete(session, message, [Reply("late")], worker="dead", now=NOW)
    with database.session() as session:
        complete(session, message, [Reply("good")], worker="w", now=NOW)
    with database.session() as session, pytest.raises(ClaimLost):
        complete(session, message, [Reply("twice")], worker="w", now=NOW)
    with database.reading() as session:
        texts = [found.text for found in transcript(session, conversation.id)]
    assert texts == ["hello", "good"]


def test_a_restarted_worker_gives_its_own_claims_back(
    database: Database, conversation: Conversation
) -> None:
    accept(database, conversation.id, "a")
    with database.session() as session:
        claim_next(session, worker="front:8080", now=NOW)
        assert release_claims(session, worker="another", now=NOW) == 0
        assert release_claims(session, worker="front:8080", now=NOW) == 1
        assert claim_next(session, worker="front:8080", now=NOW) is not None


def test_a_message_given_back_waits_its_time(
    database: Database, conversation: Conversation
) -> None:
    message = accept(database, conversation.id, "a")
    with database.session() as session:
        claim_next(session, worker="w", now=NOW)
        later = NOW + timedelta(seconds=5)
        give_back(session, message, worker="w", until=later)
        assert (has_due(session, NOW), has_due(session, later)) == (False, True)
        assert claim_next(session, worker="w", now=NOW) is None
        assert claim_next(session, worker="w", now=later) is not None


def test_a_clock_that_was_set_back_keeps_nothing_waiting(
    database: Database, conversation: Conversation
) -> None:
    message, earlier = accept(database, conversation.id, "a"), NOW - timedelta(minutes=5)
    with database.session() as session:
        work = claim_next(session, worker="w", now=earlier)
        assert work is not None  # never tried: due whatever its time says
        give_back(session, message, worker="w", until=NOW + timedelta(seconds=5))
        assert has_due(session, earlier)
        assert claim_next(session, worker="dead", now=NOW) is None  # the clock is right again
        assert claim_next(session, worker="dead", now=earlier) is not None
        assert claim_next(session, worker="w", now=earlier) is None  # a lease of a minute holds
        assert claim_next(session, worker="w", now=earlier - timedelta(minutes=1)) is not None


def test_the_answer_is_known_when_it_is_stored(
    database: Database, conversation: Conversation
) -> None:
    message = accept(database, conversation.id, "a")
    with database.session() as session:
        assert outcome_of(session, get_message(session, message)).is_pending
        assert count_open(session) == 1
        claim_next(session, worker="w", now=NOW)
        complete(
            session,
            message,
            [Reply("one"), Reply("two")],
            worker="w",
            now=NOW,
            language="zh",
            intent="greet",
            confidence=0.9,
        )
    with database.session() as session:
        outcome = outcome_of(session, get_message(session, message))
        assert not outcome.is_pending
        assert [reply.text for reply in outcome.messages] == ["one", "two"]
        assert count_open(session) == 0
        assert get_conversation(session, conversation.id).language == "zh"


def test_the_delay_notice_is_said_once_and_is_no_answer(
    database: Database, conversation: Conversation
) -> None:
    message = accept(database, conversation.id, "a")
    with database.session() as session:
        claim_next(session, worker="w", now=NOW)
        assert post_delay_notice(session, message, Reply("please wait"), now=NOW) is not None
        assert post_delay_notice(session, message, Reply("please wait"), now=NOW) is None
    with database.session() as session:
        complete(session, message, [Reply("done")], worker="w", now=NOW)
        assert post_delay_notice(session, message, Reply("please wait"), now=NOW) is None
        outcome = outcome_of(session, get_message(session, message))
        assert not outcome.is_pending
        assert [reply.text for reply in outcome.messages] == ["done"]
    with database.reading() as session:
        texts = [found.text for found in messages_after(session, conversation.id)]
    assert texts == ["hello", "please wait", "done"]


def test_an_event_is_claimed_once_per_channel(database: Database) -> None:
    with database.session() as session:
        assert claim_event(session, "telegram", "1", NOW)
        assert not claim_event(session, "telegram", "1", NOW)
        assert claim_event(session, "line", "1", NOW)
    with database.session() as session:
        assert not claim_event(session, "telegram", "1", NOW)


def test_the_same_message_from_many_threads_is_stored_once(
    database: Database, conversation: Conversation
) -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: accept(database, conversation.id, "same"), range(8)))
    assert len(ids) == 1
    with database.reading() as session:
        assert len(transcript(session, conversation.id)) == 1


def test_many_workers_take_each_message_once(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        places = [
            create_conversation(session, channel="telegram", language="en", now=NOW).id
            for _ in range(6)
        ]
    wanted = sorted(accept(database, place, "a") for place in places)

    def take(number: int) -> int | None:
        with database.session() as session:
            work = claim_next(session, worker=f"w{number}", now=NOW)
            return work.message.id if work else None

    with ThreadPoolExecutor(4) as pool:
        taken = [found for found in pool.map(take, range(24)) if found is not None]
    assert sorted(taken) == wanted


def test_deliveries_leave_in_order_and_once(database: Database, conversation: Conversation) -> None:
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("one"), Reply("two")], now=NOW)
    with database.session() as session:
        first = claim_delivery(session, sender="s", now=NOW)
        assert first is not None
        assert first.message.text == "one"
        assert claim_delivery(session, sender="t", now=NOW) is None
        mark_sent(session, first.id, now=NOW)
        second = claim_delivery(session, sender="t", now=NOW)
        assert second is not None
        assert second.message.text == "two"
        mark_sent(session, second.id, now=NOW)
        assert claim_delivery(session, sender="s", now=LATER) is None
        assert count_outbox(session) == {"sent": 2}


def test_a_failed_delivery_backs_off_then_dies_in_sight(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("one")], now=NOW)
    now, waits, kept = NOW, [], True
    while kept:
        with database.session() as session:
            delivery = claim_delivery(session, sender="s", now=now)
            assert delivery is not None
            kept = mark_failed(session, delivery, error="503", now=now)
        for seconds in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600):
            moment = now + timedelta(seconds=seconds)
            if kept and is_due(database, moment):
                waits.append(seconds)
                now = moment
                break
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600]
    with database.reading() as session:
        assert count_outbox(session) == {"dead": 1}


def test_a_restarted_sender_gives_its_own_deliveries_back(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("one")], now=NOW)
        delivery = claim_delivery(session, sender="front:8080", now=NOW)
        assert delivery is not None
        mark_part_sent(session, delivery.id, 2)
        assert not has_delivery(session, NOW)
        assert release_deliveries(session, sender="another", now=NOW) == 0
        assert release_deliveries(session, sender="front:8080", now=NOW) == 1
        again = claim_delivery(session, sender="front:8080", now=NOW)
    assert again is not None
    assert (again.attempts, again.parts_sent) == (2, 2)


def test_what_can_never_leave_is_given_up_at_once(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("one"), Reply("two")], now=NOW)
        delivery = claim_delivery(session, sender="s", now=NOW)
        assert delivery is not None
        assert not mark_failed(session, delivery, error="403", now=NOW, is_final=True)
        following = claim_delivery(session, sender="s", now=NOW)
    assert following is not None
    assert following.message.text == "two"


def test_the_bot_begins_to_speak_first_and_after_people(
    database: Database, conversation: Conversation
) -> None:
    place = conversation.id
    accept(database, place, "a")
    with database.session() as session:
        post_bot_replies(session, place, [Reply("one"), Reply("two")], now=NOW)
        hand_to_agent(session, place, now=NOW)
        post_agent_message(session, place, text="three", agent_name="Ines", now=NOW)
        hand_to_bot(session, place, now=NOW)
        post_notice(session, place, "four", now=NOW)
        post_bot_replies(session, place, [Reply("five"), Reply("six")], now=NOW)
        found = []
        while (delivery := claim_delivery(session, sender="s", now=NOW)) is not None:
            mark_sent(session, delivery.id, now=NOW)
            found.append((delivery.message.text, delivery.speaks))
            assert delivery.heard_at == NOW
    assert found == [
        ("one", "first"),
        ("two", None),
        ("three", None),
        ("four", None),
        ("five", "again"),
        ("six", None),
    ]


def test_a_contact_has_one_conversation(database: Database) -> None:
    def open_it(_number: int) -> str:
        with database.session() as session:
            return conversation_with(
                session, channel="telegram", contact="7", language="en", now=NOW
            ).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(open_it, range(8)))) == 1
    with database.session() as session:
        other = conversation_with(session, channel="line", contact="7", language="en", now=NOW)
    assert other.id != open_it(0)


def test_a_button_is_pressed_in_its_own_conversation_only(
    database: Database, conversation: Conversation
) -> None:
    card = Card("Boots", buttons=(Button("Details", "d"),))
    reply = Reply("Which?", buttons=(Button("Yes", "y"), Button("No", "n")), cards=(card,))
    with database.session() as session:
        other = create_conversation(session, channel="telegram", language="en", now=NOW)
        (said,) = post_bot_replies(session, conversation.id, [reply], now=NOW)
        found = [pressed_button(session, conversation.id, said.id, one) for one in range(4)]
        assert pressed_button(session, other.id, said.id, 0) is None
        assert pressed_button(session, conversation.id, said.id, -1) is None
        assert pressed_button(session, conversation.id, 999_999, 0) is None
    assert [one and one.payload for one in found] == ["d", "y", "n", None]


def is_due(database: Database, moment: datetime) -> bool:
    """Whether the one waiting delivery is due at `moment`, without taking it."""
    with database.reading() as session:
        row = session.scalar(select(OutboxRow).where(OutboxRow.state == "waiting"))
        return row is not None and row.available_at <= moment


def test_retry_after_of_the_channel_is_honoured(
    database: Database, conversation: Conversation
) -> None:
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("one")], now=NOW)
        delivery = claim_delivery(session, sender="s", now=NOW)
        assert delivery is not None
        mark_failed(session, delivery, error="429", now=NOW, retry_after=timedelta(seconds=90))
    with database.session() as session:
        assert claim_delivery(session, sender="s", now=NOW + timedelta(seconds=89)) is None
        assert claim_delivery(session, sender="s", now=NOW + timedelta(seconds=90)) is not None


def test_a_clock_that_was_set_back_holds_no_delivery(
    database: Database, conversation: Conversation
) -> None:
    earlier = NOW - timedelta(hours=1)
    with database.session() as session:
        post_bot_replies(session, conversation.id, [Reply("one")], now=NOW)
        delivery = claim_delivery(session, sender="s", now=earlier)
        assert delivery is not None
        mark_failed(session, delivery, error="503", now=NOW)
        assert claim_delivery(session, sender="s", now=earlier) is not None
