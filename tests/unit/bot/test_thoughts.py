"""What the assistant thought, read from the events of a conversation."""

from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from bot.thoughts import thoughts_of


def said(text: str, message_id: str, at: float, **parsed: object) -> UserUttered:
    return UserUttered(text, parse_data=parsed, message_id=message_id, timestamp=at)  # type: ignore[arg-type]


def test_each_message_has_its_own_thoughts() -> None:
    ranking = [
        {"name": "cancel_order", "confidence": 0.9},
        {"name": "stop", "confidence": 0.06},
        {"name": "deny", "confidence": 0.03},
        {"name": "greet", "confidence": 0.01},
    ]
    state = {
        "notes": {"thought": [["wish", "cancel_order", "a wish of its own"]]},
        "last": {"did": "asked"},
        "frame": {"task": "cancel_order"},
        "question": {"slot": "email"},
    }
    events = [
        BotUttered("before anybody spoke"),
        said(
            "cancel 10482",
            "7",
            100.0,
            intent=ranking[0],
            intent_ranking=ranking,
            entities=[{"entity": "order_number", "value": 10482}],
        ),
        ActionExecuted("action_respond"),
        BotUttered("Which?", metadata={"utter_action": "utter_ask_email"}, timestamp=100.5),
        SlotSet("language", "en"),
        SlotSet("dialogue", state),
        said("hello", "9", 200.0, intent={"name": "greet", "confidence": 1.0}, intent_ranking=[]),
        SlotSet("dialogue", None),
    ]
    first, second = thoughts_of(events)
    assert first == {
        "message_id": "7",
        "at": 100.0,
        "ranking": [
            {"intent": "cancel_order", "confidence": 0.9},
            {"intent": "stop", "confidence": 0.06},
            {"intent": "deny", "confidence": 0.03},
        ],
        "entities": [{"name": "order_number", "value": "10482"}],
        "acts": [{"act": "wish", "intent": "cancel_order", "why": "a wish of its own"}],
        "did": "asked",
        "task": "cancel_order",
        "asks": "email",
        "responses": ["utter_ask_email"],
        "seconds": 0.5,
    }
    assert (second["ranking"], second["acts"], second["did"]) == (
        [{"intent": "greet", "confidence": 1.0}],
        [],
        "",
    )
