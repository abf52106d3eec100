"""What happens after every turn: a second wish, a parked task, a person who is needed."""

import re
from dataclasses import replace
from typing import Final

from actions.chat import Chat
from actions.learned import need_model
from actions.tasks.engine import start, task_of
from actions.turn import Button
from conversations import Message as Stored
from conversations import transcript
from desk.tickets import Said, open_ticket_of
from dialogue.message import Message
from dialogue.state import Question

_TOKEN: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")


def after_turn(chat: Chat) -> None:
    """Go on with what waits; offer a person where that is wise; never answer with silence."""
    state = chat.state
    if not chat.ended and state.frame is None and state.question is None:
        _go_on_with_later(chat)
    if not chat.ended and state.frame is None and state.question is None and state.parked:
        _offer_parked(chat)
    if not chat.talk.responses:
        chat.say("utter_not_understood", buttons=[chat.words.person()])
        chat.did("not_understood")
    if not chat.ended and not state.person_offered and will_need_person(chat):
        chat.offer_person("utter_offer_person")
        if state.question is None:
            state.question = Question("offer", "", "person", "utter_offer_person")


def _go_on_with_later(chat: Chat) -> None:
    later = list(chat.state.notes.get("later") or ())
    if not later:
        return
    kept = later.pop(0)
    chat.state.notes["later"] = later
    intent = str(kept["intent"])
    task = task_of(chat, intent)
    if task is None:
        return
    entities = {name: tuple(values) for name, values in kept["entities"].items()}
    message = Message(kept["text"], chat.turn.language, intent, 1.0, ((intent, 1.0),), entities)
    chat.turn = replace(chat.turn, message=message)
    start(chat, task, intent)


def _offer_parked(chat: Chat) -> None:
    """Once what came between is answered: shall the earlier task go on?"""
    parked = chat.state.parked[-1]
    words = chat.words
    chat.say(
        "utter_back_to_task",
        buttons=[
            Button(words.text("yes_go_on"), "/affirm"),
            Button(words.text("no_leave"), "/deny"),
        ],
        wish=words.wish(parked.intent or parked.task),
    )
    chat.state.question = Question("offer", "", "resume", "utter_back_to_task")


def will_need_person(chat: Chat) -> bool:
    """What the model of earlier handovers says; False where none was learned yet."""
    model = need_model(chat.services.settings.data_dir)
    if model is None or chat.turn.is_button:
        return False
    with chat.services.database.reading() as session:
        if open_ticket_of(session, chat.turn.conversation_id) is not None:
            return False
        said = [as_said(one) for one in transcript(session, chat.turn.conversation_id) if one.text]
    return bool(said) and float(model.probabilities(said)[-1]) >= model.threshold


def as_said(message: Stored) -> Said:
    """A message as the model reads it."""
    return Said(message.author == "shopper", tuple(_TOKEN.findall(message.text.lower())))
