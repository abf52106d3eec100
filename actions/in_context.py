"""The intent that a message has in its conversation, where its words alone say another."""

import re
from typing import Final

from actions.account_words import does_with_order, on_own_account, verb_of
from actions.answers.finding import asks_for_more
from actions.answers.kits import changes_kit
from actions.answers.offers import asks_of_offers
from actions.answers.product_facts import is_same_of_another
from actions.answers.sizing import sizing_goes_on
from actions.browsing.asked import asked_of, patterns, says
from actions.browsing.bought import bought
from actions.browsing.hearing import hear
from actions.chat import Chat
from actions.plain_words import asks_less_for, plainly_means
from actions.tasks.order_slots import BARE, OTHER_ONE, UNDER_WAY, names_own, orders_of
from actions.turn import refers_back
from catalogue_search.facts import facts_of
from dialogue.groups import BROWSING, ON_ORDERS
from dialogue.polarity import lexicon, normalised, read_polarity


def intent_in_context(chat: Chat, intent: str) -> str:
    """The intent that a message has in its context: "the first one" of listed orders is an order;
    "so search for it" after a late parcel's status is a search for the parcel."""
    if asks_less_for(chat):
        return "ask_compensation"
    if (own := on_own_account(chat, intent)) is not None:
        return own
    if (wanted := does_with_order(chat, intent)) is not None:
        return wanted
    last = chat.state.last
    goes_on = last.did == "effect_done" and last.intent in ON_ORDERS and intent in AFTER_EFFECT
    if goes_on and OTHER_ONE.search(chat.turn.text) and "?" not in chat.turn.text:
        return last.intent  # "and the other one"
    if (plain := plainly_means(chat, intent)) is not None:
        return plain
    if _weighs_on(chat, intent):
        return "compare_products"  # "and if it's windy", of two that were compared
    on_offers = chat.state.last.did == "promotions" and intent in ON_OFFERS
    only_kind = _ON_KIND.match(chat.turn.text.strip()) and chat.turn.first("category")
    if chat.state.last.did == "promotions" and only_kind:
        return "ask_promotions"  # "on tents?"
    if on_offers and asks_of_offers(chat.turn.text):
        return "ask_promotions"  # "and for first orders?"
    if on_offers and says("coupon_rules", chat.turn.text):
        return "ask_coupon"  # "together with the offers?"
    shown, place = chat.state.shown, chat.turn.first("ordinal")
    if shown.kind == "orders" and place is not None and intent in LISTS:
        return "track_order"
    if _asks_for_own_again(chat, intent):
        return "check_stock"
    if intent == "refuse_product" and chat.state.shown.kind != "products" and names_own(chat):
        return "return_item"  # nothing was suggested that could be refused: it is their own
    if (own := _of_their_own(chat, intent)) is not None:
        return own
    if intent == "cancel_order" and _ONE_THING.search(chat.turn.text):
        return "cancel_item"
    if intent in {"return_item", "exchange_item"} and _asks_before_buying(chat):
        return "ask_return_policy"
    if _asks_for_news(chat, intent):
        return chat.state.last.intent
    told = chat.state.last.did == "status" and chat.state.last.intent in ON_RETURNS
    if intent == "list_orders" and told and refers_back(chat.turn.text):
        return chat.state.last.intent  # "which items was that?"
    if intent == "delete_account" and _WHAT_BECOMES.search(chat.turn.text):
        return "ask_privacy"  # 注销账号积分会没吗 deletes nothing yet
    if intent == "report_no_code" and not chat.asked_for("code") and not chat.turn.is_button:
        return "ask_account"  # "the mail doesn't arrive": there is no code to wait for
    of_search = intent == "report_lost_parcel" and last.did == "effect_done"
    if intent in IF_SO and _IF.search(chat.turn.text) and not of_search:
        return IF_SO[intent]  # "and if it breaks?" reports nothing
    names = chat.turn.first("category") or chat.turn.first("product")
    about_goods = of_goods(chat, intent)
    if about_goods:
        return about_goods
    if _asks_cost_of_delivery(chat, intent) and not names:
        return "ask_delivery"
    if intent == "ask_restock_date" and not names and chat.state.focus.kind == "order":
        return "track_order"  # "so when does it come"
    unsure = chat.turn.confidence < SURE_OF_GOODS
    if intent == "notify_restock" and not names and chat.state.focus.kind == "order":
        return "ask_delivery"  # "if I'm not home when they come?", "email me when it arrives"
    about_article = chat.state.last.did == "article" and chat.state.focus.product is None
    if about_article and intent in BROWSING and not names:
        return "nlu_fallback"  # "how do I see what is left on it" after an article on gift cards
    likely = chat.turn.message.probability(*TRACKING)
    refused = chat.state.last.did == "refused"
    spoken = chat.state.focus.kind == "order" and chat.state.frame is None and not refused
    if intent == "nlu_fallback" and (again := _same_of_another(chat)) is not None:
        return again
    if intent == "nlu_fallback" and spoken and likely >= HINT:
        return "ask_delivery" if _asks_beyond_status(chat, likely) else "track_order"
    if intent in ON_PRODUCTS and is_same_of_another(chat) and names:
        return "ask_product_details"  # "and the dress?" asks the same of another thing
    no_news = intent == "nlu_fallback" and _NO_NEWS.search(chat.turn.text) is not None
    if no_news and names_own(chat):
        return "report_late_order"
    if intent in ON_MONEY and _WHEN_MONEY.search(chat.turn.text):
        return "track_refund"
    if intent in ON_DELIVERY and _asks_when_sent(chat):
        return "track_order"
    if intent == "urge_dispatch" and chat.state.last.did == "article" and not chat.signed_in:
        return "ask_delivery"  # "and express?" after an article on delivery
    if (
        intent in ON_CARE
        and (names or bought(chat))
        and patterns()[0]["care"].search(chat.turn.text)
    ):
        return "ask_product_details"
    if (intent in WANTS_OUT or unsure) and _wants_out(chat):
        return "cancel_order"
    if intent in ON_CANCELLING and chat.state.focus.order and _IF_CANCELLED.search(chat.turn.text):
        return "cancel_order"  # what comes of it depends on the order: the task knows
    if chat.state.last.did == "status" and intent in SEARCHES and not names:
        verbs = lexicon(chat.turn.language).effects["report_lost"]
        if any(verb in normalised(chat.turn.text) for verb in verbs):
            return "report_lost_parcel"
    return intent


