"""Questions about one product: answered from what is known of it, yes or no first."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import answers
from actions.answers.articles import note_asked, say_hits, say_near
from actions.answers.comparing import compare_products, weighs_again
from actions.answers.comparison_told import say_of_list
from actions.answers.facts_told import LONGEST, facts_asked, tells_how, value_said
from actions.answers.finding import find, search_products
from actions.answers.product_texts import (
    OF_GOODS,
    say_from_article,
    told_of_kind,
    untold_of_shown,
    what_it_is,
)
from actions.answers.refining import refine_found
from actions.answers.sizing import say_fit
from actions.answers.stock import say_stock
from actions.browsing.asked import Asked, asked_of, says
from actions.browsing.bought import bought
from actions.browsing.hearing import Heard, hear, meant, spoken_of
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import remember, show
from actions.browsing.unsold import asks_for_kind
from actions.browsing.wishes import say_untold, told_of_list, wish_told
from actions.chat import Chat
from actions.recommending.offering import note_looked_at
from catalogue_search.facts import facts_of
from catalogue_search.query import Query, place
from dialogue.acts import Act
from shop.views import ProductView

# Attributes told when everything is asked for, the most telling first.
TOLD: Final = ("volume", "persons", "comfort", "weight", "water_column", "brightness", "insulation")
MOST_TOLD: Final = 4
MOST_LISTED: Final = 4
SAME_OF_ANOTHER: Final = re.compile(
    r"^(?:and|what about|how about|and what about)\b[^.!?]{2,30}\??\s*$"
    r"|^[^，。！？,?]{1,14}呢[?？。!！]*$",
    re.IGNORECASE,
)


@answers("ask_product_details")
def product_details(chat: Chat, act: Act) -> None:
    """The detail that is asked of the product meant; else what it is like."""
    heard = hear(chat)
    asked = asked_again(chat, heard)
    own = None if heard.named else bought(chat)
    if own is not None:
        note_looked_at(chat, own)
        say_of_product(chat, own, asked)
        return
    product = meant(chat, heard)
    if product is None and "care" in asked.topics and _care_of_several(chat, heard):
        return
    of_material = any(one.attribute == "material" for one in heard.query.must)
    if product is None and of_material and not heard.kinds and told_of_kind(chat, heard):
        return
    if product is None and heard.kinds:  # another kind of thing than what is in focus
        if not told_of_kind(chat, heard):
            _search_instead(chat, act, heard)
        return
    if _asks_for_others(chat, heard):
        refine_found(chat, heard)
        return
    one_asked_of = heard.named or heard.kinds or (heard.pointed and asked.topics)
    listed = heard.query.order and len(heard.shown) > 1 and not one_asked_of
    if listed or weighs_again(chat, heard):
        compare_products(chat, act)
        return
    if product is None and says("enough", chat.turn.text) and article_of_list(chat, heard):
        return
    asks_list = product is None and heard.shown and not asked.is_empty
    if asks_list and (say_of_list(chat, heard, asked) or _untold_of_list(chat, heard, asked)):
        return
    listed_last = len(heard.shown) > 1 and not heard.in_focus
    if product is None and listed_last and _told_of_list(chat, heard):
        return
    product = product or spoken_of(chat)
    if product is None and heard.shown and _told_of_list(chat, heard):
        return
    if product is None:
        _search_instead(chat, act, heard)
        return
    note_looked_at(chat, product)
    say_of_product(chat, product, asked)


def _told_of_list(chat: Chat, heard: Heard) -> bool:
    """What an article says of such things, else what the texts of those listed say."""
    return article_of_list(chat, heard) or told_of_list(chat, heard)


def article_of_list(chat: Chat, heard: Heard) -> bool:
    """ "How many litres do I need?", "can I take gas on a plane?" of what is listed: an article on
    such things surely answers; False where none does."""
    shelves = {one.category for one in heard.shown}
    if len(shelves) != 1 or chat.turn.is_button or heard.kinds or heard.query.order:
        return False
    if (heard.query.must or _OF_THEM.search(chat.turn.text)) and not says("enough", chat.turn.text):
        return False  # "are they all waterproof?" asks of those, not how it is done
    shelf = shelves.pop()
    kind = phrases_of(chat.words).name("category", shelf, shelf.replace("-", " "))
    for text in (chat.turn.text, f"{kind} {chat.turn.text}"):
        hits = chat.services.knowledge.search(text, chat.turn.language, category=shelf)
        if hits and hits[0].is_confident and hits[0].article.topic in OF_GOODS:
            say_hits(chat, [replace(hits[0], polarity=None)])  # its yes is said of none of these
            return True
    return False


# "Do any of them have pit zips?" asks of those, and not of such things.
_OF_THEM: Final = re.compile(
    r"\b(?:any|all|one|some|each|either|none) of (?:them|these|those)\b"
    r"|[这那]几[个款件双条顶]|都|其中",
    re.I,
)


def _asks_for_others(chat: Chat, heard: Heard) -> bool:
    """ "Have you any under 90?", 90块以内有吗, with one in focus asks for others, not of it."""
    if not heard.in_focus or heard.named or heard.pointed or heard.asks_only_variants():
        return False
    text = chat.turn.text
    return any(one.is_hard for one in heard.query.ranges) and says("of_others", text)


def _untold_of_list(chat: Chat, heard: Heard, asked: Asked) -> bool:
    """Say that the shop tells nothing of a topic for what is listed; False where none is asked."""
    features = [one for one in asked.checks if one.attribute == "feature"]
    if features and len(heard.shown) > 1 and chat.state.search and not heard.kinds:
        say_untold(chat, Query.from_json(chat.state.search), features)
        chat.did("products_listed")
        return True
    topics = [one for one in asked.topics if one not in {"fit", "count", "care"}]
    if not topics or asked.checks or len(heard.shown) < 2 or not chat.state.search:
        return False
    phrases = phrases_of(chat.words)
    chat.say(
        "utter_fact_unknown",
        product=phrases.kind(Query.from_json(chat.state.search)),
        topic=chat.words.text("comma").join(phrases.name("topic", one) for one in topics),
        buttons=[chat.words.person()],
    )
    chat.did("products_listed")
    return True


def asks_of_focus(chat: Chat) -> bool:
    """Whether a question that nothing else answers follows on what was told of a product, or on
    the list shown."""
    did, heard = chat.state.last.did, hear(chat)
    talks = did in {"product", "stock", "price", "products_listed"} and heard.in_focus
    listed = did in {"products_listed", "comparison"} and bool(heard.shown)
    talks = talks or (listed and bool(heard.query.query_words))
    return talks and says("detail", chat.turn.text)


def asked_again(chat: Chat, heard: Heard) -> Asked:
    """What is asked; of "and the dress?" what was asked of the thing before."""
    asked = asked_of(chat.turn.text, heard)
    before = chat.state.notes.get("asked_of_product")
    named = heard.named or heard.pointed or heard.kinds  # "and the battery life" names nothing
    if asked.topics or not before or not named or not is_same_of_another(chat):
        return asked
    again = asked_of(str(before), heard)
    held = Query.from_json(chat.state.notes.get("checked_of_product") or {}).constraints
    checks = () if asked.checks else held
    chat.state.notes["asked_of_product"] = before
    return replace(again, checks=checks, wants_detail=True)


def is_same_of_another(chat: Chat) -> bool:
    """Whether the words put the last question on a product to another thing: 那裙子呢."""
    about_product = chat.state.last.did in {"product", "stock", "price", "article"}
    return about_product and SAME_OF_ANOTHER.search(chat.turn.text) is not None


def _care_of_several(chat: Chat, heard: Heard) -> bool:
    """How the things listed are cared for, by what is said of each; of a kind by an article."""
    if not heard.shown or heard.kinds:
        return _care_of_kind(chat)
    phrases = phrases_of(chat.words)
    cares = [(one, one.attributes.get("care")) for one in heard.shown[:MOST_LISTED]]
    told = [(one, phrases.value("care", care)) for one, care in cares if isinstance(care, str)]
    rows = [value_said(chat, one, "care", value, phrases) for one, value in told]
    if not rows:
        return False
    tells = any(tells_how(value, chat.turn.text) for _, value in told)
    if not tells and _care_of_kind(chat, heard.shown[0]):  # 会缩水吗
        return True
    chat.state.notes["asked_of_product"] = chat.turn.text[:LONGEST]
    chat.say("utter_fact", fact="\n".join(rows))
    chat.did("comparison")
    return True


def _care_of_kind(chat: Chat, one: ProductView | None = None) -> bool:
    """How such things are cared for, by an article; False where none surely tells."""
    category, text = chat.turn.first("category"), chat.turn.text
    if is_same_of_another(chat):
        text = f"{text} {phrases_of(chat.words).name('topic', 'care')}"
    chat.state.notes.setdefault("asked_of_product", text[:LONGEST])
    if one is not None:
        text, category = f"{text} {what_it_is(chat, one, facts_of(one))}", one.category
    made_of = {v for c in hear(chat).query.must if c.attribute == "material" for v in c.values}
    if "goretex" in made_of:
        text = f"{text} {phrases_of(chat.words).name('feature', 'waterproof')}"
    hits = chat.services.knowledge.search(text, chat.turn.language, category=category)
    if not hits or not hits[0].is_likely:
        return False
    if not hits[0].is_confident:
        say_near(chat, hits[0].article, hits[0].said)
        return True
    note_asked(chat, hits[0].article.title, hits[0].article.topic)  # "and tumble dry?" leans on it
    say_hits(chat, hits)
    return True


def say_of_product(chat: Chat, product: ProductView, asked: Asked) -> None:
    """Answer from attributes, else from articles, else honestly; where nothing is asked, all."""
    if asked.is_empty and names_variant(chat):
        say_stock(chat, product)
        return
    if chat.turn.is_button or (asked.is_empty and not asked.wants_detail):
        describe(chat, product)
        return
    if not asked.is_empty:
        note_asked_of(chat, chat.turn.text, asked)
    if "fit" in asked.topics:
        say_fit(chat, product)
        return
    if "count" in asked.topics:
        say_stock(chat, product)
        return
    said = facts_asked(chat, product, asked)
    if said:
        if any("laptop" in one.values for one in asked.checks) and _INCHES.search(chat.turn.text):
            said = [said[0], chat.words.text("answer.screen_untold")]
        chat.say("utter_fact", fact=" ".join(said[:2]))
        remember(chat, [product])
        chat.did("product", subject=product.slug)
        return
    say_from_article(chat, product, asked)


def note_asked_of(chat: Chat, text: str, asked: Asked) -> None:
    """Keep what was asked of a product: "and the first?" asks it of another, "what else then?" for
    one that is so."""
    chat.state.notes["asked_of_product"] = text[:LONGEST]
    checks = [one for one in asked.checks if one.attribute != "kind"]
    chat.state.notes["checked_of_product"] = place(Query(), checks).to_json()


_INCHES: Final = re.compile(
    r"\b\d{2}(?:\.\d)?\s*(?:-?inch|\"|''|in\b)|\d{2}\s*[英吋]?[寸吋]", re.IGNORECASE
)


def names_variant(chat: Chat) -> bool:
    """Whether a colour or a size is asked for: "does the second one come in green?"."""
    said = {one.attribute for one in hear(chat).query.must}
    return not chat.turn.is_button and bool(said) and said <= {"colour", "size"}


def describe(chat: Chat, product: ProductView) -> None:
    """What it is like, in short, with the facts that matter."""
    note_looked_at(chat, product)
    phrases, facts = phrases_of(chat.words, [product]), facts_of(product)
    told = [
        phrases.quantity(name, facts.quantities[name]) for name in TOLD if name in facts.quantities
    ]
    fit = product.attributes.get("fit")
    if isinstance(fit, str):
        told.append(phrases.value("fit", fit))
    show(
        chat,
        [product],
        "utter_product_details",
        did="product",
        product=product.name(chat.turn.language),
        price=chat.words.money(product.price),
        description=product.description(chat.turn.language),
        facts=" · ".join(told[:MOST_TOLD]),
    )


def _search_instead(chat: Chat, act: Act, heard: Heard) -> None:
    is_search = heard.query.query_words and asks_for_kind(chat)
    if heard.query.is_empty and not is_search:  # "does it shrink?" searches for nothing
        if untold_of_shown(chat):
            return
        # 有没有实用一点的 names none of them
        asks = len(heard.shown) > 1 and says("detail", chat.turn.text)
        if asks:
            chat.say("utter_refine_how", buttons=[chat.words.person()])
        else:
            chat.say("utter_ask_which_product")
        chat.did("asked")
        return
    alone = replace(heard, query=replace(heard.query, kinds=()))
    wish = wish_told(chat, alone) if heard.kinds and not is_search else None
    if wish is not None and not heard.query.hard:
        # 手表能测心率吗: those whose text says so; where none does that is said first.
        find(chat, heard, place(replace(heard.query, query_words=()), [wish]))
        return
    search_products(chat, act)
