"""What a message does in its state: the acts, in their order, by rules alone."""

from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.acts import KINDS, Act
from dialogue.interpreter import LearnedInterpreter, Reading, Values
from dialogue.message import Message, Part
from dialogue.picking import picked
from dialogue.state import Focus, Frame, Last, Option, Question, Shown, State, state_from_json
from kit.i18n import Language
from tests.unit.dialogue.test_polarity import CLEAR_NO, NO_CLEAR_YES

CONFIRM = Question(
    "confirm",
    "cancel_order",
    "yes",
    "utter_ask_cancel",
    {"number": "10482", "total": "€89.90"},
    key="k1",
)
WHICH = Question(
    "choose",
    "return",
    "lines",
    "utter_ask_which_return",
    {},
    [
        Option("11", "2 × Birch Fleece (green, size M), €79.95"),
        Option("12", "Summit Hiking Boots (brown, size 42), €169.95"),
    ],
)
ADDRESS = Question("value", "change_address", "address", "utter_ask_address")
OFFER = Question("offer", "", "person", "utter_offer_person")


def message(
    text: str,
    intent: str = "nlu_fallback",
    confidence: float = 0.9,
    language: Language = "en",
    parts: tuple[Part, ...] = (),
    **entities: str,
) -> Message:
    named = {name: (value,) for name, value in entities.items()}
    return Message(text, language, intent, confidence, ((intent, confidence),), named, parts)


def button(intent: str, **values: str) -> Message:
    named = {name: (value,) for name, value in values.items()}
    return Message("", "en", intent, 1.0, ((intent, 1.0),), named, is_button=True)


def at(question: Question | None, frame: Frame | None = None) -> State:
    if question is not None and question.task and frame is None:
        frame = Frame(question.task, {"order": "10482"}, intent=question.task)
    return State(turn=3, question=question, frame=frame)


def acts(state: State, said: Message, values: Values | None = None) -> list[tuple[str, str]]:
    found = LearnedInterpreter().interpret(state, said, values or Values())
    assert all(isinstance(one, Act) and one.reason for one in found)
    return [(one.kind, one.intent) for one in found]


@pytest.mark.parametrize("text", ["yes", "好的", "cancel it", "ok go ahead", "确认取消"])
def test_a_clear_yes_confirms_whatever_the_intent_says(text: str) -> None:
    assert acts(at(CONFIRM), message(text, "list_orders")) == [("confirm", "")]


@pytest.mark.parametrize("text", ["?", "hm", "maybe", "ok wait", "哦", "i guess"])
def test_doubt_is_neither_yes_nor_no(text: str) -> None:
    assert acts(at(CONFIRM), message(text, "affirm")) == [("other", "unclear")]


class SureOfYes:
    """A model that hears a yes in everything."""

    mean: tuple[float, ...] = ()

    def probabilities(self, *_: object) -> dict[str, float]:
        return {"confirm": 1.0, "refuse": 0.0}


@pytest.mark.parametrize("text", [*NO_CLEAR_YES, *CLEAR_NO])
def test_no_model_however_sure_makes_doubt_a_yes(text: str) -> None:
    model = cast(Any, SureOfYes())
    interpreter = LearnedInterpreter({"en": model, "zh": model})
    language: Language = "zh" if any("\u3400" <= one <= "\u9fff" for one in text) else "en"
    found = interpreter.interpret(at(CONFIRM), message(text, "affirm", language=language), Values())
    assert "confirm" not in {one.kind for one in found}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (message("蓝的吧", "inform", language="zh"), {}),
        (message("the blue one", "affirm", colour="blue"), {}),
        (message("白的就行", language="zh", colour="white"), {"variant": 3}),
    ],
)
def test_what_is_not_to_be_had_is_no_yes(said: Message, found: dict[str, Any]) -> None:
    """A colour that no variant has agrees to nothing, however sure the model is of a yes."""
    model = cast(Any, SureOfYes())
    state = at(Question("confirm", "exchange", "yes", "utter_ask_exchange", {"new": "white"}))
    made = LearnedInterpreter({"en": model, "zh": model}).interpret(state, said, Values(found, {}))
    assert ("confirm" in {one.kind for one in made}) == bool(found)


