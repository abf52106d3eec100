"""What was open is put again: after a digression, after words that answer nothing, after a no that
was not meant so."""

import re
from contextlib import suppress
from dataclasses import asdict
from typing import Final

from actions.chat import SHORTER, Asked, Chat, option_button
from actions.on_tasks import texts
from actions.tasks.engine import go_on, let_go_lately, task_of
from dialogue.instead import asks_for
from dialogue.state import Frame

# A digression is answered and the open question put again, so often in all.
MOST_REMINDED: Final = 1


# What is asked where a yes or a correction does not say what is to be different: a plain yes after
# it is no yes to the question before.
CHANGE: Final = "change"


def remind(chat: Chat) -> None:
    """Put the open question again after a digression, once, in short."""
    state, open_now = chat.state, chat.state.question
    if open_now is None or state.frame is None or chat.ended:
        return
    if open_now.kind == "offer":
        return
    if open_now.slot == CHANGE:  # who asks on changes nothing: what was to be confirmed comes again
        with suppress(Asked):
            go_on(chat)
        return
    put = [one for one in chat.talk.responses if one["response"] == open_now.response]
    if put:  # it was put in this very turn: it comes last, not twice
        chat.talk.responses.remove(put[0])
        chat.talk.responses.append(put[0])
        return
    reminded = int(state.notes.get("reminded", 0))
    if reminded >= MOST_REMINDED and state.notes.get("reminded_of") == open_now.slot:
        return
    state.notes["reminded"] = reminded + 1
    state.notes["reminded_of"] = open_now.slot
    buttons = [option_button(one) for one in open_now.options]
    if open_now.kind == "confirm":
        buttons = list(chat.yes_and_no(state.frame, open_now.key))
    response = SHORTER.get(open_now.response, open_now.response)
    open_now.turn = state.turn
    chat.say(response, buttons=buttons, **texts(open_now))
    chat.expect(open_now.kind, open_now.slot, open_now.options)


# What the shopper may do themselves is none of what is offered.
_OWN_DOING: Final = re.compile(
    r"\b(?:can|could|may|should|do) (?:i|we)\b|我(?:可以|能|可不可以|能不能)", re.IGNORECASE
)


def offer_again(chat: Chat) -> bool:
    """ "So what will you do?" where something was offered: that, said once more."""
    question = chat.state.question
    if question is None or question.kind != "offer" or not question.slot.startswith("wish "):
        return False
    if question.asked > 1 or _OWN_DOING.search(chat.turn.text):
        return False
    question.asked += 1
    buttons = chat.words.yes_no()
    intent = question.slot.removeprefix("wish ")
    task = task_of(chat, intent)
    wish = chat.words.either(f"yes.{task.name if task else intent}", f"wish.{intent}")
    chat.say("utter_offer_wish_again", buttons=buttons, wish=wish)
    return True


def let_go_of(chat: Chat, frame: Frame) -> None:
    """Remember for one turn what a no has ended."""
    kept = {name: value for name, value in frame.slots.items() if not name.startswith("_")}
    chat.state.notes["let_go"] = {**asdict(frame), "slots": kept, "turn": chat.state.turn}


def taken_up_again(chat: Chat) -> bool:
    """ "Yes, please search" right after a no: what was let go is asked about once more."""
    frame = let_go_lately(chat)
    chat.state.notes.pop("let_go", None)
    if frame is None or not asks_for(frame.task, chat.turn.text, chat.turn.language):
        return False
    frame.agreed = ""
    chat.state.frame = frame
    go_on(chat)
    return True
