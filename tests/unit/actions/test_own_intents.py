"""An admin's own intent is answered by its own reply; an open question is put again after it."""

import pytest

from kit.i18n import LANGUAGES, Language
from tests.dialogues import MIA, Desk, Talk

OWN = "own_workshops"
REPLY = "utter_own_workshops"


def talk_of(desk: Desk, language: Language) -> Talk:
    """A talk in a shop that has written a reply to its own intent."""
    talk = desk.talk(MIA, language)
    texts = {one: {**talk.player.texts[one], REPLY: ["On Saturdays."]} for one in LANGUAGES}
    talk.player.texts = texts
    return talk


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_intent_says_its_reply_and_changes_nothing(desk: Desk, language: Language) -> None:
    before, talk = desk.rows(), talk_of(desk, language)
    assert talk.say("…", OWN) == [REPLY]
    assert desk.rows() == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_task_has_asked_is_put_again_after_it(desk: Desk, language: Language) -> None:
    before, talk = desk.rows(), talk_of(desk, language)
    back = {"en": "I want to send back the fleece of 20002", "zh": "我想退20002的抓绒夹克"}
    asked = talk.say(back[language], "return_item")[-1]
    frame = talk.state.frame
    workshops = {"en": "do you run workshops?", "zh": "你们有工作坊吗？"}
    said = talk.say(workshops[language], OWN)
    assert said[0] == REPLY
    assert len(said) == 2
    assert asked.removesuffix("_again") in said[1]
    assert talk.state.frame == frame
    assert desk.rows() == before