def _weighs_on(chat: Chat, intent: str) -> bool:
    """Whether words that nothing is sure of name another use, right after some were compared."""
    compared = chat.state.last.did == "comparison" and chat.state.shown.kind == "products"
    unsure = chat.turn.confidence < SURE_OF_GOODS and intent not in BROWSING
    if not compared or not unsure or chat.turn.is_button or chat.state.frame is not None:
        return False
    query = hear(chat).query
    return query.occasion is not None and not (query.kinds or query.hard)


def _asks_for_news(chat: Chat, intent: str) -> bool:
    """ "Any update?" after the status of an order: of that, not of a return nobody spoke of."""
    last = chat.state.last
    told = last.did == "status" and last.intent in {*TRACKING, "report_lost_parcel"}
    return told and intent in ON_RETURNS and not _OF_RETURN.search(chat.turn.text)


_OF_RETURN: Final = re.compile(
    r"\b(?:return\w*|refund\w*|money|back|exchange\w*)\b|退|换|钱", re.IGNORECASE
)
_WHAT_BECOMES: Final = re.compile(
    r"\bwhat (?:happens|becomes)\b|\b(?:do|will|would) i (?:lose|keep|still)\b"
    r"|会[^，。！？]{0,8}[吗么嘛]|(?:积分|余额|订单|发票)[^，。！？]{0,4}(?:怎么|咋|还|会)",
    re.IGNORECASE,
)
# What "and the other one, too" may be taken for right after an effect.
AFTER_EFFECT: Final = frozenset(
    {
        "track_order",
        "track_parcel",
        "list_orders",
        "report_late_order",
        "nlu_fallback",
        "inform",
        "choose_option",
        "search_product",
        "ask_product_details",
        "affirm",
    }
)


