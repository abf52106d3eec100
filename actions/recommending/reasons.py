"""Why this? The reason that the model gave when it chose, or what of the wish it meets."""

from actions.answers import answers
from actions.answers.articles import PROOFS
from actions.browsing.hearing import hear, meant
from actions.browsing.phrases import phrases_of
from actions.chat import Chat
from actions.recommending.kept import kept
from catalogue_search.query import Query
from catalogue_search.search import search
from dialogue.acts import Act
from recommender.serving.told import tell_why
from shop.catalogue import get_products


@answers("ask_why")
def why(chat: Chat, act: Act) -> None:
    """The reason of the product that is meant; of all that were shown when none is."""
    if _why_asked(chat):
        return
    held, heard = kept(chat), hear(chat)
    one = meant(chat, heard)
    talked = chat.state.question is not None or chat.state.last.did not in {"none", "greeted"}
    if held is None and not heard.shown and talked:
        chat.offer("person", "utter_no_article", [chat.words.person()])  # of what was told
        return
    if held is None:
        _why_found(chat)
        return
    with chat.services.database.reading() as session:
        products = [one] if one is not None and one.product_id in held.reasons else []
        products = products or get_products(session, list(held.reasons), now=chat.turn.now)
        rows = [
            tell_why(
                session,
                held.reasons[product.product_id],
                product.name(chat.turn.language),
                chat.turn.language,
                chat.services.reasons,
                now=chat.turn.now,
            )
            for product in products
            if product.product_id in held.reasons
        ]
    chat.say("utter_why", rows="\n".join(rows))
    chat.did("product", "ask_why")


def _why_asked(chat: Chat) -> bool:
    """ "Why do you need that?" of what was just asked for."""
    open_now = chat.state.question
    if open_now is None or open_now.kind not in {"value", "choose"}:
        return False
    response = "utter_why_needed"
    if open_now.slot in PROOFS:
        response = "utter_why_proof"
    elif open_now.slot == "reason":
        response = "utter_why_reason"
    chat.say(response)
    return True


def _why_found(chat: Chat) -> None:
    """What of the search each product shown meets."""
    heard, state = hear(chat), chat.state
    picked = meant(chat, heard)
    products = [picked] if picked is not None else list(heard.shown)
    if not products:
        chat.say("utter_why_nothing")
        return
    query = Query.from_json(state.search) if state.search else Query()
    rated = any(one.quantity == "rating" for one in query.order)
    rated = rated or any(one.attribute == "rating" for one in query.constraints)
    phrases = phrases_of(chat.words, products)
    found = {one.product_id: one for one in search(query, heard.catalogue, limit=200).products}
    rows = []
    for product in products[:3]:
        one = found.get(product.product_id)
        reason = (
            ""
            if one is None
            else phrases.reason(
                [
                    *((name, value) for name, value in one.values if name != "rating"),
                    *((name, value) for name, value in one.values if name == "rating" and rated),
                ],
                4,
            )
        )
        if reason:
            rows.append(
                chat.words.text("because", product=product.name(chat.turn.language), reason=reason)
            )
    if rows:
        chat.say("utter_why", rows="\n".join(rows))
    else:
        chat.say("utter_why_asked")
    chat.did("product", "ask_why")
