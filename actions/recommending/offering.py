"""One list of offers: asked of the recommender, noted as shown, said with its reasons."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from actions.browsing.showing import SHOWN, show
from actions.chat import Chat
from actions.recommending.filters import query_of
from actions.recommending.kept import as_json, kept
from recommender.serving.feedback import note_opened, note_shown
from recommender.serving.offers import recommend_for
from recommender.serving.shopper import Shopper, read_shopper
from recommender.serving.told import tell_reasons
from recommender.serving.wishes import Offering, Wish
from shop.ids import ProductId
from shop.views import ProductView

CLOSE: Final = "utter_products_close"


def shopper_of(chat: Chat) -> Shopper:
    """What is known of whoever writes: the proved customer, else the visit."""
    with chat.services.database.reading() as session:
        return read_shopper(session, chat.signed_in, chat.turn.visit, now=chat.turn.now)


def offer(
    chat: Chat,
    wish: Wish,
    response: str,
    *,
    personal: str | None = None,
    needed: Collection[str] = (),
    seen: Collection[ProductId] = (),
    **values: Any,
) -> Offering | None:
    """Say `response` (`personal` where the list comes from what this shopper did) with the offers.

    `needed` are filters that must hold, by the names of `Offering.given_up`. None, and nothing said
    or noted, when they cannot, or there is nothing. `seen` products do not come again.
    """
    services, turn = chat.services, chat.turn
    asked = replace(wish, filters=replace(wish.filters, in_stock=True, exclude=tuple(seen)))
    shopper = shopper_of(chat)
    with services.database.reading() as session:
        offering = recommend_for(
            session,
            shopper,
            asked,
            SHOWN,
            models=services.models,
            now=turn.now,
            random=services.random,
        )
        offering = _only(offering, wish, seen)
        if not offering.offers or {*needed, "categories"} & set(offering.given_up):
            return None
        reasons = tell_reasons(
            session,
            [one.reason for one in offering.offers],
            turn.language,
            services.reasons,
            now=turn.now,
        )
    with services.database.session() as session:
        note_shown(session, shopper, offering, now=turn.now)
    said = CLOSE if offering.given_up else response
    if personal is not None and offering.is_personal and not offering.given_up:
        said = personal
    show(
        chat,
        [one.product for one in offering.offers],
        said,
        query=query_of(wish.filters),
        reasons=reasons,
        request=offering.request_id,
        colours=[one.reason.colour for one in offering.offers],
        **values,
    )
    chat.state.offered = as_json(offering, wish, seen)
    return offering


def _only(offering: Offering, wish: Wish, seen: Collection[ProductId]) -> Offering:
    """Without what was seen; for what goes with something or looks like it, only what does."""
    offers = [one for one in offering.offers if one.product.product_id not in seen]
    only = {"complements": "complement", "looks": "looks"}.get(wish.strategy or "")
    if only is not None:
        offers = [one for one in offers if one.reason.kind == only]
    return replace(offering, offers=tuple(offers))


def note_looked_at(chat: Chat, product: ProductView) -> None:
    """Remember that a recommended product was looked at closely; others are left alone."""
    held = kept(chat)
    if held is None or product.product_id not in held.reasons:
        return
    with chat.services.database.session() as session:
        note_opened(
            session,
            held.request_id,
            product.product_id,
            session_key=chat.turn.visit,
            customer_id=chat.signed_in,
            now=chat.turn.now,
        )
