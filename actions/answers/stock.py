"""Is it there, how many, and when is it back?"""

import re
from collections.abc import Sequence
from typing import Final

from actions.answers import ANSWERS, answers
from actions.answers.product_texts import say_part
from actions.browsing.asked import asked_of, says
from actions.browsing.bought import bought
from actions.browsing.hearing import Heard, hear, meant, spoken_of
from actions.browsing.showing import SHOWN, colour_of, remember, show, wanted_colours
from actions.browsing.variants import (
    listed,
    note_asked,
    own_size,
    say_when_back,
    variants_wanted,
    wanted_of,
)
from actions.chat import Chat
from actions.plain_words import item_in_hand
from actions.tasks.line_slots import lines_of, size_beside, steps_said, variants_of
from actions.turn import refers_back
from catalogue_search.catalogue import text_words
from catalogue_search.facts import colour_ids, facts_of
from catalogue_search.query import Query
from dialogue.acts import Act
from dialogue.state import Frame
from shop.catalogue import get_product, get_products
from shop.views import ProductView

HOW_MANY: Final = re.compile(
    r"\bhow many\b|\bhow much (?:stock|is left)\b|\bleft\b|\bnumber in stock\b"
    r"|还?剩(?:下|余)?(?:多少|几)|库存(?:多少|还有|有多少|几)|还有(?:多少|几)(?!钱)|有多少件",
    re.IGNORECASE,
)
FEW: Final = 3
RECENT: Final = 2  # turns after an effect in which "a smaller one" is of its goods
MOST_COUNTED: Final = 5


# "Do you have a multipack?" asks of no stock.
_MULTIPACK: Final = re.compile(
    r"\b(?:have|got|is there|are there|come in)\b[^.?!]*\b(?:an?|any) "
    r"(?!size|colou?r|stock|left)\w{4,}",
    re.IGNORECASE,
)


@answers("check_stock")
def check_stock(chat: Chat, act: Act) -> None:
    """Stock of the variants asked for; of no product in particular it is a search."""
    product = own_again(chat, hear(chat)) or meant(chat) or bought(chat)
    heard = hear(chat)
    if product is None and told_size_beside(chat, heard):
        return
    says_nothing_else = heard.query.is_empty
    asks_part = says_nothing_else and heard.in_focus and not heard.named
    asks_sizes = "size" in asked_of(chat.turn.text, heard).topics
    if product is not None and asks_part and not asks_sizes and _MULTIPACK.search(chat.turn.text):
        say_part(chat, product)
        return
    of_variants = says_nothing_else or heard.asks_only_variants()
    if product is not None and (asks_sizes or _asks_what_it_is_like(heard)):
        ANSWERS["ask_product_details"](chat, act)  # "is the first one packable?"
        return
    points = refers_back(chat.turn.text) and (of_variants or not heard.shown)
    if product is None and (item_in_hand(chat) or points or says_nothing_else):
        product = spoken_of(chat)  # "do you have them in black?" of what is sent back
    if product is None and says_nothing_else and HOW_MANY.search(chat.turn.text):
        _say_counts(chat, heard)
        return
    if product is None:
        ANSWERS["search_product"](chat, act)
        return
    say_stock(chat, product)


def _asks_what_it_is_like(heard: Heard) -> bool:
    """Whether a feature or a material is asked of one that is spoken of, and no size or colour."""
    said = {one.attribute for one in heard.query.must}
    spoken = heard.pointed or heard.in_focus
    return bool(spoken and said) and said <= {"feature", "material"} and not heard.kinds


def _say_counts(chat: Chat, heard: Heard) -> None:
    """ "How many left?" of a list: of each, in the size and colour that was asked for."""
    if not heard.shown:
        ask_which_of(chat, ())
        return
    query, words = Query.from_json(chat.state.search or {}), chat.words
    rows = []
    for one in heard.shown[:SHOWN]:
        wanted = wanted_of(chat, one, query).among(one.variants)
        total = sum(variant.stock for variant in wanted)
        rows.append(words.text("left", variant=one.name(chat.turn.language), count=total))
    chat.say("utter_fact", fact="\n".join(rows))
    chat.did("products_listed")


def told_size_beside(chat: Chat, heard: Heard) -> bool:
    """ "Do you have a smaller one?" right after something was done with one thing of an order: the
    size beside it."""
    done, steps = chat.state.done[-1] if chat.state.done else None, steps_said(chat)
    recent = done is not None and chat.state.turn - done.turn <= RECENT
    if done is None or not recent or not steps or heard.kinds or heard.named:
        return False
    if chat.signed_in is None or not done.slots.get("order"):
        return False
    lines = lines_of(chat, Frame(done.task, dict(done.slots)))
    if len(lines) != 1:
        return False
    line = lines[0]
    variants = variants_of(chat, line)
    size = size_beside(variants, line.size, steps)
    with chat.services.database.reading() as session:
        product = get_product(session, line.slug, now=chat.turn.now)
        wanted = [v for v in variants if v.size == size and v.colour == line.colour]
        if product is None or not wanted:
            return False
        if not wanted[0].stock:
            say_when_back(chat, session, product, wanted)
            return True
    few = wanted[0].stock <= FEW
    chat.say(
        "utter_stock_few" if few else "utter_stock_yes_one",
        cards=[chat.words.card(product, colour=line.colour)],
        product=product.name(chat.turn.language),
        variants=chat.words.variant(wanted[0]),
        count=wanted[0].stock,
    )
    _remember(chat, product)
    return True


