"""What the chat cannot do by itself is said honestly, with what is possible instead."""

import re
from typing import Final

from actions.answers import answers
from actions.answers.articles import say_article
from actions.answers.prices import say_price_later
from actions.answers.stock import ask_which_of
from actions.browsing.asked import says
from actions.browsing.hearing import hear, look_at, spoken_of
from actions.chat import Chat
from actions.own_orders import order_called
from actions.tasks.engine import start, task_of
from actions.tasks.order_slots import mentions_line, naming_own, orders_of
from actions.tasks.rules import refusal_of
from actions.turn import Button, at_place, refers_back
from dialogue.acts import Act
from kit.i18n import local_day
from kit.money import Money
from shop.rules import UNPACKED
from shop.views import OrderView


def order_in_focus(chat: Chat) -> OrderView | None:
    """The order that is named by its number or its goods, or spoken of, else the newest; None for
    a guest."""
    if chat.signed_in is None:
        return None
    place, shown = chat.turn.first("ordinal"), chat.state.shown
    listed = at_place(shown.keys, place) if place and shown.kind == "orders" else None
    number = chat.turn.first("order_number") or listed
    if number is None and (named := naming_own(chat)):
        return named[0]
    number = number or chat.state.focus.order
    if number is not None:
        return order_called(chat, chat.signed_in, number)
    return next(iter(orders_of(chat, chat.signed_in)), None)


@answers("urge_dispatch")
def urge(chat: Chat, act: Act) -> None:
    """When it is due, and a person who can ask the warehouse."""
    order = order_in_focus(chat)
    if order is None:
        task = task_of(chat, "track_order")
        assert task is not None
        start(chat, task, "track_order")
        return
    chat.state.focus.order, chat.state.focus.kind = order.number, "order"
    if order.days_late(local_day(chat.turn.now)) > 0:  # to hurry it is to have it searched for
        start(chat, chat.services.tasks["order_status"], "report_late_order")
        return
    if says("holds_back", chat.turn.text):
        chat.offer("person", "utter_hold_back", [chat.words.person()], number=order.number)
        return
    response = "utter_urge" if order.state in UNPACKED else "utter_urge_sent"
    chat.offer(
        "person",
        response,
        [chat.words.person()],
        number=order.number,
        promised=chat.words.day(order.promised_on),
        state=chat.words.state(order),
    )
    chat.did("status", "urge_dispatch", order.number)


# What was paid, how and when: facts of an order that its status does not tell.
_FACTS: Final = re.compile(
    r"\bhow much\b(?!.*\b(?:deliver|shipping|return|refund|get))|\btotal\b|\bprice\b|\bpaid\b"
    r"|\b(?:when|what day|which day)\b[^.?!]{0,12}\b(?:order|buy|purchase|place)(?:ed|d)?\b"
    r"|\bpay(?:ment)?\b[^.?!]{0,16}\b(?:method|with|by|for)\b"
    r"|\bwhat(?:'?s| is| was| did i| have i)\b[^.?!]{0,16}\b(?:in|order(?:ed)?|buy|bought|get)\b"
    r"|\b(?:which|what) (?:items|products|things)\b|\bcontents?\b"
    r"|多少钱|总价|什么时候(?:下|买|订)|哪天(?:下|买|订)|怎么付|付的|支付方式"
    r"|(?:里|单)[面头]?(?:有|是|都有)(?:什么|啥|哪些)|买了?(?:什么|啥|哪些)",
    re.IGNORECASE,
)
_INSIDE: Final = re.compile(
    r"\bwhat(?:'?s| is| was)\b[^.?!]{0,12}\bin\b|里[面头]?(?:有|是)|是什么|有什么", re.IGNORECASE
)
# "Did my payment go through?", "which card did I use?": the newest order's, where none is named.
_OWN_PAYMENT: Final = re.compile(
    r"\b(?:did|has|have|was|is) (?:my|the) (?:payment|money|charge)\b"
    r"[^.?!]{0,20}\b(?:go|gone|went|work(?:ed)?|taken|through|received|arrived?)\b"
    r"|\b(?:which|what) (?:card|account|method)\b[^.?!]{0,16}\bi (?:use|pay)"
    r"|\bhow did i pay\b|(?:付款|支付)(?:成功|到账)[了没吗]|(?:用|刷)的?(?:是)?(?:哪张卡|什么付)",
    re.IGNORECASE,
)
ON_FACTS: Final = frozenset({"ask_payment", "ask_price", "list_orders", "nlu_fallback"})