def test_a_no_refuses_and_what_it_says_beside_is_done() -> None:
    assert acts(at(CONFIRM), message("no thanks", "deny")) == [("refuse", "")]
    parts = (Part("no", "deny", 0.9), Part("where is my parcel", "track_order", 0.9))
    said = message("no, where is my parcel?", "track_order", parts=parts)
    assert acts(at(CONFIRM), said) == [("refuse", ""), ("wish", "track_order")]


def test_a_value_told_anew_corrects_and_is_no_yes() -> None:
    told = Values({"order": "10391"}, {"order": "10391"})
    said = message("yes, cancel 10391 instead", "affirm", order_number="10391")
    assert acts(at(CONFIRM), said, told) == [("confirm_with", "")]
    said = message("sorry, 10391", "inform", order_number="10391")
    assert acts(at(CONFIRM), said, told) == [("correct", "")]


def test_a_yes_with_another_wish_is_both_a_yes_with_a_change_is_none() -> None:
    said = message("yes, and show me my orders", "list_orders")
    assert acts(at(CONFIRM), said) == [("confirm", ""), ("wish", "list_orders")]
    said = message("yes but keep the hat", "affirm")
    assert acts(at(CONFIRM), said) == [("confirm_with", "")]


def test_buttons_mean_what_stands_on_them_while_their_question_is_open() -> None:
    assert acts(at(CONFIRM), button("affirm", key="k1")) == [("confirm", "")]
    assert acts(at(CONFIRM), button("affirm", key="k0")) == [("other", "stale")]
    assert acts(at(None), button("affirm", key="k1")) == [("other", "stale")]
    assert acts(at(CONFIRM), button("deny", key="k1")) == [("refuse", "")]
    assert acts(at(WHICH), button("choose_option", value="12")) == [("choose", "")]
    assert acts(at(None), button("talk_to_person")) == [("person", "")]
    assert acts(at(CONFIRM), button("report_lost_parcel")) == [("report", "report_lost_parcel")]


@pytest.mark.parametrize(
    ("said", "choice"),
    [
        (message("the second one", "choose_option", ordinal="2"), "12"),
        (message("the last", "choose_option", ordinal="-1"), "12"),
        (message("the boots", "return_item"), "12"),
        (message("birch fleece", "inform"), "11"),
    ],
)
def test_an_option_is_picked_by_place_or_words(said: Message, choice: str) -> None:
    found = LearnedInterpreter().interpret(at(WHICH), said, Values())
    assert [(one.kind, one.choice) for one in found] == [("choose", choice)]


def test_an_option_is_not_picked_by_what_is_not_wanted() -> None:
    options = [Option("1", "olive, size L/XL"), Option("2", "grey, size S/M")]
    said = message("i ordered olive but want black", "inform", colour="olive")
    said = replace(said, entities={"colour": ("olive", "black")})
    assert picked(said, options) is None
    assert picked(message("the olive then", "inform", colour="olive"), options) == "1"


def test_letting_it_be_with_nothing_open_is_no_complaint() -> None:
    assert acts(at(None), message("oh wait i kept it. nevermind", "nlu_fallback")) == [
        ("other", "no")
    ]


def test_where_a_value_is_asked_it_is_answered_and_a_question_is_a_question() -> None:
    told = Values({"address": "Elm Street 4"}, {"address": "Elm Street 4"})
    assert acts(at(ADDRESS), message("Elm Street 4", "inform"), told) == [("answer", "")]
    assert acts(at(ADDRESS), message("no", "deny")) == [("refuse", "")]
    assert acts(at(ADDRESS), message("yes", "affirm")) == [("other", "unclear")]
    said = message("how long does delivery take?", "ask_delivery")
    assert acts(at(ADDRESS), said)[0][0] in {"ask", "wish"}


def test_a_person_is_a_person_at_every_question() -> None:
    for question in (None, CONFIRM, WHICH, ADDRESS, OFFER):
        for text in ("I want to talk to a human", "转人工", "yes get me someone real please"):
            kind = acts(at(question), message(text, "affirm"))[0][0]
            assert kind == "person", (question, text)


@pytest.mark.parametrize("question", [CONFIRM, WHICH, ADDRESS, OFFER])
def test_small_talk_is_heard_while_something_is_open(question: Question) -> None:
    said = message("are you a robot?", "bot_challenge")
    assert acts(at(question), said) == [("other", "bot_challenge")]


