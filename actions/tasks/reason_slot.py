"""Why something is cancelled or comes back: one of the reasons that the shop accepts."""

import re
from collections.abc import Sequence
from typing import Any, Final

from actions.chat import Chat
from actions.plain_words import is_own_mistake, is_unwanted
from actions.tasks.definitions import Step
from actions.tasks.line_slots import lines_of, steps_said, variants_of
from actions.tasks.registry import SlotKind
from actions.tasks.rules import MOST_SHOWN, act_of, reasons_of
from dialogue.picking import picked
from dialogue.polarity import read_polarity
from dialogue.state import Frame, Option
from kit.i18n import join_words
from shop.returns import UNSAID

# Why an order is cancelled, in plain words. What is no reason of the shop's is heard, too, so that
# it can be said that it is none.
_WHY_CANCEL: Final = {
    "ordered_by_mistake": re.compile(
        r"\b(?:by|a) mistake\b|\bmistakenly\b|\baccident(?:al|ally)?\b|\bdidn'?t mean to (?:order|buy)\b"
        r"|\b(?:ordered|bought|placed|clicked) (?:it |them |this |that )?(?:twice|wrong(?:ly)?|in error)\b"
        r"|\bwrong (?:thing|item|one|order)\b|下错|买错|拍错|点错|误(?:下|拍|点|买)|手滑|不小心|重复下单|下重",
        re.IGNORECASE,
    ),
    "no_longer_needed": re.compile(
        r"\bno longer (?:need|want|require)\w*\b"
        r"|\b(?:don'?t|doesn'?t|do not|does not|won'?t) (?:really )?(?:need|want) (?:it|them|this|that|the \w+|any of (?:it|them)) ?(?:any ?more|any longer|now|after all)?"
        r"|\b(?:changed|change) my mind\b|\bno (?:more )?need\b|\bnot needed\b|\bunnecessary\b"
        r"|(?:不|没)(?:再)?(?:需要|想要|要)了|不想要|用不[着上到]|用不着|改变主意|改主意",
        re.IGNORECASE,
    ),
    "found_cheaper": re.compile(
        r"\b(?:cheaper|better price|lower price|less) (?:somewhere|elsewhere|at|in|on)\b|\bfound (?:it|them|this|one|a) ?(?:for )?(?:cheaper|better|less)\b"
        r"|\bbetter deal\b|\btoo expensive\b|别家(?:更|比较)?便宜|更便宜|太贵",
        re.IGNORECASE,
    ),
    "takes_too_long": re.compile(
        r"\btak(?:es|ing) too long\b|\btoo (?:late|slow)\b|\bwait(?:ed|ing)? (?:too|so) long\b|\bnot in time\b"
        r"|太慢|等太久|来不及|等不及|太晚",
        re.IGNORECASE,
    ),
}
# What words that tell a reason of their own are taken for: "they rub".
_REASONS_LIKE: Final = frozenset(
    {"nlu_fallback", "inform", "complain", "report_damaged_item", "refuse_product"}
)


_NO_FIT: Final = re.compile(
    r"(?:就是|有点|觉得|不太|尺[寸码])*(?:不合适|不合身|不合脚|不对|不适合)[了吧啊]*$"
    r"|(?:(?:it|they|just|sorry)[ ,]+)*(?:does ?n[o']?t|do ?n[o']?t|did ?n[o']?t|not) (?:really )?(?:fit|right|suit)(?:ting)?(?: me)?\W*$",
    re.IGNORECASE,
)


