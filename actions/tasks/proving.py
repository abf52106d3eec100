"""Who is speaking, by facts that they tell: e-mail, name and postcode, last digits of the phone.

What is told is kept until it proves somebody, whatever else is spoken of; a wrong proof is
forgotten, so that what comes next is heard anew. Which ways count is the shop's rule.
"""

import re
from dataclasses import asdict, replace
from typing import Final

from actions.chat import Chat
from actions.identity import remember_proof
from actions.tasks.proofs_said import digits_said, name_said, only_tells, postcode_said
from dialogue.state import Frame
from shop.ids import CustomerId
from shop.policy import ProofWay
from shop.proofs import Told, prove

TOLD: Final = "told_of_self"
WRONG: Final = "wrong_of_self"
SLOTS: Final = frozenset({"identity", "name", "postcode", "digits"})
_FACTS: Final[dict[ProofWay, tuple[str, ...]]] = {
    "email": ("email",),
    "name_and_postcode": ("name", "postcode"),
    "phone_digits": ("number", "digits"),
}


def fact_ways(chat: Chat) -> tuple[ProofWay, ...]:
    """The ways of the shop's rules that need no code."""
    return tuple(one for one in chat.services.policy.proof.ways if one != "mail_code")


def told_of_self(chat: Chat) -> Told:
    """What the guest has told so far."""
    return Told(**(chat.state.notes.get(TOLD) or {}))


def hear_identity(chat: Chat) -> None:
    """Hear who is speaking, and prove it as soon as enough is told.

    A postcode is no order number any more for who hears the message next.
    """
    ways = fact_ways(chat)
    if not ways or chat.turn.is_button or chat.signed_in is not None:
        return
    question = chat.state.question
    asked = question.slot if question is not None and question.kind == "value" else ""
    task = None if question is None else chat.services.tasks.get(question.task)
    if asked in {"code", "address"} or (
        asked == "email" and task is not None and "customer" not in task.needs()
    ):
        return
    before = told_of_self(chat)
    told = _heard(chat, before, asked, ways)
    if told == before:
        return
    chat.keep(TOLD, told)
    chat.state.notes.pop(WRONG, None)
    for way in ways:
        if told.claim(way):
            told = _try(chat, way, told)
    if chat.signed_in is None:
        chat.state.notes[TOLD] = {name: value for name, value in asdict(told).items() if value}


def _heard(chat: Chat, told: Told, asked: str, ways: tuple[ProofWay, ...]) -> Told:
    text = chat.turn.text
    if "name_and_postcode" in ways:
        name = name_said(text, asked=asked in {"identity", "name"})
        postcode = postcode_said(text, asked=asked in {"identity", "postcode"})
        told = replace(told, name=name or told.name, postcode=postcode or told.postcode)
        if postcode:
            _no_order(chat, postcode)
    if "phone_digits" in ways:
        digits = digits_said(
            text, chat.services.policy.proof.phone_digits, asked=asked in {"identity", "digits"}
        )
        number = chat.turn.first("order_number") or chat.state.focus.order
        told = replace(told, digits=digits or told.digits, number=number or told.number)
    if "email" in ways:
        told = replace(told, email=chat.turn.first("email") or told.email)
    return told


def _no_order(chat: Chat, postcode: str) -> None:
    """Take a postcode out of the numbers of orders that were understood."""
    message = chat.turn.message
    bare = re.sub(r"\s", "", postcode)
    left = {
        name: tuple(one for one in values if name not in {"order_number", "code"} or one != bare)
        for name, values in message.entities.items()
    }
    entities = {name: values for name, values in left.items() if values}
    chat.turn = replace(chat.turn, message=replace(message, entities=entities))


def _try(chat: Chat, way: ProofWay, told: Told) -> Told:
    """Prove by one way; what is left of what was told."""
    if chat.signed_in is not None:
        return told
    with chat.services.database.session() as session:
        found = prove(
            session,
            way,
            told,
            conversation=chat.turn.conversation_id,
            key=chat.services.settings.secret_key,
            now=chat.turn.now,
        )
    if found not in {"wrong", "too_many"}:
        sign_in(chat, CustomerId(int(found)))
        chat.state.notes.pop(TOLD, None)
        return told
    chat.state.notes[WRONG] = found
    return replace(told, **dict.fromkeys(_FACTS[way], ""))


def sign_in(chat: Chat, customer: CustomerId) -> None:
    """From now on the conversation is the customer's."""
    remember_proof(chat.turn, chat.talk, chat.services, customer)
    chat.__dict__["signed_in"] = customer


def tells_only_who(chat: Chat) -> bool:
    """Whether the message told who is speaking and nothing else."""
    told: Told | None = chat.kept(TOLD)
    return told is not None and only_tells(chat.turn.text, told.name)


def told_wrong(chat: Chat) -> bool:
    """Whether what was told of who is speaking proves nobody, before anything is wished: said so,
    and no more than that."""
    wrong, person = chat.state.notes.get(WRONG), [chat.words.person()]
    if wrong is None:
        return False
    if wrong == "too_many":
        chat.say("utter_not_proved", buttons=person)
    else:
        chat.say("utter_wrong_identity", buttons=person, ways=_ways(chat))
    return True


def ask_identity(chat: Chat, frame: Frame) -> None:
    """Ask for what lacks, by the way that the guest has begun; raises Asked or Finished."""
    told, ways, wrong = told_of_self(chat), fact_ways(chat), chat.state.notes.get(WRONG)
    person = [chat.words.person()]
    if wrong == "too_many":
        chat.finish("utter_not_proved", person)
    if wrong is not None:
        chat.state.question = None  # other facts are another question
        chat.ask("value", "identity", "utter_wrong_identity", buttons=person, ways=_ways(chat))
    if "name_and_postcode" in ways and told.name:
        chat.ask("value", "postcode", "utter_ask_postcode", buttons=person)
    if "name_and_postcode" in ways and told.postcode:
        chat.ask("value", "name", "utter_ask_name", buttons=person)
    if "phone_digits" in ways and told.number:
        chat.ask(
            "value",
            "digits",
            "utter_ask_phone_digits",
            buttons=person,
            count=chat.services.policy.proof.phone_digits,
        )
    chat.ask("value", "identity", "utter_ask_identity", buttons=person, ways=_ways(chat))


def _ways(chat: Chat) -> str:
    """The ways that the shop's rules leave, in words."""
    proof = chat.services.policy.proof
    words = [chat.words.text(f"proof.{one}", count=proof.phone_digits) for one in proof.ways]
    return chat.words.text("or").join(words)