def test_a_yes_to_an_offer_accepts_it() -> None:
    assert acts(at(OFFER), message("yes please", "affirm")) == [("confirm", "")]
    assert acts(at(OFFER), message("no", "deny")) == [("refuse", "")]


def test_what_a_person_is_offered_for_is_wished_again() -> None:
    state = at(OFFER)
    state.last = Last("status", "urge_dispatch", "10482")
    assert acts(state, message("那辛苦催下", "urge_dispatch", language="zh")) == [("confirm", "")]
    asked = message("发顺丰吗", "urge_dispatch", 0.73, "zh")
    assert ("confirm", "") not in acts(state, asked)


def test_with_nothing_open_a_yes_is_a_nod_and_a_wish_a_wish() -> None:
    assert acts(at(None), message("ok", "affirm")) == [("other", "nod")]
    assert acts(at(None), message("cancel 10482", "cancel_order")) == [("wish", "cancel_order")]
    said = message("it is torn", "report_damaged_item")
    assert acts(at(None), said) == [("report", "report_damaged_item")]


def test_two_wishes_are_two_acts_in_the_order_said() -> None:
    parts = (
        Part("cancel 10482", "cancel_order", 0.9),
        Part("send my invoice", "request_invoice", 0.9),
    )
    said = message(
        "cancel 10482 and send my invoice", "cancel_order", parts=parts, order_number="10482"
    )
    assert acts(at(None), said) == [("wish", "cancel_order"), ("wish", "request_invoice")]


QUESTIONS = st.sampled_from([None, CONFIRM, WHICH, ADDRESS, OFFER])
INTENTS = st.sampled_from(
    [
        "nlu_fallback",
        "affirm",
        "deny",
        "stop",
        "inform",
        "cancel_order",
        "ask_delivery",
        "complain",
        "praise",
        "greet",
        "report_lost_parcel",
        "refine_search",
        "compare_products",
        "out_of_scope",
        "choose_option",
        "talk_to_person",
        "check_stock",
    ]
)


@settings(deadline=None)
@given(st.text(max_size=50), QUESTIONS, INTENTS, st.floats(0, 1), st.sampled_from(["en", "zh"]))
def test_every_message_is_read_as_acts_of_the_closed_set(
    text: str, question: Question | None, intent: str, confidence: float, language: Language
) -> None:
    state = at(question)
    before = state.to_json()
    found = acts(state, message(text, intent, confidence, language))
    assert found
    assert {kind for kind, _ in found} <= set(KINDS)
    assert state.to_json() == before


def test_a_state_survives_being_kept() -> None:
    state = at(WHICH)
    state.parked = [Frame("cancel_order", {"order": "1"}, {"order": "said"}, "cancel_order", "k")]
    state.focus = Focus("order", order="1", size="M")
    state.shown = Shown("orders", ["1", "2"])
    state.notes["later"] = [{"intent": "x", "text": "y", "entities": {}}]
    assert state_from_json(state.to_json()) == state
    assert state_from_json(None) == State()
    assert state_from_json({**state.to_json(), "version": 0}) == State()


def test_a_lone_sign_is_noise_and_nothing_foreign() -> None:
    assert acts(at(None), message("?", "out_of_scope", 0.83)) == [("other", "unclear")]
    assert acts(at(None), message("write me a poem", "out_of_scope", 0.9)) == [
        ("other", "out_of_scope")
    ]


def test_a_question_names_no_option_by_its_words() -> None:
    options = [Option("1", "brown, size 41"), Option("2", "brown, size 42")]
    question = Question("choose", "exchange", "variant", options=options)
    assert acts(at(question), message("41 in brown please")) == [("choose", "")]
    assert acts(at(question), message("and is 41 there in black"))[0][0] != "choose"


def test_a_question_after_never_mind_is_heard() -> None:
    text = "never mind, how long do i have for returns anyway"
    found = LearnedInterpreter().interpret(at(ADDRESS), message(text, "stop"), Values())
    assert [one.kind for one in found] == ["stop", "ask"]
    assert found[1].message.text == "how long do i have for returns anyway"


@pytest.mark.parametrize("question", [None, CONFIRM, OFFER, WHICH])
@pytest.mark.parametrize(
    "text",
    [
        "no i'm not happy",
        "great, just great",
        "wow, thanks for nothing",
        "no thats useless",
        "that's just perfect",
        "are you kidding me??",
        "this is not good enough",
        "呵呵",
    ],
)
def test_mere_displeasure_neither_refuses_nor_agrees(text: str, question: Question | None) -> None:
    assert acts(at(question), message(text, "affirm")) == [("feeling", "complain")]


