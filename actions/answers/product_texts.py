"""What only texts tell: of a product its own, of all of a kind an article."""

from dataclasses import replace
from typing import Final

from actions.answers.articles import say_article, say_hits
from actions.answers.facts_told import value_said
from actions.browsing.asked import Asked, says
from actions.browsing.hearing import Heard, hear
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import keep_kinds, remember
from actions.browsing.unsold import asks_for_kind
from actions.browsing.wishes import wish_told
from actions.chat import Chat
from catalogue_search.constraints import parse
from catalogue_search.facts import Facts, facts_of
from catalogue_search.query import Query
from catalogue_search.texts import told_by_texts
from shop.views import ProductView

# What a thing is like, yes or no, only such an article tells that speaks of all that is sold.
OF_SHOP: Final = frozenset({"sustainability", "warranty"})
# Topics of articles that tell of goods.
OF_GOODS: Final = OF_SHOP | {"products", "sizes"}


def say_part(chat: Chat, product: ProductView) -> bool:
    """Whether a thing has what no attribute tells: what its text says, or that it says nothing.

    False where the words name no such part.
    """
    heard = hear(chat)
    wish = wish_told(chat, replace(heard, named=(), query=replace(heard.query, kinds=())))
    if heard.kinds:  # "does it come with a mat?"
        wish = heard.query.kinds[0]
    if wish is None:
        return False
    own = heard.catalogue.row_of.get(product.product_id)
    told = told_by_texts(wish.source, heard.catalogue.postings, len(heard.catalogue))
    response = "utter_part_told" if own is not None and told[own] else "utter_part_untold"
    language = chat.turn.language
    chat.say(
        response,
        product=product.name(language),
        wish=wish.source,
        description=product.description(language),
        buttons=[chat.words.person()],
    )
    remember(chat, [product])
    chat.did("product", subject=product.slug)
    return True


def told_of_kind(chat: Chat, heard: Heard) -> bool:
    """ "Can I take such a pack on a plane?": asked of all of a kind, and told by an article."""
    query, text = heard.query, chat.turn.text
    only = all(one.attribute == "material" for one in query.hard)  # "does wool itch?"
    plain = only and not query.order and says("detail", text) and not asks_for_kind(chat)
    if not plain or not (query.query_words or query.occasion or query.hard):
        return False
    hits = chat.services.knowledge.search(text, chat.turn.language)
    if not hits or not hits[0].is_confident or hits[0].article.topic not in OF_GOODS:
        return False
    say_hits(chat, hits)
    keep_kinds(chat, heard.query)
    return True


def say_from_article(chat: Chat, product: ProductView, asked: Asked) -> None:
    """An article that is about such products; else that the shop says nothing of it."""
    language = chat.turn.language
    facts = facts_of(product)
    text = chat.turn.text
    if "care" in asked.topics:  # how to wash it depends on what it is
        text = f"{text} {what_it_is(chat, product, facts)}"
    if asked.is_empty and says("has_part", text) and say_part(chat, product):
        return
    hits = chat.services.knowledge.search(text, language)
    about = next(
        (
            hit
            for hit in hits
            if hit.is_confident
            and hit.article.topic in (OF_SHOP if asked.checks else OF_GOODS)
            and _suits(chat, hit.article.title, facts)
        ),
        None,
    )
    if about is not None:
        article = about.article
        say_article(chat, article.answer, article.title, article.slug)
        remember(chat, [product])
        return
    phrases = phrases_of(chat.words, [product])
    if "care" in asked.topics and (known := product.attributes.get("care")):
        # (it does not speak of what is asked, but it is what the shop says)
        value = phrases.value("care", known)
        chat.say(
            "utter_care_only",
            fact=value_said(chat, product, "care", value, phrases),
            buttons=[chat.words.person()],
        )
        remember(chat, [product])
        chat.did("product", subject=product.slug)
        return
    topics = [phrases.name("topic", one) for one in asked.topics]
    response = "utter_fact_unknown" if topics else "utter_detail_unknown"
    response = "utter_check_unknown" if asked.checks else response
    chat.say(
        response,
        product=product.name(language),
        buttons=[chat.words.person()],
        topic=chat.words.text("comma").join(topics),
        phrase=phrases.all_of(asked.checks),
        description=product.description(language),
    )
    remember(chat, [product])
    chat.did("product", subject=product.slug)


def what_it_is(chat: Chat, product: ProductView, facts: Facts) -> str:
    """Shelf and telling material of a product in words."""
    phrases = phrases_of(chat.words)
    material = [one for one in ("down", "merino", "leather") if one in (facts.materials or ())]
    words = [phrases.name("category", product.category, product.category.replace("-", " "))]
    return " ".join([*words, *(phrases.name("material", one) for one in material)])


def _suits(chat: Chat, title: str, facts: Facts) -> bool:
    """Whether an article's title names no other kind of product and no other material."""
    query = parse(title, chat.services.catalogue.current())
    kinds = set(query.kind_values())
    if kinds and not kinds & facts.kinds:
        return False
    materials = {v for one in query.must if one.attribute == "material" for v in one.values}
    return not materials or facts.materials is None or bool(materials & facts.materials)


def untold_of_shown(chat: Chat) -> bool:
    """Say that the shop tells nothing of what is asked of goods on show, in the shopper's words;
    False where nothing is asked of such, or for others."""
    text, heard = chat.turn.text, hear(chat)
    spoken = chat.state.last.did in OF_SHOWN and len(heard.shown) > 1 and chat.state.search
    asks = says("detail", text) and not says("of_others", text)
    asks = (asks or says("pitching", text)) and len(text) <= SHORTEST_STORY
    if not spoken or not asks or chat.turn.is_button or not heard.query.is_empty:
        return False
    kind = phrases_of(chat.words).kind(Query.from_json(chat.state.search or {}))
    wish = text.strip(" ?？!！。.")
    chat.say("utter_wish_untold", wish=wish, kind=kind, buttons=[chat.words.person()])
    chat.did("products_listed")
    return True


OF_SHOWN: Final = frozenset({"products_listed", "comparison", "product"})
SHORTEST_STORY: Final = 48