def _asks_for_own_again(chat: Chat, intent: str) -> bool:
    """ "Do you still have the fleece I bought? I want another": of goods, and of no order."""
    if intent == "add_item" and chat.kept("wished check_stock"):
        return True
    of_own = intent in {"list_orders", "add_item", "track_order", "nlu_fallback", "search_product"}
    unsure = chat.turn.confidence < SURE_OF_GOODS
    of_own = of_own or (intent == "report_wrong_item" and unsure)
    if not of_own or chat.state.frame is not None or hear(chat).named:
        return False
    whole = " ".join(one.message.text for one in chat.acts)
    return says("again", whole) and bought(chat) is not None


def _asks_before_buying(chat: Chat) -> bool:
    """Whether a question on returns comes from who has bought nothing, or from a guest to whom
    goods were shown; "I want to send it back" is a wish, whoever says it."""
    turn, who = chat.turn, chat.signed_in
    if not read_polarity(turn.text, turn.language).is_question:
        return False
    if who is None:
        named = turn.first("order_number") or _BOUGHT.search(turn.text)
        return _shows_goods(chat) and not named
    return not orders_of(chat, who)


def _of_their_own(chat: Chat, intent: str) -> str | None:
    """What is wished with the shopper's own goods or the order spoken of, where a wish and a
    question on the rules share the words: "can I return the shoes?" is seen to, not read out.

    To begin a task changes nothing yet. What names a condition asks for the rules.
    """
    turn = chat.turn
    if intent not in UNSURE_OF_OWN or turn.is_button or _CONDITION.search(turn.text):
        return None
    goods = turn.first("category") or turn.first("product")
    spoken = chat.state.focus.kind == "order" and refers_back(turn.text)
    named = names_own(chat) or _MY_ORDER.search(turn.text) is not None
    if not (spoken or named or (goods and _THOSE.search(turn.text))):
        return None
    likely, least = turn.message.probability, LIKELY_OF_OWN if named else SURE_OF_GOODS
    meant = (
        wish for wish, kin in SPLIT.items() if likely(wish) >= HINT and likely(wish, *kin) >= least
    )
    return next(meant, None)


def _same_of_another(chat: Chat) -> str | None:
    """ "And for the other order, too", "that was for the sneakers, right?": what was just told, of
    what is named now."""
    last, text = chat.state.last, chat.turn.text
    if last.intent == "price_protection" and names_own(chat):
        return last.intent
    if last.did == "refused" and last.intent in ON_ORDERS and chat.state.frame is None:
        # "The tent", after "none of your orders can be cancelled": the refusal for that one.
        only_names = asked_of(text, hear(chat)).is_empty
        return last.intent if only_names and names_own(chat) else None
    if last.did not in {"status", "effect_done"} or last.intent not in chat.services.task_of_intent:
        return None
    if chat.signed_in is not None and OTHER_ONE.search(text):
        return last.intent
    task = chat.services.task_of_intent[last.intent]
    tells = last.did == "status" or all(step.kind != "do" for step in task.steps)
    if last.did == "status" and BARE.match(text.strip()):
        return last.intent
    is_told = tells and names_own(chat)
    return last.intent if is_told and asked_of(text, hear(chat)).is_empty else None