@pytest.mark.parametrize(
    "text", ["yes, this is ridiculous, cancel it", "great", "no, stop", "just perfect, thanks!"]
)
def test_what_says_more_than_displeasure_is_read_for_that(text: str) -> None:
    assert ("feeling", "complain") not in acts(at(CONFIRM), message(text))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("yes, and where is my other parcel", ["confirm", "wish"]),
        ("yes please! when does my other order come?", ["confirm", "wish"]),
        ("yes, also where is 10391?", ["confirm", "wish"]),
        ("yes and what if i keep the beanie?", ["wish"]),
        ("yes but where is my parcel?", ["wish"]),
        ("yes? where is my parcel", ["wish"]),
        ("ok and where is my parcel", ["wish"]),
    ],
)
def test_a_question_joined_to_a_yes_is_done_after_it(text: str, kinds: list[str]) -> None:
    found = acts(at(CONFIRM), message(text, "track_order", 0.97))
    assert [kind for kind, _ in found] == kinds


@pytest.mark.parametrize("text", ["stop the newsletter first", "stop the newsletter"])
def test_another_wish_before_the_yes_leaves_the_question_open(text: str) -> None:
    assert acts(at(CONFIRM), message(text, "unsubscribe", 0.97)) == [("wish", "unsubscribe")]
    assert acts(at(CONFIRM), message("stop")) == [("refuse", "")]


@pytest.mark.parametrize("text", ["the Aurora one", "yes the Aurora tent", "sure, the Aurora"])
def test_a_product_named_is_no_yes_to_a_person(text: str) -> None:
    class Sure(LearnedInterpreter):
        def probabilities(self, state: State, message: Message) -> dict[str, float]:
            return {"confirm": 0.99, "choose": 0.05}

    said = message(text, "choose_option", product="nordlicht-aurora-two-person-tent")
    found = Sure().interpret(at(OFFER), said, Values())
    assert "confirm" not in [one.kind for one in found]
    assert "person" not in [one.kind for one in found]


def test_a_person_declined_is_not_called() -> None:
    said = message("i dont want a person, just my money", "talk_to_person", 0.96)
    assert acts(at(None), said) == [("other", "no")]
    assert acts(at(None), message("someone real please", "talk_to_person")) == [("person", "")]


def test_a_question_on_the_very_thing_is_no_yes_to_it() -> None:
    said = message(
        "yes and is 41 in stock in black", "check_stock", 0.98, size="41", colour="black"
    )
    assert "confirm" not in [kind for kind, _ in acts(at(CONFIRM), said)]


@pytest.mark.parametrize("text", ["this is ridiculous, i leave on friday!!", "太离谱了 我周五就走"])
def test_displeasure_with_more_words_is_heard_where_nothing_else_is(text: str) -> None:
    assert acts(at(OFFER), message(text, "nlu_fallback", 0.2)) == [("feeling", "complain")]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("i dont want an apology i want to know where the tent IS", "track_order"),
        ("不想等了 我要么补发要么退钱", "report_lost_parcel"),
    ],
)
def test_no_this_but_that_is_a_wish_where_something_was_offered(text: str, intent: str) -> None:
    language: Language = "en" if text.isascii() else "zh"
    found = acts(at(OFFER), message(text, intent, 0.55, language))
    assert found[0][0] in {"wish", "report"}
    lost = acts(at(OFFER), message(text, "nlu_fallback", 0.3, language))
    assert ("refuse", "") not in lost
    assert acts(at(OFFER), message("no thanks, i'll wait a bit")) == [("refuse", "")]


def test_what_was_not_done_is_no_refusal() -> None:
    said = message("没穿过 吊牌还在的", "inform", 0.4, "zh")
    assert ("refuse", "") not in acts(at(CONFIRM), said)
    assert acts(at(CONFIRM), message("没有", "deny", 0.9, "zh")) == [("refuse", "")]


def test_displeasure_counts_more_than_an_unsure_search() -> None:
    said = message("i leave tuesday i need that jacket!!! this is so bad", "search_product", 0.6)
    assert acts(at(None), said) == [("feeling", "complain")]


