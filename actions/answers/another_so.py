"""What else there is that is so: after "no, it isn't waterproof", one that is."""

import re
from typing import Final

from actions.answers import answers_first
from actions.answers.facts_told import fails
from actions.answers.finding import find, shelves_of
from actions.browsing.hearing import hear
from actions.chat import Chat
from catalogue_search.query import Query, place
from dialogue.acts import Act
from dialogue.groups import BROWSING

OF_GOODS: Final = BROWSING | {"nlu_fallback", "compare_products", "inform", "refuse_product"}
_INSTEAD: Final = re.compile(
    r"\b(?:instead|alternatives?|something else|anything else|what else"
    r"|(?:any|an)other (?:one|option)s?|one (?:that|which) (?:is|does|has|can))\b"
    r"|别的|其他的?|其它的?|换[一个款件双]|替代|那有(?:没有)?[^，。！？]{0,4}的",
    re.IGNORECASE,
)


@answers_first
def another_told(chat: Chat, act: Act) -> bool:
    """ "So what would you take instead?" of what was just denied: others of its shelf that are so.

    False where nothing was asked of a product, or it was as was wished.
    """
    intent = act.intent or chat.turn.intent
    asked = chat.state.notes.get("checked_of_product") or {}
    about_one = chat.state.last.did == "product" and intent in OF_GOODS
    if chat.turn.is_button or not about_one or not _INSTEAD.search(chat.turn.text):
        return False
    heard = hear(chat)
    one = heard.focus if heard.in_focus else None
    if one is None or heard.named or heard.pointed or heard.query.hard or heard.kinds:
        return False
    denied = [wish for wish in Query.from_json(asked).constraints if fails(wish, one)]
    if denied:
        find(chat, heard, place(shelves_of([one]), denied))
    return bool(denied)
