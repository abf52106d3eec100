"""Where the money of what goes back, or is cancelled, can go by the shop's rules."""

from typing import Final

from actions.chat import Chat
from actions.tasks.method_slots import kinds_named
from dialogue.polarity import read_polarity
from kit.i18n import join_words, length
from kit.phrases import phrase, spoken

# Tasks after which money goes back.
PAYING_BACK: Final = frozenset({"return", "cancel_order", "cancel_item"})
_WHERE: Final = spoken("answers", "refund_to.where")
_INSTEAD: Final = spoken("answers", "refund_to.instead")


def asks_where_money_goes(text: str) -> bool:
    """Whether it is asked to which card or account money goes."""
    return _WHERE.search(text) is not None


def tells_where_money_goes(chat: Chat, task: str) -> bool:
    """Whether it was asked where the money of `task` goes, or could go, and that was told."""
    text = chat.turn.text
    if task not in PAYING_BACK or chat.turn.is_button:
        return False
    named = kinds_named(text)
    asks = read_polarity(text, chat.turn.language).is_question or _INSTEAD.search(text)
    language = chat.turn.language
    is_short = length(text, language) <= phrase(language, "actions", "refund_to.short")
    if not (asks_where_money_goes(text) or (named and (asks or is_short))):
        return False
    words = chat.words
    others = [one for one in chat.services.policy.rule("return").refund_to if one != "original"]
    if others and task == "return":
        names = [words.text(f"method.{one}") for one in others]
        chat.say("utter_refund_to_any", others=join_words(names, chat.turn.language))
    elif named:
        chat.say("utter_refund_to_original", wanted=words.text(f"method.{named[0]}"))
    else:
        chat.say("utter_refund_to")
    return True
