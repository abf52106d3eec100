"""From a message in its state to acts, each with the reason why it was read so.

Learned models decide where language decides (which acts, which intent); code decides where logic
does: what a yes is a yes to, which option was picked, whether words answer the open question. An
interpreter is anything with `interpret`; the one here is the default and needs no language model.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from dialogue.acts import Act, ActKind, in_order
from dialogue.acts_model import ActsModel
from dialogue.buttons import pressed
from dialogue.context import context_of
from dialogue.displeasure import sounds_displeased, vents
from dialogue.groups import (
    ASKS,
    BROWSING,
    FEELINGS,
    KIN,
    ON_ORDERS,
    REPORTS,
    SMALL_TALK,
    TELLS,
    THROUGH_PEOPLE,
    WAYS,
    YES_OR_NO,
    kind_of_wish,
)
from dialogue.instead import asks_for, taken_instead
from dialogue.letting_go import (
    asked_behind_a_no,
    lets_go_before,
    wished_beside,
    wishes_instead_of,
)
from dialogue.message import Message
from dialogue.picking import picked, pointed_at
from dialogue.polarity import (
    Polarity,
    length_of,
    names_other_effect,
    negates,
    normalised,
    read_polarity,
    says_effect,
)
from dialogue.several_wishes import wishes_by_verb, wishes_of_parts
from dialogue.state import Question, State
from dialogue.turns_of_phrase import (
    asks_how,
    cannot,
    closes,
    ends_it,
    goes_on_to,
    has_come,
    lets_be,
    only_sees,
    only_tells,
    opens_a_question,
    puts_off,
    restates,
    restricts,
    takes,
    thanks,
    turned_up,
    wants_instead,
    worries,
)
from dialogue.wanted import asks_for_person, asks_the_same, declines_person, said_before_a_person
from encoders.scores import Vectors
from kit.i18n import Language

# A second wish beside a yes counts from here on; below it the yes is asked again.
SURE: Final = 0.6
LIKELY: Final = 0.5
# A learned act beside others counts from here on.
ALSO: Final = 0.6
# An effect follows words that are no yes only where the model is this sure of a yes, and of
# nothing else.
AS_GOOD_AS_SAID: Final = 0.8
RULED_OUT: Final = 0.2
# One or two characters that no list knows as a yes are none: 紧.
TOO_SHORT: Final = 2
AGREEING: Final = frozenset({"confirm", "feeling", "answer", "other", "choose"})
_CLAUSE: Final = re.compile(r"[,.;!，。；！]+\s*|(?<=[\u3400-\u9fff])\s+")
_NUMBERS: Final = re.compile(r"\d+")
# A question that names these may be about the very thing that waits for its yes.
ABOUT_IT: Final = frozenset({"size", "colour", "product", "category", "price", "quantity"})
# Asked about while they can still be chosen, these are wished for; the question says them anew.
ASKED_FOR: Final = frozenset({"variant", "part", "swaps", "method"})
# Asked for with options, these are told in words that hold more than an option does.
TOLD_IN_WORDS: Final = frozenset({"swaps"})
# Asked which way to go, a question on one of the ways takes none yet: 补发要多久.
WAYS_ASKED: Final = frozenset({"remedy", "reason", "method"})
# What is settled one way or the other: the word for the other way is no yes to the one asked.
ALTERNATIVES: Final = frozenset({"remedy"})
# What a confirmation is about: named anew, a yes or a no is to something else.
OF_IT: Final = frozenset({"order", "lines", "part", "swaps"})
PERSON_SURE: Final = 0.55
SWITCH: Final = 0.7
# A message with a number that is no longer than this says nothing else.
BARE: Final = 12
# An answer that does no more than name a thing.
SHORT_NAME: Final = 30
# A feeling is named by an intent that is at least so likely.
HINT: Final = 0.15
# A no that names something all the same: "no, olive is fine, leave it".
LET_BE: Final = "let_be"
# What asks which goods or what about them: a wish by the verb of another task answers none of it.
ASKED_OF_GOODS: Final = frozenset({"swaps", "lines", "variant", "more", "method"})
# What proves who is speaking.
OF_PROOF: Final = frozenset({"order_number", "email", "code"})
# Intents that say how a question is answered, not what is wanted.
NO_WISHES: Final = frozenset({"inform", "choose_option", "nlu_fallback", "stop", "out_of_scope"})


@dataclass(frozen=True)
class Values:
    """What a message would tell the task in hand: slots with values, canonical.

    `new` are those that are not known yet or differ from what is known.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)


class Interpreter(Protocol):
    """Reads a message in its state as acts, in the order they are to be done."""

    def interpret(self, state: State, message: Message, values: Values) -> list[Act]:
        """The acts; never empty."""


