"""Not this: kept as an event, respected from now on, answered with something else."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from actions.base import Action
from actions.identity import verified_customer
from actions.products.meaning import from_json, product_meant
from actions.recommending.kept import kept
from actions.recommending.offering import offer
from actions.recommending.wordings import means_all
from actions.services import Services
from actions.turn import Button, Talk, Turn, at_place
from actions.wording import Words
from kit.i18n import join_words
from recommender.serving.feedback import note_refused
from recommender.serving.wishes import Wish
from shop.catalogue import ProductFilter, get_products
from shop.ids import ProductId
from shop.views import ProductView


class RefuseOffer(Action):
    """This one is not wanted."""

    name = "action_refuse_offer"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Note what is refused, and offer something else of the same wish."""
        with services.database.reading() as session:
            shown = get_products(
                session,
                [ProductId(int(key)) for key in turn.slots.get("shown_products") or ()],
                now=turn.now,
            )
            refused = refused_products(turn, session, shown)
        if not refused:
            ask_which(turn, talk, services, shown)
            return
        refuse(turn, services, [one.product_id for one in refused])
        names = join_words([one.name(turn.language) for one in refused], turn.language)
        held = kept(turn)
        seen = [one.product_id for one in (*shown, *refused)]
        if held is not None:
            wish = held.wish
            seen += held.seen
        else:
            filters = from_json(turn.slots.get("search") or {})
            wish = Wish(filters if filters.categories else _shelf(refused))
        if not offer(turn, talk, services, wish, "utter_refused_others", seen=seen, product=names):
            talk.say("utter_refused", product=names)


def refused_products(
    turn: Turn, session: Session, shown: Sequence[ProductView]
) -> list[ProductView]:
    """What "not this" refuses: what is named or looked at, the whole list, or a list's only one."""
    if not turn.is_button and means_all(turn.text):
        return list(shown)
    places = turn.entities.get("ordinal", ())
    picked = [at_place([one.slug for one in shown], place) for place in places]
    if any(picked):
        return [one for one in shown if one.slug in picked]
    meant = product_meant(turn, session)
    if meant is not None:
        return [meant]
    of_kind = [one for one in shown if one.category in turn.entities.get("category", ())]
    return of_kind if len(of_kind) == 1 else list(shown) if len(shown) == 1 else []


def refuse(turn: Turn, services: Services, products: Sequence[ProductId], brand: str = "") -> None:
    """Keep it as an event: of the products, or with `brand` of all that the brand makes."""
    with services.database.session() as session:
        note_refused(
            session, products, brand=brand or None,
            session_key=turn.visit, customer_id=verified_customer(turn, services),
            message_id=turn.message_id, now=turn.now,
        )  # fmt: skip


def ask_which(turn: Turn, talk: Talk, services: Services, shown: Sequence[ProductView]) -> None:
    """Several are shown and none is meant for sure."""
    if not shown:
        talk.say("utter_refused_nothing", buttons=[Words(turn, services).person()])
        return
    buttons = [
        Button(one.name(turn.language), f'/refuse_product{{"slug":"{one.slug}"}}') for one in shown
    ]
    talk.say("utter_ask_refuse_which", buttons=buttons)


def _shelf(products: Sequence[ProductView]) -> ProductFilter:
    return replace(ProductFilter(), categories=tuple({one.category for one in products}))
