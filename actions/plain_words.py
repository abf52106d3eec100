"""Wishes that plain words say, whatever the models heard: "my shell leaks" reports a fault."""

import re
from collections.abc import Sequence
from typing import Final

from actions.answers.refund_to import asks_where_money_goes
from actions.arrival import deadline
from actions.browsing.asked import says
from actions.browsing.hearing import hear
from actions.chat import Chat
from actions.tasks.order_slots import UNDER_WAY, naming_own, orders_of
from actions.tasks.rules import refusal_of
from actions.tasks.value_slots import names_place
from actions.turn import refers_back
from dialogue.groups import YES_OR_NO
from kit.phrases import spoken
from shop.views import OrderView

# What a message may have been taken for that says of what one owns that it is no good.
_WEAK: Final = frozenset(
    {
        "nlu_fallback",
        "complain",
        "praise",
        "search_product",
        "ask_product_details",
        "inform",
        "refine_search",
        "ask_size_advice",
        "small_talk",
        "recommend_products",
        "out_of_scope",
    }
)
# A question asks whether it could be so.
_ASKS: Final = re.compile(
    r"^(?:is|are|do|does|will|would|can|could|how|what|which|if)\b|吗|[么不][?？]?$|会不会|能不能|怎么办"
    r"|容易|会[^，。！？]{0,4}[?？]",
    re.IGNORECASE,
)
_FAULT: Final = re.compile(
    r"\b(?:leak(?:s|ed|ing|y)|broke|broken|torn|ripped|a hole|holes|(?:came|coming|fell|falling) (?:apart|off)|"
    r"stopped working|peel(?:s|ed|ing)|pilling|cracked|delaminat\w+)\b"
    r"|漏水|渗水|坏了|破了|破洞|有个?洞|开胶|脱胶|断了|掉色|褪色|起球|开线|脱线|裂了|裂开|不亮|拉链(?:坏|卡|掉)|发霉|掉毛|钻绒",
    re.IGNORECASE,
)
_MISFIT: Final = re.compile(
    r"\b(?:too (?:big|large|small|tight|loose|long|short|wide|narrow)|does ?n[o']?t fit|does not fit|do ?n[o']?t fit)\b"
    r"|(?:买|拍|穿|有点|太|偏|明显|好像)着?(?:有点|太|偏)?(?:大|小|长|短|紧|宽|肥|松)(?:了|一)?|[大小]了?一?[码号]了?$",
    re.IGNORECASE,
)
_UNWANTED: Final = re.compile(
    r"\b(?:do ?n[o']?t|do not|no longer) (?:want|need)\b[^.?!]*\b(?:any ?more|any longer|after all)\b"
    r"|\b(?:just|simply) (?:do ?n[o']?t|do not) (?:want|need|like) (?:it|them)\b"
    r"|\bno longer (?:want|need)\b|(?:不想要|不要|用不着|用不上|不需要)了",
    re.IGNORECASE,
)
_SWAP: Final = re.compile(
    r"\b(?:swap|exchange)\b"
    r"|\bmake (?:the|my) [\w -]{2,20}? (?:an? )?(?:extra )?(?:small|medium|large|xx?[sl]|[sml])\b"
    r"|(?:想|要|能|可以|帮我|给我|麻烦)换(?:成|个|一|大|小|[0-9SMLX]|别的|其他)",
    re.IGNORECASE,
)
_TOGETHER: Final = re.compile(
    r"\b(?:same|one|separate|different) (?:parcel|package|box|delivery|shipment)s?\b|\bshipped together\b"
    r"|(?:一起|分开|分批|同时|一块儿?)(?:发|寄|到|送)|(?:一个|几个|同一个)(?:包裹|快递)",
    re.IGNORECASE,
)
_LEAVE: Final = re.compile(
    r"\bleave (?:it|them|the parcel) (?:at|with|by|in|outside|on)\b"
    r"|(?:别|不要|勿)[^，。！？]{0,6}(?:驿站|快递柜|丰巢|代收点)|送(?:货|到|快递)?(?:上门|到家|到门口)|上门(?:派送|送货)"
    r"|(?:让|叫|请|能|可以|麻烦|直接|帮我)[^，。！？没]{0,8}[放送寄][^，。！？了]{0,4}(?:门口|驿站|快递柜|前台|物业|门卫|楼下|丰巢|自提|代收点)",
    re.IGNORECASE,
)
_WHERE: Final = re.compile(r"\bwhere\b|到了?哪|在哪|走到|哪[里儿]了", re.IGNORECASE)
_LOST: Final = re.compile(
    r"\b(?:lost|missing|search|find|gone|vanished|never)\b|丢|找|不见|没收到|没到|查件",
    re.IGNORECASE,
)
# What is asked after with hardly more than its name.
_AND_MINE: Final = re.compile(
    r"^(?:那|所以)?我的?[^，。！？]{1,8}呢[?？!！。]*$|^(?:so |and |but )?(?:what about |where(?:'?s| is) )?my [\w -]{2,20}\?+!*$",
    re.IGNORECASE,
)
_HOW_BACK: Final = re.compile(
    r"退[换]?货?(?:要|该|是)?(?:怎么|咋|如何)(?:弄|办|操作|搞|走|退)|(?:怎么|咋|如何)退[换]?货"
    r"|\bhow (?:do|can|would) i (?:return|send)\b[^.?!]{0,24}(?:back\b|\?|$)",
    re.IGNORECASE,
)
_SWAPS: Final = re.compile(r"换|\b(?:swap|exchange|change)\b", re.IGNORECASE)
# 电话也要换 138…: another number to be called on.
_PHONE: Final = re.compile(
    r"\b(?:change|update|new|wrong|another)\b[^.?!]{0,20}\b(?:phone|mobile)(?: number)?\b"
    r"|(?:电话|手机号?|联系方式)[^，。！？]{0,4}(?:换|改|填错|写错|变)|(?:换|改)[^，。！？]{0,4}(?:电话|手机号|联系方式)",
    re.IGNORECASE,
)
_PART_BACK: Final = re.compile(
    r"\b(?:half|part|some) (?:of )?(?:the |my )?(?:money|refund|price)\b|\bpartial(?:ly)? refund|\brefund (?:me )?(?:half|part)\b"
    r"|\b(?:(?:a )?few|some|\d+) ?(?:euros?|bucks|quid|%|percent|€) off\b|\bsomething off\b"
    r"|\brefund (?:me )?(?:that|the|this) (?:bit|part|rest|difference|shipping|delivery|postage|fee)\b"
    r"|退(?:我|给我)?(?:一半|一部分|部分|点钱|一点|些钱)|(?:部分|一半|差额)退款|补偿(?:一?点|我|一下)|给点补偿",
    re.IGNORECASE,
)
# The same, where it is asked what shall be done about a fault.
_CHEAPER: Final = re.compile(
    r"\b(?:off|reduc\w+|discount|cheaper|less for it|knock|compensat\w+)\b|便宜|打折|优惠|减[点免钱]|补贴|补偿",
    re.IGNORECASE,
)
# What a fault may have been taken for.
_OF_FAULTS: Final = frozenset({"ask_repair", "ask_warranty"})
_OF_ARRIVED: Final = frozenset({"report_wrong_item", "report_damaged_item", "exchange_item"})
SURE: Final = 0.75
_CANCELS: Final = frozenset({"cancel_item", "cancel_order"})
_IN_STOCK: Final = re.compile(
    r"\b(?:do you have|have you got|is there)\b[^.?!]*\b(?:size|colou?r|bigger|smaller|larger)\b"
    r"|\b(?:an?other|different|(?:what|which)(?: other)?) colou?rs?\b|(?:别的|其他|什么|哪些|换个)颜色"
    r"|(?:有没有|还有|有)[^，。！？]{0,8}[码号色货](?:的|吗|么|没|同款)|(?:有没有|还有)[^，。！？]{0,8}[码号色]",
    re.IGNORECASE,
)
_WHICH_THERE: Final = re.compile(
    r"\b(?:what|which) (?:other )?(?:colou?rs?|sizes?)\b"
    r"|(?:啥|什么|哪些|哪几[个种]|几[个种])(?:颜?色|尺?码)",
    re.IGNORECASE,
)
_CAN_IT: Final = re.compile(
    r"^(?:can|will|could|does)\b|能不能|能.{0,8}[吗不么]|来得及", re.IGNORECASE
)
_SENT_YET: Final = re.compile(
    r"^(?:还没|没有?|已经|是不是|应该)?(?:还没)?发(?:货|出)?(?:了|出)?(?:没有?|吧|吗|的吧)[?？。]*$"
    r"|^(?:it )?has(?:n'?t| not)? (?:it |been )?(?:shipped|sent)(?: yet)?\?*$",
    re.IGNORECASE,
)
_NOT_THERE: Final = re.compile(
    r"\b(?:not|n't|nothing|still|never)\b[^.?!]*\b(?:there|arrived?|come|seen?|account|yet)\b"
    r"|没看[到见]|没收到|没到|没有到|还没|没见",
    re.IGNORECASE,
)
# Said after the status of a refund: it is not there, it takes long, where does it go?
_OF_MONEY: Final = re.compile(
    _NOT_THERE.pattern + r"|\bhow much\b|^to (?:my |which )?(?:paypal|card|account|bank)\b"
    r"|\b(?:days?|weeks?) (?:already|now|ago)\b|\bwhich (?:card|account)\b|\bwhere (?:does|did|will|to)\b"
    r"|[天周]了|退到哪|退去哪|退回哪|哪张卡|哪个(?:账户|账号|卡)",
    re.IGNORECASE,
)
_ON_WAY: Final = frozenset({"ask_delivery", "track_order", "track_parcel"})
_NO_FIT: Final = re.compile(r"不合适|不合身|不合脚|[大小]了|\bnot fit\b", re.IGNORECASE)
_GIVES_BACK: Final = frozenset({"return_item", "exchange_item", "change_item", "cancel_order"})
_CAN_IT_BE: Final = re.compile(
    r"\b(?:can|could|may) (?:i|we|she|he|they|it|you|one|my \w+)\b|[能可][^，。！？]{0,8}[吗么不]|能不能",
    re.IGNORECASE,
)
_IF: Final = re.compile(r"\bif\b|如果|要是|万一|的话", re.IGNORECASE)
# "My friend broke her leg" is told of no goods.
_OF_PEOPLE: Final = re.compile(
    r"\b(?:broke|broken|torn|tore|cracked) (?:his|her|my|their|an?|the) "
    r"(?:\w+ )?(?:leg|arm|foot|ankle|wrist|knee|toe|rib|finger|back|heart|car|phone)\b",
    re.IGNORECASE,
)
_UNUSED: Final = re.compile(
    r"\bnever (?:worn|used|opened|wore)\b|\bun(?:worn|used|opened)\b|\b(?:still )?in (?:the|its|their) (?:box|bag|packaging)\b"
    r"|没(?:穿|用|拆|动)过?|全新|未拆",
    re.IGNORECASE,
)
_OWN_MISTAKE: Final = re.compile(
    r"\bi (?:think i |must have |may have |might have |accidentally |mistakenly |also )*"
    r"(?:ordered|chose|picked|selected|bought|took|clicked|got myself)\b[^.?!]{0,16}\bwrong\b"
    r"|\bmy (?:own )?(?:mistake|fault|bad)\b|(?:我|自己)[^，。！？]{0,6}(?:买|拍|选|点|订)错",
    re.IGNORECASE,
)
_NOT_BUT: Final = "plain_words.not_but"
# "An exchange, not a return", 要换货不是退货.
_BUT_NOT: Final = "plain_words.but_not"
_REFUND_ME: Final = re.compile(
    r"^(?:please |just |can you |i want you to )*refund (?:me|my)\b|\bgive me my money back\b"
    r"|(?:给我|把)[^，。！？]{0,8}(?:退款|退钱|退了)$",
    re.IGNORECASE,
)
_BY_VERB: Final = (
    (re.compile(r"exchang|swap|^换"), "exchange_item"),
    (re.compile(r"return|refund|^退"), "return_item"),
    (re.compile(r"cancel|^取消"), "cancel_order"),
)
_GOT: Final = re.compile(
    r"\byou\b[^.?!]{0,12}\b(?:got|get|receive[d]?|have)\b|\b(?:arrive|get there|got there)\w*\b|收到|到了[吗没]",
    re.IGNORECASE,
)
# What such words may have been taken for.
_OF_DAYS: Final = frozenset({"change_address", "change_item", "edit_account"})
_MONEY_KIN: Final = frozenset(
    {
        "report_late_order",
        "ask_price",
        "ask_payment",
        "ask_return_policy",
        "ask_account",
        "ask_gift_card",
    }
)
_GOES_BACK: Final = frozenset({"return_item", "nlu_fallback", "track_refund", "complain", "inform"})


