"""What shops do when things go wrong: missing, wrong or damaged things are put right."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from actions.chat import Asked, Chat, Finished
from actions.handover import call_person, hand_over
from actions.order_cards import return_card
from actions.plain_words import asks_part_back
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.line_slots import lines_of
from actions.tasks.order_slots import order_of
from actions.tasks.order_tasks import variant_of
from actions.tasks.registry import Outcome, SlotKind, check, effect, facts
from dialogue.picking import picked
from dialogue.polarity import negates, read_polarity
from dialogue.state import Frame, Option
from kit.phrases import spoken
from shop.orders import paid_for
from shop.returns import start_return
from shop.service import refund_missing, replace_lines

_REPLACE: Final = re.compile(
    r"\breplac|\bsend (?:it|them|me)\b(?! back)|\b(?:want|get|have|like) (?:it|them|\w+) sent\b(?! back)|\bnew (?:one|pair|ones)\b|\b(?:re)?send\b(?![^.?!]*\b(?:photos?|pictures?|pics?|videos?|proof)\b)[^.?!]{0,20}\b(?:again|new|right|missing|it|them|another)\b|\bresend\b"
    r"|\bexchange|\bswap|\bright (?:one|ones|size|colou?r|item)\b|\banother (?:one|pair)\b|\bcorrect (?:one|ones|item|size)\b"
    r"|换|补(?:给?我|吧|呗|上|[一个件双条套])|补发|补寄|重发|重新发|再发|新的",
    re.IGNORECASE,
)
_REFUND: Final = re.compile(
    r"\brefund|\bmoney back\b|\bmy money\b|\b(?:have|want|take|prefer|rather|just) the money\b|\breimburs|\breturn (?:it|them)\b|\bsend (?:it|them) back\b"
    r"|退款|退钱|(?<![不别])退货|退了|退掉|退吧|退呗|钱退|(?<!不)(?:想|要么?|给我|直接|或者?)退",
    re.IGNORECASE,
)
_NO_MONEY: Final = re.compile(
    r"\b(?:not?|don'?t want)\b[^.,;?!]{0,16}\b(?:money|refund)|[不别](?:要|用|需要)?(?:给我)?退[款钱]|无需退款|不要钱",
    re.IGNORECASE,
)
_NO_NEW: Final = re.compile(
    r"\b(?:not?|don'?t want)\b[^.,;?!]{0,16}\b(?:replacement|new (?:one|pair)|another|exchange)\b"
    r"|(?:[不别](?:要|用|需要|想)?(?:给我|再)?|懒得)(?:换|补发|重发)",
    re.IGNORECASE,
)


class RemedySlot(SlotKind):
    """How it is put right: replacement or refund."""

    name = "remedy"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """What the words ask for."""
        if chat.turn.is_button:
            return chat.turn.first("value") if chat.asked_for("remedy") else None
        text = chat.turn.text
        if asks_part_back(text):
            return None
        if _NO_MONEY.search(text):
            return "replacement"
        is_new = _REPLACE.search(text) is not None and _NO_NEW.search(text) is None
        refund = _REFUND.search(text) is not None
        if is_new != refund:
            return "replacement" if is_new else "refund"
        if is_new:  # "replace it or pay it back" leaves the choice open
            return None
        question = chat.state.question
        if question is not None and question.slot == "remedy":
            said = read_polarity(text, chat.turn.language)
            doubtful = said.is_question or negates(
                text, chat.turn.language
            )  # "I can't send a photo"
            return picked(chat.turn.message, question.options, least=2 if doubtful else 1)
        return None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Sorry first, then the choice."""
        if frame.slots.get("remedy"):
            return
        names = chat.words.lines(lines_of(chat, frame))
        options = [
            Option(one, chat.words.text(f"remedy.{one}")) for one in ("replacement", "refund")
        ]
        response = step.option("ask", "utter_ask_remedy")
        chat.ask("choose", "remedy", response, options=options, product=names)


@check("not_a_part")
def not_a_part(chat: Chat, frame: Frame, step: Step) -> None:
    """What is missing is a part of a thing, which itself is there: a person sends parts."""
    texts = (chat.said or chat.turn.text, *(frame.slots.get("_said") or ()))
    lines = lines_of(chat, frame)
    own = " ".join(name.lower() for line in lines for name in line.names.all)
    parts = (found for text in texts if (found := spoken("actions", _PART).search(text)))
    if chat.turn.is_button or not any(one.group().lower() not in own for one in parts):
        return
    chat.state.frame = chat.state.question = None
    chat.offer(
        "person",
        "utter_part_missing",
        [chat.words.person()],
        product=chat.words.lines(lines),
        number=str(frame.slots["order"]),
    )
    chat.did("refused", frame.intent, str(frame.slots["order"]))
    raise Finished


