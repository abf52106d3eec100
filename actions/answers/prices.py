"""Prices, haggling, promotions and coupons."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import answers, answers_first
from actions.answers.articles import say_article, say_hits, say_near, search, told_by_place
from actions.answers.comparing import compare_products, total_told
from actions.answers.finding import search_products
from actions.answers.offers import KINDS, coupon_row, offers, running, say_offers
from actions.answers.product_facts import product_details
from actions.answers.refining import refine_found
from actions.answers.stock import say_stock
from actions.answers.which_has import TO_THAT
from actions.browsing.asked import asked_of, says
from actions.browsing.hearing import hear, meant, spoken_of
from actions.browsing.kits import several_of_it, speaks_of_total
from actions.browsing.showing import remember, show, wanted_colours
from actions.chat import Chat
from actions.turn import refers_back
from catalogue_search.facts import colour_ids
from dialogue.acts import Act
from knowledge.index import Hit
from shop.prices import price_of
from shop.promotions import check_coupon
from shop.views import ProductView


@answers("ask_price")
def price(chat: Chat, act: Act) -> None:
    """The price now, what it was before; haggling is answered with what there is."""
    heard = hear(chat)
    product = meant(chat, heard) or (None if heard.kinds else spoken_of(chat))
    haggles = says("haggling", chat.turn.text)
    topics = asked_of(chat.turn.text, heard).topics
    asks_other = bool(topics) and "price" not in topics
    if not haggles and (asks_other or says("other_amount", chat.turn.text)):
        product_details(chat, act)  # "R值多少" asks for no price
        return
    if heard.query.order and not (topics or haggles or heard.named or heard.pointed):
        refine_found(chat, heard)  # "and the cheapest for two?" looks for it
        return
    if not haggles and total_told(chat, heard):
        return
    if TO_THAT.search(chat.turn.text) and (product or heard.at_hand) and not heard.kinds:
        compare_products(chat, replace(act, kind="compare", intent="compare_products"))
        return
    if product is None:
        if haggles and not (heard.kinds or heard.query.hard):
            promotions(chat, act)
            return
        if heard.query.is_empty and heard.shown:
            prices = [
                f"• {one.name(chat.turn.language)}: {chat.words.money(one.price)}"
                for one in heard.shown
            ]
            chat.say("utter_prices_shown", rows="\n".join(prices))
            chat.did("price")
            return
        if heard.query.is_empty:  # "how much is that altogether" of nothing
            chat.say("utter_ask_which_product")
            chat.did("asked")
            return
        search_products(chat, act)
        return
    colours = wanted_colours(heard.query)
    if colours and not any(colour_ids(one.colour) & colours for one in product.variants):
        say_stock(chat, product)  # it does not come in pink, and what pink costs is no question
        return
    if says("price_later", chat.turn.text):
        say_price_later(chat, product)
        return
    if says("price_before", chat.turn.text):
        say_price_before(chat, product)
        return
    words = chat.words
    rows = running(chat) if haggles else ""
    response = "utter_price" if product.old_price is None else "utter_price_reduced"
    if haggles:
        response = "utter_haggle" if rows else "utter_haggle_nothing"
    show(
        chat,
        [product],
        response,
        did="price",
        rows=rows,
        product=product.name(chat.turn.language),
        price=words.money(product.price),
        lowest=words.money(product.lowest_price_30_days),
        old="" if product.old_price is None else words.money(product.old_price),
    )
    if not haggles and (count := _count_meant(chat, product)) > 1:
        chat.say("utter_kit_total", total=words.money(product.price * count), count=count)


def _count_meant(chat: Chat, product: ProductView) -> int:
    """How many of it are asked for; "in total?" is of as many as were said before."""
    text, notes = chat.turn.text, chat.state.notes
    count = several_of_it(text)
    if count > 1:
        notes["several"] = [product.slug, count]
    held = notes.get("several")
    if count > 1 or held is None or not speaks_of_total(text):
        return count
    return int(held[1]) if held[0] == product.slug else 1


# The price with what the way costs: "how much with shipping to Austria", 含运费多少.
_WITH_WAY: Final = re.compile(
    r"\b(?:with|incl\w*\.?|plus|and) (?:the )?(?:shipping|delivery|postage|express)\b"
    r"|\b(?:shipped|delivered) to\b[^?]*\?|[含加带算连]上?(?:运费|邮费|快递费)",
    re.IGNORECASE,
)


@answers_first
def price_with_way_told(chat: Chat, act: Act) -> bool:
    """The price of the one spoken of, and what it costs to have it sent; False elsewhere."""
    if chat.turn.is_button or chat.state.frame is not None or not _WITH_WAY.search(chat.turn.text):
        return False
    heard = hear(chat)
    product = meant(chat, heard)
    if product is None or "price" not in asked_of(chat.turn.text, heard).topics:
        return False
    price(chat, replace(act, intent="ask_price"))
    if told_by_place(chat, "delivery", ("cost",)):
        remember(chat, [product])
        chat.did("price", "ask_price", product.slug)
    return True


@answers_first
def total_asked(chat: Chat, act: Act) -> bool:
    """ "What do both come to?", 这两个加起来多少, whatever it was taken for."""
    text = chat.turn.text
    if chat.turn.is_button or chat.state.frame is not None:
        return False
    more = several_of_it(text) > 1 and len(text) <= FEW_WORDS
    if more and chat.state.last.did == "price" and meant(chat) is not None:
        price(chat, replace(act, intent="ask_price"))  # "and 2 of them?", 三件呢
        return True
    if not _OF_BOTH.search(text):
        return False
    return speaks_of_total(text) and total_told(chat, hear(chat))


FEW_WORDS: Final = 24
_OF_BOTH: Final = re.compile(
    r"\bhow much\b.*\b(?:both|two)\b|\b(?:both|two)\b.*\b(?:cost|come to|total)\b"
    r"|[两俩].*多少|多少.*[两俩]",
    re.IGNORECASE,
)


@answers_first
def price_before_told(chat: Chat, act: Act) -> bool:
    """ "Has the first one been cheaper before?", whatever it was taken for."""
    if chat.turn.is_button or chat.state.frame is not None or chat.state.focus.kind == "order":
        return False
    product = meant(chat) if says("price_before", chat.turn.text) else None
    if product is not None:
        say_price_before(chat, product)
    return product is not None


def say_price_later(chat: Chat, product: ProductView) -> None:
    """Nobody knows what it will cost: what it costs now, and what runs now."""
    rows = running(chat)
    response = "utter_price_later" if rows else "utter_price_later_nothing"
    chat.say(
        response,
        product=product.name(chat.turn.language),
        rows=rows,
        price=chat.words.money(product.price),
    )
    remember(chat, [product])
    chat.did("price", "ask_price", product.slug)


def say_price_before(chat: Chat, product: ProductView) -> None:
    """Whether it has been cheaper, as far as the shop's prices go back."""
    words = chat.words
    cheapest = min(product.variants, key=lambda one: one.price.amount)
    with chat.services.database.reading() as session:
        found = price_of(session, cheapest.variant_id, now=chat.turn.now)
    history = () if found is None else found.history
    at, lowest = min(history, key=lambda one: one[1].amount, default=(None, product.price))
    response = "utter_was_cheaper" if lowest.amount < product.price.amount else "utter_not_cheaper"
    since = (
        at if response == "utter_was_cheaper" else min((one[0] for one in history), default=None)
    )
    chat.say(
        response,
        product=product.name(chat.turn.language),
        price=words.money(product.price),
        lowest=words.money(lowest),
        day=words.day(since),
    )
    remember(chat, [product])
    chat.did("price", "ask_price", product.slug)