def is_unwanted(text: str) -> bool:
    """Whether goods are no longer wanted, and nothing is said to be wrong with them."""
    of_goods = _OF_PEOPLE.sub(" ", text)
    return _UNWANTED.search(text) is not None and _FAULT.search(of_goods) is None


def supposes_misfit(text: str) -> bool:
    """ "And if it's too small?": what may turn out not to fit."""
    fits_not = _MISFIT.search(text) or _NO_FIT.search(text)
    return _IF.search(text) is not None and fits_not is not None


def names_fault(text: str) -> bool:
    """Whether words tell, and do not ask, that something is broken."""
    return _FAULT.search(_OF_PEOPLE.sub(" ", text)) is not None and not _ASKS.search(text)


def asks_part_back(text: str) -> bool:
    """Whether a part of the money is asked for while the goods are kept."""
    return _PART_BACK.search(text) is not None


def asks_less_for(chat: Chat) -> bool:
    """ "Can I get something off the price?", where it is asked what shall be done about a fault."""
    said = chat.turn.text
    return chat.asked_for("remedy") and (asks_part_back(said) or _CHEAPER.search(said) is not None)


def item_in_hand(chat: Chat) -> bool:
    """Whether the task in hand looks for another size or colour of one thing."""
    frame, question = chat.state.frame, chat.state.question
    waits = question is not None and question.kind == "confirm" and frame is not None
    return chat.asked_for("variant") or (waits and frame is not None and "variant" in frame.slots)