_PART: Final = "trouble.part"


@check("within_limits")
def within_limits(chat: Chat, frame: Frame, step: Step) -> None:
    """Old or costly cases are decided by a person, who gets all that is known."""
    order, lines = order_of(chat, frame), lines_of(chat, frame)
    worth = sum((line.unit_price.amount * line.quantity for line in lines), start=Decimal(0))
    limits = chat.services.policy.faults
    window = timedelta(days=limits.days)
    is_old = order.delivered_at is not None and chat.turn.now > order.delivered_at + window
    if worth <= limits.most and not is_old:
        return
    chat.state.frame = chat.state.question = None
    chat.say("utter_trouble_for_person", product=chat.words.lines(lines), number=order.number)
    call_person(chat, reason="policy", topic="warranty")
    chat.ended = True
    raise Asked


@facts("replacement")
def replacement_facts(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What is sent again, free of charge."""
    lines = lines_of(chat, frame)
    new = chat.words.variant(variant_of(chat, frame)) if len(lines) == 1 else ""
    return {
        "number": frame.slots["order"],
        "product": chat.words.lines(lines),
        "new": chat.words.in_brackets(new),
    }


@facts("trouble_refund")
def trouble_refund(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """What goes back, and for which items."""
    order, lines = order_of(chat, frame), lines_of(chat, frame)
    return {
        "number": frame.slots["order"],
        "product": chat.words.lines(lines),
        "amount": chat.words.money(paid_for(order, lines)),
    }


@effect("send_replacement")
def do_replace(chat: Chat, frame: Frame) -> Outcome:
    """Send it again free of charge; what came damaged or wrong gets a free label."""
    lines = lines_of(chat, frame)
    wanted = {line.line_id: line.variant_id for line in lines}
    if len(lines) == 1:
        wanted[lines[0].line_id] = variant_of(chat, frame).variant_id
    with chat.services.database.session() as session:
        done = replace_lines(
            session, customer_of(chat), str(frame.slots["order"]), wanted, now=chat.turn.now
        )
    values = {**replacement_facts(chat, frame), "new_number": done.order_number or ""}
    if done.refusal is not None:
        hand_over(chat, reason="policy", topic="warranty")
        return Outcome(str(done.refusal), values, "utter_replacement_for_person")
    if done.order_number:  # "when will it arrive?" asks for what is sent now
        chat.state.focus.order, chat.state.focus.kind = done.order_number, "order"
    return Outcome("done", values)


@effect("refund_missing")
def do_refund_missing(chat: Chat, frame: Frame) -> Outcome:
    """Give back what was paid for things that never came."""
    order = order_of(chat, frame)
    lines = [line.line_id for line in lines_of(chat, frame)]
    with chat.services.database.session() as session:
        done, amount = refund_missing(
            session, customer_of(chat), order.number, lines, now=chat.turn.now
        )
    values = {**trouble_refund(chat, frame), "method": chat.words.paid_by(order.payment_method)}
    if done.refusal is not None or amount is None:
        hand_over(chat, reason="policy", topic="refunds")
        return Outcome(str(done.refusal), values, "utter_replacement_for_person")
    return Outcome("done", {**values, "amount": chat.words.money(amount)})


@effect("return_faulty")
def do_return_faulty(chat: Chat, frame: Frame) -> Outcome:
    """A free return of what came damaged or wrong, for the money."""
    order, lines = order_of(chat, frame), lines_of(chat, frame)
    reason = "wrong_item" if frame.task == "report_wrong" else "damaged"
    with chat.services.database.session() as session:
        done = start_return(
            session,
            customer_of(chat),
            order.number,
            [line.line_id for line in lines],
            reason,
            now=chat.turn.now,
        )
    values = dict(trouble_refund(chat, frame))
    if done.returned is None:
        hand_over(chat, reason="policy", topic="warranty")
        return Outcome(str(done.refusal), values, "utter_replacement_for_person")
    cards = [return_card(chat, done.returned)]
    return Outcome("done", {**values, "label": done.returned.label}, cards=cards)