def of_goods(chat: Chat, intent: str) -> str:
    """The intent of words that are said of the goods on show; empty where none is sure.

    "Make the budget 30" changes the search and no order; "and with a fleece under it?" is said of
    the size that was just advised.
    """
    text = chat.turn.text
    if intent in ON_PRODUCTS | {"add_item"} and sizing_goes_on(chat):
        return "ask_size_advice"
    if intent == "ask_complements" and says("pitching", text) and _speaks_of_tents(chat):
        return "ask_product_details"
    if intent in CHANGES_KIT and changes_kit(chat):
        return "search_product"
    if _asks_on_for_goods(chat, intent) or _only_names_goods(chat, intent):
        return "search_product"
    if _changes_list(chat, intent):
        return "refine_search"
    unsure = chat.turn.confidence < SURE_OF_MATTER and chat.state.frame is None
    if intent in UNLIKE_GOODS and unsure:  # "do your watches have a heart rate monitor?"
        heard = hear(chat)
        if heard.kinds or (heard.in_focus and heard.query.hard):
            return "ask_product_details"
    if intent == "ask_promotions" and unsure and _asks_feature_shown(chat):
        return "ask_product_details"  # 有弹力吗, of what is shown
    if intent in ON_PRICES and says("price_match", text):
        return "price_protection"
    if intent == "ask_gift_card" and says("code_wanted", text):
        return "ask_coupon"
    if chat.state.shown.kind != "products" or chat.state.focus.kind == "order":
        return ""
    if intent in CHANGES and any(one.attribute == "price" for one in hear(chat).query.ranges):
        return "refine_search"
    if intent == "add_item" and hear(chat).query.kinds and not names_own(chat):
        return "search_product"
    if intent == "report_no_code" and chat.state.frame is None:
        return "ask_coupon"  # "any code I can use on that"
    if intent == "exchange_item" and _SUPPOSES.search(text):
        return "ask_return_policy"
    return ""


def _speaks_of_tents(chat: Chat) -> bool:
    heard = hear(chat)
    kinds = heard.kinds or (facts_of(heard.at_hand).kinds if heard.at_hand else frozenset())
    return "tent" in kinds or "family_tent" in kinds


def _asks_on_for_goods(chat: Chat, intent: str) -> bool:
    """ "But you do have gloves?" right after goods were looked for hardly reports anything."""
    looks = chat.state.last.did in {"refused", "products_listed"} and bool(chat.state.search)
    doubtful = intent.startswith("report_") and chat.turn.confidence < LEAST_OF_REPORTS
    plain = looks and doubtful and chat.state.frame is None
    return plain and bool(hear(chat).kinds) and not names_own(chat)


def _asks_feature_shown(chat: Chat) -> bool:
    """Whether nothing but a feature of the goods on show is named."""
    query = hear(chat).query
    said = {one.attribute for one in query.constraints}
    return _shows_goods(chat) and said == {"feature"} and not query.kinds


def _only_names_goods(chat: Chat, intent: str) -> bool:
    """ "Poles of carbon" says what is looked for, and nothing that could have gone wrong."""
    state, turn = chat.state, chat.turn
    talks = state.focus.kind == "order" or state.last.did in {"status", "effect_done"}
    if talks or state.frame is not None or turn.is_button or turn.first("order_number"):
        return False
    if (
        intent not in OF_ORDERED - {"notify_restock"}
        or _BOUGHT.search(turn.text)
        or _TROUBLE.search(turn.text)
    ):
        return False
    heard = hear(chat)
    return bool(heard.kinds) and not heard.named and not names_own(chat)


def changes_shown(chat: Chat) -> bool:
    """Whether goods are on show and the words say what they are to be like: "no mesh"."""
    return _shows_goods(chat) and bool(hear(chat).query.constraints)


def _shows_goods(chat: Chat) -> bool:
    """Whether goods are on show that a message can change: no task in hand, no order spoken of."""
    state = chat.state
    return state.shown.kind == "products" and state.focus.kind != "order" and state.frame is None


def _changes_list(chat: Chat, intent: str) -> bool:
    """ "No, a jacket, not a fleece" and 换一个 change the goods on show: nothing was bought yet
    that could be reported or exchanged."""
    if intent not in OF_ORDERED or chat.turn.is_button or not _shows_goods(chat):
        return False
    heard = hear(chat)
    doubtful = intent.startswith("report_") and chat.turn.confidence < LEAST_OF_REPORTS
    if doubtful and not heard.query.is_empty and any(one.kind == "refine" for one in chat.acts):
        return True  # "no socks, I have enough" hardly reports that some are missing
    if chat.turn.first("order_number") or _BOUGHT.search(chat.turn.text) or names_own(chat):
        return False
    if intent == "notify_restock":  # "ok for me then, L" asks for no message
        return bool(heard.query.hard) and not _TELL_ME.search(chat.turn.text)
    refines = any(one.kind == "refine" for one in chat.acts) and not heard.query.is_empty
    # "Mesh is ok but light" reports no fault, whoever says it.
    refines = refines or (chat.turn.confidence < SURE_OF_MATTER and changes_shown(chat))
    return refines or (heard.query.is_empty and asks_for_more(chat))


