"""The list that was recommended last, as the state keeps it for "why this?" and "cheaper"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from actions.chat import Chat
from actions.recommending.filters import as_json as filter_json
from actions.recommending.filters import from_json as filter_from_json
from recommender.serving.wishes import Offering, Reason, Wish
from shop.ids import ProductId

SEEN_AT_MOST: Final = 40
NAMED_REASONS: Final = 3


@dataclass(frozen=True)
class Kept:
    """The request behind the list, what was wished, why each product came, and all seen so far."""

    request_id: str
    wish: Wish
    reasons: Mapping[ProductId, Reason]
    seen: tuple[ProductId, ...]


def kept(chat: Chat) -> Kept | None:
    """The list recommended last; None when another list has been shown since."""
    held = chat.state.offered
    if not isinstance(held, dict):
        return None
    wish = held["wish"]
    return Kept(
        request_id=str(held["request"]),
        wish=Wish(
            filter_from_json(wish["filters"]),
            slot=wish["slot"],
            strategy=wish["strategy"],
            seeds=tuple(ProductId(key) for key in wish["seeds"]),
            with_categories=tuple(wish["with_categories"]),
            qualities=tuple((name, sign) for name, sign in wish["qualities"]),
            looks=tuple(wish["looks"]),
            diversity=wish["diversity"],
        ),
        reasons={ProductId(int(key)): _reason(one) for key, one in held["reasons"].items()},
        seen=tuple(ProductId(key) for key in held["seen"]),
    )


def as_json(offering: Offering, wish: Wish, seen: Iterable[ProductId]) -> dict[str, Any]:
    """What to remember of a list that is shown now, after the products in `seen`."""
    shown = [offer.product.product_id for offer in offering.offers]
    return {
        "request": offering.request_id,
        "wish": {
            "filters": filter_json(wish.filters),
            "slot": wish.slot,
            "strategy": wish.strategy,
            "seeds": [int(key) for key in wish.seeds],
            "with_categories": list(wish.with_categories),
            "qualities": [list(one) for one in wish.qualities],
            "looks": list(wish.looks),
            "diversity": wish.diversity,
        },
        "reasons": {
            str(offer.product.product_id): {
                "kind": offer.reason.kind,
                "seed": offer.reason.seed,
                "share": offer.reason.share,
                "shared": list(offer.reason.shared),
                "category": offer.reason.category,
                "colour": offer.reason.colour,
                "because": [list(one) for one in offer.reason.because[:NAMED_REASONS]],
            }
            for offer in offering.offers
        },
        "seen": [int(key) for key in dict.fromkeys((*seen, *shown))][-SEEN_AT_MOST:],
    }


def _reason(held: Mapping[str, Any]) -> Reason:
    return Reason(
        kind=held["kind"],
        seed=None if held["seed"] is None else ProductId(int(held["seed"])),
        share=float(held["share"]),
        shared=tuple(held["shared"]),
        category=held["category"],
        because=tuple((ProductId(int(key)), float(share)) for key, share in held["because"]),
        colour=held["colour"],
    )