def told_of_order(chat: Chat, intent: str) -> bool:
    """Whether a question on what an order cost, or when it was placed, was answered from it."""
    turn, focus = chat.turn, chat.state.focus
    spoken = focus.kind == "order" and refers_back(turn.text)
    if chat.signed_in is None or turn.is_button or chat.state.last.did == "handed_over":
        return False
    if told_of_line(chat, intent):
        return True
    of_own_payment = _OWN_PAYMENT.search(turn.text) is not None
    on_facts = intent in ON_FACTS or (intent == "track_order" and _INSIDE.search(turn.text))
    if not (on_facts or of_own_payment):
        return False
    listed = turn.first("ordinal") is not None and chat.state.shown.kind == "orders"
    named = turn.first("order_number") or spoken or listed
    if not (of_own_payment or (named and _FACTS.search(turn.text))):
        return False
    order = order_in_focus(chat)
    if order is None:
        return False
    focus.order, focus.kind = order.number, "order"
    words = chat.words
    chat.say(
        "utter_order_facts" if order.payment_method else "utter_order_facts_free",
        number=order.number,
        items=words.lines(order.lines),
        placed=words.day(order.placed_at),
        total=words.money(order.total),
        method=words.paid_by(order.payment_method),
    )
    chat.did("status", "track_order", order.number)
    return True


# "How much were the socks?" asks of what was bought, "how much are the socks" of what is sold.
_PAID: Final = re.compile(
    r"\bhow much (?:were|was|did)\b|\bdid i pay\b"
    r"|\bwhat did (?:i|the|my|they)\b[^.?!]{0,24}\b(?:pay|cost)\b"
    r"|(?:当时|上次|之前|买的时候)[^，。？]{0,12}(?:多少|价|花)|花了(?:我)?多少|付了?多少|买[^，。？]{0,8}花了",
    re.IGNORECASE,
)
# Chinese has no tense: right after an order was told, 包多少钱 asks of what was bought.
_HOW_MUCH: Final = re.compile(r"多少钱|什么价|多贵")
_AND_THAT: Final = re.compile(
    r"(?:and|what about|how about)\b.{0,40}$|那?.{1,10}呢[?？]?$", re.IGNORECASE
)


def told_of_line(chat: Chat, intent: str) -> bool:
    """Whether what was paid for things of one's own was told; of the order spoken of first."""
    notes, turn = chat.state.notes, chat.state.turn
    goes_on = notes.get("line_paid") == turn - 1 and _AND_THAT.match(chat.turn.text.strip())
    told = chat.state.last.did == "status" and chat.state.focus.kind == "order"
    asks = intent in {"ask_price", "nlu_fallback"} and _PAID.search(chat.turn.text)
    asks = asks or (intent == "ask_price" and told and _HOW_MUCH.search(chat.turn.text))
    if not (asks or goes_on):
        return False
    orders = naming_own(chat)
    order = next((one for one in orders if one.number == chat.state.focus.order), None)
    order = order or next(iter(orders), None)
    lines = [] if order is None else mentions_line(chat, order.lines)
    if order is None or not lines:
        return False
    chat.state.focus.order, chat.state.focus.kind = order.number, "order"
    notes["line_paid"] = turn
    for line in lines:
        name, price = line.name(chat.turn.language), chat.words.money(line.unit_price)
        chat.say("utter_line_paid", product=name, price=price, number=order.number)
    chat.did("status", "track_order", order.number)
    return True


@answers("ask_compensation")
def compensation(chat: Chat, act: Act) -> None:
    """A person decides; what is known goes along."""
    chat.offer("person", "utter_compensation", [chat.words.person()])
    chat.did("apology", "ask_compensation")