def plainly_means(chat: Chat, intent: str) -> str | None:
    """The intent that the words say outright; None where the one found may stand."""
    text = chat.turn.text
    if chat.turn.is_button or not text:
        return None
    if chat.state.frame is None and says("label_again", text):
        return "track_return"
    if intent == "report_lost_parcel" and _WHERE.search(text) and not _LOST.search(text):
        return "track_order"
    if chat.state.frame is None and _PHONE.search(text):
        return "change_account_details"
    if intent in _WEAK | {"report_lost_parcel", "ask_delivery"} and _LEAVE.search(text):
        return "ask_delivery"
    if intent in _WEAK | _OF_DAYS and says("other_day", text):
        return "ask_delivery"
    if intent == "urge_dispatch" and _CAN_IT.search(text) and deadline(chat.turn) is not None:
        return "track_order"  # "can it be here by Thursday?" asks before it urges
    if intent in _WEAK and _REFUND_ME.search(text) and (own := _own_named(chat)):
        return "return_item" if all(one.state == "delivered" for one in own) else "cancel_order"
    if intent in _WEAK | _ON_WAY and names_place(text) and chat.state.frame is None:
        return "change_address"
    if intent in _GOES_BACK and asks_part_back(text):
        return "ask_compensation"
    # The orders are read last: most messages are told without them.
    if intent in _CANCELS and _UNWANTED.search(text) and (own := _own_named(chat)):
        return intent if _any_open(chat, own) else "return_item"
    named = chat.turn.first("product") or chat.turn.first("category")
    of_refund = chat.state.last.intent == "track_refund"
    if of_refund and intent in {"report_missing_item", "report_late_order"} and not named:
        return "track_refund"  # what lacks, or has taken a week, is money
    on_money = of_refund and chat.state.last.did == "status"
    on_refund = _WEAK | _MONEY_KIN
    if on_money and says("charged_wrongly", text):
        return "ask_payment"  # 怎么才退这么点: a person looks at it
    if on_money and intent in on_refund and (_OF_MONEY.search(text) or asks_where_money_goes(text)):
        return "track_refund"
    of_return = chat.state.last.intent == "track_return" and chat.state.last.did == "status"
    if of_return and not named and _GOT.search(text) and intent in _WEAK | _ON_WAY:
        return "track_return"  # "did you get it?"
    of_variants = {"colour", "size"} & set(chat.turn.entities) or _WHICH_THERE.search(text)
    if item_in_hand(chat) and of_variants and not named:
        return "check_stock" if intent in _WEAK | {"check_stock"} else None
    frame = chat.state.frame
    searches = intent == "report_wrong_item" and frame is not None and frame.task == "report_lost"
    if (searches or intent == "report_missing_item") and _is_all_under_way(chat):
        return "report_late_order"
    if intent in _OF_ARRIVED and chat.turn.confidence < SURE and _looks_at_goods(chat):
        return "refine_search"  # "stiff sole", of the boots on show
    if intent in _OF_ARRIVED and chat.turn.confidence < SURE and _has_none_come(chat):
        if intent == "exchange_item" and _SWAPS.search(text):
            return "change_item"  # 42换43 来得及吗
        return "track_order"  # nothing is there yet that could be wrong
    if intent in _WEAK and _AND_MINE.search(text) and _is_any_coming(chat):
        return "track_order"  # 我的帐篷呢？？？
    if intent == "nlu_fallback" and _HOW_BACK.search(text) and _has_any_come(chat):
        return "return_item"
    asks_stock = intent in _WEAK | YES_OR_NO and _IN_STOCK.search(text) is not None
    if asks_stock and (chat.state.focus.product or hear(chat).named):
        return "check_stock"
    if intent in _WEAK | _CANCELS and _SENT_YET.search(text):
        return "track_order"
    if intent in _WEAK and _TOGETHER.search(text) and _own_named(chat):
        return "track_order"
    if intent in _WEAK and _SWAP.search(text) and _own_named(chat):
        return "exchange_item"
    if supposes_misfit(text) and (
        intent in _WEAK or (intent in _GIVES_BACK and _CAN_IT_BE.search(text))
    ):
        return "ask_return_policy"  # "and if it's too small?", "can she return it if …"
    if (meant := _not_but(text)) is not None and intent in _WEAK | YES_OR_NO:
        return meant
    if intent == "report_damaged_item" and _MISFIT.search(text) and not _FAULT.search(text):
        return "exchange_item"  # "too tight around the chest" is no damage
    if intent == "report_wrong_item" and _OWN_MISTAKE.search(text):
        return "exchange_item"
    unsure = intent == "report_wrong_item" and chat.turn.confidence < SURE
    if unsure and _MISFIT.search(text) and _own_named(chat):
        return "exchange_item"  # "wrong size, the boots are too small"
    if intent == "change_item" and _has_all_come(chat):
        return "exchange_item"  # what has arrived is exchanged
    if intent not in _WEAK | _OF_FAULTS or _ASKS.search(text):
        return None
    unwanted, misfit = _UNWANTED.search(text), _MISFIT.search(text)
    fault = _FAULT.search(_OF_PEOPLE.sub(" ", text))
    if not (fault or unwanted or misfit):
        return None
    own = _own_named(chat) or _spoken_of(chat)
    if not own:
        return _unwanted_unnamed(chat)
    if fault and not (unwanted and _UNUSED.search(text)):
        return "report_damaged_item"
    if intent in _OF_FAULTS:
        return None
    if unwanted:
        return "cancel_order" if _any_open(chat, own) else "return_item"
    return "exchange_item" if misfit else None