@answers("ask_promotions")
def promotions(chat: Chat, act: Act) -> None:
    """Running promotions and codes, with their last day; of a product in focus its price too."""
    if (spoken := meant(chat)) is not None:
        _count_meant(chat, spoken)
    of_one = says("haggling", chat.turn.text) or says("price_later", chat.turn.text)
    if of_one and act.intent == "ask_promotions":
        product = meant(chat)
        if product is not None:
            price(chat, act)
            return
    if act.intent == "ask_promotions" and (product := _one_asked_of(chat)) is not None:
        say_offers_for(chat, product)
        return
    say_offers(chat)


def _one_asked_of(chat: Chat) -> ProductView | None:
    """ "Is it reduced at the moment?": the one product that is asked of, if it is one."""
    heard = hear(chat)
    if heard.kinds or any(says(way, chat.turn.text) for way in KINDS):
        return None
    of_it = heard.named or heard.pointed or says("of_it", chat.turn.text)
    return meant(chat, heard) if of_it or refers_back(chat.turn.text) else None


def say_offers_for(chat: Chat, product: ProductView) -> None:
    """Whether it is reduced, and what runs for things of its shelf."""
    words = chat.words
    response = "utter_not_reduced" if product.old_price is None else "utter_price_reduced"
    chat.say(
        response,
        product=product.name(chat.turn.language),
        price=words.money(product.price),
        lowest=words.money(product.lowest_price_30_days),
        old="" if product.old_price is None else words.money(product.old_price),
    )
    rows = [one.row for one in offers(chat) if one.category in {None, product.category}]
    if rows:
        chat.say("utter_offers_for_it", rows="\n".join(rows))
    remember(chat, [product])
    chat.did("promotions", "ask_promotions", product.slug)


