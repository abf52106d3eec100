"""Who is asking: a signed-in customer, or a guest who proves it as the shop's rules say.

By default that is an e-mail with a code sent there; an order number is asked for first, since most
have it at hand. Other ways: `proving`.
"""

import re
from dataclasses import replace
from typing import Any, Final

from actions.chat import Chat, Finished
from actions.tasks.definitions import Step
from actions.tasks.proving import TOLD, ask_identity, sign_in
from actions.tasks.registry import SlotKind
from actions.turn import Button
from conversations import Field, ProofCard
from dialogue.state import Frame
from kit.phrases import spoken
from shop.ids import CustomerId
from shop.verification import confirm_code, start_verification

# Who does not know the number, or asks to be found by something else.
_UNKNOWN: Final = spoken("tasks", "identity_slots.unknown")


_NO_NUMBER: Final = spoken("tasks", "identity_slots.no_number")
SEND_AGAIN_AFTER: Final = 30  # seconds that a mail may take
_NEEDED = frozenset({"order_number", "email"})
_NO_MAILBOX: Final = spoken("tasks", "identity_slots.no_mailbox")


class CustomerSlot(SlotKind):
    """The customer, proved. Number and e-mail may come in one message, in any order.

    `_number`, `_email` and `_code` are kept in the frame until the proof is there.
    """

    name = "customer"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """Number, e-mail and code that the message tells, while nobody is proved."""
        told: dict[str, str] = dict(frame.slots.get("customer") or {})
        if chat.kept(TOLD):
            told["told_in"] = str(chat.state.turn)
        if chat.signed_in is not None or chat.turn.is_button:
            return told if chat.kept(TOLD) else None
        question = chat.state.question
        asked = "" if question is None else question.slot
        number = chat.turn.first("order_number")
        digits = chat.turn.first("code") or (number if number and len(number) == 6 else None)
        compact = re.sub(r"\D", "", chat.turn.text)
        if asked == "code" and (digits or len(compact) == 6):
            told["code"] = str(digits or compact)
        elif number is not None and not chat.turn.first("address"):
            told["number"] = number
        elif asked == "order_number" and digits:
            told["number"] = digits
        if email := chat.turn.first("email"):
            told["email"] = email
        elif asked in _NEEDED and _UNKNOWN.search(chat.turn.text):
            told["unknown"] = asked
        elif not told and number is None and _NO_NUMBER.search(chat.turn.text):
            told["unknown"] = "order_number"  # said before anybody asked
        elif asked == "code" and _NO_MAILBOX.search(chat.turn.text):
            told["unknown"] = "code"
        return told if told != (frame.slots.get("customer") or {}) else None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Prove who it is, step by step; a way out stands beside every question."""
        if chat.signed_in is not None:
            return
        told: dict[str, str] = dict(frame.slots.get("customer") or {})
        if not told.get("number") and chat.state.focus.order:
            told["number"] = chat.state.focus.order
        if told.get("unknown") in {"email", "code"}:
            lacks = "utter_no_proof" if told.pop("unknown") == "email" else "utter_not_proved"
            frame.put("customer", told)
            chat.offer("person", lacks, [chat.words.person()])
            raise Finished
        ways = chat.services.policy.proof.ways
        by_code = "mail_code" in ways and told.get("email")
        if ways != ("mail_code",) and not by_code:
            ask_identity(chat, frame)
        if not (told.get("number") or told.get("email") or told.get("unknown")):
            sorry = frame.intent.startswith("report_") or chat.state.upset > 0
            response = "utter_ask_order_number_sorry" if sorry else "utter_ask_order_number"
            chat.ask("value", "order_number", response, cards=[order_form(chat)])
        if not told.get("email") and not told.get("number"):
            chat.ask("value", "email", "utter_ask_email_alone", buttons=[chat.words.person()])
        if not told.get("email"):
            form = order_form(chat, told["number"])
            chat.ask("value", "email", "utter_ask_email", cards=[form], number=told["number"])
        sent_for = f"{told.get('number', '')} {told['email']}"
        if frame.slots.get("_sent") != sent_for:
            self._send_code(chat, frame, told, sent_for)
        if not told.get("code"):
            response = "utter_ask_code" if told.get("number") else "utter_ask_code_of_mailbox"
            self._ask_code(chat, told, response)
        self._check(chat, frame, told)

    def _send_code(self, chat: Chat, frame: Frame, told: dict[str, str], sent_for: str) -> None:
        with chat.services.database.session() as session:
            outcome = start_verification(
                session,
                told.get("number"),
                told["email"],
                key=chat.services.settings.secret_key,
                now=chat.turn.now,
            )
        if outcome == "too_many":
            chat.finish("utter_too_many_codes", [chat.words.person()])
        frame.put("_sent", sent_for)
        frame.put("_tries", 0)
        told.pop("code", None)
        frame.put("customer", told)
        chat.state.question = None  # another code is another question

    def _ask_code(self, chat: Chat, told: dict[str, str], response: str) -> None:
        chat.ask(
            "value",
            "code",
            response,
            email=masked(told["email"]),
            buttons=[chat.words.person()],
            cards=[code_form(chat, told.get("number", ""))],
        )

    def _check(self, chat: Chat, frame: Frame, told: dict[str, str]) -> None:
        with chat.services.database.session() as session:
            customer = confirm_code(
                session,
                told.get("number"),
                told["email"],
                told["code"],
                key=chat.services.settings.secret_key,
                now=chat.turn.now,
            )
        if customer is not None:
            self._proved(chat, frame, customer, told.get("number"))
            return
        frame.put("_tries", int(frame.slots.get("_tries", 0)) + 1)
        told.pop("code", None)
        frame.put("customer", told)
        if frame.slots["_tries"] >= chat.services.policy.proof.tries:
            frame.drop("_sent")
            chat.finish("utter_not_proved", [chat.words.person()])
        chat.state.question = None  # another code is another question
        self._ask_code(chat, told, "utter_wrong_code")

    def _proved(self, chat: Chat, frame: Frame, customer: CustomerId, number: str | None) -> None:
        sign_in(chat, customer)
        frame.drop("customer", "_sent", "_tries")
        if number is not None:
            frame.slots.setdefault("order", number)


def order_form(chat: Chat, number: str = "") -> ProofCard:
    """Number and e-mail in one form; a number that is known stands in it."""
    words = chat.words
    fields = [Field(name, words.text(f"form.{name}")) for name in ("order_number", "email")]
    return ProofCard(
        title=words.text("form.show_order"),
        fields=(replace(fields[0], value=number), fields[1]),
        submit=words.text("form.send_code"),
    )


def code_form(chat: Chat, number: str) -> ProofCard:
    """The six digits; sent again after a while, or to another address."""
    words = chat.words
    return ProofCard(
        title=words.text("form.enter_code"),
        fields=(Field("code", words.text("form.code")),),
        submit=words.text("form.confirm"),
        other=order_form(chat, number).fields,
        other_title=words.text("form.other_address"),
        wait=SEND_AGAIN_AFTER,
        buttons=(Button(words.text("send_again"), "/report_no_code"),),
    )


def masked(email: str) -> str:
    """`m••@fernweg.example`: enough to recognise, too little to learn."""
    name, _, place = email.partition("@")
    return f"{name[:1]}••@{place}"


def customer_of(chat: Chat) -> CustomerId:
    """The proved customer of a task past its `need: customer`."""
    assert chat.signed_in is not None, "a task must need the customer before it uses one"
    return chat.signed_in
