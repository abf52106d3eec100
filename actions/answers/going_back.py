"""Back to what was shown before: "show me the first ones again"."""

import re
from typing import Final

from actions.answers import answers_first
from actions.browsing.showing import SHOWN, show
from actions.chat import Chat
from catalogue_search.query import Query
from dialogue.acts import Act
from shop.catalogue import get_products
from shop.ids import ProductId

_BACK: Final = re.compile(
    r"\b(?:back|return) to (?:the |my |those |your )?"
    r"(?P<a>first|original|previous|last|earlier|other|old)? ?"
    r"(?:ones?|list|results|search|selection|options|suggestions|\w+s)\b"
    r"|\b(?:show|see|have)\b[^.?!]{0,16}\b(?P<b>first|original|previous|earlier|old) "
    r"(?:ones|list|results|options|selection)\b|\b(?:go|one step|a step|take me) back\W*$"
    r"|\b(?:the )?(?:ones|list|results) (?:from )?(?:before|earlier)\b"
    r"|(?:回到|返回|还是看|再看看?|看回)[^，。！？]{0,3}(?P<c>最初|最开始|一开始|第一批|刚才|之前|上一|前面)",
    re.IGNORECASE,
)
_FIRST: Final = frozenset({"first", "original", "最初", "最开始", "一开始", "第一批"})


@answers_first
def gone_back(chat: Chat, act: Act) -> bool:
    """Show the list before this one, or the first of this search; False for anything else."""
    lists = chat.state.notes.get("lists") or []
    match = _BACK.search(chat.turn.text)
    if match is None or chat.turn.is_button or chat.state.frame is not None or len(lists) < 2:
        return False
    said = (match["a"] or match["b"] or match["c"] or "").lower()
    at = 0 if said in _FIRST else len(lists) - 2
    held = lists[at]
    ids = [ProductId(int(key)) for key in held["keys"]]
    with chat.services.database.reading() as session:
        views = get_products(session, ids, now=chat.turn.now)
    if not views:
        return False
    chat.state.notes["lists"] = lists[:at]
    query = Query.from_json(held["search"]) if held["search"] else None
    show(chat, views[:SHOWN], "utter_back_to", query=query)
    return True
