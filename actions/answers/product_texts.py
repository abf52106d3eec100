"""What only texts tell: of a product its own, of all of a kind an article."""

from dataclasses import replace
from typing import Final

from actions.answers.articles import say_hits
from actions.browsing.asked import says
from actions.browsing.hearing import Heard, hear
from actions.browsing.showing import keep_kinds, remember
from actions.browsing.unsold import asks_for_kind
from actions.browsing.wishes import wish_told
from actions.chat import Chat
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