@dataclass
class LearnedInterpreter:
    """The default: polarity rules at questions, learned acts in context, intents of the message.

    `encode` gives the sentence vector of a text, shape (dimensions,); none where acts were learned
    without an encoder.
    """

    models: Mapping[Language, ActsModel] = field(default_factory=dict)
    encode: Callable[[str, Language], Vectors | None] = lambda _text, _language: None

    def interpret(self, state: State, message: Message, values: Values) -> list[Act]:
        """See `Interpreter`."""
        if message.is_button:
            return [pressed(state, message)]
        if (both := _yes_and_a_person(state, message)) is not None:
            return both
        names_goods = bool(values.new.keys() & {"lines", "swaps"})  # "also the desk lamp"
        if asks_for_person(message.text) or (_wants_person(message) and not names_goods):
            return [Act("person", message, "a person is asked for", message.confidence)]
        nothing = Act("other", message, "nothing else fits", 0.0)
        learned = self.probabilities(state, message)
        if declines_person(message.text):  # "I don't want a person, just my money"
            learned = {**learned, "person": 0.0}
            if message.intent == "talk_to_person":
                message = message.next_best()
                nothing = Act("other", message, "a person is declined", intent="no")
        reading = Reading(state, message, values, learned)
        acts = reading.acts()
        lost = all(one.kind == "other" and one.intent == "unclear" for one in acts)
        lost = lost or all(
            one.kind == "wish" and one.intent in BROWSING and one.confidence < SWITCH
            for one in acts
        )
        if acts and lost and sounds_displeased(message.text):
            return [Act("feeling", message, "displeased, and nothing else", intent="complain")]
        return in_order(acts) if acts else [nothing]

    def probabilities(self, state: State, message: Message) -> dict[str, float]:
        """How likely each act is by the learned model; empty where none was learned."""
        model = self.models.get(message.language)
        if model is None or not message.text.strip():
            return {}
        vector = self.encode(message.text, message.language) if len(model.mean) else None
        return model.probabilities(message.text, context_of(state).features(), vector)


def _yes_and_a_person(state: State, message: Message) -> list[Act] | None:
    """ "Yes go ahead, but call me as well": the yes is done, then somebody is called."""
    question, before = state.question, said_before_a_person(message.text)
    if question is None or question.kind not in {"confirm", "offer"} or not before:
        return None
    effect = question.task or question.slot.removeprefix("wish ")
    if question.slot == "person":
        return None
    polarity = read_polarity(before, message.language, effect, question.named())
    if polarity.kind != "yes":
        return None
    return [
        Act("confirm", message, "a clear yes before a call"),
        Act("person", message, "a person is asked for as well", message.confidence),
    ]


def _wants_person(message: Message) -> bool:
    is_meant = message.intent == "talk_to_person" and message.confidence >= PERSON_SURE
    return is_meant and not (declines_person(message.text) or asks_the_same(message.text))


