"""What is said to a refusal of what the shop's rules do not let the assistant do."""

import re
from typing import Final

from actions.chat import Chat
from dialogue.groups import ON_ORDERS
from kit.phrases import spoken

_WHY: Final = re.compile(
    r"^\W*(?:but )?(?:why|how come)(?: not| so| is that| can'?t (?:i|you|it))?\W*$"
    r"|^(?:为(?:什么|啥|何)|凭什么|怎么)(?:不[行能可]以?|不给|不让)?(?:[啊呀呢退换改取消了]|$)",
    re.IGNORECASE,
)
_WHAT_ELSE: Final = re.compile(
    r"\b(?:anything|something|what)(?: else)?(?: that)?"
    r" (?:you|i|we|can|could) (?:can |could |i |you |we )?do\b"
    r"|\b(?:no|any) other (?:way|option)s?\b|\bany exceptions?\b"
    r"|(?:别的|其他|什么|没有?|有)(?:什么|别的)?办法|通融|破例|怎么办|咋办|咋整",
    re.IGNORECASE,
)

_OTHER_WAY: Final = re.compile(
    r"\b(?:any|no|another|some) other way\b|\banother way\b|(?:别的|其他|其它|还有什么)办法"
    r"|没有?办法了?吗",
    re.IGNORECASE,
)


# "So I can't send it back yet?", 没收到就不能退吗: the refusal, asked once more.
_SAYS_AGAIN: Final = re.compile(
    r"^(?:so|really|wait|what|seriously|you mean|and|but)\b[, ]*(?:so |you mean |then )?"
    r"(?:i|you|we) (?:can'?t|cannot|can not|won'?t)\b[^.!]*\?"
    r"|(?:就|真的?|是不是|所以)[^，。！？]{0,8}(?:不能|不可以|没法|不给|不让|退不了|换不了|改不了|取消不了)[^，。！]{0,6}[吗么啊？?]",
    re.IGNORECASE,
)


def told_of_refusal(chat: Chat, intent: str) -> bool:
    """Whether "why not?" or "what can you do then?" to a refusal was answered: a person decides."""
    last, text = chat.state.last, chat.turn.text
    if last.did in {"article", "not_understood"} and _OTHER_WAY.search(text):
        if chat.state.frame is not None or chat.turn.is_button:
            return False
        chat.offer("person", "utter_offer_person_again", [chat.words.person()])
        return True  # what was told did not help
    if last.did != "refused":
        return False
    if last.intent == "report_missing_item" and spoken("actions", "trouble.part").search(text):
        chat.offer("person", "utter_offer_person_again", [chat.words.person()])
        return True  # the part, and nothing else: a colleague sends it
    if last.intent not in ON_ORDERS:
        return False
    if chat.state.frame is not None or chat.turn.is_button:
        return False
    if intent == "ask_why" or _WHY.search(text) or _SAYS_AGAIN.search(text):
        chat.offer("person", "utter_why_refused", [chat.words.person()])
    elif intent == "ask_help" or _WHAT_ELSE.search(text):
        chat.offer("person", "utter_offer_person_again", [chat.words.person()])
    else:
        return False
    return True
