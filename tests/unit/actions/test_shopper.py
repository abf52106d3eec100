"""A scripted shopper who adapts: answers what is asked, corrects, digresses, doubts, leaves."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.handling import CHANGE
from kit.i18n import LANGUAGES, Language
from tests.dialogues import MIA, Desk, Talk, changes, open_desk
from tests.unit.actions.cases import CONFIRMED, Case
from tests.unit.dialogue.test_polarity import NO_CLEAR_YES

# A number in a doubt names another order, which is a correction.
DOUBTS: Final = [text for text in NO_CLEAR_YES if not any(one.isdigit() for one in text)]
MOST_TURNS: Final = 16
MOST_REPLIES: Final = 4
pytestmark = pytest.mark.timeout(300)  # each example plays a whole conversation
YES: Final[dict[Language, str]] = {"en": "yes please", "zh": "好的"}
# What a shopper says when a slot is asked for: words, and the entities in them.
Fact = tuple[str, str, dict[str, str]]
ORDER: Final = {
    "cancel_order": "20001",
    "cancel_item": "20001",
    "change_address": "20001",
    "change_item": "20001",
    "exchange": "20004",
    "return": "20002",
    "report_damaged": "20002",
    "report_missing": "20002",
    "report_wrong": "20004",
    "report_lost": "30002",
}
LINES: Final = {
    "cancel_item": ("the boots", "登山鞋"),
    "change_item": ("the boots", "登山鞋"),
    "exchange": ("the boots", "登山鞋"),
    "return": ("the fleece", "抓绒夹克"),
    "report_damaged": ("the fleece", "抓绒夹克"),
    "report_missing": ("the fleece", "抓绒夹克"),
    "report_wrong": ("the shirt", "T恤"),
}
REMEDY: Final = {
    "report_damaged": ("a new one please", "换新的"),
    "report_missing": ("a refund", "退款"),
    "report_wrong": ("my money back", "退款"),
}


def facts(case: Case) -> dict[str, Fact]:
    """Everything the shopper knows, by slot."""
    known: dict[str, Fact] = {
        "reason": ("too small", "太小了", {"reason": "too_small"}),
        "variant": ("size 43", "43码", {"size": "43"}),
        "address": ("Elm Street 4, 20095 Hamburg", "汉堡市老城区花园路100号", {}),
    }
    if number := ORDER.get(case.task):
        known["order"] = (number, number, {})
    for slot, words in (("lines", LINES), ("remedy", REMEDY)):
        if case.task in words:
            known[slot] = (*words[case.task], {})
    return known


@dataclass
class Shopper:
    """One shopper with one goal; every turn is checked as it goes."""

    desk: Desk
    case: Case
    language: Language
    talk: Talk
    rows: dict[str, dict[object, dict[str, object]]]
    told: set[str] = field(default_factory=set)
    corrected: bool = False
    done: bool = False
    asked: dict[str, int] = field(default_factory=dict)

    def say(self, text: str, intent: str, *, agrees: bool = False, **named: str) -> None:
        """Say it, and check what must hold after every turn."""
        before = self.talk.state
        self.talk.say(text, intent, **named)
        assert 1 <= len(self.talk.replies) <= MOST_REPLIES, (text, self.talk.said)
        now = self.desk.rows()
        changed = changes(self.rows, now)
        self.rows = now
        question = self.talk.state.question
        if changed:
            assert agrees, (text, changed)
            assert before.question is not None
            assert before.question.kind == "confirm"
            assert not self.done, (text, changed)
            if not self.corrected and self.language == "en":
                assert changed == list(self.case.effect)
            self.done = True
        if question is not None:
            assert question.asked <= 2, (text, question)
            if question.kind in {"value", "choose"}:
                assert question.slot not in self.told, (text, question.slot, self.told)

    def open(self, *, whole: bool) -> None:
        """Say the wish, with everything known or bare."""
        if whole:
            self.told |= facts(self.case).keys()
            self.say(self.case.opening[self.language], self.case.intent, **self.case.named)
        else:
            text = "I need help with something" if self.language == "en" else "帮我处理一下"
            self.say(text, self.case.intent)

    def answer(self) -> None:
        """Answer the open question straight."""
        question = self.talk.state.question
        assert question is not None
        if question.kind in {"confirm", "offer"}:
            self.say(YES[self.language], "affirm", agrees=question.kind == "confirm")
            return
        if question.slot == CHANGE:  # nothing is: then it is asked as it was
            self.say(YES[self.language], "affirm")
            return
        en, zh, named = facts(self.case)[question.slot]
        self.told.add(question.slot)
        self.say(en if self.language == "en" else zh, "inform", **named)

    def move(self, kind: str, doubt: str) -> None:
        """One thing beside the straight way."""
        question = self.talk.state.question
        at_yes = question is not None and question.kind == "confirm"
        if kind == "doubt" and at_yes:
            key = question.key
            self.say(doubt, "affirm")
            anew = self.talk.state.question
            # "Only if I get all of it": then all of it is asked about.
            self.corrected = self.corrected or (anew is not None and anew.key != key)
        elif kind == "correct" and at_yes and self.case.correction and not self.corrected:
            self.corrected = True
            self.say(self.case.correction[self.language], "deny", **self.case.correction_named)
        elif kind == "robot":
            self.say(
                "are you a robot?" if self.language == "en" else "你是机器人吗", "bot_challenge"
            )
        elif kind == "digress":
            self.say(
                "where is your shop?" if self.language == "en" else "门店在哪", "ask_store_info"
            )
        elif kind == "stop":
            self.say("forget it" if self.language == "en" else "算了", "stop")
            assert self.talk.state.frame is None
        else:
            self.answer()


MOVES = st.lists(
    st.sampled_from(["answer", "answer", "doubt", "correct", "robot", "digress", "stop"]),
    max_size=6,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    case=st.sampled_from(CONFIRMED),
    language=st.sampled_from(LANGUAGES),
    whole=st.booleans(),
    moves=MOVES,
    doubt=st.sampled_from(DOUBTS),
)
def test_whatever_a_shopper_does_nothing_unconfirmed_happens_and_it_ends(
    shop_template: Path, case: Case, language: Language, whole: bool, moves: list[str], doubt: str
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_desk(shop_template, Path(folder) / "shop.db") as desk,
    ):
        shopper = Shopper(desk, case, language, desk.talk(case.who, language), desk.rows())
        shopper.open(whole=whole)
        for kind in moves:
            if shopper.talk.state.question is None:
                break
            shopper.move(kind, doubt)
        for _ in range(MOST_TURNS):
            if shopper.talk.state.frame is None:
                break
            shopper.answer()
        assert shopper.talk.state.frame is None
        assert shopper.done or "stop" in moves or "doubt" in moves


ANY_INTENT: Final = (
    "track_order",
    "cancel_order",
    "return_item",
    "exchange_item",
    "change_address",
    "list_orders",
    "request_invoice",
    "track_refund",
    "report_lost_parcel",
    "report_damaged_item",
    "unsubscribe",
    "ask_return_policy",
    "ask_store_info",
    "bot_challenge",
    "greet",
    "thank",
    "complain",
    "praise",
    "affirm",
    "deny",
    "stop",
    "talk_to_person",
    "nlu_fallback",
    "goodbye",
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    is_known=st.booleans(),
    said=st.lists(st.tuples(st.sampled_from(ANY_INTENT), st.sampled_from(LANGUAGES)), max_size=8),
)
def test_no_turn_says_more_than_its_share_or_anything_twice(
    shop_template: Path, is_known: bool, said: list[tuple[str, Language]]
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        open_desk(shop_template, Path(folder) / "shop.db") as desk,
    ):
        talk = desk.talk(MIA if is_known else None)
        for intent, language in said:
            talk.player.language = language
            names = talk.say("and what about this" if language == "en" else "那这个呢", intent)
            assert 1 <= len(names) <= MOST_REPLIES
            assert len(names) == len(set(names)), names
