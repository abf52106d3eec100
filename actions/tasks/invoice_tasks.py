"""A copy of an invoice, and one that is made out to somebody else."""

import re
from typing import Any, Final

from actions.browsing.asked import says
from actions.chat import Chat, Finished
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.order_slots import order_of
from actions.tasks.registry import SlotKind, tells
from actions.tasks.value_slots import LONGEST
from dialogue.polarity import read_polarity
from dialogue.state import Frame
from shop.invoices import send_invoice


@tells("invoice")
def mail_invoice(chat: Chat, frame: Frame, step: Step) -> None:
    """A copy of the invoice to the customer's own address; a corrected one is a colleague's."""
    order = order_of(chat, frame)
    if frame.slots.get("title"):
        chat.did("refused", frame.intent, order.number)
        chat.offer("person", "utter_invoice_title", [chat.words.person()], number=order.number)
        raise Finished
    with chat.services.database.session() as session:
        invoice = send_invoice(session, customer_of(chat), order.number, now=chat.turn.now)
    assert invoice is not None
    chat.did("effect_done", frame.intent, order.number)
    chat.finish(
        "utter_invoice_sent",
        number=order.number,
        document=invoice.number,
        total=chat.words.money(order.total),
    )


# An invoice to oneself is what there is anyway.
_PERSONAL: Final = re.compile(r"(?<!不是)个人(?!独资)|\b(?:to|for) (?:me|myself)\b", re.IGNORECASE)


class InvoiceTitleSlot(SlotKind):
    """What an invoice is to say besides the order, in any message of the task: a company, a tax
    number. Kept as it was said."""

    name = "title"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The words that name it, behind those told before: a company, then its tax number."""
        text = " ".join(chat.turn.text.split())
        if chat.turn.is_button:
            return None
        if _PERSONAL.search(text):
            return "" if frame.slots.get("title") else None
        if not says("invoice_title", text):
            return None
        known = str(frame.slots.get("title") or "")
        return known if text in known else f"{known} {text}".strip()[:LONGEST]

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Never asked for: without it the invoice goes to the buyer.

        Who asks how a company gets one is told."""
        asks = read_polarity(chat.turn.text, chat.turn.language).is_question
        if frame.slots.get("title") and asks and not chat.turn.is_button:
            chat.say("utter_invoice_needs")