@answers("price_protection")
def price_protection(chat: Chat, act: Act) -> None:
    """What was paid and what it costs now, where the order is known; a person decides."""
    product = spoken_of(chat) if says("price_later", chat.turn.text) else None
    if product is not None and not _BOUGHT.search(chat.turn.text):
        say_price_later(chat, product)
        return
    order = None if says("price_match", chat.turn.text) else order_in_focus(chat)
    if order is not None and _told_of_prices(chat, order):
        return
    article = chat.services.knowledge.article("price-matching", chat.turn.language)
    if article is None:
        chat.offer("person", "utter_no_article", [chat.words.person()])
        return
    # Of other shops first, then of our own prices.
    told = "\n\n".join(article.body.split("\n\n")[:2])
    say_article(chat, told, article.title, article.slug, [chat.words.person()])
    chat.state.last.intent = "price_protection"  # "the dress", after it, says what became cheaper


def _told_of_prices(chat: Chat, order: OrderView) -> bool:
    """What was paid and what it costs now: of what became cheaper, or of what is named."""
    words = chat.words
    prices = [(line, now) for line in order.lines if (now := _price_now(chat, line.slug))]
    for line, now in prices:
        if now.amount < line.unit_price.amount:
            gap = Money(line.unit_price.amount - now.amount, now.currency)
            chat.offer(
                "person",
                "utter_price_dropped",
                [words.person()],
                product=line.name(chat.turn.language),
                paid=words.money(line.unit_price),
                now=words.money(now),
                gap=words.money(gap),
            )
            return True
    meant = mentions_line(chat, [line for line, _ in prices])
    named = [(line, now) for line, now in prices if line in meant]
    for line, now in named:
        chat.say(
            "utter_price_not_dropped",
            product=line.name(chat.turn.language),
            paid=words.money(line.unit_price),
            now=words.money(now),
            buttons=[words.person()],
        )
    if named:
        chat.did("status", "price_protection", order.number)
    return bool(named)


_BOUGHT: Final = re.compile(
    r"\b(?:bought|ordered|after|refund|difference)\b|买|退|补|差价", re.IGNORECASE
)


def _price_now(chat: Chat, slug: str) -> Money | None:
    from shop.catalogue import get_product

    with chat.services.database.reading() as session:
        product = get_product(session, slug, now=chat.turn.now)
    return None if product is None else product.price


@answers("add_to_cart")
def add_to_cart(chat: Chat, act: Act) -> None:
    """Where to put it in the basket: on the product's own page."""
    heard = hear(chat)
    if len(heard.pointed) > 1:  # "I'll take the first two"
        cards = [chat.words.card(one) for one in heard.pointed]
        chat.say("utter_order_these", cards=cards)
        chat.did("products_listed", "add_to_cart")
        return
    product = spoken_of(chat)
    if product is None:
        among = heard.shown
        if among:  # "this one, how do I buy it?" of several
            ask_which_of(chat, among)
        else:
            chat.say("utter_how_to_order")
        return
    colour = chat.turn.first("colour") or chat.state.focus.colour
    chat.say(
        "utter_order_this",
        cards=[chat.words.card(product, colour=colour)],
        product=product.name(chat.turn.language),
    )
    look_at(chat, product)
    chat.did("product", "add_to_cart", product.slug)


@answers("add_item")
def add_item(chat: Chat, act: Act) -> None:
    """Nothing can be added to a placed order; two ways to get it all the same."""
    order = order_in_focus(chat)
    buttons = [chat.words.person()]
    if order is not None and refusal_of(chat, order, "cancel_order") is None:
        payload = f'/cancel_order{{"order_number":"{order.number}"}}'
        buttons.insert(0, Button(chat.words.text("wish.cancel_order"), payload))
    chat.say("utter_cannot_add_item", buttons=buttons)


@answers("gift_wrap")
def gift_wrap(chat: Chat, act: Act) -> None:
    """Gift wrapping is a person's work."""
    chat.offer("person", "utter_gift_wrap", [chat.words.person()])