def _own_named(chat: Chat) -> list[OrderView]:
    """The customer's orders whose goods are named; of a number that is told that one."""
    own, number = naming_own(chat), chat.turn.first("order_number")
    return [one for one in own if one.number == number] or own


def _spoken_of(chat: Chat) -> list[OrderView]:
    """The order spoken of, where no other goods are named: "they came, but they're too small"."""
    focus = chat.state.focus
    if chat.signed_in is None or focus.kind != "order" or not refers_back(chat.turn.text):
        return []
    if chat.turn.first("product") or chat.turn.first("category"):
        return []
    return [one for one in orders_of(chat, chat.signed_in) if one.number == focus.order]


def _not_but(text: str) -> str | None:
    """ "Not a return, an exchange": the wish behind the one that is not meant."""
    found = spoken("actions", _NOT_BUT).search(text) or spoken("actions", _BUT_NOT).search(text)
    said = "" if found is None else found["wish"].lower()
    return next((intent for verb, intent in _BY_VERB if verb.search(said)), None)


def _unwanted_unnamed(chat: Chat) -> str | None:
    """ "I don't want it any more" and nothing else, where nothing is on show that is meant."""
    rest = _UNWANTED.sub("", chat.turn.text).strip(" 我都全，。！!的吧")
    shows = chat.state.shown.kind == "products" or chat.state.frame is not None
    if rest or shows or chat.signed_in is None or not _UNWANTED.search(chat.turn.text):
        return None
    orders = orders_of(chat, chat.signed_in)
    return "cancel_order" if _any_open(chat, orders) else "return_item" if orders else None