# What is done with ordered goods only.
OF_ORDERED: Final = frozenset(
    {
        "report_wrong_item",
        "report_missing_item",
        "report_damaged_item",
        "exchange_item",
        "change_item",
        "cancel_item",
        "notify_restock",
    }
)
_TELL_ME: Final = re.compile(
    r"\b(?:tell|notify|let|inform|alert|remind|mail|email|message|ping|when|back|again)\b"
    r"|通知|提醒|告诉|到货|补货|什么时候",
    re.IGNORECASE,
)
_BOUGHT: Final = re.compile(
    r"\b(?:pending|my (?:order|parcel|package)|ordered|bought|arrived|received|delivered|came)\b"
    r"|\bi (?:got|have)\b|订单|买[的了过]|收到|到了|寄来|发来|发错|少发|漏发",
    re.IGNORECASE,
)
# What has gone wrong, or is to be done, with a thing that was bought.
_TROUBLE: Final = re.compile(
    r"\b(?:broke\w*|damage\w*|defect\w*|fault\w*|wrong|miss\w*|hole\w*|torn|tear\w*|rip\w*|leak\w*"
    r"|stain\w*|dirty|crack\w*|scratch\w*|stuck|loose|came|not|never|no|n't|doesnt|dont|wont|cant|isnt"
    r"|didnt|only|instead|lost|exchang\w*|swap\w*|return\w*|replac\w*|refund\w*|cancel\w*|chang\w*"
    r"|too|fell|falling|worn|gone|apart|smell\w*|peel\w*|problem\w*|issue\w*)\b"
    r"|[坏破裂漏少错丢缺没脏划断掉脱磨洞退换改撤不]|开胶|起球|问题|毛病|瑕疵|收|太[小大紧长短松窄宽]",
    re.IGNORECASE,
)
LEAST_OF_REPORTS: Final = 0.6
# Said of a set that was put together, these change the set and no order.
CHANGES_KIT: Final = frozenset({"cancel_item", "change_item", "exchange_item", "add_item"})
# What goods are seldom asked with.
UNLIKE_GOODS: Final = frozenset(
    {"ask_store_info", "ask_gift_card", "ask_account", "ask_loyalty", "ask_privacy"}
)
SURE_OF_MATTER: Final = 0.85
# What may turn out not to fit is not ordered yet.
_SUPPOSES: Final = re.compile(
    r"\bif (?:it|they|this|that|she|he)\b|不合适|不合身|如果|要是|万一", re.IGNORECASE
)
CHANGES: Final = frozenset({"change_item", "change_address", "edit_account", "inform", "correct"})
_ON_KIND: Final = re.compile(
    r"(?:and |also |what about |how about )*(?:on |for )?(?:the |your )?[\w-]+(?: [\w-]+)?\??$"
    r"|[^，。！？]{1,6}呢?[吗？?]*$",
    re.IGNORECASE,
)
ON_OFFERS: Final = frozenset({"refine_search", "search_product", "nlu_fallback", "ask_help"})
ON_PRICES: Final = frozenset({"ask_price", "ask_promotions", "nlu_fallback"})


def _asks_cost_of_delivery(chat: Chat, intent: str) -> bool:
    """ "And what does it cost?" right after an answer on delivery."""
    last = chat.state.last
    return intent == "ask_price" and last.did == "article" and last.intent == "ask_delivery"


