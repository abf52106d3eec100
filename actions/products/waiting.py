"""Variants that are sold out: when they are back, what is there instead, the offer of a notice."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.days import last_day_meant
from actions.identity import verified_customer
from actions.services import Services
from actions.turn import Button, Talk, Turn
from actions.wording import Words
from forecasting.lateness import first_by
from forecasting.restock import incoming, restock_of
from kit.i18n import local_day
from shop.sizes import usual_size
from shop.views import ProductView, VariantView

MY_SIZE: Final = re.compile(
    r"\bmy (own |usual )?size\b|我的?(尺码|尺寸|码|号)|我穿的", re.IGNORECASE
)


def own_size(turn: Turn, services: Services, session: Session, product: ProductView) -> str | None:
    """The size that somebody who says "my size" usually takes of such products; None if unknown."""
    if turn.first("size") or not MY_SIZE.search(turn.text):
        return None
    customer = verified_customer(turn, services)
    size = usual_size(session, customer, product.category) if customer is not None else None
    return size if size in {variant.size for variant in product.variants} else None


def variants_wanted(turn: Turn, product: ProductView, own: str | None = None) -> list[VariantView]:
    """Variants of the size (else the shopper's `own`) and colour asked for; all without any."""
    size, colour = turn.first("size") or own, turn.first("colour")
    return [
        v
        for v in product.variants
        if size in {None, v.size, v.size.upper()} and colour in {None, v.colour}
    ]


def say_when_back(
    turn: Turn,
    talk: Talk,
    services: Services,
    session: Session,
    product: ProductView,
    wanted: Sequence[VariantView],
) -> None:
    """When it is back, alternatives that are there now, and the offer of a notice."""
    words = Words(turn, services)
    name = product.name(turn.language)
    if not wanted:
        talk.say("utter_variant_unknown", product=name)
        return
    dates = [(restock_of(session, v.variant_id, today=local_day(turn.now)), v) for v in wanted]
    known = sorted(((r.likely, r, v) for r, v in dates if r is not None), key=lambda x: x[0])
    others = [v for v in product.variants if v.stock > 0]
    notice = Button(words.text("notify_me"), f'/notify_restock{{"slug":"{product.slug}"}}')
    variant = words.variant(known[0][2] if known else wanted[0])
    values: dict[str, Any] = {"product": name, "variant": f" ({variant})" if variant else ""}
    if known:
        restock = known[0][1]
        talk.say(
            "utter_back_on",
            buttons=[notice],
            likely=words.day(restock.likely),
            surely=words.day(restock.surely),
            **values,
        )
        day = None if turn.is_button else last_day_meant(turn.text, local_day(turn.now))
        chance = None if day is None else first_back_by(session, wanted, day, local_day(turn.now))
        if day is not None and chance is not None:
            talk.say("utter_back_by", by=words.day(day), chance=round(100 * chance))
    else:
        talk.say("utter_back_unknown", buttons=[notice], **values)
    if others:
        listed = words.text("semicolon").join(dict.fromkeys(words.variant(v) for v in others[:4]))
        talk.say("utter_there_instead", variants=listed)
    talk.remember("focus_product", product.slug)


def first_back_by(
    session: Session, wanted: Sequence[VariantView], day: date, today: date
) -> float | None:
    """How likely one of the variants is back by `day`; None when nothing is ordered."""
    coming = incoming(session, [variant.variant_id for variant in wanted])
    arrivals = [one.arrival for found in coming.values() for one in found]
    return first_by(arrivals, day, today) if arrivals else None
