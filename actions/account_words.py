"""Wishes on what pays and where one lives, which plain words say whatever the models heard."""

import re
from typing import Final

from actions.browsing.asked import says
from actions.browsing.hearing import hear
from actions.chat import Chat
from actions.tasks.item_words import means_all_items
from actions.tasks.order_slots import naming_own
from dialogue.polarity import read_polarity
from kit.i18n import length

_CHANGES: Final = r"(?:chang(?:e|ing)|switch(?:ing)?|updat(?:e|ing)|modify(?:ing)?|replac(?:e|ing)|mov(?:e|ing)|put|set|edit|use|pay)"
_PAYMENT: Final = re.compile(
    rf"\b{_CHANGES}\b[^.?!]*\b(?:payment(?: method| option| type)?|pay(?:ing)? (?:with|by|for|method))\b"
    r"|\bpayment(?: method| option)?\b[^.?!]*\b(?:to|into|instead|changed|switched|different|another)\b"
    r"|\bpay\b[^.?!]*\b(?:instead|rather)\b|\b(?:charge|bill)\b[^.?!]*\b(?:instead|rather)\b|\b(?:different|another|other) payment\b"
    r"|\bcharge (?:it|the order|order) to\b"
    r"|(?:改|换|变更|修改)[^，。]{0,12}(?:支付|付款)|(?:支付|付款)(?:方式)?[^，。]{0,10}(?:改|换)|改用[^，。]*(?:付|支付|卡)",
    re.IGNORECASE,
)
# Money of something else: what a difference is paid with, where a refund goes.
# "Order 20001 should be paid with the gift card."
_PAID: Final = re.compile(
    r"\b(?:should|shall|must|needs? to|to|let) (?:be )?(?:paid|pay|charged?|billed)\b|\bi(?:'d| would)? (?:want|like|prefer) to pay\b|\bpay for\b"
    r"|(?:用|换)[^，。]{0,24}(?:付|支付|结账)",
    re.IGNORECASE,
)
# "The address of order 20001 should be the same as in 20002."
_ADDRESS: Final = re.compile(
    r"\baddress\b[^.?!]*\b(?:should|must|needs?|same|instead|chang\w*|updat\w*|wrong)\b|\b(?:chang\w*|updat\w*|use|correct|fix|modify)\b[^.?!]*\baddress\b"
    r"|地址[^，。]*(?:改|换|一样|和|跟|用|错)|(?:改|换)[^，。]*地址",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(
    r"\b(?:was|were|is|did|how|what|which|who|why|when)\b[^.!]*\?|[吗呢？]", re.IGNORECASE
)
_TAKES_OUT: Final = re.compile(
    r"\b(?:cancel\w*|remov\w*|tak\w* (?:\w+ ){0,4}out|drop|without|delete|don'?t want|do not want|no longer)\b|取消|去掉|删|不要|拿掉",
    re.IGNORECASE,
)
_OTHER_MONEY: Final = re.compile(
    r"\b(?:difference|refund|exchange|return|swap|modify the item|cancel)\b|差价|退款|退货|换货|取消",
    re.IGNORECASE,
)
_HOME: Final = re.compile(
    r"\b(?:default|user|profile|account|personal|primary|main|saved)\b(?:[\s\w]{0,20})\baddress\b"
    r"|\baddress\b[^.?!]{0,16}\b(?:on|in|of|for) (?:my|the|your) (?:profile|account|file|records?|system)\b|\bmy own address\b"
    r"|默认(?:收货)?地址|(?:账户|账号|个人资料|资料)[^，。]{0,4}地址",
    re.IGNORECASE,
)
_WANTS_CHANGE: Final = re.compile(
    r"\b(?:chang|updat|modif|replac|set|edit|mov|make|switch|correct|new)\w*\b|\b(?:should|to|must) be\b|\buse (?:that|it|this)\b|改|换|更新|修改|设",
    re.IGNORECASE,
)
_OF_ORDER: Final = re.compile(
    r"\borders?\b[^.?!]{0,40}\b(?:to|with|use|be|at|as)\b[^.?!]{0,12}\b(?:my|the) (?:default|profile|account|saved|home)\b"
    r"|\b(?:send|ship|deliver|forward|redirect|rout)\w*\b[^.?!]{0,40}\b(?:orders?|it|them|parcel|package|that)\b[^.?!]{0,40}\b(?:to|at)\b",
    re.I,
)
_ON_PAYING: Final = frozenset(
    {
        "ask_payment",
        "change_account_details",
        "nlu_fallback",
        "change_item",
        "change_address",
        "ask_gift_card",
        "inform",
        "ask_order_process",
        "choose_option",
        "exchange_item",
        "cancel_order",
        "correct",
        "request_invoice",
        "ask_help",
        "ask_account",
    }
)
_ON_LIVING: Final = frozenset(
    {
        "change_account_details",
        "change_address",
        "ask_account",
        "nlu_fallback",
        "inform",
        "change_item",
        "ask_help",
    }
)


# What is to be done with an order or its goods, by the verb; the first that stands is meant.
_DOES: Final = (
    ("cancel_order", re.compile(r"\bcancel(?:l?ing)?\b(?! (?:policy|fee))|取消(?!了)", re.I)),
    (
        "exchange_item",
        re.compile(
            r"\b(?:exchang(?:e|ing)|swap(?:ping)?|trade in)\b(?! polic)|换货|调换|换成|换一?[个件双]",
            re.I,
        ),
    ),
    (
        "return_item",
        re.compile(
            r"\b(?:return(?:ing)?|(?:send|sending|give|giving|go|goes) (?:\w+ ){0,3}back|refund(?:ing)? (?:for )?(?:the|my|this|these))\b(?! (?:polic|label|status))|退货|退掉|退回|要退|想退|办?理?退",
            re.I,
        ),
    ),
    (
        "change_item",
        re.compile(
            r"\b(?:chang|modify|modif|switch|replac|upgrad|alter)\w*\b|\bshould (?:all )?(?:become|be)\b"
            r"|\bturn into\b|修改|更换|改成|改为",
            re.I,
        ),
    ),
)
_STATUS: Final = re.compile(
    r"\b(?:when|where|how|why|status|did|has|have you)\b|什么时候|哪|多久|怎么|为什么|了吗|了没|还没|没到|没收到|到账",
    re.IGNORECASE,
)
_WEAK: Final = frozenset(
    {
        "track_refund",
        "track_return",
        "ask_payment",
        "ask_gift_card",
        "nlu_fallback",
        "search_product",
        "ask_price",
        "ask_product_details",
        "refine_search",
        "check_stock",
        "inform",
        "out_of_scope",
        "small_talk",
        "ask_order_process",
        "recommend_products",
        "compare_products",
        "ask_return_policy",
        "add_item",
        "ask_complements",
        "refuse_product",
        "add_to_cart",
        "list_orders",
        "choose_option",
        "track_order",
        "ask_warranty",
        "ask_compensation",
        "price_protection",
        "ask_size_advice",
        "ask_loyalty",
        "ask_store_info",
        "request_invoice",
        "affirm",
        "thank",
        "stop",
    }
)


# What wishes on one's own goods are taken for before it is known who speaks.
_OF_GOODS: Final = frozenset(
    {
        "search_product",
        "ask_product_details",
        "refine_search",
        "check_stock",
        "ask_price",
        "compare_products",
        "recommend_products",
        "refuse_product",
    }
)
_OWN: Final = re.compile(
    r"\b(?:my|i (?:just |recently )?(?:ordered|bought|received|got|have)|pending|orders?)\b|我(?:买|订|收)",
    re.IGNORECASE,
)


# "Can you switch all items to the cheapest ones?" is no question.
_ASKS_FOR: Final = re.compile(
    r"\b(?:can|could|would|will) you\b|(?:能|可以)(?:不能|否)?(?:帮|给|把)", re.I
)


_WORN: Final = re.compile(
    r"\b(?:worn|wore|used|washed|opened|unpacked|without (?:the )?(?:tags?|box|packaging|receipt))\b"
    r"|穿过|用过|洗过|拆(?:封|过|了)|剪了?(?:吊牌|标)|没有?(?:吊牌|包装|盒子)",
    re.IGNORECASE,
)
_GAP: Final = re.compile(r"\bdifference\b|\bcheaper\b|差价|降价", re.IGNORECASE)
_MAY_I: Final = re.compile(
    r"^(?:\w+[, ]+){0,2}(?:can|could|may) i (?:still |also |please |maybe )*"
    r"(?:send|give|return|exchange|swap|cancel|change)\b|(?:还)?(?:能|可以)(?:退|换|取消)",
    re.I,
)


def is_worn(text: str) -> bool:
    """Whether goods are said to have been used or opened."""
    return _WORN.search(text) is not None


def verb_of(text: str) -> str | None:
    """What is to be done with an order or its goods, by the first verb that stands."""
    found = [(span.start(), wish) for wish, verb in _DOES if (span := verb.search(text))]
    return min(found)[1] if found else None


def does_with_order(chat: Chat, intent: str) -> str | None:
    """The wish of a verb with an order's number or own goods beside it: "return #W60: the kettle"."""
    text = chat.turn.text
    if chat.turn.is_button or not text:
        return None
    if intent == "cancel_item" and not _TAKES_OUT.search(text) and _DOES[3][1].search(text):
        return "change_item" if naming_own(chat) else None
    if intent not in _WEAK or _STATUS.search(text) or (wish := verb_of(text)) is None:
        return None
    if chat.turn.first("order_number") is not None:
        return wish
    if chat.signed_in is None:  # which goods are theirs is known once it is known who they are
        of_goods = intent in _OF_GOODS or (intent == "nlu_fallback" and bool(hear(chat).kinds))
        return wish if of_goods and _OWN.search(text) else None
    if says("other_day", text):
        return None  # 改成后天送 changes none of the goods
    if intent == "price_protection" and _GAP.search(text):
        return None  # 退差价 sends nothing back
    if intent == "ask_return_policy" and is_worn(text):
        return None  # "can I return boots that I wore?" asks for the rules first
    asks_whether = _ASKS_FOR.search(text) or _MAY_I.search(text)  # to begin it changes nothing
    if read_polarity(text, chat.turn.language).is_question and not asks_whether:
        return None
    of_order = chat.state.focus.kind == "order" and chat.state.frame is None
    if of_order and (means_all_items(text) or _is_bare(chat)):
        return wish  # "cancel it then", 不等了 退了吧, right after the order was told
    return wish if naming_own(chat) else None  # the orders are read last


def _is_bare(chat: Chat) -> bool:
    """Whether hardly more than the verb is said, and no other goods are named."""
    language = chat.turn.language
    named = chat.turn.first("product") or chat.turn.first("category")
    told = chat.state.last.did in {"status", "refused"}
    of_money = _MONEY.search(chat.turn.text) is not None  # the order says what becomes of it
    return told and not named and not of_money and length(chat.turn.text, language) <= BARE


_MONEY: Final = re.compile(r"\b(?:money|refund)\b|退钱|退款|把钱", re.IGNORECASE)
BARE: Final = 8  # words, or characters
_ON_GOODS: Final = frozenset({"return_item", "exchange_item", "cancel_order", "cancel_item"})


def on_own_account(chat: Chat, intent: str) -> str | None:
    """The intent of words on the method that pays for an order or on one's own address."""
    text = chat.turn.text
    if chat.turn.is_button or not text:
        return None
    if intent in _ON_LIVING and _HOME.search(text):
        if _OF_ORDER.search(text):
            return "change_address"
        if _WANTS_CHANGE.search(text):
            return "change_home"
    numbered = chat.turn.first("order_number") is not None and not _ASKS.search(text)
    if numbered and intent not in _ON_GOODS and not _OTHER_MONEY.search(text):
        if _ADDRESS.search(text):
            return "change_address"
        if _PAID.search(text) and not naming_own(chat):
            return "change_payment"
    asked = chat.state.question is not None and chat.state.question.slot == "method"
    # "Can I pay on invoice instead?" after an article, of who has told of no order yet.
    asked = asked or (chat.signed_in is None and chat.state.last.did == "article")
    if asked or intent not in _ON_PAYING or _OTHER_MONEY.search(text):
        return None
    return "change_payment" if _PAYMENT.search(text) and not naming_own(chat) else None