def _asks_when_sent(chat: Chat) -> bool:
    """ "When will the shirt be sent?": asked of an order that is spoken of, not of delivery."""
    frame = chat.state.frame
    task = None if frame is None else chat.services.tasks.get(frame.task)
    if task is not None and "ask_delivery" in task.answers:
        return False  # "when do I get the new one?": the task knows
    asks_when = _WHEN_SENT.search(chat.turn.text) or _WILL_COME.search(chat.turn.text)
    if chat.signed_in is None or asks_when is None:
        return False
    has_order = chat.state.focus.order is not None
    spoken = chat.state.focus.kind == "order" or chat.state.last.did == "effect_done"
    if (has_order and spoken) or names_own(chat):
        return True
    # "When will it ship?", out of the blue, of who has an order under way.
    bare = _BARE_SENT.match(chat.turn.text.strip()) is not None
    told = chat.state.last.did in {"article", "products", "product"}
    return (
        bare and not told and any(one.state in UNDER_WAY for one in orders_of(chat, chat.signed_in))
    )


def _asks_beyond_status(chat: Chat, likely: float) -> bool:
    """ "And if nobody is at home?" after the status: an article knows, the status does not."""
    if chat.state.last.did != "status" or chat.turn.message.probability("ask_delivery") < likely:
        return False
    knowledge = chat.services.knowledge
    hits = knowledge.search(chat.turn.text, chat.turn.language, topic="delivery")
    return bool(hits) and hits[0].is_confident


def _wants_out(chat: Chat) -> bool:
    """ "No more waiting, my money back": said of an order that is late, where nothing was paid
    back yet."""
    about_order = chat.state.last.did == "status" and chat.state.focus.order is not None
    if verb_of(chat.turn.text) == "return_item" and names_own(chat):
        return False
    late = chat.state.last.intent in {"report_late_order", "track_order", "report_lost_parcel"}
    return about_order and late and MONEY_BACK.search(chat.turn.text) is not None