@pytest.mark.parametrize(("text", "act"), [("就这些", "other"), ("没毛病的", "confirm")])
def test_nothing_more_is_no_yes_however_sure_the_model_is(text: str, act: str) -> None:
    state = State(question=CONFIRM, frame=Frame("cancel_order", {"order": "10482"}))
    said = message(text, "affirm", language="zh")
    read = Reading(state, said, Values(), {"confirm": 0.99, "refuse": 0.01})
    assert read.acts()[0].kind == act


@pytest.mark.parametrize(
    "text", ["the difference between the first and the second", "第一个和第二个有什么区别"]
)
def test_two_places_pick_neither_of_what_is_asked(text: str) -> None:
    options = [Option("20001", "20001 · boots"), Option("20002", "20002 · fleece")]
    message = Message(text, "en", entities={"ordinal": ("1", "2")})
    assert picked(message, options) is None


MORE = Question(
    "choose",
    "exchange_items",
    "more",
    "utter_ask_more",
    {},
    [Option("all", "That's all"), Option("more", "One more")],
)


@pytest.mark.parametrize("text", ["水壶换成1.5升的", "the kettle to 1.5l", "the 1 liter one"])
def test_a_measure_is_no_place_among_the_options(text: str) -> None:
    assert picked(message(text, ordinal="1"), MORE.options) is None
    assert picked(message("the 1st", ordinal="1"), MORE.options) == "all"


def test_another_item_is_heard_where_it_is_asked_whether_that_is_all() -> None:
    said = message("the kettle, too", "exchange_item", ordinal="1")
    values = Values({"swaps": {"3": 4}}, {"swaps": {"3": 4}})
    (act,) = LearnedInterpreter().interpret(at(MORE), said, values)
    assert act.kind == "correct"


def test_a_payment_method_asked_about_at_the_confirmation_is_wished_for() -> None:
    said = message("can I use my gift card?", "ask_gift_card")
    (act,) = LearnedInterpreter().interpret(
        at(CONFIRM), said, Values({"method": [1]}, {"method": [1]})
    )
    assert act.kind == "correct"


def test_goods_of_the_order_in_hand_call_nobody() -> None:
    said = message("Also the desk lamp, please.", "talk_to_person")
    values = Values({"lines": [3]}, {"lines": [3]})
    (act,) = LearnedInterpreter().interpret(at(MORE), said, values)
    assert act.kind == "correct"
    (act,) = LearnedInterpreter().interpret(at(MORE), said, Values())
    assert act.kind == "person"


def test_a_yes_long_after_the_question_puts_it_again() -> None:
    """行 谢了 may thank for what was said since; a yes by the verb of the effect is one."""
    thanks = message("行 谢了", "affirm", language="zh")
    assert acts(at(replace(CONFIRM, turn=2)), thanks) == [("confirm", "")]
    assert acts(at(replace(CONFIRM, turn=1)), thanks) == [("other", "known")]
    verb = message("好的 取消吧", "affirm", language="zh")
    assert acts(at(replace(CONFIRM, turn=1)), verb) == [("confirm", "")]


def test_a_no_that_asks_is_answered_and_lets_nothing_go() -> None:
    said = message("I don't want excuses, where is it?", "complain", 0.5)
    late = Question("offer", "", "wish report_lost_parcel", "utter_status_late")
    for question in (OFFER, late, CONFIRM):
        assert ("refuse", "") not in acts(at(question), said)
    forbids = message("don't cancel it, when does it come?", "track_order", 0.9)
    assert ("refuse", "") in acts(at(CONFIRM), forbids)


def test_no_and_nothing_else_says_again_what_is_asked() -> None:
    asked = Question(
        "confirm", "cancel_order", "yes", "utter_ask_cancel", {"names": "Breeze T-Shirt and Beanie"}
    )
    said = message("no, it's about the shirt and the beanie and nothing else", "deny")
    assert acts(at(asked), said) == [("other", "known")]
    other = message("no, it's about the boots and nothing else", "deny")
    assert acts(at(asked), other) != [("other", "known")]


def test_a_yes_with_a_call_besides_is_both_and_one_with_a_condition_is_none() -> None:
    both = message("yes cancel it, and call me as well", "affirm")
    assert [one[0] for one in acts(at(CONFIRM), both)] == ["confirm", "person"]
    first = message("yes but call me first", "affirm")
    assert "confirm" not in [one[0] for one in acts(at(CONFIRM), first)]
