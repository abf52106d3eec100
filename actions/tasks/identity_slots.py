"""Who is asking: a signed-in customer, or a guest who proves it as the shop's rules say.

By default that is an order number, its e-mail and a code by mail; other ways: `proving`.
"""

import re
from typing import Any

from actions.chat import Chat
from actions.tasks.definitions import Step
from actions.tasks.proving import TOLD, ask_identity, sign_in
from actions.tasks.registry import SlotKind
from actions.turn import Button
from dialogue.state import Frame
from shop.ids import CustomerId
from shop.verification import confirm_code, start_verification


class CustomerSlot(SlotKind):
    """The customer, proved. Number and e-mail may come in one message, in any order.

    `_number`, `_email` and `_code` are kept in the frame until the proof is there.
    """

    name = "customer"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """Number, e-mail and code that the message tells, while nobody is proved."""
        if chat.kept(TOLD):
            return {**(frame.slots.get("customer") or {}), "told_in": str(chat.state.turn)}
        if chat.signed_in is not None or chat.turn.is_button:
            return None
        question = chat.state.question
        asked = "" if question is None else question.slot
        told: dict[str, str] = dict(frame.slots.get("customer") or {})
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
        return told if told != (frame.slots.get("customer") or {}) else None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Prove who it is, step by step; a way out stands beside every question."""
        if chat.signed_in is not None:
            return
        told: dict[str, str] = dict(frame.slots.get("customer") or {})
        if not told.get("number") and chat.state.focus.order:
            told["number"] = chat.state.focus.order
        ways = chat.services.policy.proof.ways
        by_code = "mail_code" in ways and told.get("number") and told.get("email")
        if ways != ("mail_code",) and not by_code:
            ask_identity(chat, frame)
        if not told.get("number"):
            sorry = frame.intent.startswith("report_") or chat.state.upset > 0
            response = "utter_ask_order_number_sorry" if sorry else "utter_ask_order_number"
            if chat.turn.first("email"):  # half of it is told: that is no misunderstanding
                chat.state.question = None
                chat.ask("value", "order_number", "utter_ask_order_number_too",
                         buttons=[chat.words.person()])  # fmt: skip
            chat.ask("value", "order_number", response)
        if not told.get("email"):
            chat.ask("value", "email", "utter_ask_email", number=told["number"])
        sent_for = f"{told['number']} {told['email']}"
        if frame.slots.get("_sent") != sent_for:
            self._send_code(chat, frame, told, sent_for)
        if not told.get("code"):
            self._ask_code(chat, told["email"])
        self._check(chat, frame, told)

    def _send_code(self, chat: Chat, frame: Frame, told: dict[str, str], sent_for: str) -> None:
        with chat.services.database.session() as session:
            outcome = start_verification(
                session, told["number"], told["email"],
                key=chat.services.settings.secret_key, now=chat.turn.now,
            )  # fmt: skip
        if outcome == "too_many":
            chat.finish("utter_too_many_codes", [chat.words.person()])
        frame.put("_sent", sent_for)
        frame.put("_tries", 0)
        told.pop("code", None)
        frame.put("customer", told)

    def _ask_code(self, chat: Chat, email: str) -> None:
        chat.ask("value", "code", "utter_ask_code", email=masked(email),
                 buttons=[chat.words.person()])  # fmt: skip

    def _check(self, chat: Chat, frame: Frame, told: dict[str, str]) -> None:
        with chat.services.database.session() as session:
            customer = confirm_code(
                session, told["number"], told["email"], told["code"],
                key=chat.services.settings.secret_key, now=chat.turn.now,
            )  # fmt: skip
        if customer is not None:
            self._proved(chat, frame, customer, told["number"])
            return
        frame.put("_tries", int(frame.slots.get("_tries", 0)) + 1)
        told.pop("code", None)
        frame.put("customer", told)
        if frame.slots["_tries"] >= chat.services.policy.proof.tries:
            frame.drop("_sent")
            chat.finish("utter_not_proved", [chat.words.person()])
        chat.state.question = None  # another code is another question
        buttons = [Button(chat.words.text("send_again"), "/report_no_code"), chat.words.person()]
        chat.ask("value", "code", "utter_wrong_code", email=masked(told["email"]), buttons=buttons)

    def _proved(self, chat: Chat, frame: Frame, customer: CustomerId, number: str) -> None:
        sign_in(chat, customer)
        frame.drop("customer", "_sent", "_tries")
        frame.slots.setdefault("order", number)


def masked(email: str) -> str:
    """`m••@fernweg.example`: enough to recognise, too little to learn."""
    name, _, place = email.partition("@")
    return f"{name[:1]}••@{place}"


def customer_of(chat: Chat) -> CustomerId:
    """The proved customer of a task past its `need: customer`."""
    assert chat.signed_in is not None, "a task must need the customer before it uses one"
    return chat.signed_in
