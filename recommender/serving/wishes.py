"""What is asked of a list of recommendations, and what one offer of it is."""

from dataclasses import dataclass, field
from typing import Literal

from shop.catalogue import ProductFilter
from shop.ids import ProductId
from shop.views import ProductView

Strategy = Literal[
    "personal",
    "session",
    "content",
    "taste",
    "trend",
    "complements",
    "similar",
    "looks",
    "pin",
    "explore",
]
Slot = Literal["home", "product", "chat", "order", "return", "desk", "command"]
ReasonKind = Literal[
    "bought",
    "viewed",
    "liked",
    "similar",
    "complement",
    "taste",
    "popular_in",
    "popular",
    "looks",
    "pinned",
    "new",
]


@dataclass(frozen=True)
class Reason:
    """Why a product is offered, as the model that chose it says.

    `seed` is the shopper's or the asked product that speaks most for it, with its `share` of all
    that does; `shared` are attributes both have; `category` is what a taste or a demand is about;
    `colour` is the one in which it looks like a picture.
    """

    kind: ReasonKind
    seed: ProductId | None = None
    share: float = 0.0
    shared: tuple[str, ...] = ()
    category: str | None = None
    because: tuple[tuple[ProductId, float], ...] = ()
    colour: str | None = None


@dataclass(frozen=True)
class Wish:
    """Filters and controls of one list.

    `seeds` are products to be like (`similar`) or to go with (`complements`), `with_categories`
    what to go with when only a kind was named. `soon_days` lets in what is back in so many days.
    `diversity` and `novelty` go from 0 to 1. `qualities` are (name, sign) to have more or less of
    than the seeds. `looks` are what a picture resembles, best first (`recommender.serving.looks`).
    """

    filters: ProductFilter = field(default_factory=ProductFilter)
    slot: Slot = "chat"
    strategy: Strategy | None = None
    seeds: tuple[ProductId, ...] = ()
    with_categories: tuple[str, ...] = ()
    qualities: tuple[tuple[str, int], ...] = ()
    soon_days: int | None = None
    looks: tuple[str, ...] = ()
    diversity: float = 0.3
    novelty: float = 0.1

    def __post_init__(self) -> None:
        """Raise ValueError naming the control that is out of range."""
        for name in ("diversity", "novelty"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise ValueError(f"{name} must be from 0 to 1, got {value}")


@dataclass(frozen=True)
class Offer:
    """One recommended product, why, and how probable it was that this strategy showed it."""

    product: ProductView
    reason: Reason
    propensity: float
    strategy: Strategy
    score: float = 0.0


@dataclass(frozen=True)
class Offering:
    """A list of offers. `given_up` names the filters that had to go so that there are any."""

    request_id: str
    offers: tuple[Offer, ...]
    strategy: Strategy
    propensity: float
    group: str
    choices: dict[str, float]
    context: tuple[float, ...]
    slot: Slot
    given_up: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether something of it comes from what this shopper did."""
        own = {"bought", "viewed", "liked", "taste"}
        return any(offer.reason.kind in own or offer.strategy == "content" for offer in self.offers)