# A question on a refund has a question's words; a demand has none.
MONEY_BACK: Final = re.compile(
    r"^(?!.*\b(?:when|where|how|status)\b).*\b(?:refund|money back|my money)\b"
    r"|^(?!.*(?:什么|呢|几|哪|多久|吗|没到|到账|进度)).*(?:退钱|退款|退我|把钱)",
    re.IGNORECASE,
)
_WHEN_SENT: Final = re.compile(
    r"\bwhen\b[^.?!]{0,30}\b(?:ship|sent|send|leave|arrive|come|get|deliver)\w*"
    r"|(?:什么时候|啥时候|几时|何时|多久|哪天|几号)[^，。！？]{0,4}(?:发|到|寄|送)|(?:发|寄)了?(?:没|吗)",
    re.IGNORECASE,
)
_BARE_SENT: Final = re.compile(
    r"(?:so |and |ok |hi |hey |hello )*when (?:will|does|do|is|are|can) (?:it|this|you|they|we|i)\b"
    r"[^.?!]{0,24}"
    r"\b(?:ship|sent|send|leave|arrive|come|delivered?|get it)\w*\W*$"
    r"|(?:你好|请问|在吗|亲|那|我的?|你们|到底)*[，, ]*"
    r"(?:什么时候|啥时候|几时|何时|哪天|多久)(?:能|会|可以|才|给我)*"
    r"(?:发货|到货|发出|发|到|送到|寄出)(?:呢|啊|呀|吗|给我)?\W*$",
    re.IGNORECASE,
)
# "Will the shirt still come on Friday?"
_WILL_COME: Final = re.compile(
    r"\b(?:will|does|is|are|do|(?:any |a |what'?s the )?chance|possible)\b[^.?!]{0,40}"
    r"\b(?:comes?|coming|arrives?|arriving|be here|get here)\b"
    r"|(?:能|会|可以)[^，。！？]{0,8}(?:到|送到|寄到)(?:吗|么)?",
    re.IGNORECASE,
)
_ONE_THING: Final = re.compile(
    r"\b(?:one|an?|some) (?:thing|item|product|article)\b|\b(?:one|some) of (?:the items|them|it)\b"
    r"|\bpart of\b|[一其][件中]|部分",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(
    r"\b(?:if|when|worn|wore|used|how|who|pays?|costs?|free|days|long|why|what|policy)\b"
    r"|如果|要是|穿过|用过|怎么|谁|运费|费用|免费|几天|多久|多长|为什么|什么|规定|政策",
    re.IGNORECASE,
)
_MY_ORDER: Final = re.compile(
    r"\bmy (?:last |latest |new )?(?:order|parcel|package)\b|我的?(?:订单|包裹|快递)", re.IGNORECASE
)
_THOSE: Final = re.compile(r"\b(?:the|my|these|those|this|that)\b|我|[这那]", re.IGNORECASE)
# A wish and what else the same words may mean.
SPLIT: Final = {
    "return_item": ("ask_return_policy",),
    "exchange_item": ("change_item", "ask_return_policy"),
    "cancel_order": ("cancel_item", "ask_order_process"),
    "report_damaged_item": ("ask_warranty", "ask_repair"),
    "report_missing_item": ("report_wrong_item", "ask_order_process"),
}
_IF: Final = re.compile(
    r"^(?:and |but |so |ok |also )*(?:what (?:happens )?)?if\b"
    r"|^(?:那|那么)?(?:如果|要是|万一)",
    re.IGNORECASE,
)
# What is asked where something might go wrong, by what would be reported.
IF_SO: Final = {
    "report_damaged_item": "ask_warranty",
    "report_missing_item": "ask_delivery",
    "report_lost_parcel": "ask_delivery",
    "report_wrong_item": "ask_return_policy",
}
UNSURE_OF_OWN: Final = frozenset(
    {"nlu_fallback", "ask_return_policy", "ask_order_process", "ask_warranty", "ask_repair"}
)
ON_RETURNS: Final = frozenset({"track_return", "track_refund"})
WANTS_OUT: Final = frozenset({"track_refund", "return_item"})
_WHEN_MONEY: Final = re.compile(
    r"\bwhen\b[^.?!]{0,24}"
    r"(?:\b(?:money|refund|my (?:account|card|bank)|\d+ (?:euros?|bucks))\b|[€$£]\s?\d|\d\s?€)"
    r"|(?:多久|几天|什么时候|啥时候|何时|哪天)[^，。！？]{0,4}(?:到账|退[款钱回]|退到)|(?:退款|钱)[^，。！？]{0,6}(?:多久|几天|什么时候|啥时候)",
    re.IGNORECASE,
)
_NO_NEWS: Final = re.compile(
    r"\b(?:no (?:news|update|movement|sign)|nothing (?:yet|so far)|still waiting|days? late)\b"
    r"|没动静|没有动静|没消息|没更新|不动|还没到|还不到|没收到|等了.{0,6}天",
    re.IGNORECASE,
)
_IF_CANCELLED: Final = re.compile(
    r"\b(?:if|when|can) (?:i|we) (?:still )?cancel(?:led|ed)?\b"
    r"|取消(?:了|掉)?(?:的话|还|能|会|可以|是不是)",
    re.IGNORECASE,
)
ON_CANCELLING: Final = frozenset(
    {"nlu_fallback", "ask_return_policy", "track_refund", "ask_order_process"}
)
ON_MONEY: Final = frozenset({"nlu_fallback", "track_order", "report_late_order"})
ON_CARE: Final = frozenset({"nlu_fallback", "ask_repair", "ask_warranty", "ask_help"})
ON_PRODUCTS: Final = frozenset(
    {
        "ask_product_details",
        "search_product",
        "check_stock",
        "report_missing_item",
        "nlu_fallback",
        "inform",
        "refine_search",
    }
)
ON_DELIVERY: Final = frozenset(
    {"ask_delivery", "urge_dispatch", "nlu_fallback", "report_lost_parcel"}
)
LISTS: Final = frozenset(
    {"list_orders", "ask_product_details", "search_product", "check_stock", "nlu_fallback"}
)
TRACKING: Final = ("track_order", "track_parcel", "report_late_order", "list_orders")
HINT: Final = 0.15
SURE_OF_GOODS: Final = 0.75
LIKELY_OF_OWN: Final = 0.5
SEARCHES: Final = frozenset({"search_product", "report_late_order", "nlu_fallback"})
