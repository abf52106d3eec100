"""Each intent is declared once; what tasks, answers and the desk say of intents holds to that."""

from pathlib import Path

import pytest

from actions.answers import ANSWERS, BY_ACT
from actions.server import import_actions
from actions.tasks.definitions import Task, load_tasks
from desk.web.pages import TOPICS
from dialogue.groups import kind_of_wish
from kit.intents import FILE, INTENTS, BadIntents, load_intents, near, response_of, told_of
from tests.dialogues import ROOT

TASKS = ROOT / "nlu_data" / "tasks"
# Done by the one who handles acts, before anybody is asked for an answer.
HANDLED = frozenset({"other", "feeling", "report", "stop"})
import_actions()


@pytest.fixture(scope="module")
def tasks() -> dict[str, Task]:
    return load_tasks(TASKS)


def test_tasks_and_answers_name_declared_intents_alone(tasks: dict[str, Task]) -> None:
    started = {one for task in tasks.values() for one in task.intents}
    own = {one for task in tasks.values() for one in task.own}
    assert (started | own | ANSWERS.keys()) - INTENTS.keys() == set()


def test_every_intent_has_somebody_who_answers(tasks: dict[str, Task]) -> None:
    started = {one for task in tasks.values() for one in task.intents}
    answered = started | ANSWERS.keys() | told_of("says").keys()
    acts = {*BY_ACT, *HANDLED}
    left = {one for one in INTENTS.keys() - answered if kind_of_wish(one) not in acts}
    assert left == {"talk_to_person"}


def test_a_task_and_its_intent_are_filed_under_one_topic(tasks: dict[str, Task]) -> None:
    for task in tasks.values():
        for intent in task.intents:
            assert INTENTS[intent].topic in {"", task.topic}, intent


def test_topics_are_those_that_the_desk_filters_by(tasks: dict[str, Task]) -> None:
    named = set(told_of("topic").values()) | {task.topic for task in tasks.values()}
    assert named <= set(TOPICS)


def test_doubt_between_near_intents_is_no_doubt_whoever_declares_it() -> None:
    assert "change_item" in near("exchange_item")
    assert "exchange_item" in near("change_item")
    assert near("track_refund") == {"track_refund"}
    assert near("own_workshops") == {"own_workshops"}


def test_only_a_wish_is_answered_by_its_response() -> None:
    assert response_of("own_workshops") == "utter_own_workshops"
    assert response_of("small_talk") == ""
    assert response_of("track_order") == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: {kindd: wish}", "a: kindd: must be one of"),
        ("a: {kind: tale}", "a: kind: must be one of"),
        ("a: {marks: [loud]}", "a: marks: loud is none of"),
        ("a: {near: b}", "a: near: must be a list"),
        ("a: {near: [b]}", "a: near: there is no intent b"),
        ("a: {topic: [b]}", "a: topic: must be text"),
        ("a: b", "a: must be a mapping"),
        ("- a", "must be intents by name"),
    ],
)
def test_a_wrong_file_says_intent_field_and_fix(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / FILE
    path.write_text(text, "utf-8")
    with pytest.raises(BadIntents, match=f"{FILE}: {says}"):
        load_intents(path)
