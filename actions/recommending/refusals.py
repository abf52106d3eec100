"""Not this: kept as an event, respected from now on, answered with something else."""

from collections.abc import Sequence
from dataclasses import replace

from actions.answers import ANSWERS, answers
from actions.answers.finding import find
from actions.browsing.hearing import Heard, hear, meant
from actions.chat import Chat
from actions.recommending.filters import filter_of, is_plain
from actions.recommending.kept import kept
from actions.recommending.offering import offer
from actions.recommending.wordings import means_all
from actions.turn import Button
from catalogue_search.facts import facts_of
from catalogue_search.query import Query
from dialogue.acts import Act
from kit.i18n import join_words
from recommender.serving.feedback import note_refused
from recommender.serving.wishes import Wish
from shop.catalogue import ProductFilter
from shop.ids import ProductId
from shop.views import ProductView


@answers("refuse_product")
def refuse_offer(chat: Chat, act: Act) -> None:
    """Note what is refused, and offer something else of the same wish."""
    heard = hear(chat)
    ruled_out = any(one.attribute in {"brand", "kind"} for one in heard.query.must_not)
    if ruled_out and not chat.turn.is_button:
        ANSWERS["refine_search"](chat, act)
        return
    refused = refused_products(chat, heard)
    if not refused:
        ask_which(chat, heard.shown)
        return
    refuse(chat, [one.product_id for one in refused])
    names = join_words([one.name(chat.turn.language) for one in refused], chat.turn.language)
    held = kept(chat)
    seen = [one.product_id for one in (*heard.shown, *refused)]
    if held is not None:
        wish = held.wish
        seen += held.seen
    else:
        query = Query.from_json(chat.state.search) if chat.state.search else Query()
        if not is_plain(query):
            chat.say("utter_refused", product=names)
            find(chat, heard, query, is_refined=True)
            return
        filters = filter_of(query, {})
        wish = Wish(filters if filters.categories else _shelf(refused))
    if not offer(chat, wish, "utter_refused_others", seen=seen, product=names):
        chat.say("utter_refused", product=names)
        chat.did("refused")


def refused_products(chat: Chat, heard: Heard) -> list[ProductView]:
    """What "not this" refuses: what is named or looked at, the whole list, or a list's only one."""
    shown = list(heard.shown)
    if not chat.turn.is_button and means_all(chat.turn.text):
        return shown
    if heard.pointed:
        return list(heard.pointed)
    one = meant(chat, heard)
    if one is not None:
        return [one]
    of_kind = [one for one in shown if facts_of(one).kinds & heard.kinds]
    return of_kind if len(of_kind) == 1 else shown if len(shown) == 1 else []


def refuse(chat: Chat, products: Sequence[ProductId], brand: str = "") -> None:
    """Keep it as an event: of the products, or with `brand` of all that the brand makes."""
    with chat.services.database.session() as session:
        note_refused(
            session,
            products,
            brand=brand or None,
            session_key=chat.turn.visit,
            customer_id=chat.signed_in,
            message_id=chat.turn.message_id,
            now=chat.turn.now,
        )


def ask_which(chat: Chat, shown: Sequence[ProductView]) -> None:
    """Several are shown and none is meant for sure."""
    if not shown:
        chat.say("utter_refused_nothing", buttons=[chat.words.person()])
        return
    buttons = [
        Button(one.name(chat.turn.language), f'/refuse_product{{"slug":"{one.slug}"}}')
        for one in shown
    ]
    chat.say("utter_ask_refuse_which", buttons=buttons)
    chat.did("asked")


def _shelf(products: Sequence[ProductView]) -> ProductFilter:
    return replace(ProductFilter(), categories=tuple({one.category for one in products}))