@dataclass
class Reading:
    """One message being read: the state, what rules and models say of it."""

    state: State
    message: Message
    values: Values
    learned: dict[str, float]

    def acts(self) -> list[Act]:
        """The acts by what is open."""
        question = self.state.question
        if vents(self.message.text):
            return [self._act("feeling", "nothing but displeasure", "complain")]
        polarity = read_polarity(
            self.message.text,
            self.message.language,
            "" if question is None else (question.task or question.slot.removeprefix("wish ")),
            () if question is None else question.named(),
        )
        if self._wants_nothing(polarity):
            return [self._act("stop", "tells something and wishes nothing", "feedback")]
        rest = lets_go_before(self.message.text)
        if question is None:
            return self._with_feeling(self._alone(rest) if rest else self._nothing_open(polarity))
        if rest and not says_effect(rest, self.message.language, question.task):
            return [self._act("refuse", "lets it be, and goes on", LET_BE), *self._alone(rest)]
        if question.kind in {"confirm", "offer"}:
            return self._with_feeling(self._yes_or_no(question, polarity))
        return self._with_feeling(self._asked(question, polarity))

    def _alone(self, text: str) -> list[Act]:
        """The acts of a piece of the message, read as if nothing were open."""
        message = self.message
        own = [one for one in message.parts if one.text in text and one.intent not in NO_WISHES]
        intent, confidence = message.intent, message.confidence
        if len(own) == 1:
            intent, confidence, own = own[0].intent, own[0].confidence, []
        elif intent in YES_OR_NO | NO_WISHES:
            intent, confidence = "nlu_fallback", 0.0
        said = replace(message, text=text, intent=intent, confidence=confidence, parts=tuple(own))
        free = replace(self.state, question=None, frame=None)
        polarity = read_polarity(text, message.language)
        found = Reading(free, said, Values(), {})._nothing_open(polarity)
        return found or [Act("ask", said, "goes on after a no", intent="nlu_fallback")]

    def _wants_nothing(self, polarity: Polarity) -> bool:
        """Words that only tell of something that went wrong, where nothing is to be confirmed."""
        frame, question, message = self.state.frame, self.state.question, self.message
        if polarity.is_question or not only_tells(message.text):
            return False
        if question is not None and question.kind == "confirm":
            return False
        if frame is not None:
            return frame.intent in REPORTS
        talk = REPORTS | FEELINGS | SMALL_TALK | NO_WISHES
        return message.intent in talk or message.confidence < LIKELY

    # -- a yes-or-no question is open

    def _yes_or_no(self, question: Question, polarity: Polarity) -> list[Act]:
        message, is_offer = self.message, question.kind == "offer"
        if (elsewhere := self._of_another_order()) is not None:
            return [elsewhere]
        if is_offer and (closes(message.text) or puts_off(message.text)):
            return [self._act("refuse", "says that this is all")]
        unmet = bool(question.key) and self.state.notes.get("unmet") == question.key
        if polarity.kind == "yes" and unmet:
            return [self._act("other", "a yes after a change that came to nothing", "known")]
        if polarity.kind == "yes" and self._says_otherwise(question):
            return [self._act("correct", "agrees to something else")]
        others = OF_IT & self.values.new.keys()  # "no, just the boots"
        if polarity.kind == "yes" and self._was_long_ago(question):
            return [self._act("other", "a yes after other things were said", "known")]
        if polarity.kind == "yes" and not others:
            return [self._act("confirm", "a clear yes")]
        if self._is_yes_in_other_words(question, polarity):
            return [self._act("confirm", "a yes in other words", "", self.learned["confirm"])]
        if polarity.kind == "no" and not others:
            return [self._act("refuse", "a clear no")]
        searches = question.task == "report_lost" or question.slot == "wish report_lost_parcel"
        if searches and not polarity.is_question and turned_up(message.text):
            return [self._act("refuse", "what was lost is there", LET_BE)]
        if is_offer and self._chooses_a_way(polarity):
            return [self._act("correct", "tells what shall be done instead")]
        effect = says_effect(message.text, message.language, question.task)
        if lets_be(message.text) and not (is_offer or effect or self.values.new):
            return [self._act("refuse", "lets it be in the end", LET_BE)]
        if question.slot == "person" and is_offer and self._asks_for_search():
            return [self._act("wish", "asks for a search, not for a person", "report_lost_parcel")]
        if is_offer and self._asks_for_what_is_offered(question, polarity):
            return [self._act("confirm", "asks for what was offered")]
        if self._names_what_goes_back(question, polarity):
            return [self._act("confirm", "names what is to go back")]
        if not is_offer and (also := self._agrees_and_wishes(question, polarity)):
            return also
        if self._agrees_and_asks(polarity):
            return self._yes_and(question, polarity)
        if (kin := self._instead(polarity)) is not None:
            return [kin]
        if self._says_only_that(polarity):
            return [self._act("confirm", "a yes, and what was asked in other words")]
        if self.values.new and not is_offer and (not polarity.is_question or self._is_wished()):
            kind: ActKind = "confirm_with" if polarity.kind == "yes_and" else "correct"
            return [self._act(kind, f"tells {', '.join(self.values.new)} anew")]
        asks_same = set(self.values.found) <= ASKED_FOR and self._is_wished()
        asks_same = asks_same and not self._asks_of_what_is_known()
        if (
            self.values.found
            and polarity.kind in {"none", "unclear"}
            and not polarity.waits
            and (not polarity.is_question or asks_same)
        ):
            return [self._act("other", "says again what is known", "known")]
        again = bool(self.values.found.keys() & ALTERNATIVES) and not self.values.new
        if again and not (polarity.is_question or polarity.waits):
            return [self._act("other", "says again which way", "known")]  # 不想换 就退钱
        if polarity.kind == "yes_and":
            return self._yes_and(question, polarity)
        if polarity.kind == "no_and":
            says_only_that = not (is_offer or self.values.new or polarity.is_question)
            if says_only_that and restates(message.text, polarity.rest, question.named()):
                return [self._act("other", "says that nothing else is meant", "known")]
            asked = asked_behind_a_no(message.text, message.language)
            if asked and (is_offer or not self._forbids(question, asked)):
                return self._alone(asked)  # it refuses words or waiting, and not what is open
            further = self._further(polarity.rest)
            if further and polarity.waits:
                return further  # "not yet, stop the newsletter first": what is open stays open
            wish = self._wish() if is_offer and not further else None
            if wish is not None and wish.confidence >= LIKELY:
                return [wish]  # "I want no apology, I want to know where it is"
            if not further and wants_instead(message.text):
                instead = self._nothing_open(polarity)
                if is_offer:
                    return instead  # it refuses something, and not what is offered
                other = [one for one in instead if one.kind in {"wish", "ask", "report"}]
                return [self._act("refuse", "a no, and what is wanted instead"), *other]
            return [self._act("refuse", "a no that says more"), *further]
        if is_offer and only_sees(message.text):
            return [self._act("other", "sees it, and wants nothing", "nod")]
        if polarity.kind == "unclear" and not polarity.is_question and ends_it(message.text):
            return [self._act("refuse", "lets it be in the end", LET_BE)]
        if polarity.kind == "unclear":
            return [self._act("other", "neither yes nor no", intent="unclear")]
        if is_offer and self._names_anything():  # silence declines; what is said is seen to
            return self._nothing_open(polarity)
        return self._neither(question, polarity) or [
            Act("other", message, "neither yes nor no", 0.0, intent="unclear")
        ]

    def _forbids(self, question: Question, asked: str) -> bool:
        """Whether what stands before a question forbids the very effect: "don't cancel it"."""
        before = self.message.text.removesuffix(asked)
        return says_effect(before, self.message.language, question.task)

    def _of_another_order(self) -> Act | None:
        """A wish of its own on another order than the one in hand: "then cancel 20003"."""
        message, frame = self.message, self.state.frame
        known = "" if frame is None else str(frame.slots.get("order") or "")
        numbers = message.entities.get("order_number", ())
        question = self.state.question
        asks_which = question is not None and question.slot == "order"
        tells_only = frame is not None and frame.intent not in ON_ORDERS
        if not numbers or any(one.lstrip("#") == known for one in numbers):
            return None
        if not known and not (asks_which and tells_only):
            return None
        of_task = frame is not None and message.intent in {frame.intent, frame.task}
        if message.intent not in ON_ORDERS or of_task or message.confidence < SURE:
            return None
        return self._act("wish", "a wish on another order", message.intent, message.confidence)

    def _of_another_task(self) -> Act | None:
        """A wish by its very verb for another task, while which goods or what else is asked: "then
        please cancel the whole order"."""
        frame, question, message = self.state.frame, self.state.question, self.message
        if frame is None or question is None or question.slot not in ASKED_OF_GOODS:
            return None
        if message.confidence < SWITCH or self._of_task(message.intent):
            return None
        if not wishes_instead_of(frame.task, message.intent, message.text):
            return None
        return self._act("wish", "another task, by its verb", message.intent, message.confidence)

    def _says_only_that(self, polarity: Polarity) -> bool:
        """ "Yes, only the hat" where it is only the hat that is asked about."""
        told = bool(self.values.found) and not self.values.new
        plain = polarity.kind == "yes_and" and not polarity.is_question
        task = "" if self.state.frame is None else self.state.frame.task
        chosen = bool(self.values.found.keys() & ASKED_FOR) and takes(polarity.rest)
        return told and plain and (restricts(polarity.rest, task) or chosen)

    def _was_long_ago(self, question: Question) -> bool:
        """Whether thanks may be for what was said since the question was put: 行 谢了.

        With the verb of the effect it is a yes all the same.
        """
        text, since = self.message.text, self.state.turn - question.turn
        if question.kind != "confirm" or not question.turn or since <= 1 or not thanks(text):
            return False
        return not says_effect(text, self.message.language, question.task)

    def _says_otherwise(self, question: Question) -> bool:
        """ "Refund then" at the confirmation of a replacement: a yes to what is not asked."""
        return question.kind == "confirm" and bool(self.values.new.keys() & ALTERNATIVES)

    def _asks_of_what_is_known(self) -> bool:
        """ "And is 39 in stock?", "could I still return it?": a question after all."""
        message = self.message
        asks = message.intent in ASKS or message.intent in {"check_stock", "return_item"}
        return asks and message.confidence >= SURE

    def _is_wished(self) -> bool:
        """Whether what is told anew in a question is a wish: "is it there in blue?"."""
        asks_advice = self.message.intent in {"ask_size_advice", "ask_product_details"}
        return set(self.values.new) <= ASKED_FOR and not asks_advice

    def _is_yes_in_other_words(self, question: Question, polarity: Polarity) -> bool:
        """Words that the learned model is sure are a yes, with nothing in them that could be more:
        no value, number, negation, exception, question, hedge or wait."""
        doubts = polarity.is_question or polarity.is_hedged or polarity.waits or polarity.turns
        tells = self.message.intent in TELLS or ABOUT_IT & set(self.message.entities)
        doubts = doubts or (bool(tells) and not self.values.found)
        if doubts or polarity.kind not in {"none", "yes_and"} or self.values.new:
            return False
        if question.kind == "offer" and self._names_anything():
            return False
        if len(normalised(self.message.text)) <= TOO_SHORT:
            return False
        if names_other_effect(self.message.text, self.message.language, question.task):
            return False
        if closes(self.message.text):
            return False  # 就这些 says that nothing more is wished, not that it shall be done
        numbers = set(_NUMBERS.findall(self.message.text))
        known = set(_NUMBERS.findall(" ".join(question.values.values())))
        if numbers - known or negates(self.message.text, self.message.language):
            return False
        others = max((p for act, p in self.learned.items() if act not in AGREEING), default=1.0)
        return self.learned.get("confirm", 0.0) >= AS_GOOD_AS_SAID and others <= RULED_OUT

    def _instead(self, polarity: Polarity) -> Act | None:
        """Another task on the same thing in place of the one in hand."""
        frame, message = self.state.frame, self.message
        task = None if frame is None else taken_instead(frame.task, message.text, message.language)
        sized = {"size", "colour"} & set(message.entities)
        tells_which = "lines" in self.values.found  # "no, the green bottle and the lamp"
        is_no = polarity.kind == "no_and" and not tells_which
        if frame is not None and frame.task == "return" and is_no and sized:
            return self._act("wish", "another one in place of the money", KIN["exchange"])
        if task is None or polarity.is_question:
            return None
        return self._act("wish", f"{task} in place of the task in hand", KIN[task])

    def _asks_for_what_is_offered(self, question: Question, polarity: Polarity) -> bool:
        """ "So can you search for it?": to begin that changes nothing yet."""
        message, slot = self.message, question.slot
        if slot == "person" and message.intent in THROUGH_PEOPLE:
            return message.intent == self.state.last.intent and not polarity.is_question
        offered = slot.removeprefix("wish ") if slot.startswith("wish ") else ""
        return bool(offered) and asks_for(offered, message.text, message.language)

    def _asks_for_search(self) -> bool:
        """ "Start the search then" where a person was offered."""
        message = self.message
        spoken = self.state.focus.kind == "order"
        return spoken and asks_for("report_lost", message.text, message.language)

    def _names_what_goes_back(self, question: Question, polarity: Polarity) -> bool:
        """ "For the boots" where a return was offered; to begin one changes nothing yet."""
        named = {"product", "category"} & set(self.message.entities)
        wishes = self.message.confidence >= SWITCH and self.message.intent not in NO_WISHES
        short = len(self.message.text) <= SHORT_NAME and not wishes
        plain = polarity.kind == "none" and not polarity.is_question
        return question.slot == "wish return_item" and bool(named) and short and plain

    def _chooses_a_way(self, polarity: Polarity) -> bool:
        """ "No, send new ones", of the fault in hand, where a person was offered for it."""
        in_hand = self.state.frame is not None
        return in_hand and bool(self.values.new.keys() & ALTERNATIVES) and not polarity.is_question

    def _agrees_and_wishes(self, question: Question, polarity: Polarity) -> list[Act]:
        """ "Yes, and cancel the hat": a yes, and a wish for another task by its verb."""
        message = self.message
        if polarity.kind != "yes_and" or polarity.is_hedged or polarity.waits:
            return []
        intent = wished_beside(question.task, polarity.after)
        if intent == "cancel_order" and {"product", "category"} & set(message.entities):
            intent = "cancel_item"
        if not intent:
            return []
        said = replace(
            message, text=polarity.after, intent=intent, confidence=1.0, ranking=(), parts=()
        )
        wish = Act("wish", said, "another task beside a yes", 1.0, intent)
        return [self._act("confirm", "a yes, and another task"), wish]

    def _agrees_and_asks(self, polarity: Polarity) -> bool:
        """A clear yes with a question of another matter: not "ok and is it there in black?".

        Who says that it is another matter, 另外 or "by the way", opens no question with the yes.
        """
        if not polarity.beside or self.values.new.keys() - {"order"}:
            return False
        of_the_matter = bool(ABOUT_IT & set(self.message.entities))
        if polarity.is_apart:
            frame = self.state.frame
            return not of_the_matter or frame is None or "variant" not in frame.slots
        return not of_the_matter and not opens_a_question(self.message.text)

    def _yes_and(self, question: Question, polarity: Polarity) -> list[Act]:
        """A yes with words: done only where the words are a thing of their own."""
        if self._agrees_and_asks(polarity):
            first = self._act("confirm", "a yes, and a question of its own")
            own = Reading(self.state, replace(self.message, text=polarity.beside), self.values, {})
            # Of a question beside a yes the whole message's intent, a yes, says nothing.
            heard = "nlu_fallback" if self.message.intent in YES_OR_NO else ""
            asks = own._act("ask", "beside a yes", heard)
            return [first, *(own._further(polarity.rest) or [asks])]
        if polarity.is_question:
            return self._neither(question, polarity) or [self._act("ask", "beside a yes")]
        further = self._further(polarity.rest)
        if further and question.kind == "confirm" and goes_on_to(self.message.text):
            return further  # "ok then I want to exchange them" agrees to nothing
        if further and self._is_another_way(question, further[0]):
            return further  # "ok, return it" where an exchange is asked about
        if further and not polarity.turns:
            return [self._act("confirm", "a yes, and something of its own"), *further]
        if question.kind == "offer" and not polarity.turns:
            if self._names_anything():  # "yes, the Aurora tent" is no yes to a person
                return self._nothing_open(polarity)
            if self.learned and self.learned.get("confirm", 0.0) < LIKELY:
                return [self._act("refuse", "what was offered is not needed", LET_BE)]
            return [self._act("confirm", "a yes to what was offered")]
        return [self._act("confirm_with", f"a yes with a change: {polarity.rest}"), *further]

    def _is_another_way(self, question: Question, other: Act) -> bool:
        """Another effect on the very thing, and not a word of the one that was asked."""
        named = {"category", "product", "order_number"} & set(self.message.entities)
        text, language = self.message.text, self.message.language
        own = says_effect(text, language, question.task or question.slot)
        is_person = question.kind == "offer" and question.slot == "person"
        asks = question.kind == "confirm" or is_person
        return asks and other.intent in WAYS and not (named or own)

    def _neither(self, question: Question, polarity: Polarity) -> list[Act]:
        """No clear yes or no: a question, a correction, another wish; else nothing."""
        message = self.message
        best = self._best()
        wish = self._wish()
        if wish is not None and wish.confidence >= SWITCH and not self._of_task(message.intent):
            return [wish]
        effect = says_effect(message.text, message.language, question.task)
        if question.kind == "confirm" and effect and self._best() not in {"ask", "correct"}:
            return []  # "not sent yet? then cancel it": asked once more rather than taken for more
        if self._is("stop"):
            return [self._act("stop", "the task is to end", "stop"), *self._asked_on(polarity)]
        if best in {"confirm", "refuse"} and self.learned[best] >= 0.9 and question.kind == "offer":
            return [self._act(best, "learned", confidence=self.learned[best])]
        if best in {"confirm_with", "correct"} and not polarity.is_question:
            return [self._act(best, "learned", confidence=self.learned[best])]
        asks = message.intent in ASKS
        asks = asks or (polarity.is_question and message.intent not in SMALL_TALK)
        if best in {"ask", "refine", "compare", "undo", "confirm_with"} or asks:
            return [
                self._act(
                    "ask" if best not in {"refine", "compare", "undo"} else best,
                    "a question meanwhile",
                    message.intent,
                )
            ]
        return [wish] if wish is not None else self._beside()

    def _beside(self) -> list[Act]:
        """Small talk that is surely that; what was asked stays open."""
        message = self.message
        if message.intent in SMALL_TALK - {"out_of_scope"} and message.confidence >= SWITCH:
            return [self._act("other", "said beside", message.intent)]
        return []

    # -- a value or a choice is asked

    def _asked(self, question: Question, polarity: Polarity) -> list[Act]:
        message = self.message
        if (other := self._of_another_order()) is not None:
            return [other]
        if (other := self._of_another_task()) is not None:
            return [other]
        if question.slot in TOLD_IN_WORDS & self.values.new.keys():
            return [self._act("answer", f"tells {question.slot}")]
        if question.slot == "more" and OF_IT & self.values.new.keys():
            return [self._act("correct", "another item to come")]
        option = pointed_at(message, question.options)
        if option is not None:
            return [Act("choose", message, "names an option", choice=option)]
        if worries(message.text):
            return [self._act("ask", "fears what may have happened", "nlu_fallback")]
        if lets_be(message.text) or puts_off(message.text):
            return [self._act("refuse", "lets it be", LET_BE)]
        chosen = question.slot in self.values.found and question.slot not in WAYS_ASKED
        if polarity.is_question and asks_how(message.text) and self.values.found and not chosen:
            return [self._act("ask", "a question on what can be chosen", "nlu_fallback")]
        if question.slot in self.values.found:
            return [self._act("answer", f"answers {question.slot}")]
        if self.values.new and not polarity.is_question:
            return [self._act("correct", f"tells {', '.join(self.values.new)}")]
        doubtful = polarity.is_question or cannot(message.text)
        option = None if doubtful else picked(message, question.options)
        if option is not None:
            return [Act("choose", message, "names an option by its words", choice=option)]
        if self._refuses_shown():
            return [self._act("wish", "refuses what is shown", message.intent)]
        if (kin := self._instead(polarity)) is not None:
            return [kin]
        if polarity.kind == "no":
            return [self._act("refuse", "does not want to answer")]
        if self._is("stop"):
            return [self._act("stop", "the task is to end", "stop"), *self._asked_on(polarity)]
        if self.values.new:
            return [self._act("correct", f"tells {', '.join(self.values.new)}")]
        if polarity.kind == "yes":
            only = question.options[0].value if len(question.options) == 1 else None
            if only is not None:
                return [Act("choose", message, "a yes to the only option", choice=only)]
            return [self._act("other", "a yes where something else was asked", "unclear")]
        wish = self._wish()
        if wish is not None and self._is_guessed(wish, polarity):
            wish = None
        objects = polarity.kind == "no_and" and not polarity.is_question
        if wish is not None and objects and question.slot in OF_PROOF and message.intent in ASKS:
            wish = None  # "no, I don't have the number, that's the point" asks nothing
        if wish is not None and not (self._of_task(message.intent) and not polarity.is_question):
            return [wish]
        if self.values.found and not polarity.is_question:
            return [self._act("other", "says again what is known", "known")]
        if polarity.kind != "unclear" and (beside := self._beside()):
            return beside
        best = self._best()
        if best in {"ask", "undo", "refine", "compare"} or polarity.is_question:
            heard = message.confidence >= SURE or message.intent in ASKS
            intent = message.intent if heard else "nlu_fallback"
            return [self._act("ask", "a question meanwhile", intent)]
        if best == "answer" and polarity.kind != "unclear":
            return [self._act("answer", "learned", confidence=self.learned[best])]
        if self.values.found:
            return [self._act("other", "says again what is known", "known")]
        return [self._act("other", "does not answer", "unclear")]

    def _is_guessed(self, wish: Act, polarity: Polarity) -> bool:
        """A wish that is hardly heard in words that begin with a yes leaves no task."""
        yes = polarity.kind == "yes_and"
        return yes and wish.kind == "wish" and wish.confidence < SURE

    # -- nothing is open

    def _nothing_open(self, polarity: Polarity) -> list[Act]:
        message = self.message
        if polarity.kind == "yes" and not self._names_anything():
            return [self._act("other", "a nod", "nod")]
        if puts_off(message.text) or (lets_be(message.text) and not self._names_anything()):
            return [self._act("other", "lets it be", "no")]
        if self._says_yes_to_what_is_done():
            return [self._act("other", "a yes to what was just done", "nod")]
        if polarity.kind == "no" and not self._names_anything() and not self._refuses_shown():
            return [self._act("other", "a no to nothing", "no")]
        undoes = bool(self.state.done) and self.learned.get("undo", 0.0) >= SURE
        names = self._names_anything() or bool(self.message.parts) or undoes
        if polarity.kind == "unclear" and not names:
            talk = SMALL_TALK - {"out_of_scope"} | FEELINGS  # a "?" is not foreign, it is nothing
            beside = message.intent in talk and message.confidence >= SURE
            if not beside and (message.confidence < SWITCH or message.intent == "out_of_scope"):
                return [self._act("other", "noise", "unclear")]
        if several := wishes_by_verb(message):
            return several
        if message.parts and (parts := wishes_of_parts(message, self.state)):
            return parts
        if self._is_beside_in_anger():
            return [self._act("feeling", "small talk in a bad mood", "complain")]
        if message.intent in SMALL_TALK and message.confidence >= SURE:
            return [self._act("other", "said beside", message.intent)]
        if self._is_bare():
            return [self._act("answer", "an order is named and nothing else")]
        best = self._best()
        if best == "undo" and self.state.done and not self._is_of_an_order_undone():
            return [self._act("undo", "learned", confidence=self.learned["undo"])]
        reports = message.intent in REPORTS and message.confidence >= SURE
        if best == "correct" and reports:
            best = "report"  # "I mean my daypack, a strap is ripped"
        if best == "correct" and self.state.done and self._is_of_an_order_undone():
            best = None  # what is said of another order corrects nothing that was done
        if best in {"refine", "compare", "choose", "correct"} and self._can(best):
            return [self._act(best, "learned in context", message.intent, self.learned[best])]
        wish = self._wish()
        if wish is not None:
            return [wish]
        if best in {"ask", "report"} and message.intent not in FEELINGS:
            return [self._act(best, "learned in context", message.intent, self.learned[best])]
        if message.intent in SMALL_TALK or message.intent in FEELINGS:
            kind: ActKind = "feeling" if message.intent in FEELINGS else "other"
            return [self._act(kind, "said beside", message.intent)]
        answers_open = self.state.question is not None and best in {"confirm", "refuse"}
        if best is not None and not answers_open:
            return [self._act(best, "learned in context", message.intent, self.learned[best])]
        return []

    def _says_yes_to_what_is_done(self) -> bool:
        """确认取消, once more, right after it was cancelled."""
        done, message = self.state.done[-1] if self.state.done else None, self.message
        if done is None or self.state.turn - done.turn > 1 or self._names_anything():
            return False
        said = read_polarity(message.text, message.language, done.task)
        return said.kind == "yes"

    def _is_of_an_order_undone(self) -> bool:
        """Whether an order is named of which nothing was just done."""
        done = str(self.state.done[-1].slots.get("order") or "")
        numbers = self.message.entities.get("order_number", ())
        return bool(numbers) and all(one.lstrip("#") != done for one in numbers)

    def _is_beside_in_anger(self) -> bool:
        """Small talk in a bad mood; what is surely none of ours is that in any mood."""
        message = self.message
        is_foreign = message.intent == "out_of_scope" and message.confidence >= SURE
        return (
            message.intent in SMALL_TALK
            and not is_foreign
            and message.mood.get("label") == "negative"
        )

    def _refuses_shown(self) -> bool:
        """A no to products on show: "not this one"."""
        message = self.message
        is_said = message.intent == "refuse_product" and message.confidence >= LIKELY
        return is_said and self.state.shown.kind == "products"

    def _can(self, kind: str) -> bool:
        """Whether the state has what the act points at."""
        state = self.state
        if kind == "refine":
            return (
                state.search is not None
                or state.shown.kind == "products"
                or bool(state.focus.product)
            )
        if kind == "choose":
            return bool(state.shown.keys)
        if kind == "correct":
            return state.frame is not None or bool(state.focus.kind)
        return (
            bool(state.shown.keys or state.focus.product)
            or len(self.message.entities.get("product", ())) > 1
        )

    # -- pieces

    def _is_bare(self) -> bool:
        """Number and e-mail, or a number beside hardly a word."""
        named = self.message.entities
        if "order_number" not in named or self.message.confidence >= SURE:
            return False
        rest = _NUMBERS.sub("", normalised(self.message.text))
        return "email" in named or length_of(rest) <= BARE

    def _asked_on(self, polarity: Polarity) -> list[Act]:
        """The question after "never mind, …", read by its own words."""
        _, *rest = _CLAUSE.split(self.message.text, maxsplit=1)
        if not polarity.is_question or not rest or not rest[0] or polarity.kind != "no_and":
            return []
        asked = replace(
            self.message, text=rest[0], intent="nlu_fallback", confidence=0.0, ranking=(), parts=()
        )
        return [Act("ask", asked, "a question after a stop", intent="nlu_fallback")]

    def _further(self, rest: str) -> list[Act]:
        """What the words after a yes or a no ask for by themselves; nothing where that is unsure.

        The whole message's intent counts only where it is no yes or no of its own.
        """
        message = self.message
        for part in message.parts:
            if part.intent not in YES_OR_NO and not self._of_task(part.intent):
                clause = message.clause(part)
                return [
                    Act(
                        kind_of_wish(part.intent),
                        clause,
                        "beside a yes or no",
                        part.confidence,
                        part.intent,
                    )
                ]
        sure = (
            message.confidence >= SURE
            and message.intent not in YES_OR_NO | SMALL_TALK | FEELINGS | NO_WISHES
        )
        if rest and sure and not self._of_task(message.intent):
            return [
                Act(
                    kind_of_wish(message.intent),
                    message,
                    "beside a yes or no",
                    message.confidence,
                    message.intent,
                )
            ]
        return []

    def _wish(self) -> Act | None:
        """The wish, question or report that the intent says, where it is likely enough."""
        message = self.message
        if message.intent in YES_OR_NO | SMALL_TALK | FEELINGS | {"inform", "nlu_fallback"}:
            return None
        if message.intent in {"stop", "choose_option", "out_of_scope"}:
            return None
        question = self.state.question
        if message.intent == "report_no_code" and question is not None and question.slot != "code":
            return None
        if self.state.frame is not None and self._refines_nothing():
            return None  # "washed it as the label says" beside a question of the task
        if message.intent == "report_late_order" and has_come(message.text):
            return None  # "got it three days ago" is no complaint that it is late
        in_task = self.state.frame is not None and self.state.shown.kind != "products"
        if message.intent == "refuse_product" and in_task:
            return None  # "don't like them" of what goes back refuses no suggestion
        kind = kind_of_wish(message.intent)
        asked = self.learned.get("ask", 0.0)
        if kind == "wish" and message.intent in ASKS and asked >= LIKELY:
            kind = "ask"
        if message.intent in REPORTS:
            kind = "report"
        if (
            self.learned.get("refine", 0.0) >= ALSO
            and self._can("refine")
            and message.intent
            in {
                "search_product",
                "check_stock",
                "refine_search",
                "ask_product_details",
                "ask_price",
            }
        ):
            kind = "refine"
        return self._act(kind, f"means {message.intent}", message.intent, message.confidence)

    def _refines_nothing(self) -> bool:
        """What is heard as another wish for goods, and says nothing of any."""
        named = {"category", "product", "colour", "size", "price", "brand", "gender"}
        return self.message.intent == "refine_search" and not named & set(self.message.entities)

    def _with_feeling(self, acts: list[Act]) -> list[Act]:
        """Anger or thanks said beside something else is heard as well."""
        if any(act.kind == "feeling" or act.intent == "nod" for act in acts):
            return acts
        feeling = self._feeling()
        if feeling is None or self.learned.get("feeling", 0.0) < ALSO:
            return acts
        return [*acts, self._act("feeling", "learned", feeling, self.learned["feeling"])]

    def _feeling(self) -> str | None:
        """Which feeling: by the mood where it is negative, else by the likeliest such intent."""
        if str(self.message.mood.get("label")) == "negative":
            return "complain"
        likely = [(p, name) for name, p in self.message.ranking if name in FEELINGS and p >= HINT]
        return max(likely)[1] if likely else None

    def _best(self) -> ActKind | None:
        """The likeliest act of the learned model, where it is likely."""
        mains = {k: v for k, v in self.learned.items() if k not in {"feeling", "other", "wish"}}
        if not mains:
            return None
        best = max(mains, key=lambda kind: mains[kind])
        return best if mains[best] >= LIKELY else None  # type: ignore[return-value]

    def _is(self, intent: str) -> bool:
        sure = self.message.intent == intent and self.message.confidence >= LIKELY
        return sure or self.learned.get(intent, 0.0) >= SURE

    def _of_task(self, intent: str) -> bool:
        """Whether an intent is the one that the task in hand is for."""
        frame = self.state.frame
        return frame is not None and intent in {frame.intent, frame.task}

    def _names_anything(self) -> bool:
        named = {"order_number", "product", "category", "email", "code", "ordinal"}
        return bool(named & set(self.message.entities)) and len(normalised(self.message.text)) > 3

    def _act(self, kind: ActKind, reason: str, intent: str = "", confidence: float = 1.0) -> Act:
        return Act(kind, self.message, reason, confidence, intent)