def own_again(chat: Chat, heard: Heard) -> ProductView | None:
    """ "Do you still have the T-shirt I ordered?": the shopper's own, to be bought once more."""
    if heard.named or not says("again", chat.turn.text):
        return None
    return bought(chat)


def say_stock(chat: Chat, product: ProductView) -> None:
    """Yes with what there is; else when it is back and what is there instead."""
    heard, words = hear(chat), chat.words
    with chat.services.database.reading() as session:
        size = own_size(chat, session, product)
        if size is not None:
            chat.say("utter_your_size", size=size)
        asked = wanted_of(chat, product, heard.query, size)
        wanted = asked.among(product.variants)
        note_asked(chat, product, heard.query)
        if not wanted:
            all_there = [one for one in product.variants if one.stock > 0]
            chat.say(
                "utter_no_such_variant",
                product=product.name(chat.turn.language),
                wanted=asked.told(words),
                variants=listed(chat, all_there),
            )
            chat.did("stock", subject=product.slug)
            return
        there = [one for one in wanted if one.stock > 0]
        if not there:
            say_when_back(chat, session, product, wanted)
            return
    colour = colour_of(product, wanted_colours(heard.query)) or chat.state.focus.colour
    card = words.card(product, colour=colour)
    name = product.name(chat.turn.language)
    if HOW_MANY.search(chat.turn.text):
        counts = words.text("semicolon").join(
            words.text("left", variant=words.variant(one) or name, count=one.stock)
            for one in there[:MOST_COUNTED]
        )
        total = sum(one.stock for one in there)
        if len(there) == 1:
            name += words.in_brackets(words.variant(there[0]))
        response = "utter_stock_count_one" if len(there) == 1 else "utter_stock_count"
        chat.say(response, cards=[card], product=name, counts=counts, total=total)
    elif len(there) == 1:
        response = "utter_stock_few" if there[0].stock <= FEW else "utter_stock_yes_one"
        chat.say(
            response,
            cards=[card],
            product=name,
            variants=words.variant(there[0]),
            count=there[0].stock,
        )
    else:
        chat.say("utter_stock_yes", cards=[card], product=name, variants=listed(chat, there))
    _remember(chat, product)


def _remember(chat: Chat, product: ProductView) -> None:
    remember(chat, [product])
    chat.did("stock", subject=product.slug)


def named_by_words(chat: Chat, heard: Heard) -> list[ProductView]:
    """Products of the kind and colour named that have the other words in their name: 山脊背包."""
    postings, words = heard.catalogue.postings, heard.query.query_words
    parts = [part for word in words for part in text_words(word)]
    rows = [{int(row) for row in postings.get(part, ())} for part in parts]
    if not rows or not heard.kinds:
        return []
    ids = [heard.catalogue.ids[row] for row in sorted(set.intersection(*rows))]
    with chat.services.database.reading() as session:
        views = get_products(session, ids, now=chat.turn.now)
    colours = wanted_colours(heard.query)
    return [
        one
        for one in views
        if facts_of(one).kinds & heard.kinds
        and (not colours or any(colour_ids(v.colour) & colours for v in one.variants if v.colour))
    ]


def ask_which_of(chat: Chat, alike: Sequence[ProductView]) -> None:
    """Which product is meant? Those that it may be are shown where they are few."""
    if 0 < len(alike) <= SHOWN:
        show(chat, alike, "utter_ask_which_product", did="products_listed")
        return
    chat.say("utter_ask_which_product")
    chat.did("asked")


@answers("ask_restock_date")
def restock_date(chat: Chat, act: Act) -> None:
    """The date for what is sold out; the good news for what is not."""
    heard = hear(chat)
    product = spoken_of(chat)
    if product is None:
        alike = named_by_words(chat, heard)
        if len(alike) != 1:
            ask_which_of(chat, alike or ([] if heard.kinds else heard.shown))
            return
        product = alike[0]
    with chat.services.database.reading() as session:
        wanted = variants_wanted(chat, product, heard.query, own_size(chat, session, product))
        note_asked(chat, product, heard.query)
        sold_out = [one for one in wanted if one.stock == 0]
        if wanted and sold_out:
            say_when_back(chat, session, product, sold_out)
            return
        out = [one for one in product.variants if one.stock == 0]
        if not wanted and out and not {"colour", "size"} & set(chat.turn.entities):
            say_when_back(chat, session, product, out)
            return
    if not wanted:
        say_stock(chat, product)
        return
    chat.say(
        "utter_is_in_stock",
        cards=[chat.words.card(product)],
        product=product.name(chat.turn.language),
    )
    _remember(chat, product)