class ReasonSlot(SlotKind):
    """The code of a reason. Where the shop asks for none it is not asked."""

    name = "reason"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """A reason that is named, or any words where it is asked for."""
        act = act_of(chat, frame) or "return"
        codes = chat.services.policy.rule(act).codes
        question = chat.state.question
        asked = question is not None and question.slot == "reason"
        if not codes:
            return None
        if chat.turn.is_button:
            return chat.turn.first("value") if asked else None
        if act == "return" and "changed_mind" in codes and is_unwanted(chat.turn.text):
            return "changed_mind"
        if act == "return" and UNSAID in codes and is_own_mistake(chat.turn.text):
            return UNSAID  # "I picked the wrong one myself": the shop sent nothing wrong
        given = chat.turn.first("reason")
        if given in codes:
            return given
        if act == "cancel_order":
            named = [code for code, words in _WHY_CANCEL.items() if words.search(chat.turn.text)]
            accepted = [code for code in named if code in codes]
            if len(accepted or named) == 1:
                return (accepted or named)[0]
        dislikes = chat.turn.intent == "refuse_product" and chat.state.shown.kind != "products"
        if act == "return" and dislikes and "changed_mind" in codes:
            return "changed_mind"
        if act == "exchange" and (steps := steps_said(chat)):
            misfit = "too_small" if steps > 0 else "too_big"
            return misfit if misfit in codes else None
        if asked and question is not None:
            value = picked(chat.turn.message, question.options)
            if value is None and UNSAID in codes and _NO_FIT.match(chat.turn.text.strip()):
                return UNSAID  # 不合适 says why, and not which way
            return value or (UNSAID if _says_why(chat) else None)
        return None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Ask why, where the shop wants to know; who need not say is asked once."""
        act = act_of(chat, frame) or "return"
        options = reasons_of(chat, act)
        codes = [one.value for one in options]
        known = frame.slots.get("reason")
        if not codes:
            return
        told = _told_by_variant(chat, frame) if act == "exchange" else None
        # "My old ones fell apart, these are too short": the size wanted says why.
        unsure = known in {"damaged", "wrong_item"} and told in {"too_small", "too_big"}
        if known in codes and not unsure:
            return
        if told in codes:
            frame.put("reason", told, "inferred")
            return
        names = chat.words.lines(lines_of(chat, frame))
        question = chat.state.question
        asked = question.asked if question is not None and question.slot == "reason" else 0
        if asked >= 2 and UNSAID in codes:
            frame.put("reason", UNSAID, "inferred")
            return
        response = step.option("ask", "utter_ask_reason")
        if known is not None:  # a reason that the shop does not accept
            frame.drop("reason")
            response = "utter_ask_reason_accepted"
        chat.ask(
            "choose",
            "reason",
            response,
            options=_shown(options),
            product=names,
            number=str(frame.slots.get("order", "")),
            act=chat.words.text(f"act.{act}"),
            reasons=join_words([one.title for one in options], chat.turn.language),
        )


def _shown(options: Sequence[Option]) -> list[Option]:
    """As many as stand on buttons; a reason of one's own is always among them."""
    unsaid = [one for one in options if one.value == UNSAID]
    others = [one for one in options if one.value != UNSAID]
    return [*others[: MOST_SHOWN - len(unsaid)], *unsaid]


def _told_by_variant(chat: Chat, frame: Frame) -> str | None:
    """Why something is exchanged, where what is wanted instead says it; a word corrects it."""
    lines = lines_of(chat, frame)
    if len(lines) != 1:
        return None
    variants = variants_of(chat, lines[0])
    wanted = next((one for one in variants if one.variant_id == frame.slots.get("variant")), None)
    sizes = list(dict.fromkeys(one.size for one in variants))
    if wanted is None or wanted.size not in sizes or lines[0].size not in sizes:
        return None
    up = sizes.index(wanted.size) - sizes.index(lines[0].size)
    return UNSAID if up == 0 else "too_small" if up > 0 else "too_big"


def _says_why(chat: Chat) -> bool:
    """Whether the words are a reason of the shopper's own: no yes, no, question or wish."""
    said = read_polarity(chat.turn.text, chat.turn.language)
    plain = said.kind == "none" and not (said.is_question or said.is_hedged or said.waits)
    return plain and chat.turn.intent in _REASONS_LIKE