def _any_open(chat: Chat, orders: Sequence[OrderView]) -> bool:
    """Whether one of the orders can still be cancelled."""
    return any(refusal_of(chat, one, "cancel_order") is None for one in orders)


def _looks_at_goods(chat: Chat) -> bool:
    """Whether goods are on show to a known customer who has ordered nothing."""
    shows = chat.state.shown.kind == "products" and chat.state.frame is None
    return shows and chat.signed_in is not None and not orders_of(chat, chat.signed_in)


def _is_any_coming(chat: Chat) -> bool:
    """Whether an order whose goods are named is under way."""
    return any(one.state in UNDER_WAY for one in _own_named(chat))


def _has_any_come(chat: Chat) -> bool:
    """Whether a known customer has got anything."""
    orders = () if chat.signed_in is None else orders_of(chat, chat.signed_in)
    return any(one.state == "delivered" for one in orders)


def _has_none_come(chat: Chat) -> bool:
    """Whether a known customer waits for all that they have ordered."""
    orders = () if chat.signed_in is None else orders_of(chat, chat.signed_in)
    return bool(orders) and not any(one.state == "delivered" for one in orders)


def _has_all_come(chat: Chat) -> bool:
    """Whether every order whose goods are named has arrived."""
    own = _own_named(chat)
    return bool(own) and all(one.state == "delivered" for one in own)


def _is_all_under_way(chat: Chat) -> bool:
    """Whether what is said to be missing is on its way as a whole: nothing can lack of it yet."""
    if chat.signed_in is None:
        return False
    number = chat.turn.first("order_number")
    orders = [one for one in orders_of(chat, chat.signed_in) if one.number == number]
    orders = orders or naming_own(chat)
    return bool(orders) and not any(one.state in {"delivered", "cancelled"} for one in orders)