def _is_on_codes(hit: Hit) -> bool:
    """Whether it is at least likely that the article on codes answers how they work."""
    return hit.is_likely and hit.article.slug == "coupons"


def rules_told(chat: Chat, act: Act) -> bool:
    """Whether an article answers how codes work: "can I combine two?"; False without one."""
    if not (says("coupon_rules", chat.turn.text) or says("fails", chat.turn.text)):
        return False
    hits = search(chat, "promotions")
    sure = bool(hits) and (hits[0].is_confident or _is_on_codes(hits[0]))
    if sure and hits[0].article.topic == "promotions":
        say_hits(chat, hits)
        return True
    likely = hits and hits[0].is_likely and hits[0].article.topic == "promotions"
    if likely and says("coupon_rules", chat.turn.text):
        say_near(chat, hits[0].article, hits[0].said)
        return True
    article = chat.services.knowledge.article("coupons", chat.turn.language)
    if article is None:
        return False
    if chat.state.last.did == "promotions" and not says("coupon_use", chat.turn.text):
        say_near(chat, article)  # 能叠加吗, of the codes that were just listed
        return True
    if not says("coupon_use", chat.turn.text):
        return False
    say_article(chat, article.answer, article.title, article.slug)
    return True


@answers("ask_coupon")
def coupon(chat: Chat, act: Act) -> None:
    """Check the code that was named; without one, show the codes there are."""
    words, code = chat.words, chat.turn.first("coupon")
    if code is None:
        if not rules_told(chat, act):
            promotions(chat, act)
        return
    with chat.services.database.reading() as session:
        check = check_coupon(session, code, customer_id=chat.signed_in, now=chat.turn.now)
    if check.valid and says("fails", chat.turn.text) and rules_told(chat, act):
        chat.say("utter_coupon_valid", row=coupon_row(words, check))
        chat.did("promotions", "ask_coupon")
        return
    if check.valid:
        chat.say("utter_coupon_valid", row=coupon_row(words, check))
    else:
        chat.say(f"utter_coupon_{check.refusal}", code=check.code, day=words.day(check.ends_at))
    chat.did("promotions", "ask_coupon")
