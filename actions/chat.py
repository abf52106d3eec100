"""One turn of a conversation: what was said, what is known, what is answered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, TypeVar

from sqlalchemy.orm import Session

from actions.identity import verified_customer
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from conversations import AnyCard, ConfirmationCard
from dialogue.acts import Act
from dialogue.state import Frame, Option, Question, QuestionKind, State
from shop.ids import CustomerId

T = TypeVar("T")
# A question is put so often before a person is offered in its place.
MOST_ASKED: Final = 2
# No turn says more than this, whatever happens in it.
MOST_SAID: Final = 4


class Asked(Exception):  # (not an error: ends a task for this turn)
    """The task has asked for something and waits."""


class Finished(Exception):  # (not an error either)
    """The task has come to its end."""


@dataclass
class Chat:
    """A turn being answered; `turn` is the message, or the part of it that is being seen to.

    `said` are the words of the whole message where all of it wishes for the same.
    """

    turn: Turn
    state: State
    talk: Talk
    services: Services
    acts: Sequence[Act] = ()
    asks: dict[str, Any] | None = None
    ended: bool = False
    said: str = ""
    _parts: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """Facts as words in the language of the message."""
        return Words(self.turn, self.services)

    @cached_property
    def signed_in(self) -> CustomerId | None:
        """The customer by sign-in or earlier proof; None for a guest."""
        return verified_customer(self.turn, self.services)

    def about(self, act: Act) -> "Chat":
        """Read the words of one act from now on."""
        self.turn = replace(self.turn, message=act.message)
        return self

    @contextmanager
    def reading(self, text: str) -> Iterator[None]:
        """Read words that were said before, for as long as the block lasts."""
        turn, said = self.turn, self.said
        self.turn, self.said = replace(turn, message=replace(turn.message, text=text)), text
        try:
            yield
        finally:
            self.turn, self.said = turn, said

    @property
    def seen(self) -> Turn:
        """The turn with the order spoken of last, as a colleague's ticket tells it."""
        return replace(self.turn, slots={**self.turn.slots, "last_order": self.state.focus.order})

    def kept(self, key: str) -> Any | None:
        """What was worked out before in this turn."""
        return self._parts.get(key)

    def keep(self, key: str, value: Any) -> None:
        """Keep something worked out for the rest of this turn."""
        self._parts[key] = value

    def read_once(self, key: str, read: Callable[[Session], T]) -> T:
        """What the shop's data say, read once in this turn; effects decide on what they lock."""
        if key not in self._parts:
            with self.services.database.reading() as session:
                self._parts[key] = read(session)
        found: T = self._parts[key]
        return found

    def forget(self) -> None:
        """Drop what was read this turn: the shop has changed."""
        self._parts.clear()

    # -- saying

    def say(
        self,
        response: str,
        *,
        buttons: Sequence[Button] = (),
        cards: Sequence[Any] = (),
        **values: Any,
    ) -> None:
        """Utter a response of nlu_data; a turn that has said its share says no more."""
        if len(self.talk.responses) < MOST_SAID:
            self.talk.say(response, buttons=buttons, cards=cards, **values)

    def did(self, what: str, intent: str = "", subject: str = "") -> None:
        """Note what the assistant has just done, for what is said next."""
        self.state.last.did, self.state.last.intent = what, intent or self.turn.intent
        self.state.last.subject = subject

    # -- asking

    def ask(
        self,
        kind: QuestionKind,
        slot: str,
        response: str,
        *,
        options: Sequence[Option] = (),
        buttons: Sequence[Button] = (),
        cards: Sequence[AnyCard] = (),
        key: str = "",
        told: str = "",
        **values: Any,
    ) -> None:
        """Put a question, remember it, and end the task for this turn (raises Asked).

        Channels are told that `told` is asked for, by default the slot.

        Put again it is shorter; the third time a person is offered in its place.
        """
        frame, before = self.state.frame, self.state.question
        task = "" if frame is None else frame.task
        again = before is not None and (before.task, before.slot, before.key) == (task, slot, key)
        asked = before.asked + 1 if again and before is not None else 1
        shown = list(buttons) or [option_button(one) for one in options]
        texts = {name: str(value) for name, value in values.items()}
        turn, held = self.state.turn, list(options)
        self.state.question = Question(kind, task, slot, response, texts, held, key, asked, turn)
        if asked > MOST_ASKED:
            self.state.question.asked = 0
            self.offer_person("utter_stuck")
        else:
            said = SHORTER.get(response, response) if asked > 1 else response
            self.say(said, buttons=shown, cards=cards, **texts)
            self.expect(kind, told or slot, options)
        self.did("asked")
        raise Asked

    def confirm(
        self,
        frame: Frame,
        response: str,
        cards: Sequence[Callable[[], ConfirmationCard]],
        **values: Any,
    ) -> None:
        """A clear yes to exactly these words and values; raises Asked until it is there.

        `cards` show the same; they are made only where the question is put.
        """
        key = question_key(response, values)
        if frame.agreed == key:
            return
        frame.agreed = ""
        buttons = self.yes_and_no(frame, key)
        self.ask(
            "confirm",
            "yes",
            response,
            buttons=buttons,
            cards=[make() for make in cards],
            key=key,
            **values,
        )

    def yes_and_no(self, frame: Frame, key: str) -> tuple[Button, Button]:
        """Two buttons that name the act; they mean this question only."""
        return (
            Button(self.answer_words(frame, "yes"), f'/affirm{{"key":"{key}"}}'),
            Button(self.answer_words(frame, "no"), f'/deny{{"key":"{key}"}}'),
        )

    def answer_words(self, frame: Frame, answer: Literal["yes", "no"]) -> str:
        """What a yes or a no to the task in hand is called."""
        return self.words.either(f"{answer}.{agreed_act(frame)}", answer)

    def finish(self, response: str, buttons: Sequence[Button] = (), **values: Any) -> None:
        """Say the last word of a task (raises Finished)."""
        self.say(response, buttons=buttons, **values)
        raise Finished

    def offer(self, what: str, response: str, buttons: Sequence[Button], **values: Any) -> None:
        """Offer something that a yes accepts and silence declines; said again it is shorter."""
        known = self.state.note_said(f"offer {response}")
        if known and what == "person":
            self.say("utter_offer_person_again", buttons=buttons)
        else:
            self.say(response, buttons=buttons, **values)
        self.state.question = Question("offer", "", what, response)

    def offer_person(self, response: str) -> None:
        """Offer a person, with what is open kept open."""
        self.say(response, buttons=[self.words.person()])
        self.state.person_offered = True

    def asked_for(self, slot: str) -> bool:
        """Whether the open question asks for this slot."""
        question = self.state.question
        return question is not None and question.slot == slot

    def expect(self, kind: str, slot: str, options: Sequence[Option] = ()) -> None:
        """Tell the channel which keyboard, autofill or quick replies fit."""
        self.asks = {"kind": slot if kind == "value" else kind, "slot": slot}
        if options:
            self.asks["options"] = [one.title for one in options]


# A question that explains itself is explained once; put again it is one short sentence.
SHORTER: Final = {
    "utter_ask_order_number": "utter_ask_order_number_again",
    "utter_ask_order_number_sorry": "utter_ask_order_number_again",
    "utter_ask_email": "utter_ask_email_again",
    "utter_ask_code": "utter_ask_code_again",
    "utter_ask_identity": "utter_ask_identity_again",
    "utter_ask_address": "utter_ask_address_again",
}


def agreed_act(frame: Frame) -> str:
    """What a yes to the task in hand agrees to: the remedy of a fault, else the task itself."""
    return str(frame.slots.get("remedy") or frame.task)


def option_button(option: Option) -> Button:
    """A button that picks an option."""
    title = option.title[:1].upper() + option.title[1:]
    return Button(title, f'/choose_option{{"value":"{option.value}"}}')


def question_key(response: str, values: dict[str, object]) -> str:
    """What a question was about, so that a yes counts for that question only."""
    import hashlib

    text = "|".join([response, *(f"{name}={value}" for name, value in sorted(values.items()))])
    return hashlib.sha256(text.encode()).hexdigest()[:12]
