"""When a person comes, and what they are told: the topic, the mood, words that ask for one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actions.facts import mood_value, topic_of, worst_mood
from actions.turn import Turn, read_turn
from desk.tickets.topics import train_topics
from dialogue.wanted import asks_for_person
from encoders.scores import Vectors
from kit.i18n import LANGUAGES, Language
from tests.dialogues import Desk

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def turn(**changes: Any) -> Turn:
    message = {
        "text": "hm",
        "intent": {"name": "nlu_fallback", "confidence": 0.2},
        "intent_ranking": changes.pop("ranking", []),
        "sentiment": changes.pop("mood", None),
        "metadata": {},
    }
    tracker = {
        "sender_id": "c",
        "latest_message": {**message, **changes.pop("message", {})},
        "slots": changes.pop("slots", {}),
        "moods": changes.pop("moods", []),
    }
    return read_turn(tracker, NOW)


def test_the_topic_comes_from_what_was_talked_about(tmp_path: Path) -> None:
    assert topic_of(turn(), "privacy", tmp_path) == "privacy"
    late = {"intent": {"name": "report_late_order", "confidence": 0.9}}
    assert topic_of(turn(message=late), "general", tmp_path) == "delivery"
    assert topic_of(turn(slots={"last_order": "10482"}), "general", tmp_path) == "orders"
    assert topic_of(turn(), "general", tmp_path) == "general"


def test_anger_is_not_forgotten_by_a_polite_request_for_a_person() -> None:
    angry, calm = {"label": "negative", "score": 0.97}, {"label": "neutral", "score": 0.9}
    doubtful = {"label": "negative", "score": 0.55}
    assert worst_mood(turn(mood=calm, moods=[angry, calm])) == "negative"
    assert worst_mood(turn(mood=calm, moods=[doubtful, calm])) == "neutral"
    assert worst_mood(turn(mood=calm, moods=[angry, calm, calm, calm, calm])) == "neutral"
    assert worst_mood(turn()) is None
    assert [mood_value(one) for one in (angry, calm, {})] == [-0.97, 0.0, 0.0]


class SameVectors:
    """An encoder to which all texts are alike, so that words decide."""

    def encode(self, texts: list[str], _language: str) -> Vectors:
        return np.ones((len(texts), 4), np.float32) / 2


def test_topics_are_learned_while_people_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("encoders.shared.shared_encoders", lambda _folder: SameVectors())
    said = ["where is my refund?", "a person please"]
    assert topic_of(turn(), "general", tmp_path, said) == "general"
    texts = [f"{word} {number}" for number in range(20) for word in ("refund money", "a person")]
    topics = ["refunds", "general"] * 20
    vectors = SameVectors().encode(texts, "en")
    train_topics(texts, topics, vectors).save(tmp_path / "desk" / "en")
    assert topic_of(turn(), "general", tmp_path, said) == "refunds"
    (tmp_path / "desk" / "en" / "topics.npz").write_bytes(b"broken")
    (tmp_path / "desk" / "en" / "topics.json").touch()
    assert topic_of(turn(), "general", tmp_path, said) == "general"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("I am so angry. I want to talk to a real person about my broken jacket!", True),
        ("this is a joke, let me speak with someone", True),
        ("Put me through to a human agent", True),
        ("我的包裹没到，请转人工客服", True),
        ("太差了，我要真人", True),
        ("I don't want to talk to a person, just cancel it", False),
        ("不要转人工，直接退款", False),
        ("别转人工", False),
        ("this person was rude to me", False),
        ("手工缝制的吗", False),
    ],
)
def test_a_person_asked_for_in_so_many_words(text: str, asks: bool) -> None:
    assert asks_for_person(text) is asks


@pytest.mark.parametrize("language", LANGUAGES)
def test_calls_at_night_are_offered_by_the_names_of_near_days(
    desk: Desk, language: Language
) -> None:
    for hours, near in (
        (13, {"en": "tomorrow", "zh": "明天"}),
        (17, {"en": "today", "zh": "今天"}),
    ):
        talk = desk.talk(None, language)
        talk.player.now = NOW + timedelta(hours=hours)
        talk.say("?", "talk_to_person")
        calls = [title for title, payload in talk.replies[0].buttons if "callback" in payload]
        assert [near[language] in one for one in calls] == [True] * 3, calls
