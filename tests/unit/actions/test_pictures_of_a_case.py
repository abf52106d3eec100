"""A picture that is sent while something of one's own is at stake is no search for products."""

import pytest

from kit.i18n import Language
from tests.dialogues import Desk

PICTURE = '/search_picture{"look": ["fleece-jackets/grey"], "language": "en"}'


@pytest.mark.parametrize(
    ("language", "said", "intent"),
    [
        ("en", "The fleece of order 20002 came with a hole", "report_damaged_item"),
        ("zh", "20002的抓绒夹克破了个洞", "report_damaged_item"),
        ("en", "I want to return the fleece of order 20002", "return_item"),
    ],
)
def test_a_picture_belongs_to_the_task_in_hand(
    desk: Desk, language: Language, said: str, intent: str
) -> None:
    talk = desk.talk(language=language)
    (asked,) = talk.say(said, intent)
    assert talk.press_payload(PICTURE) == ["utter_trouble_photo_sent", asked]


def test_a_picture_belongs_to_what_was_just_done(desk: Desk) -> None:
    talk = desk.talk()
    talk.say("The fleece of order 20002 came with a hole, send a new one", "report_damaged_item")
    assert talk.say("yes", "affirm")[0] == "utter_replacement_sent_damaged"
    assert talk.press_payload(PICTURE) == ["utter_trouble_photo_sent"]
